import { describe, expect, it } from 'vitest';
import { MESSAGE_METRIC } from '@pneumograph/contract';
import type { Series, TextLine } from '../archive/index.js';
import { batch, mapping, P0, P1, point, SECOND, series, START, type Tested } from './contract-items.js';
import { profile, profilesQuestion } from './contract-monitored.js';
import type { ProfilesQuestion, Store } from './store.js';

const HOUR = 3600 * SECOND;
const own = series('lstm', 'e1', MESSAGE_METRIC);
const other = series('gan', 'e2', MESSAGE_METRIC);
const psi: Series = { ...series('lstm', '', 'profile', 0), monitor: 'drift', feature: 'close' };

function line(content: string, time: number, offset: number, of = own, partition = P0): TextLine {
  return { kind: 'message', series: of, time, content, partition, offset };
}

async function told(store: Store, changes: Partial<ProfilesQuestion> = {}) {
  const histories = await store.profiles(profilesQuestion({ metric: MESSAGE_METRIC, ...changes }));
  return histories.map(({ series: { model }, times, contents }) => [model, times, contents]);
}

/** What every store has to do with what engines write. */
export function describeMessages({ store, reopen, makePlace }: Tested, tiers: boolean): void {
  describe('of messages', () => {
    it('keeps all of one moment, each once, also over a restart and a replay', async () => {
      const at = START + SECOND;
      const lines = [
        ...['a', 'b', 'a'].map((content, offset) => line(content, at, offset)),
        line('c', at + 1, 3),
        line('d', at, 4, other),
        line('a', at, 0, own, P1),
      ];
      const expected = [
        ['gan', [at], ['d']],
        ['lstm', [at, at, at, at, at + 1], expect.arrayContaining(['a', 'a', 'a', 'b', 'c'])],
      ];
      expect(await store().write(batch([...lines, profile(psi, at, '{}', 5)], [[P0, 0]]))).toHaveLength(7);
      expect(await told(store())).toEqual(expected);
      await reopen();
      expect(await store().write(batch([...lines, line('e', at + 2, 6)]))).toEqual([line('e', at + 2, 6)]);
      expect(await told(store(), { to: at + 2 })).toEqual(expected);
      expect(await told(store(), { models: ['gan'] })).toEqual([['gan', [at], ['d']]]);
      expect(await told(store(), { limit: 2 })).toEqual([['lstm', [at + 1, at + 2], ['c', 'e']]]);
      expect((await store().profiles(profilesQuestion())).map(({ contents }) => contents)).toEqual([['{}']]);
    });

    it('keeps any text as it is, however long a message may be', async () => {
      const texts = [
        '',
        '"\\',
        "'; DROP TABLE profiles; --",
        'a\nb\r\n\tc\u0000\u001b[31m',
        '\u{1fac1}',
        '\u0001'.repeat(16_384),
      ];
      const lines = texts.map((text, index) => line(JSON.stringify({ text }), START + index, index));
      await store().write(batch(lines));
      const [[, , contents] = []] = await told(store());
      expect((contents as string[]).map((content) => (JSON.parse(content) as { text: string }).text)).toEqual(texts);
    });

    it('gives a model what its engine wrote before anyone knew the engine', async () => {
      const unknown = { ...own, workflow: '', model: 'e1' };
      await store().write(batch([line('first', START, 0, unknown)]));
      await store().write(batch([mapping(START, 'e1', 'lstm'), line('second', START + 1, 1)]));
      expect(await told(store())).toEqual([['lstm', [START, START + 1], ['first', 'second']]]);
    });

    it.runIf(tiers)('deletes them with the points of their time, and does not take them again', async () => {
      const place = await makePlace();
      const tested = await place.open({ raw: 2 * HOUR, '1m': 48 * HOUR, '1h': Infinity });
      try {
        const rps = series('lstm', 'e1', 'rps', 0);
        const [old, recent] = [line('old', START - 5 * HOUR, 1), line('recent', START, 2)];
        await tested.write(
          batch([point(rps, START - 5 * HOUR, 1, 0), old, recent, point(rps, START, 1, 3)], [[P0, 0]])
        );
        while (await tested.maintain(START)) {
          // Until there is nothing more to do.
        }
        const everything = { from: 0, to: 2 * START };
        expect(await told(tested, everything)).toEqual([['lstm', [START], ['recent']]]);
        expect((await tested.write(batch([old, recent]))).filter(({ time }) => time === START)).toEqual([]);
        while (await tested.maintain(START)) {
          // As before.
        }
        expect(await told(tested, everything)).toEqual([['lstm', [START], ['recent']]]);
      } finally {
        await tested.close();
        await place.dispose();
      }
    });

    it('restores them from a dump', async () => {
      const place = await makePlace();
      const copy = await place.open();
      try {
        const lines = [line('a', START, 0), line('b', START, 1), line('c', START, 2, other)];
        await store().write(batch(lines, [[P0, 0]]));
        await copy.restore(store().dump());
        expect(await told(copy)).toEqual(await told(store()));
        expect(await copy.write(batch(lines))).toEqual([]);
        expect(await copy.deleteModel('prices', 'lstm')).toMatchObject({ points: 0, profiles: 2 });
        expect(await told(copy)).toEqual([['gan', [START], ['c']]]);
      } finally {
        await copy.close();
        await place.dispose();
      }
    });
  });
}
