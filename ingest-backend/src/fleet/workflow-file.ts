/** A link from an output slot to an input slot, each as `model:slot`. */
export interface Link {
  readonly from: string;
  readonly to: string;
}

/** The shape of a workflow: what its picture is drawn from. */
export interface WorkflowShape {
  readonly name: string;
  /** Aliases of the models, with the asset each runs where that is known. */
  readonly models: ReadonlyMap<string, string | undefined>;
  readonly links: readonly Link[];
  /** Coordinates by alias, where the file gives them. */
  readonly display: ReadonlyMap<string, { readonly x: number; readonly y: number }>;
}

/** Something in a workflow file that cannot be understood; `path` names the place. */
export class WorkflowFileError extends Error {
  constructor(
    readonly path: string,
    message: string
  ) {
    super(`${path}: ${message}`);
  }
}

type Json = Record<string, unknown>;

/**
 * Reads a workflow file of either dialect: the newer with `Assets`, `Connections` and `Display`, the older with
 * `Workflow: {model: {Inputs, Outputs}}` where links come from streams that one model writes and another reads.
 * @throws WorkflowFileError
 */
export function readWorkflow(name: string, content: unknown): WorkflowShape {
  if (!isObject(content)) {
    throw new WorkflowFileError(name, 'expected a mapping with Assets and Connections, or with Workflow');
  }
  if (isObject(content['Workflow'])) {
    return readOlder(name, content['Workflow']);
  }
  if (content['Assets'] === undefined && content['Connections'] === undefined) {
    throw new WorkflowFileError(name, `expected Assets and Connections, or Workflow; found ${keys(content)}`);
  }
  return readNewer(name, content);
}

/** Reads `a:1 -> b:0`; the slot is behind the last colon, so that names may hold colons. */
export function readLink(text: string, path: string): Link {
  const match = /^(.*\S):(\d+)\s*->\s*(.*\S):(\d+)\s*$/s.exec(text.trim());
  if (match === null) {
    throw new WorkflowFileError(path, `expected "model:slot -> model:slot", found ${JSON.stringify(text)}`);
  }
  return { from: `${match[1]}:${match[2]}`, to: `${match[3]}:${match[4]}` };
}

/** The model and slot of one end of a link. */
export function splitEnd(end: string): { model: string; slot: number } {
  const colon = end.lastIndexOf(':');
  return { model: end.slice(0, colon), slot: Number(end.slice(colon + 1)) };
}

/** The shape that links alone give. */
export function shapeOfLinks(name: string, links: readonly Link[]): WorkflowShape {
  const models = new Map<string, string | undefined>();
  for (const { from, to } of links) {
    models.set(splitEnd(from).model, undefined);
    models.set(splitEnd(to).model, undefined);
  }
  return { name, models, links, display: new Map() };
}

function readNewer(name: string, content: Json): WorkflowShape {
  const models = new Map<string, string | undefined>();
  const assets = isObject(content['Assets']) ? content['Assets'] : {};
  for (const model of list(assets['Models'])) {
    if (typeof model === 'string') {
      models.set(model, model);
    } else if (isObject(model) && typeof model['Name'] === 'string') {
      const aliases = list(model['Aliases']).filter((alias) => typeof alias === 'string');
      for (const alias of aliases.length > 0 ? aliases : [model['Name']]) {
        models.set(alias, model['Name']);
      }
    }
  }
  const links: Link[] = [];
  for (const [index, connection] of list(content['Connections']).entries()) {
    const path = `${name}.Connections[${index}].Link`;
    const ends = isObject(connection) ? connection['Link'] : undefined;
    if (ends === undefined) {
      continue;
    }
    if (!Array.isArray(ends) || ends.length !== 2 || !ends.every((end) => typeof end === 'string' && SLOT.test(end))) {
      throw new WorkflowFileError(path, `expected ["model:slot", "model:slot"], found ${JSON.stringify(ends)}`);
    }
    links.push({ from: ends[0] as string, to: ends[1] as string });
  }
  for (const end of links.flatMap(({ from, to }) => [from, to])) {
    const { model } = splitEnd(end);
    if (!models.has(model)) {
      models.set(model, undefined);
    }
  }
  return { name, models, links, display: readDisplay(content['Display']) };
}

function readOlder(name: string, workflow: Json): WorkflowShape {
  const models = new Map<string, string | undefined>();
  const writers = new Map<string, string[]>();
  const readers: Array<{ stream: string; end: string }> = [];
  for (const [model, description] of Object.entries(workflow)) {
    models.set(model, undefined);
    if (!isObject(description)) {
      continue;
    }
    for (const [slot, stream] of slots(description['Outputs'])) {
      writers.set(stream, [...(writers.get(stream) ?? []), `${model}:${slot}`]);
    }
    for (const [slot, stream] of slots(description['Inputs'])) {
      readers.push({ stream, end: `${model}:${slot}` });
    }
  }
  const links = readers.flatMap(({ stream, end }) => (writers.get(stream) ?? []).map((from) => ({ from, to: end })));
  return { name, models, links, display: new Map() };
}

function slots(value: unknown): Array<[string, string]> {
  return isObject(value)
    ? Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
    : [];
}

function readDisplay(value: unknown): Map<string, { x: number; y: number }> {
  const display = new Map<string, { x: number; y: number }>();
  for (const [alias, position] of isObject(value) ? Object.entries(value) : []) {
    const [x, y] = isObject(position) ? [position['x'], position['y']] : [];
    if (typeof x === 'number' && typeof y === 'number' && Number.isFinite(x) && Number.isFinite(y)) {
      display.set(alias, { x, y });
    }
  }
  return display;
}

const SLOT = /:\d+$/;

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function keys(value: Json): string {
  return Object.keys(value).slice(0, 5).join(', ') || 'nothing';
}
