import type { PneumoMessage } from '@pneumograph/contract';
import { HttpSink } from './http-sink.js';
import { KafkaSink } from './kafka-sink.js';
import type { RecordTarget } from './records.js';
import type { Sink } from './sink.js';

/** Where the engines publish their Pneumo messages. */
export type ReportTarget =
  | {
      kind: 'http';
      /** The reports address of the ingest backend. */
      url: string;
      token?: string | undefined;
      /** Where the records of all slots go too, if anywhere. */
      records?: RecordTarget | undefined;
    }
  | { kind: 'kafka'; brokers: string[]; /** `notify` unless said. */ topic?: string | undefined };

export function openSink(target: ReportTarget, log: (line: object) => void): Sink<PneumoMessage> {
  if (target.kind === 'kafka') {
    return new KafkaSink({ brokers: target.brokers, topic: target.topic ?? 'notify' });
  }
  return new HttpSink({
    url: target.url,
    token: target.token,
    contentType: 'application/x-ndjson',
    encode: (message) => JSON.stringify(message),
    onRejected: (count, reason) => log({ level: 'warn', msg: 'reports rejected', count, reason }),
  });
}

export { Publisher, type PublisherOptions, type PublisherStats } from './publisher.js';
export { Messages, LOG_LEVEL, type LogLevel } from './messages.js';
export { publishRecords, type RecordSlot, type RecordTarget } from './records.js';
export { SinkBusy, SinkRefused, SinkTooLarge, type Sink } from './sink.js';
