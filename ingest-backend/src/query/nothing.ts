import { NO_MODEL, type Frame, type Query } from '@pneumograph/contract';
import { withNotices } from './frames.js';
import type { Scope } from './metric.js';
import { nearest, suggestion } from './nearest.js';
import { show } from './request.js';

/** Whether an answer has not one row and does not say why. */
function isUnexplained(frames: readonly Frame[]): boolean {
  return frames.every(
    ({ schema, data }) => data.values.every((column) => column.length === 0) && !schema.meta.notices?.length
  );
}

/** The frames of an answer; where they hold nothing, with a sentence that says why, as panels show it. */
export async function explained(scope: Scope, query: Query, frames: Frame[]): Promise<Frame[]> {
  const [first, ...rest] = frames;
  if (first === undefined || !isUnexplained(frames)) {
    return frames;
  }
  const why = await whyNothing(scope, query);
  return why === undefined ? frames : [withNotices(first, [why]), ...rest];
}

async function whyNothing(scope: Scope, query: Query): Promise<string | undefined> {
  const { inventory, from, to, now } = scope;
  const { workflow, models, engines } = query;
  if (from > now) {
    return `The time range begins in the future, at ${timeText(from)}: nothing can have been reported yet.`;
  }
  if (models.includes(NO_MODEL)) {
    return 'No model fits both the query and the filters of the dashboard.';
  }
  const asked = inventory.models({ workflow, models: [] });
  if (workflow !== undefined && asked.length === 0) {
    const known = inventory.workflows().map(({ name }) => name);
    return unknown('workflow is called', workflow, known);
  }
  const found = inventory.models({ workflow, models });
  const [model = ''] = models;
  if (found.length === 0) {
    const known = asked.map(({ name }) => name);
    const place = workflow === undefined ? '' : `in the workflow ${show(workflow)} `;
    return models.length === 0 ? 'No model has reported yet.' : unknown(`model ${place}is called`, model, known);
  }
  const ids = new Set(inventory.engineIds(engines));
  const running = found.flatMap((one) => [...one.engines.values()]).filter(({ src }) => ids.size === 0 || ids.has(src));
  if (ids.size > 0 && running.length === 0) {
    const known = found.flatMap((one) => [...one.engines.values()].map(({ name }) => name));
    return unknown('engine of these models is called', engines[0] ?? '', known);
  }
  // That nothing fires is good news.
  return query.kind === 'alerts'
    ? undefined
    : silence(
        scope,
        query,
        running.map(({ src }) => src),
        { from, to }
      );
}

/** Of models and engines that are there: when they reported last, or that they reported other things. */
async function silence(scope: Scope, query: Query, engines: readonly string[], range: { from: number; to: number }) {
  // Engines are not heard of by what they write.
  if (query.kind === 'messages') {
    return 'No message of the time range fits what is asked for.';
  }
  const seen = await scope.store.lastSeen();
  const newest = Math.max(...engines.map((src) => seen.get(src) ?? -Infinity));
  if (engines.length > 0 && newest === -Infinity) {
    return 'None of the engines asked for has reported yet.';
  }
  if (newest < range.from && newest !== -Infinity) {
    return `The engines asked for reported last at ${timeText(newest)}, before the time range.`;
  }
  const what = query.kind === 'metric' ? ` of ${query.metric}` : '';
  return `Nothing${what} was reported in the time range for what is asked for.`;
}

function unknown(kind: string, name: string, known: readonly string[]): string {
  const variable = /^\$|^\[\[/.test(name) ? ' It looks like a variable that is not there, or not in this place.' : '';
  const asked = `No ${kind} ${show(name)}`;
  const near = suggestion(nearest(name, [...new Set(known)]));
  return `${asked}${near === '' ? '.' : near}${variable}`;
}

/** A moment to the second. */
function timeText(micros: number): string {
  return `${new Date(micros / 1000).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
