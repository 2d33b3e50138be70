import { InvalidArgumentError, type Command } from 'commander';
import { fetch } from 'undici';
import { parseTimestamp, type Micros } from '@pneumograph/contract';
import { loadConfiguration, type Configuration, type SinkConfiguration } from '../config/index.js';
import { exportText } from '../export/index.js';
import { splitLines } from '../lines/index.js';
import { compare, readLog, readTopic, Tally } from '../sinks/index.js';
import { createStore } from '../service/index.js';
import { kafkaClient } from '../sources/index.js';

interface VerifyOptions {
  readonly config: string;
  readonly from?: Micros;
  readonly to?: Micros;
  readonly url?: string;
  readonly token?: string;
}

interface Range {
  readonly from: Micros;
  readonly to: Micros;
}

const LATEST: Micros = Date.UTC(9999, 0) * 1000;

export function addSinksCommand(program: Command): void {
  const sinks = program.command('sinks').description('what further consumers of the archive stream have');
  sinks
    .command('verify')
    .description('hold all sinks against the store and each other, by counts and checksums of each hour')
    .requiredOption('-c, --config <file>', 'configuration')
    .option('--from <time>', 'ISO 8601; the beginning if left out', instant)
    .option('--to <time>', 'exclusive; the end if left out', instant)
    .option('--url <url>', 'the running backend; without it the address that the configuration listens on')
    .option('--token <token>', 'access token; or the environment variable PNEUMOGRAPH_TOKEN')
    .action(async (options: VerifyOptions) => {
      const differences = await verify(options, (line) => console.log(line));
      process.exitCode = differences === 0 ? 0 : 1;
    });
}

/** @returns the number of differences, each told in a line */
async function verify(options: VerifyOptions, tell: (line: string) => void): Promise<number> {
  const configuration = await loadConfiguration(options.config);
  const range = { from: options.from ?? 0, to: options.to ?? LATEST };
  if (configuration.sinks.length === 0) {
    tell('the configuration names no sinks');
    return 0;
  }
  const store = await tallyStore(configuration, options, range);
  const tallies: Tally[] = [];
  for (const sink of configuration.sinks) {
    if (sink.kind === 'influxdb') {
      tell(`influxdb ${sink.url}: not read, since it is written to alone`);
    } else {
      tallies.push(await tallySink(sink, range));
    }
  }
  for (const { name, all, copies } of [store, ...tallies]) {
    const records = [...all.values()].reduce((sum, count) => sum + count.records, 0);
    tell(`${name}: ${records} records in ${all.size} hours${copies > 0 ? `, ${copies} copies passed over` : ''}`);
  }
  const [first, ...others] = tallies;
  const differences = [
    ...tallies.flatMap((tally) => compare('points', store, tally)),
    ...others.flatMap((tally) => (first === undefined ? [] : compare('all', first, tally))),
  ];
  differences.forEach(tell);
  tell(differences.length === 0 ? 'all agree' : `${differences.length} differences`);
  return differences.length;
}

async function tallySink(sink: Exclude<SinkConfiguration, { kind: 'influxdb' }>, range: Range): Promise<Tally> {
  switch (sink.kind) {
    case 'log': {
      const tally = new Tally(`log ${sink.path}`, range);
      for await (const line of readLog(sink.path)) {
        tally.add(line);
      }
      return tally;
    }
    case 'kafka': {
      const tally = new Tally(`kafka ${sink.topic}`, range);
      await readTopic(kafkaClient(sink), sink.topic, (text) => tally.add(text));
      return tally;
    }
  }
}

/** Asks the backend where it runs, since it has the store open, else the store itself. */
async function tallyStore(configuration: Configuration, options: VerifyOptions, range: Range): Promise<Tally> {
  const tally = new Tally('the store', range);
  const running = await ask(configuration, options, range);
  if (running !== undefined) {
    for await (const line of splitLines(running)) {
      tally.add(line);
    }
    return tally;
  }
  const store = createStore(configuration);
  await store.open();
  try {
    const question = { workflow: undefined, models: [], slots: [], engines: [], metrics: [], ...range };
    for await (const text of exportText(store, { what: 'points', format: 'ndjson', question })) {
      text
        .split('\n')
        .slice(0, -1)
        .forEach((line) => tally.add(line));
    }
  } finally {
    await store.close();
  }
  return tally;
}

async function ask(
  { listen }: Configuration,
  { url, token = process.env['PNEUMOGRAPH_TOKEN'] }: VerifyOptions,
  range: Range
): Promise<AsyncIterable<Uint8Array> | undefined> {
  const address = url ?? `${listen.tls === undefined ? 'http' : 'https'}://${listen.host}:${listen.port}`;
  const query = new URLSearchParams({ from: String(range.from / 1000), to: String(range.to / 1000) });
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(new URL(`/api/v1/export?${query.toString()}`, address), { headers }).catch((error) => {
    if (url !== undefined) {
      throw new Error(`${url}: expected a running backend, found none`, { cause: error });
    }
  });
  if (response === undefined) {
    return undefined;
  }
  if (!response.ok || response.body === null) {
    throw new Error(`${address}: ${response.status}: ${await response.text()}`);
  }
  return response.body;
}

function instant(text: string): Micros {
  const time = parseTimestamp(text);
  if (Number.isNaN(time)) {
    throw new InvalidArgumentError('expected an ISO 8601 timestamp');
  }
  return time;
}
