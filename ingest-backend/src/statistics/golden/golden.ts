import { readFileSync } from 'node:fs';

/** What a trusted implementation says; written by `test/golden/statistics/`, where the versions stand. For tests. */
export function golden<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`./${name}.json`, import.meta.url), 'utf8')) as T;
}

/** How far a figure is off, relative to the expected one where that is above 1. */
export function errorOf(found: number, expected: number): number {
  if (found === expected) {
    return 0;
  }
  return Math.abs(found - expected) / Math.max(1, Math.abs(expected));
}
