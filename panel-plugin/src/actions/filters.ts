import { FieldType, type Field, type LinkModel } from '@grafana/data';
import { t } from '@grafana/i18n';
import type { ModelView } from '../model';
import type { PanelOptions } from '../options';
import { afterClick, chosenOf, setVariables } from './variables';

type Variables = Pick<PanelOptions['actions'], 'model' | 'workflow'>;

/** The variables that a model may set, with the value each would get from it. */
function targets(
  { model, workflow }: Variables,
  { name, workflow: of }: ModelView
): Array<[variable: string, value: string]> {
  const all: Array<[string, string]> = [
    [model, name],
    [workflow, of],
  ];
  return all.filter(([variable, value]) => variable !== '' && value !== '');
}

/** Sets the dashboard's variables to a model, or takes it out of them. */
export function filterBy(variables: Variables, model: ModelView): void {
  setVariables(
    Object.fromEntries(
      targets(variables, model).map(([variable, value]) => [variable, afterClick(chosenOf(variable), value)])
    )
  );
}

/** What is not a field: the links below come from options. */
const NO_FIELD: Field = { name: '', type: FieldType.other, config: {}, values: [] };

/** A link for each variable that a model may set, beside its data links. */
export function filterLinks(variables: Variables, model: ModelView): Array<LinkModel<Field>> {
  return targets(variables, model).map(([variable, value]) => {
    const chosen = chosenOf(variable);
    const isThere = chosen.values.includes(value);
    const values = { value, variable };
    const title =
      chosen.multi && isThere
        ? t('actions.remove', 'Remove {{value}} from {{variable}}', values)
        : chosen.multi
          ? t('actions.add', 'Add {{value}} to {{variable}}', values)
          : isThere && chosen.all
            ? t('actions.clear', 'Show all of {{variable}}', values)
            : t('actions.set', 'Set {{variable}} to {{value}}', values);
    return {
      title,
      href: '',
      target: '_self',
      origin: NO_FIELD,
      onClick: () => setVariables({ [variable]: afterClick(chosenOf(variable), value) }),
    };
  });
}
