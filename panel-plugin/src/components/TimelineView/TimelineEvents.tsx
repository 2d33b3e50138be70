import React from 'react';
import { css } from '@emotion/css';
import { dateTimeFormat, type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { useStyles2 } from '@grafana/ui';
import type { EventView } from '../../model';

interface Props {
  events: readonly EventView[];
  from: number;
  to: number;
  timeZone: string;
  x: (time: number) => number;
  /** Where the chart begins, pixels. */
  left: number;
  /** Of all rows, those out of sight too. */
  height: number;
}

/** How near to a line it can be pointed at, pixels to each side. */
const REACH = 4;

/** What the dashboard marks on all of its panels, as lines and stretches over all rows. Only the lines take the pointer. */
export function TimelineEvents({ events, from, to, timeZone, x, left, height }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <>
      {events.map((event, index) => {
        const [start, end] = [x(Math.max(from, event.from)), x(Math.min(to, event.to ?? event.from))];
        const time = (at: number) => dateTimeFormat(at, { timeZone });
        const when = event.to === undefined ? time(event.from) : `${time(event.from)} – ${time(event.to)}`;
        const words = t('timeline.event', '{{when}}: {{text}}', { when, text: event.text });
        return (
          <React.Fragment key={index}>
            {event.to !== undefined && (
              <div className={styles.stretch} style={{ left: left + start, width: Math.max(1, end - start), height }} />
            )}
            <div
              className={styles.line}
              style={{ left: left + start - REACH, width: 2 * REACH, height }}
              role="img"
              title={words}
              aria-label={words}
              data-testid="timeline-event"
            />
          </React.Fragment>
        );
      })}
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  stretch: css({
    position: 'absolute',
    top: 0,
    pointerEvents: 'none',
    background: theme.colors.text.primary,
    opacity: 0.14,
  }),
  line: css({
    position: 'absolute',
    top: 0,
    zIndex: 1,
    '&::before': {
      content: '""',
      position: 'absolute',
      inset: 0,
      left: REACH,
      borderLeft: `2px dashed ${theme.colors.text.primary}`,
    },
    // A flag that tells it from the end of a band.
    '&::after': {
      content: '""',
      position: 'absolute',
      top: 0,
      left: REACH,
      borderTop: `5px solid ${theme.colors.text.primary}`,
      borderRight: '6px solid transparent',
    },
  }),
});
