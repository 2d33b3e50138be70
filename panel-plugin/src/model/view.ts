import type { AlertStateInfo, DataFrame, GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { attachAlerts, attachLinkAlerts, readAlerts } from './alerts';
import { alertStatus, alertWord } from './alertStates';
import { badgesOf } from './badges';
import { consequences } from './consequences';
import type { EngineMemory } from './engineMemory';
import { readEngines } from './engines';
import { readEvents } from './events';
import { compareText, listNames } from './fields';
import { sortFrames } from './frames';
import { readLinks } from './links';
import { mapFields, type FieldMapping } from './mapping';
import { backlogOf, measuresOf, readMetrics, statsOf, type Metrics } from './metrics';
import { modelsOfEngines, readModels, unlistedModel } from './nodes';
import { MODEL_STATES_WORST_FIRST, stateRank } from './states';
import type { Fleet, HealthView, LinkView, ModelView, Notice, Stat, StatName, WorkflowGroup } from './types';

/** More cards than this are slow to draw and impossible to take in. */
export const MODEL_LIMIT = 300;
/** Dense graphs cost more through their links than through their models. */
export const LINK_LIMIT = 600;

export interface ViewSettings {
  alerts: { show: boolean; hideResolved: boolean };
  /** Fields that the user says hold what names do not tell. */
  fields?: FieldMapping;
  /** What Grafana's alert rule of the panel says, where it has one. */
  rule?: AlertStateInfo;
}

/**
 * Turns the frames of a panel into what it draws. Never throws; what cannot be used is named in `notices`. The
 * result does not depend on the order of frames and rows.
 * @param memory of the frames before, which makes reading the next faster and their view no other
 */
export function buildView(
  series: DataFrame[],
  annotations: DataFrame[],
  settings: ViewSettings,
  theme: GrafanaTheme2,
  memory?: EngineMemory
): HealthView {
  const frames = sortFrames(mapFields(series, settings.fields ?? {}), annotations);
  const notices: Notice[] = [];
  let read: Fleet | undefined;
  const fleet = () => (read ??= readEngines(frames.states, memory));
  const listed = readModels(frames.nodes, theme, notices);
  // States alone tell which models there are, though not how they are linked.
  const models = listed.size > 0 ? listed : modelsOfEngines(fleet().engines);
  if (models.size === 0) {
    const named = frames.problems.some((text) => text.includes('`id`'));
    const missing = [
      ...frames.problems,
      ...(frames.nodes.length > 0 ? [noRows()] : named ? [] : [noNodes()]),
      ...notices.map(({ text }) => text),
    ];
    const hasTopology = frames.nodes.length > 0;
    const nothing = { groups: [], models: [], alerts: [], events: [], links: [], notices: [], states: [] };
    return { ...nothing, fleet, hasTopology, missing };
  }
  notices.unshift(...frames.problems.map<Notice>((text) => ({ severity: 'warning', text })));

  const links = readLinks(frames.edges, theme, notices);
  addUnlisted(models, links, notices);
  const alerts = settings.alerts.show ? readAlerts(frames.alerts, settings.alerts.hideResolved) : [];
  attachAlerts(models.values(), alerts, notices);
  attachLinkAlerts(links, models);
  addNumbers(models, links, readMetrics(frames.metrics), theme);
  addRule(settings, notices);
  const shown = worstModels([...models.values()], notices);
  const ids = new Set(shown.map(({ id }) => id));
  return {
    groups: groupByWorkflow(shown),
    models: [...models.values()].sort((a, b) => compareText(a.id, b.id)),
    fleet,
    alerts,
    events: readEvents(annotations),
    links: strongestLinks(
      links.filter(({ source, target }) => ids.has(source) && ids.has(target)),
      notices
    ),
    notices,
    states: countStates(models.values()),
    hasTopology: frames.nodes.length > 0,
    missing: [],
  };
}

function noNodes(): string {
  return t('empty.no-nodes', 'There is no `nodes` frame: choose the kind Topology in a Pneumograph query.');
}

function noRows(): string {
  return t(
    'empty.no-rows',
    'The topology lists no models: check the workflow and the models chosen in the query, and whether engines have reported yet.'
  );
}

/** What other queries tell of models and links, and what follows from all that is known of them. */
function addNumbers(models: Map<string, ModelView>, links: LinkView[], metrics: Metrics, theme: GrafanaTheme2): void {
  for (const model of models.values()) {
    for (const [name, told] of Object.entries(statsOf(metrics, model, theme)) as Array<[StatName, Stat]>) {
      // The row of a model is the newest word on it, and a series the way there.
      const own = model.stats[name];
      model.stats[name] = own === undefined ? told : { ...own, history: told.history };
    }
    model.measures = measuresOf(metrics, model, theme);
    model.badges = badgesOf(model.alerts.items, model.measures);
  }
  for (const link of links) {
    const target = models.get(link.target);
    const source = models.get(link.source);
    if (target !== undefined) {
      for (const flow of link.flows) {
        flow.backlog ??= backlogOf(metrics, target, flow.targetSlot, `${source?.name}:${flow.sourceSlot}`, theme);
      }
    }
    link.backlog ??= worstBacklog(link);
  }
  for (const [id, consequence] of consequences([...models.values()], links)) {
    const model = models.get(id);
    if (model !== undefined) {
      model.consequence = consequence;
    }
  }
}

/** Slots have a backlog each; the longest queue is the one to know of. */
function worstBacklog({ flows }: LinkView): Stat | undefined {
  return flows
    .map(({ backlog }) => backlog)
    .reduce((worst, one) => ((one?.value ?? -1) > (worst?.value ?? -1) ? one : worst), undefined);
}

function addRule({ rule, alerts }: ViewSettings, notices: Notice[]): void {
  const told = rule && { ...alertStatus(rule.state), state: rule.state };
  if (told !== undefined && alerts.show && told.status !== 'resolved' && rule?.state !== 'paused') {
    notices.unshift({
      severity: 'alert',
      text: t('notices.rule', 'Grafana’s alert rule of this panel: {{state}}.', { state: alertWord(told) }),
    });
  }
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
      text: t('notices.unlisted', '', {
        count: names.length,
        names: listNames(names),
        defaultValue_one: 'Links lead to {{count}} model that the topology does not list: {{names}}.',
        defaultValue_other: 'Links lead to {{count}} models that the topology does not list: {{names}}.',
      }),
    });
  }
}

function worstModels(models: ModelView[], notices: Notice[]): ModelView[] {
  if (models.length <= MODEL_LIMIT) {
    return models;
  }
  notices.unshift({
    severity: 'warning',
    text: t(
      'notices.worst',
      'Showing the worst {{shown}} of {{all}} models. Choose workflows or models in the query to see the others.',
      { shown: MODEL_LIMIT, all: models.length }
    ),
    ofGraph: true,
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
    text: t('notices.strongest', 'Showing the {{shown}} links with the highest throughput of {{all}}.', {
      shown: LINK_LIMIT,
      all: links.length,
    }),
    ofGraph: true,
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
