import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readItems } from './frames.js';
import { contentKey, Window } from './window.js';

const items = (...keys: string[]) => keys.map((key) => ({ key }));
const keysOf = (found: ReadonlyArray<{ key: string }>) => found.map(({ key }) => key);

describe('window', () => {
  it('takes from a history what was not heard, and two of a kind as two', () => {
    const window = new Window(100);
    ['a', 'b', 'b'].forEach((key) => window.add(key));
    expect(keysOf(window.missing(items('b', 'b', 'b', 'c', 'c', 'd'), ['d']))).toEqual(['b', 'c', 'c']);
  });

  it('takes once what the socket brings after the history told of it', () => {
    const window = new Window(100);
    expect(keysOf(window.missing(items('a', 'b', 'c'), []))).toEqual(['a', 'b', 'c']);
    expect(['b', 'c', 'd', 'a'].map((key) => window.isOverlap(key))).toEqual([true, true, false, false]);
  });

  it('forgets the oldest', () => {
    const window = new Window(2);
    ['a', 'b', 'c', 'd', 'e', 'f'].forEach((key) => window.add(key));
    expect(keysOf(window.missing(items('d', 'e', 'f'), []))).toEqual(['d']);
  });

  it('takes every message once, wherever the connection broke and however far the history has come', () => {
    const cut = fc.record({
      missed: fc.integer({ min: 0, max: 6 }),
      early: fc.integer({ min: 0, max: 4 }),
      late: fc.integer({ min: 0, max: 4 }),
      live: fc.integer({ min: 0, max: 6 }),
    });
    fc.assert(
      fc.property(fc.array(cut, { maxLength: 6 }), fc.boolean(), (cuts, twins) => {
        const window = new Window(1000);
        const sent: string[] = [];
        const taken: string[] = [];
        const send = (count: number): string[] => {
          // Equal messages come together: one that follows when its twin has just come is taken for the same.
          const first = sent.length;
          const news = Array.from({ length: count }, (_, n) => `${first}+${twins ? n >> 1 : n}`);
          sent.push(...news);
          return news;
        };
        const take = (keys: readonly string[]): void => {
          taken.push(...keys);
          keys.forEach((key) => window.add(key));
        };
        for (const { missed, early, late, live } of cuts) {
          send(missed);
          // The socket is open: what is sent now comes over it before or after the history is here.
          const arrived = send(early);
          const flying = send(late);
          taken.push(...keysOf(window.missing(items(...sent.slice(-40)), arrived)));
          take(arrived);
          take([...flying, ...send(live)].filter((key) => !window.isOverlap(key)));
        }
        expect([...taken].sort()).toEqual([...sent].sort());
      })
    );
  });
});

describe('frame', () => {
  it('holds one message, an array, or one a line', () => {
    const texts = (frame: string) => readItems(frame).map(({ text }) => text);
    expect(texts('{"a":1}')).toEqual(['{"a":1}']);
    expect(texts(' [{"a":1}, 7] ')).toEqual(['{"a":1}', '7']);
    expect(texts('{"a":\t1}\r\n\n{"b":2}\nnonsense\n')).toEqual(['{"a":1}', '{"b":2}', 'nonsense']);
    expect(texts('\n')).toEqual([]);
  });

  it('is known again however its keys are ordered', () => {
    expect(contentKey({ a: [{ x: 1, y: 2 }], b: 1.0 })).toBe(contentKey({ b: 1, a: [{ y: 2, x: 1 }] }));
    expect(contentKey({ a: [1, 2] })).not.toBe(contentKey({ a: [2, 1] }));
  });
});
