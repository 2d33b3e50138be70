import React, { memo, useMemo, useState, type ReactNode } from 'react';
import { css } from '@emotion/css';
import type { Field, GrafanaTheme2, LinkModel } from '@grafana/data';
import { t } from '@grafana/i18n';
import { FilterInput, useStyles2 } from '@grafana/ui';
import type { HealthView, ModelState, ModelView, Notice } from '../../model';
import type { Size } from '../../layout';
import { Offscreen, type Format } from '../../picture';
import { DetailsBox } from '../DetailsBox';
import { Notices, NOTICES_HEIGHT } from '../Notices';
import { StateSummary } from '../StateSummary';
import { pictureActions, ViewMenu } from '../ViewMenu';

/** What grid, timeline and table are given alike. */
export interface ViewProps {
  view: HealthView;
  width: number;
  height: number;
  timeZone: string;
  /** Of the panel; what a saved picture is called. */
  title: string;
  linksOf: (model: ModelView) => Array<LinkModel<Field>>;
  /** What stands at the right of the head. */
  tools: ReactNode;
}

interface Props extends ViewProps {
  search: string;
  onSearch: (text: string) => void;
  /** Brings the first model in this state into sight. */
  onSelect: (state: ModelState) => void;
  /** The id of the model whose details are open. */
  pinned: string | undefined;
  onClose: () => void;
  /** The view as a drawing of its own, for pictures of it: SVG, and the room that it takes. */
  picture: () => Drawing;
  /** What only this view has to say. */
  notices?: Notice[];
  children: (size: Size) => ReactNode;
}

export interface Drawing {
  size: Size;
  content: ReactNode;
}

const NO_NOTICES: Notice[] = [];
const HEAD_HEIGHT = 34;
/** Below it there is no room for both the states and a search. */
const NARROW = 520;

/** What grid, timeline and table have in common: states and search above, notices below, the details of one model. */
export function ViewFrame({
  view,
  width,
  height,
  timeZone,
  title,
  linksOf,
  tools,
  search,
  onSearch,
  onSelect,
  pinned,
  onClose,
  picture,
  notices: own = NO_NOTICES,
  children,
}: Props) {
  const [saving, setSaving] = useState<Format | undefined>(undefined);
  const drawing = saving && picture();
  const styles = useStyles2(getStyles);
  // Values change under an open box.
  const model = view.models.find(({ id }) => id === pinned);
  const notices = [...view.notices.filter(({ ofGraph }) => !ofGraph), ...own];
  return (
    <div className={styles.root} style={{ width, height }}>
      <div className={styles.head} style={{ height: HEAD_HEIGHT }}>
        <StateSummary
          states={view.states}
          onSelect={onSelect}
          room={width - (width >= NARROW ? 224 : 148) - (tools ? 150 : 0)}
        />
        <Tools isNarrow={width < NARROW} onSave={setSaving} {...{ search, onSearch, tools }} />
      </div>
      {children({ width, height: Math.max(40, height - HEAD_HEIGHT - (notices.length > 0 ? NOTICES_HEIGHT : 0)) })}
      {model && <DetailsBox model={model} view={view} links={linksOf(model)} timeZone={timeZone} onClose={onClose} />}
      <Notices notices={notices} />
      {saving && drawing && (
        <Offscreen
          {...{ size: drawing.size, format: saving, name: title }}
          onDone={() => setSaving(undefined)}
          onError={() => setSaving(undefined)}
        >
          {drawing.content}
        </Offscreen>
      )}
    </div>
  );
}

interface ToolsProps {
  isNarrow: boolean;
  search: string;
  onSearch: (text: string) => void;
  onSave: (format: Format) => void;
  tools: ReactNode;
}

/** Search, menu and switch: nothing that new values change. */
const Tools = memo(function Tools({ isNarrow, search, onSearch, onSave, tools }: ToolsProps) {
  const styles = useStyles2(getStyles);
  const actions = useMemo(() => pictureActions(onSave), [onSave]);
  return (
    <div className={styles.tools}>
      <FilterInput
        width={isNarrow ? 14 : 22}
        value={search}
        onChange={onSearch}
        placeholder={t('graph.search', 'Search')}
        aria-label={t('views.search', 'Search models and engines')}
        escapeRegex={false}
      />
      <ViewMenu actions={actions} />
      {tools}
    </div>
  );
});

const getStyles = (theme: GrafanaTheme2) => ({
  root: css({ display: 'flex', flexDirection: 'column', position: 'relative', overflow: 'hidden' }),
  head: css({
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'space-between',
    gap: theme.spacing(1),
    flex: 'none',
    overflow: 'hidden',
  }),
  tools: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(1),
    flex: 'none',
    marginLeft: 'auto',
    '@media print': { display: 'none' },
  }),
});
