import type { Kind } from '../../monitor.js';
import { params, type Params } from './params.js';
import { Threshold } from './threshold.js';

export const threshold: Kind<Params> = {
  name: 'threshold',
  params,
  instance: 'each',
  metrics: ({ metric }) => (metric === undefined ? [] : [metric]),
  create: (setting) => new Threshold(setting),
};
