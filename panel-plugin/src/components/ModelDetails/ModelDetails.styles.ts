import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';

export const getStyles = (theme: GrafanaTheme2) => ({
  root: css({ fontSize: theme.typography.bodySmall.fontSize, overflowWrap: 'anywhere' }),
  tooltip: css({ fontSize: theme.typography.bodySmall.fontSize, overflowWrap: 'anywhere', maxWidth: 320 }),
  // Room for the button that closes the drawer.
  title: css({
    fontSize: theme.typography.body.fontSize,
    fontWeight: theme.typography.fontWeightMedium,
    paddingRight: theme.spacing(4),
  }),
  heading: css({ color: theme.colors.text.secondary, fontWeight: theme.typography.fontWeightMedium }),
  quiet: css({ color: theme.colors.text.secondary }),
  strong: css({ fontWeight: theme.typography.fontWeightMedium }),
  section: css({ marginTop: theme.spacing(1) }),
  line: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', columnGap: theme.spacing(0.75), minHeight: 20 }),
  engine: css({ marginTop: theme.spacing(0.5) }),
  strip: css({ display: 'block', width: '100%', height: 8, margin: theme.spacing(0.25, 0) }),
  grid: css({
    display: 'grid',
    gridTemplateColumns: 'auto 1fr',
    columnGap: theme.spacing(1.5),
    fontVariantNumeric: 'tabular-nums',
  }),
  list: css({ listStyle: 'none', fontVariantNumeric: 'tabular-nums' }),
  measures: css({
    display: 'grid',
    gridTemplateColumns: 'minmax(0, auto) minmax(0, auto) 1fr',
    columnGap: theme.spacing(1.5),
    alignItems: 'center',
    fontVariantNumeric: 'tabular-nums',
  }),
  alarming: css({ color: theme.colors.error.text, fontWeight: theme.typography.fontWeightBold }),
  alert: css({ borderLeft: '3px solid', paddingLeft: theme.spacing(0.75), marginTop: theme.spacing(0.5) }),
  sign: css({ verticalAlign: 'middle', marginRight: theme.spacing(0.5) }),
  summary: css({ cursor: 'pointer', color: theme.colors.text.link }),
});
