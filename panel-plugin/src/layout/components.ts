/** A connected part of a workflow: models by index, links by index with their ends among the models. */
export interface Component {
  models: number[];
  links: Array<{ index: number; source: number; target: number }>;
}

/** Splits models into connected parts, the largest first, then by the smallest index; both inside and among them. */
export function components(models: number[], links: Component['links']): Component[] {
  const root = new Map(models.map((model) => [model, model]));
  const find = (model: number): number => {
    let at = model;
    while (root.get(at) !== at) {
      at = root.get(at) ?? at;
    }
    root.set(model, at);
    return at;
  };
  for (const { source, target } of links) {
    const [a, b] = [find(source), find(target)];
    root.set(Math.max(a, b), Math.min(a, b));
  }
  const parts = new Map<number, Component>();
  for (const model of models) {
    const part = parts.get(find(model)) ?? { models: [], links: [] };
    part.models.push(model);
    parts.set(find(model), part);
  }
  for (const link of links) {
    parts.get(find(link.source))?.links.push(link);
  }
  return [...parts.values()].sort(
    (a, b) => b.models.length - a.models.length || (a.models[0] ?? 0) - (b.models[0] ?? 0)
  );
}
