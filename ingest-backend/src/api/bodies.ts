import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Transform, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { ApiError } from './errors.js';

/** A body of lines, kept as text: each line is read by itself, so that a bad one harms no other. */
export class Lines {
  constructor(readonly lines: readonly string[]) {}
}

/** Teaches a server to read JSON, NDJSON, CSV, text and bytes, packed by gzip or not. */
export function readBodies(server: FastifyInstance, limit: number): void {
  server.addHook('preParsing', (request, _reply, payload, done) => {
    const encoding = request.headers['content-encoding']?.toLowerCase();
    if (encoding === undefined || encoding === 'identity') {
      done(null, payload);
    } else if (encoding === 'gzip' || encoding === 'x-gzip') {
      done(null, unpack(request, payload, limit));
    } else {
      done(new ApiError(415, 'content-encoding', `expected gzip or no content encoding, found ${encoding}`));
    }
  });
  server.removeContentTypeParser(['application/json', 'text/plain']);
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, JSON.parse(body as string));
    } catch (error) {
      done(new ApiError(400, 'malformed-json', `expected JSON, found ${(error as Error).message}`));
    }
  });
  server.addContentTypeParser(
    ['application/x-ndjson', 'application/ndjson', 'application/jsonl'],
    { parseAs: 'string' },
    (_request, body, done) => done(null, new Lines((body as string).split('\n').filter((line) => line.trim() !== '')))
  );
  // A row of CSV may hold a blank line: lines are as they came.
  server.addContentTypeParser(['text/csv', 'text/plain'], { parseAs: 'string' }, (_request, body, done) => {
    const lines = (body as string).split('\n');
    if (lines.at(-1) === '') {
      lines.pop();
    }
    done(null, new Lines(lines.map((line) => line.replace(/\r$/, ''))));
  });
  server.addContentTypeParser(
    ['avro/binary', 'application/octet-stream'],
    { parseAs: 'buffer' },
    (_request, body, done) => done(null, body)
  );
}

/** Unpacks, and refuses what grows past the limit: a small body can unpack to a huge one. */
function unpack(request: FastifyRequest, payload: Readable, limit: number): Readable {
  const gunzip = createGunzip();
  let size = 0;
  const guard = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      done(size > limit ? Object.assign(new Error('too large'), { statusCode: 413 }) : null, chunk);
    },
  });
  gunzip.on('error', () =>
    guard.destroy(new ApiError(400, 'malformed-gzip', 'expected a body packed by gzip, found something else'))
  );
  // The length told is of the packed body: Fastify would take the unpacked one for cut off.
  delete request.headers['content-length'];
  payload.pipe(gunzip).pipe(guard);
  return guard;
}
