import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

export interface PneumoOptions {
  readonly port?: number;
  readonly tls?: { readonly key: Buffer; readonly cert: Buffer };
  /** Messages that the history holds. */
  readonly buffered?: number;
  /** Whether pings are answered. */
  readonly pongs?: boolean;
  /** What a request must show; anything by default. */
  readonly admits?: (request: IncomingMessage) => boolean;
  /** Answers requests that are not for the stream. */
  readonly other?: (request: IncomingMessage, response: ServerResponse) => void;
}

export interface Message {
  readonly src: string;
  readonly type: string;
}

const PATH = '/api/1/service/connect/2/pneumo';

/** Connect's stream of notifications for tests: a socket, and the buffered messages under the same address. */
export class PneumoServer {
  readonly #sockets: WebSocketServer;
  readonly #server: Server;
  #history: Message[] = [];
  /** The addresses that sockets were opened with. */
  readonly opened: string[] = [];
  /** Whether the history is told at all. */
  historyStatus = 200;

  private constructor(private readonly options: PneumoOptions) {
    const { tls, pongs = true, admits = () => true } = options;
    const answer = (request: IncomingMessage, response: ServerResponse): void => this.#answer(request, response);
    this.#server = tls === undefined ? createServer(answer) : createTlsServer(tls, answer);
    this.#sockets = new WebSocketServer({ noServer: true, autoPong: pongs });
    this.#server.on('upgrade', (request, socket, head) => {
      if (!admits(request)) {
        socket.end('HTTP/1.1 401 Unauthorized\r\ncontent-length: 8\r\nconnection: close\r\n\r\nwho asks');
        return;
      }
      this.#sockets.handleUpgrade(request, socket, head, (client) => {
        this.opened.push(request.url ?? '');
        this.#sockets.emit('connection', client, request);
      });
    });
    this.#sockets.on('connection', (client: WebSocket & { filter?: URLSearchParams }, request: IncomingMessage) => {
      client.filter = new URL(request.url ?? '', 'http://x').searchParams;
    });
  }

  static async start(options: PneumoOptions = {}): Promise<PneumoServer> {
    const server = new PneumoServer(options);
    server.#server.listen(options.port ?? 0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `${this.options.tls === undefined ? 'ws' : 'wss'}://127.0.0.1:${this.port}${PATH}`;
  }

  get connections(): number {
    return this.#sockets.clients.size;
  }

  /** Resolves once so many sockets were opened in all. */
  async openedTimes(count: number): Promise<void> {
    while (this.opened.length < count) {
      await once(this.#sockets, 'connection');
    }
  }

  /** Sends each message to all who want it, and keeps it for those who were not there. */
  publish(...messages: Message[]): void {
    for (const message of messages) {
      this.#history.push(message);
      for (const client of this.#sockets.clients as Set<WebSocket & { filter?: URLSearchParams }>) {
        if (client.filter !== undefined && fits(message, client.filter)) {
          client.send(JSON.stringify(message));
        }
      }
    }
    this.#history = this.#history.slice(-(this.options.buffered ?? 1000));
  }

  /** Sends a frame as it is, which the history does not keep. */
  send(frame: string): void {
    this.#sockets.clients.forEach((client) => client.send(frame));
  }

  /** Cuts every connection without a word. */
  cut(): void {
    this.#sockets.clients.forEach((client) => client.terminate());
  }

  async stop(): Promise<void> {
    this.cut();
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
    if (pathname !== PATH) {
      (this.options.other ?? ((_, nothing) => nothing.writeHead(404).end()))(request, response);
    } else if (!(this.options.admits ?? (() => true))(request)) {
      response.writeHead(401).end('who asks');
    } else if (this.historyStatus !== 200) {
      response.writeHead(this.historyStatus).end('no history');
    } else {
      response.end(JSON.stringify(this.#history.filter((message) => fits(message, searchParams))));
    }
  }
}

function fits(message: Message, filter: URLSearchParams): boolean {
  return (['src', 'type'] as const).every((name) => [null, message[name]].includes(filter.get(name)));
}
