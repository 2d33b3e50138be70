import { StoreError } from '../errors.js';

interface Failure {
  readonly statusCode?: number;
  readonly body?: string;
  readonly code?: string;
  readonly message?: string;
}

/** What went wrong with a request, and what to do next. */
export function describeFailure(
  error: unknown,
  { url, org, bucket }: { readonly url: string; readonly org: string; readonly bucket: string }
): StoreError {
  const { statusCode, body = '', code, message = String(error) } = error as Failure;
  const [kind, text] = explain(statusCode, code, told(body) || message, { org, bucket });
  return new StoreError(kind, `InfluxDB at ${url}: ${text}`, { cause: error });
}

function explain(
  status: number | undefined,
  code: string | undefined,
  told: string,
  { org, bucket }: { readonly org: string; readonly bucket: string }
): [StoreError['code'], string] {
  if (/timed out/i.test(told)) {
    return [
      'failed',
      `it did not answer in time (${told}). Ask for a shorter range or for less, or give it more room.`,
    ];
  }
  if (status === undefined) {
    return ['no-access', `it cannot be reached (${code ?? told}). Is its url right, and does the server run?`];
  }
  if (status === 401) {
    return ['no-access', 'it does not accept the token. Give one that may read and write the bucket.'];
  }
  if (status === 403) {
    return ['no-access', `the token may not do this (${told}). Give one that may read and write bucket ${bucket}.`];
  }
  if (/organization.*not found/i.test(told)) {
    return ['no-access', `it has no organisation ${org}, or the token does not see it. Correct org.`];
  }
  if (status === 404 && /bucket|database/i.test(told)) {
    return [
      'not-a-store',
      `it has no bucket ${bucket} (${told}). Correct bucket, or create it with \`pneumograph check --apply\`.`,
    ];
  }
  if (status === 404 || status === 405) {
    return [
      'failed',
      `expected InfluxDB 2, found a server that answers ${status} (${told}). Others serve as sinks alone.`,
    ];
  }
  if (status === 413) {
    return ['failed', `a batch is too large for it (${told}). Raise the limit on bodies of the server or proxy.`];
  }
  if (/no space left|disk.*full/i.test(told)) {
    return ['full', `its disk is full (${told}). Give it room: what comes meanwhile waits and is written then.`];
  }
  if (/retention policy/i.test(told)) {
    return ['expired', `bucket ${bucket} expires what is to be written (${told}). Let it keep more.`];
  }
  return ['failed', `it answers ${status}: ${told}`];
}

function told(body: string): string {
  try {
    const { message, error } = JSON.parse(body) as { message?: string; error?: string };
    return message ?? error ?? body;
  } catch {
    return body.trim().slice(0, 300);
  }
}
