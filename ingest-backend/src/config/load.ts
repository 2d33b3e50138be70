import { readFile } from 'node:fs/promises';
import { isNode, LineCounter, parseDocument, visit, type Document } from 'yaml';
import type { z } from 'zod';
import { configuration, LATER, type Configuration } from './schema.js';

/** A configuration that cannot be used. `problems` name file, line, key, what was expected and what was found. */
export class ConfigurationError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

/** Reads and checks a configuration file. @throws ConfigurationError */
export async function loadConfiguration(
  file: string,
  environment: NodeJS.ProcessEnv = process.env
): Promise<Configuration> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new ConfigurationError([`${file}: expected a configuration file, found none: ${(error as Error).message}`]);
  }
  return parseConfiguration(text, file, environment);
}

/**
 * Checks a configuration's text.
 * @param file what problems name as their place
 * @throws ConfigurationError with every problem at once
 */
export function parseConfiguration(
  text: string,
  file: string,
  environment: NodeJS.ProcessEnv = process.env
): Configuration {
  return parseYaml(configuration, text, file, environment, LATER);
}

/** Like `parseConfiguration`, for YAML or JSON of any schema. */
export function parseYaml<T>(
  schema: z.ZodType<T>,
  text: string,
  file: string,
  environment: NodeJS.ProcessEnv = process.env,
  later: typeof LATER = []
): T {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number | undefined): string =>
    offset === undefined ? file : `${file}:${lines.linePos(offset).line}`;
  if (document.errors.length > 0) {
    throw new ConfigurationError(document.errors.map((error) => `${at(error.pos[0])}: ${error.message}`));
  }
  const problems = [...substitute(document, environment, at), ...findLater(document, later, at)];
  const result = schema.safeParse(document.toJS() ?? {});
  if (problems.length === 0 && result.success) {
    return result.data;
  }
  if (problems.length === 0 && !result.success) {
    const value: unknown = document.toJS();
    for (const issue of result.error.issues) {
      problems.push(
        ...describe(issue, value).map(({ path, text: what }) => `${at(offsetOf(document, path))}: ${what}`)
      );
    }
  }
  throw new ConfigurationError(problems);
}

/** Puts environment variables in the place of `${NAME}`; tells those that are not set. */
function substitute(document: Document, environment: NodeJS.ProcessEnv, at: (offset?: number) => string): string[] {
  const problems: string[] = [];
  visit(document, {
    Scalar(_key, node) {
      if (typeof node.value === 'string') {
        node.value = node.value.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (whole, name: string) => {
          const value = environment[name];
          if (value === undefined) {
            problems.push(`${at(node.range?.[0])}: expected the environment variable ${name} to be set, found none`);
          }
          return value ?? whole;
        });
      }
    },
  });
  return problems;
}

function findLater(document: Document, later: typeof LATER, at: (offset?: number) => string): string[] {
  const value = document.toJS() as Record<string, unknown> | null;
  const problems: string[] = [];
  for (const [path, kind] of later) {
    const part = value?.[path];
    const entries = Array.isArray(part)
      ? part.map((entry: unknown, index) => [[path, index], entry])
      : [[[path], part]];
    for (const [place, entry] of entries as Array<[Array<string | number>, unknown]>) {
      const found = kind === undefined ? entry !== undefined : (entry as { kind?: unknown } | null)?.kind === kind;
      if (found) {
        const what = kind === undefined ? name(place) : `${name(place)} of kind ${kind}`;
        problems.push(`${at(offsetOf(document, place))}: ${what}: not available in this version`);
      }
    }
  }
  return problems;
}

/** What is wrong with a value: by key, what was expected and what was found. */
export function explain(error: z.ZodError, value: unknown): string[] {
  return error.issues.flatMap((issue) => describe(issue, value).map(({ text }) => text));
}

type Path = ReadonlyArray<PropertyKey>;

function describe(issue: z.core.$ZodIssue, root: unknown): Array<{ path: Path; text: string }> {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...issue.path, key],
      text: `${name([...issue.path, key])}: expected a known key, found an unknown one`,
    }));
  }
  const found = issue.path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    root
  );
  const expected = issue.code === 'invalid_union' ? unionExpectation(issue) : issue.message;
  const shown = found === undefined ? 'nothing' : JSON.stringify(found);
  return [{ path: issue.path, text: `${name(issue.path)}: ${plain(expected)}, found ${shown}` }];
}

function unionExpectation(issue: z.core.$ZodIssueInvalidUnion): string {
  if (issue.discriminator !== undefined) {
    const kinds = (issue as { options?: unknown[] }).options;
    return `expected ${kinds === undefined ? `a known ${issue.discriminator}` : `one of ${kinds.join(', ')}`}`;
  }
  return issue.errors.map((errors) => plain(errors[0]?.message ?? '')).join(' or ');
}

function name(path: Path): string {
  return (
    path.reduce<string>(
      (text, key) =>
        typeof key === 'number' ? `${text}[${key}]` : text === '' ? String(key) : `${text}.${String(key)}`,
      ''
    ) || 'configuration'
  );
}

/** Where a key stands in the file; its nearest parent where it is missing. */
function offsetOf(document: Document, path: Path): number | undefined {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) {
      return node.range[0];
    }
  }
  return undefined;
}

/** A message of the checking library in the words of ours. */
function plain(message: string): string {
  return message
    .replace(/^Invalid input: /, '')
    .replace(/^Invalid option: /, '')
    .replace(/, received \w+$/, '')
    .replace(/^Too small: /, '')
    .replace(/^Too big: /, '');
}
