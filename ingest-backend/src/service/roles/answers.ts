import type { Backend } from '../../api/index.js';
import { exportText } from '../../export/index.js';
import type { Live } from '../../live/index.js';
import type { QueryEngine } from '../../query/index.js';
import { writeBackup, type Store } from '../../store/index.js';

interface Answering {
  readonly store: Store;
  readonly queries: QueryEngine;
  readonly live: Live;
  readonly version: string;
}

/** What is answered from a store, whoever writes it. */
export function answersFrom({ store, queries, live, version }: Answering) {
  return {
    follow: (request, signal) => live.follow(request, signal),
    query: (body, signal) => queries.run(body, signal),
    catalogue: (from, to) => queries.catalogue(from, to),
    alerts: (question) => queries.alerts(question),
    alertSteps: (id) => queries.alertSteps(id),
    upkeep: {
      backup: () => writeBackup(store.dump(), { store: store.id, by: `Pneumograph ${version}` }),
      deleteModel: (workflow, model) => store.deleteModel(workflow, model),
    },
    export: (question) => exportText(store, question),
  } satisfies Partial<Backend>;
}
