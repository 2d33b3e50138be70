import { describe, expect, it } from 'vitest';
import { fingerprint, place, readMark, REBUILD, writeMark, type Known } from './placement.js';

const own = { store: 'a', process: 'a1' };
const by = (store: string, process: string, offset: number) => ({
  offset,
  metadata: writeMark({ store, process }),
});

function known(rest: Partial<Known>): Known {
  return {
    low: 0,
    high: 1000,
    committed: undefined,
    stored: undefined,
    held: undefined,
    first: true,
    begin: undefined,
    ...rest,
  };
}

describe('a partition begins', () => {
  it.each<[string, Partial<Known>, number]>([
    ['at the oldest message where nobody read it', { low: 7 }, 7],
    ['at the stored position', { stored: 50 }, 50],
    ['at the stored position, whatever this store committed', { stored: 50, committed: by('a', 'a0', 40) }, 50],
    ['at the stored position, whatever a tool committed', { stored: 50, committed: { offset: 3, metadata: null } }, 50],
    ['at what a tool committed where the store knows nothing', { committed: { offset: 3, metadata: null } }, 3],
    ['at what another store committed', { stored: 50, committed: by('b', 'b1', 400) }, 400],
    ['behind what both hold', { stored: 450, committed: by('b', 'b1', 400) }, 450],
    ['at what another store committed in a topic made anew', { stored: 5000, committed: by('b', 'b1', 400) }, 400],
  ])('%s', (_, rest, offset) => {
    expect(place(own, known(rest))).toMatchObject({ offset, kept: false, lost: 0, anew: false });
  });

  it('at the oldest message where retention was faster, and says how many are lost', () => {
    expect(place(own, known({ low: 80, stored: 50 }))).toMatchObject({ offset: 80, lost: 30, anew: false });
  });

  it('at the beginning of a topic that ends before the position', () => {
    expect(place(own, known({ stored: 1001 }))).toMatchObject({ offset: 0, lost: 0, anew: true });
    expect(place(own, known({ stored: 1000 }))).toMatchObject({ offset: 1000, anew: false });
  });
});

describe('a partition that this process held before', () => {
  const found = by('b', 'b1', 400);
  const held = { next: 600, found: fingerprint(found) };

  it.each<[string, Known['committed']]>([
    ['nobody committed since', found],
    ['only this process committed since', by('a', 'a1', 590)],
    ['a tool committed since', { offset: 3, metadata: '' }],
  ])('goes on where it stands if %s', (_, committed) => {
    expect(place(own, known({ committed, held, stored: 580 }))).toMatchObject({ offset: 600, kept: true });
  });

  it('begins anew where another process read it in between, be it on the same store', () => {
    expect(place(own, known({ committed: by('b', 'b1', 700), held, stored: 580 }))).toMatchObject({
      offset: 700,
      kept: false,
    });
    expect(place(own, known({ committed: by('a', 'a2', 700), held, stored: 720 }))).toMatchObject({
      offset: 720,
      kept: false,
    });
  });

  it('keeps what it holds in memory where retention overtook it', () => {
    expect(place(own, known({ low: 650, held, committed: found }))).toEqual({
      offset: 650,
      from: 650,
      kept: true,
      lost: 50,
      anew: false,
    });
  });
});

describe('what comes before the beginning is read for its state', () => {
  const [stored, high] = [REBUILD + 50, 3 * REBUILD];
  const committed = by('b', 'b1', 2 * REBUILD);

  it.each<[string, Partial<Known>, number]>([
    ['not by the next process on the same store: its store remembers', { stored }, stored],
    ['where another process read last', { stored, committed }, REBUILD],
    ['from where retention stopped deleting', { stored, committed, low: REBUILD + 9 }, REBUILD + 9],
    ['where this process had it before, and had to give it up', { stored, first: false }, 50],
    ['by the next process on a store that took over from another lately', { stored, begin: 51 }, 50],
    ['by it, from where retention stopped deleting', { stored, begin: stored, low: 90 }, 90],
    ['not by it where the store has as much itself', { stored, begin: 50 }, stored],
    ['not by it where retention deleted the rest', { stored, begin: 90, low: 90 }, stored],
  ])('%s', (_, rest, from) => {
    expect(place(own, known({ high, ...rest })).from).toBe(from);
  });

  it('but not where nobody had read it', () => {
    expect(place(own, known({ high, committed: { offset: 2 * REBUILD, metadata: '' } })).from).toBe(2 * REBUILD);
  });
});

it('reads the marks that it writes, and no others', () => {
  expect(readMark(writeMark(own))).toEqual(own);
  for (const text of [null, '', 'other a b', 'pneumograph a', 'pneumograph a b c']) {
    expect(readMark(text)).toBeUndefined();
  }
});
