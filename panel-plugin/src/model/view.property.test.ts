import { createTheme, toDataFrame, type DataFrame } from '@grafana/data';
import { EDGE_FIELDS, NODE_FIELDS } from '@pneumograph/contract';
import fc from 'fast-check';
import { alertsFrame, edgesFrame, nodesFrame, type AlertRow, type EdgeRow, type NodeRow } from '../testing/topology';
import { buildView, type HealthView } from '.';

const theme = createTheme();
const show = (series: DataFrame[]) => buildView(series, [], { alerts: { show: true, hideResolved: false } }, theme);

const HUGE = 'x'.repeat(2 ** 20);
/** What data sources, transformations and hands have put into fields. */
const hostile = fc.oneof(
  fc.constantFrom(null, undefined, NaN, Infinity, -Infinity, -1, 0, 1e308, '', ' ', '<b>', 'running', 'ERROR', true),
  fc.constantFrom({ a: 1 }, [], new Date(NaN), '\ud800', '%E0%A4%A', 'a/b', '__proto__', 'constructor'),
  fc.double(),
  fc.string()
);
const ids = fc.constantFrom('w/a', 'w/b', 'w/c', 'v/a', '/alone', 'no slash', '%zz/%zz');

const nodeRow: fc.Arbitrary<NodeRow> = fc
  .dictionary(fc.constantFrom(...NODE_FIELDS.map(({ name }) => name)), hostile, { maxKeys: 12 })
  .chain((row) => fc.oneof(ids, hostile).map((id) => ({ ...row, id })));
const edgeRow: fc.Arbitrary<EdgeRow> = fc
  .tuple(fc.dictionary(fc.constantFrom(...EDGE_FIELDS.map(({ name }) => name)), hostile, { maxKeys: 4 }), ids, ids)
  .map(([row, source, target]) => ({ source, target, ...row }));
const alertRow: fc.Arbitrary<AlertRow> = fc.record(
  {
    time: hostile,
    model: fc.oneof(fc.constantFrom('a', 'b'), hostile),
    severity: hostile,
    text: hostile,
    state: hostile,
  },
  { requiredKeys: [] }
);
const topology = fc.record({
  nodes: fc.array(nodeRow, { maxLength: 12 }),
  edges: fc.array(edgeRow, { maxLength: 12 }),
  alerts: fc.array(alertRow, { maxLength: 6 }),
});

/** Without where the rows lay, which is all that may differ. */
function drawn(view: HealthView): unknown {
  return JSON.parse(
    JSON.stringify({ ...view, fleet: view.fleet() }, (key, value) => (key === 'origin' ? undefined : value))
  );
}

const shuffled = <T>(rows: T[]) => fc.shuffledSubarray(rows, { minLength: rows.length });

test('the order of rows and of frames never shows', () => {
  const cases = topology.chain(({ nodes, edges, alerts }) =>
    fc
      .tuple(shuffled(nodes), shuffled(edges), shuffled(alerts), shuffled([0, 1, 2]))
      .map(([nodes2, edges2, alerts2, order]) => {
        const other = [nodesFrame(nodes2), edgesFrame(edges2), alertsFrame(alerts2)];
        return {
          one: [nodesFrame(nodes), edgesFrame(edges), alertsFrame(alerts)],
          other: order.flatMap((index) => other[index] ?? []),
        };
      })
  );
  fc.assert(
    fc.property(cases, ({ one, other }) => {
      expect(drawn(show(other))).toEqual(drawn(show(one)));
    })
  );
});

test('links that differ in what one of them does not tell come in one order', () => {
  const ends = { source: 'w/a', target: 'w/b' };
  const edges: EdgeRow[] = [
    { ...ends, source_slot: null },
    { ...ends, source_slot: -1 },
    { ...ends, source_slot: 1, mainstat: 2 },
    { ...ends, source_slot: 1, mainstat: null },
  ];
  const [one, other] = [edges, [...edges].reverse()].map((rows) =>
    show([nodesFrame([{ id: 'w/a' }]), edgesFrame(rows)])
  );
  expect(drawn(other)).toEqual(drawn(one));
});

test('splitting a frame in two never shows', () => {
  fc.assert(
    fc.property(topology, fc.nat(12), ({ nodes, edges }, cut) => {
      const whole = show([nodesFrame(nodes), edgesFrame(edges)]);
      const split = show([nodesFrame(nodes.slice(cut)), edgesFrame(edges), nodesFrame(nodes.slice(0, cut))]);
      expect(drawn(split)).toEqual(drawn(whole));
    })
  );
});

test('every row ends in the picture or in a notice, and every link joins two models of the picture', () => {
  fc.assert(
    fc.property(topology, ({ nodes, edges, alerts }) => {
      const view = show([nodesFrame(nodes), edgesFrame(edges), alertsFrame(alerts)]);
      const models = view.groups.flatMap((group) => group.models);
      const shown = new Set(models.map(({ id }) => id));
      expect(shown.size).toBe(models.length);
      for (const { source, target } of view.links) {
        expect(shown).toContain(source);
        expect(shown).toContain(target);
      }
      const said = [...view.notices.map(({ text }) => text), ...view.missing].join('\n');
      const isText = (value: unknown) => ![null, undefined, ''].includes(value as string) && !Number.isNaN(value);
      const usable = nodes.filter(({ id, model }) => isText(id) || isText(model));
      if (usable.length < nodes.length) {
        expect(said).toContain('without an id');
      }
      expect(view.groups.length > 0 || view.missing.length > 0).toBe(true);
    })
  );
});

test('frames of any fields and values never throw, and texts stay short', () => {
  const names = fc.oneof(
    fc.constantFrom('id', 'ID', 'source', 'target', 'time', 'model', 'severity', 'text', 'tags', 'status', 'mainstat'),
    fc.string({ maxLength: 8 })
  );
  const values = fc.array(fc.oneof(hostile, fc.constant(HUGE)), { maxLength: 4 });
  const frame = fc
    .tuple(
      fc.constantFrom('nodes', 'edges', 'alerts', undefined),
      fc.array(fc.record({ name: names, values }), { maxLength: 6 })
    )
    .map(([name, fields]) => toDataFrame({ name, fields }));
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 4 }), (series) => {
      const view = buildView(series, series, { alerts: { show: true, hideResolved: true } }, theme);
      const texts = [...view.notices.map(({ text }) => text), ...view.missing];
      texts.push(...view.groups.flatMap(({ models }) => models.flatMap(({ name, stateText }) => [name, stateText])));
      for (const text of texts) {
        expect(text.length).toBeLessThan(1000);
      }
    }),
    { numRuns: 60 }
  );
});
