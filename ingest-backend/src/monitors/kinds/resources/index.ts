import type { Kind } from '../../monitor.js';
import { params, rulesOf, type Params } from './params.js';
import { addressOf } from './request.js';
import { Resources } from './resources.js';

export const resources: Kind<Params> = {
  name: 'resources',
  operatorOnly: ({ action }) => (action === undefined ? undefined : 'its action reaches out to engines'),
  params,
  instance: 'all',
  metrics: (all) => rulesOf(all).map(({ metric }) => metric),
  actions: ({ action }) =>
    action === undefined
      ? []
      : [
          `${action.live ? 'live: POST' : 'dry run: would POST'} ${addressOf(action)}, n from ${action.min} to ${action.max}`,
        ],
  create: (setting) => new Resources(setting),
};
