import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root: every script works from there, wherever it is called. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Programs that are scripts on Windows need a shell there. */
const SHELL = process.platform === 'win32';

/**
 * Runs a program to its end.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string>, quiet?: boolean }} [options] quiet: keep the output instead of showing it
 * @returns {Promise<{ code: number, output: string }>} the output only where quiet
 */
export function run(command, args, { cwd = ROOT, env = {}, quiet = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: path.resolve(ROOT, cwd),
      env: { ...process.env, ...env },
      shell: SHELL,
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    });
    const told = passSignals(child);
    let output = '';
    child.stdout?.on('data', (chunk) => (output += chunk));
    child.stderr?.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => resolve({ code: 127, output: `cannot run ${command}: ${error.message}\n` }));
    child.on('close', (code) => {
      if (told()) {
        process.exit(1);
      }
      resolve({ code: code ?? 1, output });
    });
  });
}

/** A script gets one Ctrl-C from the terminal and from npm: signals so close to each other are one. */
const SAME_PRESS_MILLIS = 1000;

/**
 * Passes the signals that end a script on to its child, which ends in its own time. A child in the script's process
 * group has Ctrl-C from the terminal too: it must not be hurt by having it twice.
 * @param {import('node:child_process').ChildProcess} child
 * @returns {() => boolean} whether there was such a signal
 */
export function passSignals(child) {
  let last;
  const pass = (signal) => {
    if (Date.now() - last < SAME_PRESS_MILLIS) {
      return;
    }
    last = Date.now();
    // On Windows the terminal alone can tell a program to end; what is sent from here kills it.
    if (process.platform !== 'win32' || signal !== 'SIGINT') {
      child.kill(signal);
    }
  };
  const signals = ['SIGINT', 'SIGTERM'];
  signals.forEach((signal) => process.on(signal, pass));
  child.on('exit', () => signals.forEach((signal) => process.off(signal, pass)));
  return () => last !== undefined;
}

/** Runs a program and ends this script with its code where it fails. */
export async function mustRun(command, args, options) {
  const { code, output } = await run(command, args, options);
  if (code !== 0) {
    process.stderr.write(output);
    console.error(`\nFailed: ${command} ${args.join(' ')}`);
    process.exit(code);
  }
}

/** Runs a script of a workspace. */
export function npmRun(workspace, script, args = []) {
  return ['npm', ['run', '-s', script, '-w', workspace, ...(args.length > 0 ? ['--', ...args] : [])]];
}
