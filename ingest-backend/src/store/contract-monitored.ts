import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlertChange, ArchiveItem, Partition, ProfilePoint, Series } from '../archive/index.js';
import { ALL, batch, inOrder, P0, P1, point, question, SECOND, series, START, type Tested } from './contract-items.js';
import type { AlertsQuestion, ProfilesQuestion, StoredAlert } from './store.js';

const MINUTE = 60 * SECOND;

export function profile(of: Series, time: number, content: string, offset: number, partition = P0): ProfilePoint {
  return { kind: 'profile', series: of, time, span: 60, content, partition, offset };
}

/** An alert at the moment that it begins, or with `over` at the moment that it ends. */
export function alert(id: string, startsAt: number, over?: number, changes: Partial<AlertChange> = {}): AlertChange {
  return {
    ...{ kind: 'alert', id, number: over === undefined ? 1 : 2, time: over ?? startsAt, startsAt },
    state: over === undefined ? 'firing' : 'resolved',
    ...{ severity: 'warning', monitor: 'drift', workflow: 'prices', model: 'lstm', slot: 0, engine: '' },
    ...{ feature: 'close', name: 'the data has drifted', text: over === undefined ? 'psi is 0.4' : 'psi is 0.1' },
    ...{ value: over === undefined ? 0.4 : 0.1, evidence: '{"psi":0.4}', partition: P0, offset: 0 },
    ...changes,
  };
}

export function alertsQuestion(changes: Partial<AlertsQuestion> = {}): AlertsQuestion {
  return { ...ALL, from: START, to: START + 60 * MINUTE, states: [], severities: [], limit: 1000, ...changes };
}

export function profilesQuestion(changes: Partial<ProfilesQuestion> = {}): ProfilesQuestion {
  return { ...ALL, from: START, to: START + 60 * MINUTE, limit: 1000, ...changes };
}

const psi: Series = { ...series('lstm', '', 'drift.psi', 0), monitor: 'drift', feature: 'close' };
const distribution: Series = { ...psi, metric: 'profile' };

/** What every store has to do with what monitors tell. */
export function describeMonitored({ store, reopen, makePlace, runs }: Tested): void {
  describe('of monitors', () => {
    it('keeps points, alerts and profiles over a restart', async () => {
      const items = [
        point(psi, START, 0.4, 0, 60),
        alert('a', START),
        profile(distribution, START, '{"counts":[1,2]}', 2),
        point({ ...psi, feature: undefined }, START, 0.1, 3, 60),
      ];
      expect(await store().write(batch(items, [[P0, 1]]))).toEqual(items);
      for (const open of [() => Promise.resolve(), reopen]) {
        await open();
        expect(inOrder(await store().series())).toEqual([{ ...psi, feature: undefined }, psi, distribution]);
        expect(await store().alerts(alertsQuestion())).toEqual([stored(alert('a', START))]);
        expect(await store().profiles(profilesQuestion())).toEqual([
          { series: distribution, times: [START], spans: [60], contents: ['{"counts":[1,2]}'] },
        ]);
        const asked = question({ metric: 'drift.psi', by: ['model', 'monitor', 'feature'] });
        expect(
          (await store().aggregate(asked)).map(({ monitor, feature, values }) => [monitor, feature, values])
        ).toEqual([
          ['drift', undefined, [0.1]],
          ['drift', 'close', [0.4]],
        ]);
        expect(await store().write(batch(items))).toEqual([]);
      }
    });

    it('tells which series have profiles within a range', async () => {
      await store().write(batch([point(psi, START, 1, 0), profile(distribution, START + 10, '{}', 1)]));
      expect(await store().series(START + 10, START + 20)).toEqual([distribution]);
    });

    it('tells an alert by its first change, until when it fired by the other, in whatever order they come', async () => {
      const [first, over] = [alert('a', START), alert('a', START, START + MINUTE)];
      await store().write(batch([first]));
      expect(await store().alerts(alertsQuestion())).toEqual([stored(first)]);
      await store().write(batch([over]));
      await store().write(batch([alert('b', START + 1, START + 2), alert('b', START + 1)]));
      await store().write(batch([alert('c', START + 2, START + 3)]));
      expect(await store().alerts(alertsQuestion())).toEqual([
        stored(alert('c', START + 2, START + 3), START + 3),
        stored(alert('b', START + 1), START + 2),
        stored(first, START + MINUTE),
      ]);
    });

    it('knows a change of an alert that comes again, wherever it is read, and however often', async () => {
      const [first, over] = [alert('a', START), alert('a', START, START + MINUTE)];
      await store().write(batch([first, first], [[P0, 500]]));
      const again = { ...first, partition: P1, offset: 7, time: START + 1 };
      expect(await store().write(batch([again, over, over]))).toEqual([over]);
      await reopen();
      expect(await store().write(batch([over, first]))).toEqual([]);
      expect(await store().alerts(alertsQuestion())).toHaveLength(1);
    });

    it('keeps every step of an alert, and tells by them how far it has come', async () => {
      const at = (number: number, state: AlertChange['state'], changes: Partial<AlertChange> = {}): AlertChange =>
        alert('a', START + (number === 1 ? 0 : MINUTE), undefined, { number, state, time: START + number, ...changes });
      const labels = { team: "o'x", 'a,b': '' };
      const steps = [
        at(1, 'pending', { text: 'psi is 0.3' }),
        at(2, 'firing', { labels, link: 'http://grafana/d/x' }),
        at(3, 'error', { reason: 'no reference' }),
        at(4, 'firing', { text: 'psi is 0.6' }),
      ];
      const asked = async (changes: Partial<AlertsQuestion> = {}) =>
        (await store().alerts(alertsQuestion(changes))).map(({ state, startsAt, text }) => [state, startsAt, text]);
      await store().write(batch(steps.slice(0, 1)));
      expect(await asked()).toEqual([]);
      expect(await asked({ states: ['pending'] })).toEqual([['pending', START + 1, 'psi is 0.3']]);
      await store().write(batch(steps.slice(1, 3)));
      expect(await asked({ states: ['error'] })).toEqual([['error', START + 2, 'psi is 0.4']]);
      expect(await asked({ states: ['firing', 'resolved'] })).toEqual([]);
      await store().write(batch([steps[3] as AlertChange, ...steps]));
      await reopen();
      expect(await store().write(batch(steps))).toEqual([]);
      expect(await asked({ states: ['firing'] })).toEqual([['firing', START + 2, 'psi is 0.4']]);
      expect((await store().alerts(alertsQuestion()))[0]).toMatchObject({ labels, link: 'http://grafana/d/x' });
      expect(await store().alertSteps(['b', 'a'])).toEqual(
        steps.map(({ id, number, state, time, text, value, reason }) => ({
          id,
          number,
          state,
          time,
          text,
          value,
          reason,
        }))
      );
      // One that was over before it fired was never told.
      await store().write(batch([alert('b', START, undefined, { state: 'pending' }), alert('b', START, START + 1)]));
      expect(await asked({ states: ['resolved', 'pending'] })).toEqual([]);
    });

    it('finds alerts that touch a range, newest first', async () => {
      await store().write(
        batch([
          alert('early', START - MINUTE),
          alert('early', START - MINUTE, START),
          alert('before', START - 2 * MINUTE),
          alert('before', START - 2 * MINUTE, START - 1),
          alert('open', START - 3 * MINUTE),
          alert('at the end', START + 60 * MINUTE),
          alert('late', START + 59 * MINUTE),
        ])
      );
      const ids = async (changes: Partial<AlertsQuestion> = {}) =>
        (await store().alerts(alertsQuestion(changes))).map(({ id }) => id);
      expect(await ids()).toEqual(['late', 'early', 'open']);
      expect(await ids({ limit: 2 })).toEqual(['late', 'early']);
      expect(await ids({ states: ['firing'] })).toEqual(['late', 'open']);
      expect(await ids({ states: ['resolved'], from: -Infinity, to: Infinity })).toEqual(['early', 'before']);
    });

    it('finds alerts by what they are about', async () => {
      const nothing = { slot: undefined, feature: undefined, value: undefined, evidence: undefined };
      await store().write(
        batch([
          alert('a', START, undefined, { model: 'gru', workflow: '', severity: 'critical' }),
          alert('b', START, undefined, { slot: 1, monitor: 'noise', feature: 'volume' }),
          alert('c', START, undefined, { ...nothing, engine: 'e1', monitor: 'resources', severity: 'info' }),
        ])
      );
      const ids = async (changes: Partial<AlertsQuestion>) =>
        (await store().alerts(alertsQuestion(changes))).map(({ id }) => id);
      expect(await ids({ models: ['gru', "x'y"] })).toEqual(['a']);
      expect(await ids({ workflow: 'prices' })).toEqual(['c', 'b']);
      expect(await ids({ workflow: '' })).toEqual(['a']);
      expect(await ids({ severities: ['critical', 'info'] })).toEqual(['c', 'a']);
      expect(await ids({ monitors: ['noise'] })).toEqual(['b']);
      expect(await ids({ features: ['volume', 'close'] })).toEqual(['b', 'a']);
      expect(await ids({ engines: ['e1'] })).toEqual(['c']);
      // Like a point without a slot, an alert without one is of every slot.
      expect(await ids({ slots: [1] })).toEqual(['c', 'b']);
      const [found] = await store().alerts(alertsQuestion({ engines: ['e1'] }));
      expect(found).toMatchObject(nothing);
    });

    it('finds profiles in the order of time, and leaves out the oldest where there are too many', async () => {
      const other = { ...distribution, feature: 'volume' };
      const at = [3, 0, 2, 1];
      await store().write(
        batch([
          ...at.map((minute, offset) => profile(distribution, START + minute * MINUTE, `${minute}`, offset)),
          profile(other, START + MINUTE, 'other', 9),
        ])
      );
      const contents = async (changes: Partial<ProfilesQuestion> = {}) =>
        (await store().profiles(profilesQuestion(changes))).map((history) => history.contents);
      expect(await contents()).toEqual([['0', '1', '2', '3'], ['other']]);
      expect(await contents({ from: START + 1, to: START + 3 * MINUTE })).toEqual([['1', '2'], ['other']]);
      expect(await contents({ limit: 2 })).toEqual([['2', '3']]);
      expect(await contents({ features: ['volume'] })).toEqual([['other']]);
      expect(await contents({ monitors: ['noise'] })).toEqual([]);
    });

    it('leaves what monitors tell out of what derivation recalls', async () => {
      const counts = series('lstm', 'e1', 'record.count', 0);
      await store().write(batch([point(psi, START, 1, 0), point(counts, START, 1, 1)], [[P0, 9]]));
      const recalled = await store().recall();
      expect(recalled.series('', 'drift.psi', 0)).toBeUndefined();
      expect(recalled.series('e1', 'record.count', 0)?.recent).toHaveLength(1);
    });

    it('holds all of it once after a crash and a replay, wherever the crash was', async () => {
      await fc.assert(
        fc.asyncProperty(
          told(),
          fc.nat({ max: 12 }),
          fc.boolean(),
          fc.nat({ max: 10 }),
          async (items, crash, restart, lag) => {
            const own = await makePlace();
            let tested = await own.open();
            try {
              const taken = items.slice(0, crash * 5);
              for (let at = 0; at < taken.length; at += 5) {
                const position = Math.max(0, at - lag);
                await tested.write(
                  batch(
                    taken.slice(at, at + 5),
                    [P0, P1].map((each): [Partition, number] => [each, position])
                  )
                );
              }
              if (restart) {
                await tested.close();
                tested = await own.open();
              }
              const from = (await tested.positions()).get(P0.key) ?? 0;
              const again = items.filter((item) => 'offset' in item && item.offset >= from);
              for (let at = 0; at < again.length; at += 3) {
                await tested.write(batch(again.slice(at, at + 3)));
              }
              const [points, profiles] = (['point', 'profile'] as const).map((kind) =>
                items.filter((item) => item.kind === kind)
              );
              const counts = await tested.aggregate(
                question({ metric: 'drift.psi', over: 'count', by: [], width: 3600 * SECOND, from: 0, to: 2 * START })
              );
              expect(counts.flatMap(({ values }) => values).reduce((a, b) => a + b, 0)).toBe(points?.length);
              const histories = await tested.profiles(profilesQuestion({ from: 0, to: 2 * START }));
              expect(histories.flatMap(({ contents }) => contents)).toEqual(
                profiles?.map((item) => (item as ProfilePoint).content)
              );
              const alerts = items.filter((item): item is AlertChange => item.kind === 'alert');
              const found = await tested.alerts(alertsQuestion({ from: 0, to: 2 * START }));
              expect(new Map(found.map(({ id, state }) => [id, state]))).toEqual(
                new Map(alerts.map(({ id, state }) => [id, state]))
              );
            } finally {
              await tested.close();
              await own.dispose();
            }
          }
        ),
        { numRuns: runs(25) }
      );
    });
  });
}

function stored(change: AlertChange, endsAt?: number): StoredAlert {
  const { kind: _kind, number: _number, time: _time, partition: _partition, offset: _offset, ...rest } = change;
  return { labels: {}, link: undefined, ...rest, endsAt, state: endsAt === undefined ? 'firing' : 'resolved' };
}

/** A stream of points, profiles and alerts; each alert fires, and may be over some messages later. */
function told(): fc.Arbitrary<ArchiveItem[]> {
  const one = fc.record({
    kind: fc.constantFrom('point', 'profile', 'alert'),
    partition: fc.constantFrom(P0, P1),
    over: fc.boolean(),
  });
  return fc.array(one, { minLength: 1, maxLength: 60 }).map((all) => {
    const open: string[] = [];
    return all.map(({ kind, partition, over }, offset): ArchiveItem => {
      const time = START + offset * SECOND;
      if (kind === 'point') {
        return point(psi, time, 1, offset, 1, partition);
      }
      if (kind === 'profile') {
        return profile(distribution, time, `${offset}`, offset, partition);
      }
      const id = over ? open.shift() : undefined;
      if (id === undefined) {
        open.push(`alert ${offset}`);
        return alert(`alert ${offset}`, time, undefined, { partition, offset });
      }
      return alert(id, START, time, { partition, offset });
    });
  });
}
