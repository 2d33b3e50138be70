import React, { useEffect, useState, type ComponentType } from 'react';
import { initPluginTranslations } from '@grafana/i18n';
import { forgetTexts } from './model';
import pluginJson from './plugin.json';

/** Grafana loads the languages of plugin.json itself, but older releases only where a feature toggle says so. */
async function load(language: string) {
  if (!pluginJson.languages.includes(language)) {
    return {};
  }
  const file = await import(
    // Within module.js: a script of JSON alone would have no source map. English is in the sources already.
    /* webpackMode: "eager", webpackExclude: /en-US/ */
    `./locales/${language}/pneumograph-workflowhealth-panel.json`
  );
  return file.default;
}

const ready = initPluginTranslations(pluginJson.id, [load]);

/** A component that is drawn once its texts can be had in the user's language. */
export function translated<P extends object>(Component: ComponentType<P>): ComponentType<P> {
  return function Translated(props: P) {
    const [isReady, setReady] = useState(false);
    useEffect(() => {
      void ready.then(() => {
        forgetTexts();
        setReady(true);
      });
    }, []);
    return isReady ? <Component {...props} /> : null;
  };
}
