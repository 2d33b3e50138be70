import type { Micros, PneumoMessage } from '@pneumograph/contract';
import { Engine, ManualClock } from '../engine/index.js';
import { rateAt, readPrices, recordsBy, Source, STEP } from '../feed/index.js';
import { checkPlan, overloadMillis, type ScenarioName } from '../scenarios/index.js';
import type { Outlet } from '../streams/index.js';
import { engineNames, FEED, findModel, LINKS, STRAINED, type EngineName } from '../workflow.js';
import { SimulatedSystem } from './system.js';

/** A record as it comes to its stream: a line in the slot's encoding, at its log time. */
export interface SimulatedRecord {
  readonly kind: 'record';
  readonly model: string;
  readonly slot: number;
  readonly line: string;
  readonly time: Micros;
}

export interface SimulatedMessage {
  readonly kind: 'message';
  readonly message: PneumoMessage;
  readonly time: Micros;
}

export interface SimulationOptions {
  /** Seconds of quiet before the scenario; `WARM_UP` unless said. */
  readonly after?: number;
  /** Mean rate of the source in records per second; 60 unless said. */
  readonly rate?: number;
  /** When it begins. */
  readonly start?: Micros;
}

/** Milliseconds of computing that a record costs, as measured of the real engines. */
const COST = 0.3;

interface Member {
  readonly name: EngineName;
  readonly engine: Engine;
  readonly system: SimulatedSystem;
}

/**
 * The demo in simulated time: the same source, models, engines and sensors, with nothing between them and no waiting.
 * Gives, in the order of log time, what a Kafka topic of each slot and the topic of the reports would hold; the same for
 * the same arguments. Only the use of CPU and memory is made up; an overloaded engine is busy, but holds nothing up.
 * @param scenario nothing happens where it is undefined
 * @throws RangeError where the scenario or its time is none
 */
export async function* simulate(
  scenario: ScenarioName | undefined,
  seconds: number,
  seed: number,
  { after, rate = 60, start = Date.UTC(2026, 0, 1) * 1000 }: SimulationOptions = {}
): AsyncGenerator<SimulatedRecord | SimulatedMessage, void> {
  const plan = scenario === undefined ? undefined : checkPlan({ name: scenario, after });
  const source = new Source({
    lines: await readPrices(),
    seed,
    scenario: plan && { name: plan.name, begins: recordsBy(rate, plan.after) },
  });
  const workflow = await Workflow.start(new ManualClock(start));
  let due = 0;
  for (let step = 1; step * STEP <= seconds; step++) {
    const now = step * STEP;
    workflow.clock.advanceTo(start + now * 1e6);
    if (plan !== undefined && plan.after > now - STEP && plan.after <= now) {
      workflow.begin(plan.name, rate);
    }
    due += rateAt(rate, now) * STEP;
    await workflow.send(source.next(Math.floor(due)));
    due -= Math.floor(due);
    yield* workflow.take();
  }
}

/** The engines of the workflow in one process, and what they have published. */
class Workflow {
  readonly #members: Member[] = [];
  #published: Array<SimulatedRecord | SimulatedMessage> = [];
  /** Batches under way, in the order in which they were sent. */
  readonly #queue: Array<{ readonly model: string; readonly slot: number; readonly lines: readonly string[] }> = [];
  readonly #turns = new Map<string, number>();
  #cost = COST;

  private constructor(readonly clock: ManualClock) {}

  static async start(clock: ManualClock): Promise<Workflow> {
    const workflow = new Workflow(clock);
    for (const name of engineNames()) {
      await workflow.#add(name);
    }
    return workflow;
  }

  /** Sends lines from the source, works off all that follows from them, and lets the sensors look. */
  async send(lines: readonly string[]): Promise<void> {
    this.#post(FEED.model, FEED.slot, lines);
    for (let batch = this.#queue.shift(); batch !== undefined; batch = this.#queue.shift()) {
      const { model, slot, lines } = batch;
      const living = this.#members.filter((member) => member.name.model === model);
      const turn = this.#turns.get(model) ?? 0;
      this.#turns.set(model, turn + 1);
      const reader = living[turn % living.length] as Member;
      reader.system.work(lines.length * (model === STRAINED ? this.#cost : COST));
      await reader.engine.deliver(slot, lines);
    }
    this.#members.forEach(({ engine }) => engine.tick());
  }

  /** What has been published since the last time. */
  take(): Array<SimulatedRecord | SimulatedMessage> {
    return this.#published.splice(0);
  }

  begin(scenario: ScenarioName, rate: number): void {
    const strained = this.#members.filter(({ name }) => name.model === STRAINED);
    if (scenario === 'overload') {
      this.#cost = overloadMillis(strained.length, rate);
    } else if (scenario === 'crash') {
      const crashed = strained.at(-1) as Member;
      crashed.engine.fail('out of memory');
      this.#members.splice(this.#members.indexOf(crashed), 1);
    }
  }

  async #add(name: EngineName): Promise<void> {
    const model = findModel(name.model).create();
    await model.load?.();
    const { clock } = this;
    const system = new SimulatedSystem(clock);
    const engine = new Engine({
      id: name.src,
      model,
      clock,
      system: system.taps(),
      publish: (message) => this.#published.push({ kind: 'message', message, time: clock.now() }),
      onRecord: (slot, line) =>
        this.#published.push({ kind: 'record', model: name.model, slot, line, time: clock.now() }),
    });
    const outputs = model.slots.filter(({ slot }) => slot % 2 === 1);
    engine.run(new Map(outputs.map(({ slot }) => [slot, this.#outlet(name.model, slot)])));
    this.#members.push({ name, engine, system });
  }

  #outlet(model: string, slot: number): Outlet {
    return {
      send: async (lines) => this.#post(model, slot, lines),
      close: async () => undefined,
    };
  }

  #post(model: string, slot: number, lines: readonly string[]): void {
    for (const { from, to } of LINKS) {
      if (from.model === model && from.slot === slot && lines.length > 0) {
        this.#queue.push({ ...to, lines });
      }
    }
  }
}
