/** Where those wait who have more for code that is busy. */
export class Room {
  #waiters: Array<() => void> = [];

  /** Resolves once it is no longer crowded. @param isCrowded asked again each time that somebody may come in */
  async wait(isCrowded: () => boolean): Promise<void> {
    while (isCrowded()) {
      await new Promise<void>((resolve) => this.#waiters.push(resolve));
    }
  }

  release(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    waiters.forEach((resolve) => resolve());
  }
}
