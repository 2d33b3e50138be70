import type { ArchiveItem, Partition, Presence } from '../../archive/index.js';
import { MESSAGE_METRIC } from '@pneumograph/contract';
import { flux } from '@influxdata/influxdb-client';
import type { SeriesInfo, StoredPart } from '../store.js';
import { readAlert } from './alerts.js';
import { filter, isOneOf, source } from './connection.js';
import { decodeText, encodeMeasurement, encodeName } from './names.js';
import type { Place } from './place.js';
import { readAll, type StoredPoint } from './points.js';
import { findSeries } from './questions.js';
import { readMappings, readNotes, readPartitions, readPresence, readSettled } from './state.js';

/** Items of a part, at the most. */
const PART = 10_000;
const NOTHING: StoredPart = { items: [], rollups: [], counted: [], positions: new Map() };

/**
 * All that is stored. What tells where reading resumes is read first, while nothing is written; points are read after it,
 * so that none is missing that lies before a position. Those that came meanwhile may be among them: they are read again
 * after a restore, and known.
 * @param still runs something while nothing is written
 */
export async function* dump(
  place: Place,
  still: <T>(read: () => Promise<T>) => Promise<T>
): AsyncGenerator<StoredPart> {
  const begun = await still(async () => ({
    partitions: await readPartitions(place),
    mappings: await readMappings(place),
    settled: await readSettled(place),
    notes: await readNotes(place),
    presence: await readPresence(place, [], -Infinity, Infinity),
    series: await findSeries(place, -Infinity, Infinity),
  }));
  const { partitions, mappings, settled, notes, presence } = begun;
  yield { ...NOTHING, items: mappings, settled, notes };
  yield { ...NOTHING, heard: new Map([...presence].map(([engine, { stretches }]) => [engine, inOrder(stretches)])) };
  const byId = new Map(partitions.map(({ id, key }): [number, Partition] => [id, { key }]));
  for (const metric of new Set(begun.series.map((series) => series.metric))) {
    const items: ArchiveItem[] = [];
    await readAll(place, ofMetric(place, metric), (series, points) => {
      for (const point of points) {
        const item = itemOf(series, point, byId.get(point.origin.partition) ?? { key: '' });
        if (item !== undefined) {
          items.push(item);
        }
      }
    });
    items.sort((a, b) => ('offset' in a && 'offset' in b ? a.offset - b.offset : 0));
    yield* parts(items);
  }
  yield* parts(await alerts(place));
  yield {
    ...NOTHING,
    positions: new Map(
      partitions.flatMap(({ id, position }) => (position === undefined ? [] : [[byId.get(id) as Partition, position]]))
    ),
  };
}

function* parts(items: readonly ArchiveItem[]): Generator<StoredPart> {
  for (let at = 0; at < items.length; at += PART) {
    yield { ...NOTHING, items: items.slice(at, at + PART) };
  }
}

/** What is open ends last. */
function inOrder(stretches: readonly Presence[]): Presence[] {
  return [...stretches].sort((a, b) => a.to - b.to || a.from - b.from);
}

function ofMetric({ data, layout }: Place, metric: string) {
  const name =
    layout === 'dotted'
      ? isOneOf('metric', [encodeName(metric)])
      : isOneOf('_measurement', [encodeMeasurement(metric)]);
  return filter(source(data, -Infinity, Infinity), [name]);
}

/** Undefined of a point whose value no store of this kind can keep. */
function itemOf(series: SeriesInfo, point: StoredPoint, partition: Partition): ArchiveItem | undefined {
  const { time, origin, value, span = 0, text, content } = point;
  const common = { series, time, partition, offset: origin.offset };
  if (content !== undefined) {
    const told = decodeText(content);
    return series.metric === MESSAGE_METRIC
      ? { kind: 'message', ...common, content: told }
      : { kind: 'profile', ...common, span, content: told };
  }
  if (value === undefined) {
    return undefined;
  }
  return text === undefined
    ? { kind: 'point', ...common, value, span }
    : { kind: 'state', ...common, value, text: decodeText(text) };
}

async function alerts({ connection, state }: Place): Promise<ArchiveItem[]> {
  const found: ArchiveItem[] = [];
  const rows = filter(source(state, -Infinity, Infinity), ['r._measurement == "alert"']);
  await connection.read(flux`${rows} |> group()`, (row) => {
    const { partition, slot, feature, value, evidence, ...alert } = readAlert(row);
    found.push({ kind: 'alert', ...alert, slot, feature, value, evidence, partition: { key: partition } });
  });
  return found;
}
