import { flux } from '@influxdata/influxdb-client';
import { SELF_WORKFLOW, type Micros } from '@pneumograph/contract';
import { filter, source } from '../connection.js';
import { readNewest } from '../memory.js';
import type { Place } from '../place.js';
import { tierBucket } from './buckets.js';
import type { Lease } from './lease.js';
import { CHUNK, chunkOf, Marks, rolledLine, touchLine } from './marks.js';
import { roll } from './roll.js';
import { isBegun } from './sources.js';

/** An hour is rolled up once the newest point is that far past it. */
const SETTLED: Micros = 60e6;
/** What is to be done is looked for no more often. An hour into which points come late all the time waits for that. */
const PAUSE: Micros = 60e6;

interface Newest {
  readonly ofAll: Micros;
  /** What Pneumograph tells of itself is of the present, whatever is replayed. */
  readonly ofEngines: Micros;
}

/** Rolls up hours that have got points, and deletes points that are older than they are kept, with their rollups. */
export class Keeper {
  /** Hours to be rolled up, ascending. */
  #due: Micros[] = [];
  #lookedAt = -Infinity;
  #deletedTo = -Infinity;

  constructor(
    private readonly place: Place,
    private readonly lease: Lease,
    /** For how long points are kept. */
    private readonly kept: Micros
  ) {}

  /** @returns whether there is more to do at once */
  async step(now: Micros): Promise<boolean> {
    if (this.#due.length === 0 && Math.abs(now - this.#lookedAt) < PAUSE) {
      return false;
    }
    return (await this.lease.tryHold(() => this.#step(now))) ?? false;
  }

  async #step(now: Micros): Promise<boolean> {
    const [next] = this.#due;
    if (next !== undefined) {
      await this.#roll(next);
      this.#due.shift();
      return true;
    }
    this.#lookedAt = now;
    const newest = await this.#newest();
    if (!(await isBegun(this.place))) {
      await this.#begin(newest.ofAll);
    }
    await this.#expire(Math.min(newest.ofEngines, now));
    const { due } = await Marks.read(this.place, -Infinity, Infinity);
    const settled = Math.min(newest.ofAll, now) - SETTLED;
    this.#due = due.filter((chunk) => chunk + CHUNK <= settled);
    return this.#due.length > 0;
  }

  /** What is noted was there before the points were read: of what comes meanwhile the numbers are others. */
  async #roll(chunk: Micros): Promise<void> {
    const { connection, state } = this.place;
    const marks = await Marks.read(this.place, chunk, chunk + CHUNK);
    await roll(this.place, chunk, chunk + CHUNK);
    await connection.write(state, [rolledLine(chunk, marks.touchesOf(chunk))]);
  }

  async #newest(): Promise<Newest> {
    let [ofAll, ofEngines] = [-Infinity, -Infinity];
    await readNewest(this.place, ({ workflow }, time) => {
      ofAll = Math.max(ofAll, time);
      ofEngines = workflow === SELF_WORKFLOW ? ofEngines : Math.max(ofEngines, time);
    });
    return { ofAll, ofEngines };
  }

  /** Hours with points that were stored when nobody left numbers yet. */
  async #begin(newest: Micros): Promise<void> {
    const { connection, data, state } = this.place;
    const chunks = new Set<Micros>();
    if (Number.isFinite(newest)) {
      const hours = flux`${filter(source(data, -Infinity, Infinity), ['r._field == "origin"'])}
        |> aggregateWindow(every: 1h, fn: count, createEmpty: false, timeSrc: "_start")
        |> keep(columns: ["_time"]) |> group() |> distinct(column: "_time") |> rename(columns: {_value: "_time"})`;
      await connection.read(hours, ({ micros }) => chunks.add(chunkOf(micros)));
    }
    await connection.write(
      state,
      [...chunks].map((chunk) => touchLine('before', 1, chunk))
    );
    await connection.write(state, ['tiers version=1i 0']);
  }

  /**
   * Points are old as against the newest point of any engine, which is never taken for one after the present. The
   * bucket's own expiry would go by the clock: it would refuse what is replayed of last year.
   */
  async #expire(newest: Micros): Promise<void> {
    const { connection, data, state } = this.place;
    const before = chunkOf(newest - this.kept);
    if (!Number.isFinite(before) || before <= this.#deletedTo) {
      return;
    }
    // InfluxDB takes a deletion for a range of milliseconds, both ends of which are in it.
    const last = before - 1000;
    for (const bucket of [data, tierBucket(data, '1m'), tierBucket(data, '1h')]) {
      await connection.remove(bucket, '', -Infinity, last);
    }
    for (const measurement of ['touch', 'rolled']) {
      await connection.remove(state, `_measurement="${measurement}"`, -Infinity, last);
    }
    this.#deletedTo = before;
  }
}
