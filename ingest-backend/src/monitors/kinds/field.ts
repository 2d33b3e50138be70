/** A field of a record by its path, such as `price` or `address.city`; the record itself for an empty path. */
export function fieldOf(record: unknown, path: readonly string[]): unknown {
  let value = record;
  // By index, and asking whose a property is only where it may be a prototype's: this runs for each field of each record.
  for (let depth = 0; depth < path.length; depth++) {
    if (typeof value !== 'object' || value === null) {
      return undefined;
    }
    const key = path[depth] as string;
    const inner = (value as Record<string, unknown>)[key];
    // Prototypes have methods and objects, no texts, numbers or booleans.
    if ((typeof inner === 'function' || typeof inner === 'object') && !Object.hasOwn(value, key)) {
      return undefined;
    }
    value = inner;
  }
  return value;
}

/** The keys of a path. A name that has dots itself is written as a list. */
export function pathOf(field: string | readonly string[] | undefined): readonly string[] {
  if (field === undefined || field === '') {
    return [];
  }
  return typeof field === 'string' ? field.split('.') : field;
}
