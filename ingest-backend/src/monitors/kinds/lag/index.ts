import type { Kind } from '../../monitor.js';
import { Lag } from './lag.js';
import { params, type Params } from './params.js';

export const lag: Kind<Params> = {
  name: 'lag',
  params,
  instance: 'each',
  byClock: true,
  create: (setting) => new Lag(setting),
};
