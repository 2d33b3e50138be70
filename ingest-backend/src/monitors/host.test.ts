import fc from 'fast-check';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import type { AlertChange, Partition, Point, ProfilePoint } from '../archive/index.js';
import type { StreamAddress } from '../streams/index.js';
import { parseDefinition, type Definition } from './definition.js';
import { MonitorHost } from './host.js';

const INPUT: StreamAddress = { workflow: 'prices', model: 'lstm', slot: 0 };
const P0: Partition = { key: 'stream/prices/0' };
const SECOND = 1e6;
const START = 1_520_272_365 * SECOND;

function definition(text: string): Definition {
  return parseDefinition(`name: m\nattach: [{ model: lstm, slot: 0 }]\n${text}`, 'monitors/m.yaml');
}

/** A note whose state is of another shape. */
function versionOf(note: string): string {
  return JSON.stringify({ ...(JSON.parse(note) as object), state: { version: 1 } });
}

type Said = Point | AlertChange | ProfilePoint;

class Run {
  readonly said: Said[] = [];
  readonly host: MonitorHost;
  #now = 0;

  constructor(definitions: readonly Definition[], notes: ReadonlyMap<string, string> = new Map()) {
    this.host = new MonitorHost({
      definitions,
      streams: [INPUT],
      notes,
      emit: (item) => this.said.push(item),
      log: pino({ level: 'silent' }),
      clock: () => (this.#now += 6000),
    });
  }

  /** Takes values, one a second, from an offset on. */
  take(values: readonly unknown[], first = 0): this {
    this.host.take(
      INPUT,
      values.map((value, index) => ({
        value,
        key: undefined,
        time: START + (first + index) * SECOND,
        partition: P0,
        offset: first + index,
      }))
    );
    return this;
  }

  alerts(): string[] {
    return this.said.flatMap((item) =>
      item.kind === 'alert' ? [`${item.state} ${(item.time - START) / SECOND}: ${item.text}`] : []
    );
  }
}

describe('a threshold', () => {
  it('fires when a value leaves its bounds and resolves when it is well within them', () => {
    const run = new Run([definition('kind: threshold\nparams: { field: price, above: 100, hysteresis: 5 }')]);
    run.take([50, 101, 120, 97, 94, 101].map((price) => ({ price })));
    expect(run.alerts()).toEqual([
      'firing 1: price is 101, above 100.',
      'resolved 4: price is 101, above 100.',
      'firing 5: price is 101, above 100.',
    ]);
    expect(new Set(run.said.map((item) => item.kind === 'alert' && item.id)).size).toBe(2);
    expect(run.said[0]).toMatchObject({
      name: 'Value out of bounds',
      severity: 'warning',
      value: 101,
      feature: 'price',
    });
  });

  it('waits for as long as it is told', () => {
    const run = new Run([definition('kind: threshold\nfor: 3s\nparams: { above: 100 }')]);
    run.take([101, 101, 50, 101, 101, 101, 101, 50]);
    expect(run.alerts()).toEqual([
      'pending 0: the record is 101, above 100.',
      'resolved 2: the record is 101, above 100.',
      'pending 3: the record is 101, above 100.',
      'firing 6: the record is 101, above 100.',
      'resolved 7: the record is 101, above 100.',
    ]);
  });

  it('takes what was said last to hold until something else is said, whether a record comes or not', () => {
    const above = new Run([definition('kind: threshold\nfor: 3s\nparams: { above: 100 }')]);
    above.take([101]).host.reached(INPUT, START + 2 * SECOND);
    const pending = 'pending 0: the record is 101, above 100.';
    expect(above.alerts()).toEqual([pending]);
    above.host.reached(INPUT, START + 9 * SECOND);
    expect(above.alerts()).toEqual([pending, 'firing 3: the record is 101, above 100.']);
    // The same, where nobody says how far log time has come before the next record does.
    const next = new Run([definition('kind: threshold\nfor: 3s\nparams: { above: 100 }')]).take([101]).take([50], 9);
    expect(next.alerts()).toEqual([...above.alerts(), 'resolved 9: the record is 101, above 100.']);
    const absent = new Run([definition('kind: threshold\nfor: 3s\nparams: { absent: 5s }')]).take([1]);
    absent.host.reached(INPUT, START + 20 * SECOND);
    expect(absent.alerts()).toEqual(
      ['pending 5', 'firing 8'].map((at) => `${at}: No value of the record came for 5 s.`)
    );
  });

  it('tells a change that is too fast, and a value that does not come', () => {
    const run = new Run([definition('kind: threshold\nparams: { rate: 10, absent: 5s }')]);
    run.take([1, 2, 13]).host.reached(INPUT, START + 20 * SECOND);
    run.take([14], 30);
    expect(run.alerts().filter((text) => text.startsWith('firing'))).toEqual([
      'firing 2: the record changed by 11.0000 a second, from 2 to 13.',
      'firing 7: No value of the record came for 5 s.',
    ]);
    expect(run.alerts().filter((text) => text.startsWith('resolved'))).toHaveLength(2);
  });

  it('learns its bounds from what came first, within what is possible', () => {
    const params = 'params: { learn: { values: 100, sigma: 3, least: 0 } }';
    const run = new Run([definition(`kind: threshold\n${params}`)]);
    run.take(Array.from({ length: 100 }, (_, index) => 1 + (index % 3)));
    run.take([4, 0, 5, 2, -0.5], 100);
    expect(run.alerts().filter((text) => text.startsWith('firing'))).toEqual([
      expect.stringMatching(/^firing 102: the record is 5, above 4\.4/),
      'firing 104: the record is -0.5, below 0.',
    ]);
  });

  it('watches a metric, each engine for itself', () => {
    const run = new Run([definition('kind: threshold\nparams: { metric: rps, below: 10 }')]);
    const point = (engine: string, value: number, at: number): Point => ({
      kind: 'point',
      series: { workflow: 'prices', model: 'lstm', slot: 0, engine, metric: 'rps' },
      time: START + at * SECOND,
      value,
      span: 1,
      partition: P0,
      offset: at,
    });
    const other = { ...point('e1', 1, 3), series: { ...point('e1', 1, 3).series, model: 'gru' } };
    run.host.watch([point('e1', 5, 0), point('e2', 50, 1), point('e1', 15, 2), other]);
    expect(run.alerts()).toEqual(['firing 0: rps is 5, below 10.', 'resolved 2: rps is 5, below 10.']);
    expect(run.said[0]).toMatchObject({ engine: 'e1' });
  });

  it('tells a metric that does not come, but not for the time in which nobody looked', () => {
    const text = 'kind: threshold\nparams: { metric: memory, absent: 20s }';
    const at = (second: number): number => START + second * SECOND;
    const before = new Run([definition(text)]);
    const series = { workflow: 'prices', model: 'lstm', slot: undefined, engine: 'e1', metric: 'memory' };
    before.host.watch([{ kind: 'point', series, time: at(1), value: 5, span: 0, partition: P0, offset: 1 }]);
    before.host.oldestNeeded();
    const after = new Run([definition(text)], before.host.takeNotes());
    after.host.tick(at(3600));
    after.host.tick(at(3619));
    expect(after.alerts()).toEqual([]);
    after.host.tick(at(3620));
    expect(after.alerts()).toEqual(['firing 3620: No value of memory came for 20 s.']);
  });

  it.each([
    ['kind: threshold\nparams: { above: high }', 'monitors/m.yaml:4: params.above: expected number, found "high"'],
    ['kind: threshold\nparams: {}', 'params: expected at least one of above, below, outside, rate, absent and learn'],
    ['kind: threshold\nparams: { above: 1, outside: [3, 2] }', 'params.outside: expected [lower, upper]'],
    ['kind: threshold\nparams: { above: 1, abov: 2 }', 'params.abov: expected a known key'],
    ['kind: thresold\nparams: {}', 'monitors/m.yaml:3: kind: '],
  ])('refuses %j by place and bound', (text, problem) => {
    expect(() => definition(text)).toThrow(problem);
  });
});

describe('monitors', () => {
  it('say the same of records that are read again after a restart, wherever it came', () => {
    const definitions = [
      definition('kind: threshold\nfor: 2s\nparams: { above: 60, below: 20, rate: 70, hysteresis: 3 }'),
    ];
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 60 }),
        fc.nat(60),
        fc.nat(20),
        (values, cut, lost) => {
          const whole = new Run(definitions).take(values);
          const before = new Run(definitions).take(values.slice(0, cut));
          const safe = before.host.oldestNeeded().get(P0) ?? 0;
          const notes = before.host.takeNotes();
          before.take(values.slice(cut, cut + lost), cut);
          const after = new Run(definitions, notes).take(values.slice(safe), safe);
          const key = (item: Said) => JSON.stringify(item);
          const both = [...new Set([...before.said, ...after.said].map(key))];
          expect(both).toEqual(whole.said.map(key));
        }
      )
    );
  });

  it('that throw concern themselves alone, and say so', () => {
    const broken = definition('kind: threshold\nparams: { above: 1 }');
    const kind = {
      ...broken.kind,
      create: () => ({
        take: () => {
          throw new Error('no such thing');
        },
        snapshot: () => null,
      }),
    };
    const run = new Run([{ ...broken, name: 'broken', kind }, definition('kind: threshold\nparams: { above: 1 }')]);
    run.take([5]).take([5], 1);
    expect(run.host.list()).toMatchObject([
      { name: 'broken', state: 'failed', error: 'no such thing' },
      { name: 'm', state: 'active', attached: [INPUT] },
    ]);
    expect(run.said).toMatchObject([
      { monitor: 'broken', name: 'Monitor failed', text: 'The monitor broken failed: no such thing' },
      { monitor: 'm', state: 'firing' },
    ]);
  });

  it('begin anew where they cannot go on from what another version wrote', () => {
    const own = definition('kind: threshold\nparams: { above: 1 }');
    const create = (setting: Parameters<typeof own.kind.create>[0]) => {
      if ((setting.state as { version?: number } | undefined)?.version === 1) {
        throw new TypeError('cannot read properties of undefined');
      }
      return own.kind.create(setting);
    };
    const changed = { ...own, kind: { ...own.kind, create } };
    const first = new Run([own]);
    first.take([5]);
    first.host.oldestNeeded();
    const notes = new Map([...first.host.takeNotes()].map(([key, note]) => [key, versionOf(note)]));
    expect(notes.size).toBe(1);
    const second = new Run([changed], notes).take([0], 1);
    expect(second.host.list()).toMatchObject([{ name: 'm', state: 'active' }]);
    expect(second.alerts()).toEqual([expect.stringMatching(/^resolved 1: /)]);
  });

  it('wait for a model whose streams nobody reads', () => {
    const waiting = parseDefinition(
      'name: w\nkind: threshold\nattach: [{ model: nobody }]\nparams: { above: 1 }',
      'w.yaml'
    );
    expect(new Run([waiting]).host.list()).toMatchObject([{ state: 'waiting', attached: [] }]);
  });
});
