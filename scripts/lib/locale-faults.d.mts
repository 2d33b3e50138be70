export function localeFaults(src: string): string[];
