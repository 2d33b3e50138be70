import { expect, it } from 'vitest';
import type { AlertState } from '@pneumograph/contract';
import { change, Desk, receiver } from './testing.js';

/**
 * What happens to one alert, its receiver and what keeps it back, second by second, and when what is told of it. `silence 9` begins
 * one of nine seconds; `cause` and `over` are of an alert upstream.
 */
const TIMELINES: ReadonlyArray<readonly [what: string, lines: string, told: string]> = [
  ['tells both ends', '1 firing, 5 resolved', '2 firing, 6 resolved'],
  ['tells nothing of what only waited', '1 pending, 5 resolved', ''],
  ['tells what waited and then fires', '1 pending, 5 firing', '6 firing'],
  ['tells no state that was not asked for', '1 firing, 3 recovering, 5 no-data, 7 error, 9 firing', '2 firing'],
  // Silences.
  ['keeps back what fires in a silence, until its end', '0 silence 9, 1 firing', '9 firing'],
  ['keeps back what waited before a silence', '1 pending, 2 silence 9, 3 firing', '11 firing'],
  [
    'tells at once what is over in a silence, of what was told',
    '1 firing, 3 silence 9, 5 resolved',
    '2 firing, 6 resolved',
  ],
  ['tells nothing of what came and went in a silence', '0 silence 9, 1 firing, 5 resolved', ''],
  ['tells the end after a silence', '0 silence 9, 1 firing, 15 resolved', '9 firing, 16 resolved'],
  ['tells when a silence is ended early', '0 silence 90, 1 firing, 5 expire', '6 firing'],
  ['goes from one silence to the next', '0 silence 5, 1 firing, 4 silence 10', '14 firing'],
  ['does not repeat itself for a silence', '1 firing, 3 silence 9, 20 resolved', '2 firing, 21 resolved'],
  ['keeps back in a silence what cannot be told', '0 silence 9, 1 firing, 3 no-data, 5 error, 7 firing', '9 firing'],
  [
    'tells after a silence what fired and cannot be told by now',
    '0 silence 9, 1 firing, 3 no-data, 15 resolved',
    '9 firing, 16 resolved',
  ],
  // Inhibition.
  ['keeps back what follows from a cause', '1 cause, 2 firing, 9 over', '10 firing'],
  ['tells the end in spite of a cause', '1 firing, 3 cause, 5 resolved', '2 firing, 6 resolved'],
  ['tells nothing of a consequence that is gone with its cause', '1 cause, 2 firing, 8 resolved, 9 over', ''],
  ['is kept back by a silence beyond the cause', '0 silence 15, 1 cause, 2 firing, 9 over', '15 firing'],
  // Restarts.
  ['goes on after a crash', '1 firing, 3 crash, 5 resolved', '2 firing, 6 resolved'],
  ['tells after a crash what it was to tell', '1 fails, 1 firing, 3 crash, 5 works', '7 firing'],
  ['knows of a silence after a crash', '0 silence 9, 1 firing, 3 crash', '9 firing'],
  ['knows of a cause after a crash', '1 cause, 2 firing, 3 crash, 9 over', '10 firing'],
  // A receiver that fails: pauses of 1, 2, 4 … seconds.
  ['tells both ends though the receiver was away', '0 fails, 1 firing, 3 resolved, 4 works', '5 firing, 5 resolved'],
  [
    'tells the end of what it told before the receiver was away',
    '1 firing, 3 fails, 4 resolved, 5 works',
    '2 firing, 6 resolved',
  ],
];

it.each(TIMELINES)('who is told of an alert: %s (%s)', async (_, lines, told) => {
  const ops = receiver({ groupWait: '0s', groupInterval: '0s' });
  const downstream = (_workflow: string, model: string) => new Set(model === 'reader' ? ['lstm'] : []);
  const desk = new Desk([ops], { downstream });
  const begin = desk.now;
  let [number, cause, silence] = [0, 0, ''];
  const found: string[] = [];
  const happen = (what: string, seconds: string | undefined): void => {
    const about = { model: 'reader', inhibits: 'downstream' as const };
    switch (what) {
      case 'silence': {
        const matchers = [{ label: 'model', value: 'lstm' }];
        const span = { startsAt: desk.now, endsAt: desk.now + Number(seconds) * 1000 };
        silence = desk.center.silence({ matchers, ...span, author: 'ann', comment: '' }).id;
        break;
      }
      case 'expire':
        desk.center.expire(silence);
        break;
      case 'cause':
      case 'over':
        desk.store(change('cause', ++cause, what === 'cause' ? 'firing' : 'resolved', about));
        break;
      case 'crash':
        desk.restart();
        break;
      case 'fails':
        desk.failing.add('ops');
        break;
      case 'works':
        desk.failing.delete('ops');
        break;
      default:
        desk.store(change('a', ++number, what as AlertState));
    }
  };
  for (let second = 0; second < 40; second++) {
    for (const line of lines.split(', ')) {
      const [at, what = '', seconds] = line.split(' ');
      if (Number(at) === second) {
        happen(what, seconds);
      }
    }
    await desk.pass(1);
    const own = desk.take().filter((line) => line.startsWith('a/'));
    found.push(...own.map((line) => `${(desk.now - begin) / 1000} ${line.split(' ')[1] ?? ''}`));
  }
  expect(found).toEqual(told === '' ? [] : told.split(', '));
});
