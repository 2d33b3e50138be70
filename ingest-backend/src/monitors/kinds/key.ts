import { z } from 'zod';
import type { StreamAddress, StreamRecord } from '../../streams/index.js';
import { fieldOf } from './field.js';
import { fieldAt, fieldPath } from './features.js';

/** What tells which record of one stream belongs to which of another: the message's key, or a field. */
export const joinKey = z.union([z.strictObject({ message: z.literal(true) }), fieldPath], {
  error: 'expected a field, or { message: true } for the key of the message',
});
export type JoinKey = z.infer<typeof joinKey>;

/** A stream among those that a monitor is attached to. */
export const streamOf = {
  workflow: z.string().optional(),
  model: z.string().min(1),
  slot: z.int().min(0),
};

const LONGEST_KEY = 1000;

/** Reads keys. Undefined where a record has none: a number and the text of it are the same key. */
export function keyReader(key: JoinKey): (record: StreamRecord) => string | undefined {
  if (typeof key === 'object' && 'message' in key) {
    return (record) => record.key;
  }
  const { path } = fieldAt(key);
  return ({ value }) => {
    const found = fieldOf(value, path);
    switch (typeof found) {
      case 'string':
        return found === '' || found.length > LONGEST_KEY ? undefined : found;
      case 'number':
      case 'boolean':
        return String(found);
      default:
        return undefined;
    }
  };
}

/** Finds a stream. @throws Error that names the streams there are, where it is none of them or several */
export function findStream(
  what: string,
  wanted: { readonly workflow?: string | undefined; readonly model: string; readonly slot: number },
  attached: readonly StreamAddress[]
): StreamAddress {
  const found = attached.filter(
    ({ workflow, model, slot }) =>
      model === wanted.model && slot === wanted.slot && (wanted.workflow ?? workflow) === workflow
  );
  const [stream] = found;
  if (stream === undefined || found.length > 1) {
    const names = (found.length > 1 ? found : attached).map(nameOf).join(', ');
    const expected = `${wanted.workflow === undefined ? '' : `${wanted.workflow}/`}${wanted.model}:${wanted.slot}`;
    throw new Error(`${what}: expected one stream ${expected} among those that are read and attached, found ${names}`);
  }
  return stream;
}

export function isStream(a: StreamAddress, b: StreamAddress): boolean {
  return a.model === b.model && a.slot === b.slot && a.workflow === b.workflow;
}

function nameOf({ workflow, model, slot }: StreamAddress): string {
  return `${workflow === '' ? '' : `${workflow}/`}${model}:${slot}`;
}
