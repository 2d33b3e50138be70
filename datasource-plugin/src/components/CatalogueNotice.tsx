import React from 'react';
import { Alert, Button, Text } from '@grafana/ui';
import type { CatalogueState } from '../catalogue/useCatalogue';

/** Says why there are no names to choose from, yet or at all, and offers to look again. */
export function CatalogueNotice({ state: { catalogue, loading, problem, retry } }: { state: CatalogueState }) {
  if (problem !== undefined) {
    return (
      <Alert severity="warning" title="The names to choose from could not be read">
        <p>{problem}.</p>
        <p>Names and variables can still be typed.</p>
        <Button size="sm" variant="secondary" icon="sync" onClick={retry}>
          Try again
        </Button>
      </Alert>
    );
  }
  if (catalogue === undefined) {
    return (
      <Text variant="bodySmall" color="secondary">
        Reading the names to choose from…
      </Text>
    );
  }
  if (!loading && catalogue.workflows.every(({ models }) => models.length === 0)) {
    return (
      <Alert severity="info" title="No model has reported yet">
        <p>
          Pneumograph answers, but knows no models. Check the sources and the fleet in the configuration of the ingest
          backend.
        </p>
        <Button size="sm" variant="secondary" icon="sync" onClick={retry}>
          Look again
        </Button>
      </Alert>
    );
  }
  return null;
}
