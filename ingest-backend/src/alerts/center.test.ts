import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlertState } from '@pneumograph/contract';
import type { AlertChange } from '../archive/index.js';
import { change, Desk, receiver } from './testing.js';

const AT_ONCE = { groupWait: '0s', groupInterval: '0s' };
const now = receiver(AT_ONCE);
const every = receiver({
  ...{ groupWait: '0s', groupInterval: '0s' },
  send: ['pending', 'firing', 'recovering', 'resolved', 'no-data', 'error'],
});
const silence = (desk: Desk, seconds: number, label = 'model', value = 'lstm') =>
  desk.center.silence({
    ...{ matchers: [{ label, value }], startsAt: desk.now, endsAt: desk.now + seconds * 1000 },
    ...{ author: 'ann', comment: 'maintenance' },
  });

describe('a receiver', () => {
  it('is told that an alert fires and that it is over, each once', async () => {
    const desk = new Desk([now]).store(change('a', 1, 'pending'), change('a', 2, 'firing'));
    await desk.pass(30);
    desk.store(change('a', 3, 'recovering'), change('a', 4, 'firing'), change('a', 5, 'resolved'));
    await desk.pass(30);
    expect(desk.take()).toEqual(['a/2 firing', 'a/5 resolved']);
    expect(desk.notifications[0]?.notices[0]).toMatchObject({
      ...{ severity: 'warning', value: 12, evidence: { value: 12 }, startsAt: '2018-03-05T20:00:02.000000Z' },
      labels: { alertname: 'Value out of bounds', monitor: 'bounds', model: 'lstm', slot: '0', feature: 'price' },
    });
  });

  it('is told of all states that it asks for, in their order', async () => {
    const desk = new Desk([every]).store(change('a', 1, 'pending'), change('a', 2, 'firing'));
    desk.store(
      change('a', 3, 'no-data'),
      change('a', 4, 'error'),
      change('a', 5, 'firing'),
      change('a', 6, 'resolved')
    );
    await desk.pass(3);
    expect(desk.take()).toEqual(
      ['pending', 'firing', 'no-data', 'error', 'firing', 'resolved'].map((state, index) => `a/${index + 1} ${state}`)
    );
  });

  it('is not told that something is over of which it never heard', async () => {
    const desk = new Desk([now]).store(
      change('a', 1, 'pending'),
      change('a', 2, 'resolved'),
      change('b', 1, 'no-data')
    );
    desk.store(change('b', 2, 'resolved'));
    await desk.pass(10);
    expect(desk.take()).toEqual([]);
  });

  it('is told again of what lasts, after the time that it says', async () => {
    const desk = new Desk([receiver({ groupWait: '0s', repeatInterval: '1m' })]).store(change('a', 1, 'firing'));
    await desk.pass(150);
    desk.store(change('a', 2, 'recovering'));
    await desk.pass(60);
    desk.store(change('a', 3, 'resolved'));
    await desk.pass(600);
    expect(desk.take()).toEqual(['a/1 firing', 'a/1 firing*', 'a/1 firing*', 'a/2 recovering*', 'a/3 resolved']);
  });

  it('is told of those that it wants alone', async () => {
    const critical = receiver({ ...AT_ONCE, name: 'pager', match: { severity: 'critical', team: ['a*', 'b'] } });
    const [desk, team] = [new Desk([now, critical]), { severity: 'critical' as const, labels: { team: 'alpha' } }];
    desk.store(change('a', 1, 'firing'), change('b', 1, 'firing', team));
    await desk.pass(5);
    expect(desk.take().sort()).toEqual(['ops: a/1 firing', 'ops: b/1 firing', 'pager: b/1 firing']);
  });

  it('hears of the end of what it knows of, though the alert is not for it any more', async () => {
    const warnings = receiver({ ...AT_ONCE, match: { severity: 'warning' }, repeatInterval: '10s' });
    const desk = new Desk([warnings]).store(
      change('a', 1, 'firing'),
      change('b', 1, 'firing', { severity: 'critical' })
    );
    await desk.pass(5);
    expect(desk.take()).toEqual(['a/1 firing']);
    const critical = { severity: 'critical' as const };
    await desk.store(change('a', 2, 'error', critical), change('a', 3, 'firing', critical)).pass(30);
    expect(desk.take()).toEqual([]);
    desk.restart();
    await desk.store(change('a', 4, 'resolved', critical), change('b', 2, 'resolved', critical)).pass(5);
    expect(desk.take()).toEqual(['a/4 resolved']);
  });

  it('gets the steps of an alert in order though its labels change while it fails', async () => {
    const desk = new Desk([receiver({ ...AT_ONCE, groupBy: ['severity'] })]);
    desk.failing.add('ops');
    await desk.store(change('a', 1, 'firing')).pass(60);
    desk.failing.clear();
    await desk.store(change('a', 2, 'resolved', { severity: 'critical' })).pass(60);
    expect(desk.take()).toEqual(['a/1 firing', 'a/2 resolved']);
  });

  it('that fails is told again, in order, however long it takes, and others are not kept', async () => {
    const desk = new Desk([now, receiver({ ...AT_ONCE, name: 'other' })]);
    desk.failing.add('ops');
    desk.store(change('a', 1, 'firing'));
    await desk.pass(40);
    desk.store(change('a', 2, 'resolved'));
    await desk.pass(40);
    expect(desk.take()).toEqual(['other: a/1 firing', 'other: a/2 resolved']);
    desk.failing.clear();
    await desk.pass(320);
    expect(desk.take()).toEqual(['ops: a/1 firing', 'ops: a/2 resolved']);
  });

  it('is told after a crash of what it was not told before, and of nothing twice that was noted', async () => {
    const desk = new Desk([now]);
    desk.failing.add('ops');
    await desk.store(change('a', 1, 'firing')).pass(3);
    desk.failing.clear();
    await desk.restart().pass(3);
    expect(desk.take()).toEqual(['a/1 firing']);
    await desk
      .restart()
      .store(change('a', 1, 'firing'), change('a', 2, 'resolved'))
      .pass(3);
    await desk
      .restart()
      .store(change('a', 2, 'resolved'))
      .pass(3);
    expect(desk.take()).toEqual(['a/2 resolved']);
    // What is over is forgotten after a day.
    await desk.pass(1);
    desk.now += 25 * 3_600_000;
    await desk.pass(1);
    expect([...desk.notes.keys()]).toEqual([]);
  });

  it('is told of nothing before it is stored', async () => {
    const desk = new Desk([now]);
    desk.center.watch([change('a', 1, 'firing')]);
    await desk.pass(5);
    expect(desk.take()).toEqual([]);
    desk.center.stored();
    await desk.pass(1);
    expect(desk.take()).toEqual(['a/1 firing']);
  });

  it('gets every step at least once and in order, whatever fails and crashes in between', async () => {
    const act = fc.oneof(
      fc.record({ step: fc.constantFrom('a', 'b', 'c', 'd') }),
      fc.record({ pass: fc.integer({ min: 1, max: 20 }) }),
      fc.constantFrom({ fail: true }, { fail: false }, { crash: true })
    );
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 60 }), async (acts) => {
        const desk = new Desk([every]);
        const stored: AlertChange[] = [];
        for (const one of acts) {
          if ('step' in one) {
            const number = stored.filter(({ id }) => id === one.step).length + 1;
            const state: AlertState = number % 2 === 1 ? 'firing' : 'error';
            stored.push(change(one.step, number, state));
            desk.store(stored.at(-1) as AlertChange);
          } else if ('pass' in one) {
            await desk.pass(one.pass);
          } else if ('fail' in one) {
            desk.failing[one.fail ? 'add' : 'delete']('ops');
          } else {
            desk.restart();
          }
        }
        desk.failing.clear();
        desk.now += 600_000;
        await desk.pass(3);
        for (const id of ['a', 'b', 'c', 'd']) {
          const keys = desk.told.filter((one) => one.startsWith(id)).map((one) => one.split(' ')[0] ?? '');
          const first = keys.filter((key, index) => keys.indexOf(key) === index);
          expect(first).toEqual(stored.filter((one) => one.id === id).map(({ number }) => `${id}/${number}`));
        }
      }),
      { numRuns: 60 }
    );
  });
});

describe('grouping, as Alertmanager has it', () => {
  const grouped = receiver({ groupBy: ['model'], groupWait: '30s', groupInterval: '5m' });

  it('waits for others of the group once, and tells them together', async () => {
    const desk = new Desk([grouped]).store(change('a', 1, 'firing'));
    await desk.pass(20);
    desk.store(change('b', 1, 'firing'), change('c', 1, 'firing', { model: 'gru' }));
    await desk.pass(9);
    expect(desk.take()).toEqual([]);
    await desk.pass(1);
    expect(desk.take()).toEqual(['a/1 firing', 'b/1 firing']);
    expect(desk.notifications[0]?.groupLabels).toEqual({ model: 'lstm' });
    await desk.pass(30);
    expect(desk.take()).toEqual(['c/1 firing']);
  });

  it('waits with news of a group that was told, and drops no step meanwhile', async () => {
    const desk = new Desk([grouped]).store(change('a', 1, 'firing'));
    await desk.pass(40);
    desk.store(change('b', 1, 'firing'), change('a', 2, 'resolved'), change('b', 2, 'resolved'));
    await desk.pass(280);
    expect(desk.take()).toEqual(['a/1 firing']);
    await desk.pass(20);
    expect(desk.take()).toEqual(['b/1 firing', 'a/2 resolved', 'b/2 resolved']);
  });

  it('tells each alone where all labels are in `groupBy`', async () => {
    const desk = new Desk([receiver({ groupBy: ['...'], groupWait: '0s' })]);
    await desk.store(change('a', 1, 'firing'), change('b', 1, 'firing', { slot: 1 })).pass(2);
    expect(desk.notifications.map(({ notices }) => notices.length)).toEqual([1, 1]);
  });

  it('does not tell a storm in one notification, but all of it', async () => {
    const desk = new Desk([now]);
    desk.store(...Array.from({ length: 350 }, (_, index) => change(`a${index}`, 1, 'firing')));
    await desk.pass(10);
    expect(desk.notifications.map(({ notices }) => notices.length)).toEqual([100, 100, 100, 50]);
  });
});

describe('a silence', () => {
  it('keeps back what fires, says so, and lets it be told when it ends', async () => {
    const desk = new Desk([now]);
    silence(desk, 60);
    await desk.store(change('a', 1, 'firing'), change('b', 1, 'firing', { model: 'gru' })).pass(30);
    expect(desk.take()).toEqual(['b/1 firing']);
    expect(desk.center.mutedBy('a')).toEqual({
      by: 'silence',
      because: 'Silenced by ann until 1970-01-01T00:17:40.000Z: maintenance',
    });
    await desk.pass(40);
    expect(desk.take()).toEqual(['a/1 firing']);
    expect(desk.center.mutedBy('a')).toBeUndefined();
  });

  it('lets nobody believe for ever that something fires: what was told before is resolved at once', async () => {
    const desk = new Desk([now]);
    await desk.store(change('a', 1, 'firing')).pass(5);
    silence(desk, 600);
    await desk.store(change('a', 2, 'resolved')).pass(5);
    expect(desk.take()).toEqual(['a/1 firing', 'a/2 resolved']);
  });

  it('says nothing of what came and went under it', async () => {
    const desk = new Desk([every]);
    silence(desk, 60);
    await desk.store(change('a', 1, 'firing')).pass(5);
    await desk.store(change('a', 2, 'error'), change('a', 3, 'resolved')).pass(100);
    expect(desk.take()).toEqual([]);
  });

  it('keeps repetitions back', async () => {
    const desk = new Desk([receiver({ groupWait: '0s', groupInterval: '1s', repeatInterval: '10s' })]);
    await desk.store(change('a', 1, 'firing')).pass(5);
    silence(desk, 60);
    await desk.pass(50);
    expect(desk.take()).toEqual(['a/1 firing']);
    await desk.pass(15);
    expect(desk.take()).toEqual(['a/1 firing*']);
  });

  it('can be ended early, outlives a restart, and is shown with its author when it is over', async () => {
    const desk = new Desk([now]);
    const { id } = silence(desk, 600);
    await desk.pass(1);
    desk.restart();
    await desk.store(change('a', 1, 'firing')).pass(5);
    expect(desk.take()).toEqual([]);
    expect(desk.center.expire(id)?.state).toBe('expired');
    expect(desk.center.expire(id)).toBeUndefined();
    await desk.pass(2);
    expect(desk.take()).toEqual(['a/1 firing']);
    expect(desk.center.silences()).toMatchObject([{ id, author: 'ann', comment: 'maintenance', state: 'expired' }]);
  });
});

describe('inhibition', () => {
  const downstream = (_: string, model: string): Set<string> =>
    new Set(model === 'reader' ? ['lstm', 'scorer'] : model === 'lstm' ? ['scorer'] : []);
  const failure = (number: number, state: AlertState): AlertChange =>
    change('failure', number, state, {
      ...{
        model: 'lstm',
        slot: undefined,
        engine: 'e1',
        name: 'Engine failed',
        text: 'The engine e1 is in the state error.',
      },
      inhibits: 'downstream',
    });

  it('keeps back what follows from a failure upstream, and says so', async () => {
    const desk = new Desk([now], { downstream });
    desk.store(failure(1, 'firing'), change('below', 1, 'firing', { model: 'scorer' }));
    desk.store(change('out', 1, 'firing', { slot: 1 }), change('in', 1, 'firing'));
    desk.store(change('above', 1, 'firing', { model: 'reader' }));
    desk.store(change('elsewhere', 1, 'firing', { workflow: 'other', model: 'scorer' }));
    await desk.pass(5);
    expect(desk.take().sort()).toEqual(['above/1', 'elsewhere/1', 'failure/1', 'in/1'].map((key) => `${key} firing`));
    const told = desk.notifications.flatMap(({ notices }) => notices).find(({ id }) => id === 'failure');
    expect(told?.inhibits).toEqual(['scorer']);
    expect(desk.center.mutedBy('below')).toEqual({
      by: 'inhibition',
      because: 'Follows from "Engine failed" of lstm: The engine e1 is in the state error.',
    });
    expect(desk.center.mutedBy('out')?.by).toBe('inhibition');
  });

  it('tells what still lasts when the failure is over', async () => {
    const desk = new Desk([now], { downstream });
    desk.store(failure(1, 'firing'), change('below', 1, 'firing', { model: 'scorer' }));
    desk.store(change('gone', 1, 'firing', { model: 'scorer' }), change('gone', 2, 'resolved', { model: 'scorer' }));
    await desk.pass(5);
    desk.restart();
    await desk.pass(5);
    expect(desk.take()).toEqual(['failure/1 firing']);
    desk.store(failure(2, 'resolved'));
    await desk.pass(5);
    expect(desk.take().sort()).toEqual(['below/1 firing', 'failure/2 resolved']);
  });

  it('tells two failures, one upstream of the other', async () => {
    const desk = new Desk([now], { downstream });
    desk.store(failure(1, 'firing'), { ...failure(1, 'firing'), id: 'second', model: 'scorer' });
    await desk.pass(5);
    expect(desk.take().sort()).toEqual(['failure/1 firing', 'second/1 firing']);
  });
});

describe('what others are blamed for', () => {
  it('does not tell again after "no data", and does not take it for an end', async () => {
    const desk = new Desk([receiver({ groupWait: '0s', groupInterval: '0s', repeatInterval: '1h' })]);
    await desk.store(change('a', 1, 'firing')).pass(5);
    for (let number = 2; number < 10; number += 2) {
      await desk.store(change('a', number, 'no-data')).pass(5);
      await desk.store(change('a', number + 1, 'firing')).pass(5);
    }
    expect(desk.take()).toEqual(['a/1 firing']);
    await desk.store(change('a', 10, 'resolved')).pass(5);
    expect(desk.take()).toEqual(['a/10 resolved']);
  });

  it('does not flap because the monitor fails', async () => {
    const desk = new Desk([now]);
    await desk.store(change('a', 1, 'firing')).pass(5);
    for (let number = 2; number < 10; number += 2) {
      desk.store(change('a', number, 'error'), change('a', number + 1, 'firing'));
      await desk.pass(5);
    }
    expect(desk.take()).toEqual(['a/1 firing']);
  });

  it('does not let Alertmanager take an alert for over that nobody can tell', async () => {
    const desk = new Desk([receiver({ kind: 'alertmanager', repeatInterval: '1m' })]);
    await desk.store(change('a', 1, 'firing')).pass(1);
    await desk.store(change('a', 2, 'no-data')).pass(130);
    expect(desk.take()).toEqual(['a/1 firing', 'a/2 firing*', 'a/2 firing*']);
  });
});
