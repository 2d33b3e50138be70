import { NO_MODEL } from '@pneumograph/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SECOND, START, START_MS, World } from './derived/testing.js';
import { MOST_SERIES } from './frames.js';

let world: World;
beforeEach(async () => {
  world = new World();
  await world.store.open();
  world.assign('e1', 'lstm');
  world.assign('e0', 'preprocess');
  await world.report('lstm:0', [[5, 71.6, 1]], { engine: 'e1', metric: 'rps' });
  const lastSeen = new Map([['e1', START + 10 * SECOND]]);
  await world.store.write({ items: [], positions: new Map(), lastSeen });
});
afterEach(async () => {
  expect(world.failures).toEqual([]);
  await world.store.close();
});

const ask = (query: object, changes: object = {}) => world.ask({ metric: 'rps', ...query }, changes);

describe('an answer without rows', () => {
  it.each<[string, object, object, string]>([
    ['the future', {}, { from: START_MS + 120_000, to: START_MS + 180_000 }, 'future, at 2018-03-05 17:54:40 UTC'],
    ['a model', { models: ['lsmt'] }, {}, 'No model is called "lsmt"; did you mean lstm?'],
    ['a variable', { models: ['$model'] }, {}, 'No model is called "$model". It looks like a variable'],
    ['any characters', { models: ['a "b" {c} (d|e)* Ω'] }, {}, 'No model is called "a \\"b\\" {c} (d|e)* Ω".'],
    ['a workflow', { workflow: 'price' }, {}, 'No workflow is called "price"; did you mean prices?'],
    ['filters', { models: [NO_MODEL] }, {}, 'No model fits both the query and the filters'],
    ['an engine', { engines: ['e7'] }, {}, 'No engine of these models is called "e7"; did you mean'],
    ['silence', {}, { from: START_MS + 30_000 }, 'reported last at 2018-03-05 17:52:50 UTC, before the time range'],
    ['another slot', { slots: [7] }, {}, 'Nothing of rps was reported in the time range'],
    ['no report at all', { models: ['preprocess'] }, {}, 'None of the engines asked for has reported yet'],
  ])('says why: %s', async (_, query, range, why) => {
    for (const format of ['timeseries', 'latest']) {
      const { frames } = await ask({ ...query, format }, range);
      const notices = [{ severity: 'info', text: expect.stringContaining(why) as string }];
      expect(frames[0]?.schema.meta).toMatchObject({ notices });
      expect(frames[0]?.schema.meta.type).toMatch(/^(timeseries|numeric)-multi$/);
    }
  });

  it.each(['status', 'topology', 'profile'])('says why, also of the kind %s', async (kind) => {
    const { frames } = await ask({ kind, models: ['$model'], format: kind === 'topology' ? 'timeseries' : 'table' });
    expect(JSON.stringify(frames[0]?.schema.meta.notices)).toContain('No model is called');
  });

  it('needs no reason where nothing fires', async () => {
    const { frames } = await ask({ kind: 'alerts' });
    expect(frames[0]?.schema.meta.notices).toBeUndefined();
  });
});

it('tells no more series over time than can be shown, and how many others there are', async () => {
  for (let index = 0; index < MOST_SERIES + 2; index++) {
    world.assign(`x${index}`, 'lstm');
  }
  const { store } = world;
  const items = Object.keys(world.known.assignments).map((engine, offset) => ({
    ...({ kind: 'point', time: START + 5 * SECOND, value: 1, span: 1 } as const),
    series: { workflow: 'prices', model: 'lstm', slot: 0, engine, metric: 'rps' },
    partition: { key: 'kafka/notify/1' },
    offset,
  }));
  await store.write({ items, positions: new Map(), lastSeen: new Map() });
  const { frames } = await ask({ by: ['engine'] });
  expect(frames).toHaveLength(MOST_SERIES);
  const text = expect.stringContaining(
    `${items.length - MOST_SERIES} of ${items.length} series are left out`
  ) as string;
  expect(frames[0]?.schema.meta.notices).toEqual([{ severity: 'warning', text }]);
  // Alert rules read the newest values: none of them may go missing.
  expect((await ask({ by: ['engine'], format: 'latest' })).frames).toHaveLength(items.length);
});
