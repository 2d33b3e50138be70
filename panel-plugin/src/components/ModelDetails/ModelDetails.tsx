import React from 'react';
import { t } from '@grafana/i18n';
import { useStyles2 } from '@grafana/ui';
import { badgeWord, consequenceText, enginesText, stateInText, type HealthView, type ModelView } from '../../model';
import { StateSymbol } from '../StateSymbol';
import { AlertList } from './AlertList';
import { FlowList } from './FlowList';
import { Measures } from './Measures';
import { getStyles } from './ModelDetails.styles';
import { Numbers } from './Numbers';
import { StatusHistory } from './StatusHistory';

interface Props {
  model: ModelView;
  view: HealthView;
  timeZone: string;
  /** For tooltips: without the slots, and with the first alerts only. */
  brief?: boolean;
}

/** All that is known of a model, in words. */
export function ModelDetails({ model, view, timeZone, brief = false }: Props) {
  const styles = useStyles2(getStyles);
  const { engines, stats, alerts, badges, measures } = model;
  const consequence = consequenceText(model);
  const own = brief
    ? []
    : view.fleet().engines.filter((one) => one.model === model.name && one.workflow === model.workflow);
  return (
    <div className={brief ? styles.tooltip : styles.root}>
      <div className={styles.title}>{model.name}</div>
      {model.workflow !== '' && <div className={styles.quiet}>{model.workflow}</div>}
      <div className={styles.line}>
        <StateSymbol state={model.state} size={14} />
        <strong>{model.stateText}</strong>
        <span className={styles.quiet}>{enginesText(engines)}</span>
      </div>
      {consequence !== '' && (
        <div>
          {t('details.consequence', '{{consequence}}: no records come, which is no fault of its own.', { consequence })}
        </div>
      )}
      {model.state === 'unlisted' && (
        <div>{t('details.unlisted', 'A link leads here, but the topology does not list this model.')}</div>
      )}
      {badges.map(({ kind, rank, text }) => (
        <div key={kind}>
          <span className={rank === undefined ? styles.quiet : styles.strong}>{badgeWord(kind)}</span>: {text}
        </div>
      ))}
      <AlertList alerts={alerts} timeZone={timeZone} limit={brief ? 3 : 50} brief={brief} />
      {!brief && own.length === 0 && engines.byState.length > 0 && (
        <div className={styles.section}>
          {engines.byState.map(({ state, count }) => (
            <div key={state} className={styles.line}>
              <StateSymbol state={state} size={14} />
              {count} {stateInText(state)}
            </div>
          ))}
        </div>
      )}
      <Numbers stats={stats} />
      {!brief && (
        <>
          <StatusHistory engines={own} timeZone={timeZone} />
          <Slots model={model} view={view} />
          <Measures measures={measures} />
        </>
      )}
    </div>
  );
}

function Slots({ model, view }: Pick<Props, 'model' | 'view'>) {
  const styles = useStyles2(getStyles);
  const names = new Map(view.models.map(({ id, name }) => [id, name]));
  const incoming = view.links.filter(({ target }) => target === model.id);
  const outgoing = view.links.filter(({ source }) => source === model.id);
  return (
    <>
      {incoming.map(({ source, flows }) => (
        <div key={source} className={styles.section}>
          <div className={styles.heading}>
            {t('details.from', 'from {{name}}', { name: names.get(source) ?? source })}
          </div>
          <FlowList flows={flows} />
        </div>
      ))}
      {outgoing.map(({ target, flows }) => (
        <div key={target} className={styles.section}>
          <div className={styles.heading}>{t('details.to', 'to {{name}}', { name: names.get(target) ?? target })}</div>
          <FlowList flows={flows} />
        </div>
      ))}
    </>
  );
}
