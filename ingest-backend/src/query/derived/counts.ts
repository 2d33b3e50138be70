import type { GroupKey, Micros } from '@pneumograph/contract';
import type { Extent, Selection, SeriesInfo } from '../../store/index.js';
import type { Scope } from '../scope.js';
import { lastReports, type Axis } from './axis.js';
import { Curve } from './curve.js';

export interface SlotCounts {
  /** Records that passed. */
  readonly passed: Curve;
  /** Records that were turned away, by schema or encoding: they are not among those that passed. */
  readonly rejected: Curve;
}

/** What went through the slots of one model, or of one of its engines. */
export interface ModelCounts {
  readonly workflow: string;
  readonly model: string;
  /** Undefined where all engines are added up. */
  readonly engine: string | undefined;
  readonly slots: ReadonlyMap<number, SlotCounts>;
  /** Until when all of its reports are in: beyond that, what is counted on one side may still be missing on the other. */
  readonly until: Micros;
}

/** Whose reports have to be in before their counts are compared. */
export type Together = 'workflow' | 'model' | 'engine';

export interface CountsOptions {
  readonly together: Together;
  /** On which side rejected records are asked for; the others are left empty. */
  readonly rejectsOf?: 'in' | 'out';
}

const REJECTS = ['record.rejected.by.schema.count', 'record.rejected.by.encoding.count'];

/** The counts of all slots of some models, spread over the time that reports speak for. */
export async function countsOf(
  scope: Scope,
  selection: Selection,
  axis: Axis,
  { together, rejectsOf }: CountsOptions
): Promise<ModelCounts[]> {
  const { from, to, width } = axis;
  const asked = { ...selection, slots: [] };
  const { silentAfter } = scope.directory;
  const extents = await scope.store.extents(asked, 'record.count', lastReports(from, to, silentAfter), to);
  const horizons = horizonsOf(extents, to, silentAfter, together);
  const untilOf = (series: Unit) => horizons.get(unitKey(series, together)) ?? to;
  const byEngine = together === 'engine';
  const by: GroupKey[] = ['model', 'slot', ...(byEngine ? (['engine'] as const) : [])];
  const window = (series: SeriesInfo) => ({ from, to: untilOf(series) });
  const ask = (metrics: readonly string[], slots: readonly number[], withoutZeros = false) =>
    scope.store.spread({ ...asked, slots, metrics, from, to, width, measure: 'value', by, window, withoutZeros });
  const rejecting = rejectsOf === undefined ? [] : slotsReported(scope).filter((slot) => rejectsOf === sideOf(slot));
  const [passed, rejected] = await Promise.all([
    ask(['record.count'], []),
    rejecting.length === 0 ? [] : ask(REJECTS, rejecting, true),
  ]);
  const models = new Map<string, ModelCounts & { slots: Map<number, SlotCounts> }>();
  const slotKey = (series: Unit & { slot: number | undefined }) =>
    JSON.stringify([unitKey(series, 'engine'), series.slot]);
  const rejects = new Map(rejected.map((series) => [slotKey(series), Curve.of(width, series)]));
  for (const series of passed) {
    const { workflow = '', model = '', slot = 0, engine } = series;
    const key = unitKey(series, 'engine');
    const counts = models.get(key) ?? { workflow, model, engine, slots: new Map(), until: untilOf(series) };
    counts.slots.set(slot, {
      passed: Curve.of(width, series),
      rejected: rejects.get(slotKey(series)) ?? Curve.NOTHING,
    });
    models.set(key, counts);
  }
  return [...models.values()];
}

function slotsReported({ inventory }: Scope): number[] {
  const slots = inventory.reported.flatMap(({ metric, slot }) => (metric === 'record.count' ? (slot ?? []) : []));
  return [...new Set(slots)];
}

/** A series, or a group of them that may have the engine left out. */
interface Unit {
  readonly workflow: string | undefined;
  readonly model: string | undefined;
  readonly engine: string | undefined;
}

/**
 * Until when all taps have reported that still report. One that has been silent for longer than engines may be is
 * not waited for.
 */
function horizonsOf(
  extents: readonly Extent[],
  to: Micros,
  silentAfter: Micros,
  together: Together
): Map<string, Micros> {
  const horizons = new Map<string, Micros>();
  for (const extent of extents) {
    const last = Math.min(extent.last, to);
    if (to - last <= silentAfter) {
      const key = unitKey(extent, together);
      horizons.set(key, Math.min(horizons.get(key) ?? to, last));
    }
  }
  return horizons;
}

function unitKey({ workflow, model, engine }: Unit, together: Together): string {
  const parts = [workflow, together === 'workflow' ? undefined : model, together === 'engine' ? engine : undefined];
  return JSON.stringify(parts.map((part) => part ?? null));
}

/** Even slots are inputs, odd slots outputs. */
function sideOf(slot: number): 'in' | 'out' {
  return slot % 2 === 0 ? 'in' : 'out';
}

/** The slots of one side of a model, in order. */
export function slotsOn(side: 'in' | 'out', { slots }: ModelCounts): Array<[slot: number, counts: SlotCounts]> {
  return [...slots].filter(([slot]) => sideOf(slot) === side).sort(([a], [b]) => a - b);
}
