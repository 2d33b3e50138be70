import React from 'react';
import { useTheme2 } from '@grafana/ui';
import { badgeWord, type Badge } from '../../model';
import type { Measure } from '../../theme/fitText';
import { alertColors } from '../../theme/stateColors';
import { SMALLEST_FONT } from './cardRows';

const GAP = 4;
const HEIGHT = 16;

function width({ kind }: Badge, measure: Measure): number {
  return measure(badgeWord(kind), SMALLEST_FONT, 500) + 10;
}

/** Badges that say something is amiss; that all is well is no news on a card. */
function shown(badges: readonly Badge[]): Array<Badge & { rank: NonNullable<Badge['rank']> }> {
  return badges.flatMap((badge) => (badge.rank === undefined ? [] : [{ ...badge, rank: badge.rank }]));
}

export function chipsWidth(badges: readonly Badge[], measure: Measure): number {
  return shown(badges).reduce((sum, badge) => sum + width(badge, measure) + GAP, 0);
}

interface Props {
  badges: readonly Badge[];
  right: number;
  top: number;
  measure: Measure;
}

/** That data drift and predictions diverge, a word each. */
export function Chips({ badges, right, top, measure }: Props) {
  const theme = useTheme2();
  const chips = shown(badges);
  return (
    <>
      {chips.map((badge, index) => {
        const wide = width(badge, measure);
        const x = right - chips.slice(index).reduce((sum, one) => sum + width(one, measure) + GAP, -GAP);
        return (
          <g key={badge.kind} transform={`translate(${x},${top})`} data-testid="badge" data-rank={badge.rank}>
            <title>{badge.text}</title>
            <rect
              width={wide}
              height={HEIGHT}
              rx={3}
              fill={theme.colors.background.primary}
              stroke={alertColors(theme, badge.rank).fill}
            />
            <text x={5} y={12} fontSize={SMALLEST_FONT} fontWeight={500} fill={theme.colors.text.primary}>
              {badgeWord(badge.kind)}
            </text>
          </g>
        );
      })}
    </>
  );
}
