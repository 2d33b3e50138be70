import { QUERY_KINDS, query as querySchema, queryRequest, type Query, type QueryRequest } from '@pneumograph/contract';
import type { z } from 'zod';
import { BadRequest, describe, QueryRefused, type RequestProblem } from './errors.js';

/** One entry of `queries`, with the id that its result is filed under. */
export interface RawQuery {
  readonly refId: string;
  readonly value: Record<string, unknown>;
}

export interface ParsedRequest extends Pick<QueryRequest, 'from' | 'to' | 'maxDataPoints' | 'intervalMs'> {
  readonly queries: readonly RawQuery[];
}

/**
 * Checks a request as far as all its queries depend on it: the range, and that each query has a `refId` of its own.
 * Two queries of one id are refused as a whole: their results could not be told apart.
 * @throws BadRequest
 */
export function parseRequest(body: unknown): ParsedRequest {
  const given = withoutNulls(body);
  const parsed = queryRequest.safeParse(given);
  if (!parsed.success) {
    throw new BadRequest(parsed.error.issues.map((issue) => toProblem(issue, given)));
  }
  const queries: RawQuery[] = [];
  const problems: RequestProblem[] = [];
  const taken = new Set<string>();
  parsed.data.queries.forEach((value, index) => {
    const path = `queries[${index}]`;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      problems.push({ path, expected: 'an object', found: show(value) });
      return;
    }
    const refId = (value as Record<string, unknown>)['refId'];
    if (typeof refId !== 'string' || refId === '' || refId.length > 200) {
      problems.push({ path: `${path}.refId`, expected: 'a text of 1 to 200 characters', found: show(refId) });
    } else if (taken.has(refId)) {
      problems.push({ path: `${path}.refId`, expected: 'an id that no other query has', found: show(refId) });
    } else {
      taken.add(refId);
      queries.push({ refId, value: withoutNulls(value) as Record<string, unknown> });
    }
  });
  if (problems.length > 0) {
    throw new BadRequest(problems);
  }
  const { from, to, maxDataPoints, intervalMs } = parsed.data;
  return { from, to, maxDataPoints, intervalMs, queries };
}

/** @throws QueryRefused with the key, what was expected and what was found. */
export function parseQuery({ value }: RawQuery): Query {
  const kind = value['kind'];
  if (!QUERY_KINDS.some((known) => known === kind)) {
    throw new QueryRefused(400, `kind: expected ${oneOf(QUERY_KINDS)}, found ${show(kind)}`);
  }
  const parsed = querySchema.safeParse(value);
  if (!parsed.success) {
    throw new QueryRefused(400, parsed.error.issues.map((issue) => describe(toProblem(issue, value))).join('; '));
  }
  return parsed.data;
}

/** Go writes an absent list as null: at the first level null is the same as absent. */
function withoutNulls(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return value;
  }
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== null));
}

function toProblem(issue: z.core.$ZodIssue, root: unknown): RequestProblem {
  const found = issue.path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key],
    root
  );
  return { path: pathText(issue.path), expected: expectation(issue), found: show(found) };
}

function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') {
    return oneOf(issue.values.map(String));
  }
  // A union says only that nothing fitted; the one of this request takes the two forms of a time.
  if (issue.code === 'invalid_union') {
    return 'epoch milliseconds or an ISO 8601 timestamp';
  }
  return /expected (.+?)(?:, received .*)?$/s.exec(issue.message)?.[1] ?? issue.message;
}

function oneOf(words: readonly string[]): string {
  return words.length === 1 ? `${words[0]}` : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}${text === '' ? '' : '.'}${String(key)}`),
    ''
  );
}

/** A value as a person would recognise it, cut where it is long. */
export function show(value: unknown): string {
  if (value === undefined) {
    return 'nothing';
  }
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
