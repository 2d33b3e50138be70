import { FieldColorModeId, FieldConfigProperty, PanelPlugin } from '@grafana/data';
import { WorkflowHealthPanel } from './components/WorkflowHealthPanel';
import { addOptions } from './optionsEditor';
import { migrateOptions, type PanelOptions } from './options';
import { supplier } from './suggestions';
import { translated } from './translations';

export const plugin = new PanelPlugin<PanelOptions>(translated(WorkflowHealthPanel))
  .setPanelOptions(addOptions)
  .useFieldConfig({
    // A palette colour says nothing here: numbers are coloured only where the user chooses thresholds or a gradient.
    standardOptions: {
      [FieldConfigProperty.Color]: {
        settings: { byValueSupport: true, preferThresholdsMode: false },
        defaultValue: { mode: FieldColorModeId.PaletteClassic },
      },
    },
    disableStandardOptions: [FieldConfigProperty.DisplayName, FieldConfigProperty.NoValue],
  })
  .setMigrationHandler((panel) => migrateOptions(panel.options))
  // The older of its two shapes is deprecated, and the only one that Grafana 12.3 knows.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  .setSuggestionsSupplier(supplier);
