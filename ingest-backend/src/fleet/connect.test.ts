import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { Connect, Fleet, Poller, Workflows } from './index.js';

type Answer = string | { status: number; text?: string };

let server: Server | undefined;
let connect: Connect | undefined;
afterEach(async () => {
  await connect?.close();
  server?.closeAllConnections();
  server?.close();
});

const LIST = 'connect/1/connect';
const model = (instance: string) => `${encodeURIComponent(instance)}/2/active/model`;

function instance(id: string, name: string, rest: Record<string, unknown> = {}): Record<string, unknown> {
  return { id, name, api: 'engine', host: name, port: 8003, release: '1.9.1', health: 'ok', ...rest };
}

/** A proxy that answers by what stands behind `/api/1/service/`; what it does not know is 404. */
async function proxy(answer: (path: string, request: IncomingMessage) => Promise<Answer> | Answer): Promise<string> {
  server = createServer((request, response) => {
    void Promise.resolve(answer((request.url ?? '').replace('/api/1/service/', ''), request)).then((given) => {
      const { status, text = '' } = typeof given === 'string' ? { status: 200, text: given } : given;
      response.writeHead(status).end(text);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const fixed = (answers: Record<string, Answer>) => (path: string) => answers[path] ?? { status: 404, text: 'nothing' };

describe('Connect', () => {
  it('names the engines with the model that each runs, by instance name through the proxy', async () => {
    const services = [
      instance('id-2', 'engine 2', { host: 'shared' }),
      instance('id-1', 'engine-1', { health: undefined, host: undefined }),
      instance('id-3', 'model-manage', { api: 'model-manage' }),
    ];
    const url = await proxy(
      fixed({ [LIST]: JSON.stringify(services), [model('engine 2')]: '{"name":"lstm.v2","mtype":"python","slots":[]}' })
    );
    connect = new Connect({ url, workflow: 'prices' });
    expect(await connect.ask()).toEqual({
      members: [
        // No model is loaded: that is an answer, not a fault.
        {
          src: 'id-1',
          aliases: ['engine-1'],
          name: 'engine-1',
          workflow: 'prices',
          model: undefined,
          asset: undefined,
        },
        {
          src: 'id-2',
          aliases: ['engine 2', 'shared'],
          name: 'engine 2',
          workflow: 'prices',
          model: 'lstm.v2',
          asset: 'lstm.v2',
        },
      ],
      shapes: [],
      problems: [],
    });
  });

  it('tells which engines it cannot tell of, and names the rest', async () => {
    const names = ['good', 'away', 'fresh', 'broken', 'odd', 'sick'];
    const services = [
      ...names.map((name) => instance(name, name, name === 'sick' ? { health: 'fail' } : {})),
      { api: 'engine', name: 'nameless' },
    ];
    const url = await proxy(
      fixed({
        [LIST]: JSON.stringify(services),
        [model('good')]: '{"name":"m"}',
        [model('away')]: { status: 502, text: 'bad gateway' },
        [model('fresh')]: { status: 403 },
        [model('broken')]: '<html>',
        [model('odd')]: '{"mtype":"python"}',
      })
    );
    connect = new Connect({ url, workflow: '' });
    const { members, problems } = await connect.ask();
    expect(members.map(({ src }) => src)).toEqual(['good']);
    const at = `Connect at ${url}api/1/service/`;
    expect([...problems].sort()).toEqual(
      [
        `${at}away/2/active/model: answered 502: bad gateway`,
        `${at}fresh/2/active/model: answered 403 (not configured yet, or no access): `,
        `${at}broken/2/active/model: expected JSON, found "<html>"`,
        `${at}odd/2/active/model: expected the name of a model, found none`,
        `Connect at ${url}: engine sick is not healthy`,
        'Connect names an engine without id: {"api":"engine","name":"nameless"}',
      ].sort()
    );
  });

  it.each<[string, Answer]>([
    ['answered 403 (not configured yet, or no access): later', { status: 403, text: 'later' }],
    ['answered 404: ', { status: 404 }],
    ['expected a list of services', '{}'],
  ])('fails as a whole where the list cannot be had: %s', async (message, answer) => {
    connect = new Connect({ url: await proxy(fixed({ [LIST]: answer })), workflow: '' });
    await expect(connect.ask()).rejects.toThrow(message);
  });

  it('asks hundreds of engines, not all of them at once', async () => {
    const services = Array.from({ length: 300 }, (_, index) => instance(`id-${index}`, `engine-${index}`));
    let [now, most] = [0, 0];
    const url = await proxy(async (path) => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, 2));
      now--;
      return path === LIST ? JSON.stringify(services) : '{"name":"m"}';
    });
    connect = new Connect({ url, workflow: '' });
    expect((await connect.ask()).members).toHaveLength(300);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(16);
  });

  it('shows the token and the cookie that it was given', async () => {
    let seen: unknown;
    const url = await proxy((_path, { headers }) => {
      seen = [headers.authorization, headers.cookie];
      return '[]';
    });
    connect = new Connect({ url, workflow: '', token: 't', cookie: 'sid=1' });
    await connect.ask();
    expect(seen).toEqual(['Bearer t', 'sid=1']);
  });
});

describe('poller', () => {
  it('asks soon after a change, one question at a time, however many changes there are', async () => {
    let [asked, now, most] = [0, 0, 0];
    const url = await proxy(async (path) => {
      if (path === LIST) {
        asked++;
        most = Math.max(most, ++now);
        await new Promise((resolve) => setTimeout(resolve, 50));
        now--;
        return JSON.stringify([instance('e1', 'engine-1')]);
      }
      return asked === 1 ? '{"name":"a"}' : { status: 404 };
    });
    const fleet = new Fleet();
    const poller = new Poller(
      new Connect({ url, workflow: '' }),
      { everyMillis: 3_600_000, rank: 0 },
      fleet,
      new Workflows(),
      { problem: (message) => expect.unreachable(message) }
    );
    await poller.start();
    expect(fleet.resolve('engine-1')?.at(Infinity).model).toBe('a');
    const unloaded = new Promise<void>((resolve) => fleet.onChange(() => resolve()));
    for (let changes = 0; changes < 1000; changes++) {
      poller.refresh();
    }
    await unloaded;
    poller.refresh();
    await poller.stop();
    expect(fleet.resolve('engine-1')?.at(Infinity).model).toBe('e1');
    expect([asked, most]).toEqual([2, 1]);
  });
});
