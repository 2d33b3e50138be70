import { useCallback, useMemo, useState, useSyncExternalStore } from 'react';
import {
  Arrangement,
  type Arranged,
  type Box,
  type LayoutInput,
  type Names,
  type Point,
  type Route,
} from '../../layout';

/** Where everything of a graph stands, by names that stay while models come and go. */
export interface Places {
  models: ReadonlyMap<string, Point>;
  links: ReadonlyMap<string, Route>;
  groups: ReadonlyMap<string, Box>;
  /** Where the coordinates of dragged cards begin, by workflow. */
  origins: ReadonlyMap<string, Point>;
  width: number;
  height: number;
  shift: Point;
}

/**
 * Keeps the picture of a topology while it changes. What is large takes a while; until then the picture is the last
 * one, or undefined for the first.
 */
export function useArrangement(input: LayoutInput, names: Names) {
  const [arrangement] = useState(() => new Arrangement());
  const current = useSyncExternalStore(arrangement.subscribe, arrangement.current);
  // `current` changes when a picture is there that took longer, and when all is to be drawn anew.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const arranged = useMemo(() => arrangement.arrange(input, names), [arrangement, input, names, current]);
  const places = useMemo(() => arranged && placesOf(arranged), [arranged]);
  return { places, tidy: useCallback(() => arrangement.tidy(), [arrangement]) };
}

function placesOf({ layout, names }: Arranged): Places {
  const named = <T>(keys: string[], values: T[]) =>
    new Map(keys.flatMap((key, index) => (values[index] === undefined ? [] : [[key, values[index]] as const])));
  return {
    models: named(names.models, layout.cards),
    links: named(names.links, layout.routes),
    groups: named(names.groups, layout.groups),
    origins: named(names.groups, layout.origins),
    width: layout.width,
    height: layout.height,
    shift: layout.shift,
  };
}
