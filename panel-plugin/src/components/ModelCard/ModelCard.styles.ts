import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';

export const getStyles = (theme: GrafanaTheme2) => ({
  card: css({
    cursor: 'pointer',
    outline: 'none',
    '& .pneumograph-card-box': {
      fill: theme.colors.background.secondary,
      stroke: theme.colors.border.medium,
      strokeWidth: 1,
    },
    '&:hover .pneumograph-card-box': { fill: theme.colors.emphasize(theme.colors.background.secondary, 0.03) },
    '&:focus-visible .pneumograph-card-box': { stroke: theme.colors.primary.border, strokeWidth: 3 },
  }),
  name: css({ fill: theme.colors.text.primary, fontWeight: theme.typography.fontWeightMedium }),
  state: css({ fill: theme.colors.text.primary, fontWeight: theme.typography.fontWeightMedium }),
  label: css({ fill: theme.colors.text.secondary }),
  consequence: css({ fill: theme.colors.text.primary, fontStyle: 'italic' }),
  value: css({ fill: theme.colors.text.primary, fontVariantNumeric: 'tabular-nums' }),
  warning: css({ fontWeight: theme.typography.fontWeightBold }),
});
