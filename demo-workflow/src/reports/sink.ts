/** Where messages are published: those of an engine, or the records of a slot. */
export interface Sink<Message> {
  /**
   * Resolves once the other side has the messages.
   * @param key the same whenever the same messages are sent again
   * @throws SinkRefused where sending the same messages again would not help, SinkTooLarge where fewer at once would;
   *   any other error is worth another try
   */
  send(messages: readonly Message[], signal: AbortSignal, key: string): Promise<void>;
  close(): Promise<void>;
}

/** The other side will never take these messages. */
export class SinkRefused extends Error {
  override name = 'SinkRefused';
}

/** Too much at once; none of it has been taken. */
export class SinkTooLarge extends Error {
  override name = 'SinkTooLarge';
}

/** The other side asks to be left alone for a while. */
export class SinkBusy extends Error {
  override name = 'SinkBusy';

  constructor(
    message: string,
    /** Milliseconds it asks for, where it says. */
    readonly retryAfter?: number
  ) {
    super(message);
  }
}
