import type { Micros } from '@pneumograph/contract';
import type { Partition } from '../../../archive/index.js';
import { streamKey, type StreamAddress, type StreamRecord } from '../../../streams/index.js';
import type { Monitor, Setting } from '../../monitor.js';
import { Backlog } from './backlog.js';
import { inputsOf } from './inputs.js';
import { Pause } from './pause.js';
import { Room } from './room.js';
import type { CodeParams } from './params.js';
import type { Input, Item, Message, Runner, Say, Start } from './runner.js';
import { Speaker, type SpeakerState } from './speaker.js';
import { Watchdog } from './watchdog.js';

const BATCH = 500;
/** How often code may fail at one record before that is dropped. */
const MOST_TRIES = 2;

export interface CodeOptions {
  /** Starts the code. @throws Error where that cannot even be tried */
  readonly start: (inputs: readonly Input[], state: () => unknown) => Start;
  /** Whether a record fits the schema of its slot. */
  readonly fits?: ((input: number, value: unknown) => boolean) | undefined;
}

interface State {
  readonly speaker: SpeakerState;
  readonly code: unknown;
}

/**
 * Hands records to code that runs elsewhere, a batch at a time, and keeps them until the code has answered for them.
 * Code that throws, hangs, dies or says what cannot be understood is ended and started anew after a pause that grows;
 * it gets the records again that it has not answered for, one by one, and one that it fails at twice is dropped.
 */
export class CodeMonitor implements Monitor {
  readonly #inputs: ReadonlyMap<string, Input>;
  readonly #backlog: Backlog;
  readonly #speaker: Speaker;
  readonly #start: Start;
  readonly #watchdog: Watchdog;
  readonly #pause = new Pause(() => this.#begin());
  readonly #reached = new Map<Input, Micros>();
  #runner: Runner | undefined;
  /** Tells what the run at work says from what an earlier one still says. */
  #run: symbol | undefined;
  #ready = false;
  #failing = false;
  #closing = false;
  #scheduled = false;
  #overflowed = false;
  #last: Item | undefined;
  /** What the code wants back where it is begun anew: as of the records that it has answered for. */
  #code: unknown;
  readonly #room = new Room();
  #ended: (() => void) | undefined;

  constructor(
    private readonly setting: Setting<CodeParams>,
    private readonly options: CodeOptions
  ) {
    const inputs = inputsOf(setting.params, setting.attached);
    this.#inputs = new Map(inputs.map((input) => [streamKey(input), input]));
    this.#backlog = new Backlog(setting.params.queue);
    const state = setting.state as State | undefined;
    this.#code = state?.code;
    this.#speaker = new Speaker(inputs, setting.speech, state?.speaker);
    this.#watchdog = new Watchdog((millis) => this.#fail(`expected an answer within ${millis / 1000} s, found none`));
    this.#start = options.start(inputs, () => this.#code);
    this.#begin();
  }

  take(stream: StreamAddress, record: StreamRecord): void {
    const from = this.#inputs.get(streamKey(stream));
    if (from === undefined || this.#closing) {
      return;
    }
    const rejected = this.options.fits?.(from.input, record.value) === false;
    const dropped = this.#backlog.push({ from, record, tries: 0, rejected });
    if (dropped !== undefined) {
      this.#speaker.count(dropped, 'dropped', 1);
      this.#warnOfOverflow();
    }
    this.#schedule();
  }

  reached(stream: StreamAddress, time: Micros): void {
    const input = this.#inputs.get(streamKey(stream));
    if (input !== undefined) {
      this.#reached.set(input, time);
      this.#tellReached();
    }
  }

  oldestNeeded(): ReadonlyMap<Partition, number> {
    return this.#backlog.oldest();
  }

  get crowded(): boolean {
    return this.#backlog.crowded && !this.#failing && !this.#closing;
  }

  /** Does not wait for code that failed: others have streams to read. */
  async room(): Promise<void> {
    await this.#room.wait(() => this.crowded);
  }

  snapshot(): State {
    return { speaker: this.#speaker.snapshot(), code: this.#code };
  }

  /** Lets the code answer for the batch that it has, and end; what waits is left for another time. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#pause.cancel();
    this.#room.release();
    if (this.#runner !== undefined) {
      const ended = new Promise<void>((resolve) => (this.#ended = resolve));
      if (!this.#ready) {
        this.#finish();
      } else if (!this.#backlog.isHanded) {
        this.#askToEnd();
      }
      await ended;
    }
  }

  #begin(): void {
    const run = Symbol('run');
    // What a run still says after its end does not count.
    const current = (act: () => void): void => {
      if (this.#run === run) {
        act();
      }
    };
    this.#run = run;
    this.#ready = false;
    this.#watchdog.start(this.setting.params.startTimeout);
    try {
      this.#runner = this.#start({
        message: (message) => current(() => this.#hear(message)),
        exited: (reason) => current(() => this.#exited(reason)),
      });
    } catch (error) {
      this.#fail((error as Error).message);
    }
  }

  #hear(message: Message): void {
    try {
      if ('failed' in message) {
        this.#fail(String(message.failed), true);
      } else if ('ready' in message) {
        this.#readied();
      } else if ('done' in message) {
        this.#answer(message);
      } else {
        this.#sayAll(message.says, () => this.#last);
        this.#finish();
      }
    } catch (error) {
      this.#fail(`said what cannot be understood: ${(error as Error).message}`);
    }
  }

  #readied(): void {
    this.#ready = true;
    this.#watchdog.stop();
    this.#pause.ranFrom(Date.now());
    if (this.#backlog.size === 0) {
      this.#isWell();
    }
    this.#pump();
  }

  #isWell(): void {
    if (this.#failing) {
      this.#failing = false;
      this.setting.failed?.(undefined);
    }
  }

  #answer({ done, says, state }: Extract<Message, { done: number }>): void {
    this.#sayAll(says, (at) => this.#backlog.at(at));
    for (const item of this.#backlog.answer(done)) {
      this.#speaker.count(item, 'rejected', item.rejected ? 1 : 0);
      this.#last = item;
    }
    this.#code = state ?? this.#code;
    this.#isWell();
    if (this.#backlog.isHanded) {
      this.#watchdog.start(this.setting.params.timeout);
      return;
    }
    this.#watchdog.stop();
    this.#tellReached();
    if (this.#closing) {
      this.#askToEnd();
    } else {
      this.#pump();
    }
    if (!this.#backlog.crowded) {
      this.#room.release();
    }
  }

  #sayAll(says: readonly Say[], itemOf: (at: number) => Item | undefined): void {
    for (const say of says) {
      const item = itemOf(say[0]);
      if (item !== undefined) {
        this.#speaker.say(item, say);
      }
    }
  }

  #schedule(): void {
    if (!this.#scheduled) {
      this.#scheduled = true;
      setImmediate(() => {
        this.#scheduled = false;
        this.#pump();
      });
    }
  }

  #pump(): void {
    if (this.#runner === undefined || !this.#ready || this.#closing || this.#backlog.isHanded) {
      return;
    }
    const batch = this.#backlog.hand(BATCH);
    if (batch.length > 0) {
      this.#watchdog.start(this.setting.params.timeout);
      this.#runner.send(batch);
    } else {
      this.#overflowed = false;
    }
  }

  #exited(reason: string): void {
    if (this.#closing && !this.#backlog.isHanded) {
      this.#finish();
    } else {
      this.#fail(reason);
    }
  }

  /** @param isAt whether it was the first record not answered for that it failed at, for sure */
  #fail(reason: string, isAt = false): void {
    if (this.#run === undefined) {
      return;
    }
    this.#failing = true;
    this.#stop();
    const { first, alone } = this.#backlog.takeBack();
    let fate = '';
    if (first !== undefined && (isAt || alone) && ++first.tries >= MOST_TRIES) {
      this.#backlog.giveUp();
      this.#speaker.count(first, 'dropped', 1);
      fate = `; the record at ${first.record.partition.key} ${first.record.offset} is dropped after ${MOST_TRIES} tries`;
    }
    this.#room.release();
    this.setting.failed?.(new Error(`${reason}${fate}`));
    if (this.#closing) {
      this.#ended?.();
    } else {
      this.#pause.wait();
    }
  }

  #askToEnd(): void {
    this.#watchdog.start(this.setting.params.timeout);
    this.#runner?.end();
  }

  #finish(): void {
    this.#stop();
    this.#ended?.();
  }

  #stop(): void {
    this.#watchdog.stop();
    this.#runner?.kill();
    this.#runner = undefined;
    this.#run = undefined;
    this.#ready = false;
  }

  /** Log time goes on behind the records that the code still has. */
  #tellReached(): void {
    if (this.#backlog.size === 0) {
      this.#reached.forEach((time, input) => this.#speaker.reached(input, time));
      this.#reached.clear();
    }
  }

  #warnOfOverflow(): void {
    if (!this.#overflowed) {
      this.#overflowed = true;
      this.setting.log?.warn({ queue: this.setting.params.queue }, 'records are dropped: more wait than may');
    }
  }
}
