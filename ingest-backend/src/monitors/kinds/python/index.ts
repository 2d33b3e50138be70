import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Kind } from '../../monitor.js';
import { CodeMonitor, joins } from '../code/index.js';
import { annotationsOf, fits } from './annotations.js';
import { params, type Params } from './params.js';
import { startProcess } from './process.js';

export const python: Kind<Params> = {
  name: 'python',
  operatorOnly: () => 'it runs code',
  params,
  instance: 'each',
  joins,
  create: (setting) => {
    const file = path.resolve(setting.folder, setting.params.file);
    const annotations = annotationsOf(readFileSync(file, 'utf8'));
    const { settings, memory, models } = setting.params;
    const command = setting.params.python;
    return new CodeMonitor(setting, {
      start: (_inputs, state) =>
        startProcess({ ...annotations, python: command, file, settings, models, memory, state, log: setting.log }),
      fits: (input, value) => fits(annotations.schemas, input, value),
    });
  },
};
