/**
 * The main job: `npm start` builds what is not built and runs the ingest backend on the embedded store with the demo
 * workflow. `npm start -- --config FILE` runs it on a configuration of one's own, without the demo.
 */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { mustRun, passSignals, ROOT } from './lib/run.mjs';

const given = process.argv.slice(2);
const args = given.some((arg) => arg === '--config' || arg.startsWith('--config=')) ? given : ['--demo', ...given];

await mustRun(process.execPath, [path.join(ROOT, 'scripts/build.mjs'), '--if-needed', '--node']);

const cli = path.join(ROOT, 'ingest-backend/bin/pneumograph.js');
const backend = spawn(process.execPath, [cli, 'start', ...args], {
  cwd: process.env.INIT_CWD ?? ROOT,
  stdio: 'inherit',
});

passSignals(backend);
backend.on('exit', (code) => process.exit(code ?? 1));
