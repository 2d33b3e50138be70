import { decodeText, Deriver, Fleet, Rejection, Skipped, type Partition } from '@pneumograph/ingest-backend';
import { engines, reportLines } from './reports.js';
import { best, type Row } from './table.js';

const REPORTS = 300_000;
const ENGINES = 1000;
const ROUNDS = 5;

/** Derivation on one core, beside what the engine of the language alone needs to parse the same lines. */
export function benchDerive(): Row[] {
  const lines = reportLines(REPORTS, ENGINES);
  const parse = best(ROUNDS, () => {
    let sum = 0;
    for (const line of lines) {
      sum += (JSON.parse(line) as { id: number }).id;
    }
    return sum;
  });
  let points = 0;
  const derive = best(ROUNDS, () => {
    points = 0;
    const partition: Partition = { key: 'bench' };
    const deriver = new Deriver({ grace: 5e6, counting: 'delta', taps: {}, holdUnknown: 0 }, fleet(), () => points++);
    const now = Date.now() * 1000;
    for (const [offset, line] of lines.entries()) {
      const message = decodeText(line, now);
      if (message instanceof Rejection || message instanceof Skipped) {
        throw new Error(`not taken: ${line}`);
      }
      deriver.accept(message, partition, offset, 0);
    }
    deriver.advance(() => Infinity);
    return points;
  });
  return [
    { what: 'JSON.parse alone', perSecond: REPORTS / parse, unit: 'reports/s', ratio: 1, aim: '' },
    {
      what: `parse, check, derive (${(points / REPORTS).toFixed(2)} points a report)`,
      perSecond: REPORTS / derive,
      unit: 'reports/s',
      ratio: parse / derive,
      aim: 'at least 0.5 of JSON.parse alone',
    },
  ];
}

function fleet(): Fleet {
  const all = new Fleet();
  const rest = { aliases: [], name: undefined, workflow: 'bench', asset: undefined };
  all.update(
    engines(ENGINES).map(({ src, model }) => ({ ...rest, src, model })),
    0
  );
  return all;
}
