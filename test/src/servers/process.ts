import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';

export interface RunningProcess {
  readonly child: ChildProcess;
  /** The newest output of both streams, for the message of a failure. */
  readonly output: () => string;
  /** The first line of standard output that fits, within the time given. */
  readonly line: (pattern: RegExp, millis: number) => Promise<string>;
  /** Ends the process, by force where it does not end by itself, and waits until it is gone. */
  readonly stop: () => Promise<void>;
}

const KEEP = 20_000;
const GRACE = 10_000;

const alive = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of alive) {
    child.kill('SIGKILL');
  }
});

/** Starts a program that ends with this process at the latest. */
export function startProcess(command: string, args: string[], env: Record<string, string> = {}): RunningProcess {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  alive.add(child);
  let output = '';
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      output += String(error);
      alive.delete(child);
      resolve();
    });
    child.once('exit', () => {
      alive.delete(child);
      resolve();
    });
  });
  const keep = (chunk: Buffer) => (output = (output + chunk.toString()).slice(-KEEP));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);

  const line = (pattern: RegExp, millis: number) =>
    new Promise<string>((resolve, reject) => {
      let text = '';
      const finish = (act: () => void) => {
        clearTimeout(timer);
        child.stdout.off('data', read);
        act();
      };
      const fail = (why: string) => finish(() => reject(new Error(`${command} ${why}\n${output}`)));
      const read = (chunk: Buffer) => {
        text += chunk.toString();
        const found = text
          .split('\n')
          .slice(0, -1)
          .find((candidate) => pattern.test(candidate));
        if (found !== undefined) {
          finish(() => resolve(found));
        }
      };
      const timer = setTimeout(() => fail(`did not print ${pattern} within ${millis} ms`), millis);
      child.stdout.on('data', read);
      void ended.then(() => fail('ended'));
    });

  return {
    child,
    output: () => output,
    line,
    async stop() {
      child.stdin.end();
      child.kill('SIGTERM');
      const force = setTimeout(() => child.kill('SIGKILL'), GRACE);
      await ended;
      clearTimeout(force);
    },
  };
}

/** Runs a program to its end. @throws with its output where it fails */
export async function runToEnd(command: string, args: string[], cwd?: string): Promise<string> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], cwd });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', (error) => reject(new Error(`cannot run ${command}: ${error.message}`)));
    child.once('close', resolve);
  });
  if (code !== 0) {
    throw new Error(`${command} ${args.join(' ')} ended with ${code}\n${output}`);
  }
  return output;
}

/** A loopback port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') {
    throw new Error('no loopback port could be had');
  }
  return address.port;
}

/** Asks until the answer is there. @throws what the last attempt threw, after the time given */
export async function eventually<T>(attempt: () => Promise<T>, millis: number, running?: RunningProcess): Promise<T> {
  const end = Date.now() + millis;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (running !== undefined && running.child.exitCode !== null) {
        throw new Error(`the process ended with ${running.child.exitCode}\n${running.output()}`, { cause: error });
      }
      if (Date.now() > end) {
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
