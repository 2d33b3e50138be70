import { METRICS, type Catalogue } from '@pneumograph/contract';

const PROCESS = { src: 'host:8420', name: 'host:8420', status: 'unknown', lastSeen: null };

/** Two workflows that share the name of a model, a model outside any, and what the ingest backend tells of itself. */
export const CATALOGUE: Catalogue = {
  workflows: [
    {
      name: 'prices',
      models: [
        {
          name: 'prep',
          slots: [0, 1],
          engines: [{ src: 'src-1', name: 'engine-1', status: 'running', lastSeen: null }],
        },
        {
          name: 'lstm',
          asset: 'lstm-v3',
          slots: [0, 1, 3],
          features: ['price', 'venue'],
          engines: [
            { src: 'src-2', name: 'engine-2', status: 'running', lastSeen: null },
            { src: 'src-3', name: 'engine-3', status: 'error', lastSeen: null },
          ],
        },
      ],
      links: [{ from: 'prep:1', to: 'lstm:0' }],
    },
    { name: 'fraud', models: [{ name: 'prep', slots: [0, 5], engines: [] }], links: [] },
    { name: '', models: [{ name: 'alone', slots: [2], engines: [] }], links: [] },
  ],
  self: {
    name: 'pneumograph',
    models: ['derive', 'store'].map((name) => ({ name, slots: [], engines: [PROCESS] })),
    links: [],
  },
  metrics: [...METRICS],
  monitors: [
    {
      name: 'drift',
      kind: 'distribution',
      version: '1',
      state: 'active',
      attached: [{ workflow: 'prices', model: 'lstm', slot: 0 }],
    },
    { name: 'fleet', kind: 'resources', version: '2', state: 'waiting', attached: [] },
  ],
};
