import type { Partition } from '../archive/index.js';
import { Inlet, replayJournal, type Asked, type Journal, type Source } from '../sources/index.js';
import { Bad } from './bad.js';
import { endsInQuotes, readHeader, type CsvRows } from './csv.js';
import type { Decoder } from './decoder.js';
import type { StreamIntake } from './intake.js';

/** What the caller of `POST /api/v1/records` is told. */
export interface RecordReceipt {
  accepted: number;
  rejected: Array<{ index: number; reason: string }>;
}

/** A body as it came: values of a JSON array, lines of text, or the bytes of one record. */
export type RecordBody =
  | { readonly kind: 'values'; readonly values: readonly unknown[] }
  | { readonly kind: 'lines'; readonly lines: readonly string[] }
  | { readonly kind: 'bytes'; readonly bytes: Buffer };

/** The body cannot be one of the stream. */
export class WrongBody extends Error {}

const MOST_REASONS = 1000;

/** Records of a stream that come over HTTP: they are on disk before the caller is answered. */
export class HttpStream implements Source {
  readonly problem = undefined;
  readonly name: string;
  readonly #partition: Partition;
  readonly #inlet: Inlet<RecordReceipt>;

  constructor(
    private readonly intake: StreamIntake,
    private readonly decoder: Decoder,
    private readonly journal: Journal
  ) {
    this.name = intake.name;
    this.#partition = intake.partition('http');
    this.#inlet = new Inlet(journal, intake);
  }

  async start(): Promise<void> {
    const { intake } = this;
    // The journal has lines: what may hold line ends or bytes lies in it as a string of JSON.
    const lines = {
      assign: intake.assign.bind(intake),
      completeTo: intake.completeTo.bind(intake),
      readTo: intake.readTo.bind(intake),
      resumeAt: intake.resumeAt.bind(intake),
      room: intake.room.bind(intake),
      takeRaw: (_source: string, _partition: Partition, offset: number, text: string | Buffer, arrival?: number) =>
        this.#hand(offset, JSON.parse(text.toString()) as Line, arrival),
    };
    await replayJournal(this.name, this.#partition, lines, this.journal);
  }

  async stop(): Promise<void> {
    await this.journal.close();
  }

  stored(positions: ReadonlyMap<string, number>): void {
    const position = positions.get(this.#partition.key);
    if (position !== undefined) {
      void this.journal.trim(position);
    }
  }

  /**
   * Takes in the records of a body; each bad one is rejected alone.
   * @param key asked again under the same key, the answer is the same and nothing more is taken in
   * @throws WrongBody, Overload, KeyReused
   */
  take(body: RecordBody, key?: string): Promise<RecordReceipt> {
    const lines = this.#linesOf(body);
    return this.#inlet.once(
      key,
      () => JSON.stringify(lines),
      (asked) => this.#take(lines, asked)
    );
  }

  async #take(lines: readonly Line[], asked: Asked | undefined): Promise<RecordReceipt> {
    this.#inlet.checkRoom();
    const receipt: RecordReceipt = { accepted: 0, rejected: [] };
    const good: Line[] = [];
    for (const [index, line] of lines.entries()) {
      const value = this.#decode(line);
      if (!(value instanceof Bad)) {
        good.push(line);
      } else if (receipt.rejected.length < MOST_REASONS) {
        receipt.rejected.push({ index, reason: value.detail });
      }
    }
    // Bad ones are kept as well: monitors count them.
    receipt.accepted = good.length;
    const arrival = Date.now();
    const text = lines.map((line) => JSON.stringify(line) + '\n').join('');
    const first = await this.#inlet.keep(text, lines.length, arrival, asked, receipt);
    for (const [index, line] of lines.entries()) {
      this.#hand(first + index, line, arrival);
    }
    this.intake.readTo(this.name, this.#partition, first + lines.length, 0);
    return receipt;
  }

  #linesOf(body: RecordBody): Line[] {
    if (this.decoder.isBinary) {
      if (body.kind !== 'bytes') {
        throw new WrongBody('expected one record as avro/binary, found text');
      }
      return [{ b: body.bytes.toString('base64') }];
    }
    if (body.kind === 'bytes') {
      throw new WrongBody('expected text, found avro/binary');
    }
    if (body.kind === 'values') {
      return body.values.map((value) => ({ t: this.decoder.isText ? String(value) : JSON.stringify(value) }));
    }
    return this.decoder.isCsv ? rowsOf(body.lines, this.decoder.hasHeader) : body.lines.map((t) => ({ t }));
  }

  #hand(offset: number, line: Line, arrival?: number): void {
    this.intake.takeDecoded(this.#partition, offset, this.#decode(line), arrival);
  }

  #decode({ t, b, h }: Line): unknown {
    const rows: CsvRows | undefined = h === undefined ? undefined : this.#rowsOf(h);
    return this.decoder.decode(b === undefined ? (t ?? '') : Buffer.from(b, 'base64'), rows);
  }

  /** The same columns come with each row of a body. */
  #rowsOf(header: string): CsvRows {
    if (this.#lastHeader?.text !== header) {
      this.#lastHeader = { text: header, rows: this.decoder.rows(readHeader(header)) };
    }
    return this.#lastHeader.rows;
  }
  #lastHeader: { text: string; rows: CsvRows } | undefined;
}

/** A record as it lies in the journal: text or bytes, and the header of its body. */
interface Line {
  readonly t?: string;
  readonly b?: string;
  readonly h?: string;
}

/** Rows with their header. @throws WrongBody where the header cannot be one */
function rowsOf(lines: readonly string[], hasHeader: boolean): Line[] {
  const [h, ...rest] = hasHeader ? lines : [undefined, ...lines];
  if (h !== undefined) {
    try {
      readHeader(h);
    } catch (error) {
      throw new WrongBody((error as Error).message);
    }
  }
  const rows: Line[] = [];
  let open: string | undefined;
  for (const line of rest as readonly string[]) {
    const text = open === undefined ? line : `${open}\n${line}`;
    if (endsInQuotes(line, open !== undefined)) {
      open = text;
    } else {
      rows.push(h === undefined ? { t: text } : { t: text, h });
      open = undefined;
    }
  }
  if (open !== undefined) {
    rows.push(h === undefined ? { t: open } : { t: open, h });
  }
  return rows;
}
