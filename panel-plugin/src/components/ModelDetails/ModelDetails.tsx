import React from 'react';
import { cx } from '@emotion/css';
import { useStyles2 } from '@grafana/ui';
import { enginesText, STAT_NAMES, stateWord, type HealthView, type ModelView } from '../../model';
import { statLabel } from '../ModelCard/cardRows';
import { StateSymbol } from '../StateSymbol';
import { AlertList } from './AlertList';
import { FlowList } from './FlowList';
import { getStyles } from './ModelDetails.styles';

interface Props {
  model: ModelView;
  view: HealthView;
  timeZone: string;
  /** For tooltips: without the slots, and with the first alerts only. */
  brief?: boolean;
}

/** All that is known of a model, in words. */
export function ModelDetails({ model, view, timeZone, brief }: Props) {
  const styles = useStyles2(getStyles);
  const { engines, stats } = model;
  const known = STAT_NAMES.filter((name) => stats[name] !== undefined);
  return (
    <div className={styles.root}>
      <div className={styles.title}>{model.name}</div>
      {model.workflow !== '' && <div className={styles.quiet}>{model.workflow}</div>}
      <div className={styles.line}>
        <StateSymbol state={model.state} size={14} />
        <strong>{model.stateText}</strong>
        <span className={styles.quiet}>{enginesText(engines)}</span>
      </div>
      {model.state === 'unlisted' && <div>A link leads here, but the topology does not list this model.</div>}
      <AlertList alerts={model.alerts} timeZone={timeZone} limit={brief ? 3 : 50} />
      {!brief && engines.byState.length > 0 && (
        <div className={styles.section}>
          {engines.byState.map(({ state, count }) => (
            <div key={state} className={styles.line}>
              <StateSymbol state={state} size={14} />
              {count} {stateWord(state).toLowerCase()}
            </div>
          ))}
        </div>
      )}
      {known.length > 0 && (
        <div className={cx(styles.section, styles.grid)}>
          {known.map((name) => (
            <React.Fragment key={name}>
              <span className={styles.quiet}>{statLabel(name)}</span>
              <span className={name === 'rejected' && (stats.rejected?.value ?? 0) > 0 ? styles.alarming : undefined}>
                {stats[name]?.text}
              </span>
            </React.Fragment>
          ))}
        </div>
      )}
      {!brief && <Slots model={model} view={view} />}
    </div>
  );
}

function Slots({ model, view }: Pick<Props, 'model' | 'view'>) {
  const styles = useStyles2(getStyles);
  const names = new Map(view.groups.flatMap(({ models }) => models).map(({ id, name }) => [id, name]));
  const incoming = view.links.filter(({ target }) => target === model.id);
  const outgoing = view.links.filter(({ source }) => source === model.id);
  return (
    <>
      {incoming.map(({ source, flows }) => (
        <div key={source} className={styles.section}>
          <div className={styles.quiet}>from {names.get(source)}</div>
          <FlowList flows={flows} />
        </div>
      ))}
      {outgoing.map(({ target, flows }) => (
        <div key={target} className={styles.section}>
          <div className={styles.quiet}>to {names.get(target)}</div>
          <FlowList flows={flows} />
        </div>
      ))}
    </>
  );
}
