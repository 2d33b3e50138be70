import type { GrafanaTheme2 } from '@grafana/data';
import { ALERT_RANKS, MODEL_STATES_WORST_FIRST, type AlertRank, type ModelState } from '../../model';
import { alertColors, stateColor } from '../../theme/stateColors';
import { SHAPES } from '../StateSymbol';
import type { CellSize, GridCell } from './cells';

/** In a smaller cell the symbol takes all of it. */
const FRAMED_FROM = 16;
/** How the corner of a cell with alerts is filled. */
const CORNERS = ['firing', 'pending', 'recovering', 'silenced', 'other'] as const;
const ALERT_LOOKS = 1 + ALERT_RANKS.length * CORNERS.length;

/** A number for what a cell looks like: equal numbers, equal looks. */
export function lookOf({ state, alerts: { first, worst } }: GridCell): number {
  const look = MODEL_STATES_WORST_FIRST.indexOf(state) * ALERT_LOOKS;
  if (first === undefined || worst === undefined) {
    return look;
  }
  const corner = first.silenced ? 'silenced' : (CORNERS.find((one) => one === first.status) ?? 'other');
  return look + 1 + ALERT_RANKS.indexOf(worst) * CORNERS.length + CORNERS.indexOf(corner);
}

/** Draws cells by copying: each look is drawn once, whatever the number of cells. */
export class Sprites {
  private readonly drawn = new Map<number, HTMLCanvasElement>();

  constructor(
    private readonly theme: GrafanaTheme2,
    private readonly size: Pick<CellSize, 'width' | 'height'>,
    private readonly density: number
  ) {}

  get(look: number): HTMLCanvasElement {
    const known = this.drawn.get(look);
    if (known !== undefined) {
      return known;
    }
    const canvas = document.createElement('canvas');
    canvas.width = Math.ceil(this.size.width * this.density);
    canvas.height = Math.ceil(this.size.height * this.density);
    const context = canvas.getContext('2d');
    if (context) {
      context.scale(this.density, this.density);
      this.draw(context, look);
    }
    this.drawn.set(look, canvas);
    return canvas;
  }

  private draw(context: CanvasRenderingContext2D, look: number): void {
    const { width, height } = this.size;
    const state = MODEL_STATES_WORST_FIRST[Math.floor(look / ALERT_LOOKS)] ?? 'unknown';
    const alert = (look % ALERT_LOOKS) - 1;
    const isFramed = width >= FRAMED_FROM;
    if (isFramed) {
      context.fillStyle = this.theme.colors.background.secondary;
      context.fillRect(0, 0, width, height);
      context.strokeStyle = stateColor(this.theme, state);
      context.strokeRect(0.5, 0.5, width - 1, height - 1);
    }
    const edge = isFramed ? Math.min(16, width - 4) : width;
    context.save();
    context.translate((width - edge) / 2, (height - edge) / 2);
    context.scale(edge / 16, edge / 16);
    drawSymbol(context, this.theme, state);
    context.restore();
    const rank = ALERT_RANKS[Math.floor(alert / CORNERS.length)];
    const corner = CORNERS[alert % CORNERS.length];
    if (rank !== undefined && corner !== undefined) {
      this.drawCorner(context, rank, corner);
    }
  }

  /** A corner that is filled where an alert fires; hollow it waits, half filled it recovers, crossed it is silenced. */
  private drawCorner(context: CanvasRenderingContext2D, rank: AlertRank, corner: (typeof CORNERS)[number]): void {
    const { width } = this.size;
    const edge = Math.max(5, width * 0.36);
    const { fill } = alertColors(this.theme, rank);
    const background = this.theme.colors.background.primary;
    const triangle = (size: number) => new Path2D(`M${width - size},0H${width}V${size}Z`);
    context.fillStyle = corner === 'firing' ? fill : background;
    context.strokeStyle = corner === 'firing' ? background : fill;
    context.setLineDash(corner === 'pending' ? [1.6, 1.2] : []);
    context.fill(triangle(edge));
    context.stroke(triangle(edge));
    context.setLineDash([]);
    if (corner === 'recovering') {
      context.fillStyle = fill;
      context.fill(triangle(edge / 2));
    } else if (corner === 'silenced') {
      context.stroke(new Path2D(`M${width},0L${width - edge},${edge}`));
    }
  }
}

/** What `StateSymbol` draws, on a canvas. */
function drawSymbol(context: CanvasRenderingContext2D, theme: GrafanaTheme2, state: ModelState): void {
  const { outline, sign, hollow, dashed } = SHAPES[state];
  const color = stateColor(theme, state);
  const signColor = hollow ? color : theme.colors.getContrastText(color);
  const shape = new Path2D(outline);
  context.fillStyle = hollow ? theme.colors.background.primary : color;
  context.fill(shape);
  if (hollow) {
    context.setLineDash(dashed ? [2.4, 1.8] : []);
    [context.strokeStyle, context.lineWidth] = [color, 1.5];
    context.stroke(shape);
    context.setLineDash([]);
  }
  const mark = new Path2D(sign);
  if (sign.endsWith('Z')) {
    context.fillStyle = signColor;
    context.fill(mark);
  }
  [context.strokeStyle, context.lineWidth, context.lineCap, context.lineJoin] = [signColor, 1.8, 'round', 'round'];
  context.stroke(mark);
}
