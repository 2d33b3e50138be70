import React from 'react';
import { t } from '@grafana/i18n';
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
const HELP: Record<ViewName, () => string> = {
  graph: () => t('views.graph', 'Models and their links'),
  grid: () => t('views.grid', 'A cell a model or engine'),
  timeline: () => t('views.timeline', 'States over time'),
  table: () => t('views.table', 'All models in a table'),
};

/** Shows the same data another way, for as long as the panel stays open. */
export function ViewSwitch({ value, onChange }: Props) {
  const options = VIEW_NAMES.map((view) => {
    const help = HELP[view]();
    return { value: view, icon: ICONS[view], description: help, ariaLabel: help };
  });
  return (
    <RadioButtonGroup
      size="sm"
      options={options}
      value={value}
      onChange={onChange}
      aria-label={t('views.name', 'View')}
    />
  );
}
