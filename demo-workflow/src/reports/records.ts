import { HttpSink } from './http-sink.js';
import { Publisher } from './publisher.js';

/** A slot whose records are published. */
export interface RecordSlot {
  readonly workflow: string;
  readonly model: string;
  readonly slot: number;
  readonly encoding: 'json' | 'csv';
}

export interface RecordTarget {
  /** The records address of the ingest backend. */
  readonly url: string;
  readonly token?: string | undefined;
}

/** Records that wait for the other side at most, of each slot; sensors count those that are dropped all the same. */
const CAPACITY = 5000;
/** Milliseconds that records wait for company, and after which a stream that is not configured is asked for again. */
const [LINGER, ABSENT] = [500, 30_000];

/** Publishes the records of one slot to `POST /api/v1/records`, as they are encoded. An engine never waits for it. */
export function publishRecords(
  { url, token }: RecordTarget,
  { workflow, model, slot, encoding }: RecordSlot,
  log: (line: object) => void
): Publisher<string> {
  const address = new URL(url);
  address.search = new URLSearchParams({ workflow, model, slot: String(slot) }).toString();
  const sink = new HttpSink<string>({
    url: address.href,
    token,
    contentType: encoding === 'csv' ? 'text/csv' : 'application/x-ndjson',
    encode: (line) => line,
    absentFor: ABSENT,
  });
  return new Publisher(sink, { what: `records of slot ${slot}`, capacity: CAPACITY, linger: LINGER, log });
}
