import type { FastifyInstance, FastifyRequest } from 'fastify';
import { mayAct, roleIn, type Caller, type Role, type Tokens } from './access.js';
import { ApiError } from './errors.js';

export interface Access {
  /** The role of a caller without a token, or undefined where a token is asked of everyone. */
  readonly anonymous: Role | undefined;
  readonly tokens: Tokens | undefined;
}

const REMEMBERED_MILLIS = 2000;

const callers = new WeakMap<FastifyRequest, Caller>();

/**
 * Who asks, where they may: in a workflow, or in all of them where none is named. Throws in the API's words otherwise.
 * @throws ApiError 403
 */
export function need(request: FastifyRequest, role: Role, workflow?: string): Caller {
  const caller = callers.get(request);
  if (caller === undefined || !mayAct(caller, role, workflow)) {
    const where = workflow === undefined ? '' : ` in the workflow "${workflow}"`;
    throw new ApiError(
      403,
      'forbidden',
      `expected the role ${role}${where}, found ${caller === undefined ? 'none' : roleIn(caller, workflow)}`
    );
  }
  return caller;
}

/** Who has a role in some workflow at least: which one it has to be is not known yet. @throws ApiError 403 */
export function needAnywhere(request: FastifyRequest, role: Role): Caller {
  const caller = callers.get(request);
  const workflow = Object.keys(caller?.workflows ?? {}).find(
    (one) => caller !== undefined && mayAct(caller, role, one)
  );
  return caller !== undefined && mayAct({ role: caller.role }, role) ? caller : need(request, role, workflow);
}

/** Lets in those who may: every call of the API asks for a token where anonymous callers are not welcome. */
export function guard(server: FastifyInstance, { anonymous, tokens }: Access): void {
  const remembered = new Map<string, { caller: Caller | undefined; until: number }>();

  const callerOf = async (secret: string): Promise<Caller | undefined> => {
    const now = Date.now();
    const known = remembered.get(secret);
    if (known !== undefined && known.until > now) {
      return known.caller;
    }
    const caller = await tokens?.callerOf(secret);
    if (remembered.size > 1000) {
      remembered.clear();
    }
    remembered.set(secret, { caller, until: now + REMEMBERED_MILLIS });
    return caller;
  };

  server.addHook('onRequest', async (request) => {
    const secret = bearer(request);
    const caller = secret === undefined ? anonymous && { role: anonymous } : await callerOf(secret);
    if (caller === undefined) {
      const found = secret === undefined ? 'none' : 'one that is not known';
      throw new ApiError(401, 'unauthorized', `expected an access token, found ${found}`, undefined, {
        'www-authenticate': 'Bearer',
      });
    }
    callers.set(request, caller);
  });
}

function bearer(request: FastifyRequest): string | undefined {
  return /^Bearer\s+(\S+)\s*$/i.exec(request.headers.authorization ?? '')?.[1];
}
