import type { Alert } from '@pneumograph/contract';
import { toRecord, type Point } from '../archive/index.js';

/** What can be exported. */
export const EXPORTS = ['points', 'alerts'] as const;
export type Export = (typeof EXPORTS)[number];

export const EXPORT_FORMATS = ['ndjson', 'csv'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Columns of a table and the types that they have in DuckDB. */
export const COLUMNS = {
  points: {
    ...{ time: 'TIMESTAMP', workflow: 'VARCHAR', model: 'VARCHAR', slot: 'INTEGER', engine: 'VARCHAR' },
    ...{ metric: 'VARCHAR', monitor: 'VARCHAR', feature: 'VARCHAR', value: 'DOUBLE', span: 'DOUBLE' },
    ...{ name: 'VARCHAR', origin: 'VARCHAR' },
  },
  alerts: {
    ...{ id: 'VARCHAR', startsAt: 'TIMESTAMP', endsAt: 'TIMESTAMP', state: 'VARCHAR', severity: 'VARCHAR' },
    ...{ name: 'VARCHAR', text: 'VARCHAR', workflow: 'VARCHAR', model: 'VARCHAR', slot: 'INTEGER' },
    ...{ engine: 'VARCHAR', monitor: 'VARCHAR', feature: 'VARCHAR', value: 'DOUBLE', evidence: 'VARCHAR' },
  },
} as const satisfies Record<Export, Record<string, string>>;

type Row = Readonly<Record<string, unknown>>;

/** A point is told as a record of the archive stream. */
export const pointRow = (point: Point): Row => toRecord(point) as Row;

export const alertRow = (alert: Alert): Row => alert as unknown as Row;

/** Rows as text, each with its end. */
export function write(what: Export, format: ExportFormat, rows: Iterable<Row>): string {
  let text = '';
  for (const row of rows) {
    text += format === 'ndjson' ? JSON.stringify(row) + '\n' : csvLine(Object.keys(COLUMNS[what]).map((key) => row[key]));
  }
  return text;
}

export function header(what: Export, format: ExportFormat): string {
  return format === 'csv' ? csvLine(Object.keys(COLUMNS[what])) : '';
}

/** RFC 4180. */
function csvLine(values: readonly unknown[]): string {
  return values.map(csvValue).join(',') + '\r\n';
}

function csvValue(value: unknown): string {
  if (value === undefined || value === null) {
    return '';
  }
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value as string | number);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
