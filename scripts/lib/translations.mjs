import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** Forms of a text that counts, as i18next names them in English, German and Spanish. */
const PLURALS = ['one', 'other'];

/**
 * The texts of a plugin: what its sources hand to `t(key, text, values)` and `<Trans i18nKey={key}>text</Trans>`.
 * @param {string} src the plugin's sources
 * @returns {Map<string, string>} English text by key; a text that counts has a key for each form
 * @throws {Error} where a key or a text is not written out, or one key has two texts
 */
export function extractTexts(src) {
  const texts = new Map();
  const names = readdirSync(src, { recursive: true }).filter(
    (name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name)
  );
  for (const name of names.sort()) {
    const source = ts.createSourceFile(name, readFileSync(path.join(src, name), 'utf8'), ts.ScriptTarget.Latest, true);
    const add = (node, key, text) => {
      const place = `${name}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
      if (typeof key !== 'string' || typeof text !== 'string') {
        throw new Error(`${place}: expected a key and a text that are written out`);
      }
      if ((texts.get(key) ?? text) !== text) {
        throw new Error(`${place}: the key ${key} has another text elsewhere: ${texts.get(key)}`);
      }
      texts.set(key, text);
    };
    const visit = (node) => {
      if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 't') {
        const [key, text, values] = node.arguments;
        const options = literals(values);
        if (options.has('count')) {
          PLURALS.forEach((form) => add(node, `${literal(key)}_${form}`, options.get(`defaultValue_${form}`)));
        } else {
          add(node, literal(key), literal(text));
        }
      }
      if (ts.isJsxElement(node) && node.openingElement.tagName.getText() === 'Trans') {
        const [key] = node.openingElement.attributes.properties.filter(
          (attribute) => attribute.name?.getText() === 'i18nKey'
        );
        add(node, key && literal(key.initializer), jsxText(node));
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return texts;
}

function literal(node) {
  return node !== undefined && ts.isStringLiteralLike(node) ? node.text : undefined;
}

/** The properties of an object literal, with the text of those that are texts. */
function literals(node) {
  const properties = node !== undefined && ts.isObjectLiteralExpression(node) ? node.properties : [];
  return new Map(properties.map((property) => [property.name?.getText(), literal(property.initializer)]));
}

/** The words of a `<Trans>` that holds words alone, with white space as JSX makes it. */
function jsxText({ children }) {
  const [only, ...others] = children;
  if (only === undefined || others.length > 0 || !ts.isJsxText(only)) {
    return undefined;
  }
  return only.text.trim().replace(/\s*\n\s*/g, ' ');
}

/** @returns {Map<string, string>} text by key, of a file as Grafana reads it: keys nested at their dots */
export function flatten(nested, prefix = '') {
  return new Map(
    Object.entries(nested).flatMap(([key, value]) =>
      typeof value === 'string' ? [[prefix + key, value]] : [...flatten(value, `${prefix}${key}.`)]
    )
  );
}

/** The other way round, in the order of the keys. */
export function nest(texts) {
  const nested = {};
  for (const [key, text] of [...texts].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const segments = key.split('.');
    const last = segments.pop();
    let at = nested;
    for (const segment of segments) {
      at = at[segment] ??= {};
    }
    at[last] = text;
  }
  return nested;
}
