import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Micros } from '@pneumograph/contract';
import { WebClient } from '../../../web/index.js';
import type { ActionParams } from './params.js';

/** What is to be done and why, as plain JSON. */
export interface Cause {
  /** The same after a crash that forgot the action: sent as `Idempotency-Key`. */
  readonly id: string;
  readonly workflow: string;
  readonly model: string;
  /** Empty where the address is not one engine's. */
  readonly engine: string;
  readonly direction: 'out' | 'in';
  readonly from: number;
  readonly to: number;
  readonly reason: string;
  readonly metric: string;
  readonly value: number;
  /** Since when the bound has been passed. */
  readonly since: Micros;
  /** Until when the action before it kept it waiting; null of the first. */
  readonly after: Micros | null;
  readonly time: Micros;
  readonly partition: string;
  readonly offset: number;
}

/**
 * By the stretch of load and the action before, not by the point that it was noticed with: points that were stored
 * before a crash do not come again, so that it is noticed with a later one.
 */
export function causeId(cause: Omit<Cause, 'id'>, params: ActionParams): string {
  const { scale, webhook } = params;
  const { workflow, model, engine, direction, to, since, after } = cause;
  const text = JSON.stringify([scale ?? webhook, workflow, model, engine, direction, to, since, after]);
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** The address with its placeholders filled in; as it stands where there is no cause yet. */
export function addressOf({ scale, webhook }: ActionParams, cause?: Cause): string {
  const template = scale === undefined ? (webhook as string) : scaleUrl(scale);
  return cause === undefined
    ? template
    : template.replace(/\{(workflow|model|engine|n)\}/g, (_, key: 'workflow' | 'model' | 'engine' | 'n') =>
        encodeURIComponent(key === 'n' ? cause.to : cause[key])
      );
}

/** As FastScore's engines are scaled: `POST /1/job/scale?n=N`. */
function scaleUrl(base: string): string {
  return `${base.replace(/\/+$/, '')}/1/job/scale?n={n}`;
}

const LONGEST_PAUSE_MILLIS = 60_000;

/** Whether the same request may fare better later. */
const passing = (status: number): boolean => status === 408 || status === 429 || status >= 500;

/** Sends requests, each with a bound on time and attempts. */
export class Sender {
  readonly #web: WebClient;
  readonly #stop = new AbortController();

  constructor(
    private readonly params: ActionParams,
    private readonly folder: string
  ) {
    const { insecure, ca, headers } = params;
    this.#web = new WebClient({ insecure, ca: ca === undefined ? undefined : path.resolve(folder, ca), headers });
  }

  get stopped(): boolean {
    return this.#stop.signal.aborted;
  }

  /** Resolves with the status of success and the attempts made. @throws Error that says what went wrong last */
  async send(cause: Cause): Promise<{ status: number; attempts: number }> {
    const { retries, backoff } = this.params;
    for (let attempts = 1; ; attempts++) {
      let problem: Error;
      let again = true;
      try {
        const status = await this.#post(cause);
        if (status >= 200 && status < 300) {
          return { status, attempts };
        }
        again = passing(status);
        problem = new Error(`expected a status of success, found ${status}`);
      } catch (error) {
        problem = error as Error;
      }
      if (!again || attempts > retries || this.stopped) {
        throw new Error(`${problem.message} (${attempts} ${attempts === 1 ? 'attempt' : 'attempts'})`);
      }
      const wait = Math.min(backoff * 2 ** (attempts - 1), LONGEST_PAUSE_MILLIS);
      await pause(wait, undefined, { signal: this.#stop.signal });
    }
  }

  async close(): Promise<void> {
    this.#stop.abort(new Error('stopped'));
    await this.#web.close();
  }

  async #post(cause: Cause): Promise<number> {
    const { webhook, token, tokenFile, timeout } = this.params;
    // Names come from reports: none may lead to another path than the one that the definition says.
    const climbing = [cause.workflow, cause.model, cause.engine].find((name) => /^\.{1,2}$/.test(name));
    if (climbing !== undefined) {
      throw new Error(`expected a name that can be part of an address, found ${climbing}`);
    }
    // Read each time: tokens in files are renewed.
    const bearer =
      tokenFile === undefined ? token : (await readFile(path.resolve(this.folder, tokenFile), 'utf8')).trim();
    return this.#web.post(addressOf(this.params, cause), {
      headers: {
        'idempotency-key': cause.id,
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
        ...(webhook === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: webhook === undefined ? undefined : JSON.stringify(cause),
      timeout,
      signal: this.#stop.signal,
    });
  }
}
