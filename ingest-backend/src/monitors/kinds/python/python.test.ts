import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OUTPUT } from '../trial.js';
import { CodeTrial } from '../code/code-trial.js';

let trial: CodeTrial;
beforeEach(() => {
  trial = new CodeTrial();
});
afterEach(() => trial.stop());

const definition = (file: string, more = ''): string => `kind: python\nparams: { file: ${file}${more} }\n`;

/** The models of the tutorial "Monitoring an analytic workflow", as they stand there. */
const tutorial = (name: string): string => readFileSync(new URL(`./tutorial/${name}.py`, import.meta.url), 'utf8');

function runTutorial(name: string, values: readonly unknown[]): Promise<void> {
  trial.file(`${name}.py`, tutorial(name)).monitor('m', definition(`${name}.py`, ', models: { e1: lstm }'));
  return trial.start().take(values).answered();
}

const report = (tap: string, data: number, delta_time = 1, src = 'e1') => ({ src, tap, data, delta_time });

describe('the models of the tutorial, unchanged', () => {
  it('alert where a value is out of bounds, and take nothing but what their schema says', async () => {
    await runTutorial('threshold', [99, 101, 'high', 1.5, 250]);
    trial.host.reached({ workflow: 'prices', model: 'lstm', slot: 0 }, 2e15);
    expect(trial.texts()).toEqual(['1: Value out of bounds: the value is 101.']);
    // The alert goes on with 250; the text and the fraction are no int.
    expect(trial.points()).toContain('0: monitor.record.rejected.count 2');
  });

  it('count records', async () => {
    await runTutorial('record-count', [
      report('manifold.0.records.count', 5),
      report('sys.memory', 1),
      report('manifold.3.records.count', 7, 1, 'e9'),
    ]);
    expect(trial.points()).toEqual(['0: lstm.0.record.count 5', '2: e9.3.record.count 7']);
  });

  it('count rejected records', async () => {
    await runTutorial('rejected', [
      report('manifold.0.records.rejected.by.schema', 5),
      report('manifold.1.records.rejected.by.encoding', 7),
    ]);
    expect(trial.points()).toEqual([
      '0: lstm.0.record.rejected.by.schema.count 5',
      '1: lstm.1.record.rejected.by.encoding.count 7',
    ]);
  });

  it('tell CPU and memory', async () => {
    await runTutorial('resources', [report('sys.cpu.utilization', 12.5), report('sys.memory', 1e9)]);
    expect(trial.points()).toEqual(['0: lstm.cpu.utilization 12.5', '1: lstm.memory 1000000000']);
  });

  it('tell throughput, in the tutorial’s own way', async () => {
    await runTutorial('throughput', [
      report('manifold.0.records.count', 100),
      report('manifold.0.records.count', 40),
      report('manifold.0.records.count', 70),
    ]);
    expect(trial.points()).toEqual(['2: lstm.0.rps 30']);
  });

  it('are refused with the line where the tutorial has a slip of the pen', async () => {
    trial.file('engine-status.py', tutorial('engine-status')).monitor('m', definition('engine-status.py')).start();
    await trial.until(
      () => trial.host.list()[0]?.error,
      expect.stringMatching(/^SyntaxError: .*\(engine-status\.py, line 13\)/)
    );
  });
});

describe('a model in Python', () => {
  it('begins, ends, prints to the log, and knows the slot of a record where it asks for it', async () => {
    trial.file(
      'm.py',
      `# fastscore.recordsets.0: no
def begin(settings):
    global bound
    bound = settings["bound"]
    print("bound is", bound)

def action(datum, slot):
    if datum > bound:
        yield 1, make_record("above.at.{}".format(slot), datum)
    yield datum

def end():
    print("seen all")
`
    );
    const inputs = 'inputs: { 0: { model: lstm, slot: 0 }, 2: { model: lstm, slot: 1 } }';
    trial
      .monitor('m', definition('m.py', `, settings: { bound: 2 }, ${inputs}`))
      .start()
      .take([1, 3])
      .take([5], OUTPUT);
    await trial.answered();
    expect(trial.points()).toEqual(['1: above.at.0 3', '0: above.at.2 5']);
    await trial.host.close();
    const lines = trial.logged.map(({ line }) => line).filter((line) => line !== undefined);
    expect(lines).toEqual(['bound is 2', 'seen all']);
  });

  it('that dies is started anew, and loses the record alone that it dies at', async () => {
    trial.file(
      'm.py',
      `import os
def action(datum):
    if datum == 2:
        os._exit(7)
    yield make_record("seen", datum)
`
    );
    trial.monitor('m', definition('m.py')).start().take([1, 2, 3]);
    await trial.answered();
    expect(trial.points()).toEqual(['0: seen 1', '2: seen 3']);
    expect(trial.failures()[0]).toContain('the process ended with exit code 7');
  });

  it.each([
    ['raises', 'def action(datum):\n    yield 1 / 0\n', 'ZeroDivisionError: division by zero (m.py, line 2)'],
    ['hangs', 'def action(datum):\n    while True: pass\n', 'expected an answer within 0.5 s, found none'],
    ['eats memory', 'def action(datum):\n    x = []\n    while True: x.append(bytearray(10**7))\n', 'MemoryError'],
    [
      'yields to an input',
      'def action(datum):\n    yield 2, datum\n',
      'expected an output slot, which is odd, found 2',
    ],
    [
      'makes an alert without a text',
      'def action(datum):\n    yield make_alert(5, 5)\n',
      'make_alert(text, value): expected a text, found 5',
    ],
    ['has no action', 'x = 1\n', 'expected a function action(datum), found none'],
  ])('that %s says so, and where', async (_what, text, reason) => {
    trial.file('m.py', text).monitor('m', definition('m.py', ', timeout: 500ms, memory: 256M')).start().take([1]);
    await trial.until(() => trial.host.list()[0]?.error, expect.stringContaining(reason));
  });

  it('is refused where its file or Python is not there, or it wants records in sets', async () => {
    trial
      .monitor('gone', definition('gone.py'))
      .file('sets.py', '# fastscore.recordsets.0: yes\n')
      .monitor('sets', definition('sets.py'));
    trial
      .file('m.py', 'def action(datum): pass\n')
      .monitor('none', definition('m.py', ', python: no-such-python'))
      .start();
    await trial.until(
      () => trial.host.list().map(({ error }) => error),
      [
        expect.stringContaining('gone.py'),
        'recordsets.0: expected no, since records are handed over one by one, found yes',
        expect.stringContaining('expected to start no-such-python'),
      ]
    );
  });
});
