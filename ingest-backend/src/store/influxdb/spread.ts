import { flux } from '@influxdata/influxdb-client';
import type { Micros } from '@pneumograph/contract';
import { compareIdentity } from '../joins.js';
import { beginOf, spreadPoints, type SeriesPoints } from '../spreading.js';
import {
  LOOK_AHEAD,
  type Extent,
  type Selection,
  type SeriesInfo,
  type SpreadQuestion,
  type SpreadSeries,
  type Window,
} from '../store.js';
import { filter } from './connection.js';
import type { Place } from './place.js';
import { readSelected, selected } from './selecting.js';

interface Column {
  readonly series: SeriesInfo;
  readonly field: string;
  readonly times: Micros[];
  /** Nanoseconds beyond the microsecond. */
  readonly rests: number[];
  readonly values: number[];
}

/** Some fields of some metrics' points, a column of each series. */
async function columns(
  place: Place,
  selection: Selection,
  metrics: readonly string[],
  range: Window,
  fields: readonly string[],
  ...conditions: readonly string[]
): Promise<Column[]> {
  return readSelected(
    place,
    flux`${filter(selected(place, selection, metrics, range, fields), conditions)} |> drop(columns: ["_start", "_stop"])`,
    selection,
    (series, row): Column => ({ series, field: row.column('_field') ?? '', times: [], rests: [], values: [] }),
    ({ times, rests, values }, { micros, rest, value }) => {
      times.push(micros);
      rests.push(rest);
      values.push(Number(value));
    }
  );
}

/** What points say of the time that they speak for: they are read as they are, and shared out here. */
export async function spread(place: Place, question: SpreadQuestion): Promise<SpreadSeries[]> {
  const { from, to, measure, withoutZeros = false } = question;
  if (from >= to) {
    return [];
  }
  const read = measure === 'time' ? readSpans : withoutZeros ? readNonzeros : readValues;
  return spreadPoints(await read(place, question, { from, to: to + LOOK_AHEAD }), question);
}

async function readSpans(place: Place, question: SpreadQuestion, range: Window): Promise<SeriesPoints[]> {
  const found = await columns(place, question, question.metrics, range, ['span']);
  return found.map(({ series, times, values }) => ({ series, times, values, spans: values }));
}

async function readValues(place: Place, question: SpreadQuestion, range: Window): Promise<SeriesPoints[]> {
  return withSpans(await columns(place, question, question.metrics, range, ['value', 'span']), 'span');
}

/**
 * Most counts of what went wrong are zero, and the server leaves those out as it reads. A point has the same time in all
 * of its fields; its span is its integral by its value, within the last digit of a number.
 */
async function readNonzeros(place: Place, question: SpreadQuestion, range: Window): Promise<SeriesPoints[]> {
  const found = await columns(place, question, question.metrics, range, ['value', 'integral'], 'r._value != 0.0');
  return withSpans(found, 'integral').map(({ spans, ...points }) => ({
    ...points,
    spans: spans.map((integral, at) => integral / (points.values[at] as number)),
  }));
}

/** Values with the spans of the same points, or with their integrals in place of these; both columns ascend. */
function withSpans(found: readonly Column[], spanned: 'span' | 'integral'): SeriesPoints[] {
  const spansOf = new Map(
    found.filter(({ field }) => field === spanned).map((column) => [JSON.stringify(column.series), column])
  );
  return found
    .filter(({ field }) => field === 'value')
    .map(({ series, times, rests, values }) => {
      const told = spansOf.get(JSON.stringify(series));
      let at = 0;
      const spans = times.map((time, row) => {
        const rest = rests[row] as number;
        while (told !== undefined && isBefore(told, at, time, rest)) {
          at++;
        }
        return told?.times[at] === time && told.rests[at] === rest ? (told.values[at] as number) : 0;
      });
      return { series, times, values, spans };
    });
}

function isBefore({ times, rests }: Column, at: number, time: Micros, rest: number): boolean {
  const own = times[at];
  return own !== undefined && (own < time || (own === time && (rests[at] as number) < rest));
}

/**
 * From when until when the points of each series speak. Those without a span speak for their own moment: the server
 * finds the first and the last within the range. Those with one are read, since a later point may reach further back.
 */
export async function extents(place: Place, selection: Selection, metric: string, range: Window): Promise<Extent[]> {
  const { from, to } = range;
  if (from >= to) {
    return [];
  }
  const drafts = new Map<string, { series: SeriesInfo; first: Micros; last: Micros; lastSpan: Micros | undefined }>();
  const draftOf = (series: SeriesInfo) => {
    const key = JSON.stringify(series);
    const draft = drafts.get(key) ?? { series, first: Infinity, last: -Infinity, lastSpan: undefined };
    drafts.set(key, draft);
    return draft;
  };
  const origins = selected(place, selection, [metric], range, ['origin']);
  await readSelected(
    place,
    flux`${origins} |> first() |> yield(name: "first") ${origins} |> last() |> yield(name: "last")`,
    selection,
    draftOf,
    (draft, { micros }) => {
      draft.first = Math.min(draft.first, micros);
      draft.last = Math.max(draft.last, micros);
    }
  );
  for (const { series, times, values } of await columns(place, selection, [metric], { from, to: to + LOOK_AHEAD }, [
    'span',
  ])) {
    times.forEach((time, at) => {
      const begin = beginOf(time, values[at] as number);
      if (begin < to) {
        const draft = draftOf(series);
        draft.first = Math.min(draft.first, begin);
        draft.last = Math.max(draft.last, time);
        draft.lastSpan = Math.max(draft.lastSpan ?? time, time);
      }
    });
  }
  return [...drafts.values()].map(({ series, ...extent }) => ({ ...series, ...extent })).sort(compareIdentity);
}
