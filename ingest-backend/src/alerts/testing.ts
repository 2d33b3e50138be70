import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { pino } from 'pino';
import type { AlertState } from '@pneumograph/contract';
import type { AlertChange } from '../archive/index.js';
import { configuration, type NotifyConfiguration } from '../config/index.js';
import { AlertCenter, type CenterOptions } from './center.js';
import type { Notice, Notification } from './notify/index.js';

/** For tests: a step of an alert. */
export function change(id: string, number: number, state: AlertState, changes: Partial<AlertChange> = {}): AlertChange {
  const time = 1_520_280_000_000_000 + number * 1e6;
  return {
    ...{ kind: 'alert', id, number, time, startsAt: time, state, severity: 'warning', monitor: 'bounds' },
    ...{ workflow: 'prices', model: 'lstm', slot: 0, engine: '', feature: 'price', name: 'Value out of bounds' },
    ...{ text: 'price is 12, above 10.', value: 12, evidence: '{"value":12}', partition: { key: 'p' }, offset: number },
    ...changes,
  };
}

/** As a configuration says it. */
export function receiver(said: object): NotifyConfiguration {
  const url = 'kind' in said && said.kind === 'email' ? {} : { url: 'http://127.0.0.1:1' };
  const one = { name: 'ops', kind: 'webhook', ...url, ...said };
  return configuration.parse({ notify: [one] }).notify[0] as NotifyConfiguration;
}

/** A center whose receivers write down what they are told, and a clock that is set. */
export class Desk {
  now = 1_000_000;
  /** What each receiver was told: `id/number state`, with a star where it is a repetition. */
  readonly told: string[] = [];
  readonly notifications: Notification[] = [];
  /** What receivers answer from now on, by their names. */
  readonly failing = new Set<string>();
  readonly notes = new Map<string, string>();
  #center: AlertCenter;

  constructor(
    private readonly receivers: readonly NotifyConfiguration[],
    private readonly options: Partial<CenterOptions> = {}
  ) {
    this.#center = this.#start();
  }

  get center(): AlertCenter {
    return this.#center;
  }

  /** Stores steps, as a batch of the archive stream. */
  store(...changes: AlertChange[]): this {
    this.#center.watch(changes);
    this.#keep();
    this.#center.stored();
    return this;
  }

  /** Lets time pass, in seconds, a tick each. */
  async pass(seconds: number): Promise<this> {
    for (let second = 0; second < seconds; second++) {
      this.now += 1000;
      this.#center.tick();
      await new Promise((resolve) => setImmediate(resolve));
      this.#keep();
    }
    return this;
  }

  /** What a crash and a start from the notes do. @param stored whether what was told last is noted */
  restart(): this {
    this.#center = this.#start();
    return this;
  }

  take(): string[] {
    return this.told.splice(0);
  }

  #keep(): void {
    this.#center.takeNotes().forEach((note, key) => (note === '' ? this.notes.delete(key) : this.notes.set(key, note)));
  }

  #start(): AlertCenter {
    return new AlertCenter({
      receivers: this.receivers,
      notes: new Map(this.notes),
      downstream: () => new Set(),
      touch: () => undefined,
      log: pino({ level: 'silent' }),
      clock: () => this.now,
      notifier: ({ name }) => ({
        send: (notification) => {
          if (this.failing.has(name)) {
            return Promise.reject(new Error('no'));
          }
          this.notifications.push(notification);
          const several = this.receivers.length > 1 ? `${name}: ` : '';
          this.told.push(...notification.notices.map((notice) => `${several}${line(notice)}`));
          return Promise.resolve();
        },
      }),
      ...this.options,
    });
  }
}

function line({ key, state, repeated }: Notice): string {
  return `${key} ${state}${repeated ? '*' : ''}`;
}

export type Answer = (respond: (status: number) => void, socket: Socket, body: string) => void;

/** A real receiver over HTTP, that answers as it is told to. */
export class WebhookServer {
  readonly bodies: Array<{ alerts: Notice[] }> = [];
  answer: Answer = (respond) => respond(200);
  #server: Server | undefined;

  async start(port = 0): Promise<string> {
    this.#server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        this.bodies.push(JSON.parse(body) as { alerts: Notice[] });
        this.answer((status) => response.writeHead(status).end(), request.socket, body);
      });
    });
    await new Promise<void>((resolve) => this.#server?.listen(port, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook`;
  }

  /** All notices that came, in their order. */
  get notices(): Notice[] {
    return this.bodies.flatMap(({ alerts }) => alerts);
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise<void>((resolve) =>
      this.#server === undefined ? resolve() : this.#server.close(() => resolve())
    );
  }
}
