import { describe, expect, it } from 'vitest';
import { engineNames, workflowSlots } from '../workflow.js';
import type { ScenarioName } from '../scenarios/index.js';
import { simulate, type SimulatedMessage, type SimulatedRecord } from './index.js';

type Item = SimulatedRecord | SimulatedMessage;

const START = Date.UTC(2026, 0, 1) * 1000;
const [AFTER, SECONDS] = [20, 40];

async function run(scenario?: ScenarioName, seed = 1): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of simulate(scenario, SECONDS, seed, { after: AFTER, rate: 40 })) {
    items.push(item);
  }
  return items;
}

const recordsOf = (items: readonly Item[], of: string): SimulatedRecord[] =>
  items.filter((item): item is SimulatedRecord => item.kind === 'record' && `${item.model}:${item.slot}` === of);
const reports = (items: readonly Item[], src: string | undefined, tap: string) =>
  items.flatMap((item) =>
    item.kind === 'message' && item.message.src === src && item.message['tap'] === tap
      ? [{ time: (item.time - START) / 1e6, data: [item.message['data']].flat() as number[] }]
      : []
  );

const usual = await run();
const predictors = engineNames().filter(({ model }) => model === 'predictor');

describe('the simulation', () => {
  it('gives the records of every slot and the reports of every engine, in the order of time, always the same', async () => {
    expect(await run()).toEqual(usual);
    expect(await run(undefined, 2)).not.toEqual(usual);
    const times = usual.map(({ time }) => time);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times.at(-1)).toBeLessThanOrEqual(START + SECONDS * 1e6 + 1e5);
    for (const { model, slot, writer } of workflowSlots()) {
      const lines = recordsOf(usual, `${model}:${slot}`).map(({ line }) => line);
      expect(lines.length).toBeGreaterThan(1000);
      if (writer.model !== 'feed') {
        expect(lines).toEqual(recordsOf(usual, `${writer.model}:${writer.slot}`).map(({ line }) => line));
      }
    }
    for (const { src } of engineNames()) {
      const counts = reports(usual, src, 'manifold.0.records.count');
      expect(counts.length).toBeGreaterThan(SECONDS / 2 - 2);
    }
  });

  it('has a truth for each prediction by its sequence number, but the last', () => {
    const seqs = (of: string): unknown[] =>
      recordsOf(usual, of).map(({ line }) => (JSON.parse(line) as { seq: number }).seq);
    const predicted = seqs('predictor:1');
    expect(new Set(predicted).size).toBe(predicted.length);
    expect(seqs('reader:3')).toEqual(predicted.slice(0, -1));
    expect(seqs('scorer:1')).toHaveLength(predicted.length - 1);
  });

  it('lets an engine crash: it says so and is silent, the other one takes all', async () => {
    const items = await run('crash');
    const crashed = predictors[1]?.src;
    const states = items.flatMap((item) =>
      item.kind === 'message' && item.message.type === 'engine-state' && item.message.src === crashed
        ? [item.message.state]
        : []
    );
    expect(states).toEqual(['init', 'running', 'error']);
    expect(Math.max(...reports(items, crashed, 'sys.memory').map(({ time }) => time))).toBeLessThan(AFTER);
    expect(recordsOf(items, 'predictor:1').map(({ line }) => JSON.parse(line) as object)).toHaveLength(
      recordsOf(usual, 'predictor:1').length
    );
  });

  it('overloads the engines of the predictor alone', async () => {
    const items = await run('overload');
    const busiest = (src: string): number =>
      Math.max(
        ...reports(items, src, 'sys.cpu.utilization')
          .filter(({ time }) => time > AFTER)
          .flatMap(({ data }) => data)
      );
    for (const { src, model } of engineNames()) {
      if (model === 'predictor') {
        expect(busiest(src)).toBeGreaterThan(95);
      } else {
        expect(busiest(src)).toBeLessThan(50);
      }
    }
  });
});
