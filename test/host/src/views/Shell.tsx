import { createTheme, type GrafanaTheme2, ThemeContext } from '@grafana/data';
import { ErrorBoundary, GlobalStyles, PortalContainer } from '@grafana/ui';
import { type ReactNode, useEffect } from 'react';
import { MemoryRouter } from 'react-router-dom-v5-compat';
import type { Theme } from '../../../src/host/views';

export function themeOf(mode: Theme): GrafanaTheme2 {
  return createTheme({ colors: { mode } });
}

interface Props {
  theme: GrafanaTheme2;
  width: number;
  /** Tells the page that the view is on screen. */
  onDrawn: () => void;
  children: ReactNode;
}

/** What Grafana puts around every view: theme, global styles, a router, the place for menus, and a net for broken plugins. */
export function Shell({ theme, width, onDrawn, children }: Props) {
  useEffect(onDrawn, [onDrawn]);
  return (
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      <div style={{ background: theme.colors.background.canvas, padding: 8, minHeight: '100vh' }}>
        <div data-testid="view" style={{ width }}>
          <ErrorBoundary>
            {({ error }) => {
              if (error) {
                // Grafana shows a box and goes on; a test has to hear of it.
                console.error('The plugin threw while it drew:', error);
                return <div role="alert">{error.message}</div>;
              }
              return <MemoryRouter>{children}</MemoryRouter>;
            }}
          </ErrorBoundary>
        </div>
      </div>
      <PortalContainer />
    </ThemeContext.Provider>
  );
}
