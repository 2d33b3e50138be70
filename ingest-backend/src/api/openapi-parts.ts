export function json(description: string, schema: object): object {
  return { description, content: { 'application/json': { schema } } };
}
