import { contentKey } from './window.js';

/** One message of a frame or of the history, as one line of JSON, or as it came where it is no JSON. */
export interface Item {
  readonly key: string;
  readonly text: string;
}

/** The messages of a frame: one as JSON, an array of them, or one a line. What is no JSON is an item too. */
export function readItems(frame: string): Item[] {
  const text = frame.trim();
  if (text === '') {
    return [];
  }
  try {
    const value: unknown = JSON.parse(text);
    return (Array.isArray(value) ? value : [value]).map(itemOf);
  } catch {
    return text
      .split(/\r?\n/)
      .filter((line) => line.trim() !== '')
      .map(readLine);
  }
}

function readLine(line: string): Item {
  try {
    return itemOf(JSON.parse(line));
  } catch {
    return { key: contentKey(line), text: line };
  }
}

function itemOf(value: unknown): Item {
  return { key: contentKey(value), text: JSON.stringify(value) };
}
