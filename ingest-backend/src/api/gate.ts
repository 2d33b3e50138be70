import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Role, Tokens } from './access.js';
import { ApiError } from './errors.js';

export interface Access {
  /** The role of a caller without a token, or undefined where a token is asked of everyone. */
  readonly anonymous: Role | undefined;
  readonly tokens: Tokens | undefined;
}

const REMEMBERED_MILLIS = 2000;

/** Lets in those who may: every call of the API asks for a token where anonymous callers are not welcome. */
export function guard(server: FastifyInstance, { anonymous, tokens }: Access): void {
  const remembered = new Map<string, { role: Role | undefined; until: number }>();

  const roleOf = async (secret: string): Promise<Role | undefined> => {
    const now = Date.now();
    const known = remembered.get(secret);
    if (known !== undefined && known.until > now) {
      return known.role;
    }
    const role = await tokens?.roleOf(secret);
    if (remembered.size > 1000) {
      remembered.clear();
    }
    remembered.set(secret, { role, until: now + REMEMBERED_MILLIS });
    return role;
  };

  server.addHook('onRequest', async (request) => {
    const secret = bearer(request);
    const role = secret === undefined ? anonymous : await roleOf(secret);
    if (role === undefined) {
      const found = secret === undefined ? 'none' : 'one that is not known';
      throw new ApiError(401, 'unauthorized', `expected an access token, found ${found}`, undefined, {
        'www-authenticate': 'Bearer',
      });
    }
  });
}

function bearer(request: FastifyRequest): string | undefined {
  return /^Bearer\s+(\S+)\s*$/i.exec(request.headers.authorization ?? '')?.[1];
}
