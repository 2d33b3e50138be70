import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { IconButton, useStyles2 } from '@grafana/ui';

interface Props {
  zoomIn: () => void;
  zoomOut: () => void;
  showAll: () => void;
  showReadable: () => void;
}

export function GraphToolbar({ zoomIn, zoomOut, showAll, showReadable }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.bar} role="toolbar" aria-label="Zoom">
      <IconButton name="search-minus" tooltip="Zoom out (Ctrl + wheel, or the key -)" onClick={zoomOut} />
      <IconButton name="search-plus" tooltip="Zoom in (Ctrl + wheel, or the key +)" onClick={zoomIn} />
      <IconButton name="expand-arrows" tooltip="Show all models (key 1)" onClick={showAll} />
      <IconButton name="gf-layout-simple" tooltip="Readable cards (key 0)" onClick={showReadable} />
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  bar: css({ display: 'flex', flex: 'none', gap: theme.spacing(0.5), padding: theme.spacing(0, 0.5) }),
});
