import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { Agent, request } from 'undici';
import { portName, type Deliver, type Inlet, type Outlet, type Port, type Transport } from './transport.js';

const NDJSON = 'application/x-ndjson';
const [FIRST_PAUSE, LONGEST_PAUSE] = [100, 2000];
/** Milliseconds that the end of a stream waits for its readers. */
const PATIENCE = 2000;

/** Who reads a port: for each reading model the slot, and the addresses of its engines. */
export type Routes = Readonly<Record<string, ReadonlyArray<{ slot: number; urls: readonly string[] }>>>;

export interface HttpTransportOptions {
  /** Serves the reading end; absent for a process that only writes. */
  readonly server?: FastifyInstance;
  /** Told when an engine does not take records. */
  readonly onTrouble?: (url: string, reason: string) => void;
}

/**
 * Streams over local HTTP: a batch of records is one POST of lines to `/streams/:slot` of an engine, answered once
 * the engine has dealt with it.
 */
export class HttpTransport implements Transport {
  // A paused reader answers when it goes on, however long that takes.
  readonly #agent = new Agent({ headersTimeout: 0, bodyTimeout: 0, connections: 1 });

  #routes: Routes = {};

  constructor(private readonly options: HttpTransportOptions = {}) {}

  /** Says where to send: known only once all engines listen. To be called before outlets are asked for. */
  connect(routes: Routes): void {
    this.#routes = routes;
  }

  outlet(from: Port): Outlet {
    const { onTrouble } = this.options;
    const groups = (this.#routes[portName(from)] ?? []).map(
      ({ slot, urls }) =>
        new ReaderGroup(
          this.#agent,
          urls.map((url) => `${url}/streams/${slot}`),
          onTrouble
        )
    );
    return {
      send: async (lines) => void (await Promise.all(groups.map((group) => group.send(lines)))),
      close: async () => void (await Promise.all(groups.map((group) => group.close()))),
    };
  }

  /** To be called before the server listens. */
  inlet(_model: string, deliver: Deliver): Promise<Inlet> {
    const { server } = this.options;
    if (server === undefined) {
      return Promise.reject(new Error('this end of the transport has no server to read with'));
    }
    let open = true;
    server.addContentTypeParser(NDJSON, { parseAs: 'string' }, (_request, body, done) => done(null, body));
    server.post<{ Params: { slot: number }; Body: string }>(
      '/streams/:slot',
      { schema: { params: { type: 'object', properties: { slot: { type: 'integer', minimum: 0 } } } } },
      async ({ params, body }, reply) => {
        if (!open) {
          return reply.code(503).send({ error: 'this engine takes no more records' });
        }
        try {
          await deliver(params.slot, body.split('\n'));
        } catch (error) {
          return reply.code(503).send({ error: (error as Error).message });
        }
        return reply.code(204).send();
      }
    );
    return Promise.resolve({
      close() {
        open = false;
        return Promise.resolve();
      },
    });
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }
}

interface Lane {
  readonly url: string;
  /** Settled while the lane is free. */
  busy: Promise<void>;
  free: boolean;
}

/** The engines of one reading model: each has one batch under way, and the next batch goes to the next free one. */
class ReaderGroup {
  readonly #lanes: Lane[];
  readonly #closing = new AbortController();
  #turn = 0;

  constructor(
    private readonly agent: Agent,
    urls: readonly string[],
    private readonly onTrouble: HttpTransportOptions['onTrouble']
  ) {
    this.#lanes = urls.map((url) => ({ url, busy: Promise.resolve(), free: true }));
  }

  async send(lines: readonly string[]): Promise<void> {
    if (lines.length === 0) {
      return;
    }
    let lane: Lane | undefined;
    while ((lane = this.#free()) === undefined) {
      await Promise.race(this.#lanes.map(({ busy }) => busy));
    }
    const taken = lane;
    taken.free = false;
    taken.busy = this.#post(taken.url, lines.join('\n')).finally(() => {
      taken.free = true;
    });
  }

  async close(): Promise<void> {
    const done = Promise.all(this.#lanes.map(({ busy }) => busy));
    const waiting = new AbortController();
    await Promise.race([done, sleep(PATIENCE, undefined, { signal: waiting.signal }).catch(() => undefined)]);
    waiting.abort();
    this.#closing.abort();
    await done;
  }

  #free(): Lane | undefined {
    for (let step = 0; step < this.#lanes.length; step++) {
      const index = (this.#turn + step) % this.#lanes.length;
      const lane = this.#lanes[index] as Lane;
      if (lane.free) {
        this.#turn = index + 1;
        return lane;
      }
    }
    return undefined;
  }

  /** Goes on until some engine has taken the batch, or the stream is closed; never rejects. */
  async #post(first: string, body: string): Promise<void> {
    const { signal } = this.#closing;
    const start = this.#lanes.findIndex(({ url }) => url === first);
    for (let attempt = 0, pause = FIRST_PAUSE; !signal.aborted; attempt++) {
      const { url } = this.#lanes[(start + attempt) % this.#lanes.length] as Lane;
      try {
        const answer = await request(url, {
          method: 'POST',
          headers: { 'content-type': NDJSON },
          body,
          dispatcher: this.agent,
          signal,
        });
        await answer.body.dump();
        if (answer.statusCode < 300) {
          return;
        }
        this.onTrouble?.(url, `answered ${answer.statusCode}`);
      } catch (error) {
        if (!signal.aborted) {
          this.onTrouble?.(url, (error as Error).message);
        }
      }
      await sleep(pause, undefined, { signal }).catch(() => undefined);
      pause = Math.min(2 * pause, LONGEST_PAUSE);
    }
  }
}
