import type { StreamAddress, StreamRecord } from '../../../streams/index.js';

/** A stream as an input slot of the code. */
export interface Input extends StreamAddress {
  readonly input: number;
}

/** A record on its way through the code. */
export interface Item {
  readonly from: Input;
  readonly record: StreamRecord;
  /** How often the code failed at it. */
  tries: number;
  /** Whether it is not handed to the code, since it does not fit its schema. */
  rejected: boolean;
}

/** What the code said at a record, by the record's place in its batch. */
export type Say =
  | readonly [at: number, kind: 'alert', text: string, value: number | string | null]
  | readonly [at: number, kind: 'point', metric: string, value: number, feature: string | null]
  | readonly [at: number, kind: 'record', count: number];

/** What comes from where the code runs. */
export type Message =
  /** It was loaded and began. */
  | { readonly ready: true }
  /**
   * So many records of the batch are answered for, with what was said at them; once more when the last one is. The state is what the code
   * wants back where it is begun anew.
   */
  | { readonly done: number; readonly says: readonly Say[]; readonly state?: unknown }
  /** It threw, at the first record that is not answered for. */
  | { readonly failed: string }
  /** It ended; what it said at last belongs to the last record. */
  | { readonly ended: true; readonly says: readonly Say[] };

export interface RunnerEvents {
  readonly message: (message: Message) => void;
  /** Said once, however it came to its end. */
  readonly exited: (reason: string) => void;
}

/** Where code runs: a worker, or a process. */
export interface Runner {
  /** Hands over a batch; the next may come when all of this one is answered for. */
  send(batch: readonly Item[]): void;
  /** Lets the code end. */
  end(): void;
  /** Ends it at once. */
  kill(): void;
}

export type Start = (events: RunnerEvents) => Runner;

/** Variables of the environment that code is given: none that could hold a secret of the ingest backend. */
const ENVIRONMENT = /^(PATH|HOME|LANG|LC_\w+|TZ|TMPDIR|TEMP|TMP|SYSTEMROOT|LD_LIBRARY_PATH|VIRTUAL_ENV|PYTHON\w+)$/i;

export function environment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([key, value]) => (ENVIRONMENT.test(key) ? [[key, value ?? '']] : []))
  );
}
