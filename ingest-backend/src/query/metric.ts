import {
  defaultGroups,
  findMetric,
  isMonitored,
  METRICS,
  parseDottedName,
  SELF_WORKFLOW,
  shiftOf,
  type Across,
  type Fill,
  type Frame,
  type Metric,
  type MetricQuery,
  type Micros,
  type Over,
} from '@pneumograph/contract';
import type { AggregateQuestion, AnswerSeries, Selection } from '../store/index.js';
import { completeSums } from './complete.js';
import { answerDerived, type Derivation } from './derived/index.js';
import { QueryRefused } from './errors.js';
import { bucketsToFill, fillSeries, keyOf, valuesBefore } from './fill.js';
import { configOf, displayNames, numericFrames, timeSeriesFrames, type SeriesFrame } from './frames.js';
import type { Inventory } from './inventory.js';
import { cutSeries, limitSeries } from './limits.js';
import { nearest, suggestion } from './nearest.js';
import { show } from './request.js';
import type { Scope } from './scope.js';
import { currentStates, stateBuckets } from './state-metric.js';
import { topOf } from './top.js';

export type { Scope } from './scope.js';

/** A metric over time, or its latest values, as frames of the dataplane contract. */
export async function answerMetric(scope: Scope, query: MetricQuery): Promise<Frame[]> {
  const { metric, selection } = resolveMetric(query, scope.inventory);
  const { over, across } = resolveJoins(metric, query);
  const latest = query.format === 'latest';
  const fill = latest ? 'none' : query.fill;
  if (isOfStates(metric, over)) {
    const { name } = metric;
    refuseUnless(query.topN === undefined, `topN: expected none for ${name}, whose codes have no mean`, query.topN);
    refuseUnless(fill !== 'zero', `fill: expected none, null or previous for ${name}, where 0 is a state`, fill);
  }
  const by = query.by ?? defaultGroups(metric);
  const asked = { ...selection, metric: metric.name, width: scope.width, over, across, by };
  const { question, warnings } = limitSeries(scope, asked, { ranked: query.topN !== undefined, latest });
  const way = { query, metric, question, latest, fill };
  const present = await told(scope, way);
  const top = query.topN === undefined ? { series: present.series, notices: [] } : topOf(present.series, query.topN);
  const earlier = query.compare === undefined ? undefined : await toldEarlier(scope, way, query.compare, top.series);
  const cut = cutSeries([...(await filled(scope, way, top.series)), ...(earlier?.series ?? [])], latest);
  const kind = {
    refId: query.refId,
    metric: metric.name,
    config: configOf(metric, over === 'count'),
    notices: [...new Set([...present.notices, ...(earlier?.notices ?? []), ...top.notices])],
    warnings: warnings.length > 0 ? warnings : cut.warnings,
  };
  return latest ? numericFrames(kind, cut.series) : timeSeriesFrames(kind, cut.series, scope.width / 1000);
}

/** What a query comes down to, whichever range it is asked of. */
interface Way {
  readonly query: MetricQuery;
  readonly metric: Metric;
  readonly question: Omit<AggregateQuestion, 'from' | 'to'>;
  readonly latest: boolean;
  readonly fill: Fill;
}

interface ToldSeries extends SeriesFrame {
  readonly values: readonly number[];
}

async function told(
  scope: Scope,
  { query, metric, question, latest, fill }: Way
): Promise<{ series: ToldSeries[]; notices: readonly string[] }> {
  const buckets = fill === 'previous' ? bucketsToFill(scope) : [];
  const ranged = { ...question, from: scope.from, to: scope.to };
  const { series: answers, notices } = await ask(scope, metric, ranged, latest, buckets, fill);
  const names = displayNames(answers, metric.name, query.alias, scope.inventory);
  const series = answers.map((answer, index) => ({
    identity: answer,
    displayName: names[index] ?? metric.name,
    times: answer.times,
    values: answer.values,
  }));
  return { series, notices };
}

async function filled(
  scope: Scope,
  { metric, question, fill }: Way,
  series: readonly ToldSeries[]
): Promise<SeriesFrame[]> {
  // States were carried on already: where there is none, the engine did not run the model.
  const filling = isOfStates(metric, question.over) && fill === 'previous' ? 'null' : fill;
  // Metrics that are worked out have no gap but where they cannot be told.
  const looksBack = filling === 'previous' && metric.joins === undefined && series.length > 0;
  const ranged = { ...question, from: scope.from, to: scope.to };
  const before = looksBack ? await valuesBefore(scope.store, ranged) : new Map<string, number>();
  const buckets = fill === 'none' ? [] : bucketsToFill(scope);
  return fillSeries(series, { buckets, fill: filling, before });
}

/** The same of an earlier time, as if it were now; where series are ranked, of those that are shown of this time. */
async function toldEarlier(
  scope: Scope,
  way: Way,
  compare: string,
  shown: readonly ToldSeries[]
): Promise<{ series: SeriesFrame[]; notices: readonly string[] }> {
  const shift = shiftOf(compare) * 1000;
  const then = { ...scope, from: scope.from - shift, to: scope.to - shift };
  const { series, notices } = await told(then, way);
  const keys = new Set(shown.map(({ identity }) => keyOf(identity)));
  const wanted = series.filter(({ identity }) => way.query.topN === undefined || keys.has(keyOf(identity)));
  const shifted = (await filled(then, way, wanted)).map((each) => ({
    ...each,
    identity: { ...each.identity, compare },
    displayName: `${each.displayName} (${compare} earlier)`,
    times: each.times.map((time) => time + shift),
  }));
  return { series: shifted, notices };
}

/** Whether the values are codes of states; how often engines changed their state is a number like others. */
function isOfStates(metric: Metric, over: Over): boolean {
  return metric.kind === 'state' && over !== 'count';
}

/** @param at buckets for which the state in force is told even if none was entered in them */
async function ask(
  scope: Scope,
  metric: Metric,
  question: AggregateQuestion,
  latest: boolean,
  at: readonly Micros[],
  fill: Fill
): Promise<Derivation> {
  if (metric.area === 'self' && question.workflow === undefined) {
    const notice = `${metric.name} is told of Pneumograph itself: expected the workflow "${SELF_WORKFLOW}", found none.`;
    return { series: [], notices: [notice] };
  }
  if (metric.joins !== undefined) {
    return answerDerived(scope, metric.name, question, latest);
  }
  const series = askStored(scope, metric, question, latest, at);
  // What is left out would be a zero; of the latest values each engine's own is told.
  const partial = latest || fill === 'zero' || scope.partial === true;
  return { series: await (partial ? series : completeSums(scope, question, series)), notices: [] };
}

async function askStored(
  scope: Scope,
  metric: Metric,
  question: AggregateQuestion,
  latest: boolean,
  at: readonly Micros[]
): Promise<readonly AnswerSeries[]> {
  if (!isOfStates(metric, question.over)) {
    return latest ? scope.store.latest(question) : scope.store.aggregate(question);
  }
  return latest ? currentStates(scope, question) : stateBuckets(scope, question, at);
}

/** The metric and the selection that a query means: a dotted name stands for its model and slot. */
function resolveMetric(query: MetricQuery, inventory: Inventory): { metric: Metric; selection: Selection } {
  const { workflow, models, slots, monitors, features } = query;
  const selection = { workflow, models, slots, monitors, features, engines: inventory.engineIds(query.engines) };
  const own = inventory.ownMetrics();
  const metric = findMetric(query.metric) ?? own.find(({ name }) => name === query.metric);
  if (metric !== undefined) {
    return { metric, selection };
  }
  const dotted = parseDottedName(query.metric, own);
  if (dotted === undefined) {
    throw unknownMetric(query.metric, own);
  }
  if (models.length > 0 || slots.length > 0) {
    throw new QueryRefused(
      400,
      `metric: expected ${show(dotted.metric.name)} where models or slots are given, found ${show(query.metric)}, ` +
        'which names a model itself'
    );
  }
  const known = inventory.models({ workflow, models: [] }).map(({ name }) => name);
  if (!known.includes(dotted.model)) {
    throw new QueryRefused(
      400,
      `metric: expected the name of a known model before ${show(dotted.metric.name)}, found ${show(dotted.model)}` +
        suggestion(nearest(dotted.model, [...new Set(known)]))
    );
  }
  const dottedSlots = dotted.slot === undefined ? [] : [dotted.slot];
  return { metric: dotted.metric, selection: { ...selection, models: [dotted.model], slots: dottedSlots } };
}

function unknownMetric(name: string, own: readonly Metric[]): QueryRefused {
  const names = [...METRICS, ...own].map((metric) => metric.name);
  const near = nearest(name, names);
  return new QueryRefused(
    400,
    `metric: expected the name of a metric, found ${show(name)}` +
      (near.length > 0 ? suggestion(near) : `; the metrics are ${names.join(', ')}`)
  );
}

/** Fills in the catalogue's defaults and refuses what means nothing. */
function resolveJoins(
  metric: Metric,
  { over: askedOver, across: askedAcross, by = [], engines, monitors, features }: MetricQuery
): { over: Over; across: Across } {
  if (!isMonitored(metric)) {
    const [asked] = [...monitors, ...features];
    const expected = `monitors, features: ${metric.name} is told by no monitor: expected none`;
    refuseUnless(asked === undefined, expected, asked ?? '');
  }
  const over = askedOver === 'default' ? metric.over : askedOver;
  // How often engines changed their state adds up; it is no state any more.
  const natural = metric.kind === 'state' && over === 'count' ? 'sum' : metric.across;
  const across = askedAcross === 'default' ? natural : askedAcross;
  if (metric.joins !== undefined) {
    const { joins, name } = metric;
    refuseUnless(joins.over.includes(over), `over: expected ${joins.over.join(', ')} or default for ${name}`, over);
    refuseUnless(
      joins.across.includes(across),
      `across: expected ${joins.across.join(', ')} or default for ${name}`,
      across
    );
    const engine = by.includes('engine') || engines.length > 0;
    refuseUnless(joins.byEngine || !engine, `by, engines: ${name} is told of whole models: expected no engine`, 'one');
  }
  if (across === 'worst' && metric.kind !== 'state') {
    throw new QueryRefused(
      400,
      `across: expected sum, avg, min or max for ${metric.name}, found "worst", which is for engine.status alone`
    );
  }
  if (across === 'worst' && !['last', 'min', 'max'].includes(over)) {
    throw new QueryRefused(400, `over: expected last, min or max where across is worst, found ${show(over)}`);
  }
  return { over, across };
}

function refuseUnless(holds: boolean, expected: string, found: unknown): void {
  if (!holds) {
    throw new QueryRefused(400, `${expected}, found ${show(found)}`);
  }
}
