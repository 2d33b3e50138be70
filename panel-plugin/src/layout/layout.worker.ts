import { layoutWorkflows } from './layout';
import type { LayoutInput, Memory } from './types';

/** What the worker is sent; it answers with the layout. */
export interface LayoutJob {
  input: LayoutInput;
  memory: Memory | undefined;
}

self.addEventListener('message', ({ data: { input, memory } }: MessageEvent<LayoutJob>) =>
  self.postMessage(layoutWorkflows(input, memory))
);
