import { toDataFrame, type DataFrame } from '@grafana/data';
import { sampleFrames } from '../testing/samples';
import fc from 'fast-check';
import { metricFrame } from '../testing/topology';
import { worstBands } from './bands';
import { EngineMemory } from './engineMemory';
import { isStates, readEngines } from './engines';
import type { EngineBand, EngineView } from './types';

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
    const {
      engines: [found, ...others],
    } = readEngines(sampleFrames('status-table'));
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
    const { engines } = readEngines(sampleFrames('status'));
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
    const { engines } = readEngines(frames);
    expect(engines.map(({ name, state, bands }) => [name, state, bands[0].text])).toEqual([
      ['a', 'running', 'Running'],
      ['b', 'other', 'dancing'],
    ]);
    expect(readEngines([...frames].reverse()).engines).toEqual(engines);
  });
});

describe('frames that are not quite right', () => {
  const table = (rows: Array<[time: unknown, end: unknown, state: unknown]>) =>
    toDataFrame({
      fields: [
        { name: 'time', type: 'time', values: rows.map(([time]) => time) },
        { name: 'timeEnd', type: 'time', values: rows.map(([, end]) => end) },
        { name: 'status', type: 'string', values: rows.map(([, , state]) => state) },
        { name: 'model', type: 'string', values: rows.map(() => 'lstm') },
      ],
    });

  it('may name the model alone', () => {
    expect(readEngines([table([[0, null, 'running']])]).engines).toMatchObject([
      { name: 'lstm', model: 'lstm', state: 'running' },
    ]);
  });

  it('whose times contradict each other are named, and the later state counts', () => {
    const rows = table([
      [0, 50, 'running'],
      [20, 40, 'error'],
      [70, 60, 'paused'],
    ]);
    const {
      engines: [{ bands }],
      notices,
    } = readEngines([rows]);
    expect(bands.map(({ from, to, state }) => [from, to, state])).toEqual([
      [0, 20, 'running'],
      [20, 40, 'error'],
    ]);
    expect(notices.map(({ text }) => text).join()).toContain('“lstm”');
  });

  it('have bands in order whatever they say, and the order of rows never shows', () => {
    const time = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.constantFrom(null, NaN, 'never', Infinity));
    const row = fc.tuple(time, time, fc.constantFrom('running', 'ERROR', '', 'dancing', null));
    const rows = fc.array(row, { maxLength: 12 });
    fc.assert(
      fc.property(
        rows.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([all, other]) => {
          const { engines } = readEngines([table(all)]);
          for (const { bands } of engines) {
            bands.forEach(({ from, to }, index) => {
              expect(to ?? Infinity).toBeGreaterThanOrEqual(from);
              expect(bands[index + 1]?.from ?? Infinity).toBeGreaterThanOrEqual(to ?? from + 1e-9);
            });
          }
          expect(readEngines([table(other)]).engines).toEqual(engines);
        }
      )
    );
  });

  it('of other things than states are left to others', () => {
    expect(isStates(metricFrame('cpu.utilization', { model: 'lstm', engine: 'e1' }, [1]))).toBe(false);
    expect(sampleFrames('alerts').some(isStates)).toBe(false);
    expect(isStates(metricFrame('engine.status', { model: 'lstm' }, [1]))).toBe(true);
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

describe('the memory of a reading', () => {
  const rows = fc.array(
    fc.record({
      time: fc.integer({ min: 0, max: 5 }),
      timeEnd: fc.option(fc.integer({ min: 0, max: 8 })),
      state: fc.constantFrom('running', 'error', 'odd'),
      engine: fc.constantFrom('a', 'b', 'c', ''),
      model: fc.constantFrom('m', 'n'),
      title: fc.option(fc.constantFrom('first', 'm second')),
    }),
    { maxLength: 10 }
  );
  const frame = (all: Array<Record<string, unknown>>) =>
    toDataFrame({
      fields: ['time', 'timeEnd', 'state', 'engine', 'model', 'title'].map((name) => ({
        name,
        type: name.startsWith('time') ? 'time' : 'string',
        values: all.map((row) => row[name]),
      })),
    });

  it('never shows in what is read next', () => {
    fc.assert(
      fc.property(fc.array(fc.array(rows, { maxLength: 3 }), { maxLength: 5 }), (readings) => {
        const memory = new EngineMemory();
        for (const tables of readings) {
          expect(readEngines(tables.map(frame), memory)).toEqual(readEngines(tables.map(frame)));
        }
      })
    );
  });

  it('never shows where few rows change, be it in the lists that were read before', () => {
    const change = fc.record({
      row: fc.nat(9),
      column: fc.nat(5),
      from: fc.nat(9),
      length: fc.integer({ min: 0, max: 10 }),
    });
    fc.assert(
      fc.property(rows, fc.array(change, { maxLength: 20 }), (all, changes) => {
        const [memory, streamed] = [new EngineMemory(), frame(all)];
        for (const { row, column, from, length } of changes) {
          const { values } = streamed.fields[column];
          if (row < values.length) {
            values[row] = values[from % values.length];
          }
          streamed.length = Math.min(length, values.length);
          expect(readEngines([streamed], memory)).toEqual(readEngines([streamed]));
        }
      }),
      { numRuns: 500 }
    );
  });

  it('keeps the objects of what is told again', () => {
    const [steady, before, after] = [
      { time: 0, state: 'running', engine: 'a', model: 'm' },
      { time: 0, state: 'running', engine: 'b', model: 'm' },
      { time: 0, state: 'error', engine: 'b', model: 'm' },
    ];
    const memory = new EngineMemory();
    const read = (all: Array<Record<string, unknown>>) => readEngines([frame(all)], memory).engines;
    const first = read([steady, before]);
    expect(read([steady, before])).toBe(first);
    const next = read([steady, after]);
    expect(next[0]).toBe(first[0]);
    expect(next[1]).toMatchObject({ engine: 'b', state: 'error' });
  });
});
