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
  readonly model: string;
  readonly asset: string | undefined;
}

/** The model that an engine runs from a moment on. */
export interface Assignment {
  readonly from: Micros;
  readonly workflow: string;
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

/**
 * Which engine runs which model, versioned in time: an engine belongs to a model from a moment to a moment.
 * Several sources feed it; each says the whole of what it knows each time.
 */
export class Fleet {
  readonly #engines = new Map<string, FleetEngine>();
  readonly #aliases = new Map<string, FleetEngine>();
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

  /** Takes in what a source says now. Engines it no longer names keep their last assignment: their reports may lag. */
  update(members: readonly Member[], now: Micros): void {
    const shared = ambiguous(members);
    for (const member of members) {
      this.#assign(member, now);
      for (const alias of member.aliases) {
        if (alias !== '' && !shared.has(alias)) {
          this.#alias(alias, this.#engines.get(member.src) as FleetEngine);
        }
      }
    }
  }

  /** Brings back what the store remembers, before any source has spoken. */
  restore(mappings: readonly Mapping[]): void {
    for (const { engine, engineName, workflow, model, asset, time } of mappings) {
      const restored = this.#engines.get(engine) ?? new FleetEngine(engine);
      restored.name = engineName;
      restored.assignments.push({ from: time, workflow, model, asset });
      this.#engines.set(engine, restored);
      this.version++;
    }
  }

  #assign(member: Member, now: Micros): void {
    const { src, name, workflow, model, asset } = member;
    let engine = this.#engines.get(src);
    const current = engine?.assignments.at(-1);
    if (current?.workflow === workflow && current.model === model && current.asset === asset && engine?.name === name) {
      return;
    }
    if (engine === undefined) {
      engine = new FleetEngine(src);
      this.#engines.set(src, engine);
    }
    engine.name = name;
    engine.assignments.push({ from: now, workflow, model, asset });
    this.version++;
    for (const listener of this.#listeners) {
      listener({ kind: 'mapping', time: now, engine: src, engineName: name, workflow, model, asset });
    }
  }

  #alias(alias: string, engine: FleetEngine): void {
    if (alias !== engine.src && this.#aliases.get(alias) !== engine) {
      this.#aliases.set(alias, engine);
      this.version++;
    }
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
