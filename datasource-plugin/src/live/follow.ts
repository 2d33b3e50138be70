import {
  isLiveChannelMessageEvent,
  isLiveChannelStatusEvent,
  LiveChannelConnectionState,
  LoadingState,
  type DataFrame,
  type DataQueryResponse,
  type LiveChannelAddress,
  type LiveChannelEvent,
  type LiveChannelStatusEvent,
} from '@grafana/data';
import { catchError, debounceTime, defer, Observable, of, repeat, Subject, Subscription, switchMap, timer } from 'rxjs';
import { dropBefore, inOrderOf, mergeFrames, type LiveFrames } from './merge';

/** What the plugin's backend tells through a channel. */
export type LiveMessage =
  | { readonly type: 'frames'; readonly event: LiveFrames }
  /** What came meanwhile is not known: query anew. */
  | { readonly type: 'reset' }
  /** The stream goes on, and nothing was missed. */
  | { readonly type: 'resumed' }
  | { readonly type: 'problem'; readonly message: string };

/** A query that is kept up to date. */
export interface Followed {
  readonly refId: string;
  readonly address: LiveChannelAddress;
}

/** What following needs of Grafana. */
export interface LiveSource {
  /** The events of a channel, its present status first. */
  readonly open: (address: LiveChannelAddress) => Observable<LiveChannelEvent<LiveMessage>>;
  /** Answers the followed queries over the panel's range as it is now. */
  readonly history: () => Observable<DataQueryResponse>;
  /** Beginning of the panel's range as it is now, in epoch milliseconds. */
  readonly start: () => number;
}

/** Subscribing and the stream's beginning come within this of each other, and are answered by one query (ms). */
const SETTLE = 100;
/** History does not wait longer for Grafana Live (ms). */
const PATIENCE = 1_000;
/** After so long without Grafana Live, people are told (ms). */
const UNCONNECTED = 10_000;
/** Before history that failed is queried again, and a channel that closed is opened again (ms). */
const RETRY = 10_000;

/**
 * History, kept up to date by the channels of its queries. History is queried when the channels are subscribed to and
 * not before, so that nothing falls between it and the first event, and again whenever events may have been missed.
 */
export function follow(followed: readonly Followed[], source: LiveSource): Observable<DataQueryResponse> {
  return new Observable((subscriber) => {
    const all = new Subscription();
    const wanted = new Subject<void>();
    const problems = new Map<string, string>();
    const connected = new Set<string>();
    let held: readonly DataFrame[] = [];
    let failure: Pick<DataQueryResponse, 'error' | 'errors'> = {};
    let asked = false;
    // Events that came while history was being queried; undefined where it is not.
    let waiting: Array<[string, LiveFrames]> | undefined;

    const emit = () => {
      held = dropBefore(held, source.start());
      subscriber.next({ key: 'live', state: LoadingState.Streaming, data: withNotices(held, problems), ...failure });
    };
    const tell = (refId: string, problem: string | undefined) => {
      const before = problems.get(refId);
      if (problem === undefined) {
        problems.delete(refId);
      } else {
        problems.set(refId, problem);
      }
      if (before !== problem && asked && waiting === undefined) {
        emit();
      }
    };

    const answered = (response: DataQueryResponse) => {
      const errors = response.errors ?? (response.error ? [response.error] : []);
      failure = errors.length > 0 ? { error: errors[0], errors } : {};
      // Of a query that failed, what was there stays.
      const answers = new Set(response.data.map((frame: DataFrame) => frame.refId));
      const stays = errors.length === 0 ? [] : held.filter(({ refId }) => !answers.has(refId));
      held = inOrderOf(held, [...response.data, ...stays]);
      waiting?.forEach(([refId, event]) => (held = mergeFrames(held, refId, event)));
      waiting = undefined;
      emit();
      if (errors.some(({ status = 500 }) => status >= 500)) {
        all.add(timer(RETRY).subscribe(() => wanted.next()));
      }
    };
    const queries = wanted.pipe(
      debounceTime(SETTLE),
      switchMap(() => {
        [asked, waiting] = [true, []];
        return source.history().pipe(catchError((error) => of({ data: [], error })));
      })
    );
    all.add(queries.subscribe(answered));

    const heard = (refId: string, message: LiveMessage) => {
      switch (message.type) {
        case 'problem':
          tell(refId, `Live updates are interrupted. ${message.message}`);
          break;
        case 'reset':
          problems.delete(refId);
          wanted.next();
          break;
        case 'resumed':
          tell(refId, undefined);
          break;
        case 'frames':
          problems.delete(refId);
          if (waiting !== undefined) {
            waiting.push([refId, message.event]);
          } else if (asked) {
            held = mergeFrames(held, refId, message.event);
            emit();
          }
      }
    };
    const changed = (refId: string, { state, error }: LiveChannelStatusEvent) => {
      if (state === LiveChannelConnectionState.Connected && !error) {
        connected.add(refId);
        problems.delete(refId);
        wanted.next();
      } else if (error || state === LiveChannelConnectionState.Invalid) {
        tell(
          refId,
          `Live updates are interrupted: Grafana Live refused the subscription${error ? ` (${wordsOf(error)})` : ''}`
        );
      } else if (connected.has(refId) && state !== LiveChannelConnectionState.Pending) {
        tell(refId, 'Live updates are interrupted: the connection to Grafana is lost. They go on when it is back');
      }
    };
    for (const { refId, address } of followed) {
      const events = defer(() => source.open(address)).pipe(repeat({ delay: RETRY }));
      all.add(
        events.subscribe({
          next: (event) => {
            if (isLiveChannelStatusEvent(event)) {
              changed(refId, event);
            } else if (isLiveChannelMessageEvent(event)) {
              heard(refId, event.message);
            }
          },
          error: (error) => tell(refId, `Live updates ended: ${wordsOf(error)}`),
        })
      );
    }

    all.add(timer(PATIENCE).subscribe(() => asked || wanted.next()));
    all.add(
      timer(UNCONNECTED).subscribe(() =>
        followed
          .filter(({ refId }) => !connected.has(refId) && !problems.has(refId))
          .forEach(({ refId }) => tell(refId, 'There are no live updates: Grafana Live is not connected'))
      )
    );
    return all;
  });
}

function wordsOf(error: unknown): string {
  const { message } = (error ?? {}) as { message?: unknown };
  return typeof message === 'string' ? message : String(error);
}

/** Grafana shows the notices of frames at the panel's corner. */
function withNotices(held: readonly DataFrame[], problems: ReadonlyMap<string, string>): DataFrame[] {
  const texts = [...new Set(problems.values())];
  if (texts.length === 0) {
    return [...held];
  }
  const [first = { fields: [], length: 0 }, ...rest] = held;
  const notices = [...(first.meta?.notices ?? []), ...texts.map((text) => ({ severity: 'warning' as const, text }))];
  return [{ ...first, meta: { ...first.meta, notices } }, ...rest];
}
