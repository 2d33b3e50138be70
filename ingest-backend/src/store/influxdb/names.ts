import { wellFormed } from '../names.js';

/**
 * Names as tags. Line protocol has no way to write an empty tag, a line break in one or a backslash at its end, and
 * predicates of deletions none to write a quotation mark: such characters are percent-encoded, an empty name is `-`.
 * All other names stand as they are, so that whoever looks into the bucket reads them.
 */
export function encodeName(name: string): string {
  if (name === '') {
    return '-';
  }
  return name === '-' ? '%2D' : wellFormed(name).replace(UNSAFE_IN_NAMES, percent);
}

/** Texts as string fields: what would break a line of CSV, in which they come back, is percent-encoded. */
export function encodeText(text: string): string {
  return wellFormed(text).replace(UNSAFE_IN_TEXTS, percent);
}

/** JSON as a string field; reads back with whole characters alone. */
export function encodeJson(value: unknown): string {
  return encodeText(JSON.stringify(value, (_, part: unknown) => (typeof part === 'string' ? wellFormed(part) : part)));
}

export function decodeName(tag: string): string {
  return tag === '-' ? '' : decodeText(tag);
}

export function decodeText(text: string): string {
  return text.includes('%')
    ? text.replace(/%([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
    : text;
}

/** Names that begin with `_` are InfluxDB's own; a line that begins with `#` is a comment. */
export function encodeMeasurement(name: string): string {
  const encoded = encodeName(name);
  return /^[_#]/.test(encoded) ? percent(encoded.charAt(0)) + encoded.slice(1) : encoded;
}

const UNSAFE_IN_NAMES = /[\u0000-\u001f\u007f%"\\]/g;

const UNSAFE_IN_TEXTS = /[\u0000-\u001f\u007f%]/g;

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}
