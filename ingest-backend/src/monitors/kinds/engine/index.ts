import { z } from 'zod';
import { ENGINE_STATES, stateName } from '@pneumograph/contract';
import type { Point } from '../../../archive/index.js';
import type { Kind, Monitor, Setting } from '../../monitor.js';

const NAMES = ['init', 'running', 'error', 'paused', 'finishing', 'finished', 'pigging'] as const;

const params = z
  .strictObject({
    /** The states that are wrong. */
    states: z.array(z.enum(NAMES)).min(1).default(['error']),
    alert: z.string().min(1).default('Engine failed'),
  })
  .prefault({});

type Params = z.infer<typeof params>;

/** Tells that an engine entered a state that is wrong, until it says that it is in another one. */
class EngineState implements Monitor {
  /** The newest state of each engine: one that is read again says nothing new. */
  readonly #newest: Map<string, number>;

  constructor(private readonly setting: Setting<Params>) {
    this.#newest = new Map((setting.state ?? []) as Array<[string, number]>);
  }

  point({ series, time, value, partition, offset }: Point): void {
    const { workflow, model, engine } = series;
    if (time < (this.#newest.get(engine) ?? -Infinity)) {
      return;
    }
    this.#newest.set(engine, time);
    const { states, alert: name } = this.setting.params;
    const state = stateName(value) ?? String(value);
    this.setting.speech.condition(
      states.some((one) => ENGINE_STATES[one] === value),
      {
        key: engine,
        time,
        origin: { partition, offset },
        about: { workflow, model, slot: undefined, engine },
        name,
        text: `The engine ${engine} of ${model} is in the state ${state}.`,
        value,
        evidence: { state },
      }
    );
  }

  snapshot(): unknown {
    return [...this.#newest];
  }
}

export const engine: Kind<Params> = {
  name: 'engine',
  params,
  instance: 'each',
  inhibits: 'downstream',
  metrics: () => ['engine.status'],
  create: (setting) => new EngineState(setting),
};
