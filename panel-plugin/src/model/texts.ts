/** Texts that are kept; most of an update are those of the one before. */
const LIMIT = 2000;
const texts = new Map<string, string>();

/**
 * A text of the user's language by what it is made of. To look one up and to fill it in takes some ten microseconds, and cards, rows and
 * their names for screen readers have hundreds of them.
 */
export function keptText(of: string, make: () => string): string {
  let text = texts.get(of);
  if (text === undefined) {
    text = make();
    if (texts.size >= LIMIT) {
      texts.clear();
    }
    texts.set(of, text);
  }
  return text;
}

/** To be called where texts may come in another language from now on. */
export function forgetTexts(): void {
  texts.clear();
}
