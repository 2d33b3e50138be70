import {
  addValue,
  emptyProfile,
  referenceOf,
  seededRandom,
  type Bins,
  type Profile,
} from '@pneumograph/ingest-backend';
import { bestOfEach, type Row } from './table.js';

const RECORDS = 100_000;
const NUMERIC = 16;
const CATEGORICAL = 4;
const ROUNDS = 8;

type Record20 = Readonly<Record<string, number | string>>;

/** The profile of 20 features on one core, beside what the engine of the language alone needs to parse the same records. */
export function benchStatistics(): Row[] {
  const names = Array.from({ length: NUMERIC + CATEGORICAL }, (_, index) => `feature${index}`);
  const records = makeRecords(names);
  const lines = records.map((record) => JSON.stringify(record));
  const features = names.map((name, index) => {
    const kind = index < NUMERIC ? 'numeric' : 'categorical';
    return {
      name,
      bins: referenceOf(
        kind,
        records.slice(0, 2000).map((record) => record[name])
      ).bins,
    };
  });
  const parseAll = (): number => {
    let sum = 0;
    for (const line of lines) {
      sum += (JSON.parse(line) as { feature0: number }).feature0;
    }
    return sum;
  };
  const profileAll = (): number => {
    const profiles = profilesOf(features);
    for (const record of records) {
      addRecord(profiles, record);
    }
    return profiles[0]?.profile.tally.seen ?? NaN;
  };
  const both = (): number => {
    const profiles = profilesOf(features);
    for (const line of lines) {
      addRecord(profiles, JSON.parse(line) as Record20);
    }
    return profiles[0]?.profile.tally.seen ?? NaN;
  };
  const [parse = NaN, profile = NaN, all = NaN] = bestOfEach(ROUNDS, [parseAll, profileAll, both]);
  const row = (what: string, seconds: number, aim: string): Row => ({
    what,
    perSecond: RECORDS / seconds,
    unit: 'records/s',
    ratio: parse / seconds,
    aim,
  });
  return [
    row('JSON.parse alone', parse, ''),
    row(`profiles of ${NUMERIC} numbers and ${CATEGORICAL} categories`, profile, 'at least as fast as JSON.parse'),
    row('both', all, 'at least 0.5 of JSON.parse alone'),
  ];
}

interface Feature {
  readonly name: string;
  readonly bins: Bins;
}

function profilesOf(features: readonly Feature[]): (Feature & { readonly profile: Profile })[] {
  return features.map((feature) => ({ ...feature, profile: emptyProfile(feature.bins) }));
}

function addRecord(profiles: ReturnType<typeof profilesOf>, record: Record20): void {
  for (const { name, bins, profile } of profiles) {
    addValue(profile, bins, record[name]);
  }
}

function makeRecords(names: readonly string[]): Record20[] {
  const random = seededRandom(1);
  return Array.from({ length: RECORDS }, () =>
    Object.fromEntries(
      names.map((name, index) => [
        name,
        index < NUMERIC
          ? (random() + random() - random()) * 10 ** (index % 5)
          : `category-${Math.floor(random() ** 2 * 20)}`,
      ])
    )
  );
}
