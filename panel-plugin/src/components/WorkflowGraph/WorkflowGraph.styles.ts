import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';

export const getStyles = (theme: GrafanaTheme2) => ({
  root: css({ display: 'flex', flexDirection: 'column', position: 'relative', overflow: 'hidden' }),
  head: css({
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'space-between',
    gap: theme.spacing(1),
    flex: 'none',
    overflow: 'hidden',
  }),
  tools: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(1), flex: 'none' }),
  surface: css({
    display: 'block',
    flex: 'none',
    cursor: 'grab',
    userSelect: 'none',
    touchAction: 'none',
    fontFamily: theme.typography.fontFamily,
    borderRadius: theme.shape.radius.default,
    outline: 'none',
    '&:focus-visible': { boxShadow: `inset 0 0 0 2px ${theme.colors.primary.border}` },
  }),
  dragging: css({ cursor: 'grabbing' }),
  glide: css({ [theme.transitions.handleMotion('no-preference')]: { transition: 'transform 0.16s ease-out' } }),
  group: css({ fill: 'none', stroke: theme.colors.border.weak, strokeWidth: 1 }),
  groupTitle: css({ fill: theme.colors.text.primary, fontWeight: theme.typography.fontWeightMedium }),
});
