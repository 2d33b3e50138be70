import type { Kind } from '../monitor.js';
import { threshold } from './threshold/index.js';

/** The built-in kinds. A further one is a folder here and a line in this list. */
export const KINDS: readonly Kind[] = [threshold];
