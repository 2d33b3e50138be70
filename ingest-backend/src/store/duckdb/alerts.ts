import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  INTEGER,
  LIST,
  UINTEGER,
  VARCHAR,
  listValue,
  type DuckDBConnection,
} from '@duckdb/node-api';
import { shadowOf, type AlertSeverity, type AlertState } from '@pneumograph/contract';
import type { AlertChange, Batch } from '../../archive/index.js';
import { wellFormed } from '../names.js';
import type { AlertsQuestion, StoredAlert, StoredStep } from '../store.js';
import { appendRows, wholeMicros } from './append.js';
import { range, TYPES } from './questions.js';
import type { ParameterTypes, Readers } from './readers.js';

/** A step of an alert that is new, with the number of its partition. */
export interface StagedAlert {
  readonly alert: AlertChange;
  readonly partition: number;
}

/** What tells a step from all others. */
export function keyOfAlert({ id, number }: Pick<AlertChange, 'id' | 'number'>): string {
  return `${number} ${wellFormed(id)}`;
}

/** Of the alerts in a batch the steps that the file has. Alerts are few: none is kept in memory for this. */
export async function knownAlerts(writer: DuckDBConnection, { items }: Batch): Promise<Set<string>> {
  const ids = items.flatMap((item) => (item.kind === 'alert' ? [wellFormed(item.id)] : []));
  if (ids.length === 0) {
    return new Set();
  }
  const reader = await writer.runAndReadAll(
    'SELECT id, number FROM alerts WHERE id IN (SELECT unnest($ids))',
    { ids: listValue(ids) },
    { ids: LIST(VARCHAR) }
  );
  return new Set((reader.getRows() as Array<[string, number]>).map(([id, number]) => keyOfAlert({ id, number })));
}

const COLUMNS = [
  ...[VARCHAR, VARCHAR, BIGINT, BIGINT, VARCHAR, VARCHAR, VARCHAR, VARCHAR, UINTEGER, VARCHAR, VARCHAR, VARCHAR],
  ...[VARCHAR, DOUBLE, VARCHAR, UINTEGER, BIGINT, UINTEGER, VARCHAR, VARCHAR, VARCHAR],
];

export async function appendAlerts(writer: DuckDBConnection, staged: readonly StagedAlert[]): Promise<void> {
  const text = (value: string | undefined) => (value === undefined ? null : wellFormed(value));
  const rows = staged.map(({ alert, partition }) => [
    ...[text(alert.id), alert.state, BigInt(wholeMicros(alert.time)), BigInt(wholeMicros(alert.startsAt))],
    ...[alert.severity, text(alert.monitor), text(alert.workflow), text(alert.model), alert.slot ?? null],
    ...[text(alert.engine), text(alert.feature), text(alert.name), text(alert.text), alert.value ?? null],
    ...[text(alert.evidence), partition, BigInt(alert.offset), alert.number],
    ...[text(writeLabels(alert.labels)), text(alert.link), text(alert.reason)],
  ]);
  await appendRows(writer, 'alerts', COLUMNS, rows);
}

function writeLabels(labels: AlertChange['labels']): string | undefined {
  return labels === undefined || Object.keys(labels).length === 0 ? undefined : JSON.stringify(labels);
}

const isIn = (column: string, list: string) => `(len($${list}) = 0 OR ${column} IN (SELECT unnest($${list})))`;

/** Whether a step tells of something that people are to know. */
const TOLD = `state IN ('firing', 'no-data', 'error')`;

/** What an alert is about, which all of its steps say. */
const ABOUT = `
  ($workflow IS NULL OR workflow = $workflow)
  AND ${isIn('model', 'models')}
  AND (slot IS NULL OR ${isIn('slot', 'slots')})
  AND ${isIn('engine', 'engines')}
  AND ${isIn('monitor', 'monitors')}
  AND (len($monitors) > 0 OR NOT suffix(monitor, '${shadowOf('')}'))
  AND ${isIn('feature', 'features')}
  AND ${isIn('severity', 'severities')}`;

/**
 * Of the steps of an alert the first that fired tells what was wrong, the last how far it has come. Where only the end is
 * there, that tells when it began. One that was never
 * more than pending is told only to who asks for such.
 */
const ALERTS_SQL = `
  WITH joined AS (
    SELECT *, max(time) FILTER (state = 'resolved') OVER own AS ends, arg_max(state, number) OVER own AS now,
      coalesce(min(time) FILTER (${TOLD}) OVER own, min(time) FILTER (state = 'pending') OVER own, min(starts_at) OVER own) AS starts,
      bool_or(${TOLD}) OVER own OR ($pending AND NOT bool_or(state = 'resolved') OVER own) OR NOT bool_or(state = 'pending') OVER own AS told
    FROM alerts
    WHERE ${ABOUT}
    WINDOW own AS (PARTITION BY id)
    QUALIFY row_number() OVER (PARTITION BY id ORDER BY state <> 'firing', NOT ${TOLD}, number) = 1)
  SELECT id, starts::DOUBLE, ends::DOUBLE, severity, monitor, workflow, model, slot, engine, feature, name, text,
    value, evidence, now, labels, link
  FROM joined
  WHERE told AND starts < $to AND (ends IS NULL OR ends >= $from) AND ${isIn('now', 'states')}
  ORDER BY starts DESC, id DESC
  LIMIT $limit`;

const STEPS_SQL = `
  SELECT id, number, state, time::DOUBLE, text, value, reason FROM alerts
  WHERE id IN (SELECT unnest($ids)) ORDER BY id, number`;

const TEXTS = LIST(VARCHAR);
const ALERT_TYPES: ParameterTypes = {
  ...TYPES,
  workflow: VARCHAR,
  ...{ models: TEXTS, engines: TEXTS, monitors: TEXTS, features: TEXTS, severities: TEXTS, states: TEXTS },
  slots: LIST(UINTEGER),
  limit: INTEGER,
  pending: BOOLEAN,
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
      pending: question.states.includes('pending'),
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
      state: text(14, row) as AlertState,
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
      labels: JSON.parse(optional<string>(15, row) ?? '{}') as Record<string, string>,
      link: optional<string>(16, row),
    };
  });
}

/** The steps of alerts, those of each by their numbers. */
export async function findSteps(readers: Readers, ids: readonly string[]): Promise<StoredStep[]> {
  const list = listValue(ids.map(wellFormed));
  const columns = await readers.columns(STEPS_SQL, { ids: list }, { ids: LIST(VARCHAR) });
  return (columns[0] ?? []).map((_, row) => ({
    id: columns[0]?.[row] as string,
    number: columns[1]?.[row] as number,
    state: columns[2]?.[row] as AlertState,
    time: columns[3]?.[row] as number,
    text: columns[4]?.[row] as string,
    value: (columns[5]?.[row] ?? undefined) as number | undefined,
    reason: (columns[6]?.[row] ?? undefined) as string | undefined,
  }));
}
