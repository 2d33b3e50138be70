import type { Configuration } from '../config/index.js';
import { DuckDbStore, InfluxDbStore, type Retention, type Store } from '../store/index.js';

/** The store that a configuration names, not opened yet. */
export function createStore({ store }: Pick<Configuration, 'store'>): Store {
  const retention = micros(store.retention);
  switch (store.kind) {
    case 'duckdb':
      return new DuckDbStore({ path: store.path, retention });
    case 'influxdb':
      return new InfluxDbStore({ ...store, retention });
  }
}

function micros(retention: Configuration['store']['retention'] = {}): Partial<Retention> {
  return Object.fromEntries(Object.entries(retention).map(([tier, millis]) => [tier, millis * 1000]));
}
