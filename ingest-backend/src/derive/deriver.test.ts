import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatTimestamp } from '@pneumograph/contract';
import type { Partition, Point, StateChange, TextLine } from '../archive/index.js';
import { Fleet } from '../fleet/index.js';
import {
  decode,
  Deriver,
  Rejection,
  Skipped,
  type Counting,
  type Memory,
  type Message,
  type TapMemory,
} from './index.js';
import { contentOf, originOf } from './recent.js';

const START = Date.UTC(2018, 2, 5, 17, 52, 45) * 1000;
const HTTP: Partition = { key: 'http' };
const SECOND = 1e6;

interface Sent {
  at?: number;
  tap?: string;
  delta?: number | undefined;
  data?: unknown;
  src?: string;
  id?: number | string;
  state?: string;
  /** Of what the model writes. */
  text?: string;
}

function message({
  at = 0,
  tap = 'manifold.0.records.count',
  delta,
  data,
  src = 'e1',
  id = 7,
  state,
  text,
}: Sent): Message {
  const timestamp = formatTimestamp(START + Math.round(at * SECOND));
  const value =
    text !== undefined
      ? { type: 'model-console', timestamp, src, text }
      : state === undefined
        ? { type: 'sensor-report', timestamp, src, tap, id, delta_time: delta, data }
        : { type: 'engine-state', timestamp, src, state };
  const decoded = decode(value, Date.now() * 1000);
  if (decoded instanceof Rejection || decoded instanceof Skipped) {
    throw new Error(JSON.stringify(decoded));
  }
  return decoded;
}

interface Options {
  counting?: Counting;
  holdUnknown?: number;
  fleet?: Fleet;
  grace?: number;
  memory?: Memory;
}

function knownFleet(): Fleet {
  const fleet = new Fleet();
  const member = { aliases: [], name: undefined, workflow: 'prices', asset: undefined };
  fleet.update(
    [
      { ...member, src: 'e1', model: 'lstm', aliases: ['engine-1'] },
      { ...member, src: 'e2', model: 'lstm' },
    ],
    START
  );
  return fleet;
}

function setUp({
  counting = 'delta',
  holdUnknown = 0,
  fleet = knownFleet(),
  grace = 5 * SECOND,
  memory,
}: Options = {}) {
  const items: Array<Point | StateChange> = [];
  const texts: TextLine[] = [];
  const emit = (item: Point | StateChange | TextLine) =>
    item.kind === 'message' ? texts.push(item) : items.push(item);
  const deriver = new Deriver({ grace, counting, taps: {}, holdUnknown }, fleet, emit, memory);
  const send = (messages: readonly Sent[], partition = HTTP, first = 0): void =>
    messages.forEach((sent, index) => deriver.accept(message(sent), partition, first + index, 1000));
  /** As if the grace had passed with nothing more coming. */
  const settle = (): void => deriver.advance(() => 1001 + grace / 1000);
  const values = (metric: string): number[] => items.filter((i) => i.series.metric === metric).map((i) => i.value);
  return { deriver, items, texts, send, settle, values };
}

function points(items: ReadonlyArray<Point | StateChange>): string[] {
  return items
    .map((item) =>
      JSON.stringify({ ...item.series, time: item.time, value: item.value, span: 'span' in item ? item.span : 0 })
    )
    .sort();
}

describe('rps', () => {
  it('is 50 for 100 records every 2 s, from the first report on', () => {
    const { send, settle, values } = setUp();
    send([0, 2, 4, 6].map((at) => ({ at, delta: 2, data: 100 })));
    settle();
    expect(values('rps')).toEqual([50, 50, 50, 50]);
    expect(values('record.count')).toEqual([100, 100, 100, 100]);
  });

  it('adds up a burst of reports with a delta_time of 0', () => {
    const { send, settle, values } = setUp();
    send([
      { at: 0, delta: 2, data: 50 },
      { at: 1.9, delta: 0, data: 30 },
      { at: 1.95, delta: 0, data: [10, 10] },
      { at: 2, delta: 2, data: 50 },
      { at: 4, delta: 2, data: 100 },
    ]);
    settle();
    expect(values('rps')).toEqual([25, 50, 50]);
  });

  it('keeps a buffer for each engine and slot', () => {
    const { send, settle, items } = setUp();
    send([
      { at: 0, delta: 0, data: 1 },
      { at: 0.1, delta: 1, data: 20, src: 'e2' },
      { at: 0.2, delta: 1, data: 300, tap: 'manifold.1.records.count' },
      { at: 0.3, delta: 1, data: 4000 },
    ]);
    settle();
    const rates = items.filter(({ series }) => series.metric === 'rps');
    expect(rates.map(({ series, value }) => [series.engine, series.slot, value])).toEqual(
      expect.arrayContaining([
        ['e1', 0, 4001],
        ['e2', 0, 20],
        ['e1', 1, 300],
      ])
    );
  });

  it('takes the time since the last report of the tap for a missing delta_time', () => {
    const { send, settle, values } = setUp();
    send([
      { at: 0, data: 7 },
      { at: 2, data: 100 },
      { at: 6, data: 100 },
    ]);
    settle();
    // The first report's span is unknown: its records count with the next.
    expect(values('rps')).toEqual([53.5, 25]);
    expect(values('record.count')).toEqual([7, 100, 100]);
  });

  it('holds Σ rps · span = Σ record.count of the closed bursts, whatever comes', () => {
    const report = fc.record({
      step: fc.integer({ min: 1, max: 3_000_000 }),
      delta: fc.oneof(fc.constant(0), fc.double({ min: 0.001, max: 10, noNaN: true })),
      data: fc.oneof(fc.nat(1e6), fc.array(fc.nat(1000), { maxLength: 5 })),
    });
    fc.assert(
      fc.property(fc.array(report, { maxLength: 60 }), (reports) => {
        const { send, settle, items } = setUp();
        let at = 0;
        const sent = reports.map(({ step, delta, data }) => ({ at: (at += step / SECOND), delta, data }));
        send(sent);
        settle();
        const closed = sent.slice(0, sent.findLastIndex(({ delta }) => delta > 0) + 1);
        const count = closed.reduce((sum, { data }) => sum + [data].flat().reduce((a, b) => a + b, 0), 0);
        const covered = items.reduce(
          (sum, item) => (item.kind === 'point' && item.series.metric === 'rps' ? sum + item.value * item.span : sum),
          0
        );
        expect(Math.abs(covered - count)).toBeLessThanOrEqual(1e-9 * Math.max(1, count));
      })
    );
  });
});

describe('event time', () => {
  it('gives the same points for any way the messages come over partitions within the grace', () => {
    const report = fc.record({
      at: fc.integer({ min: 0, max: 4_900_000 }).map((micros) => micros / SECOND),
      src: fc.constantFrom('e1', 'e2'),
      tap: fc.constantFrom('manifold.0.records.count', 'manifold.1.records.count', 'sys.memory'),
      delta: fc.constantFrom(0, 0, 0.5, 1),
      data: fc.nat(100),
    });
    const stream = fc.uniqueArray(report, { selector: ({ at, src, tap }) => `${at} ${src} ${tap}`, maxLength: 40 });
    fc.assert(
      fc.property(stream, fc.infiniteStream(fc.nat(1000)), fc.boolean(), (reports, random, cumulative) => {
        const counting = cumulative ? 'cumulative' : 'delta';
        const inOrder = setUp({ counting });
        inOrder.send(reports.toSorted((a, b) => a.at - b.at));
        inOrder.settle();
        const shuffled = setUp({ counting });
        const order = reports.map((sent) => ({ sent, key: random.next().value as number }));
        const partitions = [0, 1, 2].map((number) => ({ key: `kafka/notify/${number}` }));
        order
          .sort((a, b) => a.key - b.key)
          .forEach(({ sent, key }, index) => shuffled.send([sent], partitions[key % 3], index));
        shuffled.settle();
        expect(points(shuffled.items)).toEqual(points(inOrder.items));
      })
    );
  });

  it('counts a late report as records, not into the rate, and says so', () => {
    const { deriver, send, settle, values } = setUp();
    send([
      { at: 0, delta: 1, data: 10 },
      { at: 20, delta: 1, data: 10 },
      { at: 40, delta: 1, data: 10 },
      { at: 5, delta: 1, data: 99 },
    ]);
    settle();
    expect(values('rps')).toEqual([10, 10, 10]);
    expect(values('record.count')).toEqual([10, 10, 10, 99]);
    expect(deriver.stats.late).toBe(1);
  });

  it('does not hold one engine to the clock of another', () => {
    const { deriver, send, values } = setUp();
    send([{ at: 3600, delta: 1, data: 1, src: 'e2' }]);
    send([0, 6, 12].map((at) => ({ at, delta: 1, data: 10 })));
    expect(values('rps')).toEqual([10, 10]);
    expect(deriver.stats.late).toBe(0);
  });
});

describe('messages that come twice', () => {
  it('count once, whichever partition the second comes over', () => {
    const { deriver, send, settle, values } = setUp();
    const report = { at: 1, delta: 1, data: 10 };
    send([report, { at: 2, delta: 1, data: 20 }]);
    send([report, { state: 'running' }, { state: 'running' }], { key: 'kafka/notify/1' });
    settle();
    expect(values('record.count')).toEqual([10, 20]);
    expect(values('rps')).toEqual([10, 20]);
    expect(values('engine.status')).toEqual([1]);
    expect(deriver.stats).toMatchObject({ duplicate: 2, late: 0 });
  });

  it('count once where they hold several values', () => {
    const { deriver, send, values } = setUp();
    const report = { at: 4, tap: 'sys.memory', delta: 4, data: [1, 2] };
    send([report]);
    send([report], { key: 'kafka/notify/1' });
    expect(values('memory')).toEqual([1, 2]);
    expect(deriver.stats.duplicate).toBe(1);
  });

  it('are known after a restart that reads many of them again', () => {
    const long = Array.from({ length: 400 }, (_, at) => ({ at, tap: 'sys.memory', delta: 1, data: at }));
    const repeated = long.flatMap((sent, at) => (at % 7 === 3 ? [sent, long[at - 2] as Sent] : [sent]));
    const tap = {
      closed: -Infinity,
      newest: START + 399 * SECOND,
      recent: repeated.flatMap(({ at = 0 }, offset) =>
        offset > 0 && at < (repeated[offset - 1]?.at ?? 0)
          ? []
          : [[START + at * SECOND, contentOf(at, 1), originOf(HTTP, offset)] as const]
      ),
      note: undefined,
    };
    const engine = { settled: START, states: [], tap: ({ metric }: { metric: string }) => known[metric] };
    const known: Record<string, TapMemory> = { memory: tap };
    const { deriver, send, values } = setUp({ memory: { engine: () => engine, takenBefore: () => repeated.length } });
    for (const [offset, sent] of repeated.entries()) {
      send([sent], HTTP, offset);
      // The store does not know everything by which the engine's other reports were known.
      send([{ ...sent, tap: 'sys.cpu.utilization' }], { key: 'kafka/notify/1' }, offset);
    }
    expect(values('memory')).toEqual(long.map(({ data }) => data));
    expect(deriver.stats.duplicate).toBe(2 * (repeated.length - long.length));
  });

  it('are told from reports of the same moment that say something else', () => {
    const { send, settle, values } = setUp();
    send([
      { at: 1, delta: 0, data: 10 },
      { at: 1, delta: 0, data: 11 },
      { at: 1, delta: 1, data: 10 },
    ]);
    settle();
    expect(values('record.count')).toEqual([10, 11, 10]);
    expect(values('rps')).toEqual([31]);
  });
});

describe('sensors at one tap', () => {
  const every = (seconds: number, id: string, from = 0, to = 24): Sent[] =>
    Array.from({ length: (to - from) / seconds }, (_, index) => ({
      at: from + (index + 1) * seconds,
      delta: seconds,
      data: 10 * seconds,
      id,
    }));

  it('count the same records: the second is left out', () => {
    const { deriver, send, settle, values } = setUp();
    const both = [...every(3, 'a'), ...every(2, 'b', 1, 25)].sort((x, y) => (x.at as number) - (y.at as number));
    send(both);
    settle();
    const sum = values('record.count').reduce((a, b) => a + b, 0);
    expect(sum).toBe(240);
    expect(new Set(values('rps'))).toEqual(new Set([10]));
    expect(deriver.stats.duplicate).toBe(12);
  });

  it('installed again go on under another id, bursts and all', () => {
    const { deriver, send, settle, values } = setUp();
    send([
      ...every(3, 'a', 0, 12),
      { at: 14, delta: 0, data: 5, id: 'b' },
      { at: 15, delta: 0, data: 6, id: 'b' },
      { at: 17, delta: 4, data: 9, id: 'b' },
      ...every(3, 'b', 17, 23),
    ]);
    settle();
    expect(values('record.count').reduce((a, b) => a + b, 0)).toBe(120 + 20 + 60);
    expect(values('rps')).toEqual([10, 10, 10, 10, 5, 10, 10]);
    expect(deriver.stats.duplicate).toBe(0);
    expect([...deriver.takeNotes(() => false).values()]).toMatchObject([{ sensor: 'b' }]);
  });

  it('both measure where a gauge is measured', () => {
    const { send, values } = setUp();
    send([
      { at: 1, tap: 'sys.memory', delta: 1, data: 1, id: 1 },
      { at: 1.5, tap: 'sys.memory', delta: 1, data: 2, id: 2 },
    ]);
    expect(values('memory')).toEqual([1, 2]);
  });
});

describe('a tap that counts otherwise than said', () => {
  it('is found where it counts up', () => {
    const { deriver, send } = setUp();
    send(Array.from({ length: 60 }, (_, at) => ({ at, delta: 1, data: 1000 + at * 10 })));
    expect(deriver.suspects()).toMatchObject([{ tap: 'manifold.0.records.count', looks: 'cumulative' }]);
    send([{ at: 61, delta: 1, data: 3 }], HTTP, 100);
    expect(deriver.suspects()).toEqual([]);
  });

  it('is found where it does not', () => {
    const { deriver, send } = setUp({ counting: 'cumulative' });
    send(Array.from({ length: 100 }, (_, at) => ({ at, delta: 1, data: at % 2 === 0 ? 100 : 90 })));
    expect(deriver.suspects()).toMatchObject([{ looks: 'delta' }]);
  });

  it('is not suspected for a load that rises and falls, or restarts now and then', () => {
    for (const counting of ['delta', 'cumulative'] as const) {
      const { deriver, send } = setUp({ counting });
      const wave = (at: number): number => (counting === 'delta' ? 500 + 400 * Math.sin(at / 10) : (at % 40) * 10);
      send(Array.from({ length: 400 }, (_, at) => ({ at, delta: 1, data: Math.round(wave(at)) })));
      expect(deriver.suspects()).toEqual([]);
    }
  });
});

describe('the clock of an engine', () => {
  it('is measured against the arrivals, by the message that took the least time', () => {
    const { deriver } = setUp();
    const arrivals = [400, 20, 900].map((delay, index) => [index * 3, START / 1000 + index * 3000 + delay] as const);
    arrivals.forEach(([at, arrival], offset) => {
      deriver.accept(message({ at: at + 2, tap: 'sys.memory', delta: 1, data: 1 }), HTTP, offset, arrival);
    });
    expect(deriver.clockOffsets().get('e1')).toBeCloseTo(1.98, 6);
  });
});

describe('counters that count up', () => {
  it('take the first value as baseline and a fall as a restart', () => {
    const { send, settle, values } = setUp({ counting: 'cumulative' });
    send([
      { at: 0, delta: 2, data: 1000 },
      { at: 2, delta: 2, data: 1100 },
      { at: 4, delta: 2, data: 30 },
      { at: 6, delta: 2, data: [50, 70] },
    ]);
    settle();
    expect(values('record.count')).toEqual([100, 30, 40]);
    expect(values('rps')).toEqual([50, 15, 20]);
  });
});

describe('gauges', () => {
  it('spread an accumulated array evenly over delta_time', () => {
    const { send, items } = setUp();
    send([{ at: 3, tap: 'sys.memory', delta: 3, data: [2123345920, 2, 3] }]);
    expect(items.map((item) => [(item.time - START) / SECOND, item.value, (item as Point).span])).toEqual([
      [1, 2123345920, 1],
      [2, 2, 1],
      [3, 3, 1],
    ]);
  });

  it('keep every value of an array that took no time', () => {
    const { send, items } = setUp();
    send([{ at: 3, tap: 'sys.memory', delta: 0, data: [1, 2, 3] }]);
    expect(new Set(items.map(({ time }) => time)).size).toBe(3);
  });

  it('come out at once', () => {
    const { send, values } = setUp();
    send([{ tap: 'sys.cpu.utilization', delta: 1, data: 12.5 }]);
    expect(values('cpu.utilization')).toEqual([12.5]);
  });
});

describe('engines and models', () => {
  it('are told by id and by name', () => {
    const { send, items } = setUp();
    send([{ delta: 1, data: 1, src: 'engine-1' }]);
    expect(items[0]?.series).toMatchObject({ workflow: 'prices', model: 'lstm', engine: 'e1' });
  });

  it('hold what an unknown engine says until the fleet knows it', () => {
    const fleet = new Fleet();
    const { deriver, send, items } = setUp({ fleet, holdUnknown: 10_000 });
    send([{ tap: 'sys.memory', delta: 1, data: 1, src: 'new' }]);
    expect(items).toEqual([]);
    expect(deriver.oldestNeeded().get(HTTP)).toBe(0);
    const member = { src: 'new', aliases: [], name: 'engine-9', workflow: 'w', model: 'm', asset: undefined };
    fleet.update([member], START);
    deriver.advance(() => 2000);
    expect(items[0]?.series).toMatchObject({ workflow: 'w', model: 'm', engine: 'new' });
    expect(deriver.stats.unmapped).toBe(0);
  });

  it('give the model what waited while its engine came to be known', () => {
    const fleet = new Fleet();
    const { send, settle, items } = setUp({ fleet });
    send([{ at: 0, data: 1, delta: 1, src: 'e3' }]);
    const rest = { aliases: [], name: undefined, workflow: 'w', asset: undefined };
    fleet.update([{ ...rest, src: 'e3', model: 'late' }], START);
    settle();
    expect(items.map(({ series: { model, metric } }) => [model, metric])).toEqual([
      ['e3', 'record.count'],
      ['late', 'rps'],
    ]);
  });

  it('show an engine that stays unknown under its own id, and the model once it is known', async () => {
    const fleet = new Fleet();
    const { deriver, send, settle, items } = setUp({ fleet, holdUnknown: 10 });
    send([{ at: 0, delta: 0, data: 1, src: 'new' }]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    deriver.advance(() => 1000);
    expect(items[0]?.series).toMatchObject({ workflow: '', model: 'new', engine: 'new' });
    expect(deriver.stats.unmapped).toBe(1);
    const member = { src: 'new', aliases: [], name: undefined, workflow: 'w', model: 'm', asset: undefined };
    fleet.update([member], START);
    send([{ at: 1, delta: 1, data: 9, src: 'new' }], HTTP, 1);
    settle();
    // The burst that was open goes on.
    expect(items.at(-1)).toMatchObject({ value: 10, series: { model: 'm', metric: 'rps' } });
  });

  it('wait for the fleet with what an unknown engine writes', () => {
    const fleet = new Fleet();
    const { deriver, send, items, texts } = setUp({ fleet, holdUnknown: 10_000 });
    send(
      [
        { text: 'hello', src: 'new' },
        { delta: 1, data: 1, src: 'new' },
      ],
      HTTP,
      4
    );
    expect(texts).toEqual([]);
    expect(deriver.oldestNeeded().get(HTTP)).toBe(4);
    fleet.update(
      [{ src: 'new', aliases: [], name: undefined, workflow: 'w', model: 'm', asset: undefined }],
      START - SECOND
    );
    deriver.advance(() => 2000);
    expect(texts).toEqual([
      {
        kind: 'message',
        series: { workflow: 'w', model: 'm', slot: undefined, engine: 'new', metric: 'message' },
        time: START,
        content: '{"type":"model-console","level":"info","text":"hello"}',
        ...{ partition: HTTP, offset: 4 },
      },
    ]);
    expect(items.map(({ value }) => value)).toEqual([1]);
  });

  it('take what they write for no sign of life, and for nothing that settles the time of reports', () => {
    const plain = setUp();
    const chatty = setUp();
    const reports = [0, 1, 2].map((at) => ({ at, delta: 1, data: at }));
    plain.send(reports);
    chatty.send(reports);
    chatty.send(
      [
        { at: 3600, text: 'later' },
        { at: -3600, text: 'earlier' },
      ],
      HTTP,
      3
    );
    expect(chatty.texts.map(({ time }) => time)).toEqual([START + 3600 * SECOND, START - 3600 * SECOND]);
    expect(chatty.items).toEqual(plain.items);
    expect(chatty.deriver.takeHeard()).toEqual(plain.deriver.takeHeard());
    expect(chatty.deriver.takeSettled(() => false)).toEqual(plain.deriver.takeSettled(() => false));
    expect(chatty.deriver.oldestNeeded()).toEqual(plain.deriver.oldestNeeded());
  });

  it('give a late report to the model of its time', () => {
    const fleet = knownFleet();
    const { send, items } = setUp({ fleet });
    const moved = { src: 'e1', aliases: [], name: undefined, workflow: 'prices', model: 'gru', asset: undefined };
    fleet.update([moved], START + 100 * SECOND);
    send([
      { at: 99, delta: 0, data: 1 },
      { at: 101, delta: 0, data: 1 },
    ]);
    expect(items.map(({ series }) => series.model)).toEqual(['lstm', 'gru']);
  });
});

describe('engine states', () => {
  it('come out at once, with the text of the engine', () => {
    const { send, items } = setUp();
    send([{ state: 'RUNNING' }, { at: 1, state: 'error' }]);
    expect(items).toMatchObject([
      { kind: 'state', value: 1, text: 'RUNNING', series: { model: 'lstm', metric: 'engine.status' } },
      { kind: 'state', value: 2, text: 'error' },
    ]);
  });
});

describe('the position to resume at', () => {
  it('is the oldest message of an open burst, and moves on when it closes', () => {
    const { deriver, send, settle } = setUp();
    send([
      { at: 0, delta: 1, data: 1 },
      { at: 1, delta: 0, data: 1 },
      { at: 2, delta: 0, data: 1 },
    ]);
    settle();
    expect(deriver.oldestNeeded().get(HTTP)).toBe(1);
    send([{ at: 3, delta: 1, data: 1 }], HTTP, 3);
    settle();
    expect(deriver.oldestNeeded().get(HTTP)).toBeUndefined();
  });

  it('does not wait for ever for a burst that never closes', () => {
    const { deriver, send, settle } = setUp();
    send([{ at: 0, delta: 0, data: 1 }]);
    settle();
    expect(deriver.oldestNeeded().size).toBe(1);
    for (let ticks = 0; ticks < 20; ticks++) {
      deriver.advance(() => 1001 + 11 * 60_000);
    }
    expect(deriver.oldestNeeded().size).toBe(0);
    expect(deriver.stats.abandoned).toBe(1);
  });
});
