import { AsyncLocalStorage } from 'node:async_hooks';

const callers = new AsyncLocalStorage<AbortSignal>();

/**
 * Asks a store for somebody who may go away: where the signal is aborted, what the store does for it is broken off, and
 * the question rejects with the signal's reason.
 */
export function askFor<T>(caller: AbortSignal | undefined, ask: () => Promise<T>): Promise<T> {
  return caller === undefined ? ask() : callers.run(caller, ask);
}

/** Asks a store on behalf of all who will want to know: it goes on though whoever was the first to ask goes away. */
export function forNobody<T>(ask: () => T): T {
  return callers.exit(ask);
}

/** The signal of whom a store is being asked for; undefined where nobody can go away. */
export function caller(): AbortSignal | undefined {
  return callers.getStore();
}
