import { SELF_WORKFLOW } from '@pneumograph/contract';
import type { Fleet } from './fleet.js';
import type { FleetSource } from './source.js';
import type { Workflows } from './workflows.js';

export interface PollerEvents {
  /** The source could not be asked, or part of its answer could not be read. */
  problem(message: string): void;
}

export interface PollerOptions {
  readonly everyMillis: number;
  /** The source's place in the configuration: where two name one engine, the later one is believed. */
  readonly rank: number;
}

/** Messages of one change come together: they are one reason to ask. */
const SETTLE_MILLIS = 200;
/** Least time between two questions, however many reasons there are. */
const REST_MILLIS = 2000;

/** Asks a fleet source again and again; what it says goes into the fleet and the workflows. One question at a time. */
export class Poller {
  #timer: NodeJS.Timeout | undefined;
  /** When the next question is due, by `performance.now()`; undefined while one is asked. */
  #due: number | undefined;
  #asked = -Infinity;
  #wanted = false;
  #stopped = false;
  /** Why the last question failed, or undefined. */
  failure: string | undefined = 'not asked yet';

  constructor(
    private readonly source: FleetSource,
    private readonly options: PollerOptions,
    private readonly fleet: Fleet,
    private readonly workflows: Workflows,
    private readonly events: PollerEvents
  ) {}

  /** Asks once, then goes on asking. Never throws: a source out of reach is a problem to tell, not to die of. */
  async start(): Promise<void> {
    this.#due = undefined;
    this.#wanted = false;
    await this.#ask();
    this.#asked = performance.now();
    this.#schedule(this.#wanted ? REST_MILLIS : this.options.everyMillis);
  }

  /** Asks soon, since something changed. */
  refresh(): void {
    const now = performance.now();
    const wait = Math.max(SETTLE_MILLIS, this.#asked + REST_MILLIS - now);
    if (this.#due === undefined) {
      this.#wanted = true;
    } else if (now + wait < this.#due) {
      this.#schedule(wait);
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.source.close();
  }

  #schedule(millis: number): void {
    if (this.#stopped) {
      return;
    }
    clearTimeout(this.#timer);
    this.#due = performance.now() + millis;
    this.#timer = setTimeout(() => void this.start(), millis);
  }

  async #ask(): Promise<void> {
    try {
      const { members, shapes, problems } = await this.source.ask();
      if (this.#stopped) {
        return;
      }
      // An engine of the reserved workflow is one that nobody knows: shown under its own id, until it gets another.
      const own = members.filter(({ workflow }) => workflow !== SELF_WORKFLOW);
      this.fleet.update(own, Date.now() * 1000, { rank: this.options.rank, complete: problems.length === 0 });
      shapes.filter(({ name }) => name !== SELF_WORKFLOW).forEach((shape) => this.workflows.tell(shape));
      problems.forEach((problem) => this.events.problem(problem));
      if (own.length < members.length) {
        const found = `found one with ${members.length - own.length} engine(s), which are shown under their own ids`;
        this.events.problem(
          `${this.source.name}: expected no workflow "${SELF_WORKFLOW}", a name that is reserved for what Pneumograph ` +
            `tells of itself; ${found}`
        );
      }
      this.failure = undefined;
    } catch (error) {
      this.failure = (error as Error).message;
      if (!this.#stopped) {
        this.events.problem(this.failure);
      }
    }
  }
}
