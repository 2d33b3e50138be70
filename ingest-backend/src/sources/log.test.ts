import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Partition } from '../archive/index.js';
import type { Message } from '../derive/index.js';
import { Log, type Entry } from './log.js';

const MESSAGE = {} as Message;
const NOW = 1e9;
const partitions: Partition[] = [0, 1, 2].map((number) => ({ key: `p${number}` }));

function setUp(count = 3) {
  const handed: Entry[] = [];
  const log = new Log((entry) => handed.push(entry));
  partitions.slice(0, count).forEach((partition) => log.add(partition));
  const push = (number: number, offset: number, arrival: number): void =>
    log.push({ message: MESSAGE, partition: partitions[number] as Partition, offset, arrival }, NOW);
  const order = (): string[] => handed.map(({ partition, offset }) => `${partition.key}:${offset}`);
  return { log, push, order, handed };
}

describe('a log of several partitions', () => {
  it('comes in the order of log time, however far one is read ahead', () => {
    const lengths = fc.array(fc.tuple(fc.nat(2), fc.nat(5)), { maxLength: 60 });
    fc.assert(
      fc.property(lengths, fc.array(fc.tuple(fc.nat(2), fc.nat(4)), { maxLength: 40 }), (messages, reads) => {
        const { log, push, order, handed } = setUp();
        let time = 0;
        const stamped = messages.map(([number, step]) => ({ number, arrival: (time += step) }));
        const contents = partitions.map((_, number) => stamped.filter((message) => message.number === number));
        const next = [0, 0, 0];
        const read = (number: number, count: number): void => {
          for (let n = 0; n < count && (next[number] as number) < (contents[number]?.length ?? 0); n++) {
            push(number, next[number] as number, contents[number]?.[next[number] as number]?.arrival as number);
            next[number] = (next[number] as number) + 1;
          }
          log.advance(NOW);
        };
        reads.forEach(([number, count]) => read(number, count));
        partitions.forEach((partition, number) => {
          read(number, Infinity);
          log.complete(partition, Infinity);
        });
        log.advance(NOW);
        expect(handed).toHaveLength(messages.length);
        expect(handed.map(({ arrival }) => arrival)).toEqual(
          handed.map(({ arrival }) => arrival).sort((a, b) => a - b)
        );
        partitions.forEach(({ key }) => {
          const offsets = order().filter((place) => place.startsWith(key));
          expect(offsets).toEqual(offsets.map((_, index) => `${key}:${index}`));
        });
      })
    );
  });

  it('waits for a partition of which nothing is known, and no longer once it is', () => {
    const { log, push, order } = setUp(2);
    push(0, 0, 100);
    log.advance(NOW);
    expect(order()).toEqual([]);
    expect(log.reached(NOW)).toBe(-Infinity);
    log.complete(partitions[1] as Partition, 99);
    log.advance(NOW);
    expect(order()).toEqual([]);
    log.complete(partitions[1] as Partition, 100);
    log.advance(NOW);
    expect(order()).toEqual(['p0:0']);
    expect(log.reached(NOW)).toBe(100);
  });

  it('goes on without a partition that does not move for a minute', () => {
    const { log, push, order } = setUp(2);
    push(0, 0, 100);
    log.advance(NOW + 59_000);
    expect(order()).toEqual([]);
    log.advance(NOW + 60_000);
    expect(order()).toEqual(['p0:0']);
  });

  it('goes on without a partition that is given up', () => {
    const { log, push, order } = setUp(2);
    push(0, 0, 100);
    push(1, 0, 90);
    log.remove(partitions[1] as Partition, NOW);
    expect(order()).toContain('p0:0');
  });

  it('takes stamps that go back for those before them', () => {
    const { log, push, handed } = setUp(1);
    push(0, 0, 100);
    push(0, 1, 50);
    expect(handed.map(({ arrival }) => arrival)).toEqual([100, 100]);
    log.complete(partitions[0] as Partition, 'now');
    expect(log.reached(NOW)).toBe(NOW);
  });
});
