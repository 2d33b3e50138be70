import type { PanelOptionsEditorBuilder } from '@grafana/data';
import { DEFAULT_OPTIONS, type PanelOptions } from './options';

const CARDS: Array<[keyof PanelOptions['cards'], string, string]> = [
  ['engines', 'Engines by state', 'How many engines run, and what the others do'],
  ['throughput', 'Throughput', 'Records per second in and out'],
  ['rejects', 'Rejected records', 'Highlighted as soon as there are any'],
  ['cpu', 'CPU', 'Mean of the model’s engines'],
  ['memory', 'Memory', 'Sum of the model’s engines'],
];

export function addOptions(builder: PanelOptionsEditorBuilder<PanelOptions>): void {
  builder
    .addRadio({
      path: 'view.name',
      name: 'View',
      category: ['View'],
      defaultValue: DEFAULT_OPTIONS.view.name,
      settings: {
        options: [
          { value: 'graph', label: 'Graph' },
          { value: 'grid', label: 'Grid' },
          { value: 'timeline', label: 'Timeline' },
          { value: 'table', label: 'Table' },
        ],
      },
    })
    .addBooleanSwitch({
      path: 'view.switch',
      name: 'Switch on the panel',
      description: 'Lets whoever looks at the panel choose another view',
      category: ['View'],
      defaultValue: DEFAULT_OPTIONS.view.switch,
    })
    .addRadio({
      path: 'view.rows',
      name: 'Cells and rows',
      description: 'Engines need a query of the kind Engine status',
      category: ['View'],
      defaultValue: DEFAULT_OPTIONS.view.rows,
      settings: {
        options: [
          { value: 'engines', label: 'Engines' },
          { value: 'models', label: 'Models' },
        ],
      },
      showIf: (options) => options.view?.switch !== false || ['grid', 'timeline'].includes(options.view?.name ?? ''),
    });
  for (const [key, name, description] of CARDS) {
    builder.addBooleanSwitch({
      path: `cards.${key}`,
      name,
      description,
      category: ['Cards'],
      defaultValue: DEFAULT_OPTIONS.cards[key],
    });
  }
  builder
    .addBooleanSwitch({
      path: 'links.labels',
      name: 'Throughput labels',
      description: 'Records per second beside each link',
      category: ['Links'],
      defaultValue: DEFAULT_OPTIONS.links.labels,
    })
    .addBooleanSwitch({
      path: 'links.widths',
      name: 'Width by throughput',
      description: 'The strongest link is the widest',
      category: ['Links'],
      defaultValue: DEFAULT_OPTIONS.links.widths,
    })
    .addBooleanSwitch({
      path: 'alerts.show',
      name: 'Show alerts',
      description: 'From any query or annotation with the fields time, model, severity and text',
      category: ['Alerts'],
      defaultValue: DEFAULT_OPTIONS.alerts.show,
    })
    .addBooleanSwitch({
      path: 'alerts.hideResolved',
      name: 'Hide resolved alerts',
      category: ['Alerts'],
      defaultValue: DEFAULT_OPTIONS.alerts.hideResolved,
      showIf: (options) => options.alerts?.show !== false,
    })
    .addRadio({
      path: 'layout.direction',
      name: 'Direction',
      description: 'Not used for workflows whose file gives positions',
      category: ['Layout'],
      defaultValue: DEFAULT_OPTIONS.layout.direction,
      settings: {
        options: [
          { value: 'right', label: 'Left to right' },
          { value: 'down', label: 'Top down' },
        ],
      },
    });
}
