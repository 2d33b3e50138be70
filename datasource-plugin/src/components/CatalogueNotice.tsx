import React from 'react';
import { t, Trans } from '@grafana/i18n';
import { Alert, Button, Text } from '@grafana/ui';
import type { CatalogueState } from '../catalogue/useCatalogue';

/** Says why there are no names to choose from, yet or at all, and offers to look again. */
export function CatalogueNotice({ state: { catalogue, loading, problem, retry } }: { state: CatalogueState }) {
  if (problem !== undefined) {
    return (
      <Alert severity="warning" title={t('catalogue.failed', 'The names to choose from could not be read')}>
        <p>{problem}.</p>
        <p>
          <Trans i18nKey="catalogue.typed">Names and variables can still be typed.</Trans>
        </p>
        <Button size="sm" variant="secondary" icon="sync" onClick={retry}>
          <Trans i18nKey="catalogue.retry">Try again</Trans>
        </Button>
      </Alert>
    );
  }
  if (catalogue === undefined) {
    return (
      <Text variant="bodySmall" color="secondary">
        <Trans i18nKey="catalogue.reading">Reading the names to choose from…</Trans>
      </Text>
    );
  }
  if (!loading && catalogue.workflows.every(({ models }) => models.length === 0)) {
    return (
      <Alert severity="info" title={t('catalogue.empty', 'No model has reported yet')}>
        <p>
          <Trans i18nKey="catalogue.empty-help">
            Pneumograph answers, but knows no models. Check the sources and the fleet in the configuration of the ingest
            backend.
          </Trans>
        </p>
        <Button size="sm" variant="secondary" icon="sync" onClick={retry}>
          <Trans i18nKey="catalogue.look-again">Look again</Trans>
        </Button>
      </Alert>
    );
  }
  if (catalogue.omitted !== undefined) {
    return (
      <Text variant="bodySmall" color="secondary">
        {t('catalogue.omitted', '', {
          count: catalogue.omitted.engines,
          defaultValue_one: '{{count}} more engine is not listed. Its name or id can still be typed.',
          defaultValue_other: '{{count}} more engines are not listed. Their names or ids can still be typed.',
        })}
      </Text>
    );
  }
  return null;
}
