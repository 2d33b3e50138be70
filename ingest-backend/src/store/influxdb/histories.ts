import { flux } from '@influxdata/influxdb-client';
import type { Micros } from '@pneumograph/contract';
import { compareIdentity, takesSeries } from '../joins.js';
import type { ProfileHistory, ProfilesQuestion, Selection, SeriesInfo, StateHistory } from '../store.js';
import type { Row } from './rows.js';
import { decodeText } from './names.js';
import type { Place } from './place.js';
import { readAll, type StoredPoint } from './points.js';
import { readSelected, selected } from './selecting.js';
import { seriesOf } from './series.js';

const STATUS = 'engine.status';
const FIELDS = ['origin', 'text', 'value'];

/** What was entered within the range, and the last before it (all of its moment), unless one stands at the very start. */
export async function states(place: Place, selection: Selection, from: Micros, to: Micros): Promise<StateHistory[]> {
  if (from >= to) {
    return [];
  }
  const found = new Map<string, { readonly series: SeriesInfo; readonly points: StoredPoint[] }>();
  const takes = takesSeries(selection);
  const take = (series: SeriesInfo, points: readonly StoredPoint[]): void => {
    const entry = found.get(JSON.stringify(series)) ?? { series, points: [] };
    found.set(JSON.stringify(series), entry);
    // Points of the metric that are no states have no text.
    entry.points.push(...points.filter(({ text }) => text !== undefined));
  };
  if (from + 1 < to) {
    await readAll(place, selected(place, selection, [STATUS], { from: from + 1, to }, FIELDS), (series, points) =>
      takes(series) ? take(series, points) : undefined
    );
  }
  const [alone, shared] = await inForce(place, selection, from);
  alone.forEach(({ series, point }) => take(series, [point]));
  for (const { series, point } of shared) {
    const range = { from: point.time, to: point.time + 1 };
    const own = { ...selection, workflow: series.workflow, models: [series.model], engines: [series.engine] };
    await readAll(place, selected(place, own, [STATUS], range, FIELDS), take);
  }
  return [...found.values()]
    .filter(({ points }) => points.length > 0)
    .sort((a, b) => compareIdentity(a.series, b.series))
    .map(({ series: { workflow, model, engine }, points }) => {
      points.sort((a, b) => a.time - b.time || a.rest - b.rest);
      return {
        ...{ workflow, model, engine },
        times: points.map(({ time }) => time),
        codes: points.map(({ value }) => value ?? NaN),
        texts: points.map(({ text }) => decodeText(text ?? '')),
      };
    });
}

interface InForce {
  readonly series: SeriesInfo;
  readonly point: StoredPoint;
}

/** The state of each engine at a moment: those that stand alone in their microsecond, and those with others beside. */
async function inForce(place: Place, selection: Selection, at: Micros): Promise<[alone: InForce[], shared: InForce[]]> {
  const range = { from: -Infinity, to: at + 1 };
  const rows = selected(place, selection, [STATUS], range, ['text', 'value', 'shared']);
  const fields = new Map<string, { readonly series: SeriesInfo; readonly last: Map<string, Row> }>();
  await readSelected(
    place,
    flux`${rows} |> last()`,
    selection,
    (series) => {
      const key = JSON.stringify(series);
      const entry = fields.get(key) ?? { series, last: new Map<string, Row>() };
      fields.set(key, entry);
      return entry.last;
    },
    (last, row) => void last.set(row.column('_field') ?? '', row)
  );
  const [alone, shared]: [InForce[], InForce[]] = [[], []];
  for (const { series, last } of fields.values()) {
    const [text, value] = [last.get('text'), last.get('value')];
    if (text !== undefined) {
      const point = {
        time: text.micros,
        rest: text.rest,
        value: Number(value?.value),
        text: text.value,
      } as StoredPoint;
      (last.get('shared')?.micros === text.micros ? shared : alone).push({ series, point });
    }
  }
  return [alone, shared];
}

/** The newest profiles, as many as are asked for. */
export async function findProfiles(place: Place, question: ProfilesQuestion): Promise<ProfileHistory[]> {
  const { from, to, limit } = question;
  if (from >= to || limit <= 0) {
    return [];
  }
  const newest = (field: string) =>
    flux`${selected(place, question, [question.metric ?? 'profile'], question, [field])}
      |> group() |> sort(columns: ["_time"], desc: true) |> limit(n: ${limit})`;
  const spans = new Map<string, number>();
  const placeOf = (row: Row, series: SeriesInfo) => `${row.micros} ${row.rest} ${JSON.stringify(series)}`;
  await place.connection.read(newest('span'), (row) => {
    spans.set(placeOf(row, seriesOf(row.column, place.layout)), Number(row.value));
  });
  const takes = takesSeries(question);
  const found = new Map<string, { series: SeriesInfo; times: Micros[]; spans: number[]; contents: string[] }>();
  await place.connection.read(newest('content'), (row) => {
    const series = seriesOf(row.column, place.layout);
    if (takes(series)) {
      const key = JSON.stringify(series);
      const history = found.get(key) ?? { series, times: [], spans: [], contents: [] };
      found.set(key, history);
      history.times.unshift(row.micros);
      history.spans.unshift(spans.get(placeOf(row, series)) ?? 0);
      history.contents.unshift(decodeText(row.value));
    }
  });
  return [...found.values()].sort((a, b) => compareIdentity(a.series, b.series));
}
