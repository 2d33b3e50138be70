import React, { type ReactNode } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { FilterInput, useStyles2 } from '@grafana/ui';
import type { HealthView, ModelState } from '../../model';
import { Notices, NOTICES_HEIGHT } from '../Notices';
import { StateSummary } from '../StateSummary';

interface Props {
  view: HealthView;
  width: number;
  height: number;
  search: string;
  onSearch: (text: string) => void;
  /** Brings the first model in this state into sight. */
  onSelect: (state: ModelState) => void;
  /** What stands at the right of the head. */
  tools: ReactNode;
  children: (size: { width: number; height: number }) => ReactNode;
}

const HEAD_HEIGHT = 34;
/** Below it there is no room for both the states and a search. */
const NARROW = 520;

/** What grid, timeline and table have in common: states and search above, notices below. */
export function ViewFrame({ view, width, height, search, onSearch, onSelect, tools, children }: Props) {
  const styles = useStyles2(getStyles);
  const notices = view.notices.length > 0 ? NOTICES_HEIGHT : 0;
  return (
    <div className={styles.root} style={{ width, height }}>
      <div className={styles.head} style={{ height: HEAD_HEIGHT }}>
        {width >= NARROW && <StateSummary states={view.states} onSelect={onSelect} />}
        <div className={styles.tools}>
          <FilterInput
            width={width >= NARROW ? 22 : 14}
            value={search}
            onChange={onSearch}
            placeholder="Search"
            aria-label="Search models and engines"
            escapeRegex={false}
          />
          {tools}
        </div>
      </div>
      {children({ width, height: Math.max(40, height - HEAD_HEIGHT - notices) })}
      <Notices notices={view.notices} />
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  root: css({ display: 'flex', flexDirection: 'column', position: 'relative', overflow: 'hidden' }),
  head: css({
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'space-between',
    gap: theme.spacing(1),
    flex: 'none',
    overflow: 'hidden',
  }),
  tools: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(1), flex: 'none', marginLeft: 'auto' }),
});
