/** The map of a key, which is made where there is none. Keys joined to one text would cost more than maps one in another. */
export function nested<T>(maps: Map<string, Map<string, T>>, key: string): Map<string, T> {
  const known = maps.get(key);
  if (known !== undefined) {
    return known;
  }
  const made = new Map<string, T>();
  maps.set(key, made);
  return made;
}
