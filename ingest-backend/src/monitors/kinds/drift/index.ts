import type { Kind } from '../../monitor.js';
import { Drift } from './drift.js';
import { params, type Params } from './params.js';

export const drift: Kind<Params> = {
  name: 'drift',
  params,
  instance: 'each',
  create: (setting) => new Drift(setting),
};
