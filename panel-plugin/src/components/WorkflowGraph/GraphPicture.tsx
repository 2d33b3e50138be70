import React, { memo, type ComponentProps } from 'react';
import type { Box, Point, Size } from '../../layout';
import type { HealthView, ModelView } from '../../model';
import type { PanelOptions } from '../../options';
import type { Measure } from '../../theme/fitText';
import { ModelCard } from '../ModelCard';
import { detailAt, type CardSize } from '../ModelCard/cardRows';
import { LinkLabel, LinkLine } from '../WorkflowLink';
import { GroupFrame } from './GroupFrame';
import type { Places } from './useArrangement';

type CardProps = ComponentProps<typeof ModelCard>;

interface Props extends Pick<
  CardProps,
  'elements' | 'onHover' | 'onFocus' | 'onBlur' | 'onClick' | 'onPin' | 'onAlert'
> {
  view: HealthView;
  places: Places;
  options: PanelOptions;
  card: CardSize;
  scale: number;
  measure: Measure;
  /** What has to be drawn; undefined for all. */
  sight: Box | undefined;
  /** A card that is drawn wherever it is: the focus must not get lost. */
  focused: string | undefined;
  pinned: string | undefined;
  /** Models that a search found; undefined where nothing is searched. */
  found: ReadonlySet<string> | undefined;
  collapsed: ReadonlySet<string>;
  /** Undefined where workflows cannot be collapsed, as in an exported picture. */
  onCollapse: ((workflow: string) => void) | undefined;
  onHoverLink: ComponentProps<typeof LinkLabel>['onHover'];
  onLinkAlert: ComponentProps<typeof LinkLabel>['onAlert'];
}

const NO_STATS = {
  ...{ throughput: false, history: false, rejects: false, latency: false },
  ...{ backlog: false, cpu: false, memory: false, badges: false },
};

/** Workflows, links and cards, as far as they are in sight. */
export const GraphPicture = memo(function GraphPicture(props: Props) {
  const { view, places, options, card, scale, measure, sight, focused, pinned, found, collapsed } = props;
  const strongest = Math.max(0, ...view.links.map(({ rate }) => rate?.value ?? 0));
  const isLabelled = options.links.labels && ['full', 'compact'].includes(detailAt(scale, card));
  const links = view.links.flatMap((link) => {
    const route = places.links.get(link.id);
    const [source, target] = [places.models.get(link.source), places.models.get(link.target)];
    const isFaint = found !== undefined && !(found.has(link.source) && found.has(link.target));
    return route !== undefined && source !== undefined && target !== undefined && crosses(sight, card, source, target)
      ? [{ link, route, opacity: isFaint ? 0.25 : undefined }]
      : [];
  });
  return (
    <>
      {view.groups.length > 1 &&
        view.groups.map(({ name }) => {
          const box = places.groups.get(name);
          return (
            box && (
              <GroupFrame
                key={name}
                {...{ name, box, scale, measure }}
                isCollapsed={collapsed.has(name)}
                onCollapse={props.onCollapse}
              />
            )
          );
        })}
      {links.map(({ link, route, opacity }) => (
        <LinkLine
          key={link.id}
          {...{ link, route, strongest, opacity }}
          widths={options.links.widths}
          onHover={props.onHoverLink}
        />
      ))}
      {links.map(({ link, route, opacity }) => (
        <LinkLabel
          key={link.id}
          {...{ link, route, measure, scale, opacity }}
          label={isLabelled}
          backlog={options.links.backlog}
          onHover={props.onHoverLink}
          onAlert={props.onLinkAlert}
        />
      ))}
      {view.groups.flatMap(({ name, models }) =>
        models.map((model) => {
          const place = places.models.get(model.id);
          const isDrawn = place && (model.id === focused || crosses(sight, card, place));
          return (
            isDrawn && (
              <Card
                key={model.id}
                {...props}
                {...{ model, place }}
                shows={collapsed.has(name) ? { ...options.cards, ...NO_STATS } : options.cards}
                pinned={model.id === pinned}
                isFaint={found !== undefined && !found.has(model.id)}
              />
            )
          );
        })
      )}
    </>
  );
});

/** Whether anything of a card, or between two of them, is in sight. */
function crosses(sight: Box | undefined, card: Size, one: Point, other = one): boolean {
  return (
    sight === undefined ||
    (Math.min(one.x, other.x) <= sight.x + sight.width &&
      sight.x <= Math.max(one.x, other.x) + card.width &&
      Math.min(one.y, other.y) <= sight.y + sight.height &&
      sight.y <= Math.max(one.y, other.y) + card.height)
  );
}

interface CardPlace extends Omit<CardProps, 'shows'> {
  model: ModelView;
  place: Point;
  shows: PanelOptions['cards'];
  isFaint: boolean;
}

function Card({ isFaint, ...props }: CardPlace) {
  const { elements, model, place, card, shows, scale, pinned, measure } = props;
  const { onHover, onFocus, onBlur, onClick, onPin, onAlert } = props;
  return (
    <g opacity={isFaint ? 0.25 : undefined} data-card={model.id}>
      <ModelCard
        {...{ elements, model, place, card, shows, scale, pinned, measure }}
        {...{ onHover, onFocus, onBlur, onClick, onPin, onAlert }}
      />
    </g>
  );
}
