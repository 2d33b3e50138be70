import { execFile } from 'node:child_process';
import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SCRIPT = path.join(ROOT, 'scripts/validate-plugins.mjs');
const PLUGINS = ['datasource-plugin', 'panel-plugin'];

function validate(...args: string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [SCRIPT, ...args], (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, output: stdout + stderr })
    );
  });
}

test('the plugins pass, and so does what was built of them', async () => {
  const { code, output } = await validate('--built');
  expect(output).toContain('The plugins pass.');
  expect(code).toBe(0);
});

describe('a fault is named with its place', () => {
  let root: string;

  beforeEach(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'pneumograph-validate-'));
    for (const plugin of PLUGINS) {
      const filter = (source: string) => path.basename(source) !== 'node_modules';
      await cp(path.join(ROOT, plugin), path.join(root, plugin), { recursive: true, filter });
    }
  });

  afterEach(() => rm(root, { recursive: true, force: true }));

  const inPlugin = (file: string) => path.join(root, 'datasource-plugin', file);
  const manifest = (change: (json: { id: string; info: Record<string, unknown> }) => void) => async () => {
    const json = JSON.parse(await readFile(inPlugin('src/plugin.json'), 'utf8')) as Parameters<typeof change>[0];
    change(json);
    await writeFile(inPlugin('src/plugin.json'), JSON.stringify(json));
  };
  const adds = (file: string, text: string) => () => appendFile(inPlugin(file), text);
  const removes = (file: string) => () => rm(inPlugin(file));

  test.each([
    ['an id of four parts', manifest((json) => (json.id = 'a-b-c-datasource')), 'id a-b-c-datasource'],
    [
      'a screenshot that is not there',
      removes('src/img/workflow-dashboard.png'),
      'workflow-dashboard.png: no such file',
    ],
    [
      'a screenshot that is no image',
      () => writeFile(inPlugin('src/img/workflow-dashboard.png'), 'text'),
      'expected an image',
    ],
    ['no licence', removes('LICENSE'), 'LICENSE: expected'],
    ['no README', () => writeFile(inPlugin('src/README.md'), '# Hello'), 'README.md: expected what'],
    ['a link that leads nowhere in the catalogue', adds('src/README.md', '[docs](../docs/api.md)'), '../docs/api.md'],
    ['no build tools', removes('.config/webpack/webpack.config.ts'), '.config/webpack/webpack.config.ts: no such file'],
    ['a native dialog', adds('src/module.ts', "\nalert('x');"), 'opens a native dialog'],
    ['a window that knows its opener', adds('src/module.ts', "\nwindow.open('x');"), 'without noopener'],
    ['a query past the data source', adds('src/module.ts', "\nfetch('/api/ds/query');"), '/api/ds/query'],
    ['a health check of its own', adds('src/module.ts', '\nasync testDatasource() {}'), 'overrides testDatasource'],
    ['the environment in Go', adds('pkg/main.go', '\nvar x = os.Getenv("X")'), 'reads the environment'],
    ['the file system in Go', adds('pkg/main.go', '\nvar x = os.ReadFile("X")'), 'reaches into the file system'],
    ['printing in Go', adds('pkg/main.go', '\nfunc x() { fmt.Println() }'), 'prints'],
    ['built code without a source map', adds('dist/other.js', 'x'), 'dist/other.js: expected a source map'],
    ['code that is not what was built', adds('src/module.ts', '\n// more'), 'is not what is in src now'],
    ['Go code that is not what was built', adds('pkg/main.go', '\n// more'), 'pkg/main.go is not what was built'],
    ['a dashboard that was not built', removes('dist/dashboards/data.json'), 'dist/dashboards/data.json: no such file'],
  ])('%s', async (_name, spoil, expected) => {
    await spoil();
    const { code, output } = await validate('--root', root, '--built');
    expect(code).toBe(1);
    expect(output).toMatch(/^error datasource-plugin: /m);
    expect(output).toContain(expected);
  });

  test.each([
    ['no keywords', manifest((json) => (json.info['keywords'] = [])), 'info.keywords: expected some'],
    ['a console', adds('src/module.ts', '\nconsole.log(1);'), 'writes to the console'],
    ['no change log', () => writeFile(inPlugin('CHANGELOG.md'), ''), 'CHANGELOG.md: expected a heading'],
  ])('%s is a warning alone', async (_name, spoil, expected) => {
    await spoil();
    const { code, output } = await validate('--root', root);
    expect(output).toContain(`warning datasource-plugin: `);
    expect(output).toContain(expected);
    expect(code).toBe(0);
  });
});
