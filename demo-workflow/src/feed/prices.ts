import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PRICE_COLUMNS } from '../models/index.js';

const FILE = 'sp500-2000.csv';

/**
 * The daily prices of the S&P 500 from 2000-01-03 to 2020-04-17, one line of CSV a day, without the header.
 * @throws Error where the installed file is not the one that the models are made for
 */
export async function readPrices(): Promise<string[]> {
  const text = await readFile(join(packageFolder('vega-datasets'), 'data', FILE), 'utf8');
  const [header, ...lines] = text.split(/\r?\n/).filter((line) => line !== '');
  if (header !== PRICE_COLUMNS.join(',') || lines.length === 0) {
    throw new Error(`${FILE}: expected the columns ${PRICE_COLUMNS.join(',')}, found ${header}`);
  }
  return lines;
}

/** The folder of an installed package. Its exports name neither its data nor its package.json, only its entry. */
function packageFolder(name: string): string {
  for (const folder of createRequire(import.meta.url).resolve.paths(name) ?? []) {
    try {
      return dirname(createRequire(import.meta.url).resolve(join(folder, name, 'package.json')));
    } catch {
      continue;
    }
  }
  throw new Error(`the package ${name} is not installed`);
}
