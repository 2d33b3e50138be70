import type { Kind } from '../monitor.js';
import { javascript } from './javascript/index.js';
import { python } from './python/index.js';
import { threshold } from './threshold/index.js';

/** The built-in kinds. A further one is a folder here and a line in this list. */
export const KINDS: readonly Kind[] = [javascript, python, threshold];
