import type { Micros } from '@pneumograph/contract';
import type { Mapping } from '../archive/index.js';

/** What a fleet source says of one engine. */
export interface Member {
  /** The id the engine reports under, as far as the source knows it. */
  readonly src: string;
  /** Further names the engine may report under: instance name, host, container. */
  readonly aliases: readonly string[];
  readonly name: string | undefined;
  readonly workflow: string;
  /** Undefined where the source knows that the engine runs no model. */
  readonly model: string | undefined;
  readonly asset: string | undefined;
}

/** The model that an engine runs from a moment on, until its next assignment. */
export interface Assignment {
  readonly from: Micros;
  readonly workflow: string;
  /** The engine's own id, in the workflow '', while it runs no model. */
  readonly model: string;
  readonly asset: string | undefined;
}

/** An engine, and the models it has run, oldest first. */
export class FleetEngine {
  readonly assignments: Assignment[] = [];
  name: string | undefined;

  /** @param mapped whether a fleet source named it, or it is only known by its reports */
  constructor(
    readonly src: string,
    readonly mapped = true
  ) {}

  /** The assignment in force at a time. What came before the first one counts to the first. */
  at(time: Micros): Assignment {
    let index = this.assignments.length - 1;
    while (index > 0 && (this.assignments[index] as Assignment).from > time) {
      index--;
    }
    return this.assignments[index] as Assignment;
  }
}

export interface Telling {
  /** The source's place in the configuration: of two that name one engine, the later one is believed. */
  readonly rank: number;
  /** Whether the source told of all its engines: one that it no longer names is then left to the other sources. */
  readonly complete: boolean;
}

type Claims = Map<FleetEngine, Member>;

/**
 * Which engine runs which model, versioned in time: an engine belongs to a model from a moment to a moment.
 *
 * Several sources feed it. An engine runs what the last source in the configuration that names a model for it says; it
 * runs none where a source says so and none names one. An engine that no source names any longer keeps its assignment:
 * it may be starting again, and its last reports may lag.
 */
export class Fleet {
  readonly #engines = new Map<string, FleetEngine>();
  /** Engines by instance name: a source that knows another id for one means the same engine. */
  readonly #named = new Map<string, FleetEngine>();
  readonly #aliases = new Map<string, FleetEngine>();
  readonly #claims = new Map<number, Claims>();
  readonly #unheard = new Set<number>();
  readonly #listeners: Array<(mapping: Mapping) => void> = [];
  /** Grows with each change: whoever caches what it looked up compares it. */
  version = 0;

  engines(): Iterable<FleetEngine> {
    return this.#engines.values();
  }

  /** The engine that reports under this id or name, or undefined. */
  resolve(src: string): FleetEngine | undefined {
    return this.#engines.get(src) ?? this.#aliases.get(src);
  }

  onChange(listener: (mapping: Mapping) => void): void {
    this.#listeners.push(listener);
  }

  /**
   * Says that a source will speak. Until it does, sources of a lower rank give models to new engines alone: what is
   * known of the others may be its word.
   */
  expect(rank: number): void {
    this.#unheard.add(rank);
  }

  /** Takes in what a source says now. */
  update(members: readonly Member[], now: Micros, { rank, complete }: Telling = { rank: 0, complete: true }): void {
    const before = this.#claims.get(rank) ?? new Map<FleetEngine, Member>();
    const claims = new Map(complete ? [] : before);
    const shared = ambiguous(members);
    const ids = new Set(members.map(({ src }) => src));
    const told = new Set<FleetEngine>();
    for (const member of members) {
      const engine = this.#find(member, shared, ids) ?? this.#add(member.src);
      // Where one answer names an engine twice, the last model counts.
      if (member.model !== undefined || !told.has(engine)) {
        claims.set(engine, member);
      }
      told.add(engine);
      for (const alias of [member.src, ...member.aliases]) {
        if (alias !== '' && !shared.has(alias)) {
          this.#alias(alias, engine, rank);
        }
      }
      if (member.name !== undefined && !shared.has(member.name)) {
        this.#named.set(member.name, engine);
      }
    }
    this.#claims.set(rank, claims);
    const first = this.#unheard.delete(rank);
    for (const engine of first ? this.#engines.values() : new Set([...before.keys(), ...claims.keys()])) {
      const claim = this.#believed(engine);
      if (claim !== undefined) {
        this.#assign(engine, claim, now);
      }
    }
  }

  /** Brings back what the store remembers, before any source has spoken; oldest first. */
  restore(mappings: readonly Mapping[]): void {
    for (const { engine, engineName, workflow, model, asset, time } of mappings) {
      const restored = this.#engines.get(engine) ?? this.#add(engine);
      restored.name = engineName;
      restored.assignments.push({ from: time, workflow, model, asset });
      if (engineName !== undefined) {
        this.#named.set(engineName, restored);
        this.#alias(engineName, restored, -1);
      }
    }
  }

  /**
   * An engine is the one with that id, or else the one that goes by that name, unless the same answer names that one
   * by its own id.
   */
  #find({ src, name }: Member, shared: ReadonlySet<string>, ids: ReadonlySet<string>): FleetEngine | undefined {
    const known = this.#engines.get(src);
    if (known !== undefined) {
      return known;
    }
    for (const candidate of [src, name]) {
      if (candidate !== undefined && !shared.has(candidate)) {
        const engine = this.#named.get(candidate) ?? this.#engines.get(candidate);
        if (engine !== undefined && !ids.has(engine.src)) {
          return engine;
        }
      }
    }
    return undefined;
  }

  #add(src: string): FleetEngine {
    const engine = new FleetEngine(src);
    this.#engines.set(src, engine);
    this.version++;
    return engine;
  }

  #believed(engine: FleetEngine): Member | undefined {
    const known = engine.assignments.length > 0;
    const least = known ? Math.max(-Infinity, ...this.#unheard) : -Infinity;
    const ranks = [...this.#claims.keys()].filter((rank) => rank > least).sort((a, b) => b - a);
    const claims = ranks.flatMap((rank) => this.#claims.get(rank)?.get(engine) ?? []);
    return claims.find(({ model }) => model !== undefined) ?? claims[0];
  }

  #assign(engine: FleetEngine, member: Member, now: Micros): void {
    const { src } = engine;
    const name = member.name ?? engine.name;
    const { workflow, model, asset } =
      member.model === undefined ? { workflow: '', model: src, asset: undefined } : { ...member, model: member.model };
    const current = engine.assignments.at(-1);
    if (current?.workflow === workflow && current.model === model && current.asset === asset && engine.name === name) {
      return;
    }
    engine.name = name;
    // A clock that was set back must not put the intervals out of order.
    const from = Math.max(now, current?.from ?? -Infinity);
    engine.assignments.push({ from, workflow, model, asset });
    this.version++;
    for (const listener of this.#listeners) {
      listener({ kind: 'mapping', time: from, engine: src, engineName: name, workflow, model, asset });
    }
  }

  /** Two sources may know two engines by one name: it stays with the engine of the higher rank. */
  #alias(alias: string, engine: FleetEngine, rank: number): void {
    const owner = this.#aliases.get(alias);
    if (alias === engine.src || owner === engine) {
      return;
    }
    for (const [other, claims] of owner === undefined ? [] : this.#claims) {
      if (other > rank && claims.get(owner as FleetEngine)?.aliases.includes(alias) === true) {
        return;
      }
    }
    this.#aliases.set(alias, engine);
    this.version++;
  }
}

/** Names that more than one member goes by: they tell nobody apart. */
function ambiguous(members: readonly Member[]): Set<string> {
  const owner = new Map<string, string>();
  const shared = new Set<string>();
  for (const { src, aliases } of members) {
    for (const alias of aliases) {
      if (owner.has(alias) && owner.get(alias) !== src) {
        shared.add(alias);
      }
      owner.set(alias, src);
    }
  }
  return shared;
}
