import type { GrafanaTheme2 } from '@grafana/data';
import { MODEL_STATES_WORST_FIRST, type ModelState } from '../../model';
import { alertColors, stateColor } from '../../theme/stateColors';
import { SHAPES } from '../StateSymbol';
import type { CellSize, GridCell } from './cells';

/** In a smaller cell the symbol takes all of it. */
const FRAMED_FROM = 16;
const RANKS = [undefined, 'info', 'warning', 'critical'] as const;

/** A number for what a cell looks like: equal numbers, equal looks. */
export function lookOf({ state, worst }: GridCell): number {
  return MODEL_STATES_WORST_FIRST.indexOf(state) * RANKS.length + RANKS.indexOf(worst);
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
    const state = MODEL_STATES_WORST_FIRST[Math.floor(look / RANKS.length)] ?? 'unknown';
    const rank = RANKS[look % RANKS.length];
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
    if (rank !== undefined) {
      const corner = Math.max(5, width * 0.36);
      context.fillStyle = alertColors(this.theme, rank).fill;
      context.strokeStyle = this.theme.colors.background.primary;
      context.beginPath();
      context.moveTo(width - corner, 0);
      context.lineTo(width, 0);
      context.lineTo(width, corner);
      context.closePath();
      context.fill();
      context.stroke();
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
