import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import React from 'react';
import { t } from '@grafana/i18n';
import { render, screen } from '@testing-library/react';
import i18next from 'i18next';
import { extractTexts, flatten, nest } from '../../scripts/lib/translations.mjs';
import pluginJson from './plugin.json';
import { translated } from './translations';

const LOCALES = path.join(__dirname, 'locales');
const FILE = `${pluginJson.id}.json`;
const read = (language: string): object => JSON.parse(readFileSync(path.join(LOCALES, language, FILE), 'utf8'));
const texts = extractTexts(__dirname);
const others = pluginJson.languages.filter((language) => language !== 'en-US');

/** What a text has filled in, and the mark-up in it. */
const gaps = (text: string) => (text.match(/\{\{\w+\}\}|<\/?\w+>|\$\w+/g) ?? []).sort();

test('plugin.json names the languages that there are', () => {
  expect(readdirSync(LOCALES).sort()).toEqual([...pluginJson.languages].sort());
  expect(others).toHaveLength(2);
});

test('the English texts are those of the sources', () => {
  expect(texts.size).toBeGreaterThan(15);
  expect(flatten(read('en-US'))).toEqual(new Map([...texts].sort(([a], [b]) => (a < b ? -1 : 1))));
});

describe.each(others)('%s', (language) => {
  const own = flatten(read(language));

  test('has every text, and none that nothing uses', () => {
    expect([...own.keys()].sort()).toEqual([...texts.keys()].sort());
    for (const [key, text] of own) {
      expect([key, text.trim()]).toEqual([key, text]);
      expect(text).not.toBe('');
    }
  });

  test('leaves the same gaps to be filled', () => {
    for (const [key, text] of own) {
      expect([key, gaps(text)]).toEqual([key, gaps(texts.get(key) ?? '')]);
    }
  });

  test('is another language', () => {
    const same = [...own].filter(([key, text]) => texts.get(key) === text);
    // Names and loan words are the same in many languages.
    expect(same.length).toBeLessThan(own.size / 4);
  });

  test('is what people see who choose it', async () => {
    await i18next.changeLanguage(language);
    i18next.addResourceBundle(language, pluginJson.id, read(language));
    const Shown = translated(() => <>{t('examples.cpu', 'CPU of each engine')}</>);
    render(<Shown />);
    expect(await screen.findByText(own.get('examples.cpu') ?? '')).toBeInTheDocument();
    await i18next.changeLanguage('en-US');
  });
});

describe('texts are taken from sources', () => {
  let src: string;
  const write = (text: string) => writeFileSync(path.join(src, 'sub', 'file.tsx'), text);

  beforeEach(() => {
    src = mkdtempSync(path.join(tmpdir(), 'pneumograph-texts-'));
    mkdirSync(path.join(src, 'sub'));
  });
  afterEach(() => rmSync(src, { recursive: true }));

  test('from calls, elements, and for each form of what counts', () => {
    write(`
      t('a.b', 'Call');
      t('a.n', '', { count: n, defaultValue_one: '{{count}} model', defaultValue_other: '{{count}} models' });
      const x = <Trans i18nKey="c">An
        element</Trans>;
    `);
    const wanted = { a: { b: 'Call', n_one: '{{count}} model', n_other: '{{count}} models' }, c: 'An element' };
    expect(nest(extractTexts(src))).toEqual(wanted);
  });

  test.each([
    ["t(key, 'Text');", 'sub/file.tsx:1: expected a key and a text that are written out'],
    ["t('key', text);", 'sub/file.tsx:1: expected a key and a text that are written out'],
    ["t('key', 'One');\nt('key', 'Two');", 'sub/file.tsx:2: the key key has another text elsewhere: One'],
  ])('%s is refused with its place', (text, message) => {
    write(text);
    expect(() => extractTexts(src)).toThrow(message);
  });
});
