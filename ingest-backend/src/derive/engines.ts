import type { Partition } from '../archive/index.js';
import type { Fleet, FleetEngine } from '../fleet/index.js';
import { EngineState, type EngineMemory } from './engine-state.js';

/** What the store remembers from before a restart. */
export interface Memory {
  engine(src: string): EngineMemory | undefined;
  /** The offset up to which the messages of a partition had been taken in. */
  takenBefore(partition: Partition): number;
}

/** The engines that were heard of, by whatever name their messages call them. */
export class Engines {
  readonly #engines = new Map<string, EngineState>();
  readonly #sources = new Map<string, EngineState>();
  /** Partitions that another process read last, and engines that were forgotten: of these the store's memory is old. */
  readonly #foreign = new Set<Partition>();
  readonly #forgotten = new Set<string>();
  #fleetVersion = -1;
  #lastSource: string | undefined;
  #lastState: EngineState | undefined;

  constructor(
    private readonly fleet: Fleet,
    private readonly memory: Memory | undefined
  ) {}

  get size(): number {
    return this.#engines.size;
  }

  values(): Iterable<EngineState> {
    return this.#engines.values();
  }

  /** The engine that a message's `src` was last known to mean; undefined after every change of the fleet. */
  find(src: string): EngineState | undefined {
    if (this.#fleetVersion !== this.fleet.version) {
      this.#fleetVersion = this.fleet.version;
      this.#sources.clear();
      this.#lastSource = undefined;
    }
    // Engines send the reports of their taps together: the last one is asked for again more often than not.
    if (src === this.#lastSource) {
      return this.#lastState;
    }
    const known = this.#sources.get(src);
    if (known !== undefined) {
      this.#lastSource = src;
      this.#lastState = known;
    }
    return known;
  }

  /** Takes `src` for an engine from now on. @param partition that its message came from */
  take(src: string, engine: FleetEngine, partition: Partition): EngineState {
    let state = this.#engines.get(engine.src);
    if (state === undefined) {
      const old = this.#foreign.has(partition) || this.#forgotten.has(engine.src);
      state = new EngineState(engine, old ? undefined : this.memory?.engine(engine.src));
      this.#engines.set(engine.src, state);
    }
    // An engine that was shown under its own id keeps its open state when a fleet source comes to know it.
    state.engine = engine;
    this.#sources.set(src, state);
    return state;
  }

  /** Drops what comes from a partition. @returns the engines that sent nothing anywhere else: these are forgotten */
  forget(partition: Partition): ReadonlySet<EngineState> {
    const forgotten = new Set<EngineState>();
    for (const [src, state] of this.#engines) {
      state.forget(partition);
      if (state.home === partition) {
        forgotten.add(state);
        this.#engines.delete(src);
        this.#forgotten.add(src);
      }
    }
    this.#sources.clear();
    this.#lastSource = undefined;
    return forgotten;
  }

  /** Says that another process read a partition last: what the store remembers of its engines is out of date. */
  disown(partition: Partition): void {
    this.#foreign.add(partition);
  }

  /** The offset up to which a partition had been taken in before a restart, where that still says something. */
  takenBefore(partition: Partition): number {
    return this.#foreign.has(partition) ? 0 : (this.memory?.takenBefore(partition) ?? 0);
  }
}
