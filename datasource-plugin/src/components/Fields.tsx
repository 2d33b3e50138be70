import React, { type ComponentProps, type PropsWithChildren } from 'react';
import { css } from '@emotion/css';
import type { SelectableValue } from '@grafana/data';
import { EditorField, EditorRows } from '@grafana/plugin-ui';
import { RadioButtonGroup, useStyles2 } from '@grafana/ui';
import { ChooseOne, ChooseSeveral } from './Choose';

/** A choice with its name above it. */
interface Labelled extends Pick<ComponentProps<typeof EditorField>, 'tooltip' | 'invalid' | 'error'> {
  id: string;
  label: string;
}

/** One of a list, or any text. */
export function OneField({ label, tooltip, invalid, error, ...choice }: Labelled & ComponentProps<typeof ChooseOne>) {
  return (
    <EditorField {...{ label, tooltip, invalid, error }} htmlFor={choice.id}>
      <ChooseOne {...choice} />
    </EditorField>
  );
}

/** Several of a list, or any texts; empty means all. */
export function SeveralField({
  label,
  tooltip,
  ...choice
}: Labelled & Omit<ComponentProps<typeof ChooseSeveral>, 'name'>) {
  return (
    <EditorField {...{ label, tooltip }} htmlFor={choice.id}>
      <ChooseSeveral name={label} {...choice} />
    </EditorField>
  );
}

interface Few<T> extends Labelled {
  options: Array<SelectableValue<T>>;
  value: T;
  onChange: (value: T) => void;
}

/** One of so few that all are shown; on a narrow screen in several lines. */
export function FewField<T>({ id, label, tooltip, ...choice }: Few<T>) {
  const { lines } = useStyles2(getStyles);
  return (
    <EditorField {...{ label, tooltip }} htmlFor={id}>
      <RadioButtonGroup id={id} aria-label={label} className={lines} {...choice} />
    </EditorField>
  );
}

/** Rows of fields no wider than their place: those of Grafana's own component are as wide as their widest field wants. */
export function Rows({ children }: PropsWithChildren) {
  const { rows } = useStyles2(getStyles);
  return (
    <div className={rows}>
      <EditorRows>{children}</EditorRows>
    </div>
  );
}

const getStyles = () => ({
  lines: css({ flexWrap: 'wrap' }),
  rows: css({ '& > div': { flexWrap: 'nowrap' } }),
});
