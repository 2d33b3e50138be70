import type { Kind } from '../monitor.js';
import { distribution } from './distribution/index.js';
import { drift } from './drift/index.js';
import { noise } from './noise/index.js';
import { quality } from './quality/index.js';
import { resources } from './resources/index.js';
import { threshold } from './threshold/index.js';

/** The built-in kinds. A further one is a folder here and a line in this list. */
export const KINDS: readonly Kind[] = [distribution, drift, noise, quality, resources, threshold];
