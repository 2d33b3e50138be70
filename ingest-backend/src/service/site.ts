import type { Logger } from 'pino';
import type { Backend } from '../api/index.js';
import type { Configuration } from '../config/index.js';
import type { SelfMetrics } from '../selfmetrics/index.js';
import type { Source } from '../sources/index.js';

/** What every role of a process works with. */
export interface Site {
  readonly configuration: Configuration;
  readonly version: string;
  readonly log: Logger;
  readonly metrics: SelfMetrics;
  /** Takes what ends something; the last one is called first. */
  onStop(stop: () => Promise<void> | void): void;
}

/** A role at work. */
export interface Part {
  /** What is to be started once all parts are there. */
  readonly sources?: readonly Source[];
  /** Why it cannot do its work; empty where it can. */
  readonly problems: () => string[];
  /** What of the API it answers. */
  readonly backend?: Partial<Backend>;
}

export const TICK_MILLIS = 250;

/** Lets something happen again and again until the end. */
export function startTicking(site: Site, tick: () => void): void {
  const timer = setInterval(tick, TICK_MILLIS);
  site.onStop(() => clearInterval(timer));
}

export function problemsOf(sources: readonly Source[]): string[] {
  return sources.flatMap(({ name, problem }) => (problem === undefined ? [] : [`${name}: ${problem}`]));
}
