import type { Micros } from '@pneumograph/contract';
import type { Point } from '../../../archive/index.js';
import type { Finding, Monitor, Setting } from '../../monitor.js';
import { Actions, type ActionsState } from './actions.js';
import { Load, type LoadState } from './load.js';
import { rulesOf, type Params, type Rule } from './params.js';

interface Model {
  readonly workflow: string;
  readonly model: string;
  readonly loads: readonly Load[];
  readonly actions: Actions | undefined;
}

interface ModelState {
  readonly workflow: string;
  readonly model: string;
  readonly loads: readonly LoadState[];
  readonly actions: ActionsState | undefined;
}

/** Raises an alarm where the engines of a model are short of CPU or memory, and scales the model. */
export class Resources implements Monitor {
  readonly #rules: readonly Rule[];
  readonly #models = new Map<string, Model>();

  constructor(private readonly setting: Setting<Params>) {
    this.#rules = rulesOf(setting.params);
    for (const state of (setting.state ?? []) as readonly ModelState[]) {
      this.#add(state.workflow, state.model, state);
    }
  }

  point(point: Point): void {
    const { series, time, value } = point;
    if (!Number.isFinite(value) || value < 0 || series.monitor !== undefined) {
      return;
    }
    const model =
      this.#models.get(keyOf(series.workflow, series.model)) ?? this.#add(series.workflow, series.model, undefined);
    const load = model.loads.find(({ rule }) => rule.metric === series.metric);
    if (load?.add(series.engine, time, value) !== true) {
      return;
    }
    this.setting.speech.condition(load.alarm, this.#finding(model, load, point));
    model.actions?.consider(model.loads, load, point, sentence(load));
  }

  tick(now: Micros): void {
    for (const { actions } of this.#models.values()) {
      actions?.tick(now);
    }
  }

  snapshot(): unknown {
    return [...this.#models.values()].map(({ workflow, model, loads, actions }) => ({
      workflow,
      model,
      loads: loads.map((load) => load.snapshot()),
      actions: actions?.snapshot(),
    }));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#models.values()].map(async ({ actions }) => actions?.close()));
  }

  #finding({ workflow, model }: Model, load: Load, { time, partition, offset }: Point): Finding {
    const { rule, value, engines } = load;
    return {
      key: JSON.stringify([rule.metric, workflow, model]),
      time,
      origin: { partition, offset },
      about: { workflow, model, slot: undefined },
      name: rule.metric === 'memory' ? 'Memory is high' : 'CPU is high',
      text: sentence(load),
      value,
      evidence: { metric: rule.metric, value, above: rule.above, over: rule.over, engines, limit: rule.limit },
    };
  }

  #add(workflow: string, model: string, state: ModelState | undefined): Model {
    const { params, speech, folder, log } = this.setting;
    const loads = this.#rules.map(
      (rule, index) => new Load(rule, params.sustained * 1000, params.within * 1000, state?.loads[index])
    );
    const actions =
      params.action && new Actions({ params: params.action, workflow, model, speech, folder, log }, state?.actions);
    const made = { workflow, model, loads, actions };
    this.#models.set(keyOf(workflow, model), made);
    return made;
  }
}

function keyOf(workflow: string, model: string): string {
  return JSON.stringify([workflow, model]);
}

/** What an alert and an action say of a metric. */
function sentence({ rule, value, engines, alarm }: Load): string {
  const what = rule.metric === 'memory' ? 'Memory' : 'CPU utilization';
  const bound = alarm
    ? `above ${amount(rule, rule.above)}`
    : rule.below === undefined
      ? ''
      : `against ${amount(rule, rule.below)}`;
  const of = engines === 1 ? '1 engine' : `${engines} engines (${rule.over})`;
  return `${what} of ${of} is ${amount(rule, value)}${bound === '' ? '' : `, ${bound}`}.`;
}

function amount({ metric, limit }: Rule, value: number): string {
  if (limit !== undefined) {
    return `${Number((value * 100).toPrecision(4))} % of ${limit} bytes`;
  }
  return metric === 'memory' ? `${Math.round(value)} bytes` : `${Number(value.toPrecision(4))} %`;
}
