/** Whether all words of a search are in one of the texts, in any letter case. */
export function fits(search: string, ...texts: string[]): boolean {
  if (search === '') {
    return true;
  }
  const all = texts.join(' ').toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}
