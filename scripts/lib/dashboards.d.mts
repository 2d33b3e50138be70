export function forImport(text: string): string;
