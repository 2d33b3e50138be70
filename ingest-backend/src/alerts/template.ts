import type { AlertChange } from '../archive/index.js';

/** What a text may name: of each alert, beside `labels.…` and what its evidence holds as `evidence.…`. */
const NAMES = [
  ...['value', 'text', 'name', 'monitor', 'severity', 'workflow', 'model', 'slot', 'engine', 'feature'],
  ...['id', 'from', 'to'],
] as const;

const PLACE = /\{\{([^{}]*)\}\}/g;
const LONGEST = 2000;

export type Describable = Pick<
  AlertChange,
  | 'id'
  | 'value'
  | 'text'
  | 'name'
  | 'monitor'
  | 'severity'
  | 'workflow'
  | 'model'
  | 'slot'
  | 'engine'
  | 'feature'
  | 'labels'
  | 'evidence'
  | 'startsAt'
  | 'time'
>;

/** What is wrong with a text's places, or undefined. */
export function problemOf(template: string): string | undefined {
  const unknown = [...template.matchAll(PLACE)].map(([, name = '']) => name.trim()).filter((name) => !isKnown(name));
  if (unknown.length > 0) {
    const names = [...NAMES, 'labels.…', 'evidence.…'].join(', ');
    return `expected places such as {{value}}, of ${names}, found {{${unknown[0] ?? ''}}}`;
  }
  return /\{\{|\}\}/.test(template.replace(PLACE, '')) ? 'expected {{ and }} in pairs, found one alone' : undefined;
}

/**
 * Puts what is known of an alert in the places of a text. Nothing is worked out and no code runs; what is not known is
 * left empty.
 * @param encode what becomes of each value, such as that it goes into a URL
 */
export function fillIn(template: string, alert: Describable, encode: (value: string) => string = String): string {
  const filled = template.replace(PLACE, (_, name: string) => encode(valueOf(alert, name.trim())));
  return filled.length > LONGEST ? `${filled.slice(0, LONGEST - 1)}…` : filled;
}

/** The link to a dashboard: with a quarter of an hour before the alert, and after what is known of it. */
export function linkTo(template: string, alert: Describable): string {
  return fillIn(template, alert, encodeURIComponent);
}

const AROUND_MILLIS = 15 * 60_000;

function isKnown(name: string): boolean {
  return (NAMES as readonly string[]).includes(name) || /^(labels|evidence)\.[^\s.][^\s]*$/.test(name);
}

function valueOf(alert: Describable, name: string): string {
  switch (name) {
    case 'from':
      return String(Math.floor(alert.startsAt / 1000) - AROUND_MILLIS);
    case 'to':
      return String(Math.floor(alert.time / 1000) + AROUND_MILLIS);
    case 'value':
      return alert.value === undefined ? '' : String(Number(alert.value.toPrecision(6)));
    default: {
      const [kind, ...path] = name.split('.');
      const value =
        kind === 'labels'
          ? alert.labels?.[path.join('.')]
          : kind === 'evidence'
            ? within(alert.evidence, path)
            : (alert as unknown as Record<string, unknown>)[name];
      return value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
    }
  }
}

function within(evidence: string | undefined, path: readonly string[]): unknown {
  let value: unknown = evidence === undefined ? undefined : JSON.parse(evidence);
  for (const key of path) {
    const holder: object | undefined = typeof value === 'object' && value !== null ? value : undefined;
    value = holder !== undefined && Object.hasOwn(holder, key) ? (holder as Record<string, unknown>)[key] : undefined;
  }
  return value;
}
