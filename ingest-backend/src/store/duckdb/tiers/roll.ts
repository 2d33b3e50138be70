import { BIGINT, LIST, UINTEGER, listValue, type DuckDBConnection } from '@duckdb/node-api';
import type { Micros } from '@pneumograph/contract';
import type { RollupTier } from '../../store.js';
import { ROLLUP_TIERS } from '../../tiers/index.js';
import { whole } from '../whole.js';
import { rollupSql, tableOf } from './rollup-sql.js';
import { metricHash } from './sources.js';
import { CHUNK, type Mark, type TierState } from './state.js';

/** The series whose points are rolled up. */
export type Members = ReadonlyArray<{ readonly id: number; readonly metric: string }>;

/** A chunk is rolled up once the newest point is that far past it: reports that reach back into it have come then. */
const SETTLED: Micros = 60e6;
/** A chunk into which points come late all the time is rolled up again no sooner than after that. */
const PAUSE: Micros = 60e6;
/** So much time is rolled up in one go. */
const RUN: Readonly<Record<RollupTier, Micros>> = { '1m': 3 * 3600e6, '1h': 12 * 3600e6 };

/** Makes rollups of chunks, and again where points came late. */
export class Roller {
  readonly #rolled = new Map<string, Micros>();

  /** Chunks near each other that are to be rolled up in one go, the oldest first; empty where there is none. */
  next(tiers: TierState, now: Micros): readonly Mark[] {
    const settled = Math.min(now, tiers.newest) - SETTLED;
    for (const [key, at] of this.#rolled) {
      if (now - at >= PAUSE) {
        this.#rolled.delete(key);
      }
    }
    for (const tier of [...ROLLUP_TIERS].reverse()) {
      const due = tiers
        .dirty(tier, -Infinity, settled - CHUNK[tier])
        .filter((chunk) => !this.#rolled.has(`${tier} ${chunk}`));
      const [first] = due;
      if (first !== undefined) {
        return due.filter((chunk) => chunk < first + RUN[tier]).map((chunk) => ({ tier, chunk }));
      }
    }
    return [];
  }

  /**
   * Rolls up chunks, and those between them anew, in a transaction of its own: writers go on.
   * @returns the chunks that no point came into meanwhile
   */
  async roll(
    connection: DuckDBConnection,
    tiers: TierState,
    members: Members,
    marks: readonly Mark[],
    now: Micros
  ): Promise<() => Mark[]> {
    const [{ tier, chunk: from }, last] = [marks[0] as Mark, marks.at(-1) as Mark];
    const to = last.chunk + CHUNK[tier];
    const touches = marks.map((mark) => tiers.touchOf(mark));
    await connection.run('BEGIN');
    try {
      await connection.run(`DELETE FROM ${tableOf(tier)} WHERE time >= ${whole(from)} AND time < ${whole(to)}`);
      await insertRollups(connection, rollupSql(tier, tiers.longest), { tier, from, to }, members);
      await connection.run('COMMIT');
    } catch (error) {
      await connection.run('ROLLBACK').catch(() => undefined);
      throw error;
    }
    marks.forEach((mark) => this.#rolled.set(`${tier} ${mark.chunk}`, now));
    return () => marks.filter((mark, index) => tiers.touchOf(mark) === touches[index]);
  }
}

export async function insertRollups(
  connection: DuckDBConnection,
  sql: string,
  { tier, from, to }: { tier: RollupTier; from: Micros; to: Micros },
  members: Members
): Promise<void> {
  await connection.run(
    `INSERT INTO ${tableOf(tier)} ${sql}`,
    {
      series: listValue(members.map(({ id }) => id)),
      metrics: listValue(members.map(({ metric }) => metricHash(metric))),
      from: whole(from),
      to: whole(to),
    },
    { series: LIST(UINTEGER), metrics: LIST(UINTEGER), from: BIGINT, to: BIGINT }
  );
  await connection.run(
    `INSERT INTO loose SELECT DISTINCT '${tier}', floor(time / ${PERIOD[tier]})::BIGINT * ${PERIOD[tier]} FROM ${tableOf(tier)}
     WHERE time >= ${whole(from)} AND time < ${whole(to)} EXCEPT SELECT tier, begins FROM loose`
  );
}

/**
 * Rollups of so much time are sorted together, some hundred thousand rows at 1,000 series. What is longer is sorted
 * later, and questions about the present read what is not sorted yet.
 */
export const PERIOD: Readonly<Record<RollupTier, Micros>> = { '1m': 6 * 3600e6, '1h': 32 * 86400e6 };
