import { compareText } from './fields';
import type { Consequence, LinkView, ModelState, ModelView, Stat } from './types';

/** What lets no records through, though its own fault may be that of one engine only. */
const BROKEN: readonly ModelState[] = ['error', 'unknown', 'paused'];
/** The last buckets of a history; the very last one may not be complete yet. */
const NEWEST = 3;

/** Whether records flow, as far as can be told; of a history the newest part counts and not the mean of hours. */
function flows(stat: Stat | undefined): boolean | undefined {
  const newest = stat?.history?.slice(-NEWEST);
  return newest === undefined ? stat && stat.value > 0 : newest.some((value) => value !== null && value > 0);
}

/**
 * What faults do to the models after them: a model that works, is linked to others and gets no records is starved where a
 * model upstream that is in error, silent or paused lets none through, be it by way of models that are starved too.
 * Of several ways the nearest such models are named.
 */
export function consequences(
  models: readonly ModelView[],
  links: ReadonlyArray<Pick<LinkView, 'source' | 'target' | 'rate'>>
): Map<string, Consequence> {
  const byId = new Map(models.map((model) => [model.id, model]));
  const sources = new Map<string, Array<{ id: string; carries: boolean | undefined }>>();
  for (const { source, target, rate } of links) {
    if (source !== target && byId.has(source)) {
      const found = { id: source, carries: flows(byId.get(source)?.stats.rpsOut) ?? flows(rate) };
      sources.set(target, [...(sources.get(target) ?? []), found]);
    }
  }
  const isBroken = (id: string) => BROKEN.includes(byId.get(id)?.state ?? 'none');
  const isDry = ({ id, state, stats }: ModelView) => {
    const from = sources.get(id) ?? [];
    const takes = flows(stats.rpsIn);
    return (
      !isBroken(id) &&
      state !== 'unlisted' &&
      from.length > 0 &&
      (takes ?? from.some(({ carries }) => carries !== false)) === false
    );
  };
  const dry = new Set(models.filter(isDry).map(({ id }) => id));
  const found = new Map<string, Consequence>();
  for (const id of dry) {
    const by = nearestCauses(id, sources, isBroken, dry);
    if (by.length > 0) {
      found.set(id, { kind: 'starved', by, names: by.map((cause) => byId.get(cause)?.name ?? cause) });
    }
  }
  return found;
}

/** Goes upstream, level by level, through models that get nothing, until models are met that let nothing out. */
function nearestCauses(
  id: string,
  sources: ReadonlyMap<string, ReadonlyArray<{ id: string; carries: boolean | undefined }>>,
  isBroken: (id: string) => boolean,
  dry: ReadonlySet<string>
): string[] {
  const seen = new Set([id]);
  let level = [id];
  while (level.length > 0) {
    const above = level.flatMap((at) => sources.get(at) ?? []).filter((source) => source.carries !== true);
    const causes = [...new Set(above.map((source) => source.id).filter(isBroken))];
    if (causes.length > 0) {
      return causes.sort(compareText);
    }
    level = [...new Set(above.map((source) => source.id))].filter((source) => dry.has(source) && !seen.has(source));
    level.forEach((source) => seen.add(source));
  }
  return [];
}
