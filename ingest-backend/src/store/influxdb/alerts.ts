import { flux } from '@influxdata/influxdb-client';
import { isShadow } from '@pneumograph/contract';
import type { AlertChange, Batch } from '../../archive/index.js';
import { takesSeries } from '../joins.js';
import { wellFormed } from '../names.js';
import type { AlertsQuestion, StoredAlert, StoredStep } from '../store.js';
import { filter, isOneOf, source } from './connection.js';
import { escapeTag, nanos, textField } from './line.js';
import { decodeName, decodeText, encodeJson, encodeName } from './names.js';
import type { Place } from './place.js';
import type { Row } from './rows.js';

/** A step as it is kept: all of it but its kind. */
export type KeptAlert = Omit<AlertChange, 'kind' | 'partition'> & { readonly partition: string };

/** What tells a step from all others. */
export function keyOfAlert({ id, number }: Pick<AlertChange, 'id' | 'number'>): string {
  return `${number} ${wellFormed(id)}`;
}

/** A step lies at the moment that its alert began. */
export function alertLine({ kind: _, partition, ...alert }: AlertChange): string {
  const { id, number, state, workflow, model, startsAt } = alert;
  const named = Object.entries({ id, model, number: String(number), state, workflow });
  const tags = named.map(([tag, name]) => `${tag}=${escapeTag(encodeName(name))}`);
  const kept: KeptAlert = {
    ...alert,
    time: Math.round(alert.time),
    startsAt: Math.round(startsAt),
    partition: partition.key,
  };
  const content = textField(encodeJson(kept));
  return `alert,${tags.join(',')} content=${content} ${nanos(Math.round(startsAt))}`;
}

/** Of longer lists all are read: the server compares each row with each name. */
const MOST_IDS = 500;

function isAmong(ids: readonly string[]): string | undefined {
  const unlike = [...new Set(ids)].map(encodeName);
  return unlike.length > MOST_IDS ? undefined : isOneOf('id', unlike);
}

/** Of the alerts in a batch the steps that are stored. Alerts are few: none is kept in memory for this. */
export async function knownAlerts({ connection, state }: Place, { items }: Batch): Promise<Set<string>> {
  const ids = items.flatMap((item) => (item.kind === 'alert' ? [item.id] : []));
  const known = new Set<string>();
  if (ids.length > 0) {
    const rows = filter(source(state, -Infinity, Infinity), ['r._measurement == "alert"', isAmong(ids)]);
    await connection.read(flux`${rows} |> keep(columns: ["id", "number"])`, ({ column }) => {
      known.add(
        keyOfAlert({ id: decodeName(column('id') ?? '-'), number: Number(decodeName(column('number') ?? '-')) })
      );
    });
  }
  return known;
}

export function readAlert({ value }: Row): KeptAlert {
  return JSON.parse(decodeText(value)) as KeptAlert;
}

const isTold = ({ state }: KeptAlert): boolean => state === 'firing' || state === 'no-data' || state === 'error';

/**
 * Of the steps of an alert the first that fired tells what was wrong, the last how far it has come. One that was never
 * more than pending is told only to who asks for such.
 */
export async function findAlerts({ connection, state }: Place, question: AlertsQuestion): Promise<StoredAlert[]> {
  const { workflow, models, monitors = [], from, to, states, severities, limit } = question;
  const rows = filter(source(state, -Infinity, Infinity), [
    'r._measurement == "alert"',
    workflow === undefined ? undefined : isOneOf('workflow', [encodeName(workflow)]),
    models.length === 0 ? undefined : isOneOf('model', models.map(encodeName)),
  ]);
  const steps = new Map<string, KeptAlert[]>();
  await connection.read(flux`${rows} |> group()`, (row) => {
    const step = readAlert(row);
    steps.set(step.id, [...(steps.get(step.id) ?? []), step]);
  });
  const takes = takesSeries(question);
  const found: StoredAlert[] = [];
  for (const own of steps.values()) {
    const alert = joined(
      own.sort((a, b) => a.number - b.number),
      states.includes('pending')
    );
    if (
      alert !== undefined &&
      takes(alert) &&
      (monitors.length > 0 || !isShadow(alert.monitor)) &&
      alert.startsAt < to &&
      (alert.endsAt === undefined || alert.endsAt >= from) &&
      (states.length === 0 || states.includes(alert.state)) &&
      (severities.length === 0 || severities.includes(alert.severity))
    ) {
      found.push(alert);
    }
  }
  found.sort((a, b) => b.startsAt - a.startsAt || (a.id < b.id ? 1 : -1));
  return found.slice(0, limit);
}

/** An alert of its steps; undefined where nobody was to be told of any. @param pending whether one that is only that counts */
function joined(steps: readonly KeptAlert[], pending: boolean): StoredAlert | undefined {
  const last = steps.at(-1) as KeptAlert;
  const told = steps.filter(isTold);
  const waits = steps.some(({ state }) => state === 'pending');
  if (told.length === 0 && waits && !(pending && last.state !== 'resolved')) {
    return undefined;
  }
  const first = (steps.find(({ state }) => state === 'firing') ?? told[0] ?? steps[0]) as KeptAlert;
  const endsAt = steps.find(({ state }) => state === 'resolved')?.time;
  const begins = (told[0] ?? steps.find(({ state }) => state === 'pending'))?.time ?? first.startsAt;
  return {
    ...{ id: first.id, startsAt: begins, endsAt, state: last.state },
    ...{ severity: first.severity, monitor: first.monitor, workflow: first.workflow, model: first.model },
    ...{ slot: first.slot, engine: first.engine, feature: first.feature, name: first.name, text: first.text },
    ...{ value: first.value, evidence: first.evidence, labels: first.labels ?? {}, link: first.link },
  };
}

/** The steps of alerts, those of each by their numbers. */
export async function findSteps({ connection, state }: Place, ids: readonly string[]): Promise<StoredStep[]> {
  const found: StoredStep[] = [];
  if (ids.length > 0) {
    const asked = new Set(ids.map(wellFormed));
    const rows = filter(source(state, -Infinity, Infinity), ['r._measurement == "alert"', isAmong(ids)]);
    await connection.read(flux`${rows} |> group()`, (row) => {
      const { id, number, state: step, time, text, value, reason } = readAlert(row);
      if (asked.has(wellFormed(id))) {
        found.push({ id, number, state: step, time, text, value, reason });
      }
    });
  }
  return found.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : a.number - b.number));
}
