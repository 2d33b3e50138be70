import { t } from '@grafana/i18n';
import { ALERT_RANKS } from './alertStates';
import { keptText } from './texts';
import { BADGE_KINDS, type AlertRank, type AlertView, type Badge, type BadgeKind, type MeasureView } from './types';

const WORDS: Record<BadgeKind, RegExp> = {
  drift: /drift|distribution/i,
  divergence: /diverg/i,
};
/** Population stability index: below 0.1 there is no shift to speak of, above 0.25 a great one (Siddiqi, 2006). */
const PSI: ReadonlyArray<[AlertRank, number]> = [
  ['critical', 0.25],
  ['warning', 0.1],
];

/** Whether the data of a model drift and its predictions diverge, from alerts of such monitors and what they measured. */
export function badgesOf(alerts: readonly AlertView[], measures: readonly MeasureView[]): Badge[] {
  return BADGE_KINDS.flatMap((kind) => {
    const told = alerts.filter(
      ({ status, title, monitor, text }) =>
        status !== 'resolved' && WORDS[kind].test(`${title} ${monitor}${title === '' ? ` ${text}` : ''}`)
    );
    const [first] = told;
    if (first !== undefined) {
      const worst = ALERT_RANKS.find((rank) => told.some((alert) => alert.rank === rank)) ?? 'info';
      return [{ kind, rank: worst, text: first.text || first.title }];
    }
    const [measured] = measures
      .filter(({ metric, monitor }) =>
        kind === 'drift' ? metric.startsWith('drift.') : WORDS[kind].test(`${monitor} ${metric}`)
      )
      .map((measure) => ({ ...measure, rank: rankOfMeasure(measure) }))
      .sort(
        (a, b) =>
          order(a.rank) - order(b.rank) || preference(a.metric) - preference(b.metric) || b.stat.value - a.stat.value
      );
    if (measured === undefined) {
      return [];
    }
    const { metric, stat, feature, rank } = measured;
    const about = feature === '' ? metric : t('badges.of', '{{metric}} of {{feature}}', { metric, feature });
    return [{ kind, rank, text: `${about}: ${stat.text}` }];
  });
}

function rankOfMeasure({ metric, stat: { value } }: MeasureView): AlertRank | undefined {
  if (metric === 'drift.psi') {
    return PSI.find(([, bound]) => value > bound)?.[0];
  }
  return ['drift.detected', 'drift.share'].includes(metric) && value > 0 ? 'warning' : undefined;
}

const order = (rank: AlertRank | undefined) => (rank === undefined ? ALERT_RANKS.length : ALERT_RANKS.indexOf(rank));
/** Of several without a rank, the index that most people know. */
const preference = (metric: string) => (metric === 'drift.psi' ? 0 : 1);

const NAMES: Record<BadgeKind, () => string> = {
  drift: () => t('badges.drift', 'Drift'),
  divergence: () => t('badges.divergence', 'Divergence'),
};

export function badgeWord(kind: BadgeKind): string {
  return keptText(`badge ${kind}`, NAMES[kind]);
}
