import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { eventually, freePort, startProcess, type RunningProcess } from '../servers/index.js';
import { DERIVE, FLEET } from './stream.js';

const CLI = fileURLToPath(new URL('../../../ingest-backend/bin/pneumograph.js', import.meta.url));
const START_MILLIS = 60_000;
const QUIET_MILLIS = 120_000;
/** Asks without news, until nothing more is taken to come. */
const QUIET_ASKS = 6;
const ASK_MILLIS = 300;

export const pause = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis));

/** The real backend as a process of its own, that can be killed and started again on the same store. */
export class BackendProcess {
  readonly store: string;
  #running: RunningProcess | undefined;

  private constructor(
    /** The configuration. */
    readonly file: string,
    readonly url: string,
    private readonly config: Record<string, unknown>,
    private readonly args: readonly string[]
  ) {
    this.store = (config['store'] as { path: string }).path;
  }

  /**
   * @param folder where the configuration lies, and the store unless that has another
   * @param rest more of the configuration
   * @param args more arguments of the command
   */
  static async create(
    folder: string,
    sources: object[],
    storeFolder = folder,
    rest: object = {},
    args: readonly string[] = []
  ): Promise<BackendProcess> {
    const port = await freePort();
    const config = {
      listen: { port },
      sources,
      store: { kind: 'duckdb', path: path.join(storeFolder, 'store.duckdb') },
      derive: DERIVE,
      fleet: FLEET,
      ...rest,
    };
    return new BackendProcess(path.join(folder, 'pneumograph.yaml'), `http://127.0.0.1:${port}`, config, args);
  }

  /** Starts the process and does not wait for it. @param changed what is another in its configuration from now on */
  async spawn(changed: { sources?: object[]; streams?: object[] } = {}): Promise<void> {
    Object.assign(this.config, changed);
    await writeFile(this.file, stringify(this.config));
    this.#running = startProcess(process.execPath, [CLI, 'start', '--config', this.file, ...this.args]);
  }

  /** Resolves once it answers. */
  async listening(): Promise<void> {
    await eventually(() => this.metrics(), START_MILLIS, this.#running);
  }

  async start(): Promise<void> {
    await this.spawn();
    await this.listening();
  }

  signal(signal: NodeJS.Signals): void {
    this.#running?.child.kill(signal);
  }

  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.#running?.stop();
  }

  /** Ends it in order. @throws where it was gone before, or would not end */
  async stop(): Promise<void> {
    await this.#running?.stop();
    const code = this.#running?.child.exitCode;
    if (code !== 0) {
      throw new Error(`expected the backend to end with 0, found ${code}\n${this.#running?.output()}`);
    }
  }

  /** The values of `/metrics`, by name and labels. */
  async metrics(): Promise<Map<string, number>> {
    const page = await (await fetch(`${this.url}/metrics`, { signal: AbortSignal.timeout(5000) })).text();
    const lines = page.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]));
  }

  /** What `/health/ready` gives as reasons not to be. */
  async reasons(): Promise<string[]> {
    const answer = (await (await fetch(`${this.url}/health/ready`)).json()) as { reasons?: string[] };
    return answer.reasons ?? [];
  }

  /** Waits until all partitions are read to their end, and nothing more comes of it. */
  async quiet(partitions: number): Promise<void> {
    const end = Date.now() + QUIET_MILLIS;
    let [before, asks] = ['', 0];
    while (asks < QUIET_ASKS) {
      // On a busy machine an answer may not come in time: the next one may.
      const metrics = await this.metrics().catch(() => new Map<string, number>());
      const lags = [...metrics].filter(([name]) => name.startsWith('pneumograph_source_lag_records{'));
      const waiting = metrics.get('pneumograph_reports_waiting');
      const now = JSON.stringify([...metrics].filter(([name]) => /_(stored|replayed)_total|_position/.test(name)));
      const done = lags.length === partitions && lags.every(([, lag]) => lag === 0) && waiting === 0;
      asks = done && now === before ? asks + 1 : 0;
      before = now;
      if (Date.now() > end) {
        const found = `lag ${JSON.stringify(lags)}, ${waiting} reports wait`;
        throw new Error(`expected ${partitions} partitions read to their end, found ${found}\n${this.output()}`);
      }
      await pause(ASK_MILLIS);
    }
  }

  output(): string {
    return this.#running?.output() ?? '';
  }
}
