import { FIELD_ROLES, type FieldMapping } from './model/mapping';

export const VIEW_NAMES = ['graph', 'grid', 'timeline', 'table'] as const;
export type ViewName = (typeof VIEW_NAMES)[number];

export const ROW_KINDS = ['engines', 'models'] as const;
export type RowKind = (typeof ROW_KINDS)[number];

export const CLICKS = ['details', 'filter'] as const;
export type Click = (typeof CLICKS)[number];

/** Options of the panel, as dashboards store them. Version 1. */
export interface PanelOptions {
  /** What the panel begins with, whether people can choose another, and what a cell or row of grid and timeline is. */
  view: { name: ViewName; switch: boolean; rows: RowKind };
  cards: {
    engines: boolean;
    throughput: boolean;
    /** Curves behind the throughput. */
    history: boolean;
    rejects: boolean;
    latency: boolean;
    backlog: boolean;
    cpu: boolean;
    memory: boolean;
    /** Drift and divergence. */
    badges: boolean;
  };
  links: { labels: boolean; widths: boolean; backlog: boolean };
  alerts: { show: boolean; hideResolved: boolean };
  /** What a click on a model does, and the dashboard variables that it may set; empty for none. */
  actions: { click: Click; model: string; workflow: string };
  /** Fields that hold what their names do not tell. */
  fields: FieldMapping;
  layout: {
    direction: 'right' | 'down';
    /** Where people dragged cards to, pixels at scale 1 from the start of their workflow, by model id. */
    positions?: Record<string, { x: number; y: number }>;
    /** Names of the workflows that begin folded into one card. */
    collapsed?: string[];
  };
}

export const DEFAULT_OPTIONS: PanelOptions = {
  view: { name: 'graph', switch: true, rows: 'engines' },
  cards: {
    engines: true,
    throughput: true,
    history: true,
    rejects: true,
    latency: false,
    backlog: false,
    cpu: true,
    memory: true,
    badges: true,
  },
  links: { labels: true, widths: true, backlog: true },
  alerts: { show: true, hideResolved: true },
  actions: { click: 'details', model: '', workflow: '' },
  fields: {},
  layout: { direction: 'right' },
};

/**
 * Brings stored options into the shape of version 1. It tests the shape and not a version number, so that it may run
 * any number of times, on provisioned dashboards and on options written by hand; what it does not know it keeps.
 */
export function migrateOptions(stored: unknown): PanelOptions {
  const options = section(stored);
  const layout = section(options.layout);
  const view = section(options.view);
  const actions = section(options.actions);
  const fields = section(options.fields);
  const direction = layout.direction === 'down' || layout.direction === 'right' ? layout.direction : undefined;
  return {
    ...options,
    view: {
      ...switches(view, { switch: DEFAULT_OPTIONS.view.switch }),
      name: VIEW_NAMES.find((name) => name === view.name) ?? DEFAULT_OPTIONS.view.name,
      rows: ROW_KINDS.find((kind) => kind === view.rows) ?? DEFAULT_OPTIONS.view.rows,
    },
    cards: switches(options.cards, DEFAULT_OPTIONS.cards),
    links: switches(options.links, DEFAULT_OPTIONS.links),
    alerts: switches(options.alerts, DEFAULT_OPTIONS.alerts),
    actions: {
      ...actions,
      click: CLICKS.find((click) => click === actions.click) ?? DEFAULT_OPTIONS.actions.click,
      model: text(actions.model),
      workflow: text(actions.workflow),
    },
    fields: Object.fromEntries(
      Object.entries(fields).filter(
        ([role, name]) => !FIELD_ROLES.some((known) => known === role) || (typeof name === 'string' && name !== '')
      )
    ),
    layout: {
      ...layout,
      direction: direction ?? DEFAULT_OPTIONS.layout.direction,
      ...('positions' in layout && {
        positions: Object.fromEntries(Object.entries(section(layout.positions)).flatMap(positionOf)),
      }),
      ...('collapsed' in layout && {
        collapsed: [layout.collapsed].flat().filter((name) => typeof name === 'string'),
      }),
    },
  };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function section(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function positionOf([id, value]: [string, unknown]): Array<[string, { x: number; y: number }]> {
  const { x, y } = section(value);
  return typeof x === 'number' && typeof y === 'number' && Number.isFinite(x + y) ? [[id, { x, y }]] : [];
}

function switches<T extends Record<string, boolean>>(stored: unknown, defaults: T): T {
  const known = section(stored);
  const kept = Object.entries(defaults).map(([name, preset]) => [
    name,
    typeof known[name] === 'boolean' ? known[name] : preset,
  ]);
  return { ...known, ...Object.fromEntries(kept) };
}
