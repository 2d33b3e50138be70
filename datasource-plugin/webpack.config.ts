import CopyWebpackPlugin from 'copy-webpack-plugin';
import type { Configuration } from 'webpack';
import { merge } from 'webpack-merge';
import { forImport } from '../scripts/lib/dashboards.mjs';
import grafanaConfig, { type Env } from './.config/webpack/webpack.config.ts';

/** Grafana's configuration, and the dashboards that the plugin bundles. */
const config = async (env: Env): Promise<Configuration> =>
  merge(await grafanaConfig(env), {
    plugins: [
      new CopyWebpackPlugin({
        patterns: [
          {
            from: '../../provisioning/dashboards/*.json',
            to: 'dashboards/[name][ext]',
            transform: (content: Buffer) => forImport(content.toString('utf8')),
          },
        ],
      }),
    ],
  });

export default config;
