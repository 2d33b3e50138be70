/**
 * Whether a text is what a pattern says, in which stars stand for any characters. In time proportional to the product of
 * their lengths, whatever the pattern: regular expressions of users can take for ever.
 */
export function fits(text: string, pattern: string): boolean {
  let [at, place, star, retry] = [0, 0, -1, 0];
  while (at < text.length) {
    if (pattern[place] === '*') {
      [star, retry] = [place++, at];
    } else if (place < pattern.length && pattern[place] === text[at]) {
      place++;
      at++;
    } else if (star >= 0) {
      place = star + 1;
      at = ++retry;
    } else {
      return false;
    }
  }
  while (pattern[place] === '*') {
    place++;
  }
  return place === pattern.length;
}
