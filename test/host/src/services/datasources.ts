import {
  type DataSourceApi,
  type DataSourceInstanceSettings,
  type DataSourcePlugin,
  type DataSourcePluginMeta,
  type DataSourceSettings,
} from '@grafana/data';
import type { DataSourceSrv } from '@grafana/runtime';
import { loadPlugin } from '../modules';

type Plugin = DataSourcePlugin<DataSourceApi>;

/** The one data source that the host's server has configured, through the plugin under test. */
export class HostDataSources implements DataSourceSrv {
  private constructor(
    readonly plugin: Plugin,
    readonly instance: DataSourceApi,
    private readonly settings: DataSourceInstanceSettings
  ) {}

  static async load(): Promise<HostDataSources> {
    const saved = await readJson<DataSourceSettings>('/api/datasources/uid/pneumograph');
    const plugin = await loadPlugin<Plugin>(saved.type);
    const meta = await pluginMeta<DataSourcePluginMeta>(saved.type);
    const settings: DataSourceInstanceSettings = {
      id: saved.id,
      uid: saved.uid,
      type: saved.type,
      name: saved.name,
      url: `/api/datasources/proxy/uid/${saved.uid}`,
      access: 'proxy',
      readOnly: false,
      jsonData: saved.jsonData,
      isDefault: true,
      meta,
    };
    plugin.meta = meta;
    const instance = new plugin.DataSourceClass(settings);
    instance.meta = meta;
    instance.components = plugin.components;
    return new HostDataSources(plugin, instance, settings);
  }

  get(): Promise<DataSourceApi> {
    return Promise.resolve(this.instance);
  }

  getList(): DataSourceInstanceSettings[] {
    return [this.settings];
  }

  getInstanceSettings(): DataSourceInstanceSettings {
    return this.settings;
  }

  reload(): Promise<void> {
    return Promise.resolve();
  }

  registerRuntimeDataSource(): void {}
}

/** The plugin's own plugin.json, completed with where it is served from. */
export async function pluginMeta<M>(pluginId: string): Promise<M> {
  const baseUrl = `/public/plugins/${pluginId}`;
  const json = await readJson<object>(`${baseUrl}/plugin.json`);
  return { ...json, module: `${baseUrl}/module.js`, baseUrl } as M;
}

export async function readJson<T>(url: string): Promise<T> {
  const response = await fetch(url);
  if (!response.ok) {
    throw new Error(`${url}: ${response.status} ${response.statusText}`);
  }
  return (await response.json()) as T;
}
