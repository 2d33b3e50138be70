import React, { type ComponentProps } from 'react';
import { InlineField } from '@grafana/ui';

/** A setting with its name beside it, as wide as those of Grafana's own settings around it. */
export function SettingField(props: Omit<ComponentProps<typeof InlineField>, 'labelWidth'>) {
  return <InlineField labelWidth={24} {...props} />;
}
