import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { Composer, Fleet, Poller, readStatus, Workflows } from './index.js';

const FLAT = { lstm: { Engine: { ID: 'e1' } }, 'a model.v2': { Engine: { ID: 'e2' } } };
const NESTED = `
Models:
  lstm:
    Model: lstm-v3
    Engine: { ID: e1, Name: engine-1, Host: host-1, State: RUNNING }
  twin:
    Model: lstm-v3
    Engine:
      - { ID: e2, Name: engine-2, Host: shared }
      - { ID: e3, Name: engine-3, Host: shared }
Streams: {}
`;
const FILE = `
Assets: { Models: [ { Name: lstm-v3, Aliases: [lstm, twin] } ] }
Connections: [ { Link: ["lstm:1", "twin:0"] } ]
Display: { lstm: { x: 1, y: 2 } }
`;

let server: Server | undefined;
afterEach(() => server?.close());

async function serve(answers: Record<string, string>): Promise<string> {
  server = createServer((request, response) => {
    const answer = answers[request.url ?? ''];
    response.statusCode = answer === undefined ? 404 : 200;
    response.end(answer ?? 'no such workflow');
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function composer(url: string, workflow?: string): Composer {
  return new Composer({ url, workflow, insecure: false });
}

describe('status of a workflow', () => {
  it('reads the flat shape', () => {
    expect(readStatus('prices', FLAT)).toMatchObject([
      { src: 'e1', model: 'lstm', workflow: 'prices', asset: undefined },
      { src: 'e2', model: 'a model.v2' },
    ]);
  });

  it('says which model names no engine, and reads the rest', () => {
    const problems: string[] = [];
    expect(readStatus('w', { a: { Engine: {} }, b: { Engine: { Name: 'n' } } }, problems)).toMatchObject([
      { src: 'n', model: 'b' },
    ]);
    expect(problems).toEqual(['status of workflow w: model a names no engine']);
  });
});

describe('Composer', () => {
  it('answers YAML under Models, several engines for an alias, and the picture', async () => {
    const url = await serve({
      '/1/workflow': '["prices"]',
      '/1/workflow/prices': FILE,
      '/1/workflow/prices/status': NESTED,
    });
    const { members, shapes } = await composer(url).ask();
    expect(members.map(({ src, model, asset, name }) => [src, model, asset, name])).toEqual([
      ['e1', 'lstm', 'lstm-v3', 'engine-1'],
      ['e2', 'twin', 'lstm-v3', 'engine-2'],
      ['e3', 'twin', 'lstm-v3', 'engine-3'],
    ]);
    expect(shapes[0]?.links).toEqual([{ from: 'lstm:1', to: 'twin:0' }]);
    const fleet = new Fleet();
    fleet.update(members, 0);
    expect(fleet.resolve('engine-2')?.src).toBe('e2');
    expect(fleet.resolve('host-1')?.src).toBe('e1');
    // A host that two engines share tells nobody apart.
    expect(fleet.resolve('shared')).toBeUndefined();
  });

  it('answers JSON, and counts without a picture', async () => {
    const url = await serve({ '/1/workflow/prices/status': JSON.stringify(FLAT) });
    const { members, problems } = await composer(url, 'prices').ask();
    expect(members).toHaveLength(2);
    expect(problems[0]).toContain('answered 404: no such workflow');
  });

  it('tells of the other workflows where one cannot be asked, and fails where none can', async () => {
    const pages: Record<string, string> = {
      '/1/workflow': '["broken", "prices"]',
      '/1/workflow/prices': FILE,
      '/1/workflow/prices/status': JSON.stringify(FLAT),
    };
    const source = composer(await serve(pages));
    const { members, problems } = await source.ask();
    expect(members.map(({ workflow }) => workflow)).toEqual(['prices', 'prices']);
    expect(problems).toEqual([expect.stringContaining('/1/workflow/broken/status: answered 404')]);
    delete pages['/1/workflow/prices/status'];
    await expect(source.ask()).rejects.toThrow('/1/workflow/broken/status: answered 404');
  });

  it('that names a workflow as Pneumograph names its own is told of, and its engines stay unknown', async () => {
    const url = await serve({
      '/1/workflow': '["pneumograph", "prices"]',
      '/1/workflow/pneumograph': FILE,
      '/1/workflow/pneumograph/status': JSON.stringify({ spy: { Engine: { ID: 'e9' } } }),
      '/1/workflow/prices': FILE,
      '/1/workflow/prices/status': JSON.stringify(FLAT),
    });
    const problems: string[] = [];
    const [fleet, workflows] = [new Fleet(), new Workflows()];
    const problem = (message: string): void => void problems.push(message);
    const poller = new Poller(composer(url), { everyMillis: 60_000, rank: 0 }, fleet, workflows, { problem });
    await poller.start();
    await poller.stop();
    expect(problems).toEqual([
      expect.stringMatching(/^composer http:.*: expected no workflow "pneumograph".*; found one with 1 engine/),
    ]);
    expect(fleet.resolve('e9')).toBeUndefined();
    expect(fleet.resolve('e1')?.at(0)).toMatchObject({ workflow: 'prices', model: 'lstm' });
    expect(workflows.names()).toEqual(['prices']);
  });

  it('that is away is a problem to tell, not to die of', async () => {
    const problems: string[] = [];
    const problem = (message: string): void => void problems.push(message);
    const poller = new Poller(
      composer('http://127.0.0.1:19999', 'w'),
      { everyMillis: 60_000, rank: 0 },
      new Fleet(),
      new Workflows(),
      {
        problem,
      }
    );
    await poller.start();
    expect(poller.failure).toMatch(/Composer at http:\/\/127\.0\.0\.1:19999\/1\/workflow\/w\/status: .*ECONNREFUSED/);
    expect(problems).toHaveLength(1);
    await poller.stop();
  });
});
