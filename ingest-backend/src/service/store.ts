import type { Configuration } from '../config/index.js';
import { DuckDbStore, type Retention, type Store } from '../store/index.js';

/** The store that a configuration names, not opened yet. */
export function createStore({ store }: Pick<Configuration, 'store'>): Store {
  return new DuckDbStore({ path: store.path, retention: micros(store.retention) });
}

function micros(retention: Configuration['store']['retention'] = {}): Partial<Retention> {
  return Object.fromEntries(Object.entries(retention).map(([tier, millis]) => [tier, millis * 1000]));
}
