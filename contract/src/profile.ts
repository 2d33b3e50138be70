import { z } from 'zod';

/** What the values of a feature are; of a text the length is counted, of a time the moment. */
export const FEATURE_TYPES = ['numeric', 'categorical', 'boolean', 'text', 'time'] as const;
export type FeatureType = (typeof FEATURE_TYPES)[number];

const count = z.number().nonnegative();

/** A distribution as it is stored: how many values lay in bins that do not move, beside those of a reference. */
export const profileContent = z
  .looseObject({
    type: z.enum(FEATURE_TYPES),
    /** Ascending bounds, one more than there are bins; null at an end is without bound. A bin takes its lower bound. */
    edges: z.array(z.number().nullable()).optional(),
    /** Names of the bins, where there are no edges; one bin more than these is of all other values. */
    categories: z.array(z.string()).optional(),
    counts: z.array(count).min(1),
    /** Counts of the same bins in the reference. */
    reference: z.array(count).optional(),
    /** Records without a value. */
    missing: count.default(0),
    /** Records, those without a value among them. */
    total: count.optional(),
  })
  .superRefine(({ edges, categories, counts, reference }, context) => {
    const bins = counts.length;
    const expect = (path: string, holds: boolean, expected: string, found: number) => {
      if (!holds) {
        context.addIssue({ code: 'custom', path: [path], message: `expected ${expected}, found ${found}` });
      }
    };
    if (edges !== undefined) {
      expect('edges', edges.length === bins + 1, `${bins + 1} edges of ${bins} bins`, edges.length);
      const inner = edges.findIndex((edge, index) => edge === null && index > 0 && index < edges.length - 1);
      expect('edges', inner === -1, 'null at the ends alone', inner);
      const falls = edges.findIndex((edge, index) => edge !== null && edge < (edges[index - 1] ?? -Infinity));
      expect('edges', falls === -1, 'ascending edges', edges[falls] ?? NaN);
    } else if (categories !== undefined) {
      const fits = categories.length === bins || categories.length === bins - 1;
      expect('categories', fits, `${bins} categories of ${bins} bins, or one less`, categories.length);
    } else {
      context.addIssue({ code: 'custom', path: [], message: 'expected edges or categories, found neither' });
    }
    if (reference !== undefined) {
      expect('reference', reference.length === bins, `${bins} counts as of the bins`, reference.length);
    }
  });

export type ProfileContent = z.infer<typeof profileContent>;

/** What the frames of a profile query tell of their feature, in `meta.custom`. */
export interface ProfileMeta {
  workflow: string;
  model: string;
  slot: number | null;
  monitor: string | null;
  feature: string | null;
  type: FeatureType;
  /** Bounds of the bins, one more than there are; null is without bound. */
  edges?: Array<number | null>;
  /** Names of the bins, where there are no edges. */
  categories?: string[];
  /** Share of the reference in each bin, null where there is no reference. */
  reference: number[] | null;
  /** Records of the range without a value, and all of them. */
  missing: number;
  total: number;
}
