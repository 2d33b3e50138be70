import React from 'react';
import { Combobox, MultiCombobox, type ComboboxOption } from '@grafana/ui';

interface Shared {
  id: string;
  options: ComboboxOption[];
  placeholder: string;
  loading?: boolean;
  /** Grid units of 8 pixels. */
  width?: number;
}

const OTHER_VALUE = 'Use this text or variable';

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
    createCustomValue: true,
    customValueDescription: OTHER_VALUE,
  };
  return clearable ? (
    <Combobox {...common} isClearable onChange={(option) => onChange(option?.value.trim() ?? '')} />
  ) : (
    <Combobox {...common} onChange={(option) => onChange(option.value.trim())} />
  );
}

/** Several of a list, or any texts. Empty means all. */
export function ChooseSeveral({
  values,
  onChange,
  minWidth = 20,
  ...shared
}: Omit<Shared, 'width'> & { values: string[]; onChange: (values: string[]) => void; minWidth?: number }) {
  return (
    <MultiCombobox
      {...shared}
      value={values.map((value) => shared.options.find((option) => option.value === value) ?? { value, label: value })}
      width="auto"
      minWidth={minWidth}
      maxWidth={60}
      isClearable
      createCustomValue
      customValueDescription={OTHER_VALUE}
      onChange={(chosen) => onChange([...new Set(chosen.map(({ value }) => value.trim()))].filter(Boolean))}
    />
  );
}
