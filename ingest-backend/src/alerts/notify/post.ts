import type { WebClient } from '../../web/index.js';

/** Posts JSON. @throws Error unless the answer is a success */
export async function post(
  web: WebClient,
  url: string,
  body: unknown,
  timeout: number,
  signal: AbortSignal
): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const status = await web.post(url, { headers, body: JSON.stringify(body), timeout, signal });
  if (status < 200 || status >= 300) {
    throw new Error(`${url}: expected status 200, found ${status}`);
  }
}
