import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { INPUT, OUTPUT, START } from '../trial.js';
import { CodeTrial } from '../code/code-trial.js';

let trial: CodeTrial;
beforeEach(() => {
  trial = new CodeTrial();
});
afterEach(() => trial.stop());

const definition = (file: string, more = ''): string => `kind: javascript\nparams: { file: ${file}${more} }\n`;

describe('a module in JavaScript', () => {
  it('yields alerts, points and records of what it is handed', async () => {
    trial.file(
      'm.mjs',
      `let bound;
       export function begin(settings) { bound = settings.bound; }
       export function* action(datum, context) {
         yield context.point('price.doubled', 2 * datum.price, { feature: 'price' });
         if (datum.price > bound) {
           yield context.alert(\`Price of \${context.model}:\${context.slot} above \${bound}\`, datum.price);
         }
         yield { any: 'record' };
       }
       export function end() { console.log('well done'); }`
    );
    trial
      .monitor('m', definition('m.mjs', ', settings: { bound: 10 }'))
      .start()
      .take([{ price: 5 }, { price: 12 }]);
    await trial.answered();
    expect(trial.texts()).toEqual(['1: Price of lstm:0 above 10: the value is 12.']);
    expect(trial.points()).toEqual(['0: price.doubled 10', '1: price.doubled 24']);
    const [point] = trial.said;
    expect(point).toMatchObject({ time: START, series: { model: 'lstm', slot: 0, monitor: 'm', feature: 'price' } });
    expect(trial.alerts()[0]).toMatchObject({ value: 12, name: 'Price of lstm:0 above 10', time: START + 1e6 });
    expect(JSON.parse(trial.alerts()[0]?.evidence ?? '')).toMatchObject({
      offences: [{ offset: 1, value: 12, record: { price: 12 } }],
    });
    await trial.host.close();
    expect(trial.logged).toContainEqual(expect.objectContaining({ line: 'well done', monitor: 'm' }));
  });

  it('may return instead of yield, wait, and be TypeScript', async () => {
    trial.file('bound.ts', 'export const BOUND: number = 3;\n');
    trial.file(
      'm.ts',
      `import { BOUND } from './bound.ts';
       interface Context { alert(text: string, value?: number): object }
       export async function action(datum: number, context: Context): Promise<object | undefined> {
         await new Promise<void>((resolve) => setTimeout(resolve, 1));
         return datum > BOUND ? context.alert('Too much', datum) : undefined;
       }`
    );
    trial.monitor('m', definition('m.ts')).start().take([1, 4]);
    await trial.answered();
    expect(trial.texts()).toEqual(['1: Too much: the value is 4.']);
  });

  it('joins streams where it is told their slots', async () => {
    trial.file(
      'm.mjs',
      `let sum = 0;
       export const action = (datum, { slot, point }) => { sum += datum; return point('sum.at.' + slot, sum); };`
    );
    trial.monitor('m', definition('m.mjs', ', inputs: { 0: { model: lstm, slot: 0 }, 2: { model: lstm, slot: 1 } }'));
    trial.start().take([1, 2]).take([10], OUTPUT);
    await trial.answered();
    expect(trial.points()).toEqual(['0: sum.at.0 1', '1: sum.at.0 3', '0: sum.at.1 13']);
  });
});

describe('a module that goes wrong', () => {
  const sound = 'kind: threshold\nparams: { above: 100 }\n';

  it('by throwing loses the record that it throws at alone, and says where', async () => {
    trial.file(
      'm.mjs',
      `export function action(datum, { point }) {
         if (datum === 2) {
           throw new Error('no twos');
         }
         return point('seen', datum);
       }`
    );
    trial.monitor('m', definition('m.mjs')).monitor('sound', sound).start().take([1, 2, 3, 400]);
    await trial.answered();
    expect(trial.points()).toEqual(['0: seen 1', '2: seen 3', '3: seen 400']);
    expect(trial.failures()).toEqual([expect.stringMatching(/^The monitor m failed: Error: no twos \(line 3\)/)]);
    expect(trial.texts()).toEqual(['3: the record is 400, above 100.']);
    await trial.until(
      () => trial.host.list().map(({ name, state }) => [name, state]),
      [
        ['m', 'active'],
        ['sound', 'active'],
      ]
    );
  });

  it('by hanging is ended, told, and started anew', async () => {
    trial.file(
      'm.mjs',
      `export const action = (datum, { point }) => { while (datum === 2); return point('seen', datum); };`
    );
    trial.monitor('m', definition('m.mjs', ', timeout: 300ms')).monitor('sound', sound).start().take([1, 2, 3, 400]);
    expect(trial.texts()).toEqual(['3: the record is 400, above 100.']);
    await trial.until(
      () => trial.host.list()[0],
      expect.objectContaining({
        state: 'failed',
        error: expect.stringContaining('expected an answer within 0.3 s, found none') as unknown,
      })
    );
    await trial.answered();
    expect(trial.points()).toEqual(['0: seen 1', '2: seen 3', '3: seen 400']);
  });

  it('by eating memory dies alone', async () => {
    trial.file(
      'm.mjs',
      `const kept = [];
       export function action(datum, { point }) {
         while (datum === 2) { kept.push(new Array(1e5).fill(kept.length)); }
         return point('seen', datum);
       }`
    );
    trial.monitor('m', definition('m.mjs', ', memory: 32M')).start().take([1, 2, 3]);
    await trial.answered();
    expect(trial.points()).toEqual(['0: seen 1', '2: seen 3']);
    expect(trial.failures()[0]).toContain('expected to do with 33554432 bytes of memory, found more is needed');
  });

  it.each([
    [
      'no action',
      'export const other = 1;',
      'expected the module to export a function action(datum, context), found none',
    ],
    [
      'a point that is none',
      `export const action = (_, { point }) => point('x', 'much');`,
      'point(metric, value): expected a number, found "much"',
    ],
    [
      'yields without end',
      `export function* action(_, { point }) { for (;;) yield point('x', 1); }`,
      'expected at most 1000 yields at one record, found more',
    ],
    ['wrong syntax', 'export functoin action() {}', 'SyntaxError'],
    ['a sensor’s metric', `export const action = (_, { point }) => point('rps', 1);`, 'expected a name that no sensor'],
  ])('with %s says so', async (_what, text, reason) => {
    trial.file('m.mjs', text).monitor('m', definition('m.mjs')).start().take([1]);
    await trial.until(() => trial.host.list()[0]?.error, expect.stringContaining(reason));
    expect(trial.failures()[0]).toContain(reason);
  });
});

describe('a module over a crash of the backend', () => {
  const counting = `let sum = 0;
     export function begin(_settings, state) { sum = state?.sum ?? 0; }
     export const snapshot = () => ({ sum });
     export async function action(datum, { point }) {
       if (datum === 'wait' && !globalThis.woken) { await new Promise(() => {}); }
       sum += Number(datum) || 0;
       return point('sum', sum);
     }`;

  it('goes on from its snapshot with the records that it had not answered for', async () => {
    trial.file('m.mjs', counting).monitor('m', definition('m.mjs', ', timeout: 1s')).start();
    trial.take([1, 2]);
    await trial.answered();
    trial.take(['wait', 3]);
    await new Promise((resolve) => setTimeout(resolve, 100));
    trial.host.flush();
    expect([...trial.host.oldestNeeded().values()]).toEqual([2]);
    const notes = trial.host.takeNotes();
    await trial.host.close();
    expect(trial.points()).toEqual(['0: sum 1', '1: sum 3']);
    trial.said.length = 0;
    trial.file('m.mjs', `globalThis.woken = true;\n${counting}`).start(notes).take(['wait', 3], undefined, 2);
    await trial.answered();
    expect(trial.points()).toEqual(['2: sum 3', '3: sum 6']);
  });

  it('goes on from its snapshot where it failed itself', async () => {
    const failing = counting.replace('sum +=', `if (datum === 'no') { throw new Error('no'); }\nsum +=`);
    trial.file('m.mjs', failing).monitor('m', definition('m.mjs')).start().take([1, 2, 'no', 4]);
    await trial.answered();
    expect(trial.points()).toEqual(['0: sum 1', '1: sum 3', '3: sum 7']);
  });
});

describe('a module that is slow', () => {
  it('holds back its own streams alone, and drops the oldest records where they come all the same', async () => {
    trial.file(
      'm.mjs',
      `export async function action(datum, { point }) {
         await new Promise((resolve) => setTimeout(resolve, 5));
         return point('seen', datum);
       }`
    );
    trial.monitor('m', definition('m.mjs', ', queue: 100'), '{ slot: 0 }').start();
    trial.take(Array.from({ length: 150 }, (_, index) => index));
    expect(trial.host.crowded(INPUT)).toBe(true);
    expect(trial.host.crowded(OUTPUT)).toBe(false);
    await trial.host.room(INPUT);
    expect(trial.unanswered()).toBeLessThanOrEqual(50);
    await trial.answered();
    const seen = trial.points().filter((text) => text.includes('seen')).length;
    expect(seen).toBeGreaterThanOrEqual(100);
    expect(seen).toBeLessThan(150);
    trial.host.reached(INPUT, START + 3600e6);
    expect(trial.points()).toContainEqual(expect.stringMatching(`monitor.record.dropped.count ${150 - seen}$`));
  });
});
