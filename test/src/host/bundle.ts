import { build } from 'esbuild';
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
 * @returns the folder to serve under /host/
 */
export async function bundleHost(): Promise<string> {
  const out = path.join(HOST, 'dist');
  const stamp = path.join(out, 'stamp');
  const key = await fingerprint();
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

async function fingerprint(): Promise<string> {
  const hash = createHash('sha256').update(await readFile(fileURLToPath(import.meta.url)));
  const source = path.join(HOST, 'src');
  for (const file of (await readdir(source, { recursive: true })).sort()) {
    if (/\.tsx?$/.test(file)) {
      hash.update(file).update(await readFile(path.join(source, file)));
    }
  }
  for (const name of BUNDLED) {
    const { version } = require(`${name}/package.json`) as { version: string };
    hash.update(`${name}@${version}`);
  }
  return hash.digest('hex');
}
