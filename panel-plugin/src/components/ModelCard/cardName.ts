import { t } from '@grafana/i18n';
import {
  alertWord,
  badgeWord,
  consequenceText,
  enginesText,
  keptText,
  severityWord,
  type ModelAlerts,
  type ModelView,
} from '../../model';

/** What a screen reader says for a card: name, state, engines and whatever is wrong. */
export function cardName(model: ModelView): string {
  const { name, workflow, stats, badges, alerts } = model;
  const { rejected } = stats;
  return [
    workflow === ''
      ? name
      : keptText(`in ${JSON.stringify([name, workflow])}`, () =>
          t('card.in-workflow', '{{name}} in {{workflow}}', { name, workflow })
        ),
    model.stateText,
    consequenceText(model),
    enginesText(model.engines),
    rejected && rejected.value > 0 ? t('card.rejected', '{{number}} rejected', { number: rejected.text }) : '',
    ...badges.filter(({ rank }) => rank !== undefined).map(({ kind }) => badgeWord(kind)),
    alertsText(alerts),
  ]
    .filter((part) => part !== '')
    .join(', ');
}

/** How many alerts, the worst of them, and its state where it does not fire; empty for none. */
export function alertsText({ count, first, worst }: ModelAlerts): string {
  if (first === undefined || worst === undefined) {
    return '';
  }
  const severity = severityWord(first.rank === worst ? first : { severity: worst, rank: worst });
  const text = keptText(`alerts ${count} ${severity}`, () =>
    t('card.alerts', '', {
      count,
      severity,
      defaultValue_one: '{{count}} alert, worst {{severity}}',
      defaultValue_other: '{{count}} alerts, worst {{severity}}',
    })
  );
  return first.status === 'firing' && !first.silenced ? text : `${text}, ${alertWord(first)}`;
}
