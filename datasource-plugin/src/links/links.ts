import type { DataFrame, DataLink, Field, InterpolateFunction, RawTimeRange, TimeRange } from '@grafana/data';
import { t } from '@grafana/i18n';
import { SELF_WORKFLOW } from '@pneumograph/contract';
import type { LinkedDashboard, WorkflowOptions } from '../types';
import { VERBATIM } from '../verbatim';

/** The dashboards that come with Pneumograph. */
export const DASHBOARD_UIDS: Record<LinkedDashboard, string> = {
  workflow: 'pneumograph-workflow',
  data: 'pneumograph-data',
  performance: 'pneumograph-performance',
};

export interface LinkContext {
  /** The uid of the data source, so that the dashboard reads the same one. */
  datasource: string;
  dashboards: Record<LinkedDashboard, string>;
  range: TimeRange;
}

const titles = (): Record<LinkedDashboard, string> => ({
  workflow: t('links.workflow', 'The model at that time'),
  data: t('links.data', 'Its data at that time'),
  performance: t('links.performance', 'Its performance at that time'),
});

const titleOf = (model: string) => t('links.model', 'Dashboard of {{model}}', { model, interpolation: VERBATIM });

const MINUTE = 60_000;

export function linkContext(
  datasource: string,
  { linkedDashboards = {} }: WorkflowOptions,
  range: TimeRange
): LinkContext {
  const uidOf = (which: LinkedDashboard) => linkedDashboards[which]?.trim() || DASHBOARD_UIDS[which];
  return {
    datasource,
    dashboards: { workflow: uidOf('workflow'), data: uidOf('data'), performance: uidOf('performance') },
    range,
  };
}

/**
 * Gives the frames of an answer links to the dashboards of their models: series with the time range kept, rows of tables
 * with it kept at the model, and, of alerts, with the time of the alert at what it says. Frames are changed in place,
 * since those of streams must stay the objects that they are.
 */
export function addLinks(frames: readonly DataFrame[], context: LinkContext): void {
  for (const frame of frames) {
    const columns = new Map(frame.fields.map((field) => [field.name, field]));
    if (['time', 'timeEnd', 'workflow', 'model'].every((name) => columns.has(name))) {
      addToTable(columns, context);
      continue;
    }
    for (const field of frame.fields) {
      const { workflow, model } = field.labels ?? {};
      if (isLinked(workflow) && model !== undefined && model !== '') {
        const variables = { workflow, model };
        setLinks(field, [
          { title: titleOf(model), url: urlOf(context, 'workflow', variables, keptRange(context.range.raw)) },
        ]);
      }
    }
  }
}

function addToTable(columns: ReadonlyMap<string, Field>, context: LinkContext): void {
  const link = (which: LinkedDashboard, title: string, range: (row: Row) => RangeParams): DataLink => ({
    title,
    url: '',
    onBuildUrl: ({ replaceVariables }) => {
      const row = rowReader(replaceVariables);
      const { workflow, model, feature } = {
        workflow: row.text('workflow'),
        model: row.text('model'),
        feature: row.text('feature'),
      };
      // Only the dashboard of the data has a variable for features.
      const variables = { workflow, model, ...(which === 'data' ? { feature } : {}) };
      return urlOf(context, which, variables, range(row));
    },
  });
  setLinks(columns.get('model'), [link('workflow', titleOf('${__value.text}'), () => keptRange(context.range.raw))]);
  if (columns.has('monitor')) {
    const evidence = (['data', 'performance', 'workflow'] as const).map((which) =>
      link(which, titles()[which], (row) => around(row, context.range))
    );
    setLinks(columns.get('title'), evidence);
    setLinks(columns.get('text'), evidence);
  }
}

interface RangeParams {
  from: string;
  to: string;
}

interface Row {
  /** Undefined where the table has no such column any more. */
  text(column: string): string | undefined;
  time(column: string): number | undefined;
}

function rowReader(replace: InterpolateFunction | undefined): Row {
  const read = (variable: string) => {
    const value = replace?.(variable) ?? variable;
    return value === variable || value === '' ? undefined : value;
  };
  return {
    text: (column) => read(`\${__data.fields.${column}.text}`),
    time: (column) => {
      const time = Number(read(`\${__data.fields.${column}.numeric}`));
      return Number.isFinite(time) ? time : undefined;
    },
  };
}

/** The time of an alert, and half as long before and after, ten minutes at least. */
function around(row: Row, range: TimeRange): RangeParams {
  const start = row.time('time');
  if (start === undefined) {
    return keptRange(range.raw);
  }
  const end = Math.max(row.time('timeEnd') ?? start, start);
  const margin = Math.max(10 * MINUTE, (end - start) / 2);
  return { from: String(Math.floor(start - margin)), to: String(Math.ceil(end + margin)) };
}

/** As people chose it: a range such as the last hour goes on moving. */
function keptRange({ from, to }: RawTimeRange): RangeParams {
  const param = (bound: RawTimeRange['from']) => (typeof bound === 'string' ? bound : String(bound.valueOf()));
  return { from: param(from), to: param(to) };
}

// Models outside any workflow, and what Pneumograph tells of itself, are on no dashboard of a workflow.
function isLinked(workflow: string | undefined): workflow is string {
  return workflow !== undefined && workflow !== '' && workflow !== SELF_WORKFLOW;
}

function urlOf(
  { datasource, dashboards }: LinkContext,
  which: LinkedDashboard,
  variables: Record<string, string | undefined>,
  range: RangeParams
): string {
  const params = [
    ['var-datasource', datasource],
    ...Object.entries(variables).map(([name, value]) => [`var-${name}`, value]),
    ['from', range.from],
    ['to', range.to],
  ].filter((param): param is [string, string] => param[1] !== undefined);
  // What Grafana would take for a variable in a name is escaped with the rest.
  const search = params.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
  return `/d/${encodeURIComponent(dashboards[which])}?${search}`;
}

/** Adds links in front of those that a field has, once: a stream hands over the same field again and again. */
function setLinks(field: Field | undefined, links: DataLink[]): void {
  if (field === undefined) {
    return;
  }
  const others = (field.config.links ?? []).filter(({ title }) => links.every((link) => link.title !== title));
  field.config = { ...field.config, links: [...links, ...others] };
}
