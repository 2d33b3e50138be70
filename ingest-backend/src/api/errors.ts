import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';

/** An answer that is an error, in the one shape all errors of the API have. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details?: unknown,
    readonly headers: Readonly<Record<string, string>> = {}
  ) {
    super(message);
  }
}

export function sendError(error: FastifyError | ApiError, request: FastifyRequest, reply: FastifyReply): void {
  const apiError = error instanceof ApiError ? error : fromFramework(error);
  if (apiError.status >= 500) {
    request.log.error({ err: error, url: request.url }, 'request failed');
  }
  const { code, message, details } = apiError;
  void reply
    .status(apiError.status)
    .headers(apiError.headers)
    .send({ error: { code, message, ...(details === undefined ? {} : { details }) } });
}

function fromFramework(error: FastifyError): ApiError {
  const status = error.statusCode ?? 500;
  if (status === 413) {
    return new ApiError(413, 'too-large', 'expected a smaller body: send the reports in several requests');
  }
  if (status === 415) {
    return new ApiError(415, 'media-type', 'expected application/json or application/x-ndjson');
  }
  if (status < 500) {
    return new ApiError(status, 'bad-request', error.message);
  }
  return new ApiError(500, 'internal', 'the request failed; the log of the backend tells why');
}
