import type { TypedVariableModel } from '@grafana/data';
import { t } from '@grafana/i18n';
import type { ComboboxOption } from '@grafana/ui';

// These hold filters or data sources, no names of the catalogue.
const OTHER_USE = new Set(['adhoc', 'datasource', 'groupby', 'interval', 'system', 'snapshot', 'switch']);

/** The dashboard's variables as options, such as `$model`. */
export function variableOptions(variables: readonly TypedVariableModel[]): ComboboxOption[] {
  return variables
    .filter(({ type }) => !OTHER_USE.has(type))
    .map(({ name }) => ({ value: `$${name}`, label: `$${name}`, group: t('choose.variables', 'Dashboard variables') }));
}
