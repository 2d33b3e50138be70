import type { BadReason } from './records.js';

/** Why content is no record. */
export class Bad {
  constructor(
    readonly reason: BadReason,
    readonly detail: string
  ) {}
}

const LONGEST = 100;

/** A value as it may stand in a sentence. */
export function show(value: unknown): string {
  const text = value === undefined ? 'nothing' : (JSON.stringify(value) ?? typeof value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
