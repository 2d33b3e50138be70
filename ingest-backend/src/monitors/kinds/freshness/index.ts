import type { Kind } from '../../monitor.js';
import { Freshness } from './freshness.js';
import { params, type Params } from './params.js';

export const freshness: Kind<Params> = {
  name: 'freshness',
  params,
  instance: 'each',
  create: (setting) => new Freshness(setting),
};
