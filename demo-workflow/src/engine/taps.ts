import type { Manifold, SlotCounts } from './manifold.js';
import type { SensorDescriptor, Tap } from './sensor.js';

const MANIFOLD_TAPS = [
  ['count', 'count'],
  ['size', 'size'],
  ['rejected.by.schema', 'rejectedBySchema'],
  ['rejected.by.encoding', 'rejectedByEncoding'],
] as const satisfies ReadonlyArray<readonly [string, keyof SlotCounts]>;

/** Counters of every slot of a manifold. */
export function manifoldTaps(manifold: Manifold): Tap[] {
  return manifold.slots.flatMap((slot) =>
    MANIFOLD_TAPS.map(([name, key]): Tap => ({
      name: `manifold.${slot}.records.${name}`,
      kind: 'counter',
      slot,
      read: () => manifold.counts(slot)[key],
    }))
  );
}

/** What this process uses of the machine: CPU in percent of one core since the last reading, memory in bytes. */
export function systemTaps(): Tap[] {
  let usage = process.cpuUsage();
  let at = process.hrtime.bigint();
  return [
    {
      name: 'sys.cpu.utilization',
      kind: 'gauge',
      read() {
        const now = process.hrtime.bigint();
        const { user, system } = process.cpuUsage(usage);
        const elapsed = Number(now - at) / 1000;
        usage = process.cpuUsage();
        at = now;
        return elapsed > 0 ? (100 * (user + system)) / elapsed : 0;
      },
    },
    { name: 'sys.memory', kind: 'gauge', read: () => process.memoryUsage.rss() },
  ];
}

/** Records of one batch after which a count is reported early: batches of a quiet feed stay below it. */
const BURST = 20;

/** The sensors that every engine of the demo gets: all counters of its slots, and the two of the system. */
export function defaultDescriptors(taps: readonly Tap[]): SensorDescriptor[] {
  return taps.map(({ name, kind }): SensorDescriptor => {
    if (kind === 'gauge') {
      return { Tap: name, Activate: { Type: 'regular', Interval: 0.5 }, Report: { Interval: 3 } };
    }
    return {
      Tap: name,
      Activate: { Type: 'regular', Interval: 2 },
      Report: { Interval: 2 },
      Aggregate: name.endsWith('.count') ? { Type: 'sum', SampleSize: BURST } : 'sum',
    };
  });
}
