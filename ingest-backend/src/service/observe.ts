import type { AlertCenter } from '../alerts/index.js';
import type { Deriver } from '../derive/index.js';
import type { SelfMetrics } from '../selfmetrics/index.js';
import type { Intake } from '../sources/index.js';

export function observeDeriver(metrics: SelfMetrics, deriver: Deriver, intake: Intake): void {
  metrics.observe('engines', 'Engines heard of since the start', () => deriver.engines);
  metrics.observe('bursts_open', 'Bursts that wait for a report with a delta_time', () => deriver.bursts());
  metrics.observe('reports_waiting', 'Reports that wait for earlier ones', () => deriver.waiting());
  metrics.observe('taps_suspect', 'Taps that count otherwise than they are said to', () => deriver.suspects().length);
  const most = (sign: 1 | -1): number =>
    [...deriver.clockOffsets().values()].reduce((furthest, offset) => Math.max(furthest, sign * offset), 0);
  const [ahead, behind] = ['clock_ahead_seconds', 'clock_behind_seconds'];
  metrics.observe(ahead, 'How far the most advanced clock of an engine is ahead', () => most(1));
  metrics.observe(behind, 'How far the slowest clock of an engine is behind', () => most(-1));
  metrics.observe('reports_held', 'Reports held because their engine is unknown', () => deriver.held);
  const age = 'Age of the moment up to which all that came to a log has been taken in order';
  metrics.observeEach('watermark_age_seconds', age, 'log', () => intake.watermarkAges(Date.now()));
}

/** @param centers those of the process, as there are by then */
export function observeAlerts(metrics: SelfMetrics, centers: () => readonly AlertCenter[]): void {
  metrics.observeEach('notifications_waiting', 'Alerts that a receiver is still to be told of', 'receiver', () => {
    const waiting = new Map<string, number>();
    for (const [receiver, count] of centers().flatMap((center) => center.waiting())) {
      waiting.set(receiver, (waiting.get(receiver) ?? 0) + count);
    }
    return waiting;
  });
  metrics.observe('alerts_dropped', 'Alerts that were over, forgotten since there were too many', () =>
    centers().reduce((sum, { dropped }) => sum + dropped, 0)
  );
}
