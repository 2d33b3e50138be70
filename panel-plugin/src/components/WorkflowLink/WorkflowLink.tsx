import React, { memo } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { Point, Route } from '../../layout';
import type { LinkView } from '../../model';
import { fitText, type Measure } from '../../theme/fitText';

interface Props {
  link: LinkView;
  route: Route;
  /** Throughput of the strongest link; widths are relative to it. */
  strongest: number;
  widths: boolean;
  label: boolean;
  measure: Measure;
  onHover: (link: LinkView | undefined, at: Point) => void;
}

export const LINK_FONT = 12.5;
export const LINK_LABEL = { width: 92, height: 20 };
const THINNEST = 1.5;
const WIDEST = 6;

/** An arrow from model to model. A link known to carry nothing is dashed: that differs from a link not measured. */
export const WorkflowLink = memo(function WorkflowLink({
  link,
  route,
  strongest,
  widths,
  label,
  measure,
  onHover,
}: Props) {
  const styles = useStyles2(getStyles);
  const rate = link.rate?.value;
  const text = label && link.rate ? fitText(link.rate.text, LINK_LABEL.width - 8, LINK_FONT, 400, measure) : '';
  const textWidth = measure(text, LINK_FONT, 400) + 10;
  return (
    <g
      className={styles.link}
      data-testid="workflow-link"
      onPointerMove={(event) => onHover(link, { x: event.clientX, y: event.clientY })}
      onPointerLeave={() => onHover(undefined, { x: 0, y: 0 })}
    >
      <path d={route.path} className={styles.reach} />
      <path
        d={route.path}
        className="pneumograph-link-line"
        strokeWidth={widths ? linkWidth(rate, strongest) : THINNEST}
        strokeDasharray={rate === 0 ? '3 5' : undefined}
      />
      <path d={route.head} className="pneumograph-link-head" />
      {text !== '' && (
        <g transform={`translate(${route.label.x},${route.label.y})`}>
          <rect className={styles.plate} x={-textWidth / 2} y={-9} width={textWidth} height={18} rx={4} />
          <text className={styles.text} textAnchor="middle" y={4.5} fontSize={LINK_FONT}>
            {text}
          </text>
        </g>
      )}
    </g>
  );
});

/** By the square root: a link of a hundredth of the strongest one's throughput should still look like more than none. */
export function linkWidth(rate: number | undefined, strongest: number): number {
  if (rate === undefined || rate <= 0 || strongest <= 0) {
    return THINNEST;
  }
  return THINNEST + (WIDEST - THINNEST) * Math.sqrt(Math.min(1, rate / strongest));
}

const getStyles = (theme: GrafanaTheme2) => ({
  link: css({
    '& .pneumograph-link-line': { fill: 'none', stroke: theme.colors.text.disabled, opacity: 0.75 },
    '& .pneumograph-link-head': { fill: theme.colors.text.secondary },
    '&:hover .pneumograph-link-line': { stroke: theme.colors.text.secondary, opacity: 1 },
  }),
  // A thin line is hard to point at.
  reach: css({ fill: 'none', stroke: 'transparent', strokeWidth: 14 }),
  plate: css({ fill: theme.colors.background.primary }),
  text: css({ fill: theme.colors.text.secondary, fontVariantNumeric: 'tabular-nums' }),
});
