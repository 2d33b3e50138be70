import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  shadowOf,
  type Micros,
  type MonitorComparison,
  type MonitorReach,
  type MonitorState,
} from '@pneumograph/contract';
import {
  Conflict,
  Damaged,
  NOTHING,
  Refused,
  Unknown,
  type Author,
  type Content,
  type Registry,
} from '../assets/index.js';
import { toRecord } from '../archive/index.js';
import { explain } from '../config/index.js';
import type { Definition } from '../monitors/index.js';
import { roleIn, ROLES, type Role } from './access.js';
import { ApiError } from './errors.js';
import { need, needAnywhere } from './gate.js';
import { readInstant } from './parameters.js';

/** What the API asks of who keeps monitors. */
export interface MonitorKeeper {
  readonly registry: Registry;
  /** Why nothing can be published here or brought into another state; undefined where it can. */
  readonly fixed?: string;
  /** The alerts of two monitors held against each other. */
  readonly compare: (
    first: string,
    second: string,
    from: Micros | undefined,
    to: Micros | undefined
  ) => Promise<MonitorComparison>;
}

const FILES_BYTES = 20 * 2 ** 20;
const TEST_RECORDS = 10_000;
/** A version that reaches more models than that is put in force only by who says how many. */
const CONFIRM_ABOVE = 100;

const fileName = z.string().regex(/^[\p{L}\p{N}_-][\p{L}\p{N}._ -]{0,99}$/u, { error: 'expected a plain file name' });
const content = {
  /** YAML or JSON. */
  definition: z.string().min(1).max(1_000_000),
  /** Beside it, by name, in base64. */
  files: z
    .record(
      fileName.refine((name) => name !== 'monitor.yaml', { error: 'expected another name than monitor.yaml' }),
      z.base64()
    )
    .default({}),
};
const comment = z.string().max(1000).default('');
const publishBody = z.strictObject({ ...content, comment });
const moveBody = z.strictObject({ version: z.int().min(1), comment, confirm: z.int().min(0).optional() });
const testBody = z.strictObject({
  ...content,
  stream: z.strictObject({ workflow: z.string().default(''), model: z.string().min(1), slot: z.int().min(0) }),
  records: z.array(z.unknown()).max(TEST_RECORDS),
});

type Named = { Params: { name: string }; Querystring: Record<string, string | undefined> };

/** `/api/v1/monitors…`: viewers see, editors publish, test and run shadows, admins put in force and retire. */
export function monitorRoutes(api: FastifyInstance, { registry, compare, fixed }: MonitorKeeper): void {
  const refuseWhereFixed = (): void => {
    if (fixed !== undefined) {
      throw new ApiError(409, 'fixed', fixed);
    }
  };

  api.get('/api/v1/monitors', (request) => {
    need(request, 'viewer');
    return { monitors: registry.list() };
  });

  api.get<Named>('/api/v1/monitors/:name', (request) => {
    need(request, 'viewer');
    return answering(() => registry.show(request.params.name));
  });

  api.get<{ Params: { name: string; version: string } }>('/api/v1/monitors/:name/versions/:version', (request) => {
    need(request, 'viewer');
    return answering(async () => {
      const { definition, files, version } = await registry.content(
        request.params.name,
        Number(request.params.version)
      );
      const packed = Object.entries(files).map(([name, bytes]) => [name, bytes.toString('base64')] as const);
      return { ...version, definition, files: Object.fromEntries(packed) };
    });
  });

  api.get<Named>('/api/v1/monitors/:name/history', (request) => {
    need(request, 'viewer');
    return answering(async () => ({ events: await registry.history(request.params.name) }));
  });

  api.get<Named>('/api/v1/monitors/:name/compare', (request) => {
    need(request, 'viewer');
    const { name } = request.params;
    const { from, to } = request.query;
    return answering(async () => {
      await registry.show(name);
      return compare(name, shadowOf(name), readInstant('from', from), readInstant('to', to));
    });
  });

  api.post<Named>('/api/v1/monitors', (request, reply) =>
    answering(async () => {
      refuseWhereFixed();
      const { comment: why, ...rest } = readBody(publishBody, request);
      const read = contentOf(rest);
      needAnywhere(request, 'editor');
      const definition = await registry.read(read);
      const caller = needIn(request, 'editor', definition);
      const known = await currentOf(registry, definition.name);
      known.forEach((other) => needIn(request, 'editor', other));
      const reach = registry.reach(definition);
      if (isDryRun(request)) {
        return { name: definition.name, reach };
      }
      const revision = revisionOf(request, known.length > 0);
      const published = await registry.publish(read, revision, { ...caller, comment: why });
      return reply.status(201).send({ ...published, reach });
    })
  );

  api.post('/api/v1/monitors/test', (request) =>
    answering(async () => {
      const { stream, records, ...rest } = readBody(testBody, request);
      need(request, 'editor', stream.workflow);
      const steps = await registry.test(contentOf(rest), stream, records);
      return { alerts: steps.map(toRecord) };
    })
  );

  for (const [path, to, role] of [
    ['activate', 'active', 'admin'],
    ['shadow', 'shadow', 'editor'],
    ['retire', 'retired', 'admin'],
  ] as const) {
    api.post<Named>(`/api/v1/monitors/:name/${path}`, (request) =>
      answering(async () => {
        refuseWhereFixed();
        return move(registry, request, to, role);
      })
    );
  }
}

async function move(
  registry: Registry,
  request: FastifyRequest<Named>,
  to: Exclude<MonitorState, 'draft'>,
  role: Role
): Promise<unknown> {
  const { name } = request.params;
  needAnywhere(request, role);
  const { version, comment: why, confirm } = readBody(moveBody, request);
  const definition = await readable(registry.definitionOf(name, version), to === 'retired');
  const caller = needIn(request, role, definition);
  // What is put in the place of another takes that one away from its models.
  for (const other of await currentOf(registry, name)) {
    needIn(request, role, other);
  }
  const reach = definition === undefined ? NOTHING : registry.reach(definition);
  if (isDryRun(request)) {
    return { name, version, reach };
  }
  if (to !== 'retired') {
    mustBeKnown(reach, confirm);
  }
  const by = { ...caller, comment: why };
  return { ...(await registry.move(name, version, to, revisionOf(request, true), by)), reach };
}

function mustBeKnown(reach: MonitorReach, confirm: number | undefined): void {
  if (reach.count > CONFIRM_ABOVE && confirm !== reach.count) {
    const found = confirm === undefined ? 'no `confirm`' : `\`confirm: ${confirm}\``;
    throw new ApiError(
      409,
      'confirm',
      `expected \`confirm: ${reach.count}\`, the models that it reaches, found ${found}`,
      reach
    );
  }
}

/** The versions that run, or else the newest one; undefined for one that cannot be read. */
async function currentOf(registry: Registry, name: string): Promise<Array<Definition | undefined>> {
  const summary = registry.list().find((one) => one.name === name && one.source === 'published');
  if (summary === undefined) {
    return [];
  }
  const running = [summary.active, summary.shadow].filter((number) => number !== null);
  const numbers = running.length > 0 ? running : [summary.latest].filter((number) => number !== null);
  return Promise.all(numbers.map((number) => readable(registry.definitionOf(name, number), true)));
}

/** A definition, or undefined where it cannot be read and may be so: it has to be possible to take that one out of force. */
async function readable(reading: Promise<Definition>, orNone: boolean): Promise<Definition | undefined> {
  return reading.catch((error: unknown) => {
    if (orNone && error instanceof Damaged) {
      return undefined;
    }
    throw error;
  });
}

/**
 * Who has a role in every workflow that a definition is attached to; everywhere, where it is attached to any, or cannot be read.
 * @returns the least role that they have there, which is how the audit log knows them
 */
function needIn(request: FastifyRequest, role: Role, definition: Definition | undefined): Pick<Author, 'who' | 'role'> {
  const attach = definition?.attach ?? [{ workflow: undefined }];
  const workflows = attach.map(({ workflow }) => (workflow?.includes('*') === true ? undefined : workflow));
  const callers = workflows.map((workflow) => [need(request, role, workflow), workflow] as const);
  const ranks = callers.map(([caller, workflow]) => ROLES.indexOf(roleIn(caller, workflow)));
  return { who: callers[0]?.[0].name ?? 'anonymous', role: ROLES[Math.min(...ranks)] ?? role };
}

function isDryRun({ query: { dryRun = 'false' } }: { readonly query: Record<string, string | undefined> }): boolean {
  if (dryRun !== 'true' && dryRun !== 'false') {
    throw new ApiError(400, 'bad-request', `dryRun: expected true or false, found ${dryRun}`);
  }
  return dryRun === 'true';
}

/** What `If-Match` says, which changes of what is there already need. */
function revisionOf(request: FastifyRequest, exists: boolean): number {
  const header = request.headers['if-match'];
  if (header === undefined) {
    if (exists) {
      throw new ApiError(428, 'if-match', 'expected If-Match with the revision of the monitor, found none');
    }
    return 0;
  }
  const revision = Number(/^"?(\d+)"?$/.exec(header)?.[1]);
  if (Number.isNaN(revision)) {
    throw new ApiError(400, 'if-match', `If-Match: expected a revision such as "3", found ${header}`);
  }
  return revision;
}

function contentOf({ definition, files }: { definition: string; files: Record<string, string> }): Content {
  const bytes = Object.entries(files).map(([name, text]) => [name, Buffer.from(text, 'base64')] as const);
  const size = bytes.reduce((sum, [, one]) => sum + one.length, 0);
  if (size > FILES_BYTES) {
    throw new ApiError(413, 'too-large', `files: expected at most ${FILES_BYTES} bytes together, found ${size}`);
  }
  return { definition, files: Object.fromEntries(bytes) };
}

function readBody<T>(schema: z.ZodType<T>, request: FastifyRequest): T {
  const read = schema.safeParse(request.body ?? {});
  if (!read.success) {
    throw new ApiError(400, 'bad-request', explain(read.error, request.body).join('; '));
  }
  return read.data;
}

/** Says in the API's words why something cannot be. */
async function answering<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof Refused) {
      throw new ApiError(400, 'refused', error.message, error.problems);
    }
    if (error instanceof Conflict) {
      throw new ApiError(409, 'conflict', error.message);
    }
    if (error instanceof Damaged) {
      throw new ApiError(409, 'damaged', error.message);
    }
    if (error instanceof Unknown) {
      throw new ApiError(404, 'no-monitor', error.message);
    }
    throw error;
  }
}
