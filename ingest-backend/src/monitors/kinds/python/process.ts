import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { environment, logLines, type Item, type Message, type Start } from '../code/index.js';
import type { Annotations } from './annotations.js';

// Beside src and dist, as it is.
const PROGRAM = fileURLToPath(new URL('../../../../runners/process.py', import.meta.url));

export interface ProcessOptions extends Annotations {
  readonly python: string;
  readonly file: string;
  readonly settings: unknown;
  readonly models: Readonly<Record<string, string>>;
  /** Bytes. */
  readonly memory: number;
  /** What the model wants back. */
  readonly state: () => unknown;
  readonly log: Logger | undefined;
}

/** Runs a model in a process of its own, which speaks a JSON document a line. */
export function startProcess({ python, log, state, ...task }: ProcessOptions): Start {
  return ({ message, exited }) => {
    const child = spawn(python, ['-u', PROGRAM], {
      cwd: path.dirname(task.file),
      env: environment(),
      // In a group of its own: Ctrl-C is for the backend, which lets the model end.
      detached: true,
    });
    let lastLine = '';
    logLines(child.stderr, log, (line) => (lastLine = line));
    createInterface({ input: child.stdout, crlfDelay: Infinity }).on('line', (line) => message(parse(line)));
    // A process that is gone is told of by its end.
    child.stdin.on('error', () => undefined);
    let failure: string | undefined;
    child.on('error', (error) => {
      failure = `expected to start ${python}: ${error.message}`;
      exited(failure);
    });
    child.on('close', (code, signal) => {
      const how = signal === null ? `with exit code ${code}` : `by signal ${signal}`;
      exited(failure ?? `the process ended ${how}${lastLine === '' ? '' : `: ${lastLine.slice(0, 500)}`}`);
    });
    const send = (text: string): void => void child.stdin.write(`${text}\n`);
    send(JSON.stringify({ begin: { ...task, state: state() ?? null } }));
    return {
      send: (batch) => send(`{"batch":[${batch.map(entryOf).join(',')}]}`),
      end: () => send('{"end":true}'),
      kill: () => void child.kill('SIGKILL'),
    };
  };
}

function parse(line: string): Message {
  try {
    return JSON.parse(line) as Message;
  } catch {
    return { failed: `said what is no message: ${line.slice(0, 200)}` };
  }
}

function entryOf({ from, record: { value }, rejected }: Item): string {
  return rejected ? 'null' : `[${from.input},${JSON.stringify(value ?? null, plain)}]`;
}

/** JSON knows no large integers and no bytes. */
function plain(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value instanceof Uint8Array ? [...value] : value;
}
