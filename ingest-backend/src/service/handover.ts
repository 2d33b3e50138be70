import type { ArchiveItem } from '../archive/index.js';

/** Takes items in place of what is not there yet, and hands them on once it is. */
export class Handover {
  #early: ArchiveItem[] = [];
  #to: (item: ArchiveItem) => void = (item) => this.#early.push(item);

  readonly add = (item: ArchiveItem): void => this.#to(item);

  connect(to: (item: ArchiveItem) => void): void {
    this.#to = to;
    this.#early.splice(0).forEach(to);
  }
}
