import { getFieldDisplayName, type DataFrame } from '@grafana/data';

/** What a field can be said to hold, and thereby the name that it goes by here. */
export const FIELD_ROLES = [
  'model',
  'workflow',
  'engine',
  'status',
  'time',
  'timeEnd',
  'severity',
  'text',
  'id',
  'source',
  'target',
] as const;
export type FieldRole = (typeof FIELD_ROLES)[number];

/** The field that the user chose for a role, by its name or the name that it is shown under. */
export type FieldMapping = Partial<Record<FieldRole, string>>;

/**
 * Frames in which the fields that the user chose bear the names of their roles; the others are left as they are. Copies
 * share the values and the links of their fields, so that all else goes on to work.
 */
export function mapFields(frames: DataFrame[], mapping: FieldMapping): DataFrame[] {
  const wanted = FIELD_ROLES.flatMap((role) => {
    const name = mapping[role];
    return typeof name === 'string' && name !== '' ? [[role, name] as const] : [];
  });
  return wanted.length === 0 ? frames : frames.map((frame) => mapped(frame, wanted));
}

function mapped(frame: DataFrame, wanted: ReadonlyArray<readonly [FieldRole, string]>): DataFrame {
  const found = wanted.flatMap(([role, name]) => {
    const field = frame.fields.find((one) => one.name === name || getFieldDisplayName(one, frame) === name);
    return field === undefined ? [] : [{ ...field, name: role }];
  });
  // In front of the others, of which one may have the same name: the first of a name counts.
  return found.length === 0 ? frame : { ...frame, fields: [...found, ...frame.fields] };
}
