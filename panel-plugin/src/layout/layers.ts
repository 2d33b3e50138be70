import type { LinkMemory } from './types';

/** A link inside of a connected part, by the positions of its ends among the part's models. */
export interface PartLink {
  source: number;
  target: number;
}

/**
 * Which links have to run against the direction so that the others form no cycle: those that did before, and of each
 * further cycle the link that closes it, seen from the first model in order. Loops of one model count.
 */
export function backLinks(models: number, links: PartLink[], memory: Array<LinkMemory | undefined>): boolean[] {
  const back = links.map(({ source, target }, index) => source === target || memory[index]?.back === true);
  const outgoing: number[][] = Array.from({ length: models }, () => []);
  const hasInput = new Array<boolean>(models).fill(false);
  links.forEach(({ source, target }, index) => {
    if (source !== target) {
      const [from, to] = back[index] ? [target, source] : [source, target];
      outgoing[from]?.push(index);
      hasInput[to] = true;
    }
  });
  const end = (index: number) => (back[index] ? links[index]?.source : links[index]?.target) ?? 0;
  const flipped = new Set<number>();
  const mark = new Uint8Array(models);
  const all = Array.from({ length: models }, (_, model) => model);
  // Models that read from none first: a walk from them meets fewer links that lead back.
  for (const start of [...all.filter((model) => !hasInput[model]), ...all]) {
    if (mark[start] !== 0) {
      continue;
    }
    // A stack of its own: a chain of thousands of models would exceed the engine's.
    const path: Array<{ model: number; next: number }> = [{ model: start, next: 0 }];
    mark[start] = 1;
    for (let top = path[path.length - 1]; top !== undefined; top = path[path.length - 1]) {
      const link = outgoing[top.model]?.[top.next++];
      if (link === undefined) {
        mark[top.model] = 2;
        path.pop();
      } else if (mark[end(link)] === 1) {
        flipped.add(link);
      } else if (mark[end(link)] === 0) {
        mark[end(link)] = 1;
        path.push({ model: end(link), next: 0 });
      }
    }
  }
  return back.map((was, index) => was !== flipped.has(index));
}

/**
 * The layer of each model: one further than all that it reads from. Models keep the layer that they had, as long as
 * that is not too early; new ones before them stand right before the first that reads from them, at a layer below 0 if
 * need be, so that they move no other.
 */
export function layersOf(
  models: number,
  links: PartLink[],
  back: boolean[],
  known: Array<number | undefined>
): number[] {
  const after: number[][] = Array.from({ length: models }, () => []);
  const waiting = new Array<number>(models).fill(0);
  links.forEach(({ source, target }, index) => {
    if (source !== target) {
      const [from, to] = back[index] ? [target, source] : [source, target];
      after[from]?.push(to);
      waiting[to] = (waiting[to] ?? 0) + 1;
    }
  });
  const isFresh = known.every((layer) => layer === undefined);
  /** New, and all before it too: such a model takes its layer from those after it. */
  const isLead = known.map((layer) => layer === undefined);
  const order = waiting.flatMap((count, model) => (count === 0 ? [model] : []));
  const sources = order.length;
  const layers = known.map((layer) => layer ?? 0);
  for (let at = 0; at < order.length; at++) {
    const model = order[at] ?? 0;
    for (const next of after[model] ?? []) {
      if (isFresh || !isLead[model] || known[next] === undefined) {
        layers[next] = Math.max(layers[next] ?? 0, (layers[model] ?? 0) + 1);
      }
      isLead[next] = isLead[next] === true && isLead[model] === true;
      waiting[next] = (waiting[next] ?? 0) - 1;
      if (waiting[next] === 0) {
        order.push(next);
      }
    }
  }
  for (const model of (isFresh ? order.slice(0, sources) : order).reverse()) {
    const readers = after[model] ?? [];
    if (isLead[model] && readers.length > 0) {
      layers[model] = Math.min(...readers.map((reader) => layers[reader] ?? 0)) - 1;
    }
  }
  return layers;
}
