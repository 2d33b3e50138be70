import fc from 'fast-check';
import { DEFAULT_OPTIONS, migrateOptions } from './options';

test('anything stored becomes options of version 1, and those stay as they are', () => {
  fc.assert(
    fc.property(fc.oneof(fc.anything(), fc.record({ cards: fc.anything(), layout: fc.anything() })), (stored) => {
      const options = migrateOptions(stored);
      for (const name of ['cards', 'links', 'alerts'] as const) {
        const presets = DEFAULT_OPTIONS[name];
        expect(options[name]).toMatchObject(
          Object.fromEntries(Object.keys(presets).map((key) => [key, expect.any(Boolean)]))
        );
      }
      expect(['right', 'down']).toContain(options.layout.direction);
      expect(migrateOptions(options)).toEqual(options);
    })
  );
});

test('a choice of the user survives, and so does what this version does not know', () => {
  const stored = { cards: { cpu: true, later: 7 }, layout: { direction: 'down' }, later: { a: 1 } };
  expect(migrateOptions(stored)).toEqual({
    ...DEFAULT_OPTIONS,
    cards: { ...DEFAULT_OPTIONS.cards, cpu: true, later: 7 },
    layout: { direction: 'down' },
    later: { a: 1 },
  });
});

test('positions and folded workflows survive as far as they can be used', () => {
  const layout = { positions: { a: { x: 1, y: 2 }, b: { x: 'far', y: 0 }, c: null }, collapsed: ['w', 3] };
  expect(migrateOptions({ layout }).layout).toEqual({
    direction: 'right',
    positions: { a: { x: 1, y: 2 } },
    collapsed: ['w'],
  });
});

/** What dashboards of each version store: its defaults, and a choice in it. Versions are only ever added. */
const VERSIONS: Array<[what: string, stored: object, chosen: object]> = [
  [
    'with a graph alone',
    {
      cards: { engines: true, throughput: true, rejects: true, cpu: false, memory: false },
      links: { labels: false, widths: true },
      alerts: { show: true, hideResolved: false },
      layout: { direction: 'down' },
    },
    { cards: { cpu: false, memory: false }, links: { labels: false }, layout: { direction: 'down' } },
  ],
  [
    'with four views',
    {
      view: { name: 'timeline', switch: false, rows: 'models' },
      cards: { engines: true, throughput: true, rejects: true, cpu: true, memory: false },
      links: { labels: true, widths: true },
      alerts: { show: true, hideResolved: true },
      layout: { direction: 'right' },
    },
    { view: { name: 'timeline', switch: false, rows: 'models' }, cards: { cpu: true, memory: false } },
  ],
  [
    'with actions and chosen fields',
    {
      ...DEFAULT_OPTIONS,
      actions: { click: 'filter', model: 'model', workflow: '' },
      fields: { model: 'service', id: '' },
    },
    { actions: { click: 'filter', model: 'model' }, fields: { model: 'service' } },
  ],
];

test.each(VERSIONS)('options of the version %s keep their meaning', (_, stored, chosen) => {
  const options = migrateOptions(stored);
  expect(options).toMatchObject(chosen);
  expect(Object.keys(options).sort()).toEqual(Object.keys(DEFAULT_OPTIONS).sort());
  expect(Object.keys(options.cards).sort()).toEqual(Object.keys(DEFAULT_OPTIONS.cards).sort());
  expect(migrateOptions(options)).toEqual(options);
});
