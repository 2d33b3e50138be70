import type { Micros } from '@pneumograph/contract';
import type { MutedBy } from './alerts.js';
import type { StateScope } from './engine-states.js';

/** What all queries of a request share. Times in microseconds, `to` exclusive. */
export interface Scope extends StateScope {
  readonly from: Micros;
  readonly to: Micros;
  /** Width of a bucket. */
  readonly width: Micros;
  readonly mutedBy?: MutedBy | undefined;
}
