import { t } from '@grafana/i18n';

/** That a picture shows the first of more; empty where it shows all. */
export function partText(shown: number, all: number): string {
  return shown < all ? t('picture.part', 'The first {{shown}} of {{all}}', { shown, all }) : '';
}
