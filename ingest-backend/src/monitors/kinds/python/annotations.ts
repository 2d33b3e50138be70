/** What a monitoring model says of itself in comments such as `# fastscore.schema.0: int`. */
export interface Annotations {
  /** Name of the schema of each slot. */
  readonly schemas: Readonly<Record<string, string>>;
  /** Name of the function that records are handed to. */
  readonly action: string;
}

const ANNOTATION = /^\s*#\s*(?:fastscore|modelop center)\.(schema|recordsets|action)(?:\.(\S+?))?\s*:\s*(.*?)\s*$/gim;

/**
 * Reads the annotations of a model. Others than these are left aside.
 * @throws Error where the model wants its records in sets
 */
export function annotationsOf(source: string): Annotations {
  const schemas: Record<string, string> = {};
  let action = 'action';
  for (const [, what, slot = '', value = ''] of source.matchAll(ANNOTATION)) {
    const kind = what?.toLowerCase();
    if (kind === 'schema') {
      schemas[slot] = value;
    } else if (kind === 'action') {
      action = value;
    } else if (!isOutput(slot) && !/^(no|none|false)$/i.test(value)) {
      throw new Error(`recordsets.${slot}: expected no, since records are handed over one by one, found ${value}`);
    }
  }
  return { schemas, action };
}

function isOutput(slot: string): boolean {
  return slot === '$out' || Number(slot) % 2 === 1;
}

const FITS: Readonly<Record<string, (value: unknown) => boolean>> = {
  null: (value) => value === null || value === undefined,
  boolean: (value) => typeof value === 'boolean',
  int: (value) => Number.isInteger(value) && Math.abs((value as number) + 0.5) < 2 ** 31,
  long: (value) => typeof value === 'bigint' || Number.isInteger(value),
  float: (value) => Number.isFinite(value),
  double: (value) => Number.isFinite(value),
  string: (value) => typeof value === 'string',
  bytes: (value) => typeof value === 'string',
};

/** Whether a value fits the schema of an input slot, of which primitive types of Avro are known; others fit all. */
export function fits(schemas: Annotations['schemas'], input: number, value: unknown): boolean {
  const name = (schemas[input] ?? schemas['$in'] ?? schemas['$all'])?.replaceAll('"', '') ?? '';
  return !Object.hasOwn(FITS, name) || FITS[name]?.(value) === true;
}
