import { NO_MODEL } from '@pneumograph/contract';
import { describe, expect } from 'vitest';
import { it as base, SECOND, START, START_MS, type World } from './derived/testing.js';

/** The engine `e1` of `lstm` has reported throughput, `e0` of `preprocess` nothing. */
const it = base.extend<{ ask: (query: object, changes?: object) => ReturnType<World['ask']> }>({
  ask: async ({ world }, use) => {
    world.assign('e1', 'lstm');
    world.assign('e0', 'preprocess');
    await world.report('lstm:0', [[5, 71.6, 1]], { engine: 'e1', metric: 'rps' });
    const lastSeen = new Map([['e1', START + 10 * SECOND]]);
    await world.store.write({ items: [], positions: new Map(), lastSeen });
    await use((query, changes = {}) => world.ask({ metric: 'rps', ...query }, changes));
  },
});

describe('an answer without rows', () => {
  const cases: Array<[string, object, object, string]> = [
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
  ];
  it.for(cases)('says why: %s', async ([, query, range, why], { ask }) => {
    for (const format of ['timeseries', 'latest']) {
      const { frames } = await ask({ ...query, format }, range);
      const notices = [{ severity: 'info', text: expect.stringContaining(why) as string }];
      expect(frames[0]?.schema.meta).toMatchObject({ notices });
      expect(frames[0]?.schema.meta.type).toMatch(/^(timeseries|numeric)-multi$/);
    }
  });

  const kinds = [
    ['status', 'timeseries'],
    ['status', 'table'],
    ['topology', 'timeseries'],
    ['profile', 'shares'],
    ['profile', 'table'],
    ['alerts', 'table'],
  ] as const;
  it.for(kinds)('says why, also of the kind %s as %s', async ([kind, format], { ask }) => {
    const { frames } = await ask({ kind, format, models: ['$model'] });
    expect(JSON.stringify(frames[0]?.schema.meta.notices)).toContain('No model is called');
  });

  it.for(kinds.filter(([kind]) => kind !== 'topology'))(
    'has no %s of the future, as %s',
    async ([kind, format], { ask }) => {
      const { frames } = await ask({ kind, format }, { from: START_MS + 120_000, to: START_MS + 180_000 });
      expect(frames.flatMap(({ data }) => data.values.flat())).toEqual([]);
      expect(JSON.stringify(frames[0]?.schema.meta.notices)).toContain('begins in the future');
    }
  );

  it('needs no reason where nothing fires', async ({ ask }) => {
    const { frames } = await ask({ kind: 'alerts' });
    expect(frames[0]?.schema.meta.notices).toBeUndefined();
  });
});
