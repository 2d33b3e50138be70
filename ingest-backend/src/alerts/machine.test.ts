import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate } from './evaluated.js';
import { play, shown, type Line } from './timeline.js';

const NORMAL = 'normal';
const STATES = ['normal', 'pending', 'firing', 'recovering', 'no-data', 'error'] as const;

/** Rules, what happens, and the steps that have to come of it. */
const TIMELINES: ReadonlyArray<readonly [what: string, rules: string, lines: string, steps: string]> = [
  // Values.
  ['fires at once without `for`', '', '1 true', '1 normal → firing'],
  ['says a condition that holds on only once', '', '1 true, 2 true, 9 true', '1 normal → firing'],
  ['resolves', '', '1 true, 2 false', '1 normal → firing, 2 firing → resolved'],
  ['waits for `for`', 'for=5', '1 true, 6', '1 normal → pending, 6 pending → firing'],
  ['forgets what held too shortly', 'for=5', '1 true, 3 false, 9', '1 normal → pending, 3 pending → resolved'],
  [
    'does not add up what held in pieces',
    'for=5',
    '1 true, 3 false, 4 true, 7 false',
    '1 normal → pending, 3 pending → resolved, 4 normal → pending, 7 pending → resolved',
  ],
  ['fires where it holds when its time is up', 'for=5', '1 true, 6 true', '1 normal → pending, 6 pending → firing'],
  [
    'does not fire where it holds no more when its time is up',
    'for=5',
    '1 true, 6 false',
    '1 normal → pending, 6 pending → resolved',
  ],
  ['fires in time though it is told late', 'for=5', '1 true, 30', '1 normal → pending, 6 pending → firing'],
  [
    'fires and resolves though all is told late',
    'for=5',
    '1 true, 30 false',
    '1 normal → pending, 6 pending → firing, 30 firing → resolved',
  ],
  ['keeps firing', 'keep=5', '1 true, 2 false, 7', '1 normal → firing, 2 firing → recovering, 7 recovering → resolved'],
  [
    'does not resolve what comes back',
    'keep=5',
    '1 true, 2 false, 4 true, 20',
    '1 normal → firing, 2 firing → recovering, 4 recovering → firing',
  ],
  [
    'goes on firing where it comes back when its time is up',
    'keep=5',
    '1 true, 2 false, 7 true',
    '1 normal → firing, 2 firing → recovering, 7 recovering → firing',
  ],
  [
    'counts from when it first held no more',
    'keep=5',
    '1 true, 2 false, 5 false, 7',
    '1 normal → firing, 2 firing → recovering, 7 recovering → resolved',
  ],
  [
    'waits anew after it resolved',
    'for=2 keep=2',
    '1 true, 3 true, 4 false, 6, 7 true, 9',
    '1 normal → pending, 3 pending → firing, 4 firing → recovering, 6 recovering → resolved, 7 normal → pending, 9 pending → firing',
  ],
  [
    'has the alert of an event resolve by itself',
    'resolve=5',
    '1 event, 3 event, 8',
    '1 normal → firing, 8 firing → resolved',
  ],
  [
    'tells an event that comes again later as another',
    'resolve=5',
    '1 event, 9 event',
    '1 normal → firing, 6 firing → resolved, 9 normal → firing',
  ],
  [
    'fires at once where an event happens meanwhile',
    'for=9',
    '1 true, 2 event',
    '1 normal → pending, 2 pending → firing',
  ],
  // Gaps.
  ['takes what was said last to hold', 'for=5', '1 true, 99', '1 normal → pending, 6 pending → firing'],
  ['never resolves because a series vanished', '', '1 true, 99999', '1 normal → firing'],
  ['says where nothing comes any more, once', 'nodata=9', '1 false, 99, 999', '10 normal → no-data'],
  ['says so of what is pending', 'for=20 nodata=9', '1 true, 99', '1 normal → pending, 10 pending → no-data'],
  [
    'says so of what fires, and does not resolve it',
    'nodata=9',
    '1 true, 99',
    '1 normal → firing, 10 firing → no-data',
  ],
  [
    'says so of what recovers',
    'keep=20 nodata=9',
    '1 true, 2 false, 99',
    '1 normal → firing, 2 firing → recovering, 11 recovering → no-data',
  ],
  [
    'goes on with what fired before, without a new alert',
    'nodata=9',
    '1 true, 20 true',
    '1 normal → firing, 10 firing → no-data, 20 no-data → firing',
  ],
  [
    'does not wait again for what fired before',
    'for=3 nodata=9',
    '1 true, 4 true, 20 true',
    '1 normal → pending, 4 pending → firing, 13 firing → no-data, 20 no-data → firing',
  ],
  [
    'resolves what is right after the gap',
    'nodata=9',
    '1 true, 20 false',
    '1 normal → firing, 10 firing → no-data, 20 no-data → resolved',
  ],
  [
    'has it recover, where it keeps firing',
    'keep=3 nodata=9',
    '1 true, 20 false, 23',
    '1 normal → firing, 10 firing → no-data, 20 no-data → recovering, 23 recovering → resolved',
  ],
  [
    'ends with the gap where nothing was wrong',
    'nodata=9',
    '1 false, 20 false',
    '10 normal → no-data, 20 no-data → resolved',
  ],
  [
    'waits anew after a gap',
    'for=5 nodata=9',
    '1 false, 20 true, 25',
    '10 normal → no-data, 20 no-data → pending, 25 pending → firing',
  ],
  ['fires right after a gap without `for`', 'nodata=9', '1 false, 20 true', '10 normal → no-data, 20 no-data → firing'],
  ['does not say it of events', 'nodata=2 resolve=9', '1 event, 5, 10', '1 normal → firing, 10 firing → resolved'],
  // Failures.
  ['says that it cannot be told', '', '1 true, 2 fails', '1 normal → firing, 2 firing → error'],
  [
    'says it once, however often it fails',
    '',
    '1 true, 2 fails, 3 fails, 4 fails',
    '1 normal → firing, 2 firing → error',
  ],
  ['says nothing of what is all right', '', '1 false, 2 fails', ''],
  ['goes on with what fired', '', '1 true, 2 fails, 3 true', '1 normal → firing, 2 firing → error, 3 error → firing'],
  [
    'resolves what is right again',
    '',
    '1 true, 2 fails, 3 false',
    '1 normal → firing, 2 firing → error, 3 error → resolved',
  ],
  [
    'has it recover',
    'keep=3',
    '1 true, 2 fails, 3 false, 9',
    '1 normal → firing, 2 firing → error, 3 error → recovering, 6 recovering → resolved',
  ],
  [
    'does not resolve what recovers while it fails',
    'keep=3',
    '1 true, 2 false, 3 fails, 9',
    '1 normal → firing, 2 firing → recovering, 3 recovering → error',
  ],
  [
    'does not fire while it fails, and waits anew',
    'for=3',
    '1 true, 2 fails, 9, 10 true, 13',
    '1 normal → pending, 2 pending → error, 10 error → pending, 13 pending → firing',
  ],
  [
    'forgets what was pending',
    'for=3',
    '1 true, 2 fails, 9 false',
    '1 normal → pending, 2 pending → error, 9 error → resolved',
  ],
  [
    'goes from no data to failure',
    'nodata=5',
    '1 true, 6, 7 fails, 8 true',
    '1 normal → firing, 6 firing → no-data, 7 no-data → error, 8 error → firing',
  ],
  ['does not call a failure a lack of data', 'nodata=5', '1 true, 2 fails, 99', '1 normal → firing, 2 firing → error'],
  [
    'counts by the clock of what is said, whatever the clock of a failure says',
    'for=3',
    '1 true, 900 fails, 5 true, 8, 9 false',
    '1 normal → pending, 900 pending → error, 900 error → pending, 900 pending → firing, 900 firing → resolved',
  ],
  [
    'recovers by the clock of what is said, too',
    'keep=3',
    '1 true, 900 fails, 5 false, 7, 8',
    '1 normal → firing, 900 firing → error, 900 error → recovering, 900 recovering → resolved',
  ],
  [
    'lets an event be, whoever fails afterwards',
    'resolve=9',
    '1 event, 2 fails, 10',
    '1 normal → firing, 10 firing → resolved',
  ],
  [
    'takes an event after a failure for what it is',
    'for=9',
    '1 true, 2 fails, 3 event',
    '1 normal → pending, 2 pending → error, 3 error → firing',
  ],
  [
    'takes an event after a gap for what it is',
    'nodata=5',
    '1 false, 6, 7 event',
    '6 normal → no-data, 7 no-data → firing',
  ],
  [
    'takes an event for a return',
    'keep=9',
    '1 true, 2 false, 3 event',
    '1 normal → firing, 2 firing → recovering, 3 recovering → firing',
  ],
  // The end of looking.
  ['ends what fires', '', '1 true, 2 ends, 3', '1 normal → firing, 2 firing → resolved'],
  ['ends what is pending', 'for=9', '1 true, 2 ends, 99', '1 normal → pending, 2 pending → resolved'],
  [
    'ends what recovers',
    'keep=9',
    '1 true, 2 false, 3 ends, 99',
    '1 normal → firing, 2 firing → recovering, 3 recovering → resolved',
  ],
  ['ends a gap', 'nodata=5', '1 true, 6, 7 ends, 99', '1 normal → firing, 6 firing → no-data, 7 no-data → resolved'],
  ['ends a failure', '', '1 true, 2 fails, 3 ends', '1 normal → firing, 2 firing → error, 3 error → resolved'],
  ['does not miss what it does not look at any more', 'nodata=5', '1 false, 2 ends, 99', ''],
  // Restarts.
  ['goes on waiting after a restart', 'for=5', '1 true, 2 restart, 6', '1 normal → pending, 6 pending → firing'],
  ['does not fire again after a restart', '', '1 true, 2 restart, 3 true', '1 normal → firing'],
  [
    'goes on recovering after a restart',
    'keep=5',
    '1 true, 2 false, 3 restart, 7',
    '1 normal → firing, 2 firing → recovering, 7 recovering → resolved',
  ],
  [
    'knows after a restart when it was last told',
    'nodata=9',
    '1 true, 5 restart, 99',
    '1 normal → firing, 10 firing → no-data',
  ],
  [
    'resolves after a restart what it told before',
    '',
    '1 true, 2 restart, 3 false',
    '1 normal → firing, 3 firing → resolved',
  ],
  // Late truth.
  ['lets what comes late say nothing of now', '', '5 true, 3 false', '5 normal → firing'],
  ['lets what comes late raise nothing', '', '5 false, 3 true, 9', ''],
  ['does not begin earlier for it', 'for=5', '5 true, 3 true, 8, 10', '5 normal → pending, 10 pending → firing'],
  ['takes a correction of the same moment', '', '5 true, 5 false', '5 normal → firing, 5 firing → resolved'],
  ['tells an event that comes late', 'resolve=9', '5 false, 3 event, 12', '3 normal → firing, 12 firing → resolved'],
];

const split = (text: string): string[] => (text === '' ? [] : text.split(', '));

describe('the alert machine', () => {
  it.each(TIMELINES)('%s (%s: %s)', (_, rules, lines, steps) => {
    expect(shown(play(rules, split(lines)))).toEqual(split(steps));
  });

  it('has a timeline for every pair of states that there is', () => {
    const covered = new Set(TIMELINES.flatMap(([, , , steps]) => split(steps).map((one) => one.replace(/^\S+ /, ''))));
    const possible = STATES.flatMap((from) =>
      [...STATES.slice(1), 'resolved'].filter((to) => to !== from).map((to) => `${from} → ${to}`)
    );
    const impossible = [
      // Only what fired recovers, only what is open is resolved, and only what is open or waits for news can fail.
      ...['normal → recovering', 'pending → recovering', 'normal → resolved', 'normal → error'],
      // What fired does not become less certain by being said again.
      ...['firing → pending', 'recovering → pending'],
      // While the monitor fails, that nothing comes says nothing.
      'error → no-data',
    ];
    expect([...covered].sort()).toEqual(possible.filter((pair) => !impossible.includes(pair)).sort());
  });

  it('numbers the steps of each alert from 1, and tells them by what began it', () => {
    const steps = play('for=5 keep=2', ['1 true', '3 true', '6 true', '7 false', '8 true', '9 false', '20', '30 true']);
    expect(steps.map(({ number, to, first, told }) => `${number} ${to}: ${first}, ${told}`)).toEqual([
      '1 pending: 1 true, 1 true',
      '2 firing: 1 true, 6 true',
      '3 recovering: 1 true, 6 true',
      '4 firing: 1 true, 8 true',
      '5 recovering: 1 true, 8 true',
      '6 resolved: 1 true, 8 true',
      '1 pending: 30 true, 30 true',
    ]);
    expect(new Set(steps.slice(1, 6).map(({ startsAt }) => startsAt))).toEqual(new Set([6e6]));
  });

  const seconds = fc.integer({ min: 0, max: 4 });
  const what = fc.constantFrom('true', 'false', 'true', 'false', 'fails', 'restart', '');
  const timeline = fc.array(fc.tuple(seconds, what), { maxLength: 40 }).map((pieces): Line[] => {
    let at = 0;
    return pieces.map(([later, kind]) => `${(at += later)} ${kind}`.trim());
  });
  const someRules = fc
    .tuple(seconds, seconds, fc.option(fc.integer({ min: 1, max: 9 })))
    .map(([hold, keep, gap]) => `for=${hold} keep=${keep}${gap === null ? '' : ` nodata=${gap}`}`);

  it('says of random timelines what a rule that is evaluated every second says', () => {
    fc.assert(
      fc.property(someRules, timeline, (words, all) => {
        // Time that is told before a happening of the same moment would be its turn.
        const lines = all.filter((line) => line.includes(' '));
        const last = Number(lines.at(-1)?.split(' ')[0] ?? 0) + 30;
        // A failure is by another clock: whoever tells it has to say first how far time has come.
        const told = lines.flatMap((line) => (/fails/.test(line) ? [String(parseInt(line) - 1), line] : [line]));
        expect(shown(play(words, [...told, String(last)]))).toEqual(evaluate(words, lines, last));
      }),
      { numRuns: 3000 }
    );
  });

  it('says the same however often it is told how far time has come', () => {
    fc.assert(
      fc.property(someRules, timeline, (words, lines) => {
        const plain = lines.filter((line) => line.includes(' ') && !/fails/.test(line));
        const told = plain
          .flatMap((line) => [line.split(' ')[0] as string, line])
          .map((line, index, all) => {
            // Time that is told before a happening of the same moment would be its turn.
            const next = all[index + 1];
            return line.includes(' ') || next === undefined ? line : String(Number(line) - 0.5);
          });
        expect(shown(play(words, [...told, '999']))).toEqual(shown(play(words, [...plain, '999'])));
      })
    );
  });

  it('never steps from a state that it was not in, and back to normal only through resolved', () => {
    fc.assert(
      fc.property(someRules, timeline, (words, lines) => {
        let [state, number]: [string, number] = [NORMAL, 0];
        for (const step of play(words, [...lines, '999 ends'])) {
          expect([step.from, step.number]).toEqual([state, number + 1]);
          [state, number] = step.to === 'resolved' ? [NORMAL, 0] : [step.to, step.number];
        }
        expect(state).toBe(NORMAL);
      })
    );
  });
});
