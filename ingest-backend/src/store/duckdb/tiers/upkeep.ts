import type { DuckDBConnection } from '@duckdb/node-api';
import { MESSAGE_METRIC, type Micros } from '@pneumograph/contract';
import { TIER_WIDTH, type Retention, type RollupTier, type Tier } from '../../store.js';
import { ROLLUP_TIERS } from '../../tiers/index.js';
import { whole } from '../whole.js';
import { packSql } from './pack-sql.js';
import { insertRollups, PERIOD, Roller, type Members } from './roll.js';
import { rollupSql, tableOf } from './rollup-sql.js';
import type { Mark, TierState } from './state.js';

/** What upkeep works on. */
export interface Kept {
  readonly tiers: TierState;
  readonly members: Members;
}

/** Ways to change the file. */
export interface Hands {
  /**
   * In a transaction of the writer, between two batches.
   * @param committed makes true in memory what is true in the file, before the next batch
   */
  write<T>(work: (writer: DuckDBConnection) => Promise<T>, committed?: (result: T) => void): Promise<T>;
  /** On a connection beside the writer, while nobody else changes rollups. */
  beside<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T>;
}

const HOUR: Micros = 3600e6;
/** Of what is too old so much is deleted in one go. */
const STEP: Micros = 6 * HOUR;

/** What keeps the file small and its answers fast, in steps. */
export class Upkeeper {
  readonly #roller = new Roller();

  constructor(
    private readonly hands: Hands,
    private readonly retention: Retention,
    /** What is in the file by now. */
    private readonly kept: () => Kept
  ) {}

  /** @returns whether there was anything to do */
  async step(now: Micros): Promise<boolean> {
    const { tiers } = this.kept();
    const newest = Math.min(now, tiers.newest);
    const newestOfEngines = Math.min(now, tiers.newestOfEngines);
    return (
      (await this.#roll(now)) ||
      (await this.#addLate()) ||
      (await this.#expire('raw', newestOfEngines)) ||
      (await this.#expire('1m', newestOfEngines)) ||
      (await this.#expire('1h', newestOfEngines)) ||
      (await this.#pack(newest))
    );
  }

  async #roll(now: Micros): Promise<boolean> {
    const { tiers, members } = this.kept();
    const marks = this.#roller.next(tiers, now);
    if (marks.length === 0) {
      return false;
    }
    const untouched = await this.hands.beside((connection) =>
      this.#roller.roll(connection, tiers, members, marks, now)
    );
    await this.hands.write(
      async (writer) => {
        // What was loaded anew meanwhile does not know what was touched before.
        const clean = this.kept().tiers === tiers ? untouched() : [];
        await forget(writer, clean);
        return clean;
      },
      (clean) => clean.forEach((mark) => tiers.clean(mark))
    );
    return true;
  }

  /** Adds points to rollups whose other points are gone. */
  async #addLate(): Promise<boolean> {
    const { tiers, members } = this.kept();
    const { raw } = tiers.horizons;
    if (!tiers.late) {
      return false;
    }
    return this.hands.write(async (writer) => {
      const oldest = await oldestOf(writer, 'points');
      if (oldest === undefined || oldest >= raw) {
        tiers.late = false;
        return false;
      }
      const from = Math.floor(oldest / HOUR) * HOUR;
      const to = Math.min(raw, from + STEP);
      for (const tier of ROLLUP_TIERS) {
        const since = Math.max(from - HOUR, tiers.horizons[tier]);
        if (since < to) {
          await insertRollups(writer, rollupSql(tier, 0), { tier, from: since, to }, members);
        }
      }
      await deletePoints(writer, to);
      return true;
    });
  }

  /** Deletes what is older than its tier is kept, once it is part of the next one. */
  async #expire(tier: Tier, newest: Micros): Promise<boolean> {
    const { tiers } = this.kept();
    const due = Math.floor((newest - this.retention[tier]) / HOUR) * HOUR;
    const since = tiers.horizons[tier];
    const [dirty = Infinity] = ROLLUP_TIERS.flatMap((each) => tiers.dirty(each, -Infinity, due)).sort((a, b) => a - b);
    // No tier reaches back less far than the next finer one.
    const finer = { raw: Infinity, '1m': tiers.horizons.raw, '1h': tiers.horizons['1m'] }[tier];
    const target = Math.min(due, Math.floor(dirty / HOUR) * HOUR, finer);
    if (!Number.isFinite(target) || target <= since) {
      return false;
    }
    await this.hands.write(
      async (writer) => {
        const table = tier === 'raw' ? 'points' : tableOf(tier);
        const oldest = (await oldestOf(writer, table)) ?? target;
        const to = Math.min(target, Math.max(Math.floor(oldest / HOUR) * HOUR, since) + STEP);
        this.kept().tiers.version++;
        if (tier === 'raw') {
          await deletePoints(writer, to);
        } else {
          await writer.run(`DELETE FROM ${table} WHERE time < ${whole(to)}`);
          await deleteBeside[tier](writer, to);
        }
        await writer.run('DELETE FROM horizons WHERE tier = $tier', { tier });
        await writer.run('INSERT INTO horizons VALUES ($tier, $to)', { tier, to: whole(to) });
        return to;
      },
      (to) => {
        const { tiers: present } = this.kept();
        present.horizons = { ...present.horizons, [tier]: to };
        present.version++;
      }
    );
    return true;
  }

  /** Sorts the rollups of a stretch of time that is over, and joins those of one bucket. */
  async #pack(newest: Micros): Promise<boolean> {
    const { tiers } = this.kept();
    return this.hands.beside(async (connection) => {
      const reader = await connection.runAndReadAll('SELECT tier, begins::DOUBLE FROM loose ORDER BY begins');
      const found = (reader.getRows() as Array<[RollupTier, Micros]>).find(([tier, begins]) => {
        const end = begins + PERIOD[tier];
        return end + TIER_WIDTH['1h'] <= newest && tiers.dirty(tier, begins, end).length === 0;
      });
      if (found === undefined) {
        return false;
      }
      const [tier, begins] = found;
      await transact(connection, async () => {
        const within = `time >= ${whole(begins)} AND time < ${whole(begins + PERIOD[tier])}`;
        await connection.run(`CREATE OR REPLACE TEMP TABLE packed AS ${packSql(tier, within)}`);
        await connection.run(`DELETE FROM ${tableOf(tier)} WHERE ${within}`);
        await connection.run(`INSERT INTO ${tableOf(tier)} FROM packed ORDER BY metric, series, time`);
        await connection.run('DELETE FROM loose WHERE tier = $tier AND begins = $begins', {
          tier,
          begins: whole(begins),
        });
      });
      await connection.run('DROP TABLE packed');
      return true;
    });
  }
}

/** What is kept as long as a tier beside it. States are kept where they are still in force. */
const deleteBeside: Readonly<Record<RollupTier, (writer: DuckDBConnection, before: Micros) => Promise<void>>> = {
  '1m': async (writer, before) => {
    await writer.run(`DELETE FROM profiles WHERE time < ${whole(before)}`);
  },
  '1h': async (writer, before) => {
    await writer.run(
      `DELETE FROM states WHERE time < ${whole(before)} AND rowid NOT IN (
         SELECT arg_max(rowid, {t: time, o: "offset", r: rowid}) FROM states WHERE time < ${whole(before)} GROUP BY series)`
    );
    await writer.run(
      `DELETE FROM alerts WHERE id IN (SELECT id FROM alerts WHERE state = 'resolved' AND time < ${whole(before)})`
    );
    await writer.run(`DELETE FROM presence WHERE ends < ${whole(before)}`);
  },
};

/** Deletes raw points, and messages; what may be read again is still known. */
async function deletePoints(writer: DuckDBConnection, before: Micros): Promise<void> {
  const positions = 'JOIN partitions q ON p.partition = q.id WHERE';
  await writer.run(
    `DELETE FROM counted USING partitions q WHERE counted.partition = q.id AND counted."offset" < q.position`
  );
  await writer.run(
    `INSERT INTO counted SELECT p.series, p.time, p.partition, p."offset" FROM points p
     ${positions} p.time < ${whole(before)} AND (q.position IS NULL OR p."offset" >= q.position)`
  );
  await writer.run(`DELETE FROM points WHERE time < ${whole(before)}`);
  const messages = `series IN (SELECT id FROM series WHERE metric = '${MESSAGE_METRIC}')`;
  await writer.run(
    `INSERT INTO counted SELECT p.series, p.time, p.partition, p."offset" FROM profiles p
     ${positions} p.time < ${whole(before)} AND (q.position IS NULL OR p."offset" >= q.position) AND p.${messages}`
  );
  await writer.run(`DELETE FROM profiles WHERE time < ${whole(before)} AND ${messages}`);
}

async function oldestOf(connection: DuckDBConnection, table: string): Promise<Micros | undefined> {
  const reader = await connection.runAndReadAll(`SELECT min(time)::DOUBLE FROM ${table}`);
  return (reader.getRows()[0]?.[0] as number | null | undefined) ?? undefined;
}

async function forget(writer: DuckDBConnection, marks: readonly Mark[]): Promise<void> {
  for (const { tier, chunk } of marks) {
    await writer.run('DELETE FROM dirty WHERE tier = $tier AND chunk = $chunk', { tier, chunk: whole(chunk) });
  }
}

/** Runs what belongs together, all or nothing. */
export async function transact<T>(connection: DuckDBConnection, work: () => Promise<T>): Promise<T> {
  await connection.run('BEGIN');
  try {
    const result = await work();
    await connection.run('COMMIT');
    return result;
  } catch (error) {
    // Where the commit itself failed there is no transaction left to take back.
    await connection.run('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
