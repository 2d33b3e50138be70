/** What can be made to happen, for people to learn to see it. */
export const SCENARIO_NAMES = ['drift', 'noise', 'regime', 'bad-records', 'crash', 'overload'] as const;
export type ScenarioName = (typeof SCENARIO_NAMES)[number];

/** An alert that a scenario is to raise, by the demo's monitors in provisioning/monitors. */
export interface ExpectedAlert {
  readonly monitor: string;
  readonly model: string;
  /** Of the stream that it is about; none where it is about an engine. */
  readonly slot?: number;
}

export interface Scenario {
  /** What happens, for help texts. */
  readonly help: string;
  /** The alerts that follow; the other monitors stay quiet. */
  readonly alerts: readonly ExpectedAlert[];
}

export const SCENARIOS: Readonly<Record<ScenarioName, Scenario>> = {
  drift: {
    help: 'the market calms down within a minute: changes and ranges shrink to 40 %, predictions stay as good as they were',
    alerts: [{ monitor: 'return-distribution', model: 'predictor', slot: 0 }],
  },
  noise: {
    help: 'closing prices come with noise of 2 % on them, as of a poor source',
    alerts: [
      { monitor: 'return-noise', model: 'reader', slot: 1 },
      { monitor: 'return-distribution', model: 'predictor', slot: 0 },
    ],
  },
  regime: {
    help: 'days come in an order without memory: inputs look as before, predictions do not hold, the model needs retraining',
    alerts: [{ monitor: 'range-divergence', model: 'predictor', slot: 1 }],
  },
  'bad-records': {
    help: 'a fifth of the lines is cut short, has text for a price, or a price of -1',
    alerts: [
      { monitor: 'price-quality', model: 'reader', slot: 0 },
      { monitor: 'price-threshold', model: 'reader', slot: 0 },
    ],
  },
  crash: {
    help: 'an engine of the predictor crashes and stays away; the other one takes all records',
    alerts: [{ monitor: 'engine-silent', model: 'predictor' }],
  },
  overload: {
    help: 'each prediction takes so long that two engines cannot keep up',
    alerts: [{ monitor: 'predictor-resources', model: 'predictor' }],
  },
};

/** Milliseconds that a record has to cost for engines to be asked for twice what they can do. @param rate records per second */
export function overloadMillis(engines: number, rate: number): number {
  return (2 * engines * 1000) / rate;
}

/** A scenario and when it begins. */
export interface ScenarioPlan {
  readonly name: ScenarioName;
  /** Seconds of quiet before it; `WARM_UP` unless said. */
  readonly after?: number | undefined;
}

/** Seconds in which monitors learn what is usual: a pass over the data takes 85, the windows of monitors 120. */
export const WARM_UP = 300;

/** @throws RangeError where there is no such scenario, or no such time */
export function checkPlan({ name, after = WARM_UP }: ScenarioPlan): { name: ScenarioName; after: number } {
  if (!Object.hasOwn(SCENARIOS, name)) {
    throw new RangeError(`scenario: expected one of ${SCENARIO_NAMES.join(', ')}, found ${String(name)}`);
  }
  if (!(after >= 0 && Number.isFinite(after))) {
    throw new RangeError(`scenario: expected seconds of warm-up of 0 or more, found ${after}`);
  }
  return { name, after };
}

/** The scenarios with what they do, a line each, for help texts. */
export function listScenarios(): string {
  return SCENARIO_NAMES.map((name) => `${name.padEnd(12)} ${SCENARIOS[name].help}`).join('\n');
}
