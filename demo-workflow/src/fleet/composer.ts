import type { AddressInfo } from 'node:net';
import type { EngineState } from '@pneumograph/contract';
import Fastify, { type FastifyInstance } from 'fastify';
import { stringify } from 'yaml';
import { portName } from '../streams/index.js';
import { LINKS, MODEL_LINKS, MODELS, WORKFLOW, type EngineName } from '../workflow.js';

/** An engine as the fleet knows it. */
export interface FleetMember extends EngineName {
  readonly port: number;
  readonly state: EngineState;
}

export interface ComposerOptions {
  /** 0 for any that is free. */
  readonly port: number;
  readonly members: () => readonly FleetMember[];
  /** The descriptor of the stream that leaves or enters a slot, by the port that writes it. */
  readonly streamOf: (writer: { model: string; slot: number }) => object;
}

const HOST = '127.0.0.1';

/** Tells which engine runs which model of the workflow, in the way of Composer. */
export class Composer {
  readonly #server: FastifyInstance = Fastify({ forceCloseConnections: true });

  private constructor(private readonly options: ComposerOptions) {
    this.#server.get('/1/workflow', () => [WORKFLOW]);
    this.#server.get<{ Params: { name: string } }>('/1/workflow/:name', ({ params }, reply) =>
      params.name === WORKFLOW ? reply.type('application/x-yaml').send(workflowFile()) : reply.callNotFound()
    );
    this.#server.get<{ Params: { name: string } }>('/1/workflow/:name/status', ({ params }, reply) =>
      params.name === WORKFLOW ? reply.send(this.#status()) : reply.callNotFound()
    );
  }

  /** @throws Error where the port is taken */
  static async listen(options: ComposerOptions): Promise<Composer> {
    const composer = new Composer(options);
    await composer.#server.listen({ host: HOST, port: options.port });
    return composer;
  }

  get url(): string {
    return `http://${HOST}:${(this.#server.server.address() as AddressInfo).port}`;
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  /** One engine of an alias stands alone, as Composer has it; several stand in an array. */
  #status(): object {
    const members = this.options.members();
    return {
      Models: Object.fromEntries(
        MODELS.map(({ alias, create }) => {
          const engines = members.filter(({ model }) => model === alias).map(describeEngine);
          return [
            alias,
            {
              Model: create().asset,
              Engine: engines.length === 1 ? engines[0] : engines,
              Streams: this.#streams(alias),
            },
          ];
        })
      ),
    };
  }

  #streams(alias: string): object {
    const streams: Record<number, object> = {};
    for (const { from, to } of LINKS) {
      if (from.model === alias) {
        streams[from.slot] = this.options.streamOf(from);
      }
      if (to.model === alias) {
        streams[to.slot] = this.options.streamOf(from);
      }
    }
    return streams;
  }
}

function describeEngine({ src, name, port, state }: FleetMember): object {
  // The name of the image tells what runs there: a process of this Node, in place of a container.
  return {
    ID: src,
    Name: name,
    Image: `node:${process.versions.node}`,
    Host: HOST,
    Port: port,
    State: state.toUpperCase(),
  };
}

/** The workflow in the newer dialect of workflow files. */
export function workflowFile(): string {
  return stringify({
    Assets: {
      Models: MODELS.map(({ alias, create }) => ({
        Name: create().asset,
        Aliases: [alias],
        Environment: 'javascript',
      })),
      Streams: [],
    },
    Connections: MODEL_LINKS.map(({ from, to }) => ({ Link: [portName(from), portName(to)] })),
    Display: Object.fromEntries(MODELS.map(({ alias, display }) => [alias, display])),
  });
}
