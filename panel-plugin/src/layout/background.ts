import { layoutSteps } from './layout';
// The worker's own code as a text: see worker-source-loader.mjs.
import workerSource from './layout.worker?source';
import type { Layout, LayoutInput, Memory } from './types';

/** Fewer cards and links than this are laid out at once: that takes less than a frame. */
const SMALL = 120;
/** Milliseconds that the page may be kept busy at a time. */
const SLICE = 8;

export function isLarge({ groups, links }: LayoutInput): boolean {
  return groups.reduce((sum, { models }) => sum + models.length, links.length) > SMALL;
}

/** Once the page's policy forbade a worker it will the next time. */
let isForbidden = false;

/**
 * Lays out without keeping the page busy: in a worker, or in short pieces where the page's content security policy
 * forbids workers.
 */
export async function layoutInBackground(input: LayoutInput, memory: Memory | undefined): Promise<Layout> {
  if (!isForbidden && typeof Worker !== 'undefined') {
    try {
      return await inWorker(input, memory);
    } catch {
      isForbidden = true;
    }
  }
  return inPieces(input, memory);
}

/** Kept for the next job: to start one takes longer than most jobs. */
let idle: Worker | undefined;

async function inWorker(input: LayoutInput, memory: Memory | undefined): Promise<Layout> {
  const worker = idle ?? startWorker();
  idle = undefined;
  try {
    const layout = await new Promise<Layout>((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<Layout>) => resolve(data);
      worker.onerror = (event) => reject(new Error(event.message || 'the page allows no worker'));
      worker.postMessage({ input, memory });
    });
    idle ??= worker;
    return layout;
  } finally {
    if (idle !== worker) {
      worker.terminate();
    }
  }
}

/**
 * A worker has to come from the page's own origin, but a plugin may come from another, a CDN. So its code travels with
 * the plugin and starts from an object URL.
 */
function startWorker(): Worker {
  const url = URL.createObjectURL(new Blob([workerSource], { type: 'text/javascript' }));
  try {
    return new Worker(url);
  } finally {
    URL.revokeObjectURL(url);
  }
}

export async function inPieces(input: LayoutInput, memory: Memory | undefined): Promise<Layout> {
  const steps = layoutSteps(input, memory);
  for (let end = performance.now() + SLICE; ;) {
    const { done, value } = steps.next();
    if (done) {
      return value;
    }
    if (performance.now() >= end) {
      await new Promise((resolve) => setTimeout(resolve));
      end = performance.now() + SLICE;
    }
  }
}
