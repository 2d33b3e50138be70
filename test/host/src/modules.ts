import * as emotionCss from '@emotion/css';
import * as emotionReact from '@emotion/react';
import * as grafanaData from '@grafana/data';
import * as grafanaDataUnstable from '@grafana/data/unstable';
import * as grafanaRuntime from '@grafana/runtime';
import * as grafanaRuntimeUnstable from '@grafana/runtime/unstable';
import * as grafanaUi from '@grafana/ui';
import * as grafanaUiUnstable from '@grafana/ui/unstable';
import i18next from 'i18next';
import lodash from 'lodash';
import moment from 'moment';
import * as react from 'react';
import * as reactJsxRuntime from 'react/jsx-runtime';
import * as reactDom from 'react-dom';
import * as rxjs from 'rxjs';
import * as rxjsOperators from 'rxjs/operators';

/** The part of SystemJS's face that the host uses. */
interface SystemLoader {
  set(id: string, module: object): void;
  import(id: string): Promise<Record<string, unknown>>;
  constructor: { prototype: { resolve(id: string, parent?: string): string } };
}

declare global {
  interface Window {
    System: SystemLoader;
  }
}

/** A CommonJS package seen as its `module.exports`: the loader hands `default` to AMD plugins. */
function asDefault(module: object): object {
  return { ...module, default: (module as { default?: object }).default ?? module, __useDefault: true };
}

/**
 * The packages that a Grafana shares with its plugins. A plugin that asks for anything else has bundled too little,
 * and loading it here fails as it would in Grafana.
 */
const SHARED: Record<string, object> = {
  '@emotion/css': emotionCss,
  '@emotion/react': emotionReact,
  '@grafana/data': grafanaData,
  '@grafana/data/unstable': grafanaDataUnstable,
  '@grafana/runtime': grafanaRuntime,
  '@grafana/runtime/unstable': grafanaRuntimeUnstable,
  '@grafana/ui': grafanaUi,
  '@grafana/ui/unstable': grafanaUiUnstable,
  i18next: asDefault(i18next),
  lodash: asDefault(lodash),
  moment: asDefault(moment),
  react: asDefault(react),
  'react/jsx-runtime': asDefault(reactJsxRuntime),
  'react-dom': asDefault(reactDom),
  rxjs,
  'rxjs/operators': rxjsOperators,
};

/** Makes the shared packages known to the loader under the names that plugins ask for. */
export function shareModules(): void {
  const loader = window.System.constructor.prototype;
  const resolve = loader.resolve.bind(window.System);
  loader.resolve = (id, parent) => (id in SHARED ? `package:${id}` : resolve(id, parent));
  for (const [name, module] of Object.entries(SHARED)) {
    window.System.set(`package:${name}`, module);
  }
}

/**
 * Loads a built plugin from where a Grafana serves it.
 * @throws where the module cannot be loaded or exports no `plugin`
 */
export async function loadPlugin<P>(pluginId: string): Promise<P> {
  const url = `/public/plugins/${pluginId}/module.js`;
  const module = await window.System.import(url);
  const plugin = module['plugin'];
  if (plugin === undefined) {
    throw new Error(`${url} exports no plugin`);
  }
  return plugin as P;
}
