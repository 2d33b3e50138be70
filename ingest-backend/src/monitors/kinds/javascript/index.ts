import path from 'node:path';
import type { Kind } from '../../monitor.js';
import { CodeMonitor, joins } from '../code/index.js';
import { params, type Params } from './params.js';
import { startWorker } from './worker.js';

export const javascript: Kind<Params> = {
  name: 'javascript',
  operatorOnly: () => 'it runs code',
  params,
  instance: 'each',
  joins,
  create: (setting) => {
    const file = path.resolve(setting.folder, setting.params.file);
    const { settings, memory } = setting.params;
    return new CodeMonitor(setting, {
      start: (inputs, state) => startWorker({ file, settings, memory, inputs, state, log: setting.log }),
    });
  },
};
