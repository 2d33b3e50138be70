import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Logger } from 'pino';
import { ConfigurationError } from '../config/index.js';
import { parseDefinition, type Definition } from '../monitors/index.js';
import { DryRun } from './dry-run.js';
import { DEFINITION, type Content } from './library.js';

/** What was published that cannot be. `problems` name the field, what was expected and what was found. */
export class Refused extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('; '));
  }
}

const PLACE = 'definition';

/** Reads what someone published or wants to: it may run no code and reach no file but its own. @throws Refused */
export function parsePublished({ definition, files }: Content, file: string): Definition {
  const parsed = refusing(() => parseDefinition(definition, file, {}), path.dirname(file));
  const { kind, params } = parsed;
  const operatorOnly = kind.operatorOnly?.(params);
  const problems = [
    ...(operatorOnly === undefined
      ? []
      : [
          `${PLACE}: kind: expected a kind that may be published, found ${kind.name}: ${operatorOnly}; put it into the operator's folder`,
        ]),
    ...filesOf(params)
      .filter((name) => !Object.hasOwn(files, name))
      .map((name) => `${PLACE}: params: expected a file that is published with it, found ${JSON.stringify(name)}`),
  ];
  if (problems.length > 0) {
    throw new Refused(problems);
  }
  return parsed;
}

/** Makes the monitor once, which reads its files. @throws Refused */
export async function tryOut(definition: Definition, log: Logger): Promise<void> {
  const [{ workflow = '', model = 'model', slot = 0 } = {}] = definition.attach;
  const run = new DryRun([definition], [{ workflow, model, slot }], log);
  await run.finish().catch((error: Error) => {
    throw new Refused([`${PLACE}: ${error.message.replaceAll(`${definition.folder}${path.sep}`, '')}`]);
  });
}

/** Has the files of a candidate in a folder of their own for a while. */
export async function inFolder<T>({ definition, files }: Content, act: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pneumograph-monitor-'));
  try {
    for (const [name, bytes] of [[DEFINITION, definition] as const, ...Object.entries(files)]) {
      await writeFile(path.join(folder, name), bytes);
    }
    return await act(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Problems in words that do not tell where files lie here. */
function refusing<T>(act: () => T, folder: string): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof ConfigurationError) {
      throw new Refused(error.problems.map((problem) => problem.replace(path.join(folder, DEFINITION), PLACE)));
    }
    throw error;
  }
}

/** What parameters name as files, wherever they do. */
function filesOf(params: unknown): string[] {
  if (typeof params !== 'object' || params === null) {
    return [];
  }
  return Object.entries(params).flatMap(([key, value]) =>
    /^(file|.*File|ca|cert)$/.test(key) && typeof value === 'string' ? [value] : filesOf(value)
  );
}
