import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A receiver of notifications, which notes what it is told. */
export class Notices {
  /** Of each step the times that it came, by its key. */
  readonly told = new Map<string, number>();
  readonly #server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const { alerts } = JSON.parse(text) as { alerts: ReadonlyArray<{ key: string }> };
      alerts.forEach(({ key }) => this.told.set(key, (this.told.get(key) ?? 0) + 1));
      response.end();
    });
  });

  /** @returns what the configuration has to say of it */
  async listen(): Promise<object> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const { port } = this.#server.address() as AddressInfo;
    return { name: 'test', kind: 'webhook', url: `http://127.0.0.1:${port}/`, groupWait: '0s', groupInterval: '0s' };
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
