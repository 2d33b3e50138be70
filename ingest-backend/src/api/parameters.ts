import { z } from 'zod';
import { alertsQuery, parseTimestamp, type Micros } from '@pneumograph/contract';
import { explain } from '../config/index.js';
import { EXPORT_FORMATS, EXPORTS, type ExportQuestion } from '../export/index.js';
import type { AlertsQuestion } from '../store/index.js';
import type { StreamAddress } from '../streams/index.js';
import { ApiError } from './errors.js';

/** Parameters of a URL: a text, or several where one is given several times. */
export type Parameters = Readonly<Record<string, string | string[] | undefined>>;

/** Epoch milliseconds or ISO 8601. @throws ApiError that names the parameter */
export function readInstant(name: string, text: string | undefined): Micros | undefined {
  if (text === undefined || text === '') {
    return undefined;
  }
  const time = /^-?\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : parseTimestamp(text);
  if (!Number.isFinite(time)) {
    throw wrong(name, `expected epoch milliseconds or ISO 8601, found ${text}`);
  }
  return time;
}

/** One query, as JSON. @throws ApiError */
export function readQuery(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    throw wrong('query', `expected a query as JSON, found ${text === undefined ? 'nothing' : text.slice(0, 100)}`);
  }
}

/** @throws ApiError that names the parameter */
export function readMillis(name: string, text = '0'): number {
  const millis = Number(text);
  if (!Number.isFinite(millis) || millis < 0) {
    throw wrong(name, `expected milliseconds, found ${text}`);
  }
  return millis;
}

const address = z.object({
  workflow: z.string().default(''),
  model: z.string().min(1),
  slot: z.string().regex(/^\d+$/, { error: 'expected a slot such as 0' }).transform(Number),
});

/** The slot of a model that records are of. @throws ApiError that names the parameter */
export function readAddress(query: unknown): StreamAddress {
  const read = address.safeParse(query);
  if (!read.success) {
    throw new ApiError(400, 'bad-request', explain(read.error, query).join('; '));
  }
  return read.data;
}

/** What `GET /api/v1/alerts` asks for: without parameters all alerts. @throws ApiError that names the parameter */
export function readAlertsQuestion(parameters: Parameters): AlertsQuestion {
  const number = (text: string): number | string => (/^\d+$/.test(text) ? Number(text) : text);
  const limit = readOne('limit', parameters);
  const parsed = alertsQuery.safeParse({
    refId: 'alerts',
    kind: 'alerts',
    workflow: readOne('workflow', parameters, true),
    models: readSeveral('model', parameters),
    slots: readSeveral('slot', parameters).map(number),
    engines: readSeveral('engine', parameters),
    monitors: readSeveral('monitor', parameters),
    features: readSeveral('feature', parameters),
    states: readSeveral('state', parameters),
    severities: readSeveral('severity', parameters),
    limit: limit === undefined ? undefined : number(limit),
  });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const [field = '', index = 0] = issue?.path ?? [];
    const name = PARAMETERS[String(field)] ?? String(field);
    const expected = issue?.code === 'invalid_value' ? issue.values.join(' or ') : EXPECTED[name];
    const found = readSeveral(name, parameters)[Number(index)];
    throw wrong(name, `expected ${expected ?? issue?.message ?? ''}, found ${found ?? 'nothing'}`);
  }
  const { workflow, models, slots, engines, monitors, features, states, severities } = parsed.data;
  return {
    ...{ workflow, models, slots, engines, monitors, features, states, severities, limit: parsed.data.limit },
    from: readInstant('from', readOne('from', parameters)) ?? -Infinity,
    to: readInstant('to', readOne('to', parameters)) ?? Infinity,
  };
}

/** What `GET /api/v1/export` asks for: without `from` and `to` what there is of all time. @throws ApiError */
export function readExport(parameters: Parameters): ExportQuestion {
  const what = readChoice('what', parameters, EXPORTS);
  const format = readChoice('format', parameters, EXPORT_FORMATS);
  const { limit: _, ...question } = readAlertsQuestion({ ...parameters, limit: undefined });
  if (what === 'alerts') {
    return { what, format, question };
  }
  const { states: _states, severities: _severities, from, to, ...selection } = question;
  const metrics = readSeveral('metric', parameters);
  const range = { from: Math.max(from, 0), to: Math.min(to, (Date.now() + A_YEAR) * 1000) };
  return { what, format, question: { ...selection, metrics, ...range } };
}

/** Clocks of engines go wrong: points of the future are told as well. */
const A_YEAR = 365 * 86_400_000;

function readChoice<T extends string>(name: string, parameters: Parameters, choices: readonly [T, ...T[]]): T {
  const text = readOne(name, parameters) ?? choices[0];
  const choice = choices.find((known) => known === text);
  if (choice === undefined) {
    throw wrong(name, `expected ${choices.join(' or ')}, found ${text}`);
  }
  return choice;
}

const PARAMETERS: Readonly<Record<string, string>> = {
  models: 'model',
  slots: 'slot',
  engines: 'engine',
  monitors: 'monitor',
  features: 'feature',
  states: 'state',
  severities: 'severity',
};

const EXPECTED: Readonly<Record<string, string>> = {
  slot: 'the number of a slot',
  limit: 'a number from 1 to 10000',
};

function readOne(name: string, parameters: Parameters, mayBeEmpty = false): string | undefined {
  const [text, ...more] = readSeveral(name, parameters, mayBeEmpty);
  if (more.length > 0) {
    throw wrong(name, `expected one value, found ${more.length + 1}`);
  }
  return text;
}

function readSeveral(name: string, parameters: Parameters, mayBeEmpty = false): string[] {
  return [parameters[name] ?? []].flat().filter((text) => mayBeEmpty || text !== '');
}

function wrong(name: string, problem: string): ApiError {
  return new ApiError(400, 'bad-request', `${name}: ${problem}`);
}
