import type { PneumoMessage } from '@pneumograph/contract';

/** Where messages are published. */
export interface ReportSink {
  /**
   * Resolves once the other side has the messages.
   * @throws SinkRefused where sending the same messages again would not help, SinkTooLarge where fewer at once would;
   *   any other error is worth another try
   */
  send(messages: readonly PneumoMessage[], signal: AbortSignal): Promise<void>;
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
