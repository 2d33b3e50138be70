import type { WorkflowShape } from './workflow-file.js';

/** The shapes of the workflows: those of the configuration win over those that a fleet source tells. */
export class Workflows {
  readonly #configured = new Map<string, WorkflowShape>();
  readonly #told = new Map<string, WorkflowShape>();
  readonly #amplification = new Map<string, ReadonlyMap<string, number>>();

  configure(shape: WorkflowShape): void {
    this.#configured.set(shape.name, shape);
  }

  tell(shape: WorkflowShape): void {
    this.#told.set(shape.name, shape);
  }

  /** @param slots records that an output slot, as `model:slot`, puts out for each record taken in */
  amplify(name: string, slots: ReadonlyMap<string, number>): void {
    this.#amplification.set(name, slots);
  }

  amplification(name: string): ReadonlyMap<string, number> | undefined {
    return this.#amplification.get(name);
  }

  get(name: string): WorkflowShape | undefined {
    return this.#configured.get(name) ?? this.#told.get(name);
  }

  names(): string[] {
    return [...new Set([...this.#configured.keys(), ...this.#told.keys()])];
  }
}
