import { findMetric, stateName, type Frame, type Metric, type StatusQuery } from '@pneumograph/contract';
import { engineHistories, type EngineHistory } from './engine-states.js';
import { configOf, displayNames, STATE_MAPPINGS, tableFrame, timeSeriesFrames, withNotices } from './frames.js';
import { cutSeries } from './limits.js';
import type { Scope } from './metric.js';

const STATUS = findMetric('engine.status') as Metric;

/**
 * One frame an engine: the states it went through, beginning with the one in force at the start. As a table one frame
 * with a row for each of them, which also says why: fit for a table panel and for annotations.
 */
export async function answerStatus(scope: Scope, query: StatusQuery): Promise<Frame[]> {
  const { workflow, models } = query;
  const engines = scope.inventory.engineIds(query.engines);
  const about = { workflow, models, slots: [], engines };
  // What is in force now need not be in force then.
  const all = scope.from > scope.now ? [] : await engineHistories(scope, about, scope.from, scope.to);
  const { series: histories, warnings } = cutSeries(all);
  const identities = histories.map((history) => ({ ...history, slot: undefined }));
  // The metric goes without saying: `lstm engine-1` unless the query's alias says otherwise.
  const alias = query.alias === '' ? '{{model}} {{engine}}' : query.alias;
  const names = displayNames(identities, STATUS.name, alias, scope.inventory);
  if (query.format === 'table') {
    return [withNotices(tableOf(scope, query.refId, histories, names), warnings, 'warning')];
  }
  const series = histories.map(({ entries }, index) => ({
    identity: identities[index] as (typeof identities)[number],
    displayName: names[index] ?? STATUS.name,
    times: entries.map(({ time }) => time),
    values: entries.map(({ code }) => code),
  }));
  const kind = { refId: query.refId, metric: STATUS.name, config: configOf(STATUS, false), warnings };
  return timeSeriesFrames(kind, series);
}

/** Rows in the order of time, each until the next of its engine; the last ones until the end of the range. */
function tableOf(scope: Scope, refId: string, histories: readonly EngineHistory[], names: readonly string[]): Frame {
  const rows = histories
    .flatMap(({ workflow, model, engine, entries }, index) =>
      entries.map(({ time, code, text, cause }, at) => ({
        time: Math.floor(time / 1000),
        timeEnd: Math.floor((entries[at + 1]?.time ?? Math.min(scope.to, Math.max(scope.now, time))) / 1000),
        state: code === null ? 'gone' : (stateName(code) ?? 'unknown'),
        [STATUS.name]: code,
        text,
        cause,
        title: names[index] ?? '',
        workflow,
        model,
        engine,
      }))
    )
    .sort((a, b) => a.time - b.time);
  return tableFrame(refId, STATUS.name, STATE_FIELDS, rows);
}

const STATE_FIELDS = [
  { name: 'time', type: 'time' },
  { name: 'timeEnd', type: 'time' },
  { name: 'title', type: 'string' },
  { name: 'state', type: 'string' },
  { name: 'cause', type: 'string' },
  { name: 'text', type: 'string' },
  { name: STATUS.name, type: 'number', config: { mappings: STATE_MAPPINGS } },
  { name: 'workflow', type: 'string' },
  { name: 'model', type: 'string' },
  { name: 'engine', type: 'string' },
] as const;
