import type { Logger } from 'pino';
import type { Store } from '../store/index.js';

const IDLE_MILLIS = 5000;
/** Between two steps others come first. */
const PAUSE_MILLIS = 20;
const FAILED_MILLIS = 30_000;

/** Keeps a store small and fast as long as it runs, step by step. @returns what stops it, once the step is done */
export function keepStore(store: Pick<Store, 'maintain'>, log: Logger): () => Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let running = Promise.resolve();
  const step = async (): Promise<void> => {
    let wait = IDLE_MILLIS;
    try {
      wait = (await store.maintain(Date.now() * 1000)) ? PAUSE_MILLIS : IDLE_MILLIS;
    } catch (error) {
      wait = FAILED_MILLIS;
      log.warn({ err: error }, 'the store could not be kept up: nothing is lost, it is tried again');
    }
    plan(wait);
  };
  const plan = (wait: number): void => {
    if (!stopped) {
      timer = setTimeout(() => void (running = step()), wait);
    }
  };
  plan(IDLE_MILLIS);
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await running;
  };
}
