import {
  EventBusSrv,
  type FieldConfigSource,
  type GrafanaTheme2,
  getPanelOptionsWithDefaults,
  type PanelData,
  type PanelPlugin,
  PluginContextProvider,
} from '@grafana/data';
import { getTemplateSrv } from '@grafana/runtime';
import { useEffect, useMemo, useState } from 'react';
import type { PanelView as View } from '../../../src/host/views';
import type { LivePanel } from '../live';
import { withOverrides } from '../queries';

/** Pixels that the frame and the title of a panel take from its place on the dashboard. */
const TITLE = 32;
const BORDER = 2;
/** Around what the panel draws, pixels. */
const PADDING = 8;

interface Props {
  view: View;
  plugin: PanelPlugin;
  data: PanelData;
  theme: GrafanaTheme2;
  /** Gives new values as long as the panel is shown; they have their display processors already. */
  live: LivePanel | undefined;
  onRange: (range: { from: number; to: number }) => void;
  /** Hears of changed options, which the dashboard would keep. */
  onOptions: (options: unknown) => void;
}

export function PanelView({ view, plugin, data, theme, live, onRange, onOptions }: Props) {
  const defaults = useMemo(
    () =>
      getPanelOptionsWithDefaults({
        plugin,
        currentOptions: view.options ?? {},
        currentFieldConfig: { defaults: {}, overrides: [] },
        isAfterPluginChange: false,
      }),
    [plugin, view.options]
  );
  const [options, setOptions] = useState<unknown>(defaults.options);
  const [fieldConfig, setFieldConfig] = useState<FieldConfigSource>(defaults.fieldConfig);
  const eventBus = useMemo(() => new EventBusSrv(), []);
  const [newest, setNewest] = useState<PanelData | undefined>(live?.first);
  useEffect(() => live?.follow(setNewest), [live]);
  const queried = useMemo(
    () => (live ? data : withOverrides(data, plugin, fieldConfig, theme)),
    [live, data, plugin, fieldConfig, theme]
  );
  const drawn = newest ?? queried;
  const Panel = plugin.panel;
  if (Panel === null) {
    throw new Error(`${view.pluginId} has no panel`);
  }
  const frame = { background: theme.colors.background.primary, border: `1px solid ${theme.colors.border.weak}` };
  return (
    <PluginContextProvider meta={plugin.meta}>
      <section aria-label={view.title} style={{ ...frame, width: view.width, height: view.height }}>
        <h2 style={{ ...theme.typography.h6, height: TITLE, margin: 0, padding: '6px 8px' }}>{view.title}</h2>
        <div style={{ padding: `0 ${PADDING}px ${PADDING}px` }}>
          <Panel
            id={1}
            title={view.title}
            data={drawn}
            timeRange={data.timeRange}
            timeZone="utc"
            options={options}
            fieldConfig={fieldConfig}
            transparent={false}
            width={view.width - BORDER - 2 * PADDING}
            height={view.height - TITLE - BORDER - PADDING}
            renderCounter={1}
            eventBus={eventBus}
            replaceVariables={(text, scopedVars, format) => getTemplateSrv().replace(text, scopedVars, format)}
            onOptionsChange={(next) => {
              setOptions(next);
              onOptions(next);
            }}
            onFieldConfigChange={setFieldConfig}
            onChangeTimeRange={({ from, to }) => onRange({ from: Number(from), to: Number(to) })}
          />
        </div>
      </section>
    </PluginContextProvider>
  );
}
