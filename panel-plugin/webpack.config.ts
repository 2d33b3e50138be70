import path from 'path';
import type { Configuration } from 'webpack';
import { merge } from 'webpack-merge';
import grafanaConfig, { type Env } from './.config/webpack/webpack.config.ts';

/** Grafana's configuration, and workers that travel inside of the plugin. */
const config = async (env: Env): Promise<Configuration> =>
  merge(await grafanaConfig(env), {
    module: { rules: [{ resourceQuery: /^\?source$/, use: path.resolve('worker-source-loader.mjs') }] },
  });

export default config;
