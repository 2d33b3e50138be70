import { FieldType, type DataFrame, type Field } from '@grafana/data';
import { t } from '@grafana/i18n';

/** Longer texts are cut: a card shows some thirty characters, and a data source may send megabytes. */
const TEXT_LIMIT = 200;

/** The first field with one of these names in any letter case; earlier names win over later ones. */
export function findField(frame: DataFrame, ...names: string[]): Field | undefined {
  for (const name of names) {
    const field = frame.fields.find((candidate) => candidate.name.trim().toLowerCase() === name);
    if (field !== undefined) {
      return field;
    }
  }
  return undefined;
}

/** The time of a row. */
export function timeOf(frame: DataFrame): Field | undefined {
  return findField(frame, 'time') ?? frame.fields.find((field) => field.type === FieldType.time);
}

export function valueAt(field: Field | undefined, row: number): unknown {
  return field?.values[row];
}

/** The whole text of a value that identifies something, or undefined where it is empty. */
export function keyAt(field: Field | undefined, row: number): string | undefined {
  const value = valueAt(field, row);
  if (typeof value === 'string') {
    return value === '' ? undefined : value;
  }
  if (value === null || value === undefined || Number.isNaN(value)) {
    return undefined;
  }
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** The text of a value for people, cut to a length that can be shown. */
export function textAt(field: Field | undefined, row: number): string | undefined {
  const value = valueAt(field, row);
  // So are almost all of the tens of thousands in the states of a large fleet.
  if (typeof value === 'string' && value !== '' && value.length <= TEXT_LIMIT) {
    return value;
  }
  const text = keyAt(field, row);
  return text === undefined ? undefined : shorten(text);
}

export function shorten(text: string, limit = TEXT_LIMIT): string {
  return text.length <= limit ? text : text.slice(0, limit - 1) + '…';
}

/** A finite number, also from a numeric text; undefined for anything else. */
export function numberAt(field: Field | undefined, row: number): number | undefined {
  const value = valueAt(field, row);
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** Epoch milliseconds of a time in any form data sources send; undefined where it is none. */
export function timeAt(field: Field | undefined, row: number): number | undefined {
  const value = valueAt(field, row);
  if (value === null || value === undefined) {
    return undefined;
  }
  if (typeof value === 'number' && Number.isFinite(value)) {
    return value;
  }
  const millis = typeof value === 'string' && Number.isNaN(Number(value)) ? Date.parse(value) : Number(value);
  return Number.isFinite(millis) ? millis : undefined;
}

/** Orders texts by code unit: unlike localeCompare the same in every browser. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Up to five of the names, quoted, and how many more there are. */
export function listNames(names: Iterable<string>): string {
  const all = [...new Set(names)].sort(compareText);
  const shown = all
    .slice(0, 5)
    .map((name) => `“${shorten(name, 40)}”`)
    .join(', ');
  const more = all.length - 5;
  return more > 0 ? t('notices.names', '{{names}} and {{more}} more', { names: shown, more }) : shown;
}
