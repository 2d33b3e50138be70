import type { AlertChange } from '../archive/index.js';
import type { ConditionsOptions, ConditionsState } from './conditions.js';
import type { Definition } from './definition.js';
import type { Finding } from './monitor.js';

/** What a definition says of its alerts. @param link of the configuration */
export function conditionsOf(definition: Definition, link: string | undefined): ConditionsOptions {
  const { name, severity, labels, text, kind, noDataAfter } = definition;
  const inhibits = definition.inhibits ?? kind.inhibits;
  return {
    monitor: name,
    severity,
    labels,
    text,
    link: definition.link ?? link,
    inhibits: inhibits === 'downstream' && definition.shadow !== true ? inhibits : undefined,
    holdFor: definition.for * 1000,
    keepFiringFor: definition.keepFiringFor * 1000,
    noDataAfter: noDataAfter === undefined ? undefined : noDataAfter * 1000,
    resolveAfter: definition.resolveAfter * 1000,
  };
}

/** How conditions were noted before alerts had more steps than two. */
interface OldState {
  readonly pending: ReadonlyArray<readonly [string, { since: number; first: Finding; last: Finding }]>;
  readonly firing: ReadonlyArray<readonly [string, { alert: AlertChange; last: number; event: boolean }]>;
}

/** Conditions as they were noted, by this version or the one before. */
export function restored(noted: ConditionsState | OldState | undefined): ConditionsState | undefined {
  if (noted === undefined || 'watched' in noted) {
    return noted;
  }
  const [fired, event] = [false, false];
  const pending = noted.pending.map(([key, { since, first, last }]) => {
    const alert = {
      state: 'pending' as const,
      since,
      startsAt: since,
      number: 1,
      fired,
      event,
      happened: since,
      first,
    };
    return [key, { said: last.time, finding: last, alert: { ...alert, told: last } }] as const;
  });
  const firing = noted.firing.map(([key, { alert, last, event: isEvent }]) => {
    const { startsAt, name, text, value, evidence, partition, offset } = alert;
    const { workflow, model, slot, engine, feature } = alert;
    const finding: Finding = {
      ...{ key, time: startsAt, origin: { partition, offset }, name, text, value },
      about: { workflow, model, slot, engine: engine === '' ? undefined : engine, feature },
      evidence: evidence === undefined ? undefined : (JSON.parse(evidence) as unknown),
      id: alert.id,
    };
    const open = { state: 'firing' as const, since: startsAt, startsAt, number: 1, fired: true, event: isEvent };
    return [
      key,
      {
        said: isEvent ? undefined : last,
        finding: isEvent ? undefined : finding,
        alert: { ...open, happened: last, first: finding, told: finding },
      },
    ] as const;
  });
  return { watched: [...pending, ...firing], offences: [] };
}
