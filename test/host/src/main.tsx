import './boot';
import {
  type DataFrame,
  dataFrameToJSON,
  type DataSourceSettings,
  EventBusSrv,
  type PanelData,
  type PanelPlugin,
  type PanelPluginMeta,
  toDataFrame,
} from '@grafana/data';
import { initPluginTranslations } from '@grafana/i18n';
import {
  locationService,
  setAppEvents,
  setBackendSrv,
  setDataSourceSrv,
  setLocationSrv,
  setTemplateSrv,
} from '@grafana/runtime';
import type { ReactElement } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import type { PluginHostPage, View } from '../../src/host/views';
import { LivePanel, painted, plainCells, repeat } from './live';
import { loadPlugin, shareModules } from './modules';
import { plainData, runQueries } from './queries';
import { fillRegistries } from './registries';
import { HostBackend } from './services/backend';
import { HostDataSources, pluginMeta, readJson } from './services/datasources';
import { HostTemplates } from './services/templates';
import { variableValues } from './variables';
import { ConfigView } from './views/ConfigView';
import { EditorView } from './views/EditorView';
import { PanelView } from './views/PanelView';
import { Shell, themeOf } from './views/Shell';

declare global {
  interface Window {
    pluginHost: PluginHostPage;
  }
}

const templates = new HostTemplates();

async function start(): Promise<void> {
  await initPluginTranslations('plugin-host');
  // Texts are measured before they are drawn, so their font has to be there.
  const font = new FontFace('Inter', "url('/public/fonts/inter/Inter-Regular.woff2')", { weight: '100 900' });
  document.fonts.add(await font.load());
  setBackendSrv(new HostBackend());
  setTemplateSrv(templates);
  setLocationSrv({ update: () => {} });
  setAppEvents(new EventBusSrv());
  fillRegistries();
  shareModules();
  const datasources = await HostDataSources.load();
  setDataSourceSrv(datasources);
  window.pluginHost = hostPage(datasources);
  document.body.dataset['host'] = 'ready';
}

function hostPage(datasources: HostDataSources): PluginHostPage {
  let root: Root | undefined;
  let saved: unknown;
  let frames: DataFrame[] = [];
  let ranges: Array<{ from: number; to: number }> = [];
  let firstPaint = 0;
  let live: LivePanel | undefined;
  const keep = (value: unknown) => (saved = value);
  const keepData = (data: PanelData) => (frames = data.series);

  async function content(view: View): Promise<ReactElement> {
    switch (view.kind) {
      case 'panel': {
        const plugin = await loadPlugin<PanelPlugin>(view.pluginId);
        plugin.meta = await pluginMeta<PanelPluginMeta>(view.pluginId);
        locationService.push(view.editing ? '/?editPanel=1' : '/');
        const theme = themeOf(view.theme);
        live = view.fleet && new LivePanel(view, plugin, theme);
        const told = live
          ? live.first
          : view.frames
            ? plainData(view.frames, view)
            : await runQueries(datasources.instance, view.queries, view);
        const data = {
          ...told,
          annotations: view.annotations?.map((frame) => toDataFrame(frame)),
          alertState: view.alertState as PanelData['alertState'],
        };
        keepData(data);
        const onRange = (range: { from: number; to: number }) => ranges.push(range);
        return <PanelView {...{ view, plugin, data, theme, live, onRange }} onOptions={keep} />;
      }
      case 'config-editor': {
        const settings = await readJson<DataSourceSettings>('/api/datasources/uid/pneumograph');
        return <ConfigView settings={settings} datasources={datasources} onSaved={keep} />;
      }
      case 'query-editor':
      case 'annotation-editor':
      case 'variable-editor':
        return <EditorView view={view} datasources={datasources} onSaved={keep} onData={keepData} />;
    }
  }

  return {
    async show(view) {
      root?.unmount();
      saved = undefined;
      frames = [];
      ranges = [];
      live = undefined;
      templates.setValues(view.variables ?? {});
      const theme = themeOf(view.theme);
      const drawing = await content(view);
      root = createRoot(document.getElementById('root')!);
      const start = performance.now();
      await new Promise<void>((resolve) => {
        root!.render(
          <Shell theme={theme} width={view.width} onDrawn={resolve}>
            {drawing}
          </Shell>
        );
      });
      await painted();
      firstPaint = performance.now() - start;
    },
    firstPaint: () => firstPaint,
    async update(times, gap) {
      if (live === undefined) {
        throw new Error('only the panel of a fleet can be given new values');
      }
      return repeat(times, gap, live.push);
    },
    plain: plainCells,
    ranges: () => ranges,
    saved: () => saved,
    frames: () => frames.map((frame) => dataFrameToJSON(frame)),
    variableValues(query, view) {
      templates.setValues(view.variables ?? {});
      return variableValues(datasources.instance, query, view);
    },
  };
}

start().catch((error: unknown) => {
  console.error('The plugin host cannot start:', error);
  document.body.dataset['host'] = 'failed';
});
