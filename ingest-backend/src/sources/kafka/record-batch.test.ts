import { createRequire } from 'node:module';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { registerCodecs } from './codecs.js';
import { readBatches, RecordBatch, type FetchProtocol } from './record-batch.js';

/** What brokers and producers write, as kafkajs writes it; and how it reads that. */
const load = createRequire(import.meta.url);
const Encoder = load('kafkajs/src/protocol/encoder') as new () => Encoder;
const encodeRecord = load('kafkajs/src/protocol/recordBatch/record/v0') as (record: object) => Encoder;
const { RecordBatch: encodeBatch } = load('kafkajs/src/protocol/recordBatch/v0') as {
  RecordBatch: (batch: object) => Promise<Encoder>;
};
const messageSet = load('kafkajs/src/protocol/messageSet') as (set: object) => Encoder;
const response = load('kafkajs/src/protocol/requests/fetch/v11/response') as FetchProtocol['response'];

interface Encoder {
  readonly buffer: Buffer;
  writeInt16(value: number): Encoder;
  writeInt32(value: number): Encoder;
  writeInt64(value: number): Encoder;
  writeString(value: string): Encoder;
  writeBytes(value: Buffer): Encoder;
}

interface Answer {
  readonly responses: ReadonlyArray<{ readonly partitions: ReadonlyArray<{ readonly messages: readonly Message[] }> }>;
}
type Message = RecordBatch | { offset: string; timestamp: string; value: Buffer | null; isControlRecord?: boolean };

registerCodecs();

const TIME = Date.UTC(2024, 0, 1);
const COMPRESSIONS = process.versions.node.startsWith('20') ? [0, 1, 2, 3] : [0, 1, 2, 3, 4];
/** Bytes of a batch that kafkajs must have. */
const LEAST = 17;
const [LOG_APPEND_TIME, CONTROL] = [0x08, 0x20];

const record = fc.record({
  gap: fc.constantFrom(1, 1, 1, 2, 300),
  timestampDelta: fc.oneof(fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: -(2 ** 40), max: 2 ** 40 })),
  key: fc.option(fc.string({ unit: 'binary', maxLength: 200 })),
  value: fc.option(fc.string({ unit: 'binary', maxLength: 300 })),
  headers: fc.dictionary(fc.string({ minLength: 1 }), fc.string(), { maxKeys: 2 }),
});
const batch = fc.record({
  records: fc.array(record, { maxLength: 12 }),
  compression: fc.constantFrom(...COMPRESSIONS),
  flags: fc.constantFrom(0, 0, LOG_APPEND_TIME, CONTROL),
  transactional: fc.boolean(),
  producerId: fc.nat(1000),
});

it('reads of a fetch what kafkajs reads of it', async () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  await fc.assert(
    fc.asyncProperty(fc.array(batch, { maxLength: 4 }), share, share, async (drafts, start, cut) => {
      let next = 2 ** 33;
      const batches: Buffer[] = [];
      for (const draft of drafts) {
        const { encoded, end } = await write(draft, next);
        batches.push(encoded);
        next = end;
      }
      const whole = Buffer.concat(batches);
      // Brokers cut off the last batch where an answer is full.
      const last = batches.at(-1)?.length ?? 0;
      const length = Math.max(LEAST, whole.length - Math.floor(cut * last));
      const answer = answerOf(whole.subarray(0, length));
      const from = Math.floor(2 ** 33 + start * (next - 2 ** 33));
      const [expected, found] = [await response.decode(answer), await read(answer)];
      expect(partsOf(found)).toEqual(partsOf(expected));
      expect(found.messages.every((message) => message instanceof RecordBatch)).toBe(true);
      expect(found.messages.flatMap((message) => recordsOf(message, from))).toEqual(
        messagesOf(expected).flatMap((message) => recordsOf(message, from))
      );
    }),
    { numRuns: 300 }
  );
});

it('leaves messages of the formats before record batches to kafkajs', async () => {
  const { buffer } = messageSet({ messageVersion: 1, entries: [{ key: 'k', value: 'old', timestamp: TIME }] });
  const [message] = (await read(answerOf(buffer))).messages;
  expect(message).not.toBeInstanceOf(RecordBatch);
  expect(message === undefined ? [] : recordsOf(message, 0)).toEqual([[0, TIME, 'old', false]]);
});

it('says where a record is longer than its batch', async () => {
  const { encoded } = await write(
    {
      records: [{ gap: 1, timestampDelta: 0, key: null, value: 'abc', headers: {} }],
      compression: 0,
      flags: 0,
      transactional: false,
      producerId: 1,
    },
    7
  );
  encoded[61] = 126;
  const [broken] = (await read(answerOf(encoded))).messages;
  expect(() => recordsOf(broken as RecordBatch, 0)).toThrow(/offset 7: expected a record of 63 bytes/);
});

async function write(
  { records, flags, ...rest }: typeof batch extends fc.Arbitrary<infer T> ? T : never,
  firstOffset: number
) {
  let offsetDelta = -1;
  const encoded = records.map(({ gap, ...fields }) => encodeRecord({ ...fields, offsetDelta: (offsetDelta += gap) }));
  const lastOffsetDelta = Math.max(0, offsetDelta);
  const times = { firstTimestamp: TIME, maxTimestamp: TIME + 77 };
  const { buffer } = await encodeBatch({ ...rest, ...times, firstOffset, lastOffsetDelta, records: encoded });
  buffer.writeInt16BE(buffer.readInt16BE(21) | flags, 21);
  return { encoded: buffer, end: firstOffset + lastOffsetDelta + 1 };
}

/** The answer of a broker that was asked for one partition. */
function answerOf(batches: Buffer): Buffer {
  const head = new Encoder()
    .writeInt32(0)
    .writeInt16(0)
    .writeInt32(5)
    .writeInt32(1)
    .writeString('notify')
    .writeInt32(1);
  head
    .writeInt32(3)
    .writeInt16(0)
    .writeInt64(2 ** 40)
    .writeInt64(2 ** 39)
    .writeInt64(12);
  head.writeInt32(2).writeInt64(4).writeInt64(50).writeInt64(5).writeInt64(60);
  return head.writeInt32(-1).writeBytes(batches).buffer;
}

async function read(answer: Buffer): Promise<{ messages: readonly Message[] }> {
  const { response: reading } = readBatches({ request: { apiVersion: 11 }, response });
  const decoded = await reading.decode(answer);
  return { ...(decoded as object), messages: messagesOf(decoded) };
}

function messagesOf(answer: unknown): readonly Message[] {
  return (answer as Answer).responses.flatMap(({ partitions }) => partitions.flatMap(({ messages }) => messages));
}

/** All that an answer says beside messages. */
function partsOf(answer: unknown): unknown {
  const withoutMessages = (key: string, value: unknown): unknown => (key === 'messages' ? undefined : value);
  return JSON.parse(JSON.stringify(answer, withoutMessages));
}

type Read = readonly [offset: number, time: number, value: string | null, control: boolean];

function recordsOf(message: Message, from: number): Read[] {
  const isControlRecord = message.isControlRecord ?? false;
  if (!(message instanceof RecordBatch)) {
    const { offset, timestamp, value } = message;
    const read = [Number(offset), Number(timestamp), value?.toString('utf8') ?? null, isControlRecord] as const;
    return read[0] < from ? [] : [read];
  }
  const records: Read[] = [];
  message.read(from, (offset, time, value) => records.push([offset, time, value, isControlRecord]));
  return records;
}
