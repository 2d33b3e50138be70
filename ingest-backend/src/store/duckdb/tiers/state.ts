import { BIGINT, VARCHAR, type DuckDBConnection } from '@duckdb/node-api';
import { SELF_WORKFLOW, type Micros } from '@pneumograph/contract';
import { LOOK_AHEAD, type RollupTier, type Tier } from '../../store.js';
import { ROLLUP_TIERS, type Coverage, type Horizons } from '../../tiers/index.js';
import { appendRows } from '../append.js';

/** So much time is rolled up at once, of all series. */
export const CHUNK: Readonly<Record<RollupTier, Micros>> = { '1m': 600e6, '1h': 3600e6 };

export interface Mark {
  readonly tier: RollupTier;
  readonly chunk: Micros;
}

/** Chunks that the points of a batch lie in or speak for. */
export class Touched {
  readonly #finest = new Set<Micros>();
  #last = NaN;
  newest = -Infinity;
  newestOfEngines = -Infinity;
  longest = 0;
  late = false;

  constructor(private readonly state: TierState) {}

  /** @param own whether Pneumograph tells it of itself */
  add(time: Micros, span: number, own = false): void {
    const reach = Math.min(Math.max(span, 0) * 1e6, LOOK_AHEAD);
    this.newest = Math.max(this.newest, time);
    this.newestOfEngines = own ? this.newestOfEngines : Math.max(this.newestOfEngines, time);
    this.longest = Math.max(this.longest, reach);
    this.late ||= time < this.state.horizons.raw;
    const width = CHUNK['1m'];
    const last = Math.floor(time / width) * width;
    const first = Math.floor((time - reach) / width) * width;
    if (first === last && last === this.#last) {
      return;
    }
    this.#last = last;
    for (let chunk = first; chunk <= last; chunk += width) {
      // What is older is added to rollups by itself.
      if (chunk >= this.state.horizons.raw) {
        this.#finest.add(chunk);
      }
    }
  }

  marks(): Mark[] {
    return ROLLUP_TIERS.flatMap((tier) => {
      const width = CHUNK[tier];
      const chunks = new Set([...this.#finest].map((chunk) => Math.floor(chunk / width) * width));
      return [...chunks].map((chunk) => ({ tier, chunk }));
    });
  }
}

let sequence = 0;

/** What is known of the tiers: since when each is there, and which chunks of rollups are to be made. */
export class TierState implements Coverage {
  readonly chunk = CHUNK;
  horizons: Horizons = { raw: -Infinity, '1m': -Infinity, '1h': -Infinity };
  /** Grows with each change of the horizons: what was read meanwhile may be half of the one and half of the other. */
  version = 0;
  /** Whether there may be raw points from before their horizon. */
  late = true;
  /** Time of the newest point. */
  newest: Micros = -Infinity;
  /** Time of the newest that is not told by Pneumograph of itself: it tells that every few seconds, whatever is replayed. */
  newestOfEngines: Micros = -Infinity;
  /** The longest time that a point has spoken for, as far as questions look. */
  longest: Micros = 0;
  readonly #dirty: Record<RollupTier, Map<Micros, number>> = { '1m': new Map(), '1h': new Map() };
  #sorted: Partial<Record<RollupTier, readonly Micros[]>> = {};

  dirty(tier: RollupTier, from: Micros, to: Micros): readonly Micros[] {
    const all = (this.#sorted[tier] ??= [...this.#dirty[tier].keys()].sort((a, b) => a - b));
    return all.filter((chunk) => chunk < to && chunk + CHUNK[tier] > from);
  }

  isDirty({ tier, chunk }: Mark): boolean {
    return this.#dirty[tier].has(chunk);
  }

  /** Changes each time that a chunk is touched. */
  touchOf({ tier, chunk }: Mark): number | undefined {
    return this.#dirty[tier].get(chunk);
  }

  touch({ tier, chunk }: Mark): void {
    if (!this.#dirty[tier].has(chunk)) {
      delete this.#sorted[tier];
    }
    this.#dirty[tier].set(chunk, ++sequence);
  }

  clean({ tier, chunk }: Mark): void {
    this.#dirty[tier].delete(chunk);
    delete this.#sorted[tier];
  }

  /** What only the commit of a batch makes true. */
  remember(touched: Touched): void {
    this.newest = Math.max(this.newest, touched.newest);
    this.newestOfEngines = Math.max(this.newestOfEngines, touched.newestOfEngines);
    this.longest = Math.max(this.longest, touched.longest);
    this.late ||= touched.late;
    touched.marks().forEach((mark) => this.touch(mark));
  }

  static async load(connection: DuckDBConnection): Promise<TierState> {
    const state = new TierState();
    const rows = async (sql: string) => (await connection.runAndReadAll(sql)).getRows();
    const since = (await rows('SELECT tier, since::DOUBLE FROM horizons')) as Array<[Tier, number]>;
    state.horizons = { ...state.horizons, ...Object.fromEntries(since) };
    for (const [tier, chunk] of (await rows('SELECT tier, chunk::DOUBLE FROM dirty')) as Array<[RollupTier, number]>) {
      state.touch({ tier, chunk });
    }
    const [[newest, span, ofEngines] = []] = await rows(`
      SELECT max(time)::DOUBLE, max(span), max(time) FILTER (workflow <> '${SELF_WORKFLOW}')::DOUBLE
      FROM points JOIN series ON points.series = series.id`);
    state.newest = (newest as number | null | undefined) ?? -Infinity;
    state.newestOfEngines = (ofEngines as number | null | undefined) ?? -Infinity;
    state.longest = Math.min(Math.max((span as number | null | undefined) ?? 0, 0) * 1e6, LOOK_AHEAD);
    return state;
  }
}

/** Writes down which chunks a batch touches that were clean. */
export async function writeTouched(writer: DuckDBConnection, touched: Touched, state: TierState): Promise<void> {
  const fresh = touched.marks().filter((mark) => !state.isDirty(mark));
  await appendRows(
    writer,
    'dirty',
    [VARCHAR, BIGINT],
    fresh.map(({ tier, chunk }) => [tier, BigInt(chunk)])
  );
}
