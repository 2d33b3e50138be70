import { createTheme, type DataFrame } from '@grafana/data';
import fc from 'fast-check';
import { edge, edgesFrame, metricFrame, node, nodesFrame } from '../testing/topology';
import { buildView, consequenceText } from '.';
import { consequences } from './consequences';
import type { LinkView, ModelState, ModelView } from './types';

const show = (series: DataFrame[]) =>
  buildView(series, [], { alerts: { show: true, hideResolved: true } }, createTheme());
const stat = (value: number | null) => (value === null ? undefined : { value, text: String(value) });

interface Drawn {
  state: ModelState;
  in: number | null;
  out: number | null;
}

const model = (id: string, { state, in: rpsIn, out: rpsOut }: Drawn): ModelView => ({
  id,
  name: id,
  workflow: '',
  state,
  stateText: state,
  engines: { total: 1, byState: [] },
  stats: { rpsIn: stat(rpsIn), rpsOut: stat(rpsOut) },
  badges: [],
  measures: [],
  consequence: undefined,
  alerts: { count: 0, worst: undefined, first: undefined, items: [] },
  fixed: undefined,
  origin: undefined,
});

const rate = fc.constantFrom(null, 0, 5);
const drawn: fc.Arbitrary<Drawn> = fc.record({
  state: fc.constantFrom<ModelState[]>('running', 'error', 'unknown', 'paused', 'finished', 'none', 'unlisted'),
  in: rate,
  out: rate,
});
const graph = fc.array(drawn, { minLength: 1, maxLength: 8 }).chain((all) => {
  const end = fc.integer({ min: 0, max: all.length - 1 });
  return fc.record({
    models: fc.constant(all.map((one, index) => model(`m${index}`, one))),
    links: fc.array(
      fc.tuple(end, end, rate).map(([a, b, value]) => ({ source: `m${a}`, target: `m${b}`, rate: stat(value) })),
      { maxLength: 14 }
    ),
  });
});

const BROKEN = ['error', 'unknown', 'paused'];
type Link = Pick<LinkView, 'source' | 'target' | 'rate'>;

/** All models upstream that nothing is known to flow from, by brute force over ways of any length. */
function reaches(id: string, cause: string, models: ModelView[], links: Link[]): boolean {
  const blocked = (source: string, value: LinkView['rate']) => {
    const out = models.find((one) => one.id === source)?.stats.rpsOut ?? value;
    return out === undefined || out.value === 0;
  };
  let level = new Set([id]);
  const seen = new Set<string>();
  while (level.size > 0) {
    const above = links
      .filter(({ source, target, rate }) => level.has(target) && blocked(source, rate))
      .map(({ source }) => source);
    if (above.includes(cause)) {
      return true;
    }
    level.forEach((one) => seen.add(one));
    level = new Set(above.filter((one) => !seen.has(one)));
  }
  return false;
}

test('a model is starved only without input and without a fault of its own, and each cause is a faulty model upstream', () => {
  fc.assert(
    fc.property(graph, ({ models, links }) => {
      const found = consequences(models, links);
      for (const [id, { by, names }] of found) {
        const own = models.find((one) => one.id === id);
        expect(BROKEN).not.toContain(own?.state);
        expect(own?.stats.rpsIn?.value ?? 0).toBe(0);
        expect(by.length).toBeGreaterThan(0);
        expect(names).toEqual(by);
        for (const cause of by) {
          expect(BROKEN).toContain(models.find((one) => one.id === cause)?.state);
          expect(reaches(id, cause, models, links)).toBe(true);
        }
      }
    })
  );
});

test('the order of models and links never shows', () => {
  const cases = graph.chain(({ models, links }) =>
    fc.record({
      models: fc.constant(models),
      links: fc.constant(links),
      otherModels: fc.shuffledSubarray(models, { minLength: models.length }),
      otherLinks: fc.shuffledSubarray(links, { minLength: links.length }),
    })
  );
  fc.assert(
    fc.property(cases, ({ models, links, otherModels, otherLinks }) => {
      expect(new Map(consequences(otherModels, otherLinks))).toEqual(new Map(consequences(models, links)));
    })
  );
});

test('where nothing is broken nothing is starved', () => {
  fc.assert(
    fc.property(graph, ({ models, links }) => {
      const sound = models.map((one) => (BROKEN.includes(one.state) ? { ...one, state: 'running' as const } : one));
      expect(consequences(sound, links).size).toBe(0);
    })
  );
});

describe('on a workflow', () => {
  const chain = (first: object, more: DataFrame[] = []) =>
    show([
      nodesFrame([
        node('prices', 'reader', { status: 'error', running: 0, error: 1, ...first }),
        node('prices', 'predictor', { rps_in: 0, rps_out: 0 }),
        node('prices', 'scorer', { rps_in: 0 }),
      ]),
      edgesFrame([
        edge('prices', 'reader', 'predictor', { mainstat: null }),
        edge('prices', 'predictor', 'scorer', { mainstat: 0 }),
      ]),
      ...more,
    ]).models.map((one) => [one.name, consequenceText(one)]);

  it('the models after one in error are starved by it, through others too', () => {
    expect(chain({ rps_out: 0 })).toEqual([
      ['predictor', 'Starved by reader'],
      ['reader', ''],
      ['scorer', 'Starved by reader'],
    ]);
  });

  it('a model whose other engines still work starves nobody', () => {
    expect(chain({ rps_out: 12 }).map(([, text]) => text)).toEqual(['', '', '']);
  });

  it('the newest of a history counts, and not the mean of the range', () => {
    const rates = [
      metricFrame('rps', { model: 'reader', slot: '1' }, [9, 9, 0, 0, null]),
      metricFrame('rps', { model: 'predictor', slot: '0' }, [9, 9, 0, 0, null]),
    ];
    const texts = chain({ rps_out: 6 }, rates);
    expect(texts).toContainEqual(['predictor', 'Starved by reader']);
  });
});
