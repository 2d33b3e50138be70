import { t } from '@grafana/i18n';
import {
  compareAlerts,
  linkId,
  stateInText,
  stateRank,
  summaryOf,
  type HealthView,
  type LinkView,
  type ModelView,
  type WorkflowGroup,
} from '../../model';

/** The id of the card that stands for a whole workflow; no model has one like it. */
export function workflowCardId(workflow: string): string {
  return JSON.stringify(['workflow', workflow]);
}

/** The view with one card in place of all models of each collapsed workflow; links lead to that card. */
export function collapseGroups(view: HealthView, collapsed: ReadonlySet<string>): HealthView {
  if (!view.groups.some(({ name }) => collapsed.has(name))) {
    return view;
  }
  const standIn = new Map<string, string>();
  const groups = view.groups.map((group) => {
    if (!collapsed.has(group.name) || group.models.length === 0) {
      return group;
    }
    const id = workflowCardId(group.name);
    group.models.forEach((model) => standIn.set(model.id, id));
    return { ...group, models: [workflowCard(group, id)] };
  });
  return { ...view, groups, links: joinLinks(view.links, standIn) };
}

/** A workflow as a card: the state of its worst model, all its engines and all its alerts. */
function workflowCard({ name, models }: WorkflowGroup, id: string): ModelView {
  const [worst] = [...models].sort((a, b) => stateRank(a.state) - stateRank(b.state));
  const affected = models.filter(({ state }) => state === worst.state).length;
  const state = stateInText(worst.state);
  const items = models.flatMap(({ alerts }) => alerts.items).sort(compareAlerts);
  return {
    ...worst,
    id,
    name: t('graph.models', '', {
      count: models.length,
      defaultValue_one: '{{count}} model',
      defaultValue_other: '{{count}} models',
    }),
    workflow: name,
    stateText:
      affected === models.length
        ? t('graph.all-in-state', 'All {{state}}', { state })
        : t('graph.some-in-state', '{{affected}} of {{all}} {{state}}', { affected, all: models.length, state }),
    engines: {
      total: sum(models.map(({ engines }) => engines.total)),
      byState: [...new Set(models.flatMap(({ engines }) => engines.byState.map(({ state }) => state)))]
        .sort((a, b) => stateRank(a) - stateRank(b))
        .map((state) => ({
          state,
          count: sum(models.map(({ engines }) => engines.byState.find((one) => one.state === state)?.count)) ?? 0,
        })),
    },
    stats: {},
    badges: [],
    measures: [],
    consequence: undefined,
    alerts: summaryOf(items, sum(models.map(({ alerts }) => alerts.count))),
    fixed: undefined,
    origin: undefined,
  };
}

/** Links whose ends became one card are left out; several between the same two cards become one. */
function joinLinks(links: LinkView[], standIn: Map<string, string>): LinkView[] {
  const joined = new Map<string, LinkView>();
  for (const link of links) {
    const [source, target] = [standIn.get(link.source) ?? link.source, standIn.get(link.target) ?? link.target];
    const moved = source !== link.source || target !== link.target;
    const id = moved ? linkId(source, target) : link.id;
    const known = joined.get(id);
    if (source === target && moved) {
      continue;
    }
    if (known === undefined) {
      joined.set(id, moved ? { ...link, id, source, target } : link);
    } else {
      // Their sum has no text in the unit of the field: what flows in each is told in the tooltip.
      joined.set(id, { ...known, flows: [...known.flows, ...link.flows], rate: undefined });
    }
  }
  return [...joined.values()];
}

function sum(values: Array<number | undefined>): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((all, value) => all + value, 0);
}
