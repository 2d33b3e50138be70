import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { formatTimestamp, type MonitorComparison } from '@pneumograph/contract';
import { RecordReader, type AlertChange, type ArchiveItem } from '../archive/index.js';
import { alertsOf, compareAlerts, DryRun } from '../assets/index.js';
import { parseDefinition, type Definition } from '../monitors/index.js';
import { Bad, Decoder, readSample, type StreamAddress } from '../streams/index.js';
import { fileLines } from './file-lines.js';

/** What records are of, and what says when they came. */
export interface Place {
  readonly at: string;
  readonly time?: string | undefined;
}

export type Source =
  { readonly file: string } | { readonly definition: string; readonly files: Readonly<Record<string, string>> };

/** Records that do not say when they came are a second apart from here on. */
const BEGIN = Date.UTC(2000, 0, 1) * 1000;

/** The steps of alerts that a definition says of records, a line each. @throws ConfigurationError, Error */
export async function testMonitor(file: string, { records, ...place }: Place & { records: string }): Promise<string[]> {
  const run = dryRun([parseDefinition(await readFile(file, 'utf8'), file)], place);
  await takeRecords(run, records, place);
  await run.finish();
  const points = new Map<string, number>();
  run.points.forEach(({ series: { metric } }) => points.set(metric, (points.get(metric) ?? 0) + 1));
  return [
    ...run.alerts.map(shown),
    `${run.alerts.length} steps of alerts; points: ${[...points].map(([metric, count]) => `${metric} ${count}`).join(', ') || 'none'}`,
  ];
}

/** The alerts of two definitions on the same archive and records. @throws ConfigurationError, Error */
export async function backtestMonitors(
  sources: readonly [Source, Source],
  { archive, records, ...place }: Place & { readonly archive: readonly string[]; readonly records?: string | undefined }
): Promise<MonitorComparison> {
  const folders: string[] = [];
  try {
    const alerts = [];
    for (const source of sources) {
      const run = dryRun([await definitionOf(source, folders)], place);
      for (const file of archive) {
        await takeArchive(run, file);
      }
      if (records !== undefined) {
        await takeRecords(run, records, place);
      }
      await run.finish();
      alerts.push(alertsOf(run.alerts));
    }
    return compareAlerts(alerts[0] ?? [], alerts[1] ?? []);
  } finally {
    await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
  }
}

function dryRun(definitions: readonly Definition[], place: Place): DryRun {
  return new DryRun(definitions, [addressOf(place)], pino({ level: 'silent' }));
}

async function definitionOf(source: Source, folders: string[]): Promise<Definition> {
  if ('file' in source) {
    return parseDefinition(await readFile(source.file, 'utf8'), source.file);
  }
  const folder = await mkdtemp(path.join(tmpdir(), 'pneumograph-monitor-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(source.files)) {
    await writeFile(path.join(folder, path.basename(name)), Buffer.from(text, 'base64'));
  }
  return parseDefinition(source.definition, path.join(folder, 'monitor.yaml'), {});
}

function addressOf({ at }: Place): StreamAddress {
  const found = /^(.*)\/(.+):(\d+)$/s.exec(at);
  if (found === null) {
    throw new Error(`--at: expected workflow/model:slot, found ${at}`);
  }
  return { workflow: found[1] ?? '', model: found[2] ?? '', slot: Number(found[3]) };
}

async function takeRecords(run: DryRun, file: string, place: Place): Promise<void> {
  const decoder = new Decoder({ encoding: 'json', schema: undefined, time: place.time });
  for (const [index, record] of readSample(file).entries()) {
    const time = place.time === undefined ? BEGIN / 1000 + index * 1000 : decoder.timeOf(record);
    if (time instanceof Bad) {
      throw new Error(`${file}: record ${index + 1}: ${time.detail}`);
    }
    await run.record(addressOf(place), Math.round(time * 1000), record);
  }
}

/** Points and states of a file of the archive stream, in its order. */
async function takeArchive(run: DryRun, file: string): Promise<void> {
  const reader = new RecordReader();
  for await (const { number, text } of fileLines(file)) {
    await run.items([readItem(reader, text, `${file}:${number}`)]);
  }
}

function readItem(reader: RecordReader, line: string, place: string): ArchiveItem {
  try {
    return reader.readChecked(line);
  } catch (error) {
    throw new Error(`${place}: expected a record of the archive stream: ${(error as Error).message}`, { cause: error });
  }
}

function shown({ time, state, severity, name, text, reason, partition, offset }: AlertChange): string {
  return [formatTimestamp(time), state, severity, name, reason ?? text, `${partition.key} ${offset}`].join('\t');
}
