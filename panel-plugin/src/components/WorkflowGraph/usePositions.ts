import { useMemo } from 'react';
import { locationService } from '@grafana/runtime';
import type { Point } from '../../layout';
import type { PanelOptions } from '../../options';

/** Whether the panel is open in Grafana's panel editor: only there a change of its options is meant to be kept. */
export function isInEditor(): boolean {
  return locationService.getSearchObject().editPanel !== undefined;
}

const NONE: Record<string, Point> = {};

/** Where cards were dragged to, which the options keep. `save` is undefined outside of the panel editor. */
export function usePositions(options: PanelOptions, save: ((options: PanelOptions) => void) | undefined) {
  const positions = options.layout.positions ?? NONE;
  // Options are new objects with each change of any of them.
  const key = JSON.stringify(positions);
  const steady = useMemo(() => JSON.parse(key) as Record<string, Point>, [key]);
  const change = (layout: Partial<PanelOptions['layout']>) =>
    save?.({ ...options, layout: { ...options.layout, ...layout } });
  return {
    positions: steady,
    put: (id: string, at: Point) => change({ positions: { ...positions, [id]: at } }),
    /** Undefined where there is nothing to give up. */
    reset: save && Object.keys(positions).length > 0 ? () => change({ positions: {} }) : undefined,
    keepCollapsed: save && ((collapsed: string[]) => change({ collapsed })),
  };
}
