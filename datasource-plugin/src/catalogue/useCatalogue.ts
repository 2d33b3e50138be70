import { useCallback, useEffect, useState } from 'react';
import type { Catalogue } from '@pneumograph/contract';
import type { CatalogueSource } from './CatalogueSource';
import { reasonOf } from './reason';

export interface CatalogueState {
  /** The newest catalogue that was read; it stays while another is read. */
  catalogue?: Catalogue;
  loading: boolean;
  /** Why the last reading failed. */
  problem?: string;
  retry: () => void;
}

/** The catalogue of all time, read when an editor opens. */
export function useCatalogue(source: CatalogueSource): CatalogueState {
  const [state, setState] = useState<Omit<CatalogueState, 'retry'>>({ loading: true });
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    let current = true;
    source.get().then(
      (catalogue) => current && setState({ catalogue, loading: false }),
      (error: unknown) =>
        current && setState(({ catalogue }) => ({ catalogue, loading: false, problem: reasonOf(error) }))
    );
    return () => {
      current = false;
    };
  }, [source, attempt]);

  const retry = useCallback(() => {
    setState(({ catalogue }) => ({ catalogue, loading: true }));
    setAttempt((n) => n + 1);
  }, []);

  return { ...state, retry };
}
