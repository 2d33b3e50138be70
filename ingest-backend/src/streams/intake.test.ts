import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Partition } from '../archive/index.js';
import { SelfMetrics } from '../selfmetrics/index.js';
import { Decoder, type Format } from './decoder.js';
import { StreamIntake } from './intake.js';
import type { BadRecord, StreamRecord } from './records.js';

const STREAM = { workflow: 'prices', model: 'lstm', slot: 0 };

class Consumer {
  readonly records: StreamRecord[] = [];
  readonly wrong: BadRecord[] = [];
  readonly forgotten: Partition[] = [];
  reachedTime = -Infinity;
  take(_stream: unknown, records: readonly StreamRecord[]): void {
    this.records.push(...records);
  }
  bad(_stream: unknown, record: BadRecord): void {
    this.wrong.push(record);
  }
  reached(_stream: unknown, time: number): void {
    this.reachedTime = time;
  }
  forget(partition: Partition): void {
    this.forgotten.push(partition);
  }
}

let consumer: Consumer;
beforeEach(() => {
  consumer = new Consumer();
});

function intake(format: Partial<Format> = {}, positions: ReadonlyMap<string, number> = new Map()): StreamIntake {
  return new StreamIntake({
    stream: STREAM,
    decoder: new Decoder({ encoding: 'json', schema: undefined, ...format }),
    consumer,
    positions,
    metrics: new SelfMetrics(),
    log: pino({ level: 'silent' }),
  });
}

const NONE = new Map<Partition, number>();
const values = (): unknown[] => consumer.records.map(({ value }) => value);

describe('records of partitions', () => {
  it('come in the order of log time, with key, time and place', () => {
    const taking = intake();
    const [a, b] = [taking.partition('a'), taking.partition('b')];
    [a, b].forEach((partition) => taking.assign(partition));
    taking.takeRaw('s', a, 0, '1', 1000, Buffer.from('k'));
    taking.takeRaw('s', a, 1, '3', 3000);
    taking.advance(4000);
    expect(values()).toEqual([]);
    expect(taking.positions(NONE)).toEqual(new Map([[a, 0]]));
    taking.takeRaw('s', b, 7, '2', 2000);
    taking.completeTo(a, 4000);
    taking.completeTo(b, 4000);
    taking.advance(4000);
    expect(values()).toEqual([1, 2, 3]);
    expect(consumer.records[0]).toEqual({ value: 1, key: 'k', time: 1_000_000, partition: a, offset: 0 });
    expect(consumer.reachedTime).toBe(4_000_000);
    expect(taking.positions(NONE)).toEqual(
      new Map([
        [a, 2],
        [b, 8],
      ])
    );
  });

  it('are read again from the oldest that the consumer needs', () => {
    const taking = intake();
    const a = taking.partition('a');
    taking.assign(a);
    ['1', '2', '3'].forEach((text, offset) => taking.takeRaw('s', a, offset, text, 1000));
    expect(taking.positions(new Map([[a, 1]]))).toEqual(new Map([[a, 1]]));
  });

  it('are not taken below the stored position', () => {
    const taking = intake({}, new Map([['stream/prices/lstm/0/a', 2]]));
    const a = taking.partition('a');
    taking.assign(a);
    ['1', '2', '3'].forEach((text, offset) => taking.takeRaw('s', a, offset, text, 1000));
    taking.advance(5000);
    expect(values()).toEqual([3]);
  });

  it('that cannot be read are told with reason and place, and harm no other', () => {
    const taking = intake();
    const a = taking.partition('a');
    taking.assign(a);
    ['1', '{', '3'].forEach((text, offset) => taking.takeRaw('s', a, offset, text, 1000));
    taking.advance(5000);
    expect(values()).toEqual([1, 3]);
    expect(consumer.wrong).toEqual([
      { partition: a, offset: 1, reason: 'json', detail: 'record: expected JSON, found "{"', time: 1_000_000 },
    ]);
  });

  it('that another process reads now are forgotten', () => {
    const taking = intake();
    const [a, b] = [taking.partition('a'), taking.partition('b')];
    [a, b].forEach((partition) => taking.assign(partition));
    taking.takeRaw('s', a, 0, '1', 1000);
    taking.release(b);
    expect(values()).toEqual([1]);
    expect(consumer.forgotten).toEqual([b]);
    expect(taking.positions(NONE)).toEqual(new Map([[a, 1]]));
  });
});

describe('rows of CSV', () => {
  it('may hold line ends; their position is where they begin', () => {
    const taking = intake({ encoding: 'csv' });
    const a = taking.partition('a');
    taking.assign(a);
    taking.header(a, 'x,y');
    taking.takeRaw('s', a, 4, '1,"two', 1000);
    expect(taking.positions(NONE)).toEqual(new Map([[a, 4]]));
    taking.takeRaw('s', a, 11, 'lines"', 1000);
    taking.takeRaw('s', a, 18, '2,z', 1000);
    taking.advance(5000);
    expect(consumer.records.map(({ value, offset }) => [value, offset])).toEqual([
      [{ x: 1, y: 'two\nlines' }, 4],
      [{ x: 2, y: 'z' }, 18],
    ]);
  });
});

describe('records with times of their own', () => {
  it('come at these, and the clock closes nothing', () => {
    const taking = intake({ time: 'at' });
    const a = taking.partition('a');
    taking.assign(a);
    taking.completeTo(a, 'now');
    taking.takeRaw('s', a, 0, '{"at":5000}', 9_000_000);
    taking.takeRaw('s', a, 1, '{"at":5001}', 9_000_000);
    taking.takeRaw('s', a, 2, '{"at":"soon"}', 9_000_000);
    taking.advance(9_000_000);
    expect(consumer.records.map(({ time }) => time)).toEqual([5000e6, 5001e6]);
    expect(consumer.wrong).toMatchObject([{ reason: 'time', time: 5001e6 }]);
    expect(consumer.reachedTime).toBe(5001e6);
    taking.completeTo(a, Infinity);
    expect(consumer.reachedTime).toBeGreaterThan(5001e6);
  });
});
