import {
  booleanOverrideProcessor,
  dataLinksOverrideProcessor,
  displayNameOverrideProcessor,
  FieldConfigProperty,
  type FieldConfigPropertyItem,
  identityOverrideProcessor,
  numberOverrideProcessor,
  standardEditorsRegistry,
  standardFieldConfigEditorRegistry,
  standardTransformers,
  standardTransformersRegistry,
  stringOverrideProcessor,
  thresholdsOverrideProcessor,
  TransformerCategory,
  unitOverrideProcessor,
  valueMappingsOverrideProcessor,
} from '@grafana/data';

const PROCESSORS: Array<[FieldConfigProperty, FieldConfigPropertyItem['process']]> = [
  [FieldConfigProperty.Unit, unitOverrideProcessor],
  [FieldConfigProperty.Min, numberOverrideProcessor],
  [FieldConfigProperty.Max, numberOverrideProcessor],
  [FieldConfigProperty.FieldMinMax, booleanOverrideProcessor],
  [FieldConfigProperty.Decimals, numberOverrideProcessor],
  [FieldConfigProperty.DisplayName, displayNameOverrideProcessor],
  [FieldConfigProperty.NoValue, stringOverrideProcessor],
  [FieldConfigProperty.Thresholds, thresholdsOverrideProcessor],
  [FieldConfigProperty.Mappings, valueMappingsOverrideProcessor],
  [FieldConfigProperty.Links, dataLinksOverrideProcessor],
  [FieldConfigProperty.Actions, identityOverrideProcessor],
  [FieldConfigProperty.Color, identityOverrideProcessor],
  [FieldConfigProperty.Filterable, booleanOverrideProcessor],
];

/** The editors of options are not drawn by this host: options are given by the test. */
const NoEditor = () => null;

/** Fills the registries that a Grafana fills at its start and that panels read while they are built. */
export function fillRegistries(): void {
  standardFieldConfigEditorRegistry.setInit(() =>
    PROCESSORS.map(([id, process]) => ({
      id,
      path: id,
      name: id,
      settings: {},
      editor: NoEditor,
      override: NoEditor,
      process,
      shouldApply: () => true,
    }))
  );
  standardEditorsRegistry.setInit(() =>
    [
      ...['text', 'number', 'slider', 'boolean', 'select', 'multi-select', 'radio', 'unit', 'color', 'fieldColor'],
      ...['links', 'actions', 'mappings', 'thresholds', 'strings', 'field-name', 'timezone', 'dashboard-uid'],
    ].map((id) => ({ id, name: id, editor: NoEditor }))
  );
  standardTransformersRegistry.setInit(() =>
    Object.values(standardTransformers).map((transformation) => ({
      id: transformation.id,
      name: transformation.name,
      transformation: () => Promise.resolve(transformation as never),
      editor: NoEditor,
      imageDark: '',
      imageLight: '',
      categories: new Set([TransformerCategory.Reformat]),
    }))
  );
}
