import type { Mapping } from '../../archive/index.js';
import { Fleet, type FleetEngine } from '../../fleet/index.js';
import type { Store } from '../../store/index.js';

/** Which engine runs which model, as derivation told the store, and beyond it as the fleet tells this process. */
export class SharedFleet {
  #merged = new Fleet();
  #known = '';

  private constructor(
    private readonly store: Pick<Store, 'mappings'>,
    /** What this process hears of the fleet. */
    readonly heard: Fleet
  ) {}

  static async open(store: Pick<Store, 'mappings'>): Promise<SharedFleet> {
    const fleet = new SharedFleet(store, new Fleet());
    // What the store knows is no news.
    fleet.heard.restore(await store.mappings());
    return fleet;
  }

  engines(): Iterable<FleetEngine> {
    return this.#merged.engines();
  }

  resolve(src: string): FleetEngine | undefined {
    return this.#merged.resolve(src);
  }

  async refresh(): Promise<void> {
    const mappings = await this.store.mappings();
    const known = `${mappings.length} ${this.heard.version}`;
    if (known !== this.#known) {
      this.#known = known;
      this.#merged = merge(mappings, this.heard);
    }
  }
}

function merge(mappings: readonly Mapping[], heard: Fleet): Fleet {
  const merged = new Fleet();
  merged.restore(mappings);
  for (const engine of heard.engines()) {
    const last = engine.assignments.at(-1);
    const known = merged.resolve(engine.src)?.assignments.at(-1);
    if (known === undefined) {
      merged.restore(mappingsOf(engine));
    } else if (
      last !== undefined &&
      last.from > known.from &&
      (last.workflow !== known.workflow || last.model !== known.model)
    ) {
      merged.restore(mappingsOf(engine).slice(-1));
    }
  }
  return merged;
}

function mappingsOf({ src, name, assignments }: FleetEngine): Mapping[] {
  return assignments.map(({ from: time, workflow, model, asset }) => ({
    ...{ kind: 'mapping', time, engine: src, engineName: name, workflow, model, asset },
  }));
}
