import type { DataFrame } from '@grafana/data';
import { namesModel } from './alertRows';
import { compareText, findField, keyAt, shorten, timeAt, timeOf, valueAt } from './fields';
import type { EventView } from './types';

/** Marks kept of a range: more of them are a wall. */
const LIMIT = 200;

/** Annotations that are about no model: deployments, maintenance and whatever else a dashboard marks. The newest of them. */
export function readEvents(annotations: readonly DataFrame[]): EventView[] {
  const events = annotations.flatMap((frame) => {
    const [time, end] = [timeOf(frame), findField(frame, 'timeend', 'endtime', 'time_end')];
    const [title, text, tags] = ['title', 'text', 'tags'].map((name) => findField(frame, name));
    const isAbout = namesModel(frame);
    const found: EventView[] = [];
    for (let row = 0; row < frame.length; row++) {
      const from = timeAt(time, row);
      if (from === undefined || isAbout(row)) {
        continue;
      }
      const to = timeAt(end, row);
      const words = [keyAt(title, row), keyAt(text, row)].filter((part) => part !== undefined).map(plain);
      const list = [valueAt(tags, row)].flat().filter((tag) => typeof tag === 'string' && tag !== '');
      found.push({
        from,
        // Grafana gives a moment an end that is its beginning.
        to: to === undefined || to <= from ? undefined : to,
        text: shorten(words.join(': ') || list.join(', '), 500),
      });
    }
    return found;
  });
  return events
    .sort((a, b) => a.from - b.from || (a.to ?? 0) - (b.to ?? 0) || compareText(a.text, b.text))
    .slice(-LIMIT);
}

/** Grafana's annotations may hold HTML, which is not wanted in a tooltip. */
function plain(text: string): string {
  return text
    .slice(0, 5000)
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
