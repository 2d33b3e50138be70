import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import { environment, logLines, type Input, type Item, type Message, type Start } from '../code/index.js';

// Beside src and dist, as plain JavaScript: a worker loads it as it is.
const PROGRAM = fileURLToPath(new URL('../../../../runners/worker.mjs', import.meta.url));

export interface WorkerOptions {
  readonly file: string;
  readonly settings: unknown;
  /** Bytes: of the heap, and of what lies outside of it, each. */
  readonly memory: number;
  readonly inputs: readonly Input[];
  /** What the code wants back. */
  readonly state: () => unknown;
  readonly log: Logger | undefined;
}

/** Runs a module in a worker thread. It shares the process: that guards against accidents, not against malice. */
export function startWorker({ file, settings, memory, inputs, state, log }: WorkerOptions): Start {
  return ({ message, exited }) => {
    const worker = new Worker(PROGRAM, {
      workerData: { file, settings, memory, streams: inputs, state: state() },
      resourceLimits: { maxOldGenerationSizeMb: Math.ceil(memory / 2 ** 20) },
      env: environment(),
      execArgv: ['--no-warnings', '--enable-source-maps'],
      stdin: false,
      stdout: true,
      stderr: true,
    });
    logLines(worker.stdout, log);
    logLines(worker.stderr, log);
    let reason = 'the worker ended by itself';
    worker.on('message', (said: Message) => message(said));
    worker.on('error', (error: NodeJS.ErrnoException) => {
      const outOfMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      reason = outOfMemory ? `expected to do with ${memory} bytes of memory, found more is needed` : String(error);
    });
    worker.on('exit', () => exited(reason));
    return {
      send: (batch) => worker.postMessage({ batch: batch.map((item) => entryOf(item, inputs)) }),
      end: () => worker.postMessage({ end: true }),
      kill: () => void worker.terminate(),
    };
  };
}

function entryOf({ from, record, rejected }: Item, inputs: readonly Input[]): unknown {
  return rejected ? null : [inputs.indexOf(from), record.value, record.time, record.key];
}
