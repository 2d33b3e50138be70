import type { Kind } from '../../monitor.js';
import { Latency } from './latency.js';
import { params, type Params } from './params.js';

export const latency: Kind<Params> = {
  name: 'latency',
  params,
  instance: 'all',
  create: (setting) => new Latency(setting),
};
