export type StoreErrorCode =
  /** Another process has the store open. */
  | 'locked'
  /** What lies at the path is no store of ours. */
  | 'not-a-store'
  /** The path cannot be read or written. */
  | 'no-access'
  /** Written by a newer version than this one. */
  | 'newer-version'
  /** Something is there where only an empty store will do. */
  | 'not-empty'
  /** The file is damaged. */
  | 'damaged'
  /** No space is left to write to. */
  | 'full'
  /** What is to be written is older than the server keeps. */
  | 'expired'
  /** Used before `open` or after `close`. */
  | 'closed'
  | 'failed';

/** What a store throws: a code to branch on, and a sentence that says what to do. */
export class StoreError extends Error {
  override readonly name = 'StoreError';

  constructor(
    readonly code: StoreErrorCode,
    message: string,
    options?: ErrorOptions
  ) {
    super(message, options);
  }
}
