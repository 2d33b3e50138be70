/**
 * Brings the language files of the plugins up to their sources: `node scripts/extract-translations.mjs`. English is
 * written anew; of the other languages, texts that are gone go, and those that are missing are named.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PLUGINS } from './lib/parts.mjs';
import { ROOT } from './lib/run.mjs';
import { extractTexts, flatten, nest } from './lib/translations.mjs';

for (const { id, folder } of PLUGINS) {
  const src = path.join(ROOT, folder, 'src');
  const { languages } = JSON.parse(readFileSync(path.join(src, 'plugin.json'), 'utf8'));
  const texts = extractTexts(src);
  for (const language of languages) {
    const file = path.join(src, 'locales', language, `${id}.json`);
    const old = language === 'en-US' ? texts : flatten(readJson(file));
    mkdirSync(path.dirname(file), { recursive: true });
    const kept = [...texts.keys()].filter((key) => old.has(key)).map((key) => [key, old.get(key)]);
    writeFileSync(file, `${JSON.stringify(nest(kept), undefined, 2)}\n`);
    const missing = [...texts].filter(([key]) => !old.has(key));
    missing.forEach(([key, text]) => console.log(`${folder}, ${language}: ${key} is missing: ${text}`));
    process.exitCode = missing.length > 0 ? 1 : process.exitCode;
  }
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') {
      return {};
    }
    throw error;
  }
}
