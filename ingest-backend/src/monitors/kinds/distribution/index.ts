import type { Kind } from '../../monitor.js';
import { Distributions } from './distribution.js';
import { params, type Params } from './params.js';

export const distribution: Kind<Params> = {
  name: 'distribution',
  params,
  instance: 'each',
  create: (setting) => new Distributions(setting),
};
