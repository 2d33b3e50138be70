import { pino } from 'pino';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { ENGINE_STATES, formatTimestamp } from '@pneumograph/contract';
import type { AlertChange, ArchiveItem, Partition } from '../archive/index.js';
import { parseDefinition, type Definition } from './definition.js';
import { MonitorHost } from './host.js';
import { START, Trial } from './kinds/trial.js';
import type { Kind } from './monitor.js';

const P0: Partition = { key: 'kafka/notify/0' };
const at = (second: number): number => START + second * 1e6;

/** Monitors on metrics and states of one engine, and what a crash leaves. */
class Engines {
  readonly alerts: AlertChange[] = [];
  host: MonitorHost;
  #offset = 0;
  /** As the store keeps them. */
  readonly #notes = new Map<string, string>();

  constructor(
    private text: string,
    private readonly kind?: Kind
  ) {
    this.host = this.#start(new Map());
  }

  point(second: number, value: number, metric = 'memory', engine = 'e1'): this {
    const series = { workflow: 'prices', model: 'lstm', slot: undefined, engine, metric };
    return this.#see({ kind: 'point', series, time: at(second), value, span: 0, ...this.#origin() });
  }

  state(second: number, name: keyof typeof ENGINE_STATES, engine = 'e1'): this {
    const series = { workflow: 'prices', model: 'lstm', slot: undefined, engine, metric: 'engine.status' };
    const said = { value: ENGINE_STATES[name], text: name };
    return this.#see({ kind: 'state', series, time: at(second), ...said, ...this.#origin() });
  }

  tick(second: number): this {
    this.host.tick(at(second));
    return this;
  }

  restart(text = this.text): this {
    this.text = text;
    this.host.oldestNeeded();
    this.host.takeNotes().forEach((note, key) => this.#notes.set(key, note));
    this.host = this.#start(new Map(this.#notes));
    return this;
  }

  lines(): string[] {
    return this.alerts.map(({ state, time, text, reason }) => `${state} ${(time - START) / 1e6}: ${reason ?? text}`);
  }

  #see(item: ArchiveItem): this {
    this.host.watch([item]);
    return this;
  }

  #origin(): { partition: Partition; offset: number } {
    return { partition: P0, offset: this.#offset++ };
  }

  #definitions(): Definition[] {
    if (this.text === '') {
      return [];
    }
    const definition = parseDefinition(`name: m\nattach: [{ model: lstm }]\n${this.text}`, 'm.yaml');
    return [{ ...definition, kind: this.kind ?? definition.kind }];
  }

  #start(notes: ReadonlyMap<string, string>): MonitorHost {
    return new MonitorHost({
      definitions: this.#definitions(),
      streams: [],
      notes,
      emit: (item) => item.kind === 'alert' && this.alerts.push(item),
      log: pino({ level: 'silent' }),
    });
  }
}

describe('what a definition says of its alerts', () => {
  it('goes with them: labels, a text, a link, and where it was found', () => {
    const trial = new Trial(
      [
        'kind: threshold\nfor: 2s\nlabels: { team: quants }',
        "text: '{{model}} says {{value}}, not {{evidence.high}} ({{labels.team}}{{engine}}).'",
        "link: 'http://grafana/d/x?var-model={{model}}&m={{name}}&from={{from}}'",
        'params: { field: price, above: 10, alert: a&b }',
      ].join('\n')
    ).values([{ price: 1 }, { price: 11 }, { price: 12 }, { price: 13 }]);
    const firing = trial.alerts().find(({ state }) => state === 'firing');
    expect(firing).toMatchObject({ labels: { team: 'quants' }, text: 'lstm says 13, not 10 (quants).' });
    expect(firing?.link).toBe(`http://grafana/d/x?var-model=lstm&m=a%26b&from=${(START + 3e6) / 1000 - 900_000}`);
    expect(JSON.parse(firing?.evidence ?? '')).toEqual({
      ...{ value: 13, high: 10 },
      offences: [1, 2, 3].map((offset) => ({
        ...{ time: formatTimestamp(at(offset)), partition: 'stream/lstm/0', offset, value: 10 + offset },
        record: { price: 10 + offset },
      })),
    });
  });

  it('shows the first twenty records at most', () => {
    const trial = new Trial('kind: threshold\nparams: { above: 10 }').values(Array.from({ length: 50 }, () => 11));
    const resolved = trial
      .run([{ at: 60, value: 1 }])
      .alerts()
      .at(-1);
    const { offences } = JSON.parse(resolved?.evidence ?? '') as { offences: Array<{ offset: number }> };
    expect(offences.map(({ offset }) => offset)).toEqual(Array.from({ length: 20 }, (_, offset) => offset));
  });

  it('is refused with its place where a text names what nobody knows', () => {
    const wrong = (rest: string) => () =>
      parseDefinition(`name: m\nkind: threshold\n${rest}\nattach: [{}]\nparams: { above: 1 }\n`, 'm.yaml');
    expect(wrong("text: '{{process.env}}'")).toThrow('m.yaml:3: text: expected places such as {{value}}');
    expect(wrong("link: 'a{{b'")).toThrow('m.yaml:3: link: expected {{ and }} in pairs');
    expect(wrong('labels: { a-b: x }')).toThrow('m.yaml:3: labels.a-b');
    expect(wrong('noDataAfter: soon')).toThrow('m.yaml:3: noDataAfter: expected a duration');
  });
});

describe('alerts of monitors', () => {
  it('keep firing for as long as they are told', () => {
    const trial = new Trial('kind: threshold\nkeepFiringFor: 3s\nparams: { above: 10 }')
      .values([11, 1, 11, 1])
      .reached(9);
    expect(trial.alerts().map(({ state, time }) => `${state} ${(time - START) / 1e6}`)).toEqual([
      'firing 0',
      'recovering 1',
      'firing 2',
      'recovering 3',
      'resolved 6',
    ]);
    expect(new Set(trial.alerts().map(({ id }) => id)).size).toBe(1);
  });

  it('do not resolve because a series vanished, and say that nothing comes where they are told to', () => {
    const silent = new Trial('kind: threshold\nparams: { above: 10 }').values([11]).reached(99_999);
    expect(silent.texts()).toEqual(['firing 0: the record is 11, above 10.']);
    const told = new Trial('kind: threshold\nnoDataAfter: 60s\nparams: { above: 10 }').values([11]).reached(99_999);
    told.run([{ at: 100_000, value: 1 }]);
    expect(told.texts()).toEqual([
      'firing 0: the record is 11, above 10.',
      'no-data 60: Nothing was said of "Value out of bounds" for 60 s. Last: the record is 11, above 10.',
      'resolved 100000: the record is 11, above 10.',
    ]);
  });

  it('are held for as long as `for` says where points stop coming, but not before the sources are read again', () => {
    const engines = new Engines('kind: threshold\nfor: 10s\nparams: { metric: memory, above: 10 }').point(0, 11);
    const now = Date.now() * 1000;
    engines.host.tick(now + 39e6);
    engines.restart();
    engines.host.tick(now + 99e6);
    expect(engines.lines()).toEqual(['pending 0: memory is 11, above 10.']);
    engines.host.tick(now + 120e6);
    expect(engines.lines().slice(1)).toEqual(['firing 10: memory is 11, above 10.']);
  });

  it('are not of an engine that finished, whatever comes of it late', () => {
    const engines = new Engines('kind: threshold\nparams: { metric: memory, absent: 20s, above: 10 }');
    engines.point(0, 5).tick(1).state(5, 'finished').point(4, 6).tick(100);
    engines.point(6, 99).restart().point(7, 99).tick(500).tick(1000);
    expect(engines.lines()).toEqual([]);
    // An older state does not revive it, a newer one does.
    engines.state(3, 'running').point(8, 99);
    expect(engines.lines()).toEqual([]);
    engines.state(1010, 'running').point(1011, 99);
    expect(engines.lines()).toEqual(['firing 1011: memory is 99, above 10.']);
    engines.state(1020, 'finished');
    expect(engines.lines().at(-1)).toBe('resolved 1020: The engine finished.');
  });

  it('go on where a state comes late that was over when the engine told another', () => {
    const engines = new Engines('kind: threshold\nparams: { metric: memory, above: 10 }');
    engines.state(1, 'running').point(12, 99).state(10, 'running').state(5, 'finished').point(13, 99);
    engines.restart().state(6, 'finished').point(14, 5);
    expect(engines.lines()).toEqual(['firing 12: memory is 99, above 10.', 'resolved 14: memory is 99, above 10.']);
  });

  it('are not of an engine that finished before their monitor was there', () => {
    const engines = new Engines('').state(5, 'finished').restart();
    engines.restart('kind: threshold\nparams: { metric: memory, absent: 20s, above: 10 }');
    engines.point(4, 99).tick(6).tick(100);
    expect(engines.lines()).toEqual([]);
  });

  it('fire in time, before their engine finished, whether time was told to have come so far or not', () => {
    const text = 'kind: threshold\nfor: 5s\nparams: { metric: memory, above: 10 }';
    const told = new Engines(text).point(0, 11).point(9, 11).state(9, 'finished');
    const late = new Engines(text).point(0, 11).state(9, 'finished');
    const steps = ['pending 0', 'firing 5'].map((step) => `${step}: memory is 11, above 10.`);
    expect(told.lines()).toEqual([...steps, 'resolved 9: The engine finished.']);
    expect(late.lines()).toEqual(told.lines());
  });

  it('tell of an engine that fails, until it runs again, and inhibit what is downstream', () => {
    const engines = new Engines('kind: engine\n')
      .state(0, 'running')
      .state(1, 'error')
      .state(2, 'error')
      .state(3, 'running');
    engines.state(4, 'error').state(5, 'finished');
    expect(engines.lines()).toEqual([
      'firing 1: The engine e1 of lstm is in the state error.',
      'resolved 3: The engine e1 of lstm is in the state error.',
      'firing 4: The engine e1 of lstm is in the state error.',
      'resolved 5: The engine finished.',
    ]);
    expect(engines.alerts[0]).toMatchObject({ engine: 'e1', name: 'Engine failed', inhibits: 'downstream' });
  });

  it('are over when their monitor is changed or gone, and are said so once', () => {
    const above = (bound: number): string => `kind: threshold\nparams: { metric: memory, above: ${bound} }`;
    const engines = new Engines(above(10)).point(0, 50).restart(above(20)).tick(10).tick(11).point(12, 50);
    engines.restart(above(20)).tick(13).restart('').tick(14).restart('').tick(15);
    expect(engines.lines()).toEqual([
      'firing 0: memory is 50, above 10.',
      'resolved 10: Its monitor was changed, retired or detached.',
      'firing 12: memory is 50, above 20.',
      'resolved 14: Its monitor was changed, retired or detached.',
    ]);
  });

  it('say that they cannot be told while the monitor fails, and neither flap nor resolve for it', () => {
    const kind: Kind = {
      ...{ name: 'fragile', params: z.unknown(), instance: 'each', metrics: () => ['memory'] },
      create: ({ speech }) => ({
        point: ({ series, time, value, partition, offset }) => {
          if (value < 0) {
            throw new Error('no reference');
          }
          const origin = { partition, offset };
          speech.condition(value > 10, { key: 'k', time, origin, about: series, name: 'High', text: `is ${value}` });
        },
        snapshot: () => undefined,
      }),
    };
    vi.useFakeTimers({ toFake: ['Date'] });
    const engines = new Engines('kind: threshold\nparams: { above: 1 }', kind).point(0, 11);
    for (let second = 0; second < 60; second++) {
      vi.setSystemTime(Date.now() + 1000);
      engines.point(second, -1);
      engines.host.tick(Date.now() * 1000);
    }
    engines.restart();
    vi.setSystemTime(Date.now() + 100_000);
    engines.point(100, 12);
    const states = (monitor: string) => engines.alerts.filter(({ name }) => name === monitor).map(({ state }) => state);
    expect(states('High')).toEqual(['firing', 'error', 'firing']);
    expect(states('Monitor failed')).toEqual(['error']);
    engines.host.tick(Date.now() * 1000);
    expect(states('Monitor failed')).toEqual(['error']);
    // It has to work for a while before it is believed.
    vi.setSystemTime(Date.now() + 600_000);
    engines.host.tick(Date.now() * 1000);
    expect(states('Monitor failed')).toEqual(['error', 'resolved']);
    vi.useRealTimers();
  });
});
