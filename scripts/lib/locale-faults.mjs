import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { extractTexts, flatten } from './translations.mjs';

/** What a text has filled in, and the mark-up in it. */
const gaps = (text) => (text.match(/\{\{\w+\}\}|<\/?\w+>|\$\w+|`/g) ?? []).sort().join(' ');

/**
 * What is wrong with the languages of a plugin: texts that are missing or that nothing uses, other gaps to be filled than in
 * English, texts that are the English ones still.
 * @param {string} src the plugin's sources, with plugin.json and locales/
 * @returns {string[]} one sentence a fault
 */
export function localeFaults(src) {
  const { id, languages } = JSON.parse(readFileSync(path.join(src, 'plugin.json'), 'utf8'));
  const texts = extractTexts(src);
  const folders = readdirSync(path.join(src, 'locales'));
  const faults = [];
  if ([...languages].sort().join() !== folders.sort().join()) {
    faults.push(`plugin.json names the languages ${languages.join(', ')}, found the folders ${folders.join(', ')}`);
  }
  for (const language of languages) {
    const own = flatten(JSON.parse(readFileSync(path.join(src, 'locales', language, `${id}.json`), 'utf8')));
    const say = (key, text) => faults.push(`${language}, ${key}: ${text}`);
    for (const [key, english] of texts) {
      const text = own.get(key);
      if (text === undefined || text.trim() === '') {
        say(key, `expected a text for "${english}", found none`);
      } else if (language === 'en-US' && text !== english) {
        say(key, `expected the text of the sources, "${english}", found "${text}"`);
      } else if (text !== text.trim() || gaps(text) !== gaps(english)) {
        say(key, `expected the gaps of "${english}", found "${text}"`);
      }
    }
    [...own.keys()].filter((key) => !texts.has(key)).forEach((key) => say(key, 'nothing uses it'));
    const same = [...own].filter(([key, text]) => texts.get(key) === text);
    // Names and loan words are the same in many languages.
    if (language !== 'en-US' && same.length >= own.size / 4) {
      faults.push(`${language}: expected another language, found ${same.length} English texts of ${own.size}`);
    }
  }
  return faults;
}
