import type { Micros } from '@pneumograph/contract';
import type { MutedBy } from './alerts.js';
import type { StateScope } from './engine-states.js';

/** What all queries of a request share. Times in microseconds, `to` exclusive. */
export interface Scope extends StateScope {
  readonly from: Micros;
  readonly to: Micros;
  /** Width of a bucket. */
  readonly width: Micros;
  /** Whether sums are told of the engines that have reported, before the others did. */
  readonly partial?: boolean;
  readonly mutedBy?: MutedBy | undefined;
}
