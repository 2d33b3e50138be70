import { flux } from '@influxdata/influxdb-client';
import type { AlertState } from '@pneumograph/contract';
import type { AlertChange, Batch } from '../../archive/index.js';
import { takesSeries } from '../joins.js';
import { wellFormed } from '../names.js';
import type { AlertsQuestion, StoredAlert } from '../store.js';
import { filter, isOneOf, source, type Row } from './connection.js';
import { escapeTag, nanos, textField } from './line.js';
import { decodeName, decodeText, encodeJson, encodeName } from './names.js';
import type { Place } from './place.js';

/** A change as it is kept: all of it but its kind. */
export type KeptAlert = Omit<AlertChange, 'kind' | 'partition'> & { readonly partition: string };

/** What tells a change from all others. */
export function keyOfAlert({ id, state }: Pick<AlertChange, 'id' | 'state'>): string {
  return `${state} ${wellFormed(id)}`;
}

/** Both changes of an alert lie at the moment that it began. */
export function alertLine({ kind: _, partition, ...alert }: AlertChange): string {
  const { id, state, workflow, model, startsAt } = alert;
  const tags = Object.entries({ id, model, state, workflow }).map(([tag, name]) => `${tag}=${escapeTag(encodeName(name))}`);
  const kept: KeptAlert = { ...alert, time: Math.round(alert.time), startsAt: Math.round(startsAt), partition: partition.key };
  const content = textField(encodeJson(kept));
  return `alert,${tags.join(',')} content=${content} ${nanos(Math.round(startsAt))}`;
}

/** Of the alerts in a batch the changes that are stored. Alerts are few: none is kept in memory for this. */
export async function knownAlerts({ connection, state }: Place, { items }: Batch): Promise<Set<string>> {
  const ids = items.flatMap((item) => (item.kind === 'alert' ? [encodeName(item.id)] : []));
  const known = new Set<string>();
  if (ids.length > 0) {
    const rows = filter(source(state, -Infinity, Infinity), ['r._measurement == "alert"', isOneOf('id', [...new Set(ids)])]);
    await connection.read(flux`${rows} |> keep(columns: ["id", "state"])`, ({ column }) => {
      known.add(keyOfAlert({ id: decodeName(column('id') ?? '-'), state: column('state') as AlertState }));
    });
  }
  return known;
}

export function readAlert({ value }: Row): KeptAlert {
  return JSON.parse(decodeText(value)) as KeptAlert;
}

/** Of the two changes of an alert the first tells what was wrong, the second only when it was over. */
export async function findAlerts({ connection, state }: Place, question: AlertsQuestion): Promise<StoredAlert[]> {
  const { workflow, models, from, to, states, severities, limit } = question;
  const rows = filter(source(state, -Infinity, to), [
    'r._measurement == "alert"',
    workflow === undefined ? undefined : isOneOf('workflow', [encodeName(workflow)]),
    models.length === 0 ? undefined : isOneOf('model', models.map(encodeName)),
  ]);
  const [first, over] = [new Map<string, KeptAlert>(), new Map<string, KeptAlert>()];
  await connection.read(flux`${rows} |> group()`, (row) => {
    const alert = readAlert(row);
    (alert.state === 'firing' ? first : over).set(alert.id, alert);
  });
  const takes = takesSeries(question);
  const found: StoredAlert[] = [];
  for (const id of new Set([...first.keys(), ...over.keys()])) {
    const told = (first.get(id) ?? over.get(id)) as KeptAlert;
    const endsAt = over.get(id)?.time;
    const alert: StoredAlert = {
      ...{ id, startsAt: told.startsAt, endsAt, state: endsAt === undefined ? 'firing' : 'resolved' },
      ...{ severity: told.severity, monitor: told.monitor, workflow: told.workflow, model: told.model },
      ...{ slot: told.slot, engine: told.engine, feature: told.feature, name: told.name, text: told.text },
      ...{ value: told.value, evidence: told.evidence },
    };
    if (
      takes(alert) &&
      (endsAt === undefined || endsAt >= from) &&
      (states.length === 0 || states.includes(alert.state)) &&
      (severities.length === 0 || severities.includes(alert.severity))
    ) {
      found.push(alert);
    }
  }
  found.sort((a, b) => b.startsAt - a.startsAt || (a.id < b.id ? 1 : -1));
  return found.slice(0, limit);
}
