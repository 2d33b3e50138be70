/** A field of a record by its path, such as `price` or `address.city`; the record itself for an empty path. */
export function fieldOf(record: unknown, path: readonly string[]): unknown {
  let value = record;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) {
      return undefined;
    }
    value = (value as Record<string, unknown>)[key];
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
