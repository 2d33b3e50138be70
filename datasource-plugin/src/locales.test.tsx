import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import React from 'react';
import { t } from '@grafana/i18n';
import { render, screen } from '@testing-library/react';
import i18next from 'i18next';
import { localeFaults } from '../../scripts/lib/locale-faults.mjs';
import { extractTexts, flatten, nest } from '../../scripts/lib/translations.mjs';
import pluginJson from './plugin.json';
import { translated } from './translations';

const LOCALES = path.join(__dirname, 'locales');
const FILE = `${pluginJson.id}.json`;
const read = (language: string): object => JSON.parse(readFileSync(path.join(LOCALES, language, FILE), 'utf8'));
const others = pluginJson.languages.filter((language) => language !== 'en-US');

test('every language has every text of the sources', () => {
  expect(others).toHaveLength(2);
  expect(localeFaults(__dirname)).toEqual([]);
});

describe.each(others)('%s', (language) => {
  const own = flatten(read(language));

  test('is what people see who choose it', async () => {
    await i18next.changeLanguage(language);
    i18next.addResourceBundle(language, pluginJson.id, read(language));
    const Shown = translated(() => <>{t('examples.cpu', 'CPU of each engine')}</>);
    render(<Shown />);
    expect(await screen.findByText(own.get('examples.cpu') ?? '')).toBeInTheDocument();
    await i18next.changeLanguage('en-US');
  });
});

describe('what is wrong with a language', () => {
  test('is told text by text', () => {
    const src = mkdtempSync(path.join(tmpdir(), 'pneumograph-locales-'));
    const write = (file: string, text: object | string) => {
      mkdirSync(path.dirname(path.join(src, file)), { recursive: true });
      writeFileSync(path.join(src, file), typeof text === 'string' ? text : JSON.stringify(text));
    };
    write('plugin.json', { id: 'own', languages: ['en-US', 'de-DE'] });
    write('texts.ts', "t('a.one', 'One {{name}}'); t('a.two', 'Two'); t('a.three', 'Three');");
    write('locales/en-US/own.json', { a: { one: 'One {{name}}', two: 'Old', three: 'Three' } });
    write('locales/de-DE/own.json', { a: { one: 'Eins {{nam}}', three: 'Three', gone: 'Weg' } });
    write('locales/fr-FR/own.json', {});
    expect(localeFaults(src)).toEqual([
      'plugin.json names the languages en-US, de-DE, found the folders de-DE, en-US, fr-FR',
      'en-US, a.two: expected the text of the sources, "Two", found "Old"',
      'de-DE, a.one: expected the gaps of "One {{name}}", found "Eins {{nam}}"',
      'de-DE, a.two: expected a text for "Two", found none',
      'de-DE, a.gone: nothing uses it',
      'de-DE: expected another language, found 1 English texts of 3',
    ]);
    rmSync(src, { recursive: true });
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
