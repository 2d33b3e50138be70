import { formatTimestamp, type ComparedAlert, type Micros, type MonitorComparison } from '@pneumograph/contract';
import type { AlertChange } from '../archive/index.js';

/** An alert as it is compared: one that was told. */
export type Compared = Pick<
  AlertChange,
  'id' | 'startsAt' | 'workflow' | 'model' | 'slot' | 'engine' | 'feature' | 'name' | 'text'
> & { readonly endsAt: Micros | undefined };

/** Alerts of steps, of those that were told. */
export function alertsOf(steps: readonly AlertChange[]): Compared[] {
  const alerts = new Map<string, Compared>();
  for (const step of steps) {
    const known = alerts.get(step.id);
    if (known === undefined && step.state === 'firing') {
      alerts.set(step.id, { ...step, endsAt: undefined });
    } else if (known !== undefined && step.state === 'resolved') {
      alerts.set(step.id, { ...known, endsAt: step.time });
    }
  }
  return [...alerts.values()].sort((a, b) => a.startsAt - b.startsAt);
}

/** Which alerts two versions have in common: of the same name, about the same, and at the same time. */
export function compareAlerts(first: readonly Compared[], second: readonly Compared[]): MonitorComparison {
  const rest = new Map<string, Compared[]>();
  for (const alert of second) {
    rest.set(aboutOf(alert), [...(rest.get(aboutOf(alert)) ?? []), alert]);
  }
  const found = new Set<Compared>();
  const onlyFirst = first.filter((alert) => {
    const others = (rest.get(aboutOf(alert)) ?? []).filter((other) => overlap(alert, other));
    others.forEach((other) => found.add(other));
    return others.length === 0;
  });
  const onlySecond = second.filter((alert) => !found.has(alert));
  return { both: first.length - onlyFirst.length, onlyFirst: onlyFirst.map(shown), onlySecond: onlySecond.map(shown) };
}

function aboutOf({ workflow, model, slot, engine, feature, name }: Compared): string {
  return JSON.stringify([workflow, model, slot ?? null, engine, feature ?? null, name]);
}

function overlap(a: Compared, b: Compared): boolean {
  return a.startsAt <= (b.endsAt ?? Infinity) && b.startsAt <= (a.endsAt ?? Infinity);
}

function shown({ startsAt, endsAt, workflow, model, slot, engine, feature, name, text }: Compared): ComparedAlert {
  return {
    ...{ startsAt: formatTimestamp(startsAt), endsAt: endsAt === undefined ? null : formatTimestamp(endsAt) },
    ...{ workflow, model, slot: slot ?? null, engine, feature: feature ?? null, name, text },
  };
}
