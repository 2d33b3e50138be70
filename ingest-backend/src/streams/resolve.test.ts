import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseConfiguration } from '../config/index.js';
import { resolveStreams, type ResolvedStream } from './resolve.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'streams-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function resolve(...streams: readonly unknown[]): Promise<ResolvedStream[]> {
  return resolveStreams(parseConfiguration(JSON.stringify({ streams }), 'p.yaml').streams);
}

const at = { workflow: 'prices', model: 'lstm', slot: 0 };
const descriptor = {
  Envelope: null,
  Transport: { Type: 'kafka', Topic: 'prices', BootstrapServers: ['kafka:9092'] },
  Encoding: 'json',
};

it('are the same, said by a descriptor in a file, inline, or in plain words', async () => {
  const path = join(folder, 'prices.json');
  await writeFile(path, JSON.stringify(descriptor));
  const [fromFile] = await resolve({ ...at, descriptor: path });
  const [inline] = await resolve({ ...at, descriptor });
  const [plain] = await resolve({ ...at, kind: 'kafka', topic: 'prices', brokers: ['kafka:9092'], encoding: 'json' });
  expect(fromFile).toEqual(plain);
  expect(inline).toEqual(plain);
  expect(plain).toMatchObject({ address: at, stream: { kind: 'kafka', topic: 'prices', tls: false } });
});

it('take their schema from descriptor, file or place', async () => {
  const path = join(folder, 'price.avsc');
  await writeFile(path, JSON.stringify({ type: 'record', name: 'Price', fields: [{ name: 'p', type: 'double' }] }));
  const Transport = { Type: 'file', Path: 'x.ndjson' };
  const [described] = await resolve({ ...at, descriptor: { Transport, Encoding: 'json', Schema: 'double' } });
  expect(described).toMatchObject({ stream: { kind: 'file', path: 'x.ndjson', follow: false } });
  expect(described?.format.schema?.typeName).toBe('double');
  const [beside] = await resolve({
    ...at,
    descriptor: { Transport, Encoding: 'json', Schema: 'double' },
    schema: path,
  });
  expect(beside?.format.schema?.name).toBe('Price');
});

it('are refused with every problem, by place', async () => {
  const broken = join(folder, 'broken.json');
  await writeFile(broken, JSON.stringify({ ...descriptor, Encoding: 'xml' }));
  const missing = join(folder, 'none.json');
  const found = resolve(
    { ...at, descriptor: broken },
    { ...at, slot: 1, descriptor: missing },
    { ...at, slot: 2, kind: 'http', encoding: 'avro-binary', schema: { type: 'nonsense' } },
    { ...at, slot: 3, descriptor: { ...descriptor, Encoding: 'avro-binary' } }
  );
  const problems = await found.then(
    () => [],
    (error: Error) => error.message.split('\n')
  );
  expect(problems).toEqual([
    expect.stringContaining(`streams[0].descriptor: ${broken}: Encoding: expected one of "json"`),
    expect.stringContaining(`streams[1].descriptor: ${missing}: expected a stream descriptor: ENOENT`),
    expect.stringContaining('streams[2].schema: expected an Avro schema: unknown type'),
    expect.stringContaining('streams[3].schema: expected an Avro schema, or the path of a file that holds one'),
  ]);
});
