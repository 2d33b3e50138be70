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

/**
 * A worker has to come from the page's own origin, but a plugin may come from another, a CDN. So its code travels with
 * the plugin and starts from an object URL. A worker a job: topologies rarely change.
 */
async function inWorker(input: LayoutInput, memory: Memory | undefined): Promise<Layout> {
  const url = URL.createObjectURL(new Blob([workerSource], { type: 'text/javascript' }));
  let worker: Worker | undefined;
  try {
    return await new Promise<Layout>((resolve, reject) => {
      worker = new Worker(url);
      worker.onmessage = ({ data }: MessageEvent<Layout>) => resolve(data);
      worker.onerror = (event) => reject(new Error(event.message || 'the page allows no worker'));
      worker.postMessage({ input, memory });
    });
  } finally {
    worker?.terminate();
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
