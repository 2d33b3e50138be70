import type { Micros } from '@pneumograph/contract';
import type { Partition, Presence } from '../archive/index.js';
import type { EngineState } from './engine-state.js';
import type { TapNote, TapState } from './tap-state.js';

/** What is to be stored beside points since it was last taken, so that a restart goes on where this process stood. */
export class Findings {
  readonly #noted = new Map<TapState, EngineState>();
  #moved: EngineState[] = [];
  #present: EngineState[] = [];

  /** Says that an engine's settled time moves. */
  moves(state: EngineState): void {
    if (!state.moved) {
      state.moved = true;
      this.#moved.push(state);
    }
  }

  /** Says that what the store has to remember of a tap changed. */
  note(state: EngineState, tap: TapState): void {
    this.#noted.set(tap, state);
  }

  /** Says that an engine is about to be heard of. */
  hear(state: EngineState): void {
    if (state.presence.empty) {
      this.#present.push(state);
    }
  }

  /** Drops what is not stored yet of engines that another process reads now; it was heard of them all the same. */
  drop(states: ReadonlySet<EngineState>): void {
    this.#moved = this.#moved.filter((state) => !states.has(state));
    this.#noted.forEach((state, tap) => states.has(state) && this.#noted.delete(tap));
  }

  /** Settled time of each engine of which it moved. @param isHeld whether the engines of a partition shall wait */
  takeSettled(isHeld: (partition: Partition) => boolean): Map<string, Micros> {
    const settled = new Map<string, Micros>();
    const moved = this.#moved;
    this.#moved = moved.filter((state) => waits(state, isHeld));
    for (const state of moved) {
      if (!waits(state, isHeld)) {
        state.moved = false;
        settled.set(state.engine.src, state.watermark.settled);
      }
    }
    return settled;
  }

  /** By engine and tap, see `noteKey`. @param isHeld whether the engines of a partition shall wait */
  takeNotes(isHeld: (partition: Partition) => boolean): Map<string, TapNote> {
    const notes = new Map<string, TapNote>();
    for (const [tap, state] of this.#noted) {
      if (!waits(state, isHeld)) {
        notes.set(noteKey(state.engine.src, tap.tap.name), tap.note());
        this.#noted.delete(tap);
      }
    }
    return notes;
  }

  /** When each engine was heard of. */
  takeHeard(): Map<string, readonly Presence[]> {
    const heard = new Map(this.#present.map((state) => [state.engine.src, state.presence.take()]));
    this.#present = [];
    return heard;
  }
}

function waits({ home }: EngineState, isHeld: (partition: Partition) => boolean): boolean {
  return home !== undefined && home !== null && isHeld(home);
}

/** The key of a tap's note. Neither part is ever parsed back. */
export function noteKey(engine: string, tap: string): string {
  return `${tap} ${engine}`;
}
