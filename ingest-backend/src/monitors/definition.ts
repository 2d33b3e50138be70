import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { ConfigurationError, duration, parseYaml } from '../config/index.js';
import { KINDS } from './kinds/index.js';
import { fits, problemOf } from '../alerts/index.js';
import type { Kind } from './monitor.js';

/** What a monitor is attached to; what is left out is any, and in names stars stand for any characters. */
const attachment = z.strictObject({
  workflow: z.string().optional(),
  model: z.string().min(1).optional(),
  slot: z.int().min(0).optional(),
});

/** A text with places such as `{{value}}`. */
const template = z
  .string()
  .min(1)
  .max(2000)
  .superRefine((text, context) => {
    const problem = problemOf(text);
    if (problem !== undefined) {
      context.addIssue({ code: 'custom', message: problem });
    }
  });

const labelName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, {
  error: 'expected a name of letters, digits and underscores',
});

const common = {
  name: z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,99}$/u, {
    error: 'expected up to 100 letters, digits, spaces, dots, dashes or underscores',
  }),
  /** For people; a change of the content makes a monitor another one, whatever its version says. */
  version: z.coerce.string().default('1'),
  description: z.string().optional(),
  owner: z.string().optional(),
  attach: z.array(attachment).min(1, { error: 'expected at least one attachment such as { model: lstm, slot: 0 }' }),
  severity: z.enum(['info', 'warning', 'critical']).default('warning'),
  /** How long something has to be wrong before an alert fires. */
  for: duration.prefault('0s'),
  /** How long something has to be right again before its alert resolves. */
  keepFiringFor: duration.prefault('0s'),
  /** After how long without a word of a condition its alert says so. */
  noDataAfter: duration.optional(),
  labels: z.record(labelName, z.string().max(200)).default({}),
  /** In place of the text of the kind. */
  text: template.optional(),
  /** A dashboard; in place of that of the configuration. */
  link: template.optional(),
  /** What its alerts keep notifications of back, while they last. */
  inhibits: z.enum(['downstream', 'nothing']).optional(),
  /** After how long the alert of an event resolves, where it does not happen again. */
  resolveAfter: duration.prefault('5m'),
};

export type Attachment = z.infer<typeof attachment>;

/** A monitor as its file says it. */
export interface Definition {
  readonly name: string;
  readonly version: string;
  readonly description?: string | undefined;
  readonly owner?: string | undefined;
  readonly attach: readonly Attachment[];
  readonly severity: 'info' | 'warning' | 'critical';
  /** Milliseconds. */
  readonly for: number;
  readonly resolveAfter: number;
  readonly keepFiringFor: number;
  readonly noDataAfter?: number | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly text?: string | undefined;
  readonly link?: string | undefined;
  readonly inhibits?: 'downstream' | 'nothing' | undefined;
  readonly kind: Kind;
  readonly params: unknown;
  /** Where it comes from. */
  readonly folder: string;
  /** Whether it runs to be compared alone: nobody is told of its alerts. */
  readonly shadow?: boolean;
}

const FILES = /\.ya?ml$/;

/**
 * Reads one definition. @param file what problems name as their place
 * @param environment what `${NAME}` is taken from
 * @throws ConfigurationError with every problem at once: file, line, field and bound
 */
export function parseDefinition(text: string, file: string, environment = process.env): Definition {
  const { kind: name } = parseYaml(
    z.looseObject({ kind: z.enum(KINDS.map((kind) => kind.name) as [string, ...string[]]) }),
    text,
    file,
    environment
  );
  const kind = KINDS.find((candidate) => candidate.name === name) as Kind;
  const schema = z.strictObject({ ...common, kind: z.literal(kind.name), params: kind.params });
  return { ...parseYaml(schema, text, file, environment), kind, folder: path.dirname(file) };
}

/**
 * Reads the definitions in a folder: its YAML files, and those in its folders.
 * @throws ConfigurationError with every problem of every file
 */
export async function readDefinitions(folder: string): Promise<Definition[]> {
  const found = await readdir(folder, { withFileTypes: true, recursive: true }).catch((error: unknown) => {
    throw new ConfigurationError([
      `${folder}: expected a folder with monitors, found none: ${(error as Error).message}`,
    ]);
  });
  const files = found
    .filter((entry) => entry.isFile() && FILES.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
  const problems: string[] = [];
  const definitions = new Map<string, Definition & { readonly file: string }>();
  for (const file of files) {
    try {
      const definition = parseDefinition(await readFile(file, 'utf8'), file);
      const other = definitions.get(definition.name);
      if (other !== undefined) {
        problems.push(`${file}: name: expected another name than ${definition.name}, which ${other.file} has`);
      }
      definitions.set(definition.name, { ...definition, file });
    } catch (error) {
      if (!(error instanceof ConfigurationError)) {
        throw error;
      }
      problems.push(...error.problems);
    }
  }
  if (problems.length > 0) {
    throw new ConfigurationError(problems);
  }
  return [...definitions.values()];
}

/** Whether a definition is attached to a model's slot; a metric without a slot is of every slot. */
export function isAttached(
  { attach }: Pick<Definition, 'attach'>,
  { workflow, model, slot }: { workflow: string; model: string; slot: number | undefined }
): boolean {
  return attach.some(
    (to) =>
      (to.workflow === undefined || fits(workflow, to.workflow)) &&
      (to.model === undefined || fits(model, to.model)) &&
      (to.slot === undefined || slot === undefined || to.slot === slot)
  );
}
