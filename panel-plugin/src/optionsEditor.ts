import type { PanelOptionsEditorBuilder, SelectableValue } from '@grafana/data';
import { t } from '@grafana/i18n';
import { getTemplateSrv } from '@grafana/runtime';
import type { FieldRole } from './model/mapping';
import { DEFAULT_OPTIONS, type PanelOptions } from './options';

type Builder = PanelOptionsEditorBuilder<PanelOptions>;
type Switch<Key> = [key: Key, name: string, description?: string];

/** The editor of the options, category by category. */
export function addOptions(builder: Builder): void {
  addView(builder);
  addCards(builder);
  addLinks(builder);
  addAlerts(builder);
  addActions(builder);
  addLayout(builder);
  addFields(builder);
}

function addView(builder: Builder): void {
  const category = [t('options.view', 'View')];
  builder
    .addRadio({
      path: 'view.name',
      name: t('options.view-name', 'View'),
      category,
      defaultValue: DEFAULT_OPTIONS.view.name,
      settings: {
        options: [
          { value: 'graph', label: t('options.graph', 'Graph') },
          { value: 'grid', label: t('options.grid', 'Grid') },
          { value: 'timeline', label: t('options.timeline', 'Timeline') },
          { value: 'table', label: t('options.table', 'Table') },
        ],
      },
    })
    .addBooleanSwitch({
      path: 'view.switch',
      name: t('options.switch', 'Switch on the panel'),
      description: t('options.switch-help', 'Lets whoever looks at the panel choose another view'),
      category,
      defaultValue: DEFAULT_OPTIONS.view.switch,
    })
    .addRadio({
      path: 'view.rows',
      name: t('options.rows', 'Cells and rows'),
      description: t('options.rows-help', 'Engines need a query of the kind Engine status'),
      category,
      defaultValue: DEFAULT_OPTIONS.view.rows,
      settings: {
        options: [
          { value: 'engines', label: t('options.engines', 'Engines') },
          { value: 'models', label: t('options.models', 'Models') },
        ],
      },
      showIf: (options) => options.view?.switch !== false || ['grid', 'timeline'].includes(options.view?.name ?? ''),
    });
}

function addCards(builder: Builder): void {
  const cards: Array<Switch<keyof PanelOptions['cards']>> = [
    [
      'engines',
      t('options.card-engines', 'Engines by state'),
      t('options.card-engines-help', 'How many engines run, and what the others do'),
    ],
    [
      'throughput',
      t('options.throughput', 'Throughput'),
      t('options.throughput-help', 'Records per second in and out'),
    ],
    [
      'history',
      t('options.history', 'Curves'),
      t('options.history-help', 'How the throughput came to be; needs a query of the metric rps over time'),
    ],
    [
      'rejects',
      t('options.rejects', 'Rejected records'),
      t('options.rejects-help', 'Highlighted as soon as there are any'),
    ],
    ['latency', t('options.latency', 'Latency'), t('options.latency-help', 'Needs a query of the metric latency')],
    ['backlog', t('options.backlog', 'Backlog'), t('options.backlog-help', 'Needs a query of the metric backlog')],
    [
      'cpu',
      t('options.cpu', 'CPU'),
      t('options.cpu-help', 'Mean of the model’s engines, and a bar between minimum and maximum of the field'),
    ],
    [
      'memory',
      t('options.memory', 'Memory'),
      t(
        'options.memory-help',
        'Sum of the model’s engines, and a bar to the maximum of the field, or else to the largest of the models'
      ),
    ],
    [
      'badges',
      t('options.badges', 'Drift and divergence'),
      t('options.badges-help', 'From alerts and metrics of monitors'),
    ],
  ];
  for (const [key, name, description] of cards) {
    builder.addBooleanSwitch({
      path: `cards.${key}`,
      name,
      description,
      category: [t('options.cards', 'Cards')],
      defaultValue: DEFAULT_OPTIONS.cards[key],
      ...(key === 'history' ? { showIf: (options: PanelOptions) => options.cards?.throughput !== false } : {}),
    });
  }
}

function addLinks(builder: Builder): void {
  const links: Array<Switch<keyof PanelOptions['links']>> = [
    [
      'labels',
      t('options.link-labels', 'Throughput labels'),
      t('options.link-labels-help', 'Records per second beside each link'),
    ],
    [
      'widths',
      t('options.widths', 'Width by throughput'),
      t('options.widths-help', 'The strongest link is the widest'),
    ],
    [
      'backlog',
      t('options.link-backlog', 'Backlog'),
      t('options.link-backlog-help', 'Records that wait, where there are any; needs a query of the metric backlog'),
    ],
  ];
  for (const [key, name, description] of links) {
    builder.addBooleanSwitch({
      path: `links.${key}`,
      name,
      description,
      category: [t('options.links', 'Links')],
      defaultValue: DEFAULT_OPTIONS.links[key],
    });
  }
}

function addAlerts(builder: Builder): void {
  const category = [t('options.alerts', 'Alerts')];
  builder
    .addBooleanSwitch({
      path: 'alerts.show',
      name: t('options.alerts-show', 'Show alerts'),
      description: t(
        'options.alerts-show-help',
        'From any query or annotation with the fields time, model, severity and text, and from the alert rules of Grafana'
      ),
      category,
      defaultValue: DEFAULT_OPTIONS.alerts.show,
    })
    .addBooleanSwitch({
      path: 'alerts.hideResolved',
      name: t('options.alerts-resolved', 'Hide resolved alerts'),
      category,
      defaultValue: DEFAULT_OPTIONS.alerts.hideResolved,
      showIf: (options) => options.alerts?.show !== false,
    });
}

function addActions(builder: Builder): void {
  const category = [t('options.actions', 'Actions')];
  const settings = { allowCustomValue: true, isClearable: true, options: [], getOptions: variables };
  builder
    .addSelect({
      path: 'actions.model',
      name: t('options.variable-model', 'Variable for the model'),
      description: t(
        'options.variable-model-help',
        'A dashboard variable that a model sets; one of several values gets it added or removed'
      ),
      category,
      defaultValue: DEFAULT_OPTIONS.actions.model,
      settings,
    })
    .addSelect({
      path: 'actions.workflow',
      name: t('options.variable-workflow', 'Variable for the workflow'),
      category,
      defaultValue: DEFAULT_OPTIONS.actions.workflow,
      settings,
    })
    .addRadio({
      path: 'actions.click',
      name: t('options.click', 'A click on a model'),
      category,
      defaultValue: DEFAULT_OPTIONS.actions.click,
      settings: {
        options: [
          { value: 'details', label: t('options.click-details', 'Shows details and links') },
          { value: 'filter', label: t('options.click-filter', 'Sets the variables') },
        ],
      },
      showIf: (options) => Boolean(options.actions?.model) || Boolean(options.actions?.workflow),
    });
}

async function variables(): Promise<Array<SelectableValue<string>>> {
  return getTemplateSrv()
    .getVariables()
    .map(({ name, label }) => ({ value: name, label: label || name }));
}

function addLayout(builder: Builder): void {
  builder.addRadio({
    path: 'layout.direction',
    name: t('options.direction', 'Direction'),
    description: t('options.direction-help', 'Not used for workflows whose file gives positions'),
    category: [t('options.layout', 'Layout')],
    defaultValue: DEFAULT_OPTIONS.layout.direction,
    settings: {
      options: [
        { value: 'right', label: t('options.right', 'Left to right') },
        { value: 'down', label: t('options.down', 'Top down') },
      ],
    },
  });
}

function addFields(builder: Builder): void {
  const roles: Array<Switch<FieldRole>> = [
    ['model', t('options.field-model', 'Model'), t('options.field-model-help', 'Name of the model, in any frame')],
    ['workflow', t('options.field-workflow', 'Workflow')],
    ['engine', t('options.field-engine', 'Engine')],
    ['status', t('options.field-status', 'State'), t('options.field-status-help', 'Of a model, an engine or an alert')],
    ['time', t('options.field-time', 'Time'), t('options.field-time-help', 'When a state or an alert began')],
    ['timeEnd', t('options.field-end', 'End'), t('options.field-end-help', 'When it was over')],
    [
      'severity',
      t('options.field-severity', 'Severity'),
      t('options.field-severity-help', 'Makes a frame one of alerts'),
    ],
    ['text', t('options.field-text', 'Text'), t('options.field-text-help', 'What an alert says')],
    ['id', t('options.field-id', 'Id'), t('options.field-id-help', 'Of a model, as links name it')],
    [
      'source',
      t('options.field-source', 'Source'),
      t('options.field-source-help', 'Id of the model that a link comes from'),
    ],
    [
      'target',
      t('options.field-target', 'Target'),
      t('options.field-target-help', 'Id of the model that a link leads to'),
    ],
  ];
  for (const [role, name, description] of roles) {
    builder.addFieldNamePicker({
      path: `fields.${role}`,
      name,
      description,
      category: [t('options.fields', 'Fields')],
      settings: { placeholderText: t('options.by-name', 'By its name') },
    });
  }
}
