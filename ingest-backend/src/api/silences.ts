import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { duration, explain } from '../config/index.js';
import { parseTimestamp, type Silence } from '@pneumograph/contract';
import { ApiError } from './errors.js';
import { need, needAnywhere } from './gate.js';

/** What the API asks of who keeps silences; resolves once that is durable. */
export interface SilenceKeeper {
  list(): Silence[] | Promise<Silence[]>;
  add(silence: {
    readonly matchers: Silence['matchers'];
    readonly startsAt: number;
    readonly endsAt: number;
    readonly author: string;
    readonly comment: string;
  }): Promise<Silence>;
  /** @returns undefined where there is none, or it is over already */
  expire(id: string): Promise<Silence | undefined>;
}

const instant = z.union([z.number(), z.string()]).transform((value, context) => {
  const millis = typeof value === 'number' ? value : parseTimestamp(value) / 1000;
  if (!Number.isFinite(millis)) {
    context.addIssue({ code: 'custom', message: 'expected epoch milliseconds or ISO 8601' });
    return z.NEVER;
  }
  return millis;
});

const LONGEST_YEARS = 1;

const body = z
  .strictObject({
    matchers: z
      .array(
        z.strictObject({
          label: z.string().min(1).max(64),
          value: z.string().max(200),
          not: z.boolean().optional(),
        })
      )
      .min(1, { error: 'expected at least one matcher such as { label: model, value: lstm }' })
      .max(20),
    startsAt: instant.optional(),
    endsAt: instant.optional(),
    for: duration.optional(),
    comment: z.string().min(1).max(1000),
    author: z.string().min(1).max(100).optional(),
  })
  .refine((one) => (one.endsAt === undefined) !== (one.for === undefined), {
    path: ['endsAt'],
    error: 'expected either `endsAt` or `for`',
  })
  .refine(({ matchers }) => matchers.some(({ value, not }) => not !== true && /[^*]/.test(value)), {
    path: ['matchers'],
    error: 'expected a matcher that does not fit everything',
  });

/** `GET` and `POST /api/v1/silences`, `DELETE /api/v1/silences/{id}`. */
export function silenceRoutes(api: FastifyInstance, keeper: SilenceKeeper): void {
  api.get('/api/v1/silences', async (request) => {
    need(request, 'viewer');
    return { silences: await keeper.list() };
  });

  api.post('/api/v1/silences', async (request, reply) => {
    needAnywhere(request, 'editor');
    const read = body.safeParse(request.body ?? {});
    if (!read.success) {
      throw new ApiError(400, 'bad-request', explain(read.error, request.body).join('; '));
    }
    const { matchers, startsAt = Date.now(), comment, author } = read.data;
    const caller = need(request, 'editor', workflowOf(matchers));
    const endsAt = read.data.endsAt ?? startsAt + (read.data.for ?? 0);
    if (endsAt <= Math.max(startsAt, Date.now())) {
      throw new ApiError(400, 'bad-request', 'endsAt: expected a time to come, after startsAt');
    }
    if (endsAt - startsAt > LONGEST_YEARS * 366 * 86_400_000) {
      throw new ApiError(400, 'bad-request', `endsAt: expected an end within ${LONGEST_YEARS} year`);
    }
    // Who has a token is known by it; another name is only what they say.
    const silence = await keeper.add({
      matchers,
      startsAt,
      endsAt,
      comment,
      author: caller.name ?? author ?? 'anonymous',
    });
    return reply.status(201).send(silence);
  });

  api.delete<{ Params: { id: string } }>('/api/v1/silences/:id', async (request) => {
    needAnywhere(request, 'editor');
    const { id } = request.params;
    const known = (await keeper.list()).find((silence) => silence.id === id);
    if (known !== undefined) {
      need(request, 'editor', workflowOf(known.matchers));
    }
    const expired = await keeper.expire(id);
    if (expired === undefined) {
      throw new ApiError(404, 'no-silence', 'expected the id of a silence that is not over, found none such');
    }
    return expired;
  });
}

/** The only workflow that is silenced, or undefined where it may be any. */
function workflowOf(matchers: Silence['matchers']): string | undefined {
  return matchers.find(({ label, value, not }) => label === 'workflow' && not !== true && !value.includes('*'))?.value;
}
