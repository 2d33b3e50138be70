/**
 * What Grafana's server writes into its page. It has to stand before @grafana/runtime is evaluated, so the page's
 * entry imports this module first.
 */
declare global {
  interface Window {
    __grafana_public_path__: string;
  }
}

window.__grafana_public_path__ = '/public/';
// The type asks for every setting of a Grafana; plugins read few, and the defaults of @grafana/runtime fill the rest.
(window as { grafanaBootData?: unknown }).grafanaBootData = {
  user: { isSignedIn: true, id: 1, login: 'tester', name: 'Tester', orgId: 1, orgRole: 'Admin', timezone: 'utc' },
  settings: {
    appSubUrl: '',
    appUrl: window.location.origin + '/',
    buildInfo: { version: '13.1.1', commit: '', env: 'production', edition: 'Open Source' },
    defaultDatasource: 'pneumograph',
    featureToggles: {},
    datasources: {},
    panels: {},
  },
  navTree: [],
  assets: { dark: '', light: '' },
};

export {};
