import type { Micros } from '@pneumograph/contract';

/**
 * What queries need to know beyond the store: who belongs where according to the fleet and the workflow files. What
 * the store alone knows (models, slots and engines that reported) is added to it, so it need not be complete.
 */
export interface Directory {
  /** Workflows with their models as they are now; in any order. Models outside any workflow are in the one named ''. */
  workflows(): readonly DirectoryWorkflow[];
  /** What is known of engines beside their models, by the id that they report under. */
  vitals?(): ReadonlyMap<string, EngineVitals>;
  /** The models that an engine has run, oldest first; empty for an engine that no fleet source has named. */
  assignments(engine: string): readonly DirectoryAssignment[];
  /** How long every engine may be silent before its state is unknown; one that reports rarely may for longer. */
  readonly silentAfter: Micros;
}

export interface EngineVitals {
  /** Seconds that the engine's clock is ahead of the arrival of its messages. */
  readonly clockOffset?: number | undefined;
  readonly notices: readonly string[];
}

export interface DirectoryWorkflow {
  readonly name: string;
  readonly models: readonly DirectoryModel[];
  readonly links: readonly DirectoryLink[];
  /** Records that an output slot, as `model:slot`, puts out for each record taken in, where that is not one for one. */
  readonly amplification?: ReadonlyMap<string, number> | undefined;
}

export interface DirectoryModel {
  readonly name: string;
  readonly asset?: string | undefined;
  /** Slots known without any report, such as those of the workflow file. */
  readonly slots: readonly number[];
  readonly engines: readonly DirectoryEngine[];
  /** Where the workflow file draws the model. */
  readonly position?: { readonly x: number; readonly y: number } | undefined;
}

export interface DirectoryEngine {
  /** The id that the engine reports under. */
  readonly src: string;
  /** Its name where it has one beside its id. */
  readonly name: string | undefined;
}

export interface DirectoryLink {
  readonly from: DirectoryEnd;
  readonly to: DirectoryEnd;
}

export interface DirectoryEnd {
  readonly model: string;
  readonly slot: number;
}

export interface DirectoryAssignment {
  readonly from: Micros;
  readonly workflow: string;
  readonly model: string;
}
