/**
 * Runs a monitor as code in a worker thread: loads its module, hands it records and says what it yields. What it sends
 * and takes is described in src/monitors/kinds/code/runner.ts.
 */
import { register } from 'node:module';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';

const { file, settings, streams, memory, state } = workerData;
/** Milliseconds after which what is done is said, though there is more to do. */
const SAY_AFTER = 200;
const MOST_YIELDS = 1000;
const LONGEST_NAME = 200;
/** Characters. */
const LARGEST_STATE = 1_000_000;

class Alert {
  constructor(text, value) {
    if (typeof text !== 'string' || text === '') {
      throw new TypeError(`alert(text, value): expected a text, found ${shown(text)}`);
    }
    this.text = text;
    this.value = value === undefined || value === null || typeof value === 'number' ? (value ?? null) : shown(value);
  }
}

class Point {
  constructor(metric, value, feature) {
    if (typeof metric !== 'string' || metric === '' || metric.length > LONGEST_NAME) {
      const found = typeof metric === 'string' ? `${metric.length} characters` : shown(metric);
      throw new TypeError(`point(metric, value): expected a name of 1 to ${LONGEST_NAME} characters, found ${found}`);
    }
    if (typeof value !== 'number') {
      throw new TypeError(`point(metric, value): expected a number, found ${shown(value)}`);
    }
    this.metric = metric;
    this.value = value;
    this.feature = feature === undefined ? null : String(feature).slice(0, LONGEST_NAME);
  }
}

/** What `action` learns of a record beside its value. */
class Context {
  constructor(stream, time, key) {
    Object.assign(this, stream);
    this.time = time;
    this.key = key;
  }

  alert = (text, value) => new Alert(text, value);
  point = (metric, value, { feature } = {}) => new Point(metric, value, feature);
}

function shown(value) {
  let text;
  try {
    text = JSON.stringify(value) ?? String(value);
  } catch {
    text = String(value);
  }
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

/** What is wrong, and where in the module. */
function told(error) {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : `threw ${shown(error)}`;
  const url = pathToFileURL(file).href;
  const line = error instanceof Error ? (error.stack ?? '').split('\n').find((at) => at.includes(url)) : undefined;
  const place = line === undefined ? undefined : /:(\d+):\d+\)?$/.exec(line)?.[1];
  return place === undefined ? text : `${text} (line ${place})`;
}

let says = [];
let last = 0;

function add(at, value) {
  if (value instanceof Alert) {
    says.push([at, 'alert', value.text, value.value]);
  } else if (value instanceof Point) {
    says.push([at, 'point', value.metric, value.value, value.feature]);
  } else if (typeof value?.name === 'string' && typeof value.value === 'number') {
    const { metric, value: number } = new Point(value.name, value.value);
    says.push([at, 'point', metric, number, null]);
  } else {
    says.push([at, 'record', 1]);
  }
}

/** Takes what a call yields or returns: iterables of statements, asynchronous ones too, or nothing. */
async function collect(at, result) {
  const found = typeof result?.then === 'function' ? await result : result;
  if (found === undefined || found === null) {
    return;
  }
  let count = 0;
  const take = (value) => {
    if (++count > MOST_YIELDS) {
      throw new RangeError(`expected at most ${MOST_YIELDS} yields at one record, found more`);
    }
    add(at, value);
  };
  if (typeof found === 'object' && typeof found[Symbol.iterator] === 'function') {
    for (const value of found) {
      take(value);
    }
  } else if (typeof found[Symbol.asyncIterator] === 'function') {
    for await (const value of found) {
      take(value);
    }
  } else {
    take(found);
  }
}

/** What the module wants back where it is begun anew. */
function snapshot(module) {
  const found = module.snapshot?.();
  if (found === undefined) {
    return {};
  }
  const text = JSON.stringify(found);
  if (text === undefined || text.length > LARGEST_STATE) {
    throw new RangeError(
      `snapshot(): expected JSON of at most ${LARGEST_STATE} characters, found ${text?.length ?? shown(found)}`
    );
  }
  return { state: JSON.parse(text) };
}

function say(module, done) {
  parentPort.postMessage({ done, says, ...snapshot(module) });
  says = [];
  last = performance.now();
  // The heap is watched by the engine; what lies outside of it is not.
  const { external } = process.memoryUsage();
  if (external > memory) {
    throw new RangeError(`expected at most ${memory} bytes outside of the heap, found ${external}`);
  }
}

async function run(module, batch) {
  last = performance.now();
  for (let at = 0; at < batch.length; at++) {
    const entry = batch[at];
    if (entry !== null) {
      const before = says.length;
      try {
        const [stream, value, time, key] = entry;
        const result = module.action(value, new Context(streams[stream], time, key));
        if (result !== undefined) {
          await collect(at, result);
        }
      } catch (error) {
        says.length = before;
        parentPort.postMessage({ done: at, says, ...snapshot(module) });
        throw error;
      }
    }
    if (at + 1 < batch.length && performance.now() - last > SAY_AFTER) {
      say(module, at + 1);
    }
  }
  say(module, batch.length);
}

async function end(module) {
  says = [];
  await collect(0, module.end?.());
  parentPort.postMessage({ ended: true, says });
}

async function begin() {
  if (/\.m?ts$/.test(file)) {
    register('./typescript.mjs', import.meta.url);
  }
  const module = await import(pathToFileURL(file).href);
  if (typeof module.action !== 'function') {
    throw new TypeError('expected the module to export a function action(datum, context), found none');
  }
  await module.begin?.(settings, state);
  return module;
}

/** The failure is the last thing that is said. */
function fail(error) {
  parentPort.postMessage({ failed: told(error) });
  parentPort.close();
}

try {
  const module = await begin();
  parentPort.on('message', (message) => {
    const done = message.end === true ? end(module) : run(module, message.batch);
    done.catch(fail);
  });
  parentPort.postMessage({ ready: true });
} catch (error) {
  fail(error);
}
