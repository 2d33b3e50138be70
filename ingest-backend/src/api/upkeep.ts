import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import type { Deleted } from '../store/index.js';
import { ApiError } from './errors.js';
import { need } from './gate.js';

/** What administrators may have done to what is stored. */
export interface StoreUpkeep {
  /** All that is stored, as lines. */
  backup(): AsyncIterable<string>;
  deleteModel(workflow: string, model: string): Promise<Deleted>;
}

export function upkeepRoutes(api: FastifyInstance, upkeep: StoreUpkeep): void {
  api.get('/api/v1/backup', (request, reply) => {
    need(request, 'admin');
    const lines = Readable.from(upkeep.backup());
    const packed = createGzip();
    // A backup that fails half-way is cut off: it has no end then, which `restore` looks for.
    lines.on('error', (error) => packed.destroy(error));
    packed.on('close', () => lines.destroy());
    const name = `pneumograph-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}.ndjson.gz`;
    return reply
      .type('application/gzip')
      .header('content-disposition', `attachment; filename="${name}"`)
      .send(lines.pipe(packed));
  });

  api.delete<{ Querystring: { workflow?: unknown; model?: unknown } }>('/api/v1/models', (request) => {
    const { workflow, model } = request.query;
    if (typeof workflow !== 'string' || typeof model !== 'string') {
      throw new ApiError(400, 'bad-request', 'expected the parameters workflow and model once each');
    }
    need(request, 'admin', workflow);
    return upkeep.deleteModel(workflow, model);
  });
}
