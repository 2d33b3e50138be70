import { t } from '@grafana/i18n';
import {
  consequenceText,
  enginesText,
  STAT_NAMES,
  stateRank,
  type ModelView,
  type Stat,
  type StatName,
} from '../../model';
import { statLabel } from '../ModelCard/cardRows';

export interface Column {
  key: string;
  title: string;
  /** What a model is sorted by; the worst or the largest comes first. */
  order: (model: ModelView) => number | string;
  text: (model: ModelView) => string;
  stat?: (model: ModelView) => Stat | undefined;
  numeric?: boolean;
}

/** The columns of the table; those that no model has anything for are left out. */
export function columnsOf(models: readonly ModelView[]): Column[] {
  const has = (name: StatName) => models.some(({ stats }) => stats[name] !== undefined);
  return [
    {
      key: 'model',
      title: t('table.model', 'Model'),
      order: ({ name }) => name.toLowerCase(),
      text: ({ name }) => name,
    },
    ...(new Set(models.map(({ workflow }) => workflow)).size > 1
      ? [
          {
            key: 'workflow',
            title: t('table.workflow', 'Workflow'),
            order: ({ workflow }: ModelView) => workflow.toLowerCase(),
            text: ({ workflow }: ModelView) => workflow,
          },
        ]
      : []),
    {
      key: 'state',
      title: t('table.state', 'State'),
      order: ({ state }) => -stateRank(state),
      text: (model) => [model.stateText, consequenceText(model)].filter((text) => text !== '').join(' · '),
    },
    {
      key: 'engines',
      title: t('table.engines', 'Engines'),
      order: ({ engines }) => engines.total ?? 0,
      text: ({ engines }) => enginesText(engines),
    },
    ...STAT_NAMES.filter(has).map((name): Column => ({
      key: name,
      title: statLabel(name),
      order: ({ stats }) => stats[name]?.value ?? -Infinity,
      text: ({ stats }) => stats[name]?.text ?? '',
      stat: ({ stats }) => stats[name],
      numeric: true,
    })),
    {
      key: 'alerts',
      title: t('table.alerts', 'Alerts'),
      order: ({ alerts }) => ({ critical: 2e9, warning: 1e9, info: 0 })[alerts.worst ?? 'info'] + alerts.count,
      text: ({ alerts }) => (alerts.count > 0 ? String(alerts.count) : ''),
      numeric: true,
    },
  ];
}

export interface Sorting {
  key: string;
  descending: boolean;
}

/** Sorts by a column; equals by state, the worst first, then by name. */
export function sortModels(
  models: readonly ModelView[],
  columns: readonly Column[],
  { key, descending }: Sorting
): ModelView[] {
  const column = columns.find((one) => one.key === key) ?? columns[0];
  const sign = descending ? -1 : 1;
  return [...models].sort((a, b) => {
    const [x, y] = [column.order(a), column.order(b)];
    return (x < y ? -sign : x > y ? sign : 0) || stateRank(a.state) - stateRank(b.state) || (a.id < b.id ? -1 : 1);
  });
}
