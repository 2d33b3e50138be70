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
  /** Whether the log has one partition, so that an engine's clock can be relied on to move on. */
  readonly alone: boolean;
  readonly counting: 'delta' | 'cumulative';
}

export function referencePoints(log: readonly LoggedReport[], rules: Rules): ReferencePoint[] {
  const once = log.filter((report, index) => log.findIndex((other) => isSame(other, report)) === index);
  return unique(once.map(({ engine }) => engine)).flatMap((engine) => {
    const own = once.filter((report) => report.engine === engine);
    const settled = own.map((_, step) => settledBefore(own, step, rules));
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
 * Up to which time an engine's reports have been taken in order when a message comes: the time of any message that has
 * waited for longer than the grace; in a log of one partition also the engine's newest time so far less the grace.
 */
function settledBefore(own: readonly LoggedReport[], step: number, { grace, alone }: Rules): number {
  const { arrival } = own[step] as LoggedReport;
  const earlier = own.slice(0, step);
  const byClock = alone ? earlier.map(({ time }) => time - grace) : [];
  const byWaiting = earlier.filter((other) => other.arrival + grace < arrival).map(({ time }) => time);
  return Math.max(...byClock, ...byWaiting);
}

function tapPoints(reports: readonly Step[], settled: readonly number[], { counting }: Rules): ReferencePoint[] {
  const onTime: Step[] = [];
  const late: Step[] = [];
  for (const report of reports) {
    // What has been taken in order before this one came.
    const before = settled[report.step] as number;
    const told = onTime.filter(({ time }) => time <= before);
    // A counter that counts up has one value at a time: the first that came.
    const again = counting === 'cumulative' && onTime.some(({ time }) => time === report.time);
    (again || isLate(report, told, counting) ? late : onTime).push(report);
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

function isLate({ time, delta }: Step, told: readonly Step[], counting: Rules['counting']): boolean {
  const sameTime = told.some((other) => other.time === time);
  const laterTime = told.some((other) => other.time > time);
  if (counting === 'cumulative') {
    return laterTime;
  }
  if (delta === undefined) {
    // The first report speaks for no time, so that another of its moment adds to it.
    return laterTime || (sameTime && told.some((other) => other.time < time));
  }
  return told.some((other) => other.time >= time && (other.delta ?? 0) > 0);
}

function isSame(a: LoggedReport, b: LoggedReport): boolean {
  return a.engine === b.engine && a.slot === b.slot && a.time === b.time && a.delta === b.delta && a.count === b.count;
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
