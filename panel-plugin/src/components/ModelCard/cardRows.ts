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
const WIDTH = 260;
const FOOT = 10;

const LABELS: Record<StatName, string> = {
  rpsIn: 'In',
  rpsOut: 'Out',
  rejected: 'Rejected',
  cpu: 'CPU',
  memory: 'Memory',
};

export interface StatCell {
  name: StatName;
  label: string;
}

export function statLabel(name: StatName): string {
  return LABELS[name];
}

/** The numbers that a card shows, two a row. */
export function statRows(cards: PanelOptions['cards']): StatCell[][] {
  const cell = (name: StatName): StatCell => ({ name, label: LABELS[name] });
  const cells = [
    ...(cards.throughput ? [cell('rpsIn'), cell('rpsOut')] : []),
    ...(cards.rejects ? [cell('rejected')] : []),
    ...(cards.cpu ? [cell('cpu')] : []),
    ...(cards.memory ? [cell('memory')] : []),
  ];
  return cells.reduce<StatCell[][]>((rows, each, index) => {
    if (index % 2 === 0) {
      rows.push([]);
    }
    rows[rows.length - 1].push(each);
    return rows;
  }, []);
}

/** All cards of a panel have one size, which only the options change. */
export function cardSize(cards: PanelOptions['cards']): Size {
  const rows = statRows(cards).length;
  const engines = cards.engines ? ROW_HEIGHT : 0;
  return { width: WIDTH, height: HEAD_HEIGHT + engines + (rows > 0 ? rows * ROW_HEIGHT + 6 : 0) + FOOT };
}

export type Detail = 'full' | 'compact' | 'names' | 'symbols';

/** Pixels on screen, of a compact card. */
export const COMPACT_LINE = 14;
export const COMPACT_PADDING = 8;
/** Two numbers with their labels and units fit in a line from here on. */
const COMPACT_WIDTH = 176;

/** How much of a card can be read at a scale. */
export function detailAt(scale: number, card: Size): Detail {
  if (scale >= READABLE_SCALE - 0.001) {
    return 'full';
  }
  const [width, height] = [scale * card.width, scale * card.height];
  // What is below the head are rows, of which the engines join the state in a line.
  const lines = 2 + Math.max(0, Math.floor((card.height - HEAD_HEIGHT - FOOT) / ROW_HEIGHT));
  if (width >= COMPACT_WIDTH && height >= lines * COMPACT_LINE + 2 * COMPACT_PADDING - 4) {
    return 'compact';
  }
  return width >= 72 && height >= 32 ? 'names' : 'symbols';
}
