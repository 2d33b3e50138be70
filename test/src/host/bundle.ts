import { build, type Plugin } from 'esbuild';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const HOST = fileURLToPath(new URL('../../host/', import.meta.url));
const require = createRequire(import.meta.url);

/** Packages whose version decides whether a built page is still good. */
const BUNDLED = ['@grafana/data', '@grafana/runtime', '@grafana/ui', 'react', 'systemjs', 'esbuild'];

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Plugin host</title>
    <base href="/" />
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="/host/main.css" />
    <style>body { margin: 0; }</style>
    <script src="/host/system.js"></script>
    <script src="/host/amd.js"></script>
    <script src="/host/named-register.js"></script>
    <script type="module" src="/host/main.js"></script>
  </head>
  <body><div id="root"></div></body>
</html>
`;

/**
 * Builds the plugin host's page once and keeps it until its source or a package in it changes.
 * @param packages a folder whose node_modules has Grafana's packages and their React, in place of those of the repository
 * @returns the folder to serve under /host/
 */
export async function bundleHost(packages?: string): Promise<string> {
  const from = packages === undefined ? require : createRequire(path.join(packages, 'package.json'));
  const out = path.join(HOST, 'dist', versionOf(from, 'react'));
  const stamp = path.join(out, 'stamp');
  const key = await fingerprint(from);
  if (existsSync(stamp) && (await readFile(stamp, 'utf8')) === key) {
    return out;
  }
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  await build({
    entryPoints: [path.join(HOST, 'src/main.tsx')],
    outdir: out,
    bundle: true,
    // Grafana's packages load editors and other heavy parts lazily; without splitting all of it would be parsed.
    splitting: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    jsx: 'automatic',
    define: {
      'process.env.NODE_ENV': '"production"',
      global: 'globalThis',
      // The loader of plugins has a global `define`; packages bundled here must not take it for theirs.
      define: 'undefined',
    },
    loader: { '.svg': 'file', '.png': 'file', '.ttf': 'file', '.woff': 'file', '.woff2': 'file' },
    logLevel: 'error',
    plugins: packages === undefined ? [] : [packagesOf(packages)],
  });
  for (const [file, source] of [
    ['system.js', 'systemjs/dist/system.js'],
    ['amd.js', 'systemjs/dist/extras/amd.js'],
    ['named-register.js', 'systemjs/dist/extras/named-register.js'],
  ] as const) {
    await copyFile(require.resolve(source), path.join(out, file));
  }
  if (!existsSync(path.join(out, 'main.css'))) {
    await writeFile(path.join(out, 'main.css'), '');
  }
  await writeFile(path.join(out, 'index.html'), PAGE);
  await writeFile(stamp, key);
  return out;
}

/** Takes what the page itself imports from another folder's packages; those find each other from there. */
function packagesOf(folder: string): Plugin {
  return {
    name: 'packages',
    setup(build) {
      build.onResolve({ filter: /^[^./]/ }, ({ path: name, importer, kind, pluginData }) =>
        importer.startsWith(HOST) && !importer.includes('node_modules') && pluginData !== 'found'
          ? build.resolve(name, { resolveDir: folder, kind, pluginData: 'found' })
          : undefined
      );
    },
  };
}

function versionOf(from: NodeJS.Require, name: string): string {
  return `${name}@${(from(`${name}/package.json`) as { version: string }).version}`;
}

async function fingerprint(from: NodeJS.Require): Promise<string> {
  const hash = createHash('sha256').update(await readFile(fileURLToPath(import.meta.url)));
  const source = path.join(HOST, 'src');
  for (const file of (await readdir(source, { recursive: true })).sort()) {
    if (/\.tsx?$/.test(file)) {
      hash.update(file).update(await readFile(path.join(source, file)));
    }
  }
  for (const name of BUNDLED) {
    hash.update(versionOf(['systemjs', 'esbuild'].includes(name) ? require : from, name));
  }
  return hash.digest('hex');
}
