/**
 * Derivation as the documentation says it, written as plainly and as slowly as that comes out: the measure that tests
 * hold the pipeline against. It looks at a whole log at once, and has no state, no partitions and no restarts.
 */

/** A report of one tap, with its place in the log: messages stand in the order of `arrival`. */
export interface LoggedReport {
  readonly engine: string;
  readonly slot: number;
  /** Microseconds, as all whole numbers of time here. */
  readonly time: number;
  /** Seconds. */
  readonly delta: number | undefined;
  readonly count: number;
  readonly arrival: number;
}

export interface ReferencePoint {
  readonly engine: string;
  readonly slot: number;
  readonly metric: 'record.count' | 'rps';
  readonly time: number;
  readonly value: number;
  readonly span: number;
}

export interface Rules {
  readonly grace: number;
  readonly counting: 'delta' | 'cumulative';
}

export function referencePoints(log: readonly LoggedReport[], rules: Rules): ReferencePoint[] {
  const once = log.filter((report, index) => log.findIndex((other) => isSame(other, report)) === index);
  return unique(once.map(({ engine }) => engine)).flatMap((engine) => {
    const own = once.filter((report) => report.engine === engine);
    const settled = own.map((_, step) => settledBefore(own, step, rules.grace));
    return unique(own.map(({ slot }) => slot)).flatMap((slot) =>
      tapPoints(
        own.flatMap((report, step) => (report.slot === slot ? [{ ...report, step }] : [])),
        settled,
        rules
      )
    );
  });
}

type Step = LoggedReport & { readonly step: number };

/**
 * Up to which time an engine's reports have been taken in order when a message comes: its newest time so far less the
 * grace, or the time of any message that has waited for longer than the grace.
 */
function settledBefore(own: readonly LoggedReport[], step: number, grace: number): number {
  const { arrival } = own[step] as LoggedReport;
  const earlier = own.slice(0, step);
  const byClock = earlier.map(({ time }) => time - grace);
  const byWaiting = earlier.filter((other) => other.arrival + grace < arrival).map(({ time }) => time);
  return Math.max(...byClock, ...byWaiting);
}

function tapPoints(reports: readonly Step[], settled: readonly number[], { counting }: Rules): ReferencePoint[] {
  const inOrder = counting === 'cumulative' || reports.some(({ delta }) => delta === undefined);
  const onTime: Step[] = [];
  const late: Step[] = [];
  for (const report of reports) {
    // What has been taken in order before this one came, and speaks of its time or a later one.
    const before = settled[report.step] as number;
    const told = onTime.filter(({ time }) => time >= report.time && time <= before);
    const isLate = inOrder ? told.length > 0 : told.some(({ delta }) => (delta ?? 0) > 0);
    (isLate ? late : onTime).push(report);
  }
  onTime.sort((a, b) => a.time - b.time || (a.delta ?? 0) - (b.delta ?? 0) || a.count - b.count);

  const points: ReferencePoint[] = [];
  let burst = 0;
  onTime.forEach((report, index) => {
    const { engine, slot, time } = report;
    const before = onTime[index - 1];
    const delta = report.delta ?? (before === undefined ? 0 : (time - before.time) / 1e6);
    let { count } = report;
    if (counting === 'cumulative') {
      if (before === undefined) {
        return;
      }
      count = count >= before.count ? count - before.count : count;
    }
    points.push({ engine, slot, metric: 'record.count', time, value: count, span: delta });
    burst += count;
    if (delta > 0) {
      points.push({ engine, slot, metric: 'rps', time, value: burst / delta, span: delta });
      burst = 0;
    }
  });
  if (counting === 'delta') {
    for (const { engine, slot, time, count, delta = 0 } of late) {
      points.push({ engine, slot, metric: 'record.count', time, value: count, span: delta });
    }
  }
  return points;
}

function isSame(a: LoggedReport, b: LoggedReport): boolean {
  return a.engine === b.engine && a.slot === b.slot && a.time === b.time && a.delta === b.delta && a.count === b.count;
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
