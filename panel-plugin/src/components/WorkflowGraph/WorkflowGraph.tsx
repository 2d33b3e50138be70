import React, { useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { cx } from '@emotion/css';
import type { Field, LinkModel } from '@grafana/data';
import { t } from '@grafana/i18n';
import { useStyles2 } from '@grafana/ui';
import type { Point } from '../../layout';
import type { AlertView, HealthView, LinkView, ModelState, ModelView } from '../../model';
import type { PanelOptions } from '../../options';
import { Offscreen, type Format } from '../../picture';
import { useMeasure } from '../../theme/useMeasure';
import { DetailsBox } from '../DetailsBox';
import { GraphToolbar } from '../GraphToolbar';
import { cardSize } from '../ModelCard/cardRows';
import { Notices, NOTICES_HEIGHT } from '../Notices';
import { StateSummary } from '../StateSummary';
import { withDragged } from './dragged';
import { graphActions } from './graphActions';
import { GraphPicture } from './GraphPicture';
import { GraphSearch } from './GraphSearch';
import { GraphTooltip, type Hovered } from './GraphTooltip';
import { layoutInput, namesOf, startOf } from './layoutInput';
import { MAP_FROM, Minimap } from './Minimap';
import { ModelMenu } from './ModelMenu';
import { cardTowards, isArrow } from './navigation';
import { useArrangement } from './useArrangement';
import { useCardDrag } from './useCardDrag';
import { useCollapsed } from './useCollapsed';
import { useGraphPointer } from './useGraphPointer';
import { usePositions } from './usePositions';
import { useSearch } from './useSearch';
import { useViewport } from './useViewport';
import { sightOf } from './viewport';
import { getStyles } from './WorkflowGraph.styles';

interface Props {
  view: HealthView;
  options: PanelOptions;
  width: number;
  height: number;
  timeZone: string;
  title: string;
  /** Data links of a model, worked out only when asked for. */
  linksOf: (model: ModelView) => Array<LinkModel<Field>>;
  /** What stands at the right of the head. */
  tools: ReactNode;
  /** Keeps changed options; undefined outside of the panel editor. */
  onOptions: ((options: PanelOptions) => void) | undefined;
}

const HEAD_HEIGHT = 30;
/** In a narrower panel the buttons are in the menu. */
const WIDE = 520;
/** So few cards are all drawn, in sight or not: then the tabulator key reaches each. */
const ALL_DRAWN = 60;
const NO_NAMES: string[] = [];

/** The workflows as graphs of cards, with zoom and pan, search, tooltips and one pinned details box. */
export function WorkflowGraph(props: Props) {
  const { options, width, height, timeZone, title, linksOf, tools, onOptions } = props;
  const styles = useStyles2(getStyles);
  const measure = useMeasure();
  const elements = useRef(new Map<string, SVGGElement | null>());
  const [focused, setFocused] = useState<string | undefined>(undefined);
  /** A card that is to have the focus as soon as it is drawn. */
  const [wanted, setWanted] = useState<{ id: string } | undefined>(undefined);
  const [saving, setSaving] = useState<Format | undefined>(undefined);

  const { positions, put, reset, keepCollapsed } = usePositions(options, onOptions);
  const folds = useCollapsed(props.view, options.layout.collapsed ?? NO_NAMES, keepCollapsed);
  const view = folds.shown;
  const notices = view.notices.length > 0 ? NOTICES_HEIGHT : 0;
  const frame = useMemo(
    () => ({ width, height: Math.max(40, height - HEAD_HEIGHT - notices) }),
    [width, height, notices]
  );
  const { direction } = options.layout;
  const { labels } = options.links;
  const card = useMemo(() => cardSize(options.cards), [options.cards]);
  const names = useMemo(() => namesOf(view), [view]);
  const input = useMemo(
    () => layoutInput(view, { card, labels, direction, frame, positions }),
    [view, card, labels, direction, frame, positions]
  );
  const { places: arranged, tidy } = useArrangement(input, names);
  const models = useMemo(() => view.groups.flatMap((group) => group.models), [view]);
  const graph = useMemo(
    () => ({
      ...{ width: arranged?.width ?? 0, height: arranged?.height ?? 0, shift: arranged?.shift ?? { x: 0, y: 0 } },
      models: arranged?.models.size ?? 0,
      start: startOf(arranged?.models.values() ?? [], card, direction),
    }),
    [arranged, card, direction]
  );
  const { surface, reveal, centre, wasDrag: wasPan, inWindow, ...viewport } = useViewport(graph, frame);
  const { scale, x, y } = viewport.view;

  const onDrop = useCallback(
    (id: string, at: Point) => {
      const group = view.groups.find((one) => one.models.some((model) => model.id === id));
      const origin = arranged?.origins.get(group?.name ?? '') ?? { x: 0, y: 0 };
      put(id, { x: at.x - origin.x, y: at.y - origin.y });
    },
    [view, arranged, put]
  );
  const drag = useCardDrag(onOptions !== undefined, scale, (id) => arranged?.models.get(id), onDrop);
  const places = useMemo(
    () => arranged && withDragged(arranged, drag.dragged, view.links, card),
    [arranged, drag.dragged, view.links, card]
  );
  const { wasDrag: wasMoved } = drag;
  const wasDrag = useCallback(() => wasPan() || wasMoved(), [wasPan, wasMoved]);
  const pointer = useGraphPointer(linksOf, wasDrag);
  const { hovered, setHovered, pinned, setPinned, menu, setMenu } = pointer;
  const pinnedModel = models.find(({ id }) => id === pinned);

  const { onAlert } = pointer;
  const onLinkAlert = useCallback(
    ({ source, target }: LinkView, alert: AlertView) =>
      onAlert(
        models.find(({ id, alerts }) => (id === source || id === target) && alerts.items.includes(alert)),
        alert
      ),
    [models, onAlert]
  );
  const show = useCallback(
    (id: string) => {
      const place = places?.models.get(id);
      if (place) {
        reveal({ ...place, ...card });
      }
    },
    [places, reveal, card]
  );
  const search = useSearch(models, ({ id }) => show(id));
  const go = (id: string) => {
    show(id);
    setWanted({ id });
  };
  useEffect(() => {
    if (wanted !== undefined) {
      elements.current.get(wanted.id)?.focus({ preventScroll: true });
    }
  }, [wanted]);
  const onFocus = useCallback(
    (model: ModelView, element: SVGGElement) => {
      setFocused(model.id);
      // A press of the mouse focuses too, but must not move the card from under the pointer.
      if (element.matches(':focus-visible')) {
        show(model.id);
        setHovered({ kind: 'model', id: model.id, at: undefined });
      }
    },
    [show, setHovered]
  );
  const focusFirst = (state: ModelState) => {
    const first = models.find((model) => model.state === state);
    if (first) {
      go(first.id);
    }
  };
  const close = () => {
    if (pinned !== undefined) {
      elements.current.get(pinned)?.focus({ preventScroll: true });
    }
    setPinned(undefined);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const from = (event.target as Element).closest?.('[data-card]')?.getAttribute('data-card');
    const isPlain = !event.altKey && !event.ctrlKey && !event.metaKey;
    if (drag.onKeyDown(event)) {
      return;
    }
    if (from && places && isPlain && isArrow(event.key)) {
      event.preventDefault();
      const next = cardTowards(event.key, from, places.models, view.links, direction);
      if (next !== undefined) {
        go(next);
      }
    } else if (event.key === '/' && isPlain) {
      event.preventDefault();
      search.open();
    } else if (event.key === 'Escape' && pinned !== undefined) {
      close();
    } else {
      surface.onKeyDown(event);
    }
  };
  /** At the pointer; for a focused card at its lower left corner, which leaves the card to be read. */
  const tooltipAt = (tip: Hovered): Point => {
    if (tip.kind === 'link') {
      return tip.at;
    }
    const place = places?.models.get(tip.id) ?? { x: 0, y: 0 };
    return tip.at ?? inWindow({ x: place.x, y: place.y + card.height });
  };

  const sight = models.length > ALL_DRAWN ? sightOf(viewport.view, frame) : undefined;
  const picture = places && {
    ...{ view, places, options, card, measure, elements, focused, pinned, collapsed: folds.collapsed },
    ...{ onHover: pointer.onHover, onHoverLink: pointer.onHoverLink, onBlur: pointer.onBlur },
    ...{ onPin: pointer.onPin, onClick: pointer.onClick, onAlert, onLinkAlert, onFocus },
  };
  const { collapseAll, expandAll } = folds;
  const count = view.groups.length;
  const actions = useMemo(
    () => graphActions({ tidy, reset, collapseAll, expandAll, count, save: setSaving }),
    [tidy, reset, collapseAll, expandAll, count]
  );
  return (
    <div className={styles.root} style={{ width, height }}>
      <div className={styles.head} style={{ height: HEAD_HEIGHT }}>
        {search.text === undefined ? (
          <StateSummary
            states={props.view.states}
            onSelect={focusFirst}
            room={width - (width >= WIDE ? 200 : 40) - (tools ? 150 : 0)}
          />
        ) : (
          <GraphSearch {...search} />
        )}
        <div className={styles.tools}>
          <GraphToolbar {...viewport.buttons} onSearch={search.open} wide={width >= WIDE} actions={actions} />
          {tools}
        </div>
      </div>
      <svg
        {...surface}
        onKeyDown={onKeyDown}
        onPointerDown={(event) => !drag.onPointerDown(event) && surface.onPointerDown(event)}
        className={cx(styles.surface, viewport.dragging && styles.dragging, onOptions && styles.movable)}
        width={frame.width}
        height={frame.height}
        role="group"
        tabIndex={0}
        aria-label={t(
          'graph.help',
          'Workflow graph. Arrow keys move it, and from a card lead to the next; plus and minus zoom, 0 makes cards readable, 1 shows all, / searches.'
        )}
      >
        {picture && (
          <g
            className={viewport.dragging ? undefined : styles.glide}
            style={{ transform: `translate(${x}px,${y}px) scale(${scale})` }}
          >
            <GraphPicture {...picture} {...{ scale, sight, found: search.found }} onCollapse={folds.toggle} />
          </g>
        )}
        {!picture && (
          <text
            className={styles.groupTitle}
            x={frame.width / 2}
            y={frame.height / 2}
            textAnchor="middle"
            role="status"
          >
            {t('graph.arranging', 'Arranging {{number}} models …', { number: models.length })}
          </text>
        )}
      </svg>
      {places && models.length > MAP_FROM && frame.width >= 420 && frame.height >= 240 && (
        <div className={styles.mapPlace} style={{ bottom: notices + 8 }}>
          <Minimap {...{ models, places, card, frame }} view={viewport.view} onMove={centre} />
        </div>
      )}
      <Notices notices={view.notices} />
      {pinnedModel && (
        <DetailsBox model={pinnedModel} view={view} links={linksOf(pinnedModel)} timeZone={timeZone} onClose={close} />
      )}
      {hovered && menu === undefined && !viewport.dragging && drag.dragged === undefined && (
        <GraphTooltip hovered={hovered} at={tooltipAt(hovered)} view={view} models={models} timeZone={timeZone} />
      )}
      {menu && <ModelMenu {...menu} onPin={pointer.onPin} onClose={() => setMenu(undefined)} />}
      {saving && picture && (
        <Offscreen
          {...{ size: places, format: saving, name: title }}
          onDone={() => setSaving(undefined)}
          onError={() => setSaving(undefined)}
        >
          <GraphPicture
            {...picture}
            {...{ scale: 1, sight: undefined, found: undefined, onCollapse: undefined, elements: DETACHED }}
          />
        </Offscreen>
      )}
    </div>
  );
}

/** Where the cards of a saved picture leave their elements, so that those on screen stay known. */
const DETACHED = { current: new Map<string, SVGGElement | null>() };
