import { quantile } from '../table.js';
import { OFFERED, RANGES, timeOf, type Growth, type RangeName } from './measure.js';

const RANGE_NAMES = Object.keys(RANGES) as RangeName[];
/** How many queries are told one by one. */
const SLOWEST = 8;

function table(head: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  const all = [head, head.map((_, column) => (column === 0 ? '---' : '---:')), ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  return all.map(line).join('\n');
}

const millis = (value: number): string => (value < 10 ? value.toFixed(1) : value.toFixed(0));
const million = (points: number): string => `${(points / 1e6).toFixed(0)} million`;

/** What each store came to at each size, as tables of Markdown. */
export function tellGrowth(all: readonly Growth[]): string {
  const rows = all.map(({ side, size, bytesPerPoint, loadSeconds, upkeepSeconds, points, ranges }) => [
    `${side}, ${million(size)}`,
    ...RANGE_NAMES.map((range) => `${millis(timeOf(ranges[range], 0.5))} / ${millis(timeOf(ranges[range], 0.95))}`),
    bytesPerPoint.toFixed(1),
    `${(points / loadSeconds / 1000).toFixed(0)} k`,
    upkeepSeconds.toFixed(0),
  ]);
  const head = [
    'points',
    ...RANGE_NAMES.map((range) => `${range}: p50 / p95, ms`),
    'bytes a point',
    'loaded a second',
    'upkeep, s',
  ];
  const ingestion = all.flatMap(({ side, size, ingestion: speeds }) =>
    speeds === undefined
      ? []
      : [
          `${side}, ${million(size)}, beside a dashboard that is refreshed every second: ` +
            `of ${thousands(OFFERED)} points/s offered ${slower(speeds.offeredAlone, speeds.offeredRefreshed)}; ` +
            `of as many as it can take, ${thousands(speeds.alone)} alone, ${slower(speeds.alone, speeds.refreshed)} (aim: at most 15 %)`,
        ]
  );
  return ['', table(head, rows), '', ...tellRatios(all), ...ingestion, ''].join('\n');
}

/** How many times as long the others took as the first store, of one size, in one run, on the same data. */
function tellRatios(all: readonly Growth[]): string[] {
  const [first] = all;
  return all.flatMap((growth) => {
    const own = all.find(({ side, size }) => side === first?.side && size === growth.size);
    if (own === undefined || own === growth) {
      return [];
    }
    const ratios = RANGE_NAMES.map((range) => {
      const [a, b] = [growth.ranges[range], own.ranges[range]];
      return `${range} ${ratio(timeOf(a, 0.5), timeOf(b, 0.5))} / ${ratio(timeOf(a, 0.95), timeOf(b, 0.95))}`;
    });
    return [
      `${growth.side} ÷ ${own.side}, ${million(growth.size)}: ${ratios.join(', ')} (p50 / p95); ` +
        `disk ${ratio(growth.bytesPerPoint, own.bytesPerPoint)}`,
    ];
  });
}

const thousands = (speed: number): string => `${Math.round(speed / 1000)} k`;
/** How much slower the second is. */
const slower = (alone: number, refreshed: number): string => `${((1 - refreshed / alone) * 100).toFixed(0)} % slower`;
const ratio = (a: number, b: number): string => `${(a / b).toFixed(1)}×`;

/** The queries of the dashboard that took longest, of each store of one size. */
export function tellSlowest(all: readonly Growth[]): string {
  return all
    .flatMap(({ side, size, ranges }) =>
      RANGE_NAMES.map((range) => {
        const slowest = Object.entries(ranges[range])
          .map(([title, times]) => [title, quantile(times, 0.5)] as const)
          .sort(([, a], [, b]) => b - a)
          .slice(0, SLOWEST)
          .map(([title, time]) => `${title} ${millis(time)}`);
        return `${side}, ${million(size)}, ${range}, medians in ms: ${slowest.join('; ')}`;
      })
    )
    .join('\n');
}
