import {
  FieldConfigProperty,
  standardEditorsRegistry,
  standardFieldConfigEditorRegistry,
  toDataFrame,
  type DataFrame,
  type PanelModel,
} from '@grafana/data';
import { plugin } from './module';
import { DEFAULT_OPTIONS, migrateOptions } from './options';
import { suggest, supplier } from './suggestions';
import { pricesTopology } from './testing/topology';

beforeAll(() => {
  const editor = { id: '', name: '', editor: () => null };
  standardEditorsRegistry.setInit(() => ['boolean', 'radio', 'select', 'field-name'].map((id) => ({ ...editor, id })));
  standardFieldConfigEditorRegistry.setInit(() =>
    Object.values(FieldConfigProperty).map((id) => ({
      ...editor,
      id,
      path: id,
      override: () => null,
      process: (value: unknown) => value,
      shouldApply: () => true,
    }))
  );
});

test('a new panel starts with the documented options', () => {
  // No field is chosen to begin with.
  expect(plugin.defaults).toEqual({ ...DEFAULT_OPTIONS, fields: undefined });
});

test('dashboards of any age are brought to the options of this version', () => {
  const panel = { options: { alerts: { show: false } } } as PanelModel;
  expect(plugin.onPanelMigration?.(panel)).toEqual(migrateOptions(panel.options));
});

test('unit, decimals, thresholds and data links can be set', () => {
  const ids = plugin.fieldConfigRegistry.list().map(({ id }) => id);
  expect(ids).toEqual(expect.arrayContaining(['unit', 'decimals', 'thresholds', 'links']));
});

test('is suggested for topologies only', () => {
  const summary = (rawFrames: unknown) => ({ rawFrames }) as Parameters<typeof suggest>[0];
  expect(suggest(summary(pricesTopology()))).toHaveLength(1);
  expect(suggest(summary([toDataFrame({ fields: [{ name: 'time', type: 'time', values: [1] }] })]))).toEqual([]);
  expect(suggest(summary(undefined))).toEqual([]);
});

test('is suggested to a Grafana before 12.4 too, in its way', () => {
  const suggested = (series: DataFrame[] | undefined) => {
    const list: object[] = [];
    supplier.getSuggestionsForData({
      data: { series },
      getListAppender: (defaults) => ({ append: (one) => list.push({ ...defaults, ...one }) }),
    });
    return list;
  };
  expect(suggested(pricesTopology())).toMatchObject([{ pluginId: 'pneumograph-workflowhealth-panel' }]);
  expect(suggested([toDataFrame({ fields: [{ name: 'time', type: 'time', values: [1] }] })])).toEqual([]);
  expect(suggested(undefined)).toEqual([]);
});
