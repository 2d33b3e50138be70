import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const COMMAND = fileURLToPath(new URL('../../bin/pneumograph.js', import.meta.url));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function run(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [COMMAND, ...args], { cwd: folder });
  let [out, err] = ['', ''];
  child.stdout.on('data', (data: Buffer) => (out += data.toString()));
  child.stderr.on('data', (data: Buffer) => (err += data.toString()));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })));
}

async function config(text: string): Promise<string> {
  const path = join(folder, 'p.yaml');
  await writeFile(path, text);
  return path;
}

describe('the command', () => {
  it.each([
    [['bogus'], "unknown command 'bogus'"],
    [['start', '--config', 'missing.yaml'], 'missing.yaml: expected a configuration file, found none'],
    [['start', '--roles', 'derive,cook'], 'expected some of rekey, derive, archive, monitor, query, found cook'],
    [['start', '--roles', 'rekey'], 'role rekey: expected a source of kind kafka with `rekeyTo`, found none'],
    [['start', '--roles', 'query'], 'role query: archive: expected the brokers of the topic'],
    [['start', '--scenario', 'crash'], 'expected --demo with --scenario'],
    [['start', '--demo', '--scenario', 'flood'], 'Allowed choices are drift, noise, regime'],
    [['start', '--demo', '--scenario-after', 'soon'], 'expected seconds, 0 or more'],
    [['replay', '--speed', 'fast', 'x'], 'expected a number above 0, or max'],
  ])('%j is wrong use: exit code 2', async (args, message) => {
    expect(await run(...args)).toMatchObject({ code: 2, err: expect.stringContaining(message) as string });
  });

  it('stops the start on a wrong configuration, with key, expectation and finding', async () => {
    const file = await config('listen:\n  prot: 1\nsources:\n  - kind: kafka\n');
    const { code, err } = await run('start', '--config', file);
    expect(code).toBe(2);
    expect(err).toContain(`${file}:2: listen.prot: expected a known key, found an unknown one`);
    expect(err).toContain(`${file}:4: sources[0].brokers: expected array, found nothing`);
  });

  it('checks every component, one line each, and fails where one does not answer', async () => {
    const file = await config(
      'listen: { port: 0 }\nsources: [{ kind: http }]\nfleet: [{ kind: composer, url: "http://127.0.0.1:19998" }]\n'
    );
    const { code, out } = await run('check', '--config', file);
    expect(code).toBe(1);
    expect(out.trim().split('\n')).toEqual([
      expect.stringMatching(/^ok +configuration/),
      expect.stringMatching(/^ok +listen 127\.0\.0\.1:0/),
      expect.stringMatching(/^ok +store data\/pneumograph\.duckdb: 0 series/),
      expect.stringMatching(/^ok +source http/),
      expect.stringMatching(/^failed +fleet composer .*ECONNREFUSED/),
    ]);
  });

  it('shows what monitors would do', async () => {
    await mkdir(join(folder, 'monitors'));
    await writeFile(
      join(folder, 'monitors', 'cpu.yaml'),
      'name: cpu\nkind: resources\nattach: [{}]\n' +
        'params: { cpu: { above: 80 }, action: { scale: "http://e:8003", max: 4, token: s3cret } }\n'
    );
    const file = await config(`listen: { port: 0 }\nmonitors: { path: ${JSON.stringify(join(folder, 'monitors'))} }\n`);
    const { code, out } = await run('check', '--config', file);
    expect(code).toBe(0);
    expect(out).toContain('cpu (resources; dry run: would POST http://e:8003/1/job/scale?n={n}, n from 1 to 4)');
    expect(out).not.toContain('s3cret');
  });

  it('says which file cannot be replayed, and which backend does not answer: exit code 1', async () => {
    expect(await run('replay', 'nothing.ndjson')).toMatchObject({
      code: 1,
      err: expect.stringContaining('nothing.ndjson: expected a file of messages') as string,
    });
    await writeFile(join(folder, 'broken.gz'), Buffer.from([0x1f, 0x8b, 1, 2, 3]));
    expect(await run('replay', 'broken.gz')).toMatchObject({
      code: 1,
      err: expect.stringContaining('broken.gz: expected a file of messages') as string,
    });
    await writeFile(join(folder, 'one.ndjson'), '{}\n');
    expect(await run('replay', 'one.ndjson', '--to', 'http://127.0.0.1:19997')).toMatchObject({
      code: 1,
      err: expect.stringContaining('http://127.0.0.1:19997/api/v1/reports: expected a backend that answers') as string,
    });
  });

  it('makes, lists and revokes tokens', async () => {
    const { out: token } = await run('token', 'create', 'grafana');
    expect(token).toMatch(/^pneumo_\S{32}\n$/);
    expect((await run('token', 'create', 'grafana')).code).toBe(1);
    expect((await run('token', 'list')).out).toMatch(/^grafana\tviewer\t/);
    expect((await run('token', 'revoke', 'grafana')).code).toBe(0);
    expect((await run('token', 'list')).out).toBe('');
    expect((await run('token', 'revoke', 'grafana')).code).toBe(1);
  });
});
