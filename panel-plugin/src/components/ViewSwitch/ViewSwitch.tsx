import React from 'react';
import { RadioButtonGroup } from '@grafana/ui';
import { VIEW_NAMES, type ViewName } from '../../options';

interface Props {
  value: ViewName;
  onChange: (view: ViewName) => void;
}

const ICONS: Record<ViewName, string> = {
  graph: 'sitemap',
  grid: 'apps',
  timeline: 'align-left',
  table: 'table',
};
const HELP: Record<ViewName, string> = {
  graph: 'Models and their links',
  grid: 'A cell a model or engine',
  timeline: 'States over time',
  table: 'All models in a table',
};

const OPTIONS = VIEW_NAMES.map((view) => ({
  value: view,
  icon: ICONS[view],
  description: HELP[view],
  ariaLabel: HELP[view],
}));

/** Shows the same data another way, for as long as the panel stays open. */
export function ViewSwitch({ value, onChange }: Props) {
  return <RadioButtonGroup size="sm" options={OPTIONS} value={value} onChange={onChange} aria-label="View" />;
}
