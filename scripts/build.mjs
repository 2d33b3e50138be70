/**
 * Builds everything: `npm run build`. With --if-needed, parts whose inputs have not changed are left alone; with
 * --node, only what the ingest backend and its command need.
 */
import { isFresh, PARTS } from './lib/parts.mjs';
import { mustRun } from './lib/run.mjs';

const ifNeeded = process.argv.includes('--if-needed');
const parts = process.argv.includes('--node') ? PARTS.slice(0, 1) : PARTS;

for (const part of parts) {
  if (ifNeeded && isFresh(part)) {
    continue;
  }
  console.log(`Building ${part.name} …`);
  await mustRun(...part.command);
}
