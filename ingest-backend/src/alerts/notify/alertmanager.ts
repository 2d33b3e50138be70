import type { AlertmanagerNotify } from '../../config/index.js';
import { WebClient } from '../../web/index.js';
import type { Notice, Notification, Notifier } from './notifier.js';
import { post } from './post.js';

/** For how many rounds of repeats Alertmanager takes an alert to last, as Prometheus has it. */
const ROUNDS = 4;

/**
 * Hands alerts to Prometheus' Alertmanager (API v2, `POST /api/v2/alerts`), which groups, silences and tells on its own.
 * It takes an alert that is not told again for over: so they are told again until they resolve.
 */
export class Alertmanager implements Notifier {
  readonly #web: WebClient;
  readonly #url: string;

  constructor(private readonly options: AlertmanagerNotify) {
    this.#web = new WebClient(options);
    this.#url = `${options.url.replace(/\/+$/, '')}/api/v2/alerts`;
  }

  async send({ notices }: Notification, signal: AbortSignal): Promise<void> {
    const lasts = new Date(Date.now() + ROUNDS * this.options.repeatInterval).toISOString();
    // One alert after the other has the same labels: only its last word counts, and comes last.
    const body = notices.map((notice) => toPostable(notice, lasts));
    await post(this.#web, this.#url, body, this.options.timeout, signal);
  }

  close(): Promise<void> {
    return this.#web.close();
  }
}

function toPostable(notice: Notice, lasts: string): object {
  const { labels, name, text, reason, key, link, startsAt, endsAt, value, inhibits } = notice;
  return {
    labels,
    annotations: {
      summary: name,
      description: reason ?? text,
      key,
      ...(value === null ? {} : { value: String(value) }),
      ...(inhibits.length === 0 ? {} : { inhibits: inhibits.join(', ') }),
    },
    startsAt,
    endsAt: endsAt ?? lasts,
    ...(link === null ? {} : { generatorURL: link }),
  };
}
