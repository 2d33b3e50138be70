import { flux } from '@influxdata/influxdb-client';
import { isShadow, type AlertState } from '@pneumograph/contract';
import type { AlertChange, Batch } from '../../archive/index.js';
import { takesSeries } from '../joins.js';
import { wellFormed } from '../names.js';
import type { AlertsQuestion, StoredAlert, StoredStep } from '../store.js';
import { filter, isOneOf, source, type Row } from './connection.js';
import { escapeTag, nanos, textField } from './line.js';
import { decodeName, decodeText, encodeJson, encodeName } from './names.js';
import type { Place } from './place.js';

/** A step as it is kept: all of it but its kind. */
export type KeptAlert = Omit<AlertChange, 'kind' | 'partition'> & { readonly partition: string };

/** What tells a step from all others. */
export function keyOfAlert({ id, number }: Pick<AlertChange, 'id' | 'number'>): string {
  return `${number} ${wellFormed(id)}`;
}

/** A step lies at the moment that its alert began. */
export function alertLine({ kind: _, partition, ...alert }: AlertChange): string {
  const { id, number, workflow, model, startsAt } = alert;
  const tags = Object.entries({ id, model, number: String(number), workflow }).map(
    ([tag, name]) => `${tag}=${escapeTag(encodeName(name))}`
  );
  const kept: KeptAlert = {
    ...alert,
    time: Math.round(alert.time),
    startsAt: Math.round(startsAt),
    partition: partition.key,
  };
  const content = textField(encodeJson(kept));
  return `alert,${tags.join(',')} content=${content} ${nanos(Math.round(startsAt))}`;
}

/** Of the alerts in a batch the steps that are stored. Alerts are few: none is kept in memory for this. */
export async function knownAlerts({ connection, state }: Place, { items }: Batch): Promise<Set<string>> {
  const ids = items.flatMap((item) => (item.kind === 'alert' ? [encodeName(item.id)] : []));
  const known = new Set<string>();
  if (ids.length > 0) {
    const rows = filter(source(state, -Infinity, Infinity), [
      'r._measurement == "alert"',
      isOneOf('id', [...new Set(ids)]),
    ]);
    await connection.read(flux`${rows} |> keep(columns: ["id", "number"])`, ({ column }) => {
      known.add(keyOfAlert({ id: decodeName(column('id') ?? '-'), number: Number(column('number')) }));
    });
  }
  return known;
}

export function readAlert({ value }: Row): KeptAlert {
  return JSON.parse(decodeText(value)) as KeptAlert;
}

/** States that tell of something that people are to know. */
const TOLD: ReadonlySet<AlertState> = new Set<AlertState>(['firing', 'no-data', 'error']);

/**
 * Of the steps of an alert the first that fired tells what was wrong, the last how far it has come. One that was never
 * more than pending is told only to who asks for such.
 */
function joinSteps(steps: readonly KeptAlert[], pending: boolean): StoredAlert | undefined {
  const told = steps.filter(({ state }) => TOLD.has(state));
  const over = steps.findLast(({ state }) => state === 'resolved');
  const waits = steps.some(({ state }) => state === 'pending');
  if (told.length === 0 && waits && !(pending && over === undefined)) {
    return undefined;
  }
  const begins = (told[0] ?? steps.find(({ state }) => state === 'pending'))?.time;
  const first = (steps.find(({ state }) => state === 'firing') ?? told[0] ?? steps[0]) as KeptAlert;
  const last = steps.at(-1) as KeptAlert;
  return {
    ...{ id: first.id, startsAt: begins ?? first.startsAt },
    ...{ endsAt: over?.time, state: last.state, severity: first.severity, monitor: first.monitor },
    ...{ workflow: first.workflow, model: first.model, slot: first.slot, engine: first.engine, feature: first.feature },
    ...{ name: first.name, text: first.text, value: first.value, evidence: first.evidence },
    ...{ labels: first.labels ?? {}, link: first.link },
  };
}

/** Steps by their alerts, those of each by their numbers. */
async function readSteps(
  { connection, state }: Place,
  conditions: Parameters<typeof filter>[1]
): Promise<Map<string, KeptAlert[]>> {
  const rows = filter(source(state, -Infinity, Infinity), ['r._measurement == "alert"', ...conditions]);
  const alerts = new Map<string, KeptAlert[]>();
  await connection.read(flux`${rows} |> group()`, (row) => {
    const step = readAlert(row);
    const steps = alerts.get(step.id);
    if (steps === undefined) {
      alerts.set(step.id, [step]);
    } else {
      steps.push(step);
    }
  });
  for (const steps of alerts.values()) {
    steps.sort((a, b) => a.number - b.number);
  }
  return alerts;
}

export async function findAlerts(place: Place, question: AlertsQuestion): Promise<StoredAlert[]> {
  const { workflow, models, monitors = [], from, to, states, severities, limit } = question;
  const alerts = await readSteps(place, [
    workflow === undefined ? undefined : isOneOf('workflow', [encodeName(workflow)]),
    models.length === 0 ? undefined : isOneOf('model', models.map(encodeName)),
  ]);
  const takes = takesSeries(question);
  const found = [...alerts.values()]
    .map((steps) => joinSteps(steps, states.includes('pending')))
    .filter((alert) => alert !== undefined)
    .filter(
      (alert) =>
        takes(alert) &&
        (monitors.length > 0 || !isShadow(alert.monitor)) &&
        alert.startsAt < to &&
        (alert.endsAt === undefined || alert.endsAt >= from) &&
        (states.length === 0 || states.includes(alert.state)) &&
        (severities.length === 0 || severities.includes(alert.severity))
    );
  found.sort((a, b) => b.startsAt - a.startsAt || (a.id < b.id ? 1 : -1));
  return found.slice(0, limit);
}

/** The steps of alerts, those of each by their numbers. */
export async function findSteps(place: Place, ids: readonly string[]): Promise<StoredStep[]> {
  if (ids.length === 0) {
    return [];
  }
  const alerts = await readSteps(place, [isOneOf('id', [...new Set(ids.map(encodeName))])]);
  return [...alerts.keys()].sort().flatMap((id) =>
    (alerts.get(id) as KeptAlert[]).map(({ number, state, time, text, value, reason }) => {
      return { id, number, state, time, text, value, reason };
    })
  );
}
