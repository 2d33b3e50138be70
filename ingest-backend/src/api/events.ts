import { once } from 'node:events';
import type { FastifyReply } from 'fastify';
import type { LiveEvent } from '../live/index.js';

/** A client that reads nothing for so long is not there any more, whatever its connection says. */
const STALLED_MILLIS = 60_000;

/**
 * Sends events as they come (server-sent events, WHATWG HTML 9.2), until the client goes away. The next one is asked
 * for when this one is on its way: a slow client is told less often, and nobody waits for it. One that does not read at
 * all is cut off.
 */
export async function sendEvents(
  reply: FastifyReply,
  events: AsyncIterable<LiveEvent>,
  signal: AbortSignal,
  stalledMillis = STALLED_MILLIS
): Promise<void> {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-cache, no-transform',
    // Proxies of the kind of nginx keep answers back until they are whole.
    'x-accel-buffering': 'no',
  });
  raw.flushHeaders();
  try {
    for await (const event of events) {
      if (!raw.write(textOf(event))) {
        const stalled = setTimeout(() => raw.destroy(), stalledMillis);
        await once(raw, 'drain', { signal }).finally(() => clearTimeout(stalled));
      }
    }
  } catch (error) {
    if (!signal.aborted) {
      raw.write(`event: error\ndata: ${JSON.stringify({ message: (error as Error).message })}\n\n`);
    }
  } finally {
    raw.end();
  }
}

function textOf(event: LiveEvent): string {
  switch (event.type) {
    case 'idle':
      return ': nothing new\n\n';
    case 'reset':
      return `event: reset\nid: ${event.id}\ndata: {}\n\n`;
    case 'frames': {
      const { id, from, to, frames } = event;
      return `event: frames\nid: ${id}\ndata: ${JSON.stringify({ from, to, frames })}\n\n`;
    }
  }
}
