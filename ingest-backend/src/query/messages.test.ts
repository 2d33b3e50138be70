import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MESSAGE_METRIC, type Frame, type MessageContent, type QueryResult } from '@pneumograph/contract';
import type { ArchiveItem, Series, TextLine } from '../archive/index.js';
import { DuckDbStore } from '../store/index.js';
import { QueryEngine } from './index.js';

const START_MS = Date.UTC(2018, 2, 5, 17, 52, 45);
const START = START_MS * 1000;
const MILLI = 1000;
const P = { key: 'http' };
const WIDE = 10_000;

let store: DuckDbStore;
let engine: QueryEngine;
let offset = 0;

beforeEach(async () => {
  store = new DuckDbStore({ path: ':memory:' });
  await store.open();
  const directory = {
    workflows: () => [
      {
        name: 'prices',
        models: [
          {
            name: 'lstm',
            asset: undefined,
            position: undefined,
            slots: [0, 1],
            engines: [{ src: 'e1', name: 'engine-1' }],
          },
          { name: 'gan', asset: undefined, position: undefined, slots: [], engines: [{ src: 'e2', name: undefined }] },
        ],
        links: [],
      },
    ],
    assignments: () => [],
    silentAfter: 30_000_000,
  };
  engine = new QueryEngine({
    store,
    directory,
    clock: () => START + 300_000_000,
    onFailure: (error) => expect(error).toBeUndefined(),
  });
});
afterEach(() => store.close());

function of(model: string, src: string): Series {
  return { workflow: 'prices', model, slot: undefined, engine: src, metric: MESSAGE_METRIC };
}
const lstm = of('lstm', 'e1');
const gan = of('gan', 'e2');

function line(millis: number, content: Partial<MessageContent> | string, series = lstm): TextLine {
  const text =
    typeof content === 'string' ? content : JSON.stringify({ type: 'log', level: 'info', text: 'hello', ...content });
  return { kind: 'message', series, time: START + millis * MILLI, content: text, partition: P, offset: offset++ };
}
const write = (...items: ArchiveItem[]) => store.write({ items, positions: new Map() });

async function ask(query: object = {}): Promise<QueryResult> {
  const range = { from: START_MS, to: START_MS + 300_000 };
  const body = { ...range, queries: [{ refId: 'A', kind: 'messages', ...query }] };
  return (await engine.run(body)).results['A'] as QueryResult;
}
async function frame(query: object = {}): Promise<Frame> {
  const { frames, error } = await ask(query);
  expect(error).toBeUndefined();
  return frames[0] as Frame;
}
const bodies = async (query: object = {}) => (await frame(query)).data.values[1];
const notices = ({ schema }: Frame) => schema.meta.notices?.map(({ text }) => text);

describe('messages', () => {
  it('come as log lines, newest first', async () => {
    const input = { slot: 0, seqno: 12, data: [{ price: 'five' }], batch_len: 1, encoding: 'json' };
    await write(
      line(0, { type: 'log', level: 'warning', text: 'The disk is nearly full.' }),
      line(1000, { type: 'model-console', level: 'info', text: 'epoch 1\nloss 0.25' }, gan),
      line(2000, { type: 'model-error', level: 'error', text: 'TypeError: "five" is no number', input }),
      line(3000, { type: 'model-error', level: 'error', text: '' })
    );
    const { frames } = await ask();
    const sample = new URL('../../../contract/samples/frames/messages.json', import.meta.url);
    expect(frames).toEqual(JSON.parse(readFileSync(sample, 'utf8')));
  });

  it('are narrowed by model, engine, level and range', async () => {
    await write(
      ...['error', 'info', 'debug', 'unknown'].map((level, index) =>
        line(index, { level: level as 'info', text: level }, index % 2 === 0 ? lstm : gan)
      )
    );
    expect(await bodies()).toEqual(['unknown', 'debug', 'info', 'error']);
    expect(await bodies({ levels: ['error', 'unknown'] })).toEqual(['unknown', 'error']);
    expect(await bodies({ models: ['lstm'] })).toEqual(['debug', 'error']);
    expect(await bodies({ models: ['lstm'], slots: [7] })).toEqual(['debug', 'error']);
    expect(await bodies({ engines: ['engine-1'] })).toEqual(['debug', 'error']);
    expect(await bodies({ engines: ['e2'], levels: ['info'] })).toEqual(['info']);
    expect((await ask({ levels: ['fatal'] })).error).toMatch(/^levels\[0\]: expected emergency, .* found "fatal"$/);
    expect((await ask({ limit: 0 })).status).toBe(400);
  });

  it('are searched for a text in either case, whatever the text is', async () => {
    const hostile = [
      '.*',
      '[',
      '(a+)+$',
      "'; DROP TABLE profiles; --",
      '%',
      '_',
      '\\',
      '"',
      '\u0000',
      'İ',
      '${x}',
      '__proto__',
    ];
    await write(...hostile.map((text, index) => line(index, { text: `<${text}>` })));
    for (const text of hostile) {
      expect(await bodies({ search: text }), text).toEqual(
        hostile
          .filter((other) => other.includes(text))
          .map((other) => `<${other}>`)
          .reverse()
      );
    }
    await write(
      line(100, { type: 'model-error', level: 'error', text: 'Failed', input: { slot: 0, data: ['Broken'] } })
    );
    expect(await bodies({ search: 'BROKEN' })).toEqual(['Failed']);
    expect(await bodies({ search: 'fAiLeD' })).toEqual(['Failed']);
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 20 }), async (search) => {
        expect(await bodies({ search: `${search}\u0007nowhere` })).toEqual([]);
      }),
      { numRuns: 30 }
    );
  });

  it('say that there is nothing in a frame with the same columns', async () => {
    await write(line(0, { text: 'there' }));
    const [empty, full] = [await frame({ search: 'not there' }), await frame()];
    expect(empty.schema.fields).toEqual(full.schema.fields);
    expect(empty.data.values).toEqual([[], [], [], [], []]);
    expect(notices(empty)).toEqual(['No message of the time range fits what is asked for.']);
    expect(notices(await frame({ models: ['lstn'] }))?.[0]).toMatch(/lstm/);
  });

  it('stop at the limit, and say so', async () => {
    await write(...['a', 'b', 'c'].map((text, index) => line(index, { text })));
    expect(await bodies({ limit: 2 })).toEqual(['c', 'b']);
    expect(notices(await frame({ limit: 2 }))).toEqual([
      'There are more than 2 messages in this range: older ones are left out.',
    ]);
    expect(notices(await frame({ limit: 3 }))).toBeUndefined();
  });

  it('are found behind many others, once each, also where thousands are of one moment', async () => {
    const many = Array.from({ length: WIDE }, (_, index) => line(1000 + (index % 3), { text: `line ${index}` }));
    await write(line(0, { text: 'needle' }), ...many);
    expect(await bodies({ search: 'needle' })).toEqual(['needle']);
    const all = (await bodies({ limit: 10_000, search: 'line' })) as string[];
    expect(new Set(all).size).toBe(WIDE);
    const [, , , ids] = (await frame({ limit: 10_000 })).data.values;
    expect(new Set(ids).size).toBe(WIDE);
  });

  it('are looked through as far as that takes no age, and it says how far', async () => {
    const many = Array.from({ length: 60_000 }, (_, index) => line(1 + index, { text: 'line' }));
    await write(line(0, { text: 'needle' }), ...many);
    const found = await frame({ search: 'needle' });
    expect(found.data.values[1]).toEqual([]);
    expect(notices(found)).toEqual([
      expect.stringMatching(
        /^Only the newest 5\d{4} messages .* back to 2018-03-05T17:52:5\d\.\d{6}Z\. Choose a shorter/
      ),
    ]);
  });

  it('keep their ids, and those that are alike in all have ids of their own', async () => {
    await write(line(0, { text: 'same' }), line(0, { text: 'same' }), line(1, { text: 'same' }));
    const ids = (await frame()).data.values[3] as string[];
    expect(new Set(ids).size).toBe(3);
    await write(line(2, { text: 'later' }));
    expect((await frame()).data.values[3]?.slice(1)).toEqual(ids);
  });

  it('show what a newer version wrote as it stands', async () => {
    await write(line(0, '{"type":"novel"}'), line(1, 'no JSON'));
    expect((await frame()).data.values.slice(1, 3)).toEqual([
      ['no JSON', '{"type":"novel"}'],
      ['unknown', 'unknown'],
    ]);
  });
});
