/** One figure of a bench. Only ratios compare: both sides ran in the same process on the same data. */
export interface Row {
  readonly what: string;
  readonly perSecond: number;
  readonly unit: string;
  /** Against the first row of its table. */
  readonly ratio: number;
  readonly aim: string;
}

/** Seconds of the fastest of several rounds: the one that the rest of the machine disturbed least. */
export function best(rounds: number, run: () => unknown): number {
  return bestOfEach(rounds, [run])[0] as number;
}

const wallSeconds = (): number => performance.now() / 1000;

/** Of all threads of the process: garbage collection and compilation count. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** The same of several things that take turns, so that a busy moment of the machine harms none of them alone. */
export function bestOfEach(rounds: number, runs: ReadonlyArray<() => unknown>, clock = wallSeconds): number[] {
  const fastest = runs.map(() => Infinity);
  for (let round = 0; round < rounds; round++) {
    for (const [index, run] of runs.entries()) {
      const started = clock();
      run();
      fastest[index] = Math.min(fastest[index] as number, clock() - started);
    }
  }
  return fastest;
}

/** The value below which so large a part of sorted ones lies: the nearest rank. */
export function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? NaN;
}

export function printTable(title: string, rows: readonly Row[]): void {
  const cells = rows.map(({ what, perSecond, unit, ratio, aim }) => [
    what,
    `${Math.round(perSecond).toLocaleString('en')} ${unit}`,
    `${ratio.toFixed(2)}×`,
    aim,
  ]);
  printColumns(title, cells, [0, 3]);
}

/** Percentiles of a time, in milliseconds. */
export interface LatencyRow {
  readonly what: string;
  readonly p50: number;
  readonly p95: number;
  readonly aim: string;
}

export function printLatencies(title: string, rows: readonly LatencyRow[]): void {
  const cells = rows.map(({ what, p50, p95, aim }) => [
    what,
    `p50 ${p50.toFixed(1)} ms`,
    `p95 ${p95.toFixed(1)} ms`,
    aim,
  ]);
  printColumns(title, cells, [0, 3]);
}

/** Prints a table whose columns line up: those of `left` at their left, figures at their right. */
export function printColumns(title: string, cells: readonly string[][], left: readonly number[]): void {
  console.log(`
${title}`);
  const columns = cells[0]?.map((_, column) => column) ?? [];
  const widths = columns.map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  for (const row of cells) {
    const padded = row.map((cell, column) =>
      left.includes(column) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)
    );
    console.log(`  ${padded.join('  ').trimEnd()}`);
  }
}
