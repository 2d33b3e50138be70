import React, { memo, type SVGProps } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { useStyles2 } from '@grafana/ui';
import type { Point, Route } from '../../layout';
import { keptText, type AlertView, type LinkView } from '../../model';
import { fitText, type Measure } from '../../theme/fitText';
import { AlertSign, signWidth } from '../AlertSign';
import { SMALLEST_FONT } from '../ModelCard/cardRows';

interface Props {
  link: LinkView;
  route: Route;
  /** Below 1 where a search did not find it. */
  opacity: number | undefined;
  onHover: (link: LinkView | undefined, at: Point) => void;
}

interface LineProps extends Props {
  /** Throughput of the strongest link; widths are relative to it. */
  strongest: number;
  widths: boolean;
}

interface LabelProps extends Props {
  label: boolean;
  /** Whether what waits is told, where anything does. */
  backlog: boolean;
  measure: Measure;
  scale: number;
  /** A click on the sign of its alerts. */
  onAlert: (link: LinkView, alert: AlertView) => void;
}

export const LINK_FONT = 12.5;
/** Throughput, and what waits below it. */
export const LINK_LABEL = { width: 112, height: 36 };
/** Plates are wide in steps, so that a digit more or less changes few of them. */
const STEP = 8;
const THINNEST = 1.5;
const WIDEST = 6;

/** An arrow from model to model. A link known to carry nothing is dashed: that differs from a link not measured. */
export const LinkLine = memo(function LinkLine({ link, route, opacity, strongest, widths, onHover }: LineProps) {
  const styles = useStyles2(getStyles);
  const rate = link.rate?.value;
  return (
    <g className={styles.link} opacity={opacity} {...hovers(link, onHover)}>
      <Line route={route} width={widths ? linkWidth(rate, strongest) : THINNEST} isIdle={rate === 0} />
    </g>
  );
});

/** What is said of a link, over all lines: others may cross where its words are. */
export const LinkLabel = memo(function LinkLabel(props: LabelProps) {
  const { link, route, opacity, label, backlog, measure, scale, onHover, onAlert } = props;
  const styles = useStyles2(getStyles);
  const waits = backlog && (link.backlog?.value ?? 0) > 0 ? link.backlog : undefined;
  // No text gets smaller than can be read.
  const font = Math.max(LINK_FONT, SMALLEST_FONT / scale);
  const pitch = font * 1.28;
  const lines = label
    ? [
        link.rate?.text,
        waits &&
          keptText(`waits ${waits.text}`, () => t('links.waiting', '{{backlog}} waiting', { backlog: waits.text })),
      ]
        .filter((line) => line !== undefined)
        .map((line) => fitText(line, LINK_LABEL.width - 8, font, 400, measure))
    : [];
  const textWidth = Math.ceil(Math.max(0, ...lines.map((line) => measure(line, font, 400))) / STEP) * STEP + 8;
  const height = lines.length * pitch + 2;
  const [alert] = link.alerts;
  return (
    <g data-testid="workflow-link" opacity={opacity} {...hovers(link, onHover)}>
      {lines.length > 0 && (
        <g transform={`translate(${route.label.x},${route.label.y})`}>
          <rect className={styles.plate} x={-textWidth / 2} y={-height / 2} width={textWidth} height={height} rx={4} />
          {lines.map((line, index) => (
            <text
              key={index}
              className={index > 0 || link.rate === undefined ? styles.waiting : styles.text}
              textAnchor="middle"
              y={font * 0.36 + (index - (lines.length - 1) / 2) * pitch}
              fontSize={font}
            >
              {line}
            </text>
          ))}
        </g>
      )}
      {alert && (
        <g
          transform={`translate(${route.label.x - signWidth(alert) / 2 - 3},${route.label.y - height / 2 - 20})`}
          data-testid="link-alert"
          cursor="pointer"
          onClick={() => onAlert(link, alert)}
        >
          <rect className={styles.sign} width={signWidth(alert) + 6} height={18} rx={9} />
          <AlertSign alert={alert} x={3} y={3} />
        </g>
      )}
    </g>
  );
});

function hovers(
  link: LinkView,
  onHover: Props['onHover']
): Pick<SVGProps<SVGGElement>, 'onPointerMove' | 'onPointerLeave'> {
  return {
    onPointerMove: (event) => onHover(link, { x: event.clientX, y: event.clientY }),
    onPointerLeave: () => onHover(undefined, { x: 0, y: 0 }),
  };
}

/** The arrow alone: most stay as they are when numbers change. */
const Line = memo(function Line({ route, width, isIdle }: { route: Route; width: number; isIdle: boolean }) {
  const styles = useStyles2(getStyles);
  return (
    <>
      <path d={route.path} className={styles.reach} />
      <path
        d={route.path}
        className="pneumograph-link-line"
        strokeWidth={width}
        strokeDasharray={isIdle ? '3 5' : undefined}
      />
      <path d={route.head} className="pneumograph-link-head" />
    </>
  );
});

/** By the square root: a link of a hundredth of the strongest one's throughput should still look like more than none. */
export function linkWidth(rate: number | undefined, strongest: number): number {
  if (rate === undefined || rate <= 0 || strongest <= 0) {
    return THINNEST;
  }
  const width = THINNEST + (WIDEST - THINNEST) * Math.sqrt(Math.min(1, rate / strongest));
  // In steps too small to be seen: else each new rate of the strongest would draw all of them anew.
  return Math.round(width * 4) / 4;
}

const getStyles = (theme: GrafanaTheme2) => ({
  link: css({
    '& .pneumograph-link-line': { fill: 'none', stroke: theme.colors.text.disabled, opacity: 0.75 },
    '& .pneumograph-link-head': { fill: theme.colors.text.secondary },
    '&:hover .pneumograph-link-line': { stroke: theme.colors.text.secondary, opacity: 1 },
  }),
  // A thin line is hard to point at.
  reach: css({ fill: 'none', stroke: 'none', strokeWidth: 14, pointerEvents: 'stroke' }),
  plate: css({ fill: theme.colors.background.primary }),
  text: css({ fill: theme.colors.text.secondary, fontVariantNumeric: 'tabular-nums' }),
  waiting: css({ fill: theme.colors.text.primary, fontVariantNumeric: 'tabular-nums' }),
  sign: css({ fill: theme.colors.background.primary, stroke: theme.colors.border.medium }),
});
