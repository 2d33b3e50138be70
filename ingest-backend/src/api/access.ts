import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

export const ROLES = ['viewer', 'editor', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Who asks; without a name where they are anonymous. */
export interface Caller {
  readonly name?: string;
  readonly role: Role;
  /** Their roles in workflows where they have another one. */
  readonly workflows?: Readonly<Record<string, Role>> | undefined;
}

export interface Token {
  readonly name: string;
  readonly role: Role;
  /** Its roles in workflows where it has another one. */
  readonly workflows?: Readonly<Record<string, Role>> | undefined;
  /** ISO 8601. */
  readonly created: string;
  /** SHA-256 of the token, in hex: the token itself is shown once and kept nowhere. */
  readonly hash: string;
}

/** Access tokens in a file. @throws Error where the file is there and cannot be read */
export class Tokens {
  constructor(private readonly path: string) {}

  async list(): Promise<Token[]> {
    let text: string;
    try {
      text = await readFile(this.path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
        return [];
      }
      throw error;
    }
    try {
      return (JSON.parse(text) as { tokens: Token[] }).tokens;
    } catch {
      throw new Error(`${this.path}: expected a file that \`pneumograph token create\` wrote, found something else`);
    }
  }

  /** Makes a token; the answer is the only place where it stands in full. */
  async create(name: string, role: Role, workflows: Readonly<Record<string, Role>> = {}): Promise<string> {
    const tokens = await this.list();
    if (tokens.some((token) => token.name === name)) {
      throw new Error(`token ${name}: expected a name that is not taken, found one of ${this.path}`);
    }
    const secret = `pneumo_${randomBytes(24).toString('base64url')}`;
    const own = Object.keys(workflows).length === 0 ? {} : { workflows };
    await this.#save([...tokens, { name, role, ...own, created: new Date().toISOString(), hash: digest(secret) }]);
    return secret;
  }

  /** @returns whether there was such a token */
  async revoke(name: string): Promise<boolean> {
    const tokens = await this.list();
    const rest = tokens.filter((token) => token.name !== name);
    await this.#save(rest);
    return rest.length < tokens.length;
  }

  /** Who a token is of, or undefined for one that is not known. */
  async callerOf(secret: string): Promise<Caller | undefined> {
    const hash = Buffer.from(digest(secret));
    const tokens = await this.list();
    return tokens.find((token) => token.hash.length === hash.length && timingSafeEqual(Buffer.from(token.hash), hash));
  }

  async #save(tokens: readonly Token[]): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true });
    const draft = `${this.path}.draft`;
    await writeFile(draft, JSON.stringify({ tokens }, undefined, 2) + '\n', { mode: 0o600 });
    await rename(draft, this.path);
  }
}

/** The role that someone has in a workflow, or where none is named in all of them: the least of any. */
export function roleIn({ role, workflows = {} }: Caller, workflow?: string): Role {
  if (workflow !== undefined) {
    return (Object.hasOwn(workflows, workflow) ? workflows[workflow] : undefined) ?? role;
  }
  const ranks = [role, ...Object.values(workflows)].map((one) => ROLES.indexOf(one));
  return ROLES[Math.min(...ranks)] ?? role;
}

/** Whether someone has a role, or a higher one: in a workflow, or everywhere where none is named. */
export function mayAct(caller: Caller, needed: Role, workflow?: string): boolean {
  return ROLES.indexOf(roleIn(caller, workflow)) >= ROLES.indexOf(needed);
}

function digest(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Whether an address only this machine reaches. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host);
}
