/**
 * Runs all tests with the set-up that they need: `npm test`. The last line is `N passed, N failed`. With --lint, the
 * checks of `npm run lint` come first and their failures count. A suite that cannot run at all counts as one failure.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PLUGINS } from './lib/parts.mjs';
import { ROOT, run } from './lib/run.mjs';

const reports = mkdtempSync(path.join(tmpdir(), 'pneumograph-test-'));
const total = { passed: 0, failed: 0, skipped: 0 };

function count(name, code, { passed, failed, skipped = 0 }) {
  // A runner may fail beside its tests: an import that throws, a hook, a process that dies.
  const failures = code !== 0 && failed === 0 ? 1 : failed;
  total.passed += passed;
  total.failed += failures;
  total.skipped += skipped;
  console.log(`→ ${name}: ${passed} passed, ${failures} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
}

/** Vitest and Jest write the same report. */
function readReport(file) {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8'));
    return { passed: report.numPassedTests, failed: report.numFailedTests, skipped: report.numPendingTests };
  } catch {
    return { passed: 0, failed: 0 };
  }
}

function header(name) {
  console.log(`── ${name} ──`);
}

/** One broker serves the tests of all packages. Where none can be had, those that need it say so. */
async function startKafka() {
  const { getKafka } = await import('../test/dist/servers/index.js');
  return getKafka().catch((error) => {
    console.log(`No Kafka: ${error.message}`);
    return { brokers: [], stop: () => Promise.resolve() };
  });
}

/** Likewise of a store. Its first run builds it: .ci/run has that done while other tests run. */
async function startInfluxDb() {
  const { getInfluxDb } = await import('../test/dist/servers/index.js');
  return getInfluxDb().catch((error) => {
    console.log(error.message);
    return { url: '', org: '', token: '', stop: () => Promise.resolve() };
  });
}

async function runVitest() {
  header('node packages');
  const file = path.join(reports, 'vitest.json');
  const args = ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const [kafka, influx] = await Promise.all([startKafka(), startInfluxDb()]);
  const env = {
    KAFKA_BROKERS: kafka.brokers.join(','),
    ...{ INFLUX_URL: influx.url, INFLUX_ORG: influx.org, INFLUX_TOKEN: influx.token },
  };
  const { code } = await run('npx', args, { env });
  await Promise.all([kafka.stop(), influx.stop()]);
  count('node packages', code, readReport(file));
}

async function runJest(folder) {
  header(folder);
  const file = path.join(reports, `${folder}.json`);
  const { code } = await run('npx', ['jest', '--json', `--outputFile=${file}`], { cwd: folder });
  count(folder, code, readReport(file));
}

async function runGo(cwd) {
  header(`${cwd} (Go)`);
  const { code, output } = await run('go', ['test', '-tags', 'arrow_json_stdlib', '-json', './...'], {
    cwd,
    quiet: true,
  });
  const found = { passed: 0, failed: 0, skipped: 0 };
  for (const line of output.split('\n')) {
    const event = line.startsWith('{') ? JSON.parse(line) : { Action: 'output', Output: line + '\n' };
    const key = { pass: 'passed', fail: 'failed', skip: 'skipped' }[event.Action];
    if (event.Test && key) {
      found[key] += 1;
    }
    if (code !== 0 && event.Output) {
      process.stdout.write(event.Output);
    }
  }
  count(`${cwd} (Go)`, code, found);
}

/** Runs another script of this folder; only a failure counts, since it holds no tests. */
async function runScript(name, args = []) {
  header(name);
  const { code } = await run(process.execPath, [path.join(ROOT, 'scripts', `${name}.mjs`), ...args]);
  if (code !== 0) {
    count(name, code, { passed: 0, failed: 1 });
  }
  return code === 0;
}

if (process.argv.includes('--lint')) {
  await runScript('lint');
}
if (await runScript('build', ['--if-needed'])) {
  for (const { folder } of PLUGINS) {
    await runJest(folder);
  }
  for (const cwd of ['datasource-plugin', 'test/goclient']) {
    await runGo(cwd);
  }
  await runVitest();
}
rmSync(reports, { recursive: true, force: true });
process.exitCode = total.failed > 0 ? 1 : 0;
if (total.skipped > 0) {
  console.log(`${total.skipped} skipped`);
}
console.log(`${total.passed} passed, ${total.failed} failed`);
