import kafkajs from 'kafkajs';
import type { AbortedTransaction, FetchedRecord } from './aborted.js';

/** Node sees only some names of this module of the older kind. */
const { CompressionCodecs } = kafkajs;

/** How batches are unpacked, by the number of their compression; see `registerCodecs`. */
const CODECS: Readonly<Record<number, () => { decompress(buffer: Buffer): Promise<Buffer> }>> = CompressionCodecs;

/** Called with each record: its offset, its log time in milliseconds, its value as text or null where it has none. */
export type Visit = (offset: number, time: number, value: string | null) => void;

/** What kafkajs knows of a fetch: how to write the request, and how to read the answer to it. */
export interface FetchProtocol {
  readonly request: { readonly apiVersion: number };
  readonly response: Response;
}

interface Response {
  decode(answer: Buffer): Promise<unknown>;
  parse(decoded: unknown): unknown;
}

/** The newest version of fetch that kafkajs speaks: Kafka from 2.3 on. */
const VERSION = 11;
/** Where the length of what follows it ends, the format's number lies, and the records begin. */
const [PREFIX, FORMAT, HEADER] = [12, 16, 61];
/** The format since Kafka 0.11. */
const RECORD_BATCHES = 2;
const [COMPRESSION, LOG_APPEND_TIME, TRANSACTIONAL, CONTROL] = [0x07, 0x08, 0x10, 0x20];

/**
 * A record batch as the log holds it: in the place of its records for kafkajs, which makes ten objects of each of them.
 * They are read one after the other where they are wanted, and none is kept.
 */
export class RecordBatch implements FetchedRecord {
  /** Of its last record, whether that is still there or was compacted away. */
  readonly offset: string;
  /** Of its newest record, in milliseconds. */
  readonly timestamp: string;
  readonly batchContext: { readonly producerId: string; readonly inTransaction: boolean };
  isControlRecord: boolean;
  readonly #first: number;
  readonly #firstTime: number;
  /** The time that all records have, where the broker stamps them. */
  readonly #stamp: number | undefined;
  readonly #count: number;

  /**
   * @param header the batch from its beginning
   * @param records what follows the header, unpacked
   */
  constructor(
    header: Buffer,
    private readonly records: Buffer
  ) {
    const attributes = header.readInt16BE(21);
    const newest = header.readBigInt64BE(35);
    this.#first = Number(header.readBigInt64BE(0));
    this.#firstTime = Number(header.readBigInt64BE(27));
    this.#stamp = (attributes & LOG_APPEND_TIME) > 0 ? Number(newest) : undefined;
    this.#count = header.readInt32BE(57);
    this.offset = String(this.#first + header.readInt32BE(23));
    this.timestamp = String(newest);
    this.isControlRecord = (attributes & CONTROL) > 0;
    const producerId = String(header.readBigInt64BE(43));
    this.batchContext = { producerId, inTransaction: (attributes & TRANSACTIONAL) > 0 };
  }

  /** Of its first record: that of a marker says what it marks. */
  get key(): Buffer | null {
    const cursor = new Cursor(this.records);
    // Length, attributes, time and offset come before it.
    cursor.varint();
    cursor.at++;
    cursor.varint();
    cursor.varint();
    const length = cursor.varint();
    return length < 0 ? null : this.records.subarray(cursor.at, cursor.at + length);
  }

  /** Reads the records from an offset on. @throws Error where they do not end where the batch does */
  read(from: number, visit: Visit): void {
    const { records } = this;
    const cursor = new Cursor(records);
    for (let index = 0; index < this.#count; index++) {
      const length = cursor.varint();
      const end = cursor.at + length;
      // Attributes of a record mean nothing yet.
      cursor.at++;
      const time = this.#firstTime + cursor.varint();
      const offset = this.#first + cursor.varint();
      const keySize = cursor.varint();
      cursor.at += Math.max(0, keySize);
      const size = cursor.varint();
      if (end > records.length || cursor.at + size > end) {
        throw new Error(`offset ${offset}: expected a record of ${length} bytes, found the end of its batch`);
      }
      if (offset >= from) {
        const value = size < 0 ? null : records.toString('utf8', cursor.at, cursor.at + size);
        visit(offset, this.#stamp ?? time, value);
      }
      // Nothing is read of headers.
      cursor.at = end;
    }
  }
}

/** Lets answers to a fetch be read as record batches. What is older, brokers or batches, is left to kafkajs. */
export function readBatches(protocol: FetchProtocol): FetchProtocol {
  const { request, response } = protocol;
  if (request.apiVersion !== VERSION) {
    return protocol;
  }
  const decode = async (answer: Buffer): Promise<unknown> => (await decodeAnswer(answer)) ?? response.decode(answer);
  return { ...protocol, response: { decode, parse: (decoded) => response.parse(decoded) } };
}

/** Undefined where there are messages of older formats in it. */
async function decodeAnswer(answer: Buffer): Promise<object | undefined> {
  const cursor = new Cursor(answer);
  const clientSideThrottleTime = cursor.int32();
  const errorCode = cursor.int16();
  const sessionId = cursor.int32();
  const responses: object[] = [];
  for (let topics = cursor.int32(); topics > 0; topics--) {
    const topicName = cursor.text();
    const partitions: object[] = [];
    for (let count = cursor.int32(); count > 0; count--) {
      const told = decodePartition(cursor);
      const messages = await decodeBatches(cursor.bytes());
      if (messages === undefined) {
        return undefined;
      }
      partitions.push({ ...told, messages });
    }
    responses.push({ topicName, partitions });
  }
  // As kafkajs has it: a client that does not wait is not asked to.
  return { throttleTime: 0, clientSideThrottleTime, errorCode, sessionId, responses };
}

/** What an answer says of a partition before its batches. */
function decodePartition(cursor: Cursor): object {
  const [partition, errorCode] = [cursor.int32(), cursor.int16()];
  const [highWatermark, lastStableOffset, lastStartOffset] = [cursor.int64(), cursor.int64(), cursor.int64()];
  const abortedTransactions: AbortedTransaction[] = [];
  for (let count = cursor.int32(); count > 0; count--) {
    abortedTransactions.push({ producerId: cursor.int64(), firstOffset: cursor.int64() });
  }
  const preferredReadReplica = cursor.int32();
  return {
    partition,
    errorCode,
    highWatermark,
    lastStableOffset,
    lastStartOffset,
    abortedTransactions,
    preferredReadReplica,
  };
}

/** The batches that are there as a whole: brokers cut the last one off where an answer is full. */
async function decodeBatches(bytes: Buffer): Promise<RecordBatch[] | undefined> {
  const batches: RecordBatch[] = [];
  for (let at = 0; at + FORMAT < bytes.length;) {
    if (bytes[at + FORMAT] !== RECORD_BATCHES) {
      return undefined;
    }
    const end = at + PREFIX + bytes.readInt32BE(at + 8);
    if (end > bytes.length) {
      break;
    }
    const batch = bytes.subarray(at, end);
    const packed = batch.subarray(HEADER);
    const codec = CODECS[batch.readInt16BE(21) & COMPRESSION]?.();
    const unpack = codec !== undefined && packed.length > 0;
    batches.push(new RecordBatch(batch, unpack ? await codec.decompress(packed) : packed));
    at = end;
  }
  return batches;
}

/** Reads Kafka's primitive types one after the other. */
class Cursor {
  at = 0;

  constructor(private readonly buffer: Buffer) {}

  int16(): number {
    return this.buffer.readInt16BE((this.at += 2) - 2);
  }

  int32(): number {
    return this.buffer.readInt32BE((this.at += 4) - 4);
  }

  /** As kafkajs has it. */
  int64(): string {
    return String(this.buffer.readBigInt64BE((this.at += 8) - 8));
  }

  text(): string {
    const length = this.int16();
    return this.buffer.toString('utf8', this.at, (this.at += length));
  }

  bytes(): Buffer {
    const length = Math.max(0, this.int32());
    return this.buffer.subarray(this.at, (this.at += length));
  }

  /** A zigzag number of up to 53 bits; beyond the end of the buffer it ends. */
  varint(): number {
    const { buffer } = this;
    let byte = buffer[this.at++] ?? 0;
    let value = byte & 0x7f;
    for (let factor = 128; byte >= 0x80; factor *= 128) {
      byte = buffer[this.at++] ?? 0;
      value += (byte & 0x7f) * factor;
    }
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}
