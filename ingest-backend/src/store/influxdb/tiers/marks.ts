import type { Micros } from '@pneumograph/contract';
import type { RollupTier } from '../../store.js';
import type { Coverage } from '../../tiers/index.js';
import { filter, isOneOf, source } from '../connection.js';
import { integerField, nanos, textField } from '../line.js';
import type { Place } from '../place.js';

/** Rollups are made hour by hour, of all series at once. */
export const CHUNK: Micros = 3600e6;

export function chunkOf(time: Micros): Micros {
  return Math.floor(time / CHUNK) * CHUNK;
}

/**
 * Tells which hours have got points. Each writer counts its batches, and leaves in each hour that a batch has points of
 * the number of that batch, once they are stored and before it is complete. What is rolled up of an hour says as of which
 * numbers: where an hour has others by now, points came that may not be part of its rollups. So any number of processes
 * may write, however late, and no rollup is ever taken for more than it is. A batch that was interrupted leaves its
 * numbers when it is written again, also of points that were there already.
 */
export class Toucher {
  readonly #writer = `${Date.now().toString(36)}.${Math.random().toString(36).slice(2, 8)}`;
  #number = 0;

  lines(times: Iterable<Micros>): string[] {
    this.#number++;
    return [...new Set([...times].map(chunkOf))].map((chunk) => touchLine(this.#writer, this.#number, chunk));
  }
}

export function touchLine(writer: string, number: number, chunk: Micros): string {
  return `touch,writer=${writer} number=${integerField(number)} ${nanos(chunk)}`;
}

/** @param touches the numbers that were there before it was rolled up, see `Marks` */
export function rolledLine(chunk: Micros, touches: string): string {
  return `rolled content=${textField(touches)} ${nanos(chunk)}`;
}

/** What is known of hours: by their starts the numbers that writers left, and those that were rolled up. */
export class Marks implements Coverage {
  readonly horizons = { raw: -Infinity, '1m': -Infinity, '1h': -Infinity };
  readonly chunk = { '1m': CHUNK, '1h': CHUNK };
  /** Starts of the hours that have to be rolled up, ascending. */
  readonly due: readonly Micros[];

  private constructor(
    private readonly touches: ReadonlyMap<Micros, string>,
    rolled: ReadonlyMap<Micros, string>
  ) {
    this.due = [...touches.keys()].filter((chunk) => touches.get(chunk) !== rolled.get(chunk)).sort((a, b) => a - b);
  }

  /** @param from start of an hour */
  static async read({ connection, state }: Place, from: Micros, to: Micros): Promise<Marks> {
    const touches = new Map<Micros, string[]>();
    const rolled = new Map<Micros, string>();
    const rows = filter(source(state, from, to), [isOneOf('_measurement', ['touch', 'rolled'])]);
    await connection.read(rows, ({ column, value, micros }) => {
      if (column('_measurement') === 'rolled') {
        rolled.set(micros, value);
      } else {
        touches.set(micros, [...(touches.get(micros) ?? []), `${column('writer')}:${value}`]);
      }
    });
    return new Marks(new Map([...touches].map(([chunk, all]) => [chunk, all.sort().join(' ')])), rolled);
  }

  dirty(_: RollupTier, from: Micros, to: Micros): readonly Micros[] {
    return this.due.filter((chunk) => chunk < to && chunk + CHUNK > from);
  }

  /** What to note of an hour that is rolled up from what is stored by now, or later. */
  touchesOf(chunk: Micros): string {
    return this.touches.get(chunk) ?? '';
  }
}
