import type { Kind } from '../../monitor.js';
import { Divergence } from './divergence.js';
import { params, type Params } from './params.js';

export const divergence: Kind<Params> = {
  name: 'divergence',
  params,
  instance: 'all',
  create: (setting) => new Divergence(setting),
};
