import type { PneumoMessage } from '@pneumograph/contract';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ManualClock } from './manual-clock.js';
import { json } from './encoding.js';
import { Engine } from './engine.js';
import { input, output, type Model } from './model.js';

/** Sends each number on to slot 1, and twice to slot 3 where it is even; fails at 13. */
function forward(): Model {
  const schema = z.number();
  const common = { schemaName: 'number', schema, encoding: json };
  return {
    asset: 'forward-v1',
    source: 'forward',
    slots: [
      input({
        slot: 0,
        ...common,
        *action(n) {
          if (n === 13) {
            throw new Error('thirteen');
          }
          yield [1, n];
          if (n % 2 === 0) {
            yield [3, n];
            yield [3, n];
          }
        },
      }),
      output({ slot: 1, ...common }),
      output({ slot: 3, ...common }),
    ],
  };
}

class Collector {
  readonly lines: string[] = [];
  closed = false;
  /** Settles sends; at once unless a test holds them. */
  hold: Promise<void> = Promise.resolve();

  async send(lines: readonly string[]): Promise<void> {
    await this.hold;
    this.lines.push(...lines);
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}

function start() {
  const published: PneumoMessage[] = [];
  const clock = new ManualClock();
  const engine = new Engine({ id: 'e1', model: forward(), clock, publish: (message) => published.push(message) });
  const outlets = new Map([1, 3].map((slot) => [slot, new Collector()] as const));
  const states = (): unknown[] =>
    published.flatMap((message) => (message.type === 'engine-state' ? [message.state] : []));
  const sent = (slot: number): string[] => (outlets.get(slot) as Collector).lines;
  return { engine, published, clock, outlets, states, sent };
}

describe('an engine', () => {
  it('hands records to the model and sends on what it emits, slot by slot and in order', async () => {
    const { engine, outlets, sent } = start();
    engine.run(outlets);
    await engine.deliver(0, ['1', '2', 'x', '"3"', '4']);
    expect(sent(1)).toEqual(['1', '2', '4']);
    expect(sent(3)).toEqual(['2', '2', '4', '4']);
    expect(engine.manifold.counts(0)).toMatchObject({ count: 3, rejectedBySchema: 1, rejectedByEncoding: 1 });
    expect(engine.manifold.counts(3).count).toBe(4);
  });

  it('tells its states, and all its counts before the last of them', async () => {
    const { engine, outlets, published, states } = start();
    engine.run(outlets);
    await engine.deliver(0, ['1', '2']);
    await engine.finish();
    expect(states()).toEqual(['init', 'running', 'finishing', 'finished']);
    expect(published.at(-1)).toMatchObject({ type: 'engine-state', state: 'finished' });
    const counts = published.filter((message) => message.type === 'sensor-report' && message.tap.endsWith('.count'));
    expect(counts.map(({ tap, data }) => [tap, data])).toEqual([
      ['manifold.0.records.count', 2],
      ['manifold.1.records.count', 2],
      ['manifold.3.records.count', 2],
    ]);
    expect([...outlets.values()].every(({ closed }) => closed)).toBe(true);
  });

  it('keeps records that come before it runs, and while it is paused', async () => {
    const { engine, outlets, sent, states } = start();
    const early = engine.deliver(0, ['1']);
    engine.run(outlets);
    await early;
    engine.pause();
    const held = engine.deliver(0, ['2']);
    await new Promise(setImmediate);
    expect(sent(1)).toEqual(['1']);
    engine.resume();
    await held;
    expect(sent(1)).toEqual(['1', '2']);
    expect(states()).toEqual(['init', 'running', 'paused', 'running']);
  });

  it('works on one batch at a time, and is done with it only when the readers have it', async () => {
    const { engine, outlets, sent } = start();
    let release = (): void => undefined;
    (outlets.get(1) as Collector).hold = new Promise((resolve) => (release = resolve));
    engine.run(outlets);
    const done: number[] = [];
    const batches = [1, 3].map((n) => engine.deliver(0, [String(n)]).then(() => done.push(n)));
    await new Promise(setImmediate);
    expect([done, engine.manifold.counts(0).count]).toEqual([[], 1]);
    release();
    await Promise.all(batches);
    expect([done, sent(1)]).toEqual([
      [1, 3],
      ['1', '3'],
    ]);
  });

  it('works off what it has taken before it finishes, then takes no more', async () => {
    const { engine, outlets, sent } = start();
    engine.run(outlets);
    engine.pause();
    const taken = engine.deliver(0, ['5']);
    await engine.finish();
    await taken;
    expect(sent(1)).toEqual(['5']);
    await expect(engine.deliver(0, ['7'])).rejects.toThrow('finished');
  });

  it('goes into error when the model fails, and says on which record', async () => {
    const { engine, outlets, published, states } = start();
    engine.run(outlets);
    await expect(engine.deliver(0, ['1', '13', '2'])).rejects.toThrow('thirteen');
    expect(states()).toEqual(['init', 'running', 'error']);
    expect(published).toContainEqual(
      expect.objectContaining({
        type: 'model-error',
        input: expect.objectContaining({ slot: 0, seqno: 2, data: [13] }),
      })
    );
    await expect(engine.deliver(0, ['1'])).rejects.toThrow('error');
    await engine.finish();
    expect(states().at(-1)).toBe('error');
  });

  it('measures its own CPU and memory', () => {
    const { engine, outlets, published, clock } = start();
    engine.run(outlets);
    for (let n = 0; n < 6; n++) {
      clock.advance(0.5);
      engine.tick();
    }
    const of = (tap: string): unknown =>
      published.find((message) => message.type === 'sensor-report' && message.tap === tap)?.['data'];
    const memory = of('sys.memory') as number[];
    expect(memory).toHaveLength(6);
    expect(Math.min(...memory)).toBeGreaterThan(10_000_000);
    const cpu = of('sys.cpu.utilization') as number[];
    expect(cpu).toHaveLength(6);
    expect(cpu.every((value) => value >= 0)).toBe(true);
  });
});
