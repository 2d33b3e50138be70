import { SMTPServer } from 'smtp-server';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pino } from 'pino';
import { AlertCenter } from '../center.js';
import { change, receiver, WebhookServer } from '../testing.js';

const AT_ONCE = { groupWait: '0s', groupInterval: '0s' };

let server: WebhookServer;
let url: string;
let notes: Map<string, string>;
let center: AlertCenter | undefined;
let ticking: NodeJS.Timeout;

beforeEach(async () => {
  server = new WebhookServer();
  url = await server.start();
  notes = new Map();
});
afterEach(async () => {
  await stop();
  await server.stop();
});

/** A center on the notes of the one before. */
function start(said: object): AlertCenter {
  const log = pino({ level: 'silent' });
  const downstream = () => new Set<string>();
  center = new AlertCenter({
    receivers: [receiver('host' in said ? said : { url, ...said })],
    notes,
    downstream,
    touch: keep,
    log,
  });
  ticking = setInterval(() => center?.tick(), 5);
  return center;
}

async function stop(): Promise<void> {
  clearInterval(ticking);
  await center?.close();
  keep();
  center = undefined;
}

function keep(): void {
  center?.takeNotes().forEach((note, key) => notes.set(key, note));
}

function store(...steps: Array<ReturnType<typeof change>>): void {
  center?.watch(steps);
  keep();
  center?.stored();
}

const keys = (): string[] => server.notices.map(({ key, state }) => `${key} ${state}`);

describe('a webhook', () => {
  it('that fails, hangs, answers twice and breaks off gets every step, in order, with a key to know it by', async () => {
    const answers = ['fails', 'hangs', 'twice', 'breaks', 'garbage', 'moves'];
    server.answer = (respond, socket) => {
      switch (answers.shift()) {
        case 'fails':
          return respond(500);
        case 'hangs':
          return undefined;
        case 'twice':
          socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\nHTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n');
          return undefined;
        case 'breaks':
          socket.destroy();
          return undefined;
        case 'garbage':
          socket.end('what?\r\n\r\n');
          return undefined;
        case 'moves':
          return respond(302);
        default:
          return respond(200);
      }
    };
    start({ ...AT_ONCE, timeout: '200ms' });
    store(change('a', 1, 'firing'), change('b', 1, 'firing'));
    await vi.waitFor(() => expect(answers.length).toBeLessThan(4), 10_000);
    store(change('a', 2, 'resolved'));
    await vi.waitFor(() => expect(answers.length).toBeLessThan(2), 20_000);
    // What is waiting outlives a restart, and its pause does not.
    await stop();
    start({ ...AT_ONCE, timeout: '200ms' });
    store(change('b', 2, 'resolved'));
    await vi.waitFor(() => {
      const told = keys();
      expect(told.filter((key, index) => told.indexOf(key) === index)).toEqual(
        expect.arrayContaining(['a/1 firing', 'b/1 firing', 'a/2 resolved', 'b/2 resolved'])
      );
    }, 20_000);
    for (const id of ['a', 'b']) {
      const numbers = server.notices.filter((notice) => notice.id === id).map(({ number }) => number);
      const first = numbers.filter((number, index) => numbers.indexOf(number) === index);
      expect(first).toEqual([1, 2]);
    }
    await vi.waitFor(() => expect(center?.takeNotes().size).toBe(0));
    const told = server.bodies.length;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(server.bodies).toHaveLength(told);
  });

  it('gets what the documentation says', async () => {
    start({ ...AT_ONCE, token: 'secret' });
    store(change('a', 1, 'firing', { labels: { team: 'quants' }, link: 'http://grafana/d/x', engine: 'e1' }));
    await vi.waitFor(() => expect(server.bodies).toHaveLength(1));
    expect(server.bodies[0]).toEqual({
      ...{ version: 1, receiver: 'ops', groupKey: '[["model","lstm"],["workflow","prices"]]' },
      groupLabels: { workflow: 'prices', model: 'lstm' },
      alerts: [
        {
          ...{ key: 'a/1', id: 'a', number: 1, state: 'firing', repeated: false, severity: 'warning' },
          ...{ name: 'Value out of bounds', text: 'price is 12, above 10.', value: 12 },
          labels: {
            ...{ alertname: 'Value out of bounds', monitor: 'bounds', severity: 'warning', workflow: 'prices' },
            ...{ model: 'lstm', slot: '0', engine: 'e1', feature: 'price', team: 'quants' },
          },
          ...{ time: '2018-03-05T20:00:01.000000Z', startsAt: '2018-03-05T20:00:01.000000Z', endsAt: null },
          ...{ link: 'http://grafana/d/x', reason: null, evidence: { value: 12 }, inhibits: [] },
        },
      ],
    });
  });
});

describe('Alertmanager', () => {
  it('gets alerts as its API v2 takes them, which last for a while if nothing more is heard', async () => {
    start({ kind: 'alertmanager', url: new URL(url).origin, repeatInterval: '1m' });
    store(change('a', 1, 'firing', { link: 'http://grafana/d/x' }));
    await vi.waitFor(() => expect(server.bodies).toHaveLength(1));
    store(change('a', 2, 'resolved'));
    await vi.waitFor(() => expect(server.bodies).toHaveLength(2));
    const [[firing], [resolved]] = server.bodies as unknown as [
      Array<Record<string, string>>,
      Array<Record<string, string>>,
    ];
    expect(firing).toEqual({
      labels: {
        ...{ alertname: 'Value out of bounds', monitor: 'bounds', severity: 'warning', workflow: 'prices' },
        ...{ model: 'lstm', slot: '0', feature: 'price' },
      },
      annotations: { summary: 'Value out of bounds', description: 'price is 12, above 10.', key: 'a/1', value: '12' },
      startsAt: '2018-03-05T20:00:01.000000Z',
      endsAt: expect.any(String) as string,
      generatorURL: 'http://grafana/d/x',
    });
    // Four rounds of a minute each.
    expect(Date.parse(firing?.['endsAt'] ?? '') - Date.now()).toBeGreaterThan(200_000);
    expect(resolved).toMatchObject({ labels: firing?.['labels'], endsAt: '2018-03-05T20:00:02.000000Z' });
  });
});

describe('a chat', () => {
  it('gets a message that no alert can turn into markup', async () => {
    start({ kind: 'slack', ...AT_ONCE, channel: '#ops' });
    store(change('a', 1, 'firing', { text: 'x <!channel> & <http://evil|y>', link: 'http://grafana/d/x' }));
    await vi.waitFor(() => expect(server.bodies).toHaveLength(1));
    expect(server.bodies[0]).toMatchObject({
      ...{ channel: '#ops', text: 'FIRING: Value out of bounds (prices lstm)' },
      attachments: [
        {
          ...{ color: '#e0b400', title: 'Value out of bounds', title_link: 'http://grafana/d/x', footer: 'a/1' },
          text: '[firing] warning: Value out of bounds. x &lt;!channel&gt; &amp; &lt;http://evil|y&gt;',
        },
      ],
    });
  });
});

describe('mail', () => {
  it('goes out over SMTP, each once the server takes it', async () => {
    const mails: string[] = [];
    let refusals = 1;
    const smtp = new SMTPServer({
      disabledCommands: ['STARTTLS'],
      onAuth: ({ username, password }, _session, done) =>
        username === 'ops' && password === 'secret' ? done(null, { user: username }) : done(new Error('no')),
      onData: (stream, _session, done) => {
        let text = '';
        stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
        stream.on('end', () => {
          if (refusals-- > 0) {
            done(new Error('try later'));
          } else {
            mails.push(text);
            done();
          }
        });
      },
    });
    await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
    const { port } = smtp.server.address() as AddressInfo;
    const mail = { from: 'pneumograph@example.com', to: ['ops@example.com'], username: 'ops', password: 'secret' };
    start({ kind: 'email', host: '127.0.0.1', port, ...mail, ...AT_ONCE });
    store(change('a', 1, 'firing', { name: 'Naïve\r\nBcc: x@example.com' }));
    await vi.waitFor(() => expect(mails).toHaveLength(1), 10_000);
    await stop();
    await new Promise<void>((resolve) => smtp.close(() => resolve()));
    const [text = ''] = mails;
    expect(text).toMatch(/^Message-ID: <a\.1@pneumograph>\r$/m);
    expect(text).toMatch(/^X-Pneumograph-Keys: a\/1\r$/m);
    // A name makes no header of its own.
    expect(text.split('\r\n\r\n')[0]).not.toMatch(/^Bcc:/m);
    expect(text).toContain('price is 12, above 10.');
  });
});
