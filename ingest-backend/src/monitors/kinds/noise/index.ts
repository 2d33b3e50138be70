import type { Kind } from '../../monitor.js';
import { Noise } from './noise.js';
import { params, type Params } from './params.js';

export const noise: Kind<Params> = {
  name: 'noise',
  params,
  instance: 'each',
  create: (setting) => new Noise(setting),
};
