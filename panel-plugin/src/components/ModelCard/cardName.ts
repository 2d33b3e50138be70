import { enginesText, plural, type ModelView } from '../../model';

/** What a screen reader says for a card: name, state, engines and whatever is wrong. */
export function cardName(model: ModelView): string {
  const rejected = model.stats.rejected;
  return [
    model.name + (model.workflow === '' ? '' : ` in ${model.workflow}`),
    model.stateText,
    enginesText(model.engines),
    rejected && rejected.value > 0 ? `${rejected.text} rejected` : '',
    model.alerts.count > 0
      ? `${plural(model.alerts.count, 'alert')}, worst ${model.alerts.items[0]?.severity || 'info'}`
      : '',
  ]
    .filter((part) => part !== '')
    .join(', ');
}
