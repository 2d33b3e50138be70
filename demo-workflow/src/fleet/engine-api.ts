import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Engine } from '../engine/index.js';

/** What an engine tells about itself: its state, and the model it runs. */
export function serveEngine(server: FastifyInstance, engine: Engine): void {
  server.get('/2/engine/state', () => ({ state: engine.state }));
  server.get('/2/active/model', () => describeModel(engine));
}

function describeModel({ model }: Engine): object {
  return {
    name: model.asset,
    mtype: 'javascript',
    source: model.source,
    slots: model.slots.map(({ slot, schema, action }) => ({
      slot,
      schema: z.toJSONSchema(schema),
      recordsets: 'none',
      action: action === undefined ? 'unused' : 'action',
    })),
    attachments: [],
    snapshots: 'none',
    jets: [],
  };
}
