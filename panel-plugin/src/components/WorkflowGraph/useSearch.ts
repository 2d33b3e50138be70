import { useCallback, useMemo, useState } from 'react';
import type { ModelView } from '../../model';
import { fits } from '../ViewFrame';

/** The search in a graph: which models are found, and going from one to the next. */
export function useSearch(models: ModelView[], onGo: (model: ModelView) => void) {
  const [text, setText] = useState<string | undefined>(undefined);
  const [at, setAt] = useState(0);
  const hits = useMemo(
    () =>
      text === undefined || text.trim() === ''
        ? undefined
        : models.filter(({ name, workflow, stateText }) => fits(text, name, workflow, stateText)),
    [models, text]
  );
  const found = useMemo(() => hits && new Set(hits.map(({ id }) => id)), [hits]);
  return {
    /** Undefined while nobody searches. */
    text,
    found,
    /** The hit that is in sight, counted from 1, of how many. */
    position: hits && { at: hits.length === 0 ? 0 : (at % hits.length) + 1, of: hits.length },
    open: useCallback(() => setText((before) => before ?? ''), []),
    close: () => setText(undefined),
    change: (next: string) => {
      setText(next);
      setAt(0);
      const first = models.find(({ name, workflow, stateText }) => fits(next, name, workflow, stateText));
      if (first !== undefined && next.trim() !== '') {
        onGo(first);
      }
    },
    next: (by: 1 | -1) => {
      if (hits !== undefined && hits.length > 0) {
        const index = (at + by + hits.length) % hits.length;
        setAt(index);
        onGo(hits[index]);
      }
    },
  };
}
