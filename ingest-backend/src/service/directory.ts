import type { Micros } from '@pneumograph/contract';
import { splitEnd, type Fleet, type Workflows } from '../fleet/index.js';
import type {
  Directory,
  DirectoryAssignment,
  DirectoryEngine,
  DirectoryModel,
  DirectoryWorkflow,
  EngineVitals,
} from '../query/index.js';

interface Draft {
  asset: string | undefined;
  readonly engines: DirectoryEngine[];
}

/** What the fleet and the workflow files say, in the shape that queries ask for. */
export class FleetDirectory implements Directory {
  constructor(
    private readonly fleet: Pick<Fleet, 'engines' | 'resolve'>,
    private readonly shapes: Workflows,
    readonly silentAfter: Micros,
    readonly vitals: () => ReadonlyMap<string, EngineVitals> = () => new Map()
  ) {}

  workflows(): DirectoryWorkflow[] {
    const drafts = new Map<string, Map<string, Draft>>(this.shapes.names().map((name) => [name, new Map()]));
    for (const name of this.shapes.names()) {
      for (const [model, asset] of this.shapes.get(name)?.models ?? []) {
        drafts.get(name)?.set(model, { asset, engines: [] });
      }
    }
    for (const engine of this.fleet.engines()) {
      const assignment = engine.assignments.at(-1);
      if (assignment === undefined) {
        continue;
      }
      const models = drafts.get(assignment.workflow) ?? new Map<string, Draft>();
      const model = models.get(assignment.model) ?? { asset: undefined, engines: [] };
      model.asset = assignment.asset ?? model.asset;
      model.engines.push({ src: engine.src, name: engine.name });
      drafts.set(assignment.workflow, models.set(assignment.model, model));
    }
    return [...drafts].map(([name, models]) => this.#workflow(name, models));
  }

  assignments(engine: string): readonly DirectoryAssignment[] {
    // What changed beside the model (an engine's name, an asset) is no new assignment to a query.
    return (this.fleet.resolve(engine)?.assignments ?? []).filter(
      ({ workflow, model }, index, all) => all[index - 1]?.workflow !== workflow || all[index - 1]?.model !== model
    );
  }

  #workflow(name: string, drafts: ReadonlyMap<string, Draft>): DirectoryWorkflow {
    const shape = this.shapes.get(name);
    const links = (shape?.links ?? []).map(({ from, to }) => ({ from: splitEnd(from), to: splitEnd(to) }));
    const models = [...drafts].map(([model, { asset, engines }]): DirectoryModel => {
      return { name: model, asset, slots: [], engines, position: shape?.display.get(model) };
    });
    return { name, models, links, amplification: this.shapes.amplification(name) };
  }
}
