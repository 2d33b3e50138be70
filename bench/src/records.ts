import { seededRandom } from '@pneumograph/ingest-backend';

export type Record20 = Readonly<Record<string, number | string>>;

export const NUMERIC = 16;
export const CATEGORICAL = 4;
export const NAMES = Array.from({ length: NUMERIC + CATEGORICAL }, (_, index) => `feature${index}`);

/** Records of 20 features: numbers of five magnitudes and either sign, and texts of 20 categories, some rarer than others. */
export function makeRecords(count: number): Record20[] {
  const random = seededRandom(1);
  return Array.from({ length: count }, () =>
    Object.fromEntries(
      NAMES.map((name, index) => [
        name,
        index < NUMERIC
          ? (random() + random() - random()) * 10 ** (index % 5)
          : `category-${Math.floor(random() ** 2 * 20)}`,
      ])
    )
  );
}
