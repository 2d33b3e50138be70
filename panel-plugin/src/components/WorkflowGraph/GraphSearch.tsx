import React from 'react';
import { t } from '@grafana/i18n';
import { IconButton, Input, useStyles2 } from '@grafana/ui';
import { getStyles } from './WorkflowGraph.styles';
import type { useSearch } from './useSearch';

/** The search box of the graph. Enter goes on to the next model that it found, Escape ends the search. */
export function GraphSearch({ text = '', position, change, next, close }: ReturnType<typeof useSearch>) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.search} role="search">
      <Input
        autoFocus
        value={text}
        placeholder={t('graph.search-models', 'Search models')}
        aria-label={t('graph.search-models', 'Search models')}
        onChange={(event) => change(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') {
            next(event.shiftKey ? -1 : 1);
          } else if (event.key === 'Escape') {
            event.stopPropagation();
            close();
          }
        }}
        suffix={
          <span role="status">
            {position && t('graph.search-position', '{{at}} of {{of}}', { at: position.at, of: position.of })}
          </span>
        }
      />
      <IconButton name="times" tooltip={t('graph.search-end', 'End the search')} onClick={close} />
    </div>
  );
}
