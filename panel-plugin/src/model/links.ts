import type { DataFrame, GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { compareText, findField, keyAt, numberAt } from './fields';
import { nested } from './nested';
import { formatterOf, type Formatter } from './stat';
import type { LinkView, Notice, SlotFlow } from './types';

interface Edge {
  source: string;
  target: string;
  sourceSlot: number | undefined;
  targetSlot: number | undefined;
  rate: number | undefined;
  format: Formatter | undefined;
  backlog: number | undefined;
  formatBacklog: Formatter | undefined;
}

/** A link's name, which no other pair of models has. */
export function linkId(source: string, target: string): string {
  return JSON.stringify([source, target]);
}

/** Reads the edges of all frames and joins those between the same two models into one link. Sorted by their ends. */
export function readLinks(frames: DataFrame[], theme: GrafanaTheme2, notices: Notice[]): LinkView[] {
  const byEnds = new Map<string, Map<string, Edge>>();
  let loose = 0;
  for (const frame of frames) {
    const [source, target] = [findField(frame, 'source'), findField(frame, 'target')];
    const [sourceSlot, targetSlot] = [findField(frame, 'source_slot'), findField(frame, 'target_slot')];
    const id = findField(frame, 'id');
    const rate = findField(frame, 'mainstat');
    const format = rate && formatterOf(rate, 'recps', theme);
    const backlog = findField(frame, 'backlog');
    const formatBacklog = backlog && formatterOf(backlog, 'short', theme);
    for (let row = 0; row < frame.length; row++) {
      const [from, to] = [keyAt(source, row), keyAt(target, row)];
      if (from === undefined || to === undefined) {
        loose++;
        continue;
      }
      const edge: Edge = {
        source: from,
        target: to,
        sourceSlot: numberAt(sourceSlot, row),
        targetSlot: numberAt(targetSlot, row),
        rate: numberAt(rate, row),
        format,
        backlog: numberAt(backlog, row),
        formatBacklog,
      };
      // Two queries for overlapping selections give the same edge twice: its records flow only once.
      const key = `${edge.sourceSlot} ${edge.targetSlot} ${keyAt(id, row) ?? ''}`;
      const edges = nested(byEnds, linkId(from, to));
      const known = edges.get(key);
      if (known === undefined || (ascending(edge.rate, known.rate) || ascending(edge.backlog, known.backlog)) > 0) {
        edges.set(key, edge);
      }
    }
  }
  if (loose > 0) {
    notices.push({
      severity: 'warning',
      text: t('notices.loose', '', {
        count: loose,
        defaultValue_one: '{{count}} link without a source or a target left out.',
        defaultValue_other: '{{count}} links without a source or a target left out.',
      }),
    });
  }
  return [...byEnds]
    .map(([id, edges]) => joined(id, [...edges.values()]))
    .sort((a, b) => compareText(a.source, b.source) || compareText(a.target, b.target));
}

/** What is not told comes before all that is. */
function ascending(a: number | undefined, b: number | undefined): number {
  if (a === b) {
    return 0;
  }
  return a === undefined || (b !== undefined && a < b) ? -1 : 1;
}

function joined(id: string, edges: Edge[]): LinkView {
  // Sorted before they are summed: floating point addition depends on the order.
  const sorted = edges.sort(
    (a, b) =>
      ascending(a.sourceSlot, b.sourceSlot) ||
      ascending(a.targetSlot, b.targetSlot) ||
      ascending(a.rate, b.rate) ||
      ascending(a.backlog, b.backlog)
  );
  const flows = sorted.map<SlotFlow>(({ sourceSlot, targetSlot, rate, format, backlog, formatBacklog }) => ({
    sourceSlot,
    targetSlot,
    rate: rate === undefined ? undefined : format?.(rate),
    backlog: backlog === undefined ? undefined : formatBacklog?.(backlog),
  }));
  const rated = sorted.filter(({ rate }) => rate !== undefined);
  const total = rated.reduce((sum, { rate }) => sum + (rate ?? 0), 0);
  const waiting = sorted.filter(({ backlog }) => backlog !== undefined);
  const backlog = waiting.reduce((sum, { backlog }) => sum + (backlog ?? 0), 0);
  const [first] = sorted;
  return {
    id,
    source: first?.source ?? '',
    target: first?.target ?? '',
    flows,
    rate: rated.length === 0 ? undefined : rated[0]?.format?.(total),
    backlog: waiting.length === 0 ? undefined : waiting[0]?.formatBacklog?.(backlog),
    alerts: [],
  };
}
