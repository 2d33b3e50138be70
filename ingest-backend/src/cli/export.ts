import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { fetch } from 'undici';
import { COLUMNS, EXPORTS, type Export } from '../export/index.js';

const FORMATS = ['csv', 'ndjson', 'parquet'] as const;
type Format = (typeof FORMATS)[number];

interface ExportOptions {
  readonly what: Export;
  readonly format?: Format;
  readonly out?: string;
  readonly url: string;
  readonly token?: string;
  readonly from?: string;
  readonly to?: string;
  readonly workflow?: string;
  readonly model: string[];
  readonly metric: string[];
  readonly slot: string[];
  readonly engine: string[];
  readonly monitor: string[];
  readonly feature: string[];
}

const several = (value: string, values: string[]): string[] => [...values, value];

export function addExportCommand(program: Command): void {
  program
    .command('export')
    .description('points or alerts of a running backend, as CSV, NDJSON or Parquet')
    .addOption(new Option('--what <what>', 'what to export').choices([...EXPORTS]).default('points'))
    .addOption(new Option('--format <format>', 'by default what --out ends with, or else ndjson').choices([...FORMATS]))
    .option('-o, --out <file>', 'file to write; standard output if left out')
    .option('--url <url>', 'the backend', 'http://127.0.0.1:8420')
    .option('--token <token>', 'access token; or the environment variable PNEUMOGRAPH_TOKEN')
    .option('--from <time>', 'ISO 8601 or epoch milliseconds; the beginning if left out')
    .option('--to <time>', 'exclusive; the end if left out')
    .option('--workflow <name>', 'this workflow alone')
    .option('--model <name>', 'this model; may be given several times, like those below', several, [])
    .option('--metric <name>', 'this metric, of points', several, [])
    .option('--slot <number>', 'this slot', several, [])
    .option('--engine <id>', 'this engine', several, [])
    .option('--monitor <name>', 'what this monitor told', several, [])
    .option('--feature <name>', 'what was told of this field', several, [])
    .action((options: ExportOptions) => exportTo(options));
}

/** @throws Error where the backend does not answer to the end; no file is left behind then */
async function exportTo(options: ExportOptions): Promise<void> {
  const { what, out } = options;
  const format = options.format ?? FORMATS.find((known) => out?.endsWith(`.${known}`)) ?? 'ndjson';
  if (format === 'parquet' && out === undefined) {
    throw new InvalidArgumentError('expected --out with a file, since Parquet is written from its end');
  }
  const text = await ask(options, format === 'csv' ? 'csv' : 'ndjson');
  if (out === undefined) {
    await pipeline(text, process.stdout);
    return;
  }
  const part = `${out}.part`;
  try {
    await pipeline(text, createWriteStream(part));
    if (format === 'parquet') {
      await toParquet(what, part, `${part}.parquet`);
      await rename(`${part}.parquet`, out);
    } else {
      await rename(part, out);
    }
  } finally {
    await Promise.all([part, `${part}.parquet`].map((path) => rm(path, { force: true })));
  }
}

async function ask(options: ExportOptions, format: 'csv' | 'ndjson'): Promise<Readable> {
  const { url, token = process.env['PNEUMOGRAPH_TOKEN'] } = options;
  const query = new URLSearchParams({ what: options.what, format });
  for (const name of ['from', 'to', 'workflow', 'model', 'metric', 'slot', 'engine', 'monitor', 'feature'] as const) {
    [options[name] ?? []].flat().forEach((value) => query.append(name, value));
  }
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(new URL(`/api/v1/export?${query.toString()}`, url), { headers }).catch((error: Error) => {
    const cause = error.cause instanceof Error ? error.cause : error;
    throw new Error(`${url}: expected a running backend, found none: ${cause.message}`, { cause: error });
  });
  if (!response.ok || response.body === null) {
    throw new Error(`${url}: ${response.status}: ${await response.text()}`);
  }
  return Readable.fromWeb(response.body);
}

/** DuckDB reads the lines and writes the columns, a group of rows at a time. */
async function toParquet(what: Export, from: string, to: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: '512MB',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  try {
    const connection = await instance.connect();
    const columns = Object.entries(COLUMNS[what]).map(([name, type]) => `"${name}": '${type}'`);
    await connection.run(
      `COPY (SELECT * FROM read_json(${quote(from)}, format = 'newline_delimited', columns = {${columns.join(', ')}}))
       TO ${quote(to)} (FORMAT parquet, COMPRESSION zstd)`
    );
    connection.disconnectSync();
  } finally {
    instance.closeSync();
  }
}

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;
