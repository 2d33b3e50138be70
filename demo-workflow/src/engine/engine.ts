import { setImmediate as breathe } from 'node:timers/promises';
import type { EngineState, PneumoMessage } from '@pneumograph/contract';
import { Messages, type LogLevel } from '../reports/index.js';
import type { Outlet } from '../streams/index.js';
import type { Clock } from './clock.js';
import { Manifold, type Rejection } from './manifold.js';
import type { Emissions, Model, Slot } from './model.js';
import { Sensor, type Tap } from './sensor.js';
import { defaultDescriptors, manifoldTaps, systemTaps } from './taps.js';

export interface EngineOptions {
  /** The id the engine reports under. */
  readonly id: string;
  readonly model: Model;
  readonly clock: Clock;
  readonly publish: (message: PneumoMessage) => void;
  readonly onState?: (state: EngineState) => void;
  /** Told each record that comes to a slot or leaves it, as a line in the slot's encoding, in order; see `Manifold`. */
  readonly onRecord?: (slot: number, line: string) => void;
  /** What is read of the system; of this process, if left out. */
  readonly system?: readonly Tap[];
}

/** Microseconds between two log messages about rejected records: a broken feed must not flood the log. */
const REJECTS_EVERY = 10_000_000;
/** Milliseconds of work on a batch after which sensors and connections get their turn. */
const BREATHE_EVERY = 20;

/**
 * Runs one model: takes batches of records, one batch at a time, hands each good record to the model's action for
 * its slot, sends on what the model emits, and reports what its sensors see.
 *
 * init → running ⇄ paused → finishing → finished; any of them → error.
 */
export class Engine {
  readonly manifold: Manifold;
  readonly #messages: Messages;
  readonly #sensors: Sensor[];
  #outlets: ReadonlyMap<number, Outlet> = new Map();
  #state: EngineState = 'init';
  /** The last batch of the queue. */
  #last: Promise<void> = Promise.resolve();
  /** Holds batches back until the engine runs. */
  #gate = new Gate();
  #seqno = 0;
  #rejectsTold = -Infinity;
  #rejectsUntold = 0;

  constructor(private readonly options: EngineOptions) {
    const { id, model, clock, publish, onRecord, system = systemTaps() } = options;
    this.manifold = new Manifold(model.slots, {
      onRecord: (slot) => this.#sensors.forEach((sensor) => sensor.recordPassed(slot)),
      onReject: (slot, by, reason) => this.#noteReject(slot, by, reason),
      ...(onRecord && { onContent: onRecord }),
    });
    this.#messages = new Messages(id, () => clock.now());
    const taps = [...manifoldTaps(this.manifold), ...system];
    const byName = new Map(taps.map((tap) => [tap.name, tap]));
    this.#sensors = defaultDescriptors(taps).map((descriptor, index) => {
      const tap = byName.get(descriptor.Tap);
      if (tap === undefined) {
        throw new Error(`no tap ${descriptor.Tap}`);
      }
      return new Sensor(index + 1, descriptor, tap, clock, (report) => publish({ ...report, src: id }));
    });
    publish(this.#messages.state('init'));
    publish(this.#messages.config('model', 'load', model.asset));
  }

  get state(): EngineState {
    return this.#state;
  }

  get model(): Model {
    return this.options.model;
  }

  /** Starts the model; batches that came before are taken now. */
  run(outlets: ReadonlyMap<number, Outlet>): void {
    this.#expect('init');
    this.#outlets = outlets;
    this.options.model.begin?.({
      print: (text) => this.options.publish(this.#messages.console(text)),
      now: () => this.options.clock.now(),
    });
    this.#enter('running');
    this.log('info', `running ${this.options.model.asset}`);
    this.#gate.open();
  }

  /** Takes no further batch until `resume`; who sends one waits. */
  pause(): void {
    this.#expect('running');
    this.#gate.shut();
    this.#enter('paused');
  }

  resume(): void {
    this.#expect('paused');
    this.#enter('running');
    this.#gate.open();
  }

  /**
   * Takes in a batch of records; resolves once all that the model emitted for them is sent on.
   * @throws Error where the engine does not take records any more, or the model fails
   */
  deliver(slot: number, lines: readonly string[]): Promise<void> {
    if (!this.#takesRecords()) {
      return Promise.reject(new Error(`the engine is in state ${this.#state}`));
    }
    const done = this.#last.then(() => this.#process(slot, lines));
    this.#last = done.catch(() => undefined);
    return done;
  }

  /** Lets sensors do what is due; to be called a few times a second. */
  tick(): void {
    if (this.#state !== 'finished') {
      this.#sensors.forEach((sensor) => sensor.tick());
    }
  }

  /** Works off the batches that it has, tells all that is untold, and ends. Does nothing when it has ended before. */
  async finish(): Promise<void> {
    if (this.#state === 'finishing' || this.#state === 'finished') {
      return;
    }
    const failed = this.#state === 'error';
    if (!failed) {
      this.#enter('finishing');
    }
    this.#gate.open();
    await this.#last;
    await Promise.all([...this.#outlets.values()].map((outlet) => outlet.close()));
    this.#sensors.forEach((sensor) => sensor.finish());
    if (!failed) {
      this.#enter('finished');
    }
  }

  /** Goes into error for a reason outside the model, such as a broken machine; takes no record from now on. */
  fail(reason: string): void {
    this.options.publish(this.#messages.failure(reason));
    this.#enter('error');
    this.#gate.open();
  }

  log(level: LogLevel, text: string): void {
    this.options.publish(this.#messages.log(level, text));
  }

  async #process(slot: number, lines: readonly string[]): Promise<void> {
    await this.#gate.passed();
    if (this.#state === 'error') {
      throw new Error('the engine is in state error');
    }
    this.#sensors.forEach((sensor) => sensor.beginBatch());
    const batches = new Map<number, string[]>();
    let since = performance.now();
    for (const line of lines) {
      const taken = this.manifold.consume(slot, line);
      if (taken !== undefined) {
        this.#seqno++;
        await this.#act(taken.slot, taken.datum, batches);
      }
      if (performance.now() - since > BREATHE_EVERY) {
        await breathe();
        since = performance.now();
      }
    }
    await Promise.all([...batches].map(async ([out, batch]) => this.#outlets.get(out)?.send(batch)));
  }

  async #act(slot: Slot, datum: unknown, batches: Map<number, string[]>): Promise<void> {
    try {
      for await (const [out, value] of this.#emissions(slot, datum)) {
        const line = this.manifold.produce(out, value);
        if (line !== undefined) {
          const batch = batches.get(out);
          if (batch === undefined) {
            batches.set(out, [line]);
          } else {
            batch.push(line);
          }
        }
      }
    } catch (error) {
      const text = (error as Error).message;
      const { encoding } = slot;
      this.options.publish(this.#messages.modelError(slot.slot, this.#seqno, datum, encoding.name, text));
      this.#enter('error');
      throw new Error(`the model failed: ${text}`, { cause: error });
    }
  }

  #emissions(slot: Slot, datum: unknown): Emissions {
    if (slot.action === undefined) {
      throw new Error(`slot ${slot.slot} is no input`);
    }
    // The manifold has just checked the datum against the schema that the action was declared with.
    return slot.action(datum as never);
  }

  #noteReject(slot: number, by: Rejection, reason: string): void {
    this.#rejectsUntold++;
    const now = this.options.clock.now();
    if (now - this.#rejectsTold >= REJECTS_EVERY) {
      this.log(
        'warning',
        `slot ${slot}: ${this.#rejectsUntold} rejected since the last notice, now by ${by}: ${reason}`
      );
      this.#rejectsTold = now;
      this.#rejectsUntold = 0;
    }
  }

  #takesRecords(): boolean {
    return this.#state === 'init' || this.#state === 'running' || this.#state === 'paused';
  }

  #expect(state: EngineState): void {
    if (this.#state !== state) {
      throw new Error(`an engine in state ${this.#state} is not ${state}`);
    }
  }

  #enter(state: EngineState): void {
    this.#state = state;
    this.options.publish(this.#messages.state(state));
    this.options.onState?.(state);
  }
}

/** A gate that can be passed while it is open. */
class Gate {
  #opened: Promise<void> | undefined;
  #open: () => void = () => undefined;

  constructor() {
    this.shut();
  }

  shut(): void {
    this.#opened ??= new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  open(): void {
    this.#open();
    this.#opened = undefined;
  }

  async passed(): Promise<void> {
    while (this.#opened !== undefined) {
      await this.#opened;
    }
  }
}
