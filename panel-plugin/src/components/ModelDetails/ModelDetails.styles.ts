import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';

export const getStyles = (theme: GrafanaTheme2) => ({
  root: css({ fontSize: theme.typography.bodySmall.fontSize, overflowWrap: 'anywhere', maxWidth: 320 }),
  title: css({ fontSize: theme.typography.body.fontSize, fontWeight: theme.typography.fontWeightMedium }),
  quiet: css({ color: theme.colors.text.secondary }),
  section: css({ marginTop: theme.spacing(1) }),
  line: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(0.75), minHeight: 20 }),
  grid: css({
    display: 'grid',
    gridTemplateColumns: 'auto 1fr',
    columnGap: theme.spacing(1.5),
    fontVariantNumeric: 'tabular-nums',
  }),
  alarming: css({ color: theme.colors.error.text, fontWeight: theme.typography.fontWeightBold }),
  alert: css({ borderLeft: '3px solid', paddingLeft: theme.spacing(0.75), marginTop: theme.spacing(0.5) }),
});
