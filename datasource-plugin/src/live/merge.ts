import {
  dataFrameFromJSON,
  FieldType,
  type DataFrame,
  type DataFrameJSON,
  type DataFrameType,
  type Field,
} from '@grafana/data';

// A type of frames of Pneumograph's own: Grafana names none for tables.
const TABLE = 'table' as DataFrameType;

/** The frames hold all of [from, to), in epoch milliseconds. */
export interface LiveFrames {
  readonly from: number;
  readonly to: number;
  readonly frames: readonly DataFrameJSON[];
}

/**
 * Puts in what a query's stream told: of [from, to) the frames hold what was told, and nothing else. Series keep their
 * place, new ones come last. Frames of other queries, and those that do not change, stay the same objects.
 */
export function mergeFrames(held: readonly DataFrame[], refId: string, { from, to, frames }: LiveFrames): DataFrame[] {
  const within = (time: number) => time >= from && time < to;
  const told = new Map<string, DataFrame>();
  for (const json of frames) {
    const frame = { ...dataFrameFromJSON(json), refId };
    told.set(
      identityOf(frame),
      pick(frame, (time) => within(time))
    );
  }
  const merged = held.map((frame) => {
    if (frame.refId !== refId) {
      return frame;
    }
    const key = identityOf(frame);
    const added = told.get(key);
    told.delete(key);
    const before = pick(frame, (time) => time < from);
    const after = pick(frame, (time) => time >= to);
    return before.length + after.length === frame.length && !added?.length
      ? frame
      : concat(frame, before, added, after);
  });
  const appeared = [...told.values()].filter(({ length }) => length > 0);
  const kept = appeared.length > 0 ? merged.filter((frame) => frame.refId !== refId || !isPlaceholder(frame)) : merged;
  if (appeared.length === 0 && !kept.some((frame) => frame.refId === refId)) {
    // Panels want to see the columns also where there is no value.
    return [...kept, ...[...told.values()].slice(0, 1)];
  }
  return [...kept, ...appeared];
}

/**
 * Leaves out what is older than a time in epoch milliseconds. A bucket stays while some of its time is not. A value
 * that holds until the next one, as a state does, stays as that of this time. Tables are told anew as a whole.
 */
export function dropBefore(held: readonly DataFrame[], start: number): DataFrame[] {
  return held.map((frame) => {
    const time = frame.meta?.type === TABLE ? undefined : timeOf(frame);
    const { interval } = time?.config ?? {};
    const oldest = interval ? start - interval + 1 : start;
    const first = time?.values[0];
    if (first === undefined || first >= oldest) {
      return frame;
    }
    const rest = pick(frame, (at) => at >= oldest);
    if (interval || timeOf(rest)?.values[0] === start) {
      return rest;
    }
    const inForce = frame.length - rest.length - 1;
    const fields = frame.fields.map((field) => ({
      ...bare(field),
      values: [field.type === FieldType.time ? start : field.values[inForce]],
    }));
    return concat(frame, { ...frame, fields, length: 1 }, rest);
  });
}

/** The frames of an answer in the order in which the panel shows them; those that it does not show come last. */
export function inOrderOf(shown: readonly DataFrame[], answer: readonly DataFrame[]): DataFrame[] {
  const places = new Map(shown.map((frame, place) => [identityOf(frame), place]));
  const placeOf = (frame: DataFrame) => places.get(identityOf(frame)) ?? Infinity;
  return answer
    .map((frame, place) => ({ frame, shownAt: placeOf(frame), place }))
    .sort((a, b) => (a.shownAt === b.shownAt ? a.place - b.place : a.shownAt - b.shownAt))
    .map(({ frame }) => frame);
}

/** A series is the same by its query, its names and its labels. */
function identityOf({ refId, name, fields }: DataFrame): string {
  const series = fields
    .filter(({ type }) => type !== FieldType.time)
    .map((field) => [field.name, Object.entries(field.labels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))]);
  return JSON.stringify([refId, name, series]);
}

/** An answer without any series has one frame without rows, that says what columns there would be. */
function isPlaceholder({ length, fields }: DataFrame): boolean {
  return length === 0 && fields.every(({ labels }) => labels === undefined || Object.keys(labels).length === 0);
}

function timeOf({ fields }: DataFrame): Field<number> | undefined {
  return fields.find(({ type }) => type === FieldType.time);
}

function pick(frame: DataFrame, wanted: (time: number) => boolean): DataFrame {
  const times = timeOf(frame)?.values ?? [];
  const rows = times.flatMap((time, row) => (wanted(time) ? [row] : []));
  const fields = frame.fields.map((field) => ({ ...bare(field), values: rows.map((row) => field.values[row]) }));
  return { ...frame, fields, length: rows.length };
}

/** The rows of all parts, which have the columns of the frame in its order. */
function concat(frame: DataFrame, ...parts: Array<DataFrame | undefined>): DataFrame {
  const there = parts.filter((part) => part !== undefined);
  const fields = frame.fields.map((field, index) => ({
    ...bare(field),
    values: there.flatMap((part) => part.fields[index]?.values ?? []),
  }));
  return { ...frame, fields, length: there.reduce((sum, { length }) => sum + length, 0) };
}

/** The field without what Grafana worked out from values that are no longer its own. */
function bare(field: Field): Field {
  return { ...field, state: undefined };
}
