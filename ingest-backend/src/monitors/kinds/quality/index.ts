import type { Kind } from '../../monitor.js';
import { params, type Params } from './params.js';
import { Quality } from './quality.js';

export const quality: Kind<Params> = {
  name: 'quality',
  params,
  instance: 'each',
  create: (setting) => new Quality(setting),
};
