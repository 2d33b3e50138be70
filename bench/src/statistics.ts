import { addValue, emptyProfile, referenceOf, type Bins, type Profile } from '@pneumograph/ingest-backend';
import { CATEGORICAL, makeRecords, NAMES, NUMERIC, type Record20 } from './records.js';
import { bestOfEach, type Row } from './table.js';

const RECORDS = 100_000;
const ROUNDS = 8;

/** The profile of 20 features on one core, beside what the engine of the language alone needs to parse the same records. */
export function benchStatistics(): Row[] {
  const records = makeRecords(RECORDS);
  const lines = records.map((record) => JSON.stringify(record));
  const features = NAMES.map((name, index) => {
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
