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
    let output = '';
    child.stdout?.on('data', (chunk) => (output += chunk));
    child.stderr?.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => resolve({ code: 127, output: `cannot run ${command}: ${error.message}\n` }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
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
