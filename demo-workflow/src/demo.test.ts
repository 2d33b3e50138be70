import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { startDemo, type Demo } from '@pneumograph/demo-workflow';
import { afterEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { lives, Receiver, until } from './testing/index.js';

const CLI = fileURLToPath(new URL('../bin/demo.js', import.meta.url));
const SLOTS: Record<string, number[]> = { reader: [0, 1, 3], predictor: [0, 1], scorer: [0, 1, 2] };
const COUNTERS = ['count', 'size', 'rejected.by.schema', 'rejected.by.encoding'];

const closers: Array<() => Promise<unknown>> = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) {
    await close();
  }
});

async function listen(): Promise<{ receiver: Receiver; url: string }> {
  const receiver = new Receiver();
  closers.push(() => receiver.close());
  return { receiver, url: await receiver.listen() };
}

async function start(url: string, rate: number): Promise<Demo> {
  const demo = await startDemo({ reports: { kind: 'http', url }, rate });
  closers.push(() => demo.stop());
  return demo;
}

const json = async (url: string): Promise<unknown> => (await fetch(url)).json();

describe('the demo', () => {
  it('reports every tap of every engine, and what one model sends is what the next one gets', async () => {
    const { receiver, url } = await listen();
    const demo = await start(url, 400);
    const [reader, left, right, scorer] = demo.engines as [Demo['engines'][0], ...Demo['engines']];
    expect(demo.engines.map(({ model }) => model)).toEqual(['reader', 'predictor', 'predictor', 'scorer']);

    const taps = ({ model }: { model: string }): string[] => [
      ...(SLOTS[model] as number[]).flatMap((slot) => COUNTERS.map((name) => `manifold.${slot}.records.${name}`)),
      'sys.cpu.utilization',
      'sys.memory',
    ];
    const wanted = demo.engines.flatMap((engine) => taps(engine).map((tap) => `${engine.src} ${tap}`));
    const reported = (): Set<string> =>
      new Set(receiver.messages.map((message) => ('tap' in message ? `${message.src} ${String(message['tap'])}` : '')));
    await until(() => wanted.every((tap) => reported().has(tap)));

    await demo.stop();
    const total = (src: string, tap: string): number => receiver.total(src, `manifold.${tap}`);
    const both = (tap: string): number => [left, right].reduce((sum, engine) => sum + total(engine?.src ?? '', tap), 0);
    const read = total(reader.src, '0.records.count');
    expect(read).toBeGreaterThan(100);
    // The first day of the data gives the price to start from, the second has no day before it to be the truth of.
    expect(total(reader.src, '1.records.count')).toBe(read - 1);
    expect(total(reader.src, '3.records.count')).toBe(read - 2);
    for (const name of ['records.count', 'records.size']) {
      expect(both(`0.${name}`)).toBe(total(reader.src, `1.${name}`));
      expect(total(scorer?.src ?? '', `0.${name}`)).toBe(both(`1.${name}`));
      expect(total(scorer?.src ?? '', `2.${name}`)).toBe(total(reader.src, `3.${name}`));
    }
    expect(total(scorer?.src ?? '', '1.records.count')).toBe(read - 2);
    for (const engine of [left, right]) {
      expect(total(engine?.src ?? '', '0.records.count')).toBeGreaterThan(0);
    }

    for (const { src } of demo.engines) {
      const states = receiver.messages.flatMap((message) =>
        message.type === 'engine-state' && message.src === src ? [message.state] : []
      );
      expect(states).toEqual(['init', 'running', 'finishing', 'finished']);
      const bursts = receiver.reports(src, 'manifold.0.records.count').filter(({ delta_time }) => delta_time === 0);
      expect(bursts.length).toBeGreaterThan(0);
    }
  });

  it('tells its fleet in the way of Composer, and each engine tells its state and model', async () => {
    const { url } = await listen();
    const demo = await start(url, 50);
    const at = (path: string): string => `${demo.composerUrl}/1/workflow${path}`;
    expect(await json(at(''))).toEqual(['prices']);
    expect((await fetch(at('/other'))).status).toBe(404);

    const file = parse(await (await fetch(at('/prices'))).text()) as Record<string, unknown>;
    expect(file).toMatchObject({
      Connections: [
        { Link: ['reader:1', 'predictor:0'] },
        { Link: ['predictor:1', 'scorer:0'] },
        { Link: ['reader:3', 'scorer:2'] },
      ],
      Display: { reader: { x: expect.any(Number), y: expect.any(Number) } },
    });

    type Engine = { ID: string; Name: string; Host: string; Port: number; State: string };
    const status = (await json(at('/prices/status'))) as {
      Models: Record<string, { Model: string; Engine: Engine | Engine[] }>;
    };
    const found = Object.entries(status.Models).flatMap(([model, { Model, Engine }]) =>
      [Engine].flat().map(({ ID, Name }) => ({ src: ID, name: Name, model, asset: Model }))
    );
    expect(found).toEqual(demo.engines);
    expect(status.Models['predictor']?.Engine).toHaveLength(2);

    for (const { Model, Engine } of Object.values(status.Models)) {
      for (const { Host, Port, State } of [Engine].flat()) {
        expect(State).toBe('RUNNING');
        expect(await json(`http://${Host}:${Port}/2/engine/state`)).toEqual({ state: 'running' });
        expect(await json(`http://${Host}:${Port}/2/active/model`)).toMatchObject({ name: Model, attachments: [] });
      }
    }
  });

  it('leaves no process behind when it stops', async () => {
    const { url } = await listen();
    const demo = await start(url, 50);
    const pids = demo.pids();
    expect(pids).toHaveLength(4);
    expect(pids.every(lives)).toBe(true);
    await demo.stop();
    expect(pids.filter(lives)).toEqual([]);
    expect(demo.pids()).toEqual([]);
  });

  it.each(['SIGINT', 'SIGKILL'] as const)('leaves no engine behind when its command gets %s', async (signal) => {
    const { url } = await listen();
    const command = spawn(process.execPath, [CLI, '--reports', url], { stdio: ['ignore', 'ignore', 'pipe'] });
    let told = '';
    command.stderr.on('data', (chunk) => (told += String(chunk)));
    const ended = new Promise<number | null>((resolve) => command.once('exit', resolve));
    await until(() => told.includes('demo started'));
    const composer = /"composer":"([^"]+)"/.exec(told)?.[1] ?? '';
    const { Models } = (await json(`${composer}/1/workflow/prices/status`)) as {
      Models: Record<string, { Engine: unknown }>;
    };
    const urls = Object.values(Models)
      .flatMap(({ Engine }) => Engine as { Port: number } | Array<{ Port: number }>)
      .map(({ Port }) => `http://127.0.0.1:${Port}/2/engine/state`);
    expect(urls).toHaveLength(4);

    command.kill(signal);
    expect(await ended).toBe(signal === 'SIGKILL' ? null : 0);
    const gone = async (engine: string): Promise<boolean> =>
      fetch(engine).then(
        () => false,
        () => true
      );
    await until(async () => (await Promise.all(urls.map(gone))).every(Boolean));
  });

  it('says what is wrong with its options', async () => {
    await expect(startDemo({ reports: { kind: 'http', url: 'http://127.0.0.1:9' }, rate: 0 })).rejects.toThrow('rate');
    const { url } = await listen();
    const port = Number(new URL(url).port);
    await expect(startDemo({ reports: { kind: 'http', url }, composerPort: port })).rejects.toThrow('EADDRINUSE');
  });
});
