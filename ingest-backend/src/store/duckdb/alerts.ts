import { BIGINT, DOUBLE, INTEGER, LIST, UINTEGER, VARCHAR, listValue, type DuckDBConnection } from '@duckdb/node-api';
import type { AlertSeverity, AlertState } from '@pneumograph/contract';
import type { AlertChange, Batch } from '../../archive/index.js';
import { wellFormed } from '../names.js';
import type { AlertsQuestion, StoredAlert } from '../store.js';
import { appendRows, wholeMicros } from './append.js';
import { range, TYPES } from './questions.js';
import type { ParameterTypes, Readers } from './readers.js';

/** A change of an alert that is new, with the number of its partition. */
export interface StagedAlert {
  readonly alert: AlertChange;
  readonly partition: number;
}

/** What tells a change from all others. */
export function keyOfAlert({ id, state }: Pick<AlertChange, 'id' | 'state'>): string {
  return `${state} ${wellFormed(id)}`;
}

/** Of the alerts in a batch the changes that the file has. Alerts are few: none is kept in memory for this. */
export async function knownAlerts(writer: DuckDBConnection, { items }: Batch): Promise<Set<string>> {
  const ids = items.flatMap((item) => (item.kind === 'alert' ? [wellFormed(item.id)] : []));
  if (ids.length === 0) {
    return new Set();
  }
  const reader = await writer.runAndReadAll(
    'SELECT id, state FROM alerts WHERE id IN (SELECT unnest($ids))',
    { ids: listValue(ids) },
    { ids: LIST(VARCHAR) }
  );
  return new Set((reader.getRows() as Array<[string, AlertState]>).map(([id, state]) => keyOfAlert({ id, state })));
}

const COLUMNS = [
  ...[VARCHAR, VARCHAR, BIGINT, BIGINT, VARCHAR, VARCHAR, VARCHAR, VARCHAR, UINTEGER, VARCHAR, VARCHAR, VARCHAR],
  ...[VARCHAR, DOUBLE, VARCHAR, UINTEGER, BIGINT],
];

export async function appendAlerts(writer: DuckDBConnection, staged: readonly StagedAlert[]): Promise<void> {
  const text = (value: string | undefined) => (value === undefined ? null : wellFormed(value));
  const rows = staged.map(({ alert, partition }) => [
    ...[text(alert.id), alert.state, BigInt(wholeMicros(alert.time)), BigInt(wholeMicros(alert.startsAt))],
    ...[alert.severity, text(alert.monitor), text(alert.workflow), text(alert.model), alert.slot ?? null],
    ...[text(alert.engine), text(alert.feature), text(alert.name), text(alert.text), alert.value ?? null],
    ...[text(alert.evidence), partition, BigInt(alert.offset)],
  ]);
  await appendRows(writer, 'alerts', COLUMNS, rows);
}

const isIn = (column: string, list: string) => `(len($${list}) = 0 OR ${column} IN (SELECT unnest($${list})))`;

/** Of the two changes of an alert the first tells what was wrong, the second only when it was over. */
const ALERTS_SQL = `
  WITH joined AS (
    SELECT *, max(time) FILTER (state = 'resolved') OVER (PARTITION BY id) AS ends
    FROM alerts
    WHERE starts_at < $to
      AND ($workflow IS NULL OR workflow = $workflow)
      AND ${isIn('model', 'models')}
      AND (slot IS NULL OR ${isIn('slot', 'slots')})
      AND ${isIn('engine', 'engines')}
      AND ${isIn('monitor', 'monitors')}
      AND ${isIn('feature', 'features')}
      AND ${isIn('severity', 'severities')}
    QUALIFY row_number() OVER (PARTITION BY id ORDER BY state) = 1)
  SELECT id, starts_at::DOUBLE, ends::DOUBLE, severity, monitor, workflow, model, slot, engine, feature, name, text,
    value, evidence
  FROM joined
  WHERE (ends IS NULL OR ends >= $from) AND ${isIn("if(ends IS NULL, 'firing', 'resolved')", 'states')}
  ORDER BY starts_at DESC, id DESC
  LIMIT $limit`;

const TEXTS = LIST(VARCHAR);
const ALERT_TYPES: ParameterTypes = {
  ...TYPES,
  workflow: VARCHAR,
  ...{ models: TEXTS, engines: TEXTS, monitors: TEXTS, features: TEXTS, severities: TEXTS, states: TEXTS },
  slots: LIST(UINTEGER),
  limit: INTEGER,
};

export async function findAlerts(readers: Readers, question: AlertsQuestion): Promise<StoredAlert[]> {
  const { workflow, from, to, slots, limit } = question;
  const texts = (list: readonly string[] = []) => listValue(list.map(wellFormed));
  const columns = await readers.columns(
    ALERTS_SQL,
    {
      workflow: workflow === undefined ? null : wellFormed(workflow),
      models: texts(question.models),
      engines: texts(question.engines),
      monitors: texts(question.monitors),
      features: texts(question.features),
      severities: texts(question.severities),
      states: texts(question.states),
      slots: listValue([...slots]),
      ...range(from, to),
      limit,
    },
    ALERT_TYPES
  );
  const text = (column: number, row: number) => columns[column]?.[row] as string;
  const optional = <T>(column: number, row: number) => (columns[column]?.[row] ?? undefined) as T | undefined;
  return (columns[0] ?? []).map((_, row) => {
    const endsAt = optional<number>(2, row);
    return {
      id: text(0, row),
      startsAt: columns[1]?.[row] as number,
      endsAt,
      state: endsAt === undefined ? 'firing' : 'resolved',
      severity: text(3, row) as AlertSeverity,
      monitor: text(4, row),
      workflow: text(5, row),
      model: text(6, row),
      slot: optional<number>(7, row),
      engine: text(8, row),
      feature: optional<string>(9, row),
      name: text(10, row),
      text: text(11, row),
      value: optional<number>(12, row),
      evidence: optional<string>(13, row),
    };
  });
}
