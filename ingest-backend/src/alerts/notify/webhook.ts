import type { WebhookNotify } from '../../config/index.js';
import { WebClient } from '../../web/index.js';
import type { Notification, Notifier } from './notifier.js';
import { post } from './post.js';

/** Tells a program over HTTP, in a body of its own; each notice has a key by which it is known when it comes again. */
export class Webhook implements Notifier {
  readonly #web: WebClient;

  constructor(private readonly options: WebhookNotify) {
    this.#web = new WebClient(options);
  }

  async send({ receiver, groupKey, groupLabels, notices }: Notification, signal: AbortSignal): Promise<void> {
    const body = { version: 1, receiver, groupKey, groupLabels, alerts: notices };
    await post(this.#web, this.options.url, body, this.options.timeout, signal);
  }

  close(): Promise<void> {
    return this.#web.close();
  }
}
