import { createTransport, type Transporter } from 'nodemailer';
import type { EmailNotify } from '../../config/index.js';
import { headline, line, type Notice, type Notification, type Notifier } from './notifier.js';

/** Tells people by mail, over SMTP: one plain text for each group. */
export class Email implements Notifier {
  readonly #transport: Transporter;

  constructor(private readonly options: EmailNotify) {
    const { host, port, secure, requireTls, username, password, insecure, timeout } = options;
    this.#transport = createTransport({
      host,
      port,
      secure,
      requireTLS: requireTls,
      ...(username === undefined ? {} : { auth: { user: username, pass: password ?? '' } }),
      tls: { rejectUnauthorized: !insecure },
      ...{ connectionTimeout: timeout, greetingTimeout: timeout, socketTimeout: timeout },
    });
  }

  async send(notification: Notification, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { from, to } = this.options;
    await this.#transport.sendMail({
      from,
      to,
      subject: `[Pneumograph] ${headline(notification)}`,
      text: notification.notices.map(paragraph).join('\n\n'),
      // The same mail, when it is sent again.
      messageId: `<${notification.notices
        .map(({ key }) => key.replace('/', '.'))
        .join('-')
        .slice(0, 200)}@pneumograph>`,
      headers: { 'X-Pneumograph-Keys': notification.notices.map(({ key }) => key).join(' ') },
    });
  }

  close(): void {
    this.#transport.close();
  }
}

function paragraph(notice: Notice): string {
  const { labels, time, startsAt, endsAt, link, key } = notice;
  const about = Object.entries(labels).map(([label, value]) => `${label}: ${value}`);
  return [
    line(notice),
    `At ${time}; since ${startsAt}${endsAt === null ? '' : `, until ${endsAt}`}`,
    about.join(', '),
    ...(link === null ? [] : [link]),
    `Key: ${key}`,
  ].join('\n');
}
