import { toDataFrame } from '@grafana/data';
import { readEvents } from './events';

const frame = (fields: Record<string, unknown[]>) =>
  toDataFrame({ fields: Object.entries(fields).map(([name, values]) => ({ name, values })) });

test('moments and stretches are told apart, and texts are plain', () => {
  const events = readEvents([
    frame({
      time: [20, 10, NaN, 30],
      timeEnd: [20, 15, 5, null],
      title: [null, 'Maintenance', 'No time', null],
      text: ['Version <b>2</b>\n deployed', 'of brokers', '', ''],
      tags: [[], [], [], ['release', 'eu']],
    }),
  ]);
  expect(events).toEqual([
    { from: 10, to: 15, text: 'Maintenance: of brokers' },
    { from: 20, to: undefined, text: 'Version 2 deployed' },
    { from: 30, to: undefined, text: 'release, eu' },
  ]);
});

test('what is about a model is left to its alerts', () => {
  expect(
    readEvents([
      frame({ time: [1], text: ['Drift'], model: ['scorer'] }),
      frame({ time: [1], text: ['Drift'], tags: [['model:scorer']] }),
      frame({ time: [1], text: ['CPU {model=scorer} - Alerting'], newState: ['Alerting'] }),
    ])
  ).toEqual([]);
});

test('of very many the newest are kept', () => {
  const times = Array.from({ length: 1000 }, (_, index) => index);
  const events = readEvents([frame({ time: times, text: times.map(String) })]);
  expect(events.length).toBeLessThan(1000);
  expect(events.at(-1)?.from).toBe(999);
});
