import type { GrafanaTheme2 } from '@grafana/data';
import type { AlertRank, ModelState } from '../model';

/**
 * Hues of Grafana's palette. Running is blue and not green: to the one in twelve men who cannot tell red from green,
 * a green card and a red one are the same card. A test simulates such eyes for every pair that matters.
 */
const HUES: Record<ModelState, { dark: string; light: string } | 'muted'> = {
  running: { dark: 'blue', light: 'dark-blue' },
  error: { dark: 'red', light: 'dark-red' },
  unknown: { dark: 'yellow', light: 'semi-dark-yellow' },
  other: { dark: 'yellow', light: 'semi-dark-yellow' },
  paused: { dark: 'orange', light: 'dark-orange' },
  init: { dark: 'super-light-blue', light: 'light-blue' },
  finishing: { dark: 'light-purple', light: 'semi-dark-purple' },
  finished: { dark: 'purple', light: 'dark-purple' },
  pigging: { dark: 'light-purple', light: 'semi-dark-purple' },
  none: 'muted',
  unlisted: 'muted',
};

/** The colour of a state's symbol and of the edge of its cards. */
export function stateColor(theme: GrafanaTheme2, state: ModelState): string {
  const hue = HUES[state];
  return hue === 'muted'
    ? theme.colors.text.secondary
    : theme.visualization.getColorByName(theme.isDark ? hue.dark : hue.light);
}

/** Background of an alert's badge and the colour of text on it. */
export function alertColors(theme: GrafanaTheme2, rank: AlertRank): { fill: string; text: string } {
  const fill = {
    critical: stateColor(theme, 'error'),
    warning: stateColor(theme, 'paused'),
    info: stateColor(theme, 'running'),
  }[rank];
  return { fill, text: theme.colors.getContrastText(fill) };
}
