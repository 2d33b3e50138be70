import type { Connection } from './connection.js';
import type { Layout } from './series.js';

/** Where a store's things are. */
export interface Place {
  readonly connection: Connection;
  /** The bucket of points, states and profiles. */
  readonly data: string;
  /** The bucket of all else. It never expires. */
  readonly state: string;
  readonly layout: Layout;
}
