import type { Member } from './fleet.js';
import type { WorkflowShape } from './workflow-file.js';

/** Something that can be asked which engines run which models. */
export interface FleetSource {
  /** For messages, with the address. */
  readonly name: string;
  /** @throws Error that names the address and what it answered */
  ask(): Promise<FleetAnswer>;
  close(): Promise<void>;
}

export interface FleetAnswer {
  readonly members: Member[];
  /** How models are linked, where the source knows. */
  readonly shapes: WorkflowShape[];
  /** What was left out, and why. Where there is any, an engine that is not named may still be there. */
  readonly problems: string[];
}
