import { formatTimestamp } from '@pneumograph/contract';

/**
 * A workflow like the tutorial's, small enough to know every answer: `reader` feeds `lstm`, which runs on two engines.
 * Every two seconds each engine tells what it did; the numbers below are what the dashboards must then show.
 */
export const WORKFLOW = 'prices';

export const ENGINES = {
  reader: '05964876-aa92-4a93-b040-faa6abb817f3',
  lstmOne: 'ccf4e5cf-3c55-4730-9bda-f472d9e83551',
  lstmTwo: 'd02f099a-1f0c-4d3c-9a57-6a3f0a1b2c3d',
} as const;

/** What the ingest backend is told of the engines, in its configuration's terms. */
export const TUTORIAL_CONFIG = {
  fleet: [
    {
      kind: 'static',
      engines: [
        { src: ENGINES.reader, name: 'engine-1', model: 'reader', asset: 'reader-v1', workflow: WORKFLOW },
        { src: ENGINES.lstmOne, name: 'engine-2', model: 'lstm', asset: 'lstm-v3', workflow: WORKFLOW },
        { src: ENGINES.lstmTwo, name: 'engine-3', model: 'lstm', asset: 'lstm-v3', workflow: WORKFLOW },
      ],
    },
  ],
  workflows: [{ name: WORKFLOW, links: ['reader:1 -> lstm:0'] }],
  // Nothing of the tutorial comes late.
  derive: { grace: '100ms', silentAfter: '10m' },
};

const TICK_SECONDS = 2;
export const TICKS = 30;

/** Records per second through the input of each engine of `lstm`, in every tick. */
export const LSTM_RPS = { one: 50, two: 20 };
export const REJECTED_PER_TICK = 5;
export const MEMORY_BYTES = { one: 2_123_345_920, two: 1_000_000_000 };

/** Epoch milliseconds of the first and the last message of a run that ended just now. */
export function tutorialRange(end: number): { from: number; to: number } {
  const to = Math.floor(end / 1000) * 1000;
  return { from: to - TICKS * TICK_SECONDS * 1000, to };
}

/** All messages of the run, in the order of their timestamps. */
export function tutorialMessages({ from }: { from: number }): object[] {
  const messages: object[] = Object.values(ENGINES).map((src) => ({
    type: 'engine-state',
    timestamp: formatTimestamp(from * 1000),
    state: 'RUNNING',
    src,
  }));
  for (let tick = 1; tick <= TICKS; tick += 1) {
    const time = (from + tick * TICK_SECONDS * 1000) * 1000 - 1000;
    messages.push(
      ...records(ENGINES.reader, 0, time, [140]),
      ...records(ENGINES.reader, 1, time, [140]),
      // Half of a burst comes in a report without time: only the sum over the burst gives the true rate.
      ...records(ENGINES.lstmOne, 0, time, [60, 40]),
      ...records(ENGINES.lstmTwo, 0, time, [LSTM_RPS.two * TICK_SECONDS]),
      ...records(ENGINES.lstmOne, 1, time, [95]),
      ...records(ENGINES.lstmTwo, 1, time, [40]),
      report(ENGINES.lstmOne, 'manifold.0.records.rejected.by.schema', time, REJECTED_PER_TICK),
      report(ENGINES.lstmOne, 'sys.cpu.utilization', time, 37.5),
      report(ENGINES.lstmTwo, 'sys.cpu.utilization', time, 12.5),
      report(ENGINES.lstmOne, 'sys.memory', time, [MEMORY_BYTES.one, MEMORY_BYTES.one]),
      report(ENGINES.lstmTwo, 'sys.memory', time, MEMORY_BYTES.two)
    );
  }
  return messages;
}

function records(src: string, slot: number, time: number, counts: number[]): object[] {
  return counts.map((data, index) => {
    const last = index === counts.length - 1;
    const moment = time - (counts.length - 1 - index) * 100;
    return report(src, `manifold.${slot}.records.count`, moment, data, last ? TICK_SECONDS : 0);
  });
}

function report(src: string, tap: string, time: number, data: number | number[], delta_time = TICK_SECONDS): object {
  return { type: 'sensor-report', timestamp: formatTimestamp(time), tap, src, id: 7, delta_time, data };
}
