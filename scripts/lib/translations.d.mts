export function extractTexts(src: string): Map<string, string>;
export function flatten(nested: object): Map<string, string>;
export function nest(texts: Map<string, string>): object;
