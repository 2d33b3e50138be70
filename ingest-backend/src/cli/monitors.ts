import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import type {
  MonitorComparison,
  MonitorDetails,
  MonitorEvent,
  MonitorReach,
  MonitorSummary,
  MonitorVersion,
} from '@pneumograph/contract';
import { ask, reaching, type Target } from './client.js';
import { backtestMonitors, testMonitor, type Place } from './try-monitors.js';

interface Change extends Target {
  readonly comment: string;
  readonly ifMatch?: number;
  readonly dryRun?: boolean;
  readonly confirm?: number;
  readonly shadow?: boolean;
}

/** `pneumograph monitors list|show|history|publish|compare|test|backtest|activate|retire` */
export function addMonitorsCommand(program: Command): void {
  const command = program.command('monitors').description('manage monitor versions');
  const sub = (name: string, description: string): Command => reaching(command.command(name).description(description));

  sub('list', 'list the monitors').action(async (target: Target) => {
    const { monitors } = await ask<{ monitors: MonitorSummary[] }>(target, '/api/v1/monitors');
    for (const { name, kind, source, active, shadow, latest, state, owner } of monitors) {
      const versions =
        source === 'folder' ? 'folder' : `active ${active ?? '-'}, shadow ${shadow ?? '-'}, latest ${latest ?? '-'}`;
      console.log([name, kind, state, versions, owner ?? '-'].join('\t'));
    }
  });

  sub('show', 'show a monitor, its versions and what it is attached to')
    .argument('<name>', 'its name')
    .action(async (name: string, target: Target) => {
      const details = await ask<MonitorDetails>(target, pathOf(name));
      const { kind, state, revision, versions, reach, error } = details;
      console.log(`${name}\t${kind}\t${state}${error === undefined ? '' : ` (${error})`}\trevision ${revision}`);
      for (const { number, state: one, author, publishedAt, hash, comment } of versions) {
        console.log([`version ${number}`, one, author, publishedAt, hash.slice(0, 12), comment].join('\t'));
      }
      tellReach(reach);
    });

  sub('history', 'show who did what to a monitor when')
    .argument('<name>', 'its name')
    .action(async (name: string, target: Target) => {
      const { events } = await ask<{ events: MonitorEvent[] }>(target, `${pathOf(name)}/history`);
      for (const { time, who, role, did, version, hash, comment } of events) {
        console.log([time, who, role, did, `version ${version}`, hash.slice(0, 12), comment].join('\t'));
      }
    });

  changing(sub('publish', 'publish a version, as a draft'))
    .argument('<place>', 'a definition, or a folder with one (monitor.yaml) and its files')
    .action(async (place: string, { comment, ifMatch, dryRun, ...target }: Change) => {
      const content = await readContent(place);
      type Published = { name: string; version?: MonitorVersion; reach: MonitorReach };
      const post = (query: string, headers = {}) =>
        ask<Published>(target, `/api/v1/monitors${query}`, { method: 'POST', body: { ...content, comment }, headers });
      const dry = await post('?dryRun=true');
      if (dryRun === true) {
        return tellReach(dry.reach);
      }
      const revision = ifMatch ?? (await revisionOf(target, dry.name));
      const { name, version } = await post('', { 'if-match': `"${revision}"` });
      console.log(`${name}\tversion ${version?.number ?? 0}\t${version?.state ?? ''}`);
      tellReach(dry.reach);
    });

  const move = (name: string, description: string, pathFor: (change: Change) => string): Command =>
    changing(sub(name, description))
      .argument('<name@version>', 'such as price-bounds@3', reference)
      .action(async ({ name: monitor, version }: Reference, change: Change) => {
        const { comment, ifMatch, dryRun, confirm } = change;
        const url = `${pathOf(monitor)}/${pathFor(change)}${dryRun === true ? '?dryRun=true' : ''}`;
        const revision = ifMatch ?? (await revisionOf(change, monitor));
        const answer = await ask<{ reach: MonitorReach }>(change, url, {
          ...{ method: 'POST', headers: { 'if-match': `"${revision}"` } },
          body: { version, comment, ...(confirm === undefined ? {} : { confirm }) },
        });
        tellReach(answer.reach);
      });
  move('activate', 'put a version in force, or have it run as a shadow', ({ shadow }) =>
    shadow === true ? 'shadow' : 'activate'
  )
    .option('--shadow', 'beside the active version, to be compared with it alone')
    .option('--confirm <models>', 'how many models it reaches, where they are many', count);
  move('retire', 'take a version out of force', () => 'retire');

  sub('compare', 'compare the stored alerts of the active version and the shadow')
    .argument('<name>', 'its name')
    .option('--from <time>', 'epoch milliseconds or ISO 8601')
    .option('--until <time>', 'epoch milliseconds or ISO 8601')
    .action(async (name: string, { from, until, ...target }: Target & { from?: string; until?: string }) => {
      const query = new URLSearchParams({ ...(from && { from }), ...(until && { to: until }) }).toString();
      tellComparison(await ask<MonitorComparison>(target, `${pathOf(name)}/compare?${query}`), 'active', 'shadow');
    });

  at(
    command.command('test').description('tell what a definition says of a file of records, here and without a backend')
  )
    .argument('<place>', 'a definition, or a folder with one (monitor.yaml)')
    .requiredOption('--records <file>', 'records, a line of JSON each, or CSV with a header line')
    .action(async (place: string, options: Place & { records: string }) => {
      for (const line of await testMonitor(await fileOf(place), options)) {
        console.log(line);
      }
    });

  at(sub('backtest', 'replay the archive through two versions and compare their alerts'))
    .argument('<first>', 'a definition, a folder with one, or name@version')
    .argument('<second>', 'the one to hold against it')
    .option('--archive <file...>', 'files that a sink of kind log wrote', [])
    .option('--records <file>', 'records of one stream beside or instead of them')
    .action(
      async (first: string, second: string, options: Place & Target & { archive: string[]; records?: string }) => {
        if (options.archive.length === 0 && options.records === undefined) {
          throw new InvalidArgumentError('expected --archive or --records');
        }
        const sources = [await sourceOf(first, options), await sourceOf(second, options)] as const;
        tellComparison(await backtestMonitors(sources, options), first, second);
      }
    );
}

interface Reference {
  readonly name: string;
  readonly version: number;
}

function reference(text: string): Reference {
  const found = /^(.+)@(\d+)$/s.exec(text);
  if (found === null) {
    throw new InvalidArgumentError('expected a name and a version, such as price-bounds@3');
  }
  return { name: found[1] ?? '', version: Number(found[2]) };
}

function count(text: string): number {
  if (!/^\d+$/.test(text)) {
    throw new InvalidArgumentError('expected a number');
  }
  return Number(text);
}

function changing(command: Command): Command {
  return command
    .option('--comment <text>', 'why, for the audit log', '')
    .option('--if-match <revision>', 'the revision that is changed; the present one, if left out', count)
    .option('--dry-run', 'show what it reaches, and change nothing');
}

function at(command: Command): Command {
  return command
    .option('--at <slot>', 'what the records are of, as workflow/model:slot', 'workflow/model:0')
    .option('--time <field>', 'what says when a record came; a second apart, if left out');
}

const pathOf = (name: string): string => `/api/v1/monitors/${encodeURIComponent(name)}`;

async function revisionOf(target: Target, name: string): Promise<number> {
  const { monitors } = await ask<{ monitors: MonitorSummary[] }>(target, '/api/v1/monitors');
  return monitors.find((one) => one.name === name)?.revision ?? 0;
}

async function fileOf(place: string): Promise<string> {
  return (await stat(place)).isDirectory() ? path.join(place, 'monitor.yaml') : place;
}

async function readContent(place: string): Promise<{ definition: string; files: Record<string, string> }> {
  const file = await fileOf(place);
  const entries = file === place ? [] : await readdir(place, { withFileTypes: true });
  // What editors and file managers leave behind is no part of a monitor.
  const isPart = (name: string): boolean => name !== 'monitor.yaml' && !name.startsWith('.') && !name.endsWith('~');
  const names = entries.filter((entry) => entry.isFile() && isPart(entry.name)).map(({ name }) => name);
  const files = await Promise.all(
    names.map(async (name) => [name, await readFile(path.join(place, name), 'base64')] as const)
  );
  return { definition: await readFile(file, 'utf8'), files: Object.fromEntries(files) };
}

/** A version that was published, or else what lies here. */
async function sourceOf(
  text: string,
  target: Target
): Promise<{ file: string } | { definition: string; files: Record<string, string> }> {
  const here = await stat(text).catch(() => undefined);
  if (here !== undefined) {
    return { file: await fileOf(text) };
  }
  const { name, version } = reference(text);
  return ask(target, `${pathOf(name)}/versions/${version}`);
}

function tellReach({ count: models, models: some, waiting }: MonitorReach): void {
  const named = some.slice(0, 10).map(({ workflow, model }) => `${workflow}/${model}`);
  console.log(`reaches ${models} models: ${named.join(', ')}${models > named.length ? ', …' : ''}`);
  for (const { workflow = '*', model = '*' } of waiting) {
    console.log(`waits for ${workflow}/${model}`);
  }
}

function tellComparison({ both, onlyFirst, onlySecond }: MonitorComparison, first: string, second: string): void {
  console.log(`${both} in common, ${onlyFirst.length} of ${first} alone, ${onlySecond.length} of ${second} alone`);
  for (const [name, alerts] of [[first, onlyFirst] as const, [second, onlySecond] as const]) {
    for (const { startsAt, endsAt, workflow, model, slot, text } of alerts) {
      console.log(
        [name, startsAt, endsAt ?? 'open', `${workflow}/${model}${slot === null ? '' : `:${slot}`}`, text].join('\t')
      );
    }
  }
}
