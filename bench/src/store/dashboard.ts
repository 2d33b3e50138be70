import { readFileSync } from 'node:fs';

interface Panel {
  readonly title?: string;
  readonly interval?: string;
  readonly panels?: readonly Panel[];
  readonly targets?: ReadonlyArray<Record<string, unknown> & { readonly refId: string }>;
}

/** One query of a dashboard, as the data source sends it. */
export interface DashboardQuery {
  readonly title: string;
  readonly query: Record<string, unknown>;
  readonly minIntervalMs: number;
}

const DASHBOARD = new URL('../../../provisioning/dashboards/workflow.json', import.meta.url);
const WIDTH = 1000;

/** The queries of the provisioned dashboard of a workflow, with all models chosen. */
export function dashboardQueries(workflow: string): DashboardQuery[] {
  const panels = (list: readonly Panel[]): Panel[] => list.flatMap((panel) => [panel, ...panels(panel.panels ?? [])]);
  const { panels: top } = JSON.parse(readFileSync(DASHBOARD, 'utf8')) as { panels: Panel[] };
  return panels(top).flatMap(({ title = '', interval, targets = [] }) =>
    targets.map(({ datasource: _, ...query }) => ({
      title: `${title} (${[query['metric'] ?? query['kind'], query['format']].join(', ')})`,
      query: { ...query, workflow, models: [], refId: 'A' },
      minIntervalMs: interval === undefined ? 1000 : Number.parseInt(interval) * 1000,
    }))
  );
}

/** The request that Grafana makes of a panel a thousand pixels wide. */
export function requestOf({ query, minIntervalMs }: DashboardQuery, from: number, to: number): object {
  const intervalMs = Math.max((to - from) / WIDTH, minIntervalMs);
  return { from, to, maxDataPoints: WIDTH, intervalMs, queries: [query] };
}
