/** Barks when it has not been stopped, or started anew, for a time. */
export class Watchdog {
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly bark: (millis: number) => void) {}

  start(millis: number): void {
    this.stop();
    const timer = setTimeout(() => {
      // This process may have been late itself: an answer that has come by now is read first.
      setImmediate(() => setImmediate(() => this.#timer === timer && this.bark(millis)));
    }, millis);
    this.#timer = timer;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
