import { readFile } from 'node:fs/promises';
import { z } from 'zod';

/** Where a bearer token comes from: given, in a file that something else renews, or from an identity provider. */
export interface TokenSource {
  readonly token?: string | undefined;
  readonly tokenFile?: string | undefined;
  readonly tokenUrl?: string | undefined;
  readonly clientId?: string | undefined;
  readonly clientSecret?: string | undefined;
  readonly scope?: string | undefined;
}

const answer = z.object({ access_token: z.string(), expires_in: z.number().positive().optional() });
/** A token is renewed before its last seconds. */
const MARGIN_MILLIS = 30_000;
const TIMEOUT_MILLIS = 10_000;

/** Gives the token that is valid now; kafkajs asks at each connection and before the broker ends a session. */
export function tokenProvider(source: TokenSource): () => Promise<{ value: string }> {
  const { token, tokenFile } = source;
  if (token !== undefined) {
    return () => Promise.resolve({ value: token });
  }
  if (tokenFile !== undefined) {
    return async () => ({ value: (await readFile(tokenFile, 'utf8')).trim() });
  }
  let current: { value: string; until: number } | undefined;
  return async () => {
    if (current === undefined || Date.now() >= current.until) {
      const { access_token: value, expires_in: seconds } = await requestToken(source);
      current = { value, until: Date.now() + (seconds ?? 0) * 1000 - MARGIN_MILLIS };
    }
    return { value: current.value };
  };
}

/** The client credentials grant of RFC 6749, section 4.4. @throws Error that names the URL */
async function requestToken(source: TokenSource): Promise<z.infer<typeof answer>> {
  const { tokenUrl = '', clientId = '', clientSecret = '', scope } = source;
  const credentials = [clientId, clientSecret].map(encodeURIComponent).join(':');
  try {
    const response = await fetch(tokenUrl, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}`, accept: 'application/json' },
      body: new URLSearchParams({ grant_type: 'client_credentials', ...(scope === undefined ? {} : { scope }) }),
      signal: AbortSignal.timeout(TIMEOUT_MILLIS),
    });
    if (!response.ok) {
      throw new Error(`found status ${response.status}`);
    }
    return answer.parse(await response.json());
  } catch (error) {
    const reason = error instanceof z.ZodError ? 'found an answer without it' : explain(error as Error);
    throw new Error(`${tokenUrl}: expected a JSON object with access_token: ${reason}`, { cause: error });
  }
}

/** `fetch` says why only in the cause. */
function explain({ message, cause }: Error): string {
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}
