import type { Logger } from 'pino';

/**
 * Logs the first event of each kind in a period and counts the rest, so that a stream of bad messages neither hides
 * itself nor floods the log.
 */
export class BoundedLog {
  readonly #periods = new Map<string, { until: number; more: number }>();

  constructor(
    private readonly log: Logger,
    private readonly periodMillis = 10_000,
    private readonly now: () => number = Date.now
  ) {}

  warn(kind: string, details: Record<string, unknown>, message: string): void {
    const now = this.now();
    const period = this.#periods.get(kind);
    if (period !== undefined && now < period.until) {
      period.more++;
      return;
    }
    this.#periods.set(kind, { until: now + this.periodMillis, more: 0 });
    this.log.warn(
      period === undefined || period.more === 0 ? details : { ...details, alsoSince: period.more },
      message
    );
  }
}
