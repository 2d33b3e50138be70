import { createContext, useCallback, useContext } from 'react';
import type { Field, LinkModel } from '@grafana/data';
import { alertKey, type AlertView, type ModelView } from '../../model';
import { lengthOf } from '../../theme/duration';

/** What is known around the views and needed deep within them. */
export interface PanelServices {
  /** Epoch milliseconds of the dashboard's time range. */
  range: { from: number; to: number };
  /** Where an alert's evidence is to be seen. */
  linksOfAlert: (alert: AlertView) => Array<LinkModel<Field>>;
  /** What a click on a model does instead of showing details; undefined where it shows them. */
  onModel: ((model: ModelView) => void) | undefined;
  /** The alert whose evidence was asked for last, by its key. */
  openAlert: string | undefined;
  onOpenAlert: (key: string) => void;
}

const Context = createContext<PanelServices>({
  range: { from: 0, to: 0 },
  linksOfAlert: () => [],
  onModel: undefined,
  openAlert: undefined,
  onOpenAlert: () => {},
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

/** What a click on an alert does: it opens the details of its model, with the evidence of the alert. */
export function useOpenAlert(
  pin: (id: string | undefined) => void
): (model: ModelView | undefined, alert: AlertView) => void {
  const { onOpenAlert } = usePanelServices();
  return useCallback(
    (model, alert) => {
      onOpenAlert(alertKey(alert));
      pin(model?.id);
    },
    [onOpenAlert, pin]
  );
}

/** How long alerts have been there by the end of the dashboard's time, in words; empty where that is not known. */
export function useAge(): (alert: Pick<AlertView, 'time' | 'timeEnd'> | undefined) => string {
  const { to } = usePanelServices().range;
  return useCallback(
    (alert) => {
      const { time, timeEnd = to } = alert ?? {};
      return time === undefined || to <= 0 || timeEnd < time ? '' : lengthOf(timeEnd - time);
    },
    [to]
  );
}
