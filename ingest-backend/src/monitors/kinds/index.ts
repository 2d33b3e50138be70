import type { Kind } from '../monitor.js';
import { distribution } from './distribution/index.js';
import { divergence } from './divergence/index.js';
import { drift } from './drift/index.js';
import { engine } from './engine/index.js';
import { freshness } from './freshness/index.js';
import { javascript } from './javascript/index.js';
import { lag } from './lag/index.js';
import { latency } from './latency/index.js';
import { noise } from './noise/index.js';
import { python } from './python/index.js';
import { quality } from './quality/index.js';
import { resources } from './resources/index.js';
import { threshold } from './threshold/index.js';

/** The built-in kinds. A further one is a folder here and a line in this list. */
export const KINDS: readonly Kind[] = [
  distribution,
  divergence,
  drift,
  engine,
  freshness,
  javascript,
  lag,
  latency,
  noise,
  python,
  quality,
  resources,
  threshold,
];
