import type { SlackNotify } from '../../config/index.js';
import { WebClient } from '../../web/index.js';
import { headline, line, type Notice, type Notification, type Notifier } from './notifier.js';
import { post } from './post.js';

const COLOURS: Readonly<Record<string, string>> = { critical: '#d44a3a', warning: '#e0b400', info: '#3274d9' };
const RESOLVED = '#299c46';

/** Tells people in a chat: an incoming webhook of Slack, or of what understands the same (Mattermost, Rocket.Chat). */
export class Slack implements Notifier {
  readonly #web: WebClient;

  constructor(private readonly options: SlackNotify) {
    this.#web = new WebClient(options);
  }

  async send(notification: Notification, signal: AbortSignal): Promise<void> {
    const body = {
      text: escaped(headline(notification)),
      ...(this.options.channel === undefined ? {} : { channel: this.options.channel }),
      attachments: notification.notices.map(attachment),
    };
    await post(this.#web, this.options.url, body, this.options.timeout, signal);
  }

  close(): Promise<void> {
    return this.#web.close();
  }
}

function attachment(notice: Notice): object {
  const { state, severity, name, link, labels, key, time } = notice;
  const shown = ['workflow', 'model', 'slot', 'engine', 'feature', 'monitor'].filter((label) => label in labels);
  return {
    color: state === 'resolved' ? RESOLVED : (COLOURS[severity] ?? ''),
    fallback: escaped(line(notice)),
    title: escaped(name),
    ...(link === null ? {} : { title_link: link }),
    text: escaped(line(notice)),
    fields: shown.map((label) => ({ title: label, value: escaped(labels[label] ?? ''), short: true })),
    footer: key,
    ts: Math.floor(Date.parse(time) / 1000),
  };
}

/** Slack takes three characters for markup. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
