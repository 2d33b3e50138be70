import { formatTimestamp } from '@pneumograph/contract';

const TAPS = [
  ...[0, 1].flatMap((slot) =>
    ['count', 'size', 'rejected.by.schema', 'rejected.by.encoding'].map((what) => `manifold.${slot}.records.${what}`)
  ),
  'sys.cpu.utilization',
  'sys.memory',
];

/** Engines of a stream of reports: their ids, and the model each runs. */
export function engines(count: number): Array<{ src: string; model: string }> {
  return Array.from({ length: count }, (_, index) => ({
    src: `05964876-aa92-4a93-b040-${String(index).padStart(12, '0')}`,
    model: `model-${index % 100}`,
  }));
}

/**
 * Reports as engines send them, one a line: every engine tells its ten taps every three seconds, now and then with a
 * `delta_time` of 0.
 */
export function reportLines(count: number, engineCount: number, start = Date.UTC(2024, 0, 1) * 1000): string[] {
  const sources = engines(engineCount);
  const lines: string[] = [];
  for (let round = 0; lines.length < count; round++) {
    for (const [number, { src }] of sources.entries()) {
      const timestamp = formatTimestamp(start + round * 3e6 + number * 97);
      for (const [id, tap] of TAPS.entries()) {
        const delta = (round + number) % 7 === 0 ? 0 : 3 + (number % 10) / 1000;
        const data = tap === 'sys.memory' ? 2123345920 + round : (number * 13 + round * 7 + id) % 1000;
        lines.push(JSON.stringify({ type: 'sensor-report', timestamp, tap, src, id, delta_time: delta, data }));
      }
    }
  }
  return lines.slice(0, count);
}
