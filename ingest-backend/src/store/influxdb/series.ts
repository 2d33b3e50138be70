import { dottedName } from '@pneumograph/contract';
import type { Series } from '../../archive/index.js';
import { wellFormed } from '../names.js';
import type { SeriesInfo } from '../store.js';
import { escapeMeasurement, escapeTag } from './line.js';
import { decodeName, encodeMeasurement, encodeName } from './names.js';

/**
 * What measurements are called: `tags` by metric (`rps`), `dotted` as in the tutorial (`lstm.0.rps`). Both have the same
 * tags; names may hold dots, so the dotted one has the metric as a tag as well.
 */
export type Layout = 'tags' | 'dotted';

/** A series with its names as they are stored. */
export function cleanSeries({ workflow, model, slot, engine, metric, monitor, feature }: Series): SeriesInfo {
  return {
    workflow: wellFormed(workflow),
    model: wellFormed(model),
    slot,
    engine: wellFormed(engine),
    metric: wellFormed(metric),
    monitor: monitor === undefined ? undefined : wellFormed(monitor),
    feature: feature === undefined ? undefined : wellFormed(feature),
  };
}

export function keyOf({ workflow, model, slot, engine, metric, monitor, feature }: SeriesInfo): string {
  return JSON.stringify([workflow, model, slot ?? null, engine, metric, monitor ?? null, feature ?? null]);
}

/** Measurement and tags as they stand at the beginning of a line; tags in the order that the server sorts them by. */
export function lineKey(series: SeriesInfo, layout: Layout): string {
  const { workflow, model, slot, engine, metric, monitor, feature } = series;
  const tag = (name: string, value: string | undefined) =>
    value === undefined ? '' : `,${name}=${escapeTag(encodeName(value))}`;
  const dotted = layout === 'dotted';
  return (
    escapeMeasurement(encodeMeasurement(dotted ? dottedName(model, slot, metric) : metric)) +
    tag('engine', engine) +
    tag('feature', feature) +
    tag('metric', dotted ? metric : undefined) +
    tag('model', model) +
    tag('monitor', monitor) +
    tag('slot', slot === undefined ? undefined : String(slot)) +
    tag('workflow', workflow)
  );
}

/** The series of a row, from its columns. */
export function seriesOf(tag: (column: string) => string | undefined, layout: Layout): SeriesInfo {
  const optional = (column: string) => {
    const value = tag(column);
    return value === undefined ? undefined : decodeName(value);
  };
  const slot = tag('slot');
  return {
    workflow: optional('workflow') ?? '',
    model: optional('model') ?? '',
    slot: slot === undefined ? undefined : Number(slot),
    engine: optional('engine') ?? '',
    metric: optional(layout === 'dotted' ? 'metric' : '_measurement') ?? '',
    monitor: optional('monitor'),
    feature: optional('feature'),
  };
}
