/** Checks format, types and rules of everything: `npm run lint`. Goes on after a failure, so that one run shows all. */
import { CHECKS } from './lib/checks.mjs';
import { run } from './lib/run.mjs';

const failed = [];
for (const { name, command, failsOnOutput } of CHECKS) {
  const [program, args, options] = command;
  const { code, output } = await run(program, args, { ...options, quiet: true });
  const ok = code === 0 && !(failsOnOutput && output.trim() !== '');
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${name}`);
  if (!ok) {
    console.log(output);
    failed.push(name);
  }
}
if (failed.length > 0) {
  console.log(`\nFailed: ${failed.join(', ')}`);
}
console.log(`${CHECKS.length - failed.length} passed, ${failed.length} failed`);
process.exitCode = failed.length > 0 ? 1 : 0;
