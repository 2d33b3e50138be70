import { useEffect, useState } from 'react';
import type { DataSourceSettings } from '@grafana/data';
import { getBackendSrv } from '@grafana/runtime';
import type { Catalogue } from '@pneumograph/contract';
import type { WorkflowOptions } from '../types';

type Saved = Pick<DataSourceSettings<WorkflowOptions>, 'uid' | 'url' | 'version'>;

/**
 * Names of the workflows that the ingest backend of the saved settings knows; none before they are saved, or where it
 * does not answer: "Save & test" says why.
 */
export function useSavedWorkflows({ uid, url, version }: Saved): string[] {
  const [names, setNames] = useState<string[]>([]);
  const hasUrl = url !== '';

  useEffect(() => {
    let current = true;
    (hasUrl ? namesOf(uid) : Promise.resolve([])).then(
      (found) => current && setNames(found),
      () => current && setNames([])
    );
    return () => {
      current = false;
    };
    // Each saving counts the version up.
  }, [uid, hasUrl, version]);

  return names;
}

async function namesOf(uid: string): Promise<string[]> {
  // An editor of settings has no data source to ask: the saved one answers at its address.
  const catalog = `/api/datasources/uid/${encodeURIComponent(uid)}/resources/catalog`;
  const { workflows } = await getBackendSrv().get<Catalogue>(catalog, undefined, undefined, { showErrorAlert: false });
  return workflows.map(({ name }) => name).filter((name) => name !== '');
}
