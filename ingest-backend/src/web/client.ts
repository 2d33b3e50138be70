import { readFileSync } from 'node:fs';
import { Agent, fetch, type RequestInit, type Response } from 'undici';

/** How a server of the fleet is reached: what it is shown to prove who asks, and which certificate is believed. */
export interface WebOptions {
  /** Whether a certificate that nobody signed is accepted. */
  readonly insecure?: boolean | undefined;
  /** File with the certificates, in PEM form, that are believed instead of the system's. */
  readonly ca?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Sent as `Authorization: Bearer …`. */
  readonly token?: string | undefined;
  /** Sent as `Cookie`. */
  readonly cookie?: string | undefined;
  /** A form with `username` and `password` is posted here; the cookies of the answer go with every request. */
  readonly login?: { readonly url: string; readonly username: string; readonly password: string } | undefined;
}

export interface WebAnswer {
  readonly status: number;
  readonly text: string;
}

export interface PostOptions {
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
  /** Milliseconds. */
  readonly timeout: number;
  readonly signal: AbortSignal;
}

const TIMEOUT = 10_000;

/** Asks a server over HTTP, logged in where it must be. */
export class WebClient {
  readonly tls: { readonly rejectUnauthorized: boolean; readonly ca?: Buffer };
  readonly #dispatcher: Agent;
  #cookies: Promise<string> | undefined;

  /** @throws Error where the file of `ca` cannot be read */
  constructor(private readonly options: WebOptions) {
    const { insecure = false, ca } = options;
    this.tls = { rejectUnauthorized: !insecure, ...(ca === undefined ? {} : { ca: readFileSync(ca) }) };
    this.#dispatcher = new Agent({ connect: this.tls });
  }

  /** The answer to a GET, whatever its status. @throws Error that names the address and what went wrong */
  async get(url: string): Promise<WebAnswer> {
    let answer = await this.#get(url);
    if (answer.status === 401 && this.options.login !== undefined) {
      this.logOut();
      answer = await this.#get(url);
    }
    return answer;
  }

  /**
   * The status of the answer to a POST; its text is not read, and redirections are not followed.
   * @throws Error that names the address and what went wrong
   */
  async post(url: string, { headers, body, timeout, signal }: PostOptions): Promise<number> {
    const response = await this.#fetch(url, {
      method: 'POST',
      headers: { ...(await this.headers()), ...headers },
      redirect: 'manual',
      signal: AbortSignal.any([AbortSignal.timeout(timeout), signal]),
      ...(body === undefined ? {} : { body }),
    });
    await response.body?.cancel();
    return response.status;
  }

  /** What goes with every request. Logs in where that has not been done. @throws Error */
  async headers(): Promise<Record<string, string>> {
    const { headers, token, cookie, login } = this.options;
    this.#cookies ??= login === undefined ? Promise.resolve('') : this.#logIn(login);
    let cookies: string;
    try {
      cookies = [cookie, await this.#cookies].filter(Boolean).join('; ');
    } catch (error) {
      this.logOut();
      throw error;
    }
    return {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(cookies === '' ? {} : { cookie: cookies }),
      ...headers,
    };
  }

  /** Forgets the login, so that the next request logs in anew: its session may have ended. */
  logOut(): void {
    this.#cookies = undefined;
  }

  async close(): Promise<void> {
    await this.#dispatcher.destroy();
  }

  async #get(url: string): Promise<WebAnswer> {
    const response = await this.#fetch(url, { headers: await this.headers() });
    return { status: response.status, text: await response.text().catch((error: unknown) => fail(url, error)) };
  }

  async #logIn({ url, username, password }: NonNullable<WebOptions['login']>): Promise<string> {
    const body = new URLSearchParams({ username, password });
    const headers = { ...this.options.headers };
    const response = await this.#fetch(url, { method: 'POST', body, headers, redirect: 'manual' });
    await response.text().catch((error: unknown) => fail(url, error));
    const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(';', 1)[0] as string);
    if (response.status >= 400 || cookies.length === 0) {
      throw new Error(`login at ${url}: expected a cookie, found ${cookies.length} and status ${response.status}`);
    }
    return cookies.join('; ');
  }

  async #fetch(url: string, init: RequestInit): Promise<Response> {
    try {
      return await fetch(url, { signal: AbortSignal.timeout(TIMEOUT), ...init, dispatcher: this.#dispatcher });
    } catch (error) {
      return fail(url, error);
    }
  }
}

/** The reason is often that of the cause: "fetch failed" tells nobody anything. */
function fail(url: string, error: unknown): never {
  const { message, cause } = error as Error & { cause?: Error };
  throw new Error(`${url}: ${cause?.message ?? message}`, { cause: error });
}
