import {
  KNOWN_TYPES,
  messageLevel,
  parseTimestamp,
  stateCode,
  TEXT_TYPES,
  type MessageLevel,
  type Micros,
  type TextType,
} from '@pneumograph/contract';
import { findTap, type Tap } from './taps.js';

/** A sensor report, checked. */
export interface Report {
  readonly type: 'sensor-report';
  readonly src: string;
  readonly time: Micros;
  /** Undefined where no metric comes from the tap: the report still shows that its engine lives. */
  readonly tap: Tap | undefined;
  /** Deployment id of the sensor at the tap; undefined where the engine does not say. */
  readonly sensor: string | number | undefined;
  /** Seconds since the sensor's last report; undefined where the engine does not say. */
  readonly delta: number | undefined;
  readonly data: number | readonly number[];
}

/** An engine's state message, checked. */
export interface StateMessage {
  readonly type: 'engine-state';
  readonly src: string;
  readonly time: Micros;
  readonly code: number;
  readonly text: string;
}

/** What an engine or its model wrote, checked. Nothing is derived from it. */
export interface TextMessage {
  readonly type: TextType;
  readonly src: string;
  readonly time: Micros;
  readonly level: MessageLevel;
  /** At most `LONGEST_TEXT` characters. */
  readonly text: string;
  /** What a model failed on; of what is long, the beginning of its JSON. */
  readonly input: unknown;
}

export type Message = Report | StateMessage | TextMessage;

/** Whether a message is kept for people to read alone: receipts and metrics count it as skipped. */
export function isText(message: Message): message is TextMessage {
  return TEXTS.has(message.type);
}

/** A message of a type that nothing is derived from. */
export class Skipped {
  /** @param remaps whether it says that an engine's model was loaded, reloaded or unloaded */
  constructor(
    readonly type: string,
    readonly remaps = false
  ) {}
}

/** Why a message cannot be used: a code to count by, and a sentence that names the place and the expectation. */
export class Rejection {
  constructor(
    readonly code: RejectionCode,
    readonly reason: string
  ) {}
}

export type RejectionCode =
  | 'malformed-json'
  | 'not-an-object'
  | 'type'
  | 'src'
  | 'timestamp'
  | 'timestamp-too-old'
  | 'timestamp-in-future'
  | 'tap'
  | 'delta_time'
  | 'data'
  | 'state';

/** Before this no engine of this kind ran: an earlier time is a clock that was never set. */
const EARLIEST: Micros = Date.UTC(2001, 0, 1) * 1000;
/** Clocks differ and zones get mixed up by hours; by more than a day a time is a mistake. */
const AHEAD: Micros = 24 * 3600 * 1e6;
/** Characters that are kept of a text; what is longer is cut, and ends with an ellipsis. */
const LONGEST_TEXT = 16_384;
const LONGEST_INPUT = 4_096;
const TEXTS: ReadonlySet<string> = new Set(TEXT_TYPES);
const NO_TAP_DATA: readonly number[] = [];

/** Reads one message from its JSON text. */
export function decodeText(text: string, now: Micros): Message | Skipped | Rejection {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return new Rejection('malformed-json', `expected a JSON object, found malformed JSON: ${(error as Error).message}`);
  }
  return decode(value, now);
}

/**
 * Checks one parsed message. Written by hand because every report passes here; the schemas of the contract say the
 * same, and a property test holds the two against each other.
 * @param now the present, against which a time in the future is told
 */
export function decode(value: unknown, now: Micros): Message | Skipped | Rejection {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return new Rejection('not-an-object', `expected a JSON object, found ${show(value)}`);
  }
  const message = value as Record<string, unknown>;
  const type = message['type'];
  if (type !== 'sensor-report' && type !== 'engine-state') {
    if (typeof type !== 'string' || type === '') {
      return new Rejection('type', `type: expected the type of a Pneumo message, found ${show(type)}`);
    }
    // One that cannot be read is of no use, and no reason to complain: nothing hangs on it.
    const text = TEXTS.has(type) ? decodeTextMessage(message, type as TextType, now) : undefined;
    return text ?? new Skipped(type, type === 'engine-config' && message['item'] === 'model');
  }
  const { src, time, wrong } = decodeEnvelope(message, now);
  if (wrong !== undefined) {
    return wrong;
  }
  return type === 'sensor-report' ? decodeReport(message, src, time) : decodeState(message, src, time);
}

type Envelope =
  { src: string; time: Micros; wrong?: undefined } | { src?: undefined; time?: undefined; wrong: Rejection };

/** Who says it, and when. */
function decodeEnvelope(message: Record<string, unknown>, now: Micros): Envelope {
  const src = message['src'];
  if (typeof src !== 'string' || src === '') {
    return { wrong: new Rejection('src', `src: expected the id or name of an engine, found ${show(src)}`) };
  }
  const timestamp = message['timestamp'];
  const time = typeof timestamp === 'string' ? parseTimestamp(timestamp) : NaN;
  if (time !== time) {
    return { wrong: new Rejection('timestamp', `timestamp: expected an ISO 8601 timestamp, found ${show(timestamp)}`) };
  }
  if (time < EARLIEST) {
    return {
      wrong: new Rejection('timestamp-too-old', `timestamp: expected a time after 2001, found ${show(timestamp)}`),
    };
  }
  if (time > now + AHEAD) {
    return {
      wrong: new Rejection(
        'timestamp-in-future',
        `timestamp: expected no time in the future, found ${show(timestamp)}`
      ),
    };
  }
  return { src, time };
}

/** Undefined where a field is missing or of another type. */
function decodeTextMessage(message: Record<string, unknown>, type: TextType, now: Micros): TextMessage | undefined {
  const { src, time } = decodeEnvelope(message, now);
  const bits = message['level'];
  const text = type === 'model-error' ? (message['console'] ?? '') : message['text'];
  if (src === undefined || typeof text !== 'string' || (type === 'log' && !Number.isFinite(bits))) {
    return undefined;
  }
  const level = type === 'log' ? messageLevel(bits as number) : type === 'model-error' ? 'error' : 'info';
  const input = type === 'model-error' ? bounded(message['input'] ?? undefined) : undefined;
  return { type, src, time, level, text: cut(text, LONGEST_TEXT), input };
}

function bounded(input: unknown): unknown {
  const text = JSON.stringify(input) ?? '';
  return text.length > LONGEST_INPUT ? cut(text, LONGEST_INPUT) : input;
}

/** Never between the halves of a character. */
function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, '')}…` : text;
}

function decodeReport(message: Record<string, unknown>, src: string, time: Micros): Report | Rejection {
  const name = message['tap'];
  if (typeof name !== 'string' || name === '') {
    return new Rejection('tap', `tap: expected the name of a tap, found ${show(name)}`);
  }
  const delta = message['delta_time'] ?? message['deltaTime'] ?? undefined;
  if (delta !== undefined && !(typeof delta === 'number' && delta >= 0 && delta < Infinity)) {
    return new Rejection('delta_time', `delta_time: expected seconds of 0 or more, found ${show(delta)}`);
  }
  const tap = findTap(name);
  const id = message['id'];
  const sensor = typeof id === 'number' || typeof id === 'string' ? id : undefined;
  if (tap === undefined) {
    return { type: 'sensor-report', src, time, tap, sensor, delta, data: NO_TAP_DATA };
  }
  const data = message['data'];
  const lowest = tap.kind === 'count' ? 0 : -Infinity;
  if (typeof data === 'number') {
    return isValue(data, lowest)
      ? { type: 'sensor-report', src, time, tap, sensor, delta, data }
      : new Rejection('data', expectation(tap, data));
  }
  if (!Array.isArray(data)) {
    return new Rejection('data', expectation(tap, data));
  }
  for (const element of data) {
    if (!isValue(element, lowest)) {
      return new Rejection('data', expectation(tap, element));
    }
  }
  return { type: 'sensor-report', src, time, tap, sensor, delta, data: data as number[] };
}

function decodeState(message: Record<string, unknown>, src: string, time: Micros): StateMessage | Rejection {
  const text = message['state'];
  const code = typeof text === 'string' ? stateCode(text) : undefined;
  return code === undefined
    ? new Rejection('state', `state: expected ${STATES}, found ${show(text)}`)
    : { type: 'engine-state', src, time, code, text: text as string };
}

const STATES = 'init, running, error, paused, finishing, finished or pigging';

/** Finite, with room to add up a billion of its like. */
function isValue(value: unknown, lowest: number): boolean {
  return typeof value === 'number' && value >= lowest && value < 1e299 && value > -1e299;
}

function expectation(tap: Tap, found: unknown): string {
  const what =
    tap.kind === 'count' ? 'a count of 0 or more, or an array of counts' : 'a number, or an array of numbers';
  return `data: expected ${what} at ${tap.name}, found ${show(found)}`;
}

/** The name under which a skipped message is counted; names from outside are not let into the metrics. */
export function skippedLabel(type: string): string {
  return KNOWN_TYPES.has(type) ? type : 'unknown';
}

function show(value: unknown): string {
  if (value === undefined) {
    return 'nothing';
  }
  if (typeof value === 'number') {
    return String(value);
  }
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
