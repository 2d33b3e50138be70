import { createContext, useCallback, useContext } from 'react';
import type { Field, LinkModel } from '@grafana/data';
import type { AlertView, ModelView } from '../../model';

/** What is known around the views and needed deep within them. */
export interface PanelServices {
  /** Epoch milliseconds of the dashboard's time range. */
  range: { from: number; to: number };
  /** Where an alert's evidence is to be seen. */
  linksOfAlert: (alert: AlertView) => Array<LinkModel<Field>>;
  /** What a click on a model does instead of showing details; undefined where it shows them. */
  onModel: ((model: ModelView) => void) | undefined;
}

const Context = createContext<PanelServices>({
  range: { from: 0, to: 0 },
  linksOfAlert: () => [],
  onModel: undefined,
});

export const PanelServicesProvider = Context.Provider;

export function usePanelServices(): PanelServices {
  return useContext(Context);
}

/** What opens a model that was clicked: its details, or what the options say instead. */
export function useOpenModel(pin: (id: string | undefined) => void): (model: ModelView | undefined) => void {
  const { onModel } = usePanelServices();
  return useCallback(
    (model) => (onModel !== undefined && model !== undefined ? onModel(model) : pin(model?.id)),
    [onModel, pin]
  );
}
