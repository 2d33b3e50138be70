import type { DataFrame, GrafanaTheme2 } from '@grafana/data';
import { attachAlerts, readAlerts } from './alerts';
import { readEngines } from './engines';
import { compareText, listNames, plural } from './fields';
import { sortFrames } from './frames';
import { readLinks } from './links';
import { modelsOfEngines, readModels, unlistedModel } from './nodes';
import { MODEL_STATES_WORST_FIRST, stateRank } from './states';
import type { HealthView, LinkView, ModelView, Notice, WorkflowGroup } from './types';

/** More cards than this are slow to draw and impossible to take in. */
export const MODEL_LIMIT = 300;
/** Dense graphs cost more through their links than through their models. */
export const LINK_LIMIT = 600;

export interface ViewSettings {
  alerts: { show: boolean; hideResolved: boolean };
}

const NO_NODES = 'There is no `nodes` frame: choose the kind Topology in a Pneumograph query.';
const NO_ROWS =
  'The topology lists no models: check the workflow and the models chosen in the query, and whether engines have reported yet.';

/**
 * Turns the frames of a panel into what it draws. Never throws; what cannot be used is named in `notices`. The
 * result does not depend on the order of frames and rows.
 */
export function buildView(
  series: DataFrame[],
  annotations: DataFrame[],
  settings: ViewSettings,
  theme: GrafanaTheme2
): HealthView {
  const frames = sortFrames(series, annotations);
  const notices: Notice[] = [];
  const engines = readEngines(frames.states);
  const listed = readModels(frames.nodes, theme, notices);
  // States alone tell which models there are, though not how they are linked.
  const models = listed.size > 0 ? listed : modelsOfEngines(engines);
  if (models.size === 0) {
    const missing = [
      ...frames.problems,
      ...(frames.nodes.length > 0
        ? [NO_ROWS]
        : frames.problems.some((text) => text.includes('`id`'))
          ? []
          : [NO_NODES]),
      ...notices.map(({ text }) => text),
    ];
    return { groups: [], models: [], engines: [], alerts: [], links: [], notices: [], states: [], missing };
  }
  notices.unshift(...frames.problems.map<Notice>((text) => ({ severity: 'warning', text })));

  const links = readLinks(frames.edges, theme, notices);
  addUnlisted(models, links, notices);
  const alerts = settings.alerts.show ? readAlerts(frames.alerts, settings.alerts.hideResolved) : [];
  attachAlerts(models.values(), alerts, notices);
  const shown = worstModels([...models.values()], notices);
  const ids = new Set(shown.map(({ id }) => id));
  return {
    groups: groupByWorkflow(shown),
    models: [...models.values()].sort((a, b) => compareText(a.id, b.id)),
    engines,
    alerts,
    links: strongestLinks(
      links.filter(({ source, target }) => ids.has(source) && ids.has(target)),
      notices
    ),
    notices,
    states: countStates(models.values()),
    missing: [],
  };
}

function addUnlisted(models: Map<string, ModelView>, links: LinkView[], notices: Notice[]): void {
  const listed = new Map(models);
  const names: string[] = [];
  for (const { source, target } of links) {
    for (const [id, other] of [
      [source, target],
      [target, source],
    ] as const) {
      if (!models.has(id)) {
        const model = unlistedModel(id, listed.get(other));
        models.set(id, model);
        names.push(model.name);
      }
    }
  }
  if (names.length > 0) {
    notices.push({
      severity: 'warning',
      text: `Links lead to ${plural(names.length, 'model')} that the topology does not list: ${listNames(names)}.`,
    });
  }
}

function worstModels(models: ModelView[], notices: Notice[]): ModelView[] {
  if (models.length <= MODEL_LIMIT) {
    return models;
  }
  notices.unshift({
    severity: 'warning',
    text: `Showing the worst ${MODEL_LIMIT} of ${models.length} models. Choose workflows or models in the query to see the others.`,
  });
  return [...models].sort(compareWorst).slice(0, MODEL_LIMIT);
}

function compareWorst(a: ModelView, b: ModelView): number {
  return (
    stateRank(a.state) - stateRank(b.state) ||
    Number(b.alerts.worst === 'critical') - Number(a.alerts.worst === 'critical') ||
    b.alerts.count - a.alerts.count ||
    (b.stats.rejected?.value ?? 0) - (a.stats.rejected?.value ?? 0) ||
    compareText(a.id, b.id)
  );
}

function strongestLinks(links: LinkView[], notices: Notice[]): LinkView[] {
  if (links.length <= LINK_LIMIT) {
    return links;
  }
  notices.push({
    severity: 'warning',
    text: `Showing the ${LINK_LIMIT} links with the highest throughput of ${links.length}.`,
  });
  const order = new Map(links.map((link, index) => [link, index]));
  const position = (link: LinkView) => order.get(link) ?? 0;
  return [...links]
    .sort((a, b) => (b.rate?.value ?? -1) - (a.rate?.value ?? -1) || position(a) - position(b))
    .slice(0, LINK_LIMIT)
    .sort((a, b) => position(a) - position(b));
}

/** Workflows by name; models outside any workflow come last, they are the exception. */
function groupByWorkflow(models: ModelView[]): WorkflowGroup[] {
  const groups = new Map<string, ModelView[]>();
  for (const model of [...models].sort((a, b) => compareText(a.id, b.id))) {
    groups.set(model.workflow, [...(groups.get(model.workflow) ?? []), model]);
  }
  return [...groups]
    .map(([name, models]) => ({ name, models }))
    .sort((a, b) => Number(a.name === '') - Number(b.name === '') || compareText(a.name, b.name));
}

function countStates(models: Iterable<ModelView>): HealthView['states'] {
  const counts = new Map<string, number>();
  for (const { state } of models) {
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  return MODEL_STATES_WORST_FIRST.flatMap((state) => {
    const count = counts.get(state) ?? 0;
    return count > 0 ? [{ state, count }] : [];
  });
}
