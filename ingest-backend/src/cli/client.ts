import { fetch } from 'undici';
import type { Command } from 'commander';

/** How a command reaches a backend that runs. */
export interface Target {
  readonly to: string;
  readonly token?: string | undefined;
}

/** Gives a command the options that say which backend it speaks to. */
export function reaching(command: Command): Command {
  return command
    .option('--to <url>', 'the backend', 'http://127.0.0.1:8420')
    .option('--token <token>', 'access token; or the environment variable PNEUMOGRAPH_TOKEN');
}

export interface Asked {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the API answers. @throws Error with its words, or where it cannot be reached */
export async function ask<T>(
  { to, token }: Target,
  path: string,
  { method = 'GET', body, headers }: Asked = {}
): Promise<T> {
  const url = `${to.replace(/\/+$/, '')}${path}`;
  const secret = token ?? process.env['PNEUMOGRAPH_TOKEN'];
  const response = await fetch(url, {
    method,
    headers: {
      ...(secret === undefined ? {} : { authorization: `Bearer ${secret}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch((error: Error & { cause?: Error }) => {
    throw new Error(`${url}: expected a backend that answers: ${error.cause?.message ?? error.message}`, {
      cause: error,
    });
  });
  const text = await response.text();
  const answer = parse(text) as (T & { error?: { message: string; details?: unknown } }) | undefined;
  if (!response.ok) {
    const { message = text.slice(0, 200), details } = answer?.error ?? {};
    const more = Array.isArray(details) ? details.map((detail) => `\n  ${String(detail)}`).join('') : '';
    throw new Error(`${method} ${url}: ${response.status}: ${message}${more}`);
  }
  return answer as T;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
