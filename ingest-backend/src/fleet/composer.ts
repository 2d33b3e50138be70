import { parse } from 'yaml';
import { WebClient, type WebOptions } from '../web/index.js';
import type { Member } from './fleet.js';
import type { FleetAnswer, FleetSource } from './source.js';
import { readWorkflow } from './workflow-file.js';

export interface ComposerOptions extends WebOptions {
  readonly url: string;
  /** One workflow, or all that Composer names. */
  readonly workflow?: string | undefined;
}

/** Asks Composer which engines run which models, and how the models are linked. */
export class Composer implements FleetSource {
  readonly name: string;
  readonly #web: WebClient;

  constructor(private readonly options: ComposerOptions) {
    this.name = `composer ${options.url}`;
    this.#web = new WebClient(options);
  }

  async ask(): Promise<FleetAnswer> {
    const names = this.options.workflow === undefined ? await this.#names() : [this.options.workflow];
    const answer: FleetAnswer = { members: [], shapes: [], problems: [] };
    const failures: Error[] = [];
    for (const name of names) {
      const path = `1/workflow/${encodeURIComponent(name)}`;
      try {
        answer.members.push(...readStatus(name, await this.#get(`${path}/status`), answer.problems));
      } catch (error) {
        failures.push(error as Error);
        continue;
      }
      try {
        answer.shapes.push(readWorkflow(name, await this.#get(path)));
      } catch (error) {
        // The picture is a comfort: its engines count without it.
        answer.problems.push((error as Error).message);
      }
    }
    const [failure] = failures;
    if (failure !== undefined && failures.length === names.length) {
      throw failure;
    }
    answer.problems.push(...failures.map(({ message }) => message));
    return answer;
  }

  async close(): Promise<void> {
    await this.#web.close();
  }

  async #names(): Promise<string[]> {
    const names = await this.#get('1/workflow');
    const list = Array.isArray(names) ? names : typeof names === 'object' && names !== null ? Object.keys(names) : [];
    return list.filter((name): name is string => typeof name === 'string');
  }

  /** JSON is YAML too, so that one parser reads both. */
  async #get(path: string): Promise<unknown> {
    const url = `${this.options.url.replace(/\/+$/, '')}/${path}`;
    let text: string;
    try {
      const answer = await this.#web.get(url);
      text = answer.text;
      if (answer.status !== 200) {
        throw new Error(`${url}: answered ${answer.status}: ${text.slice(0, 200)}`);
      }
    } catch (error) {
      throw new Error(`Composer at ${(error as Error).message}`, { cause: error });
    }
    try {
      return parse(text);
    } catch {
      throw new Error(`Composer at ${url}: expected JSON or YAML, found ${JSON.stringify(text.slice(0, 80))}`);
    }
  }
}

type Json = Record<string, unknown>;

/**
 * Reads a workflow's status of either shape: `{alias: {Engine: {ID}}}`, or the same under `Models` with the asset
 * beside it. An alias with several engines has a list of them. Keys are aliases: one model can run under several.
 */
export function readStatus(workflow: string, content: unknown, problems: string[] = []): Member[] {
  if (!isObject(content)) {
    problems.push(`status of workflow ${workflow}: expected a mapping of models`);
    return [];
  }
  const models = isObject(content['Models']) ? content['Models'] : content;
  const members: Member[] = [];
  for (const [model, description] of Object.entries(models)) {
    if (!isObject(description)) {
      continue;
    }
    const asset = typeof description['Model'] === 'string' ? description['Model'] : undefined;
    const engines = Array.isArray(description['Engine']) ? description['Engine'] : [description['Engine']];
    for (const engine of engines) {
      const names = isObject(engine) ? ['ID', 'Name', 'Host'].map((key) => engine[key]) : [];
      const [src, ...aliases] = names.filter((name): name is string => typeof name === 'string' && name !== '');
      if (src === undefined) {
        problems.push(`status of workflow ${workflow}: model ${model} names no engine`);
        continue;
      }
      const name = typeof names[1] === 'string' && names[1] !== '' ? names[1] : undefined;
      members.push({ src, aliases, name, workflow, model, asset });
    }
  }
  return members;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
