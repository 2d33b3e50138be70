import { findMetric, type Frame, type Metric, type StatusQuery } from '@pneumograph/contract';
import { engineHistories } from './engine-states.js';
import { configOf, displayNames, timeSeriesFrames } from './frames.js';
import type { Scope } from './metric.js';

const STATUS = findMetric('engine.status') as Metric;

/** One frame an engine: the states it went through, beginning with the one in force at the start. */
export async function answerStatus(scope: Scope, query: StatusQuery): Promise<Frame[]> {
  const { workflow, models } = query;
  const engines = scope.inventory.engineIds(query.engines);
  const histories = await engineHistories(scope, { workflow, models, slots: [], engines }, scope.from, scope.to);
  const identities = histories.map((history) => ({ ...history, slot: undefined }));
  // The metric goes without saying: `lstm engine-1` unless the query's alias says otherwise.
  const alias = query.alias === '' ? '{{model}} {{engine}}' : query.alias;
  const names = displayNames(identities, STATUS.name, alias, scope.inventory);
  const series = histories.map(({ times, codes }, index) => ({
    identity: identities[index] as (typeof identities)[number],
    displayName: names[index] ?? STATUS.name,
    times,
    values: codes,
  }));
  return timeSeriesFrames({ refId: query.refId, metric: STATUS.name, config: configOf(STATUS, false) }, series);
}
