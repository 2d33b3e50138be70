import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import type { WebClient } from '../../web/index.js';
import { readItems, type Item } from './frames.js';

const HANDSHAKE_MILLIS = 10_000;
const LARGEST_FRAME = 64 * 2 ** 20;
/** Messages that wait to be taken above which the server is made to wait. */
const MOST_WAITING = 10_000;

/** One connection: its messages wait here, in their order, until they are taken. */
export class Connection {
  #waiting: Item[] = [];
  #wake: () => void = () => undefined;
  #alive = true;
  #pinging: NodeJS.Timeout | undefined;
  /** Why the connection ended; undefined while it stands. */
  ended: string | undefined;

  private constructor(
    private readonly socket: WebSocket,
    pingMillis: number
  ) {
    // Of a socket whose `binaryType` is left as it is, data are buffers.
    socket.on('message', (data: Buffer) => this.#receive(data));
    socket.on('pong', () => (this.#alive = true));
    socket.on('error', (error) => this.#end(error.message));
    socket.on('close', (code, reason) =>
      this.#end(`the server closed the connection: ${code} ${reason.toString()}`.trim())
    );
    this.#pinging = setInterval(() => this.#ping(pingMillis), pingMillis);
  }

  /** @throws Error that says what the server answered */
  static async open(url: string, web: WebClient, pingMillis: number, signal: AbortSignal): Promise<Connection> {
    const socket = new WebSocket(url, {
      ...web.tls,
      headers: await web.headers(),
      handshakeTimeout: HANDSHAKE_MILLIS,
      maxPayload: LARGEST_FRAME,
    });
    // A message may follow the handshake at once: listen before it.
    const connection = new Connection(socket, pingMillis);
    const refused = new Promise<never>((_, reject) =>
      socket.once('unexpected-response', (_request, response: IncomingMessage) => {
        if (response.statusCode === 401) {
          web.logOut();
        }
        readStart(response).then((text) => reject(new Error(`answered ${response.statusCode}: ${text}`)), reject);
      })
    );
    try {
      await Promise.race([once(socket, 'open', { signal }), refused]);
    } catch (error) {
      connection.close();
      throw error;
    }
    return connection;
  }

  /** What has come so far and was not taken. */
  get waiting(): readonly Item[] {
    return this.#waiting;
  }

  /** Takes what has come; waits until something has. Empty once the connection ended and all is taken. */
  async take(): Promise<Item[]> {
    while (this.#waiting.length === 0 && this.ended === undefined) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    const items = this.#waiting;
    this.#waiting = [];
    if (this.socket.isPaused) {
      this.#alive = true;
      this.socket.resume();
    }
    return items;
  }

  close(): void {
    this.#end('closed');
    this.socket.terminate();
  }

  #receive(data: Buffer): void {
    this.#alive = true;
    for (const item of readItems(data.toString('utf8'))) {
      this.#waiting.push(item);
    }
    if (this.#waiting.length > MOST_WAITING) {
      this.socket.pause();
    }
    this.#wake();
  }

  /** A connection that is cut without a word is found out by silence. One that waits for us hears no answer either. */
  #ping(pingMillis: number): void {
    if (this.socket.readyState !== WebSocket.OPEN || this.socket.isPaused) {
      return;
    }
    if (!this.#alive) {
      this.#end(`no answer to a ping within ${pingMillis} ms`);
      this.socket.terminate();
      return;
    }
    this.#alive = false;
    this.socket.ping();
  }

  #end(reason: string): void {
    this.ended ??= reason;
    clearInterval(this.#pinging);
    this.#wake();
  }
}

async function readStart(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response) {
    text += String(chunk);
    if (text.length > 200) {
      break;
    }
  }
  return text.slice(0, 200);
}
