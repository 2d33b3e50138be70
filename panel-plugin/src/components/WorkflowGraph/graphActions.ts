import { t } from '@grafana/i18n';
import type { Format } from '../../picture';
import { pictureActions, type Action } from '../ViewMenu';

interface Settings {
  tidy: () => void;
  /** Undefined where no card was dragged, or may be. */
  reset: (() => void) | undefined;
  collapseAll: () => void;
  expandAll: () => void;
  /** Of workflows. */
  count: number;
  save: (format: Format) => void;
}

/** What the menu of the graph offers. */
export function graphActions({ tidy, reset, collapseAll, expandAll, count, save }: Settings): Action[] {
  return [
    ...(count > 1
      ? [
          { label: t('graph.collapse-all', 'Fold all workflows'), icon: 'minus' as const, onClick: collapseAll },
          { label: t('graph.expand-all', 'Unfold all workflows'), icon: 'plus' as const, onClick: expandAll },
        ]
      : []),
    { label: t('graph.tidy', 'Arrange anew'), icon: 'process', onClick: tidy },
    ...(reset
      ? [{ label: t('graph.reset', 'Give up dragged positions'), icon: 'history' as const, onClick: reset }]
      : []),
    ...pictureActions(save),
  ];
}
