import path from 'node:path';

/**
 * Each folder of a package's `src` is a module whose public face is its `index.ts`. This rule keeps other modules from
 * reaching past that face. A file directly in `src` wires modules together and is held to the same.
 */
export const moduleBoundary = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { past: "Import '{{module}}' through its index.js: the rest of the module is its own affair." },
  },
  create(context) {
    const here = placeOf(context.filename);
    if (here === undefined) {
      return {};
    }
    const check = (node) => {
      const source = node.source?.value;
      if (typeof source !== 'string' || !source.startsWith('.')) {
        return;
      }
      const there = placeOf(path.resolve(path.dirname(context.filename), source));
      const reachesIn = there !== undefined && there.src === here.src && there.module !== here.module;
      if (reachesIn && there.module !== '' && there.rest !== 'index.js') {
        context.report({ node: node.source, messageId: 'past', data: { module: there.module } });
      }
    };
    return { ImportDeclaration: check, ExportNamedDeclaration: check, ExportAllDeclaration: check };
  },
};

/** Splits `…/src/module/rest`; the module of a file directly in `src` is ''. */
function placeOf(file) {
  const match = /^(.*?\/src)\/(?:([^/]+)\/)?(.+)$/.exec(file.split(path.sep).join('/'));
  return match === null ? undefined : { src: match[1], module: match[2] ?? '', rest: match[3] };
}
