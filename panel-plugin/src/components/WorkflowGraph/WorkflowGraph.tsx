import React, { useCallback, useMemo, useRef, useState, type ReactNode } from 'react';
import { cx } from '@emotion/css';
import type { Field, LinkModel } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { layoutWorkflows, type LayoutInput, type Point } from '../../layout';
import type { HealthView, LinkView, ModelState, ModelView } from '../../model';
import type { PanelOptions } from '../../options';
import { fitText, measureIn } from '../../theme/fitText';
import { DetailsBox } from '../DetailsBox';
import { GraphToolbar } from '../GraphToolbar';
import { GraphTooltip, type Hovered } from './GraphTooltip';
import { ModelCard } from '../ModelCard';
import { cardSize, detailAt } from '../ModelCard/cardRows';
import { Notices, NOTICES_HEIGHT } from '../Notices';
import { usePanelServices } from '../PanelContext';
import { StateSummary } from '../StateSummary';
import { WorkflowLink } from '../WorkflowLink';
import { layoutInput, startOf } from './layoutInput';
import { ModelMenu, type OpenMenu } from './ModelMenu';
import { useViewport } from './useViewport';
import { getStyles } from './WorkflowGraph.styles';

interface Props {
  view: HealthView;
  options: PanelOptions;
  width: number;
  height: number;
  timeZone: string;
  /** Data links of a model, worked out only when asked for. */
  linksOf: (model: ModelView) => Array<LinkModel<Field>>;
  /** What stands at the right of the head. */
  tools: ReactNode;
}

const HEAD_HEIGHT = 30;

/** The workflows as graphs of cards, with zoom and pan, tooltips and one pinned details box. */
export function WorkflowGraph({ view, options, width, height, timeZone, linksOf, tools }: Props) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const measure = useMemo(() => measureIn(theme.typography.fontFamily), [theme.typography.fontFamily]);
  const { onModel } = usePanelServices();
  const elements = useRef(new Map<string, SVGGElement | null>());
  const [hovered, setHovered] = useState<Hovered | undefined>(undefined);
  const [pinned, setPinned] = useState<string | undefined>(undefined);
  const [menu, setMenu] = useState<OpenMenu | undefined>(undefined);

  const frame = { width, height: Math.max(40, height - HEAD_HEIGHT - (view.notices.length > 0 ? NOTICES_HEIGHT : 0)) };
  const card = useMemo(() => cardSize(options.cards), [options.cards]);
  // Compared as text, because every refresh brings new objects, and only a change of the topology may move cards.
  const inputText = JSON.stringify(layoutInput(view, card, options.links.labels, options.layout.direction, frame));
  const layout = useMemo(() => layoutWorkflows(JSON.parse(inputText) as LayoutInput), [inputText]);
  const { direction } = options.layout;
  const graph = useMemo(
    () => ({
      width: layout.width,
      height: layout.height,
      models: layout.cards.length,
      start: startOf(layout, card, direction),
    }),
    [layout, card, direction]
  );
  const { surface, reveal, wasDrag, inWindow, ...viewport } = useViewport(graph, frame);
  const { scale, x, y } = viewport.view;

  const models = useMemo(() => view.groups.flatMap((group) => group.models), [view]);
  const places = useMemo(() => new Map(models.map(({ id }, index) => [id, layout.cards[index]])), [models, layout]);
  const strongest = Math.max(0, ...view.links.map(({ rate }) => rate?.value ?? 0));
  const pinnedModel = models.find(({ id }) => id === pinned);

  const onHover = useCallback(
    (model: ModelView | undefined, at: Point) => setHovered(model && { kind: 'model', id: model.id, at }),
    []
  );
  const onHoverLink = useCallback(
    (link: LinkView | undefined, at: Point) =>
      setHovered(link && { kind: 'link', source: link.source, target: link.target, at }),
    []
  );
  const onFocus = useCallback(
    (model: ModelView, element: SVGGElement) => {
      // A press of the mouse focuses too, but must not move the card from under the pointer.
      if (!element.matches(':focus-visible')) {
        return;
      }
      const place = places.get(model.id);
      if (place) {
        reveal({ ...place, ...card });
      }
      setHovered({ kind: 'model', id: model.id, at: undefined });
    },
    [places, card, reveal]
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
  const focusFirst = (state: ModelState) => {
    const first = models.find((model) => model.state === state);
    const place = first && places.get(first.id);
    if (first && place) {
      reveal({ ...place, ...card });
      elements.current.get(first.id)?.focus({ preventScroll: true });
    }
  };
  /** At the pointer; for a focused card at its lower left corner, which leaves the card to be read. */
  const tooltipAt = (tip: Hovered): Point => {
    if (tip.kind === 'link') {
      return tip.at;
    }
    const { x, y } = places.get(tip.id) ?? { x: 0, y: 0 };
    return tip.at ?? inWindow({ x, y: y + card.height });
  };
  const close = () => {
    if (pinned !== undefined) {
      elements.current.get(pinned)?.focus({ preventScroll: true });
    }
    setPinned(undefined);
  };

  return (
    <div className={styles.root} style={{ width, height }}>
      <div className={styles.head} style={{ height: HEAD_HEIGHT }}>
        <StateSummary states={view.states} onSelect={focusFirst} />
        <div className={styles.tools}>
          <GraphToolbar {...viewport} />
          {tools}
        </div>
      </div>
      <svg
        {...surface}
        className={cx(styles.surface, viewport.dragging && styles.dragging)}
        width={frame.width}
        height={frame.height}
        role="group"
        tabIndex={0}
        aria-label="Workflow graph. Arrow keys move it, plus and minus zoom, 0 makes cards readable, 1 shows all."
      >
        <g
          className={viewport.dragging ? undefined : styles.glide}
          style={{ transform: `translate(${x}px,${y}px) scale(${scale})` }}
        >
          {view.groups.length > 1 &&
            layout.groups.map((box, index) => {
              const font = Math.max(16, 11 / scale);
              const title = view.groups[index]?.name || 'Models outside any workflow';
              return (
                <g key={index}>
                  <rect className={styles.group} x={box.x} y={box.y} width={box.width} height={box.height} rx={8} />
                  <text className={styles.groupTitle} x={box.x + 16} y={box.y + Math.max(28, font)} fontSize={font}>
                    {fitText(title, box.width - 24, font, 500, measure)}
                  </text>
                </g>
              );
            })}
          {view.links.map((link, index) => {
            const route = layout.routes[index];
            return (
              route && (
                <WorkflowLink
                  key={`${link.source} ${link.target}`}
                  link={link}
                  route={route}
                  strongest={strongest}
                  widths={options.links.widths}
                  backlog={options.links.backlog}
                  label={options.links.labels && detailAt(scale, card) === 'full'}
                  measure={measure}
                  onHover={onHoverLink}
                />
              )
            );
          })}
          {models.map((model, index) => {
            const place = layout.cards[index];
            return (
              place && (
                <ModelCard
                  key={model.id}
                  elements={elements}
                  model={model}
                  place={place}
                  card={card}
                  shows={options.cards}
                  scale={scale}
                  pinned={model.id === pinned}
                  measure={measure}
                  onHover={onHover}
                  onFocus={onFocus}
                  onBlur={onBlur}
                  onClick={onClick}
                  onPin={onPin}
                />
              )
            );
          })}
        </g>
      </svg>
      <Notices notices={view.notices} />
      {pinnedModel && (
        <DetailsBox model={pinnedModel} view={view} links={linksOf(pinnedModel)} timeZone={timeZone} onClose={close} />
      )}
      {hovered && menu === undefined && !viewport.dragging && (
        <GraphTooltip hovered={hovered} at={tooltipAt(hovered)} view={view} models={models} timeZone={timeZone} />
      )}
      {menu && <ModelMenu {...menu} onPin={onPin} onClose={() => setMenu(undefined)} />}
    </div>
  );
}
