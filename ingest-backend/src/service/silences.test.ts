import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Silence } from '@pneumograph/contract';
import { ROLES, Tokens } from '../api/index.js';
import { parseConfiguration } from '../config/index.js';
import { Service } from './index.js';

let folder: string;
let service: Service;
let tokens: Record<string, string>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'silences-'));
  const file = new Tokens(join(folder, 'tokens.json'));
  tokens = {};
  for (const role of ROLES) {
    tokens[role] = await file.create(role, role);
  }
  await start();
});
afterEach(async () => {
  await service.stop();
  await rm(folder, { recursive: true, force: true });
});

async function start(): Promise<void> {
  const config = JSON.stringify({
    listen: { port: 0 },
    store: { kind: 'duckdb', path: join(folder, 'store.duckdb') },
    access: { anonymous: false, tokens: join(folder, 'tokens.json') },
  });
  const log = pino({ level: 'silent' });
  service = await Service.start(parseConfiguration(config, 'test'), { version: '9.9.9', log });
}

async function ask(as: string, method: string, path = '', body?: unknown): Promise<{ status: number; body: unknown }> {
  const token = tokens[as];
  const response = await fetch(`${service.url}/api/v1/silences${path}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

const silence = { matchers: [{ label: 'model', value: 'lstm' }], for: '2h', comment: 'new engine' };

describe('silences over HTTP', () => {
  it('are made and ended by editors, seen by everyone, and durable once they are answered for', async () => {
    const { status, body } = await ask('editor', 'POST', '', { ...silence, author: 'mallory' });
    const { id, author, state } = body as Silence;
    expect([status, author, state]).toEqual([201, 'editor', 'active']);
    await service.stop();
    await start();
    expect((await ask('viewer', 'GET')).body).toMatchObject({ silences: [{ id, comment: 'new engine', author }] });
    expect((await ask('admin', 'DELETE', `/${id}`)).body).toMatchObject({ id, state: 'expired' });
    expect((await ask('admin', 'DELETE', `/${id}`)).status).toBe(404);
  });

  it.each([
    [{}, 'matchers: expected array'],
    [{ ...silence, matchers: [] }, 'matchers: expected at least one matcher'],
    [
      { ...silence, matchers: [{ label: 'model', value: '*' }] },
      'matchers: expected a matcher that does not fit everything',
    ],
    [{ ...silence, for: undefined }, 'endsAt: expected either `endsAt` or `for`'],
    [{ ...silence, for: 'ever' }, 'for: expected a duration'],
    [{ ...silence, for: undefined, endsAt: '2018-01-01T00:00:00Z' }, 'endsAt: expected a time to come'],
    [{ ...silence, for: '3y' }, 'endsAt: expected an end within 1 year'],
    [{ ...silence, comment: '' }, 'comment: expected'],
  ])('%j is refused with its place', async (body, message) => {
    expect(await ask('admin', 'POST', '', body)).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringContaining(message) as string } },
    });
  });
});
