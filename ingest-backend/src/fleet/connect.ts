import { WebClient, type WebOptions } from '../web/index.js';
import type { Member } from './fleet.js';
import type { FleetAnswer, FleetSource } from './source.js';

export interface ConnectOptions extends WebOptions {
  /** The proxy in front of Connect and the engines. */
  readonly url: string;
  /** The workflow that the models it finds belong to: Connect knows of none. */
  readonly workflow: string;
}

interface Instance {
  readonly id: string;
  readonly name: string;
  readonly host: string | undefined;
  readonly healthy: boolean;
}

/** Engines asked at once: enough for hundreds within a second or two, few enough for a proxy. */
const AT_ONCE = 16;
/** Problems told one by one: hundreds of engines that are away need no sentence each. */
const MOST_PROBLEMS = 10;

/** Asks Connect which engines there are, and each engine through the proxy which model it runs. */
export class Connect implements FleetSource {
  readonly name: string;
  readonly #web: WebClient;

  constructor(private readonly options: ConnectOptions) {
    this.name = `connect ${options.url}`;
    this.#web = new WebClient(options);
  }

  async ask(): Promise<FleetAnswer> {
    const problems: string[] = [];
    const list = await this.#get('connect', '1/connect');
    if (!Array.isArray(list)) {
      throw new Error(`Connect at ${this.#address('connect', '1/connect')}: expected a list of services`);
    }
    const engines = list.flatMap((entry: unknown) => readInstance(entry, problems));
    const members: Member[] = [];
    const waiting = engines.values();
    const work = async (): Promise<void> => {
      for (const engine of waiting) {
        try {
          members.push(await this.#member(engine));
        } catch (error) {
          problems.push((error as Error).message);
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    // Answers come in any order; what follows from them must not.
    members.sort((a, b) => (a.src < b.src ? -1 : a.src > b.src ? 1 : 0));
    const rest = problems.length - MOST_PROBLEMS;
    if (rest > 0) {
      problems.splice(MOST_PROBLEMS, rest, `Connect at ${this.options.url}: ${rest} more engines cannot be told`);
    }
    return { members, shapes: [], problems };
  }

  async close(): Promise<void> {
    await this.#web.close();
  }

  /** @throws Error where it cannot be told what the engine runs */
  async #member({ id, name, host, healthy }: Instance): Promise<Member> {
    if (!healthy) {
      throw new Error(`Connect at ${this.options.url}: engine ${name} is not healthy`);
    }
    const active = await this.#get(name, '2/active/model');
    const model = isObject(active) ? active['name'] : undefined;
    if (active !== undefined && (typeof model !== 'string' || model === '')) {
      throw new Error(`Connect at ${this.#address(name, '2/active/model')}: expected the name of a model, found none`);
    }
    const { workflow } = this.options;
    const aliases = [name, ...(host === undefined ? [] : [host])].filter((alias) => alias !== id);
    return { src: id, aliases, name, workflow, model: model as string | undefined, asset: model as string | undefined };
  }

  /** Undefined where an engine answers 404: it runs no model. */
  async #get(instance: string, path: string): Promise<unknown> {
    const url = this.#address(instance, path);
    const { status, text } = await this.#web.get(url).catch((error: Error) => {
      throw new Error(`Connect at ${error.message}`, { cause: error });
    });
    if (status === 404 && instance !== 'connect') {
      return undefined;
    }
    if (status !== 200) {
      const why = status === 403 ? ' (not configured yet, or no access)' : '';
      throw new Error(`Connect at ${url}: answered ${status}${why}: ${text.slice(0, 200)}`);
    }
    try {
      return JSON.parse(text) as unknown;
    } catch {
      throw new Error(`Connect at ${url}: expected JSON, found ${JSON.stringify(text.slice(0, 80))}`);
    }
  }

  #address(instance: string, path: string): string {
    return `${this.options.url.replace(/\/+$/, '')}/api/1/service/${encodeURIComponent(instance)}/${path}`;
  }
}

/** An entry of Connect's list; nothing for services that are no engines. */
function readInstance(entry: unknown, problems: string[]): Instance[] {
  if (!isObject(entry) || entry['api'] !== 'engine') {
    return [];
  }
  const { id, name, host, health } = entry;
  if (typeof id !== 'string' || id === '') {
    problems.push(`Connect names an engine without id: ${JSON.stringify(entry).slice(0, 200)}`);
    return [];
  }
  return [
    {
      id,
      name: typeof name === 'string' && name !== '' ? name : id,
      host: typeof host === 'string' && host !== '' ? host : undefined,
      healthy: health === undefined || health === 'ok',
    },
  ];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
