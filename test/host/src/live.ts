import { type GrafanaTheme2, LoadingState, type PanelData, type PanelPlugin, toDataFrame } from '@grafana/data';
import { flushSync } from 'react-dom';
import type { PanelView, UpdateRun } from '../../src/host/views';
import { fleetFrames } from './fleet';
import { timeRange, withOverrides } from './queries';

/** So many different values take turns: what is measured is the panel, not the making of its data. */
const VARIANTS = 8;

/** A panel of a made-up fleet, and its values as they change. */
export class LivePanel {
  readonly first: PanelData;
  private readonly variants: PanelData[] = [];
  private turn = 0;
  private show: (data: PanelData) => void = () => {};

  constructor(
    private readonly view: PanelView,
    private readonly plugin: PanelPlugin,
    private readonly theme: GrafanaTheme2
  ) {
    this.first = this.variant(0);
  }

  /** Made when it is asked for: most tests only look at the first. */
  private variant(tick: number): PanelData {
    const { view } = this;
    const { fleet = { models: 0, engines: 0, perWorkflow: 1 } } = view;
    return (this.variants[tick] ??= withOverrides(
      {
        series: fleetFrames(fleet, tick, view.range),
        annotations: view.annotations?.map((frame) => toDataFrame(frame)),
        ...{ state: LoadingState.Done, timeRange: timeRange(view.range), structureRev: 1 },
      },
      this.plugin,
      { defaults: {}, overrides: [] },
      this.theme
    ));
  }

  /** Hands new values over from here on. @returns what ends it */
  follow(show: (data: PanelData) => void): () => void {
    this.show = show;
    return () => (this.show = () => {});
  }

  readonly push = () => {
    const data = this.variant(++this.turn % VARIANTS);
    // A new object each time, as each answer of a data source is.
    flushSync(() => this.show({ ...data, series: data.series.map((frame) => ({ ...frame })) }));
  };
}

/** Settles when the browser has drawn all there is. */
export async function painted(): Promise<void> {
  await new Promise(requestAnimationFrame);
  await new Promise<void>((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => resolve();
    port2.postMessage(undefined);
  });
}

/** Does something again and again, and counts the frames that the screen got late meanwhile. */
export async function repeat(times: number, gap: number, action: () => void): Promise<UpdateRun> {
  const run = { dropped: 0, frames: 0 };
  let going = gap > 0;
  let last = performance.now();
  const count = (now: number) => {
    const missed = Math.max(0, Math.round((now - last) / (1000 / 60)) - 1);
    run.dropped += missed;
    run.frames += missed + 1;
    last = now;
    if (going) {
      requestAnimationFrame(count);
    }
  };
  if (going) {
    requestAnimationFrame((now) => ((last = now), requestAnimationFrame(count)));
  }
  for (let turn = 0; turn < times; turn++) {
    action();
    await painted();
    if (gap > 0) {
      await new Promise((resolve) => setTimeout(resolve, gap));
    }
  }
  going = false;
  return run;
}

/** The least that any picture of so many cells costs: a coloured square each on a canvas. */
export async function plainCells(cells: number, times: number, gap: number): Promise<UpdateRun> {
  const canvas = document.createElement('canvas');
  const box = document.querySelector('[data-testid="view"]')!.getBoundingClientRect();
  [canvas.width, canvas.height] = [Math.floor(box.width), Math.floor(box.height)];
  document.body.append(canvas);
  const context = canvas.getContext('2d')!;
  const pitch = Math.max(2, Math.floor(Math.sqrt((box.width * box.height) / cells)));
  const columns = Math.max(1, Math.floor(box.width / pitch));
  let turn = 0;
  const run = await repeat(times, gap, () => {
    turn++;
    for (let cell = 0; cell < cells; cell++) {
      context.fillStyle = (cell * 7 + turn) % 40 === 0 ? '#e02f44' : '#5794f2';
      context.fillRect((cell % columns) * pitch, Math.floor(cell / columns) * pitch, pitch - 1, pitch - 1);
    }
  });
  canvas.remove();
  return run;
}
