import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { EngineState } from '@pneumograph/contract';
import type { Notice, Order } from './protocol.js';
import type { ReportTarget } from '../reports/index.js';
import type { EngineName } from '../workflow.js';

const ENTRY = fileURLToPath(new URL('./engine-main.js', import.meta.url));
/** Milliseconds an engine may take to load, and to finish before it is killed. */
const [LOAD_PATIENCE, FINISH_PATIENCE] = [30_000, 10_000];

/** The process of one engine, as the demo sees it. */
export class EngineProcess {
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  #state: EngineState = 'init';
  #port = 0;
  /** Why the process ended, where it ended by itself. */
  #reason: string | undefined;
  #finishing = false;
  #onNotice: () => void = () => undefined;

  constructor(
    readonly name: EngineName,
    private readonly log: (line: object) => void
  ) {
    // Flags of the parent, such as those of a debugger, are not for its children.
    this.#child = fork(ENTRY, [name.name], { execArgv: ['--enable-source-maps'], serialization: 'json' });
    this.#child.on('message', (notice: Notice) => this.#take(notice));
    this.#child.on('error', (error) => {
      this.#reason = error.message;
    });
    this.#exited = new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => {
        this.#ended(code, signal);
        resolve();
      });
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get alive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  get port(): number {
    return this.#port;
  }

  get state(): EngineState {
    return this.#state;
  }

  /**
   * Resolves once the engine listens.
   * @throws Error where it cannot
   */
  async load(reports: ReportTarget): Promise<void> {
    this.#tell({ order: 'load', engine: this.name, reports });
    await this.#until(() => this.#port !== 0);
  }

  /** Resolves once the engine runs. */
  async run(routes: Extract<Order, { order: 'run' }>['routes']): Promise<void> {
    this.#tell({ order: 'run', routes });
    await this.#until(() => this.#state === 'running');
  }

  /** Makes each record cost its model so many milliseconds at least. */
  strain(millis: number): void {
    this.#tell({ order: 'strain', millis });
  }

  /** Lets the engine crash; resolves once its process is gone. */
  async crash(reason: string): Promise<void> {
    this.#tell({ order: 'crash', reason });
    await this.#exited;
  }

  /** Lets the engine work off what it has, and waits for the end of its process; kills one that takes too long. */
  async finish(): Promise<void> {
    this.#finishing = true;
    this.#tell({ order: 'finish' });
    const timer = setTimeout(() => {
      this.log({ level: 'warn', msg: 'engine killed, it took too long to finish', engine: this.name.name });
      this.#child.kill('SIGKILL');
    }, FINISH_PATIENCE);
    await this.#exited;
    clearTimeout(timer);
  }

  #tell(order: Order): void {
    if (this.#child.connected) {
      this.#child.send(order);
    }
  }

  #take(notice: Notice): void {
    switch (notice.notice) {
      case 'loaded':
        this.#port = notice.port;
        break;
      case 'state':
        this.#state = notice.state;
        this.log({ level: 'info', msg: 'engine state', engine: this.name.name, state: notice.state });
        break;
      case 'log':
        this.log(notice.line);
        break;
      case 'failed':
        this.#reason = notice.reason;
        break;
    }
    this.#onNotice();
  }

  #ended(code: number | null, signal: NodeJS.Signals | null): void {
    if (this.#state !== 'finished') {
      this.#state = 'error';
    }
    if (!this.#finishing) {
      this.#reason ??= signal === null ? `its process ended with code ${code}` : `its process was ended by ${signal}`;
      this.log({ level: 'error', msg: 'engine ended', engine: this.name.name, reason: this.#reason });
    }
    this.#onNotice();
  }

  #until(condition: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (reason: string): void => reject(new Error(`engine ${this.name.name} did not start: ${reason}`));
      const timer = setTimeout(() => fail('it took too long'), LOAD_PATIENCE);
      this.#onNotice = () => {
        if (condition()) {
          resolve();
        } else if (this.#reason !== undefined) {
          fail(this.#reason);
        } else {
          return;
        }
        clearTimeout(timer);
        this.#onNotice = () => undefined;
      };
      this.#onNotice();
    });
  }
}
