import { RANGES, timeOf, type Growth, type RangeName } from './measure.js';

const [WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT] = [720, 360, 60, 50, 30, 150];
const COLOURS = ['#3274d9', '#e0752d', '#37872d', '#8f3bb8', '#c4162a', '#6d8b8e'];

/** What the queries of the embedded store are to stay below. */
const AIM_MILLIS = 100;

/** p95 of a dashboard's queries over the number of points, both on logarithmic scales, as an SVG. */
export function plotGrowth(all: readonly Growth[]): string {
  const lines = [...new Set(all.map(({ side }) => side))].flatMap((side) =>
    (Object.keys(RANGES) as RangeName[]).map((range) => ({
      name: `${side}, ${range}`,
      points: all
        .filter((growth) => growth.side === side)
        .map(({ size, ranges }) => [size, timeOf(ranges[range], 0.95)] as const),
    }))
  );
  const xs = all.map(({ size }) => Math.log10(size));
  const [left, right] = [Math.floor(Math.min(...xs)), Math.ceil(Math.max(...xs) - 0.05)];
  const most = Math.max(2, Math.ceil(Math.log10(Math.max(...lines.flatMap(({ points }) => points.map(([, y]) => y))))));
  const x = (points: number): number =>
    LEFT + ((Math.log10(points) - left) / Math.max(1, right - left)) * (WIDTH - LEFT - RIGHT);
  const y = (millis: number): number =>
    HEIGHT - BOTTOM - (Math.log10(Math.max(1, millis)) / most) * (HEIGHT - BOTTOM - TOP);
  const grid = Array.from({ length: most + 1 }, (_, power) => {
    const at = y(10 ** power).toFixed(1);
    return `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at}" y2="${at}" stroke="#ccc"/>
<text x="${LEFT - 8}" y="${at}" text-anchor="end" dominant-baseline="middle">${power < 3 ? `${10 ** power} ms` : `${10 ** (power - 3)} s`}</text>`;
  });
  const aimed = y(AIM_MILLIS).toFixed(1);
  const aim = `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${aimed}" y2="${aimed}" stroke="#888" stroke-dasharray="6 4"/>
<text x="${WIDTH - RIGHT - 4}" y="${y(AIM_MILLIS * 1.15).toFixed(1)}" text-anchor="end" fill="#666">aim</text>`;
  const ticks = Array.from({ length: right - left + 1 }, (_, step) => {
    const million = 10 ** (left + step - 6);
    return `<text x="${x(10 ** (left + step)).toFixed(1)}" y="${HEIGHT - BOTTOM + 20}" text-anchor="middle">${million} million</text>`;
  });
  const drawn = lines.map(({ name, points }, index) => {
    const colour = COLOURS[index % COLOURS.length] as string;
    const places = points.map(([at, millis]) => `${x(at).toFixed(1)},${y(millis).toFixed(1)}`);
    const dots = places.map((place) => {
      const [cx, cy] = place.split(',');
      return `<circle cx="${cx}" cy="${cy}" r="3" fill="${colour}"/>`;
    });
    return `<polyline points="${places.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>
${dots.join('\n')}
<text x="${WIDTH - RIGHT + 12}" y="${TOP + 14 + index * 20}" fill="${colour}">${name}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">
<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>
<text x="${LEFT}" y="18" font-weight="bold">p95 of the dashboard's queries, by points in the store</text>
${[...grid, aim, ...ticks, ...drawn].join('\n')}
</svg>
`;
}
