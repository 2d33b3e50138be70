import React, { memo } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { IconButton, useStyles2 } from '@grafana/ui';
import { ViewMenu, type Action } from '../ViewMenu';

interface Props {
  zoomIn: () => void;
  zoomOut: () => void;
  showAll: () => void;
  showReadable: () => void;
  onSearch: () => void;
  /** Whether all buttons have room; else they are in the menu. */
  wide: boolean;
  /** What is in the menu in any case. */
  actions: Action[];
}

/** Zoom, search and the menu of the graph. */
export const GraphToolbar = memo(function GraphToolbar(props: Props) {
  const { zoomIn, zoomOut, showAll, showReadable, onSearch, wide, actions } = props;
  const styles = useStyles2(getStyles);
  const buttons: Array<Action & { tooltip: string }> = [
    {
      ...{ icon: 'search-minus', onClick: zoomOut },
      label: t('graph.zoom-out', 'Zoom out'),
      tooltip: t('graph.zoom-out-help', 'Zoom out (Ctrl + wheel, or the key -)'),
    },
    {
      ...{ icon: 'search-plus', onClick: zoomIn },
      label: t('graph.zoom-in', 'Zoom in'),
      tooltip: t('graph.zoom-in-help', 'Zoom in (Ctrl + wheel, or the key +)'),
    },
    {
      ...{ icon: 'expand-arrows', onClick: showAll },
      label: t('graph.show-all', 'Show all models'),
      tooltip: t('graph.show-all-help', 'Show all models (key 1)'),
    },
    {
      ...{ icon: 'gf-layout-simple', onClick: showReadable },
      label: t('graph.readable', 'Readable cards'),
      tooltip: t('graph.readable-help', 'Readable cards (key 0)'),
    },
    {
      ...{ icon: 'search', onClick: onSearch },
      label: t('graph.search', 'Search'),
      tooltip: t('graph.search-help', 'Search models (key /)'),
    },
  ];
  return (
    <div className={styles.bar} role="toolbar" aria-label={t('graph.tools', 'Zoom and search')}>
      {wide &&
        buttons.map(({ icon, tooltip, onClick }) => (
          <IconButton key={icon} name={icon} tooltip={tooltip} onClick={onClick} />
        ))}
      <ViewMenu actions={wide ? actions : [...buttons, ...actions]} />
    </div>
  );
});

const getStyles = (theme: GrafanaTheme2) => ({
  bar: css({
    display: 'flex',
    flex: 'none',
    gap: theme.spacing(0.5),
    padding: theme.spacing(0, 0.5),
    '@media print': { display: 'none' },
  }),
});
