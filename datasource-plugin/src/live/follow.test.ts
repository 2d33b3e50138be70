import {
  dataFrameFromJSON,
  LiveChannelConnectionState,
  LiveChannelEventType,
  LiveChannelScope,
  LoadingState,
  type DataFrameJSON,
  type DataQueryResponse,
  type LiveChannelAddress,
  type LiveChannelEvent,
} from '@grafana/data';
import { Subject } from 'rxjs';
import { samplesOf, series } from '../testing/frames';
import { follow, type LiveMessage } from './follow';

const address = (path: string): LiveChannelAddress => ({ scope: LiveChannelScope.DataSource, stream: 'p', path });

/** A panel with the queries A and B whose Grafana the test plays. */
function panel(refIds = ['A']) {
  const channels = new Map<string, Subject<LiveChannelEvent<LiveMessage>>>();
  const answers: Array<Subject<DataQueryResponse>> = [];
  const shown: DataQueryResponse[] = [];
  const state = { start: 0 };
  const followed = refIds.map((refId) => ({ refId, address: address(refId) }));
  const subscription = follow(followed, {
    open: ({ path }) => {
      const channel = new Subject<LiveChannelEvent<LiveMessage>>();
      channels.set(path, channel);
      return channel;
    },
    history: () => {
      const answer = new Subject<DataQueryResponse>();
      answers.push(answer);
      return answer;
    },
    start: () => state.start,
  }).subscribe((response) => shown.push(response));
  return {
    state,
    shown,
    asked: () => answers.length,
    isOpen: (refId = 'A') => channels.get(refId)?.observed,
    waits: () => answers.at(-1)?.observed,
    close: () => subscription.unsubscribe(),
    end: (refId = 'A') => channels.get(refId)?.complete(),
    status: (to: LiveChannelConnectionState, error?: unknown, refId = 'A') =>
      channels
        .get(refId)
        ?.next({ type: LiveChannelEventType.Status, id: refId, timestamp: 0, state: to, ...(error ? { error } : {}) }),
    tell: (message: LiveMessage, refId = 'A') =>
      channels.get(refId)?.next({ type: LiveChannelEventType.Message, message }),
    answer: (frames: DataFrameJSON[], refId = 'A', more: Partial<DataQueryResponse> = {}) => {
      answers.at(-1)?.next({ data: frames.map((json) => ({ ...dataFrameFromJSON(json), refId })), ...more });
      answers.at(-1)?.complete();
    },
    last: () => samplesOf(shown.at(-1)?.data ?? []),
    notices: () => shown.at(-1)?.data[0]?.meta?.notices?.map(({ text }: { text: string }) => text) ?? [],
  };
}

const { Connected, Connecting, Pending } = LiveChannelConnectionState;
const frames = (from: number, to: number, ...told: DataFrameJSON[]): LiveMessage => ({
  type: 'frames',
  event: { from, to, frames: told },
});
/** A panel that has its history: model a, 1 at time 1. */
function started(refIds = ['A']) {
  const p = panel(refIds);
  refIds.forEach((refId) => p.status(Connected, undefined, refId));
  jest.advanceTimersByTime(100);
  p.answer([series('a', [[1, 1]])]);
  return p;
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('history is queried once, when the stream is there, and kept up to date', () => {
  const p = panel();
  p.status(Pending);
  jest.advanceTimersByTime(500);
  expect(p.asked()).toBe(0);
  p.status(Connected);
  jest.advanceTimersByTime(20);
  p.tell({ type: 'reset' });
  jest.advanceTimersByTime(100);
  expect(p.asked()).toBe(1);
  p.answer([series('a', [[1, 1]])]);
  expect(p.last()).toEqual([['a', [[1, 1]]]]);
  p.tell(frames(2, 3, series('a', [[2, 5]]), series('b', [[2, 6]])));
  expect(p.last()).toEqual([
    [
      'a',
      [
        [1, 1],
        [2, 5],
      ],
    ],
    ['b', [[2, 6]]],
  ]);
  expect(p.shown.map(({ state, key }) => [state, key])).toEqual([
    [LoadingState.Streaming, 'live'],
    [LoadingState.Streaming, 'live'],
  ]);
  jest.advanceTimersByTime(60_000);
  expect(p.asked()).toBe(1);
});

test('what comes while history is queried is put on top of it', () => {
  const p = panel();
  p.status(Connected);
  jest.advanceTimersByTime(100);
  p.tell(frames(1, 2, series('a', [[1, 7]])));
  expect(p.shown).toEqual([]);
  p.answer([
    series('a', [
      [0, 0],
      [1, 1],
    ]),
  ]);
  expect(p.last()).toEqual([
    [
      'a',
      [
        [0, 0],
        [1, 7],
      ],
    ],
  ]);
  expect(p.shown).toHaveLength(1);
});

test('points go as time moves on', () => {
  const p = started();
  p.state.start = 2;
  p.tell(frames(3, 4, series('a', [[3, 3]])));
  expect(p.last()).toEqual([['a', [[3, 3]]]]);
});

test('history is queried anew when the ingest backend lost track, and the panel goes on meanwhile', () => {
  const p = started();
  p.tell({ type: 'reset' });
  p.tell(frames(2, 3, series('a', [[2, 2]])));
  expect(p.last()).toEqual([
    [
      'a',
      [
        [1, 1],
        [2, 2],
      ],
    ],
  ]);
  jest.advanceTimersByTime(100);
  expect(p.asked()).toBe(2);
  p.answer([series('b', [[1, 4]]), series('a', [[1, 3]])]);
  expect(p.last()).toEqual([
    ['a', [[1, 3]]],
    ['b', [[1, 4]]],
  ]);
});

test('a restart of Grafana is told, and mended without a reload', () => {
  const p = started();
  p.status(Connecting);
  expect(p.notices()).toEqual([expect.stringContaining('the connection to Grafana is lost')]);
  expect(p.last()).toEqual([['a', [[1, 1]]]]);
  p.status(Connected);
  jest.advanceTimersByTime(100);
  expect(p.asked()).toBe(2);
  p.answer([
    series('a', [
      [1, 1],
      [2, 2],
    ]),
  ]);
  expect(p.notices()).toEqual([]);
  expect(p.last()).toEqual([
    [
      'a',
      [
        [1, 1],
        [2, 2],
      ],
    ],
  ]);
});

test('an ingest backend that is away is told once, until its stream goes on', () => {
  const p = started();
  const before = p.shown.length;
  p.tell({ type: 'problem', message: 'Nothing answers at x' });
  p.tell({ type: 'problem', message: 'Nothing answers at x' });
  expect(p.shown).toHaveLength(before + 1);
  expect(p.notices()).toEqual(['Live updates are interrupted. Nothing answers at x']);
  p.tell({ type: 'resumed' });
  expect(p.notices()).toEqual([]);
  expect(p.asked()).toBe(1);
});

test('history that failed leaves what was there, and is queried again', () => {
  const p = started();
  p.tell({ type: 'reset' });
  jest.advanceTimersByTime(100);
  p.answer([], 'A', { errors: [{ message: 'away', status: 502 }] });
  expect(p.last()).toEqual([['a', [[1, 1]]]]);
  expect(p.shown.at(-1)?.errors).toEqual([{ message: 'away', status: 502 }]);
  jest.advanceTimersByTime(10_100);
  expect(p.asked()).toBe(3);
  p.answer([series('a', [[1, 2]])]);
  expect(p.last()).toEqual([['a', [[1, 2]]]]);
  expect(p.shown.at(-1)?.errors).toBeUndefined();
});

test('a query that is refused is not asked again and again', () => {
  const p = panel();
  p.status(Connected);
  jest.advanceTimersByTime(100);
  p.answer([], 'A', { error: { message: 'no such metric', status: 400 } });
  expect(p.shown.at(-1)?.error).toMatchObject({ message: 'no such metric' });
  jest.advanceTimersByTime(60_000);
  expect(p.asked()).toBe(1);
});

test('without Grafana Live the panel shows history, and says why it stands still', () => {
  const p = panel();
  p.status(Pending);
  jest.advanceTimersByTime(1_100);
  p.answer([series('a', [[1, 1]])]);
  expect(p.last()).toEqual([['a', [[1, 1]]]]);
  expect(p.notices()).toEqual([]);
  jest.advanceTimersByTime(10_000);
  expect(p.notices()).toEqual(['There are no live updates: Grafana Live is not connected']);
  p.status(Connected);
  jest.advanceTimersByTime(100);
  p.answer([series('a', [[1, 1]])]);
  expect(p.notices()).toEqual([]);
});

test('a refused subscription is told, and a channel that closed is opened again', () => {
  const p = started();
  p.status(Connected, { message: 'permission denied' });
  expect(p.notices()).toEqual([expect.stringContaining('(permission denied)')]);
  p.end();
  expect(p.isOpen()).toBe(false);
  jest.advanceTimersByTime(10_000);
  expect(p.isOpen()).toBe(true);
  p.status(Connected);
  jest.advanceTimersByTime(100);
  p.answer([series('a', [[1, 1]])]);
  expect(p.notices()).toEqual([]);
});

test('the queries of a panel share one history, and each hears its own stream', () => {
  const p = started(['A', 'B']);
  expect(p.asked()).toBe(1);
  p.tell(frames(0, 9, series('a', [[2, 2]])), 'B');
  expect(p.shown.at(-1)?.data.map(({ refId }) => refId)).toEqual(['A', 'B']);
  expect(p.last()).toEqual([
    ['a', [[1, 1]]],
    ['a', [[2, 2]]],
  ]);
  p.tell({ type: 'reset' }, 'B');
  jest.advanceTimersByTime(100);
  p.answer([series('a', [[1, 8]])], 'A', { errors: [{ refId: 'B', status: 400 }] });
  expect(p.last()).toEqual([
    ['a', [[1, 8]]],
    ['a', [[2, 2]]],
  ]);
});

test('a panel that goes away leaves nothing running', () => {
  const p = panel(['A', 'B']);
  p.status(Connected);
  jest.advanceTimersByTime(100);
  expect([p.isOpen('A'), p.isOpen('B'), p.waits()]).toEqual([true, true, true]);
  p.close();
  expect([p.isOpen('A'), p.isOpen('B'), p.waits()]).toEqual([false, false, false]);
  expect(jest.getTimerCount()).toBe(0);
});
