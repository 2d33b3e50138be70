import {
  FieldConfigProperty,
  PanelOptionsEditorBuilder,
  standardEditorsRegistry,
  standardFieldConfigEditorRegistry,
  toDataFrame,
  type DataFrame,
  type PanelModel,
} from '@grafana/data';
import { plugin } from './module';
import { DEFAULT_OPTIONS, migrateOptions, type PanelOptions } from './options';
import { addOptions } from './optionsEditor';
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

test('options that mean nothing beside the others are not offered', () => {
  const builder = new PanelOptionsEditorBuilder<PanelOptions>();
  addOptions(builder);
  const offered = (change: Partial<PanelOptions>) =>
    builder
      .getItems()
      .filter(({ showIf }) => showIf?.({ ...DEFAULT_OPTIONS, ...change }, []) !== false)
      .map(({ path }) => path);
  const { view, cards, alerts, actions } = DEFAULT_OPTIONS;
  expect(offered({})).toEqual(expect.arrayContaining(['view.rows', 'cards.history', 'alerts.hideResolved']));
  expect(offered({})).not.toContain('actions.click');
  expect(offered({ view: { ...view, switch: false } })).not.toContain('view.rows');
  expect(offered({ cards: { ...cards, throughput: false } })).not.toContain('cards.history');
  expect(offered({ alerts: { ...alerts, show: false } })).not.toContain('alerts.hideResolved');
  expect(offered({ actions: { ...actions, model: 'model' } })).toContain('actions.click');
  expect(builder.getItems().every(({ category }) => (category?.length ?? 0) > 0)).toBe(true);
});
