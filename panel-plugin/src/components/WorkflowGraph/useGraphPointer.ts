import { useCallback, useState } from 'react';
import type { Field, LinkModel } from '@grafana/data';
import type { Point } from '../../layout';
import type { AlertView, LinkView, ModelView } from '../../model';
import { useOpenAlert, usePanelServices } from '../PanelContext';
import type { Hovered } from './GraphTooltip';
import type { OpenMenu } from './ModelMenu';

/**
 * What hovering, clicking and pinning do to the graph.
 * @param wasDrag whether the click that comes is the end of a drag, which means nothing
 */
export function useGraphPointer(linksOf: (model: ModelView) => Array<LinkModel<Field>>, wasDrag: () => boolean) {
  const { onModel } = usePanelServices();
  const [hovered, setHovered] = useState<Hovered | undefined>(undefined);
  const [pinned, setPinned] = useState<string | undefined>(undefined);
  const [menu, setMenu] = useState<OpenMenu | undefined>(undefined);
  const onHover = useCallback(
    (model: ModelView | undefined, at: Point) => setHovered(model && { kind: 'model', id: model.id, at }),
    []
  );
  const onHoverLink = useCallback(
    (link: LinkView | undefined, at: Point) =>
      setHovered(link && { kind: 'link', source: link.source, target: link.target, at }),
    []
  );
  const onBlur = useCallback(() => setHovered(undefined), []);
  const onPin = useCallback((model: ModelView) => {
    setHovered(undefined);
    setPinned((before) => (before === model.id ? undefined : model.id));
  }, []);
  const onClick = useCallback(
    (model: ModelView, at: Point) => {
      if (wasDrag()) {
        return;
      }
      if (onModel !== undefined) {
        onModel(model);
        return;
      }
      const links = linksOf(model);
      // What only sets variables is a button of the details.
      if (links.every(({ href }) => href === '')) {
        onPin(model);
      } else {
        setHovered(undefined);
        setMenu({ model, links, at });
      }
    },
    [linksOf, onPin, onModel, wasDrag]
  );
  const openAlert = useOpenAlert(setPinned);
  const onAlert = useCallback(
    (model: ModelView | undefined, alert: AlertView) => {
      if (!wasDrag()) {
        setHovered(undefined);
        openAlert(model, alert);
      }
    },
    [openAlert, wasDrag]
  );
  return {
    ...{ hovered, setHovered, pinned, setPinned, menu, setMenu },
    ...{ onHover, onHoverLink, onBlur, onPin, onClick, onAlert },
  };
}
