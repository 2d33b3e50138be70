import { useCallback, useMemo, useState } from 'react';
import type { HealthView } from '../../model';
import { collapseGroups } from './collapse';

/**
 * Which workflows are folded into one card: those of the options, until the user of the panel folds others. In the
 * panel's editor it is the options that change.
 */
export function useCollapsed(
  view: HealthView,
  stored: readonly string[],
  keep: ((names: string[]) => void) | undefined
) {
  const [chosen, setChosen] = useState<{ names: readonly string[]; of: readonly string[] } | undefined>(undefined);
  // A change of the options comes before what was chosen at the panel.
  const names = chosen !== undefined && chosen.of.join('\n') === stored.join('\n') ? chosen.names : stored;
  const key = JSON.stringify(names);
  const collapsed = useMemo(() => new Set(JSON.parse(key) as string[]), [key]);
  const shown = useMemo(() => collapseGroups(view, collapsed), [view, collapsed]);
  const groups = JSON.stringify(view.groups.map((group) => group.name));
  const change = useCallback(
    (next: string[]) => (keep === undefined ? setChosen({ names: next, of: stored }) : keep(next)),
    [keep, stored]
  );
  return {
    shown,
    collapsed,
    toggle: useCallback(
      (name: string) =>
        change(collapsed.has(name) ? [...collapsed].filter((one) => one !== name) : [...collapsed, name]),
      [change, collapsed]
    ),
    collapseAll: useCallback(() => change(JSON.parse(groups) as string[]), [change, groups]),
    expandAll: useCallback(() => change([]), [change]),
  };
}
