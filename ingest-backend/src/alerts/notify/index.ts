import type { NotifyConfiguration } from '../../config/index.js';
import { Alertmanager } from './alertmanager.js';
import { Email } from './email.js';
import type { Notifier } from './notifier.js';
import { Slack } from './slack.js';
import { Webhook } from './webhook.js';

export type { Notice, Notification, Notifier } from './notifier.js';

/** Makes what a configuration names. A further kind is a file here, a case, and a schema in `config/notify.ts`. */
export function createNotifier(configuration: NotifyConfiguration): Notifier {
  switch (configuration.kind) {
    case 'webhook':
      return new Webhook(configuration);
    case 'alertmanager':
      return new Alertmanager(configuration);
    case 'slack':
      return new Slack(configuration);
    case 'email':
      return new Email(configuration);
  }
}
