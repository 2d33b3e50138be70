import { isLarge, layoutInBackground } from './background';
import { layoutWorkflows } from './layout';
import type { Layout, LayoutInput, LinkMemory, Memory, ModelMemory, Point } from './types';

/** A topology by names that stay while models come and go, each list in the order of the input. */
export interface Names {
  models: string[];
  links: string[];
  groups: string[];
}

export interface Arranged {
  layout: Layout;
  names: Names;
}

/** What is remembered of models that are gone, for when they come back. */
const MOST_GONE = 2000;

/**
 * The picture of a topology as it changes: each new one keeps to the picture before. Large ones are laid out in the
 * background, and the last picture stays until they are done.
 */
export class Arrangement {
  private key: string | undefined;
  private context = '';
  private arranged: Arranged | undefined;
  private models = new Map<string, ModelMemory>();
  private links = new Map<string, LinkMemory>();
  private groups = new Map<string, Point>();
  private readonly listeners = new Set<() => void>();

  /** Calls back when a picture that took longer is there. @returns what ends it */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  readonly current = (): Arranged | undefined => this.arranged;

  /** The picture of this topology, or the last one as long as this one is not ready; undefined before the first. */
  arrange(input: LayoutInput, names: Names): Arranged | undefined {
    const { card, label, direction, frame } = input;
    const context = JSON.stringify([card, label, direction, frame]);
    const key = JSON.stringify([input, names]);
    if (key === this.key) {
      return this.arranged;
    }
    this.key = key;
    if (context !== this.context) {
      this.context = context;
      this.forget();
    }
    const memory = this.recall(names);
    if (!isLarge(input)) {
      this.keep({ layout: layoutWorkflows(input, memory), names });
      return this.arranged;
    }
    void layoutInBackground(input, memory).then((layout) => {
      // Another topology may have come meanwhile.
      if (this.key === key) {
        this.keep({ layout, names });
        this.listeners.forEach((listener) => listener());
      }
    });
    return this.arranged;
  }

  /** Draws the next picture as if there had been none before. */
  tidy(): void {
    this.key = undefined;
    this.forget();
    this.arranged = this.arranged && { ...this.arranged };
    this.listeners.forEach((listener) => listener());
  }

  private forget(): void {
    this.models.clear();
    this.links.clear();
    this.groups.clear();
  }

  private recall({ models, links, groups }: Names): Memory | undefined {
    return this.models.size === 0
      ? undefined
      : {
          models: models.map((name) => this.models.get(name)),
          links: links.map((name) => this.links.get(name)),
          groups: groups.map((name) => this.groups.get(name)),
        };
  }

  private keep(arranged: Arranged): void {
    const { layout, names } = arranged;
    this.arranged = arranged;
    const now = new Set(names.models);
    for (const [name, place] of this.models) {
      if (!now.has(name)) {
        this.models.set(name, { ...place, gone: true });
      }
    }
    if (this.models.size - now.size > MOST_GONE) {
      this.forget();
    }
    const known = layout.memory;
    names.models.forEach((name, index) => set(this.models, name, known.models[index]));
    names.links.forEach((name, index) => set(this.links, name, known.links[index]));
    this.groups = new Map();
    names.groups.forEach((name, index) => set(this.groups, name, known.groups[index]));
  }
}

function set<T>(map: Map<string, T>, name: string, value: T | undefined): void {
  if (value === undefined) {
    map.delete(name);
  } else {
    map.set(name, value);
  }
}
