/** Options of the panel, as dashboards store them. Version 1. */
export interface PanelOptions {
  cards: { engines: boolean; throughput: boolean; rejects: boolean; cpu: boolean; memory: boolean };
  links: { labels: boolean; widths: boolean };
  alerts: { show: boolean; hideResolved: boolean };
  layout: { direction: 'right' | 'down' };
}

export const DEFAULT_OPTIONS: PanelOptions = {
  cards: { engines: true, throughput: true, rejects: true, cpu: false, memory: false },
  links: { labels: true, widths: true },
  alerts: { show: true, hideResolved: true },
  layout: { direction: 'right' },
};

/**
 * Brings stored options into the shape of version 1. It tests the shape and not a version number, so that it may run
 * any number of times, on provisioned dashboards and on options written by hand; what it does not know it keeps.
 */
export function migrateOptions(stored: unknown): PanelOptions {
  const options = section(stored);
  const layout = section(options.layout);
  const direction = layout.direction === 'down' || layout.direction === 'right' ? layout.direction : undefined;
  return {
    ...options,
    cards: switches(options.cards, DEFAULT_OPTIONS.cards),
    links: switches(options.links, DEFAULT_OPTIONS.links),
    alerts: switches(options.alerts, DEFAULT_OPTIONS.alerts),
    layout: { ...layout, direction: direction ?? DEFAULT_OPTIONS.layout.direction },
  };
}

function section(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function switches<T extends Record<string, boolean>>(stored: unknown, defaults: T): T {
  const known = section(stored);
  const kept = Object.entries(defaults).map(([name, preset]) => [
    name,
    typeof known[name] === 'boolean' ? known[name] : preset,
  ]);
  return { ...known, ...Object.fromEntries(kept) };
}
