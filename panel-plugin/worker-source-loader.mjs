import { build } from 'esbuild';
import path from 'node:path';

/**
 * Makes `import source from './some.worker?source'` the bundled code of that worker as a text, for a Blob. A worker of
 * its own file would have to come from Grafana's origin, and plugins may come from a CDN.
 */
export default async function workerSource(source) {
  const done = this.async();
  const { outputFiles, metafile } = await build({
    entryPoints: [this.resourcePath],
    absWorkingDir: this.rootContext,
    ...{ bundle: true, minify: true, write: false, metafile: true },
    ...{ format: 'iife', target: 'es2020', logLevel: 'error' },
  });
  Object.keys(metafile.inputs).forEach((file) => this.addDependency(path.resolve(this.rootContext, file)));
  // The plugin's source map names the worker as it is written, not the text that it becomes.
  const map = { version: 3, sources: [this.resourcePath], sourcesContent: [source], names: [], mappings: 'AAAA' };
  done(null, `export default ${JSON.stringify(outputFiles[0].text)};`, map);
}
