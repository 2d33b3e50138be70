import type { Configuration } from '../config/index.js';
import { DuckDbStore, InfluxDbStore, type Store } from '../store/index.js';

/** The store that a configuration names, not opened yet. */
export function createStore({ store }: Pick<Configuration, 'store'>): Store {
  switch (store.kind) {
    case 'duckdb':
      return new DuckDbStore({ path: store.path });
    case 'influxdb': {
      const raw = store.retention?.raw;
      return new InfluxDbStore({ ...store, retention: raw === undefined ? undefined : { raw: raw * 1000 } });
    }
  }
}
