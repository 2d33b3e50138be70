import type { AddressInfo } from 'node:net';
import { pneumoMessage, type PneumoMessage, type SensorReport } from '@pneumograph/contract';
import Fastify from 'fastify';

/** Takes Pneumo messages as the ingest backend does, checks them against the contract and keeps them. */
export class Receiver {
  readonly messages: PneumoMessage[] = [];
  readonly authorizations = new Set<string | undefined>();
  readonly #server = Fastify({ forceCloseConnections: true });

  async listen(): Promise<string> {
    this.#server.addContentTypeParser('application/x-ndjson', { parseAs: 'string' }, (_request, body, done) =>
      done(null, body)
    );
    this.#server.post<{ Body: string }>('/api/v1/reports', ({ body, headers }) => {
      const messages = body
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => pneumoMessage.parse(JSON.parse(line)));
      this.authorizations.add(headers.authorization);
      this.messages.push(...messages);
      return { accepted: messages.length, skipped: {}, rejected: [] };
    });
    await this.#server.listen({ host: '127.0.0.1', port: 0 });
    return `http://127.0.0.1:${(this.#server.server.address() as AddressInfo).port}/api/v1/reports`;
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  /** Reports of an engine, in order of time; of one tap where given. */
  reports(src: string, tap?: string): SensorReport[] {
    return this.messages
      .filter((message): message is SensorReport => message.type === 'sensor-report' && message.src === src)
      .filter((report) => tap === undefined || report.tap === tap)
      .sort((a, b) => a.timestamp.localeCompare(b.timestamp));
  }

  /** What the reports of a tap add up to. */
  total(src: string, tap: string): number {
    return this.reports(src, tap).reduce((sum, { data }) => sum + Number(data), 0);
  }
}
