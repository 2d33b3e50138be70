import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseConfiguration } from '../config/index.js';
import { Service } from '../service/index.js';

const COMMAND = fileURLToPath(new URL('../../bin/pneumograph.js', import.meta.url));
const AT = Date.UTC(2026, 0, 1);

let folder: string;
let service: Service;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-monitors-'));
  const config = JSON.stringify({
    ...{ listen: { port: 0 }, access: { anonymous: 'admin' } },
    store: { kind: 'duckdb', path: join(folder, 'store.duckdb') },
    fleet: [{ kind: 'static', engines: [{ src: 'e1', model: 'lstm', workflow: 'prices' }] }],
  });
  const log = pino({ level: 'silent' });
  service = await Service.start(parseConfiguration(config, 'test'), { version: '9.9.9', log });
  for (const above of [10, 20]) {
    await mkdir(join(folder, `above-${above}`));
    await writeFile(join(folder, `above-${above}`, 'monitor.yaml'), definition(above));
    await writeFile(join(folder, `above-${above}`, '.DS_Store'), '');
  }
  const points = [5, 15, 5, 25, 5].map((value, second) =>
    JSON.stringify({
      ...{ kind: 'point', time: new Date(AT + second * 1000).toISOString().replace('Z', '000Z'), workflow: 'prices' },
      ...{ model: 'lstm', engine: 'e1', metric: 'memory', value, span: 1, name: 'lstm.memory' },
    })
  );
  await writeFile(join(folder, 'archive.ndjson'), points.join('\n'));
  await writeFile(join(folder, 'records.csv'), 'price,at\n5,2026-01-01T00:00:00Z\n15,2026-01-01T00:01:00Z\n');
});
afterAll(async () => {
  await service.stop();
  await rm(folder, { recursive: true, force: true });
});

function definition(above: number, params = 'metric: memory'): string {
  return `name: high\nkind: threshold\nattach: [{ workflow: prices, model: lstm }]\nparams: { ${params}, above: ${above} }\n`;
}

function run(...args: string[]): Promise<{ code: number | null; out: string[]; err: string }> {
  const child = spawn(process.execPath, [COMMAND, ...args], { cwd: folder });
  let [out, err] = ['', ''];
  child.stdout.on('data', (data: Buffer) => (out += data.toString()));
  child.stderr.on('data', (data: Buffer) => (err += data.toString()));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out: out.trimEnd().split('\n'), err })));
}

describe('the command monitors', () => {
  it('publishes, puts in force, shows, compares versions on the archive, and retires', async () => {
    const to = ['--to', service.url];
    expect((await run('monitors', 'publish', 'above-10', '--comment', 'first', ...to)).out).toEqual([
      'high\tversion 1\tdraft',
      'reaches 1 models: prices/lstm',
    ]);
    expect(await run('monitors', 'activate', 'high@1', ...to)).toMatchObject({ code: 0, err: '' });
    expect((await run('monitors', 'publish', 'above-20', '--dry-run', ...to)).out).toEqual([
      'reaches 1 models: prices/lstm',
    ]);
    await run('monitors', 'publish', 'above-20/monitor.yaml', ...to);
    const stale = await run('monitors', 'publish', 'above-10', '--if-match', '1', ...to);
    expect(stale).toMatchObject({
      code: 1,
      err: expect.stringContaining('409: expected revision 3 of high') as string,
    });
    expect((await run('monitors', 'list', ...to)).out).toEqual([
      'high\tthreshold\tactive\tactive 1, shadow -, latest 2\t-',
    ]);
    expect((await run('monitors', 'show', 'high', ...to)).out).toEqual([
      'high\tthreshold\tactive\trevision 3',
      expect.stringMatching(/^version 1\tactive\tanonymous\t.*\tfirst$/),
      expect.stringMatching(/^version 2\tdraft\tanonymous\t/),
      'reaches 1 models: prices/lstm',
    ]);
    expect((await run('monitors', 'backtest', 'high@1', 'above-20', '--archive', 'archive.ndjson', ...to)).out).toEqual(
      [
        '1 in common, 1 of high@1 alone, 0 of above-20 alone',
        'high@1\t2026-01-01T00:00:01.000000Z\t2026-01-01T00:00:02.000000Z\tprices/lstm\tmemory is 15, above 10.',
      ]
    );
    expect((await run('monitors', 'retire', 'high@1', ...to)).code).toBe(0);
    expect((await run('monitors', 'history', 'high', ...to)).out).toEqual([
      expect.stringMatching(/^20\S+Z\tanonymous\tadmin\tpublish\tversion 1\t[0-9a-f]{12}\tfirst$/),
      expect.stringMatching(/\tactivate\tversion 1\t/),
      expect.stringMatching(/\tpublish\tversion 2\t/),
      expect.stringMatching(/\tretire\tversion 1\t/),
    ]);
    expect((await run('monitors', 'list', ...to)).out).toEqual([
      'high\tthreshold\tnone\tactive -, shadow -, latest 2\t-',
    ]);
  });

  it('backtests on packed files too, and tells what did not come', async () => {
    const at = (second: number): string => new Date(AT + second * 1000).toISOString().replace('Z', '000Z');
    const lines = [0, 10, 20, 70, 80].map((second) =>
      JSON.stringify({
        ...{ kind: 'point', time: at(second), workflow: 'prices', model: 'lstm', engine: 'e1', metric: 'memory' },
        ...{ value: 5, span: 1, name: 'lstm.memory' },
      })
    );
    await writeFile(join(folder, 'archive-1.ndjson.gz'), gzipSync(lines.join('\n')));
    for (const seconds of [30, 60]) {
      const params = `params: { metric: memory, absent: ${seconds}s }\n`;
      await writeFile(join(folder, `absent-${seconds}.yaml`), `name: a\nkind: threshold\nattach: [{}]\n${params}`);
    }
    const files = ['absent-30.yaml', 'absent-60.yaml', '--archive', 'archive-1.ndjson.gz'];
    expect(await run('monitors', 'backtest', ...files)).toMatchObject({
      code: 0,
      out: [
        '0 in common, 1 of absent-30.yaml alone, 0 of absent-60.yaml alone',
        `absent-30.yaml\t${at(50)}\t${at(70)}\tprices/lstm\tNo value of memory came for 30 s.`,
      ],
    });
  });

  it('tests a definition on a file of records, without a backend', async () => {
    await writeFile(join(folder, 'field.yaml'), definition(10, 'field: price'));
    const { code, out } = await run(
      'monitors',
      'test',
      'field.yaml',
      '--records',
      'records.csv',
      '--at',
      'prices/lstm:0',
      '--time',
      'at'
    );
    expect([code, out]).toEqual([
      0,
      [
        expect.stringMatching(
          /^2026-01-01T00:01:00.000000Z\tfiring\twarning\tValue out of bounds\tprice is 15, above 10\.\t/
        ),
        '1 steps of alerts; points: none',
      ],
    ]);
  });

  it('silences, lists and ends', async () => {
    const to = ['--to', service.url];
    const made = await run(
      'silences',
      'add',
      'model=lst*',
      'severity!=critical',
      '--for',
      '2h',
      '--comment',
      'new',
      '--author',
      'ann',
      ...to
    );
    const id = made.out[0]?.split('\t')[0] ?? '';
    const listed = (await run('silences', 'list', ...to)).out[0];
    expect(listed).toMatch(new RegExp(`^${id}\tactive\tuntil .*\tann\tmodel=lst\\* severity!=critical\tnew$`));
    expect((await run('silences', 'expire', id, ...to)).code).toBe(0);
    expect((await run('silences', 'add', 'model', '--for', '2h', '--comment', 'x', ...to)).code).toBe(2);
  });
});
