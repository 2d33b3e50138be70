import type { Page } from 'playwright-core';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const KEPT = fileURLToPath(new URL('../../golden/pictures/', import.meta.url));
const DIFFERENCES = fileURLToPath(new URL('../../output/differences/', import.meta.url));

/** Pictures are kept at a quarter of their edges: what moved, is gone or has another colour shows, how letters are smoothed does not. */
const SHRINK = 4;
/** Steps of 256 by which a channel of a pixel may differ. */
const STEPS = 40;
/** The share of pixels that may differ more. */
const SHARE = 0.003;

/** As much of the browser's face as is needed: its types are not known to Node. */
interface Canvas {
  width: number;
  height: number;
  getContext(kind: '2d'): {
    drawImage(image: unknown, x: number, y: number, width: number, height: number): void;
    getImageData(x: number, y: number, width: number, height: number): { data: Uint8ClampedArray };
    putImageData(data: unknown, x: number, y: number): void;
    createImageData(width: number, height: number): { data: Uint8ClampedArray };
    imageSmoothingQuality: string;
  };
  toDataURL(): string;
}

interface Compared {
  /** The new picture, as small as those that are kept; PNG in base64. */
  small: string;
  /** The share of pixels that differ; 1 where the sizes do. */
  share: number;
  /** Kept, new, and where they differ, one below the other; PNG in base64. */
  sheet: string | undefined;
}

/**
 * Compares a picture with the one that is kept of this name in test/golden/pictures. Where they differ, a sheet with both and
 * the difference is left in test/output/differences. With UPDATE_PICTURES=1 the new one is kept instead.
 * @param page a blank page of any browser, which does the comparing
 * @returns what is to be told, or undefined where the pictures are alike
 */
export async function comparePicture(page: Page, name: string, picture: Buffer): Promise<string | undefined> {
  const file = path.join(KEPT, `${name}.png`);
  const sheet = path.join(DIFFERENCES, `${name}.png`);
  const isKept = existsSync(file);
  const kept = isKept ? (await readFile(file)).toString('base64') : undefined;
  const result = await page.evaluate(compare, {
    ...{ picture: picture.toString('base64'), kept, shrink: SHRINK, steps: STEPS },
  });
  await rm(sheet, { force: true });
  if (result.share <= SHARE) {
    return undefined;
  }
  if (process.env['UPDATE_PICTURES'] === '1') {
    await mkdir(KEPT, { recursive: true });
    await writeFile(file, Buffer.from(result.small, 'base64'));
    return undefined;
  }
  await mkdir(DIFFERENCES, { recursive: true });
  await writeFile(sheet, Buffer.from(result.sheet ?? result.small, 'base64'));
  const place = `test/output/differences/${name}.png`;
  return isKept
    ? `${name}: ${(100 * result.share).toFixed(2)} % of the picture is another, see ${place}; keep it with UPDATE_PICTURES=1 if that is meant`
    : `${name}: no picture is kept, see ${place}; keep it with UPDATE_PICTURES=1`;
}

/** Runs in the browser. */
async function compare(given: {
  picture: string;
  kept: string | undefined;
  shrink: number;
  steps: number;
}): Promise<Compared> {
  const { document, Image } = globalThis as unknown as {
    document: { createElement(name: 'canvas'): Canvas };
    Image: new () => { src: string; width: number; height: number; decode(): Promise<void> };
  };
  const canvasOf = (width: number, height: number) => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [width, height];
    const context = canvas.getContext('2d');
    context.imageSmoothingQuality = 'high';
    return { canvas, context };
  };
  const imageOf = async (base64: string) => {
    const image = new Image();
    image.src = `data:image/png;base64,${base64}`;
    await image.decode();
    return image;
  };
  const base64 = (canvas: Canvas) => canvas.toDataURL().split(',')[1] ?? '';
  const image = await imageOf(given.picture);
  const [width, height] = [Math.ceil(image.width / given.shrink), Math.ceil(image.height / given.shrink)];
  const now = canvasOf(width, height);
  now.context.drawImage(image, 0, 0, width, height);
  const small = base64(now.canvas);
  if (given.kept === undefined) {
    return { small, share: 1, sheet: undefined };
  }
  const kept = await imageOf(given.kept);
  const before = canvasOf(kept.width, kept.height);
  before.context.drawImage(kept, 0, 0, kept.width, kept.height);
  const sheet = canvasOf(Math.max(width, kept.width), kept.height + 2 * height);
  sheet.context.drawImage(before.canvas, 0, 0, kept.width, kept.height);
  sheet.context.drawImage(now.canvas, 0, kept.height, width, height);
  if (kept.width !== width || kept.height !== height) {
    return { small, share: 1, sheet: base64(sheet.canvas) };
  }
  const [a, b] = [before, now].map(({ context }) => context.getImageData(0, 0, width, height).data);
  const difference = sheet.context.createImageData(width, height);
  let differing = 0;
  for (let at = 0; at < width * height * 4; at += 4) {
    const apart = Math.max(
      ...[0, 1, 2].map((channel) => Math.abs((a?.[at + channel] ?? 0) - (b?.[at + channel] ?? 0)))
    );
    const differs = apart > given.steps;
    differing += differs ? 1 : 0;
    difference.data.set(differs ? [255, 0, 255, 255] : [apart, apart, apart, 255], at);
  }
  sheet.context.putImageData(difference, 0, kept.height + height);
  return { small, share: differing / (width * height), sheet: base64(sheet.canvas) };
}
