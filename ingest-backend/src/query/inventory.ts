import { findMetric, ownMetric, SELF_WORKFLOW, type Metric, type Micros } from '@pneumograph/contract';
import type { Selection, SeriesInfo, Store } from '../store/index.js';
import type { Directory, DirectoryLink } from './directory.js';

export interface InventoryEngine {
  readonly src: string;
  /** Its name where it has one, else its id. */
  readonly name: string;
}

export interface InventoryModel {
  readonly workflow: string;
  readonly name: string;
  asset: string | undefined;
  position: { readonly x: number; readonly y: number } | undefined;
  readonly slots: Set<number>;
  /** Fields of its records that monitors tell something of. */
  readonly features: Set<string>;
  readonly engines: Map<string, InventoryEngine>;
}

export interface InventoryWorkflow {
  readonly name: string;
  readonly models: ReadonlyMap<string, InventoryModel>;
  readonly links: readonly DirectoryLink[];
}

/** Everything that can be asked for: what the directory names, and what reported without being named there. */
export class Inventory {
  readonly #workflows = new Map<string, { models: Map<string, InventoryModel>; links: DirectoryLink[] }>();
  readonly #names = new Map<string, string>();
  readonly #own = new Map<string, Metric>();
  readonly #directory: Directory;
  #reported: readonly SeriesInfo[] = [];

  private constructor(directory: Directory) {
    this.#directory = directory;
  }

  /** @param range leaves out what reported only outside it; what the directory names stays. */
  static async take(store: Store, directory: Directory, range?: { from: Micros; to: Micros }): Promise<Inventory> {
    const inventory = new Inventory(directory);
    for (const { name, models, links } of directory.workflows()) {
      for (const { name: modelName, asset, slots, engines, position } of models) {
        const model = inventory.#model(name, modelName);
        model.asset = asset;
        model.position = position;
        slots.forEach((slot) => model.slots.add(slot));
        engines.forEach((engine) => inventory.#engine(model, engine.src, engine.name));
      }
      for (const link of links) {
        // Models that only a link speaks of are drawn too, as models without engines.
        inventory.#model(name, link.from.model).slots.add(link.from.slot);
        inventory.#model(name, link.to.model).slots.add(link.to.slot);
        inventory.#workflows.get(name)?.links.push(link);
      }
    }
    inventory.#reported = await store.series(range?.from, range?.to);
    for (const series of inventory.#reported) {
      inventory.#addReported(series, range);
    }
    return inventory;
  }

  /**
   * What a question means that names a workflow, or none, which means all but the reserved one: of itself Pneumograph
   * speaks only when asked. In the order of names.
   */
  workflows(asked?: string): InventoryWorkflow[] {
    return [...this.#workflows]
      .filter(([name]) => (asked === undefined ? name !== SELF_WORKFLOW : name === asked))
      .sort(([a], [b]) => compare(a, b))
      .map(([name, { models, links }]) => ({
        name,
        models: new Map([...models].sort(([a], [b]) => compare(a, b))),
        links,
      }));
  }

  models(selection: Pick<Selection, 'workflow' | 'models'>): InventoryModel[] {
    return this.workflows(selection.workflow)
      .flatMap(({ models }) => [...models.values()])
      .filter(({ name }) => selection.models.length === 0 || selection.models.includes(name));
  }

  /** All series that reported. */
  get reported(): readonly SeriesInfo[] {
    return this.#reported;
  }

  engineName(src: string): string {
    return this.#names.get(src) ?? src;
  }

  /** People name engines by name or id; the store knows ids. */
  engineIds(namesOrIds: readonly string[]): string[] {
    const wanted = new Set(namesOrIds);
    const byName = [...this.#names].filter(([, name]) => wanted.has(name)).map(([src]) => src);
    return [...new Set([...namesOrIds, ...byName])];
  }

  /** The metrics that monitors named, in the order of names. */
  ownMetrics(): Metric[] {
    return [...this.#own.values()].sort((a, b) => compare(a.name, b.name));
  }

  #addReported(series: SeriesInfo, range: { from: Micros; to: Micros } | undefined): void {
    this.#addOwnMetric(series);
    const model = this.#model(series.workflow, series.model);
    if (series.slot !== undefined) {
      model.slots.add(series.slot);
    }
    // Of a model's performance the feature tells provisional values from final ones.
    if (series.feature !== undefined && findMetric(series.metric)?.area !== 'model performance') {
      model.features.add(series.feature);
    }
    // What monitors tell is of no engine.
    if (series.engine === '') {
      return;
    }
    const { from, until } = tenure(this.#directory, series);
    if (range === undefined ? until === Infinity : until > range.from && from < range.to) {
      this.#engine(model, series.engine, undefined);
    }
  }

  #addOwnMetric({ metric, monitor, slot }: SeriesInfo): void {
    if (monitor !== undefined && metric !== 'profile' && findMetric(metric) === undefined) {
      const slotted = slot !== undefined || this.#own.get(metric)?.slotted === true;
      this.#own.set(metric, ownMetric(metric, slotted));
    }
  }

  #model(workflowName: string, name: string): InventoryModel {
    let workflow = this.#workflows.get(workflowName);
    if (workflow === undefined) {
      workflow = { models: new Map(), links: [] };
      this.#workflows.set(workflowName, workflow);
    }
    let model = workflow.models.get(name);
    if (model === undefined) {
      const nothing = { asset: undefined, position: undefined };
      model = { workflow: workflowName, name, ...nothing, slots: new Set(), features: new Set(), engines: new Map() };
      workflow.models.set(name, model);
    }
    return model;
  }

  #engine(model: InventoryModel, src: string, name: string | undefined): void {
    if (name !== undefined) {
      this.#names.set(src, name);
    }
    model.engines.set(src, { src, name: this.engineName(src) });
  }
}

/**
 * From when until when an engine last ran a model. An engine that the directory does not know runs for ever what it
 * reported for; one that runs something else by now left the model when it was given the next one.
 */
export function tenure(
  directory: Directory,
  { engine, workflow, model }: Pick<SeriesInfo, 'engine' | 'workflow' | 'model'>
): { from: Micros; until: Micros } {
  const assignments = directory.assignments(engine);
  const index = assignments.findLastIndex((entry) => entry.workflow === workflow && entry.model === model);
  if (index === -1) {
    return { from: -Infinity, until: assignments[0]?.from ?? Infinity };
  }
  return {
    // What came before the first assignment counts to the first.
    from: index === 0 ? -Infinity : (assignments[index]?.from ?? -Infinity),
    until: assignments[index + 1]?.from ?? Infinity,
  };
}

export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
