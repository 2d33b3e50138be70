import { colorManipulator, createTheme } from '@grafana/data';
import type { ModelState } from '../model';
import { alertColors, stateColor } from './stateColors';

type Rgb = [number, number, number];

function linear(color: string): Rgb {
  const { values } = colorManipulator.decomposeColor(color);
  return values.slice(0, 3).map((value: number) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
}

/** What eyes without the long, the middle or (full sight) no cones see; Machado, Oliveira and Fernandes, 2009. */
const SIGHT: Record<string, Rgb[]> = {
  full: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
};

/** Distance of two colours in Oklab; 0.1 is plain to see side by side. */
function distance(a: string, b: string, sight: Rgb[]): number {
  const [one, two] = [a, b].map((color) => oklab(sight.map((row) => dot(row, linear(color))) as Rgb));
  return Math.hypot(...one!.map((value, index) => value - two![index]!));
}

function oklab(rgb: Rgb): Rgb {
  const cones = [
    [0.4122214708, 0.5363325363, 0.0514459929],
    [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
  ].map((row) => Math.cbrt(Math.max(0, dot(row as Rgb, rgb)))) as Rgb;
  return [
    [0.2104542553, 0.793617785, -0.0040720468],
    [1.9779984951, -2.428592205, 0.4505937099],
    [0.0259040371, 0.7827717662, -0.808675766],
  ].map((row) => dot(row as Rgb, cones)) as Rgb;
}

const dot = (a: Rgb, b: Rgb) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

/** States that ask for different actions. */
const PAIRS: Array<[ModelState, ModelState]> = [
  ['running', 'error'],
  ['running', 'unknown'],
  ['running', 'paused'],
  ['error', 'unknown'],
  ['error', 'finished'],
];

describe.each(['dark', 'light'] as const)('in the %s theme', (mode) => {
  const theme = createTheme({ colors: { mode } });

  it.each(Object.keys(SIGHT))('states that matter differ in colour for %s', (sight) => {
    for (const [a, b] of PAIRS) {
      const apart = distance(stateColor(theme, a), stateColor(theme, b), SIGHT[sight]!);
      expect({ pair: `${a} and ${b}`, apart: apart > 0.1 || apart }).toEqual({ pair: `${a} and ${b}`, apart: true });
    }
  });

  it('the count on an alert badge can be read', () => {
    for (const rank of ['critical', 'warning', 'info'] as const) {
      const { fill, text } = alertColors(theme, rank);
      expect(colorManipulator.getContrastRatio(text, fill)).toBeGreaterThan(3);
    }
  });
});
