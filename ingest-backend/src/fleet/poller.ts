import type { Composer } from './composer.js';
import type { Fleet } from './fleet.js';
import type { Workflows } from './workflows.js';

export interface PollerEvents {
  /** The source could not be asked, or part of its answer could not be read. */
  problem(message: string): void;
}

/** Asks Composer again and again; what it says goes into the fleet and the workflows. */
export class Poller {
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  /** Why the last question failed, or undefined. */
  failure: string | undefined = 'not asked yet';

  constructor(
    private readonly composer: Composer,
    private readonly everyMillis: number,
    private readonly fleet: Fleet,
    private readonly workflows: Workflows,
    private readonly events: PollerEvents
  ) {}

  /** Asks once, then goes on asking. Never throws: an unreachable Composer is a problem to tell, not to die of. */
  async start(): Promise<void> {
    await this.#ask();
    if (!this.#stopped) {
      this.#timer = setTimeout(() => void this.start(), this.everyMillis);
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.composer.close();
  }

  async #ask(): Promise<void> {
    try {
      const { members, shapes, problems } = await this.composer.ask();
      this.fleet.update(members, Date.now() * 1000);
      shapes.forEach((shape) => this.workflows.tell(shape));
      problems.forEach((problem) => this.events.problem(problem));
      this.failure = undefined;
    } catch (error) {
      this.failure = (error as Error).message;
      if (!this.#stopped) {
        this.events.problem(this.failure);
      }
    }
  }
}
