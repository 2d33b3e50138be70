import React from 'react';
import { t } from '@grafana/i18n';
import { Combobox, MultiCombobox, type ComboboxOption } from '@grafana/ui';

interface Shared {
  id: string;
  options: ComboboxOption[];
  placeholder: string;
  /** Grid units of 8 pixels. */
  width?: number;
}

/** Spread, since Grafana 12.3 knows no such description for lists of several and leaves it out. */
const anyText = () => ({
  createCustomValue: true,
  customValueDescription: t('choose.other', 'Use this text or variable'),
});

/** What a text means: the option that is called so, which may be another than the text that the list offers first. */
function meant(text: string, options: ComboboxOption[]): string {
  const wanted = text.trim();
  const isValue = options.some(({ value }) => value === wanted);
  // Names of models are their values: another case is another model.
  const isCalled = ({ value, label }: ComboboxOption) =>
    label !== undefined && label !== value && label.toLowerCase() === wanted.toLowerCase();
  return isValue ? wanted : (options.find(isCalled)?.value ?? wanted);
}

/** One of a list, or any text: a variable, or a name that has not reported yet. Empty where it is cleared. */
export function ChooseOne({
  value,
  onChange,
  clearable = true,
  width = 26,
  options,
  ...shared
}: Shared & { value: string; onChange: (value: string) => void; clearable?: boolean }) {
  const chosen = value === '' ? null : (options.find((option) => option.value === value) ?? { value, label: value });
  const common = {
    ...shared,
    options,
    value: chosen,
    width,
    ...anyText(),
  };
  return clearable ? (
    <Combobox {...common} isClearable onChange={(option) => onChange(meant(option?.value ?? '', options))} />
  ) : (
    // Whoever types fast enough chooses what the list has left behind: nothing.
    <Combobox {...common} onChange={(option?: ComboboxOption) => option && onChange(meant(option.value, options))} />
  );
}

/** Several of a list, or any texts. Empty means all. */
export function ChooseSeveral({
  name,
  values,
  onChange,
  ...shared
}: Omit<Shared, 'width'> & { name: string; values: string[]; onChange: (values: string[]) => void }) {
  const chosen = values.map(
    (value) => shared.options.find((option) => option.value === value) ?? { value, label: value }
  );
  // Older versions of this component take no id, so that the label of the field does not reach it.
  const nameId = `${shared.id}-name`;
  return (
    <div style={{ width: roomFor(chosen.map(({ value, label }) => label ?? value)), maxWidth: '100%' }}>
      <span hidden id={nameId}>
        {name}
      </span>
      <MultiCombobox
        {...shared}
        aria-labelledby={nameId}
        value={chosen}
        isClearable
        {...anyText()}
        onChange={(next) =>
          onChange([...new Set(next.map(({ value }) => meant(value, shared.options)))].filter(Boolean))
        }
      />
    </div>
  );
}

const LEAST_ROOM = 208;
const MOST_ROOM = 480;

/** Pixels in which the texts fit as pills: without room the component hides all but the first. */
function roomFor(labels: string[]): number {
  const pixels = labels.reduce((sum, label) => sum + label.length * 8 + 50, 100);
  return Math.min(Math.max(pixels, LEAST_ROOM), MOST_ROOM);
}
