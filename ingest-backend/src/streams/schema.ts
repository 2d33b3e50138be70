import avro from 'avsc';
import { Bad, show } from './bad.js';

/** A schema of Avro, of which there are parts. */
export type Schema = avro.Type;
type Fields = ReadonlyArray<{ readonly name: string; readonly type: avro.Type }>;

/** @throws Error where it is none */
export function readSchema(schema: unknown): Schema {
  return avro.Type.forSchema(schema as avro.Schema);
}

/** The fields of a record; undefined where the schema is of anything else. */
export function fieldsOf(schema: Schema): Fields | undefined {
  return schema.typeName === 'record' ? (schema as unknown as { fields: Fields }).fields : undefined;
}

/** The types that a value may have: those of a union, or the one. */
export function branchesOf(schema: Schema): readonly Schema[] {
  return schema.typeName.startsWith('union:') ? (schema as unknown as { types: Schema[] }).types : [schema];
}

/** Holds a value against a schema; the first place that does not fit is told. */
export function check(schema: Schema, value: unknown): Bad | undefined {
  let found: Bad | undefined;
  schema.isValid(value, {
    errorHook: (path, part: unknown, type) => {
      const place = path.length === 0 ? 'record' : path.join('.');
      found ??= new Bad('schema', `${place}: expected ${nameOf(type)}, found ${show(part)}`);
    },
  });
  return found;
}

function nameOf(type: Schema): string {
  const names = branchesOf(type).map((branch) => branch.name ?? branch.typeName);
  return names.join(' or ');
}
