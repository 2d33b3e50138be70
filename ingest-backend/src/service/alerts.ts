import type { Logger } from 'pino';
import { AlertCenter, downstreamAlong } from '../alerts/index.js';
import type { MonitorKeeper, SilenceKeeper } from '../api/index.js';
import type { Progress } from '../archive/index.js';
import { compareAlerts } from '../assets/index.js';
import type { Configuration } from '../config/index.js';
import { splitEnd, type WorkflowShape, type Workflows } from '../fleet/index.js';
import type { SelfMetrics } from '../selfmetrics/index.js';
import type { Store } from '../store/index.js';

export interface AlertWires {
  readonly workflows: Workflows;
  readonly notes: ReadonlyMap<string, string>;
  readonly touch: () => void;
  readonly log: Logger;
  readonly metrics?: SelfMetrics;
}

/** Makes what tells of alerts, as a configuration says. */
export function createAlerts({ notify }: Configuration, { workflows, ...wires }: AlertWires): AlertCenter {
  // Every alert asks for every cause: the answer stays the same for as long as the workflow's links are the same ones.
  const known = new WeakMap<WorkflowShape, Map<string, ReadonlySet<string>>>();
  const downstream = (workflow: string, model: string): ReadonlySet<string> => {
    const shape = workflows.get(workflow);
    if (shape === undefined) {
      return new Set();
    }
    const ofShape = known.get(shape) ?? new Map<string, ReadonlySet<string>>();
    known.set(shape, ofShape);
    const models = (): ReadonlySet<string> =>
      downstreamAlong(
        shape.links.map(({ from, to }) => ({ from: splitEnd(from).model, to: splitEnd(to).model })),
        model
      );
    const found = ofShape.get(model) ?? models();
    ofShape.set(model, found);
    return found;
  };
  return new AlertCenter({ ...wires, receivers: notify, downstream });
}

/** What was read so far, and what is still to be told of alerts: of one moment with what is stored. */
export function withAlerts(progress: Progress, alerts: AlertCenter): Progress {
  return {
    ...progress,
    seal: (items) => {
      progress.seal?.(items);
      alerts.watch(items);
    },
    takeNotes: () => new Map([...progress.takeNotes(), ...alerts.takeNotes()]),
  };
}

/** Silences as the API speaks of them: what it answers for is durable. */
export function silencesOf(alerts: AlertCenter, stored: () => Promise<void>): SilenceKeeper {
  return {
    list: () => alerts.silences(),
    add: async (silence) => {
      const added = alerts.silence(silence);
      await stored();
      return added;
    },
    expire: async (id) => {
      const expired = alerts.expire(id);
      await stored();
      return expired;
    },
  };
}

const MOST_COMPARED = 10_000;

/** Holds the alerts of two monitors against each other, as they are stored. */
export function comparing(store: Store): MonitorKeeper['compare'] {
  return async (first, second, from = 0, to = Date.now() * 1000) => {
    const any = { workflow: undefined, models: [], slots: [], engines: [], features: [], severities: [], states: [] };
    const [one = [], other = []] = await Promise.all(
      [first, second].map((name) => store.alerts({ ...any, from, to, monitors: [name], limit: MOST_COMPARED }))
    );
    return compareAlerts(one, other);
  };
}
