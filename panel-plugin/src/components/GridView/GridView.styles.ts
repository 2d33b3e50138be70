import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';

export const getStyles = (theme: GrafanaTheme2) => {
  const line = {
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    fontSize: theme.typography.bodySmall.fontSize,
  } as const;
  return {
    scroll: css({ overflowY: 'auto', overflowX: 'hidden', flex: 'none' }),
    painted: css({ position: 'relative', cursor: 'pointer' }),
    canvas: css({ position: 'sticky', top: 0, display: 'block' }),
    cursor: css({
      all: 'unset',
      position: 'absolute',
      boxSizing: 'border-box',
      cursor: 'pointer',
      borderRadius: theme.shape.radius.default,
      '&:focus-visible': { outline: `2px solid ${theme.colors.text.primary}`, outlineOffset: 1 },
    }),
    grid: css({ display: 'grid', padding: 2 }),
    cell: css({
      all: 'unset',
      boxSizing: 'border-box',
      display: 'flex',
      alignItems: 'center',
      gap: theme.spacing(1),
      padding: theme.spacing(0, 1),
      cursor: 'pointer',
      border: '1px solid',
      borderLeftWidth: 4,
      borderRadius: theme.shape.radius.default,
      background: theme.colors.background.secondary,
      overflow: 'hidden',
      '& > svg': { flex: 'none' },
      '&:hover': { background: theme.colors.action.hover },
      '&:focus-visible': { boxShadow: `0 0 0 2px ${theme.colors.primary.border}` },
    }),
    sign: css({ flex: 'none', marginLeft: 'auto', overflow: 'visible' }),
    texts: css({ display: 'flex', flexDirection: 'column', minWidth: 0, lineHeight: 1.25 }),
    title: css({ ...line, color: theme.colors.text.primary, fontWeight: theme.typography.fontWeightMedium }),
    state: css({ ...line, color: theme.colors.text.secondary }),
    nothing: css({ padding: theme.spacing(2), textAlign: 'center', color: theme.colors.text.secondary }),
  };
};
