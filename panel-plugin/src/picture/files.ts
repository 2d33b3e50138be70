import type { Size } from '../layout';

export type Format = 'svg' | 'png';

/** Browsers draw no larger canvases, in pixels a side and in all. */
const LONGEST = 16_000;
const MOST = 120_000_000;
/** Pixels of a picture for one of the drawing, as on a screen of high density. */
const DENSITY = 2;

/** Saves a drawing as a file of the browser's user. @throws where the browser cannot draw it */
export async function saveDrawing(svg: string, size: Size, format: Format, name: string): Promise<void> {
  const blob = format === 'svg' ? new Blob([svg], { type: 'image/svg+xml' }) : await rasterized(svg, size);
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = `${fileName(name)}.${format}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

function fileName(name: string): string {
  return (
    name
      .replace(/[^\p{L}\p{N}]+/gu, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 80)
      .toLowerCase() || 'workflow'
  );
}

/** The density at which a drawing still fits into a canvas. */
export function densityOf({ width, height }: Size): number {
  return Math.min(DENSITY, LONGEST / Math.max(1, width, height), Math.sqrt(MOST / Math.max(1, width * height)));
}

async function rasterized(svg: string, size: Size): Promise<Blob> {
  const image = new Image();
  // A data URL, because Grafana's content security policy lets images not come from object URLs.
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const density = densityOf(size);
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.floor(size.width * density));
  canvas.height = Math.max(1, Math.floor(size.height * density));
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob === null ? reject(new Error('the browser drew no picture')) : resolve(blob)))
  );
}
