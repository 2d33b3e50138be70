import path from 'node:path';
import { expect, it } from 'vitest';
import {
  DERIVE,
  MessageStream,
  PARTITIONS,
  pause,
  randomNumbers,
  SEED,
  type BackendProcess,
  type Bench,
} from '../faults/index.js';
import { answersOf, differences, recordsOf } from './answers.js';
import { Notices } from './notices.js';
import { FLEET, withSite, type Site } from './site.js';

/** Enough for all that is sent. */
const SECONDS = 7200;
const MONITORS = {
  'counts.yaml':
    'name: counts\nkind: threshold\nattach: [{}]\nparams: { metric: record.count, above: 50, hysteresis: 20 }\n',
  'bounds.yaml':
    'name: bounds\nkind: threshold\nattach: [{ slot: 1 }]\nparams: { field: price, above: 0.8, hysteresis: 0.2 }\n',
  'jumps.yaml':
    'name: jumps\nkind: threshold\nattach: [{ workflow: w0 }]\nfor: 100ms\nparams: { field: price, below: 0.3 }\n',
};

let site: Site;
let bench: Bench;

withSite((ready) => {
  site = ready;
  bench = ready.bench;
});

/** Writes records of two models to topics of theirs until `during` is over. */
async function produceRecords(topics: readonly string[], random: () => number, isOver: () => boolean): Promise<void> {
  let price = 0.5;
  while (!isOver()) {
    for (const topic of topics) {
      const records = Array.from({ length: 1 + Math.floor(random() * 5) }, () => {
        price = Math.min(1, Math.max(0, price + (random() - 0.5) * 0.3));
        return { partition: Math.floor(random() * PARTITIONS), value: JSON.stringify({ price }) };
      });
      await bench.produce(topic, records);
    }
    await pause(50);
  }
}

type Pair = readonly [BackendProcess, BackendProcess];

/** Kills a process, and starts it again a while later. */
async function interrupt(process: BackendProcess, random: () => number): Promise<void> {
  await process.kill();
  await pause(random() * 3000);
  await process.start();
}

/** Adds to a failure how far each process has come. */
async function explain(error: Error, processes: readonly BackendProcess[]): Promise<never> {
  const states = await Promise.all(
    processes.map(async (one) => {
      const metrics = [...(await one.metrics())].filter(([name]) => /source_lag|_position|_age|waiting/.test(name));
      const lines = metrics.map(([name, value]) => `  ${name} ${value}`);
      return [one.url, ...(await one.reasons()), ...lines, one.output().slice(-4000)].join('\n');
    })
  );
  throw new Error(states.join('\n'), { cause: error });
}

it(`gives the answers and alerts of one process, whichever of two of each role is killed (FAULT_SEED=${SEED})`, async () => {
  const topic = await bench.topic();
  const records = [await bench.topic(), await bench.topic()];
  const [notices, reference] = [new Notices(), new Notices()];
  const streams = (group: string): object[] =>
    records.map((name, index) => ({
      ...{ workflow: `w${index}`, model: `m${index}`, slot: index, encoding: 'json' },
      ...bench.source(name, `${group}-${index}`),
    }));
  const common = {
    ...{ fleet: FLEET, workflows: [{ name: 'w0', links: ['m0:1 -> m9:0'] }], derive: DERIVE },
    sources: [{ ...bench.source(topic), rekeyTo: `${topic}.by-engine` }],
  };
  const shared = {
    ...{ ...common, archive: site.archive(topic), store: await site.store() },
    ...{ streams: streams(topic), notify: [await notices.listen()] },
  };
  const logs: string[] = [];
  // What stays on a machine is each process's own.
  const logSinks = async (): Promise<object[]> => {
    logs.push(path.join(await bench.folder(), 'archive.ndjson'));
    return [{ kind: 'log', path: logs.at(-1), fsync: 'none' }];
  };
  const start = async (roles: string) => site.start(topic, roles, MONITORS, { ...shared, sinks: await logSinks() });
  const pairs = await Promise.all(
    ['rekey,derive', 'archive,query', 'monitor'].map(async (roles) => [await start(roles), await start(roles)] as const)
  );
  const random = randomNumbers(SEED);
  let over = false;
  const recording = produceRecords(records, random, () => over);
  // What is late while the copy by engine lags is for the process that reads it then to say, see docs/kafka.md.
  const messages = new MessageStream(PARTITIONS, SEED, { keyed: true, punctual: true, neverLate: true });
  await bench.produceDuring(topic, messages, async () => {
    await pause(3000);
    const [derivers, archivers, monitors] = pairs as [Pair, Pair, Pair];
    // The group notices who is dead after 15 s: those that are left go on alone. One is not dead, and finds itself shut out.
    const noticed = pause(18_000);
    await archivers[1].kill();
    monitors[1].signal('SIGSTOP');
    await interrupt(derivers[0], random);
    await noticed;
    monitors[1].signal('SIGCONT');
    await archivers[1].start();
    await Promise.all([interrupt(archivers[0], random), interrupt(monitors[0], random)]);
    await pause(1000);
  });
  over = true;
  await recording;

  const ownLog = path.join(await bench.folder(), 'archive.ndjson');
  const undisturbed = await bench.backend(topic, {
    ...{ groupId: `${topic}-reference`, monitors: MONITORS },
    more: {
      ...{ ...common, streams: streams(`${topic}-reference`), notify: [await reference.listen()] },
      sources: [{ ...bench.source(topic, `${topic}-reference`), rekeyTo: `${topic}.by-engine` }],
      sinks: [{ kind: 'log', path: ownLog, fsync: 'none' }],
    },
  });
  await undisturbed.start();
  await undisturbed.quiet(3 * PARTITIONS);
  const expected = await answersOf(undisturbed.url, SECONDS);
  for (const query of pairs[1] ?? []) {
    const found = async () => differences(await answersOf(query.url, SECONDS), expected);
    await expect
      .poll(found, { timeout: 60_000, interval: 3000 })
      .toEqual([])
      .catch((error) => explain(error as Error, pairs.flat()));
  }
  const steps = [...reference.told.keys()].sort();
  await expect.poll(() => [...notices.told.keys()].sort(), { timeout: 60_000, interval: 1000 }).toEqual(steps);
  expect(steps.length).toBeGreaterThan(20);
  // Sinks may be told twice by processes that are killed.
  const expectedRecords = await recordsOf([ownLog]);
  expect(expectedRecords.length).toBeGreaterThan(1000);
  await expect.poll(() => recordsOf(logs), { timeout: 60_000, interval: 1000 }).toEqual(expectedRecords);
  await Promise.all([notices.close(), reference.close()]);
}, 400_000);
