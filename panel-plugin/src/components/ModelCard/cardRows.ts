import { t } from '@grafana/i18n';
import type { Size } from '../../layout';
import type { StatName } from '../../model';
import type { PanelOptions } from '../../options';

/** Font sizes at scale 1, pixels. */
export const NAME_FONT = 15;
export const TEXT_FONT = 12.5;
/** No text on screen is smaller than this; smaller scales show fewer texts instead. */
export const SMALLEST_FONT = 11;
/** The smallest scale at which a whole card can be read. */
export const READABLE_SCALE = SMALLEST_FONT / TEXT_FONT;

export const PADDING = 12;
export const HEAD_HEIGHT = 48;
export const ROW_HEIGHT = 20;
/** Room below the numbers of a row for what is drawn with them. */
const VISUAL_HEIGHTS = { none: 0, curve: 12, bar: 6 };
/** On a compact card; less would be no curve and no bar. */
const SMALLEST_VISUALS = { none: 0, curve: 6, bar: 5 };
const WIDTH = 260;
const FOOT = 10;

const LABELS: Record<StatName, () => string> = {
  rpsIn: () => t('card.in', 'In'),
  rpsOut: () => t('card.out', 'Out'),
  rejected: () => t('card.rejects', 'Rejected'),
  latency: () => t('card.latency', 'Latency'),
  backlog: () => t('card.backlog', 'Backlog'),
  cpu: () => t('card.cpu', 'CPU'),
  memory: () => t('card.memory', 'Memory'),
};

export interface StatCell {
  name: StatName;
  label: string;
}

export function statLabel(name: StatName): string {
  return LABELS[name]();
}

/** One or two numbers side by side. */
export interface CardRow {
  cells: StatCell[];
  /** What is drawn with each number: how it came to be, or where it lies between its bounds. */
  visual: 'none' | 'curve' | 'bar';
  height: number;
  /** Below the first row. */
  top: number;
}

const rowsOf = new WeakMap<PanelOptions['cards'], CardRow[]>();

/** The rows of numbers that cards show; all cards of a panel share them. */
export function statRows(cards: PanelOptions['cards']): CardRow[] {
  const rows = rowsOf.get(cards) ?? madeRows(cards);
  rowsOf.set(cards, rows);
  return rows;
}

function madeRows(cards: PanelOptions['cards']): CardRow[] {
  const groups: Array<[visual: CardRow['visual'], names: StatName[]]> = [
    [cards.history ? 'curve' : 'none', cards.throughput ? ['rpsIn', 'rpsOut'] : []],
    [
      'none',
      [
        ...(cards.rejects ? (['rejected'] as const) : []),
        ...(cards.latency ? (['latency'] as const) : []),
        ...(cards.backlog ? (['backlog'] as const) : []),
      ],
    ],
    ['bar', [...(cards.cpu ? (['cpu'] as const) : []), ...(cards.memory ? (['memory'] as const) : [])]],
  ];
  const rows: CardRow[] = [];
  for (const [visual, names] of groups) {
    for (let index = 0; index < names.length; index += 2) {
      const above = rows[rows.length - 1];
      rows.push({
        cells: names.slice(index, index + 2).map((name) => ({ name, label: statLabel(name) })),
        visual,
        height: ROW_HEIGHT + VISUAL_HEIGHTS[visual],
        top: above === undefined ? 0 : above.top + above.height,
      });
    }
  }
  return rows;
}

export interface CardSize extends Size {
  /** Lines of text, the name the first. */
  lines: number;
}

/** All cards of a panel have one size, which only the options change. */
export function cardSize(cards: PanelOptions['cards']): CardSize {
  const rows = statRows(cards);
  const engines = cards.engines ? ROW_HEIGHT : 0;
  const numbers = rows.reduce((sum, { height }) => sum + height, 0);
  return {
    width: WIDTH,
    height: HEAD_HEIGHT + engines + (numbers > 0 ? numbers + 6 : 0) + FOOT,
    // The engines join the state in a line.
    lines: 2 + rows.length,
  };
}

export type Detail = 'full' | 'compact' | 'names' | 'symbols';

/** Pixels on screen, of a compact card. */
export const COMPACT_LINE = 14;
export const COMPACT_PADDING = 8;
/** Two numbers with their labels and units fit in a line from here on. */
const COMPACT_WIDTH = 176;

interface CompactRow extends CardRow {
  /** Pixels on screen, for what is drawn below the numbers; 0 where there is no room. */
  drawn: number;
}

/**
 * The lines of a compact card, spread over its height: first the lines of text, then a line for the state of its own, then
 * curves and bars, as far as there is room.
 * @param height pixels on screen
 * @returns the tops of the lines of words after the name, and of the rows of numbers
 */
export function compactLines(cards: PanelOptions['cards'], height: number): { words: number[]; rows: CompactRow[] } {
  const rows = statRows(cards);
  const spare = height - 2 * COMPACT_PADDING + 3 - COMPACT_LINE * (2 + rows.length);
  const states = cards.engines && spare >= COMPACT_LINE ? 1 : 0;
  const wanted = rows.reduce((sum, { visual }) => sum + VISUAL_HEIGHTS[visual], 0);
  const room = spare - states * COMPACT_LINE;
  const share = wanted === 0 ? 0 : Math.max(0, Math.min(1, room / wanted));
  // A bar that gets no whole pixel of its own is left out, and the lines share what is left.
  const heights = rows.map(({ visual }) => {
    const own = Math.floor(VISUAL_HEIGHTS[visual] * share);
    return own < SMALLEST_VISUALS[visual] ? 0 : own;
  });
  const left = Math.max(0, room - heights.reduce((sum, own) => sum + own, 0));
  const pitch = COMPACT_LINE + Math.min(6, left / (2 + states + rows.length));
  let top = COMPACT_PADDING + pitch;
  const words = Array.from({ length: 1 + states }, () => {
    top += pitch;
    return top - pitch;
  });
  return {
    words,
    rows: rows.map((row, index) => {
      const drawn = heights[index] ?? 0;
      const at = top;
      top += pitch + drawn;
      return { ...row, top: at, drawn };
    }),
  };
}

/** How much of a card can be read at a scale. */
export function detailAt(scale: number, card: Size & Partial<CardSize>): Detail {
  if (scale >= READABLE_SCALE - 0.001) {
    return 'full';
  }
  const [width, height] = [scale * card.width, scale * card.height];
  const lines = card.lines ?? 2 + Math.floor((card.height - HEAD_HEIGHT - FOOT) / ROW_HEIGHT);
  if (width >= COMPACT_WIDTH && height >= lines * COMPACT_LINE + 2 * COMPACT_PADDING - 4) {
    return 'compact';
  }
  return width >= 72 && height >= 32 ? 'names' : 'symbols';
}
