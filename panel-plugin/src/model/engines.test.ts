import { readFileSync } from 'fs';
import { join } from 'path';
import { dataFrameFromJSON, toDataFrame, type DataFrame, type DataFrameJSON } from '@grafana/data';
import { readEngines, worstBands } from './engines';
import type { EngineBand, EngineView } from './types';

const sample = (name: string): DataFrame[] =>
  (
    JSON.parse(
      readFileSync(join(__dirname, `../../../contract/samples/frames/${name}.json`), 'utf8')
    ) as DataFrameJSON[]
  ).map((frame) => dataFrameFromJSON(frame));

const band = (from: number, to: number | undefined, state: EngineBand['state']): EngineBand => ({
  from,
  to,
  state,
  text: state,
  said: '',
  cause: '',
});
const engine = (id: string, bands: EngineBand[]): EngineView => ({
  id,
  engine: id,
  name: id,
  model: 'lstm',
  workflow: 'prices',
  state: 'running',
  bands,
});

describe('states of engines', () => {
  it('are read from a table, with cause and spelling', () => {
    const [found, ...others] = readEngines(sample('status-table'));
    expect(others).toEqual([]);
    expect(found).toMatchObject({
      engine: 'e1',
      name: 'engine-1',
      model: 'lstm',
      workflow: 'prices',
      state: 'unknown',
    });
    expect(found.bands.map(({ state, said, cause }) => [state, said, cause])).toEqual([
      ['init', 'INIT', 'state message'],
      ['running', 'Running', 'state message'],
      ['unknown', '', 'silence'],
    ]);
    expect(
      found.bands.every(({ from, to }, index) => to === (found.bands[index + 1]?.from ?? to) && from < (to ?? Infinity))
    ).toBe(true);
  });

  it('are read from time series, whose last state goes on', () => {
    const engines = readEngines(sample('status'));
    expect(engines[0]).toMatchObject({ name: 'engine-1', model: 'lstm', state: 'error' });
    expect(engines[0].bands.map(({ state, to }) => [state, to])).toEqual([
      ['init', 1520272367500],
      ['running', 1520272455000],
      ['error', undefined],
    ]);
  });

  it('of unknown words are shown as they came, and the order of frames does not matter', () => {
    const table = (engineName: string, state: string): DataFrame =>
      toDataFrame({
        fields: [
          { name: 'time', type: 'time', values: [1] },
          { name: 'state', values: [state] },
          { name: 'engine', values: [engineName] },
          { name: 'model', values: ['m'] },
        ],
      });
    const frames = [table('b', 'dancing'), table('a', 'RUNNING')];
    const engines = readEngines(frames);
    expect(engines.map(({ name, state, bands }) => [name, state, bands[0].text])).toEqual([
      ['a', 'running', 'Running'],
      ['b', 'other', 'dancing'],
    ]);
    expect(readEngines([...frames].reverse())).toEqual(engines);
  });
});

describe('the worst of several engines', () => {
  it('is one row without gaps where any is known', () => {
    const rows = worstBands([
      engine('a', [band(0, 10, 'running'), band(10, 20, 'error'), band(20, undefined, 'running')]),
      engine('b', [band(5, 30, 'running'), band(30, undefined, 'unknown')]),
    ]);
    expect(rows.map(({ from, to, state }) => [from, to, state])).toEqual([
      [0, 10, 'running'],
      [10, 20, 'error'],
      [20, 30, 'running'],
      [30, undefined, 'unknown'],
    ]);
  });

  it('is what a look at each moment finds', () => {
    let seed = 7;
    const random = (below: number) => (seed = (seed * 16807) % 2147483647) % below;
    const states = ['running', 'error', 'paused', 'unknown'] as const;
    for (let round = 0; round < 200; round++) {
      const engines = Array.from({ length: 1 + random(4) }, (_, index) => {
        let at = random(5);
        return engine(
          String(index),
          Array.from({ length: random(5) }, () => {
            const from = at + random(3);
            at = from + 1 + random(5);
            return band(from, at, states[random(4)]);
          })
        );
      });
      const rows = worstBands(engines);
      for (let moment = 0; moment < 40; moment++) {
        const at = engines.flatMap(({ bands }) =>
          bands.filter(({ from, to }) => from <= moment && moment < (to ?? Infinity))
        );
        const order = ['error', 'unknown', 'paused', 'running'];
        const expected = order.find((state) => at.some((one) => one.state === state));
        expect(rows.find(({ from, to }) => from <= moment && moment < (to ?? Infinity))?.state).toBe(expected);
      }
    }
  });
});
