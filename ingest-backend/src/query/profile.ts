import {
  bucketWidth,
  formatTimestamp,
  type FieldSchema,
  type Frame,
  type FrameMeta,
  type ProfileMeta,
  type ProfileQuery,
} from '@pneumograph/contract';
import type { ProfileHistory } from '../store/index.js';
import {
  addUp,
  describeOthers,
  intoBuckets,
  joinWindows,
  readContent,
  sharesOf,
  sum,
  type Window,
} from './distribution.js';
import type { Distribution } from './distribution.js';
import { displayNames, tableFrame, withNotices, type FrameIdentity } from './frames.js';
import type { Scope } from './scope.js';

/** So many profiles are read for a query; beyond that the oldest are left out. */
const MOST_PROFILES = 50_000;

/** The windows of one feature as one monitor sees it, of whichever engine. */
interface Feature {
  readonly identity: FrameIdentity;
  readonly windows: Window[];
  /** Ends of windows that cannot be read, and why. */
  readonly unreadable: Array<{ readonly time: number; readonly reason: string }>;
}

/**
 * Distributions over time beside their reference, one frame a feature: a column for each bin, as Grafana's heat map
 * reads them, or a table of bins over the whole range.
 */
export async function answerProfile(scope: Scope, query: ProfileQuery): Promise<Frame[]> {
  const { workflow, models, slots, monitors, features, alias } = query;
  const engines = scope.inventory.engineIds(query.engines);
  const { from, to } = scope;
  const about = { workflow, models, slots, engines, monitors, features };
  const histories = await scope.store.profiles({ ...about, from, to, limit: MOST_PROFILES + 1 });
  const found = featuresOf(histories);
  const identities = found.map(({ identity }) => identity);
  const names = displayNames(identities, 'profile', alias, scope.inventory);
  const frames = found.map((feature, index) => frameOf(scope, query, feature, names[index] ?? 'profile'));
  const [first, ...others] = frames;
  if (first === undefined) {
    return [emptyFrame(query, 'profile')];
  }
  const read = sum(histories.map(({ times }) => times.length));
  const notice = `There are more than ${MOST_PROFILES} distributions in this range: older ones are left out.`;
  return [read > MOST_PROFILES ? withNotices(first, [notice]) : first, ...others];
}

/** What several engines saw of one feature is one distribution. */
function featuresOf(histories: readonly ProfileHistory[]): Feature[] {
  const features = new Map<string, Feature>();
  for (const { series, times, spans, contents } of histories) {
    const { workflow, model, slot, monitor, feature: name } = series;
    const identity = { workflow, model, slot, engine: undefined, monitor, feature: name };
    const key = JSON.stringify([workflow, model, slot, monitor, name]);
    const feature: Feature = features.get(key) ?? { identity, windows: [], unreadable: [] };
    features.set(key, feature);
    times.forEach((time, index) => {
      try {
        feature.windows.push({ time, span: spans[index] ?? 0, content: readContent(contents[index] ?? '') });
      } catch (error) {
        feature.unreadable.push({ time, reason: (error as Error).message });
      }
    });
  }
  for (const { windows } of features.values()) {
    windows.sort((a, b) => a.time - b.time);
  }
  return [...features.values()];
}

function frameOf(scope: Scope, query: ProfileQuery, { identity, windows, unreadable }: Feature, name: string): Frame {
  const [first, ...rest] = windows;
  const wrong = describeUnreadable(name, unreadable);
  if (first === undefined) {
    return withNotices(emptyFrame(query, name), wrong, 'warning');
  }
  const distribution = joinWindows([first, ...rest]);
  const frame =
    query.format === 'table' ? tableOf(query, distribution, name) : rowsOf(scope, query, distribution, name);
  const meta: FrameMeta = { ...frame.schema.meta, custom: { ...metaOf(identity, distribution) } };
  const notices = [...wrong, ...describeOthers(name, distribution)];
  return withNotices({ ...frame, schema: { ...frame.schema, meta } }, notices, 'warning');
}

function describeUnreadable(name: string, unreadable: Feature['unreadable']): string[] {
  const last = unreadable.at(-1);
  if (last === undefined) {
    return [];
  }
  const which = unreadable.length === 1 ? 'A distribution' : `${unreadable.length} distributions`;
  return [`${which} of ${name} cannot be read, the last of ${formatTimestamp(last.time)}: ${last.reason}.`];
}

function metaOf({ workflow, model, slot, monitor, feature }: FrameIdentity, distribution: Distribution): ProfileMeta {
  const { content, bins, reference, missing, total } = distribution;
  return {
    workflow: workflow ?? '',
    model: model ?? '',
    slot: slot ?? null,
    monitor: monitor ?? null,
    feature: feature ?? null,
    type: content.type,
    ...(content.edges === undefined ? { categories: [...bins] } : { edges: content.edges }),
    reference: reference === undefined ? null : sharesOf(reference).map((share) => share ?? 0),
    missing,
    total,
  };
}

const HEAT_MAP: FrameMeta = { type: 'heatmap-rows' };

/** A row for each bucket, at its end; a column for each bin, ascending. */
function rowsOf(scope: Scope, { refId, format }: ProfileQuery, { bins, windows }: Distribution, name: string): Frame {
  const width = widthOf(scope, windows);
  const buckets = intoBuckets(windows, width);
  const rows = buckets.map(({ counts }) => (format === 'counts' ? counts : sharesOf(counts)));
  return {
    schema: {
      refId,
      name,
      meta: HEAT_MAP,
      fields: [timeField(width / 1000), ...bins.map((bin) => binField(bin, format))],
    },
    data: {
      values: [buckets.map(({ end }) => Math.floor(end / 1000)), ...bins.map((_, bin) => rows.map((row) => row[bin]))],
    },
  };
}

/** Buckets narrower than the windows would leave gaps between them. */
function widthOf({ width }: Scope, windows: Distribution['windows']): number {
  const spans = windows.map(({ span }) => span).sort((a, b) => a - b);
  const usual = spans[Math.floor(spans.length / 2)] ?? 0;
  return Math.max(width, bucketWidth(0, 1, 1, usual * 1000) * 1000);
}

function timeField(interval?: number): FieldSchema {
  const config = interval === undefined ? {} : { config: { interval } };
  return { name: 'Time', type: 'time', typeInfo: { frame: 'time.Time' }, ...config };
}

function binField(name: string, format: ProfileQuery['format']): FieldSchema {
  const config = { unit: format === 'counts' ? 'short' : 'percentunit' };
  return { name, type: 'number', typeInfo: { frame: 'float64', nullable: true }, config };
}

const PERCENT = { unit: 'percentunit' };
const TABLE = [
  { name: 'bin', type: 'string' },
  { name: 'reference', type: 'number', config: PERCENT },
  { name: 'current', type: 'number', config: PERCENT },
] as const;

/** A row for each bin: its share in the reference, and in the range. */
function tableOf({ refId }: ProfileQuery, { bins, windows, reference }: Distribution, name: string): Frame {
  const current = sharesOf(addUp(windows.map(({ counts }) => counts)));
  const before = sharesOf(reference ?? []);
  const rows = bins.map((bin, index) => ({
    bin,
    reference: before[index] ?? null,
    current: current[index] ?? null,
  }));
  return tableFrame(refId, name, TABLE, rows);
}

/** What a notice hangs on where nothing can be shown; of no type, so that a heat map draws another frame. */
function emptyFrame({ refId, format }: ProfileQuery, name: string): Frame {
  if (format === 'table') {
    return tableFrame(refId, name, TABLE, []);
  }
  return { schema: { refId, name, meta: {}, fields: [timeField()] }, data: { values: [[]] } };
}
