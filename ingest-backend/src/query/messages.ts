import { createHash } from 'node:crypto';
import {
  formatTimestamp,
  MESSAGE_METRIC,
  messageContent,
  type FieldSchema,
  type Frame,
  type MessageContent,
  type MessagesQuery,
  type Micros,
} from '@pneumograph/contract';
import { asJson } from '../archive/index.js';
import type { ProfileHistory, ProfilesQuestion, SeriesInfo } from '../store/index.js';
import { labelsOf, withNotices } from './frames.js';
import type { Scope } from './scope.js';

/** Messages that are read at once, and of which so many are looked through for a query. */
const PAGE = 2_000;
const MOST_READ = 50_000;

interface Line {
  readonly series: SeriesInfo;
  readonly time: Micros;
  /** As it was stored. */
  readonly text: string;
  readonly content: MessageContent;
}

/**
 * What engines and their models wrote, newest first: one frame of log lines, see
 * https://grafana.com/developers/dataplane/contract/logs. Without lines a frame with the same columns and no rows.
 */
export async function answerMessages(scope: Scope, query: MessagesQuery): Promise<Frame[]> {
  const { levels, search, limit } = query;
  const takesLevel = (level: string): boolean => levels.length === 0 || levels.some((wanted) => wanted === level);
  const wanted = search.toLowerCase();
  const takes = ({ content }: Line): boolean =>
    takesLevel(content.level) && searched(content).toLowerCase().includes(wanted);
  const found: Line[] = [];
  const notices: string[] = [];
  let read = 0;
  for await (const page of pages(scope, query)) {
    found.push(...page.filter(takes));
    read += page.length;
    if (found.length > limit) {
      notices.push(`There are more than ${limit} messages in this range: older ones are left out.`);
      break;
    }
    const last = page.at(-1);
    if (read >= MOST_READ && last !== undefined) {
      notices.push(
        `Only the newest ${read} messages of this range were looked through, back to ${formatTimestamp(last.time)}. ` +
          'Choose a shorter range, or fewer models or engines, to find older ones.'
      );
      break;
    }
  }
  return [withNotices(frameOf(scope, query, found.slice(0, limit)), notices)];
}

/** The messages of a range page by page, newest first; those of one moment are in one page. */
async function* pages(scope: Scope, { workflow, models, engines }: MessagesQuery): AsyncGenerator<Line[]> {
  const about = { workflow, models, slots: [], engines: scope.inventory.engineIds(engines) };
  const question = { ...about, metric: MESSAGE_METRIC, from: scope.from } satisfies Partial<ProfilesQuestion>;
  let { to } = scope;
  for (let limit = PAGE; ;) {
    const histories = await scope.store.profiles({ ...question, to, limit });
    const lines = histories.flatMap(linesOf).sort((a, b) => b.time - a.time);
    const oldest = lines.at(-1)?.time;
    if (oldest === undefined || lines.length < limit) {
      yield lines;
      return;
    }
    // Of the oldest moment there may be more.
    const whole = lines.filter(({ time }) => time > oldest);
    if (whole.length > 0) {
      yield whole;
      to = oldest + 1;
    } else if (limit < MOST_READ) {
      limit *= 2;
    } else {
      yield lines;
      to = oldest;
    }
  }
}

/** The last one first. */
function linesOf({ series, times, contents }: ProfileHistory): Line[] {
  return times
    .map((time, index): Line => {
      const text = contents[index] as string;
      const parsed = messageContent.safeParse(asJson(text));
      // What a newer version wrote is still there to be read.
      const content = parsed.success ? parsed.data : ({ type: 'log', level: 'unknown', text } as const);
      return { series, time, text, content };
    })
    .reverse();
}

function searched(content: MessageContent): string {
  return `${bodyOf(content)}\n${inputOf(content) ?? ''}`;
}

/** A model may fail without a word. */
function bodyOf({ type, text }: MessageContent): string {
  return text === '' && type === 'model-error' ? 'The model failed and said nothing.' : text;
}

function inputOf({ input }: MessageContent): string | undefined {
  return input === undefined || typeof input === 'string' ? input : JSON.stringify(input);
}

const FIELDS: FieldSchema[] = [
  { name: 'timestamp', type: 'time', typeInfo: { frame: 'time.Time' } },
  { name: 'body', type: 'string', typeInfo: { frame: 'string' } },
  { name: 'severity', type: 'string', typeInfo: { frame: 'string' } },
  { name: 'id', type: 'string', typeInfo: { frame: 'string' } },
  { name: 'labels', type: 'other', typeInfo: { frame: 'json.RawMessage' } },
];

function frameOf({ inventory }: Scope, { refId }: MessagesQuery, lines: readonly Line[]): Frame {
  const ids = idsOf(lines);
  const labels = lines.map(({ series, content }) => {
    const { workflow, model, engine } = series;
    const input = inputOf(content);
    return {
      ...labelsOf({ workflow, model, slot: undefined, engine: inventory.engineName(engine) }),
      type: content.type,
      ...(input === undefined ? {} : { input }),
    };
  });
  return {
    schema: {
      refId,
      name: 'messages',
      meta: { type: 'log-lines', typeVersion: [0, 0], preferredVisualisationType: 'logs' },
      fields: FIELDS,
    },
    data: {
      values: [
        lines.map(({ time }) => Math.floor(time / 1000)),
        lines.map(({ content }) => bodyOf(content)),
        lines.map(({ content }) => content.level),
        ids,
        labels,
      ],
    },
  };
}

/** The same line has the same id in every answer; of lines that are alike in all, each its own. */
function idsOf(lines: readonly Line[]): string[] {
  const uses = new Map<string, number>();
  return lines.map(({ series, time, text }) => {
    const said = JSON.stringify([series.workflow, series.model, series.engine, time, text]);
    const id = createHash('sha256').update(said).digest('hex').slice(0, 24);
    const before = uses.get(id) ?? 0;
    uses.set(id, before + 1);
    return before === 0 ? id : `${id}-${before}`;
  });
}
