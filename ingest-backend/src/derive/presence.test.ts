import { describe, expect, it } from 'vitest';
import { formatTimestamp } from '@pneumograph/contract';
import { Fleet } from '../fleet/index.js';
import { decode, Deriver, type Message } from './index.js';

const START = Date.UTC(2018, 2, 5, 17, 52, 45) * 1000;
const SECOND = 1e6;
const PARTITION = { key: 'http' };

function setUp() {
  const fleet = new Fleet();
  const member = {
    src: 'e1',
    aliases: ['engine-1'],
    name: undefined,
    workflow: 'prices',
    model: 'lstm',
    asset: undefined,
  };
  fleet.update([member], START);
  const deriver = new Deriver({ grace: 0, counting: 'delta', taps: {}, holdUnknown: 0 }, fleet, () => undefined);
  let offset = 0;
  const send = (at: number, fields: object, arrival = at): void => {
    const timestamp = formatTimestamp(START + at * SECOND);
    const message = { type: 'sensor-report', timestamp, src: 'e1', tap: 'manifold.debug', id: 7, data: 1, ...fields };
    const arrived = START / 1000 + arrival * 1000;
    deriver.accept(decode(message, arrived * 1000) as Message, PARTITION, offset++, arrived);
  };
  const heard = () =>
    [...deriver.takeHeard()].map(([engine, stretches]) => [
      engine,
      ...stretches.map(({ from, to }) => [(from - START) / SECOND, (to - START) / SECOND]),
    ]);
  return { send, heard };
}

describe('an engine is heard of', () => {
  it('by reports of any tap, under any of its names, and by state messages', () => {
    const { send, heard } = setUp();
    send(0, {});
    send(4, { src: 'engine-1', tap: 'jet.1.input.records.count' });
    send(60, { type: 'engine-state', state: 'paused' });
    expect(heard()).toEqual([['e1', [0, 4], [60, 60]]]);
    expect(heard()).toEqual([]);
  });

  it('for the time that a report says it speaks for, and for no more', () => {
    const { send, heard } = setUp();
    send(0, { tap: 'sys.memory', delta_time: 3 });
    send(60, { tap: 'sys.memory', delta_time: 60 });
    // What a report does not say, the time since the one before it does not say either.
    send(600, { tap: 'sys.memory' });
    expect(heard()).toEqual([['e1', [-3, 60], [600, 600]]]);
  });

  it('by reports that come late', () => {
    const { send, heard } = setUp();
    send(100, {});
    heard();
    send(20, { tap: 'sys.memory', delta_time: 1 }, 101);
    expect(heard()).toEqual([['e1', [19, 20]]]);
  });

  it('never in the future, however far ahead its clock is', () => {
    const { send, heard } = setUp();
    send(3600, {}, 10);
    expect(heard()).toEqual([['e1', [10, 10]]]);
  });
});
