import React, { useState } from 'react';
import { t } from '@grafana/i18n';
import { store } from '@grafana/data';
import { EditorHeader, FlexItem, QueryHeaderSwitch } from '@grafana/plugin-ui';
import { Button, Text } from '@grafana/ui';

const RUN_ON_CHANGE = 'pneumograph.queryEditor.runOnChange';

export interface RunMode {
  onChange: boolean;
  /** Whether something changed since the query ran last. */
  pending: boolean;
  setOnChange: (onChange: boolean) => void;
  /** To be called after each change. */
  changed: (complete: boolean) => void;
  run: () => void;
}

/** When a query runs: with each change, or by a button, as the person chose in this browser. Never while incomplete. */
export function useRunMode(complete: boolean, onRunQuery: () => void): RunMode {
  const [onChange, setOnChange] = useState(() => store.getBool(RUN_ON_CHANGE, true));
  const [pending, setPending] = useState(false);
  const runIf = (possible: boolean) => {
    setPending(!possible);
    if (possible) {
      onRunQuery();
    }
  };
  return {
    onChange,
    pending,
    changed: (nowComplete) => runIf(onChange && nowComplete),
    run: () => runIf(complete),
    setOnChange: (next) => {
      store.set(RUN_ON_CHANGE, String(next));
      setOnChange(next);
      if (next && pending) {
        runIf(complete);
      }
    },
  };
}

/** The switch between the two, and the button. */
export function RunControls({ mode, complete }: { mode: RunMode; complete: boolean }) {
  return (
    <EditorHeader>
      <FlexItem grow={1} />
      {mode.pending && (
        <Text variant="bodySmall" color="secondary">
          {complete
            ? t('query.changed', 'Changed since it ran')
            : t('query.incomplete', 'Incomplete: it does not run yet')}
        </Text>
      )}
      <QueryHeaderSwitch
        label={t('query.run-on-change', 'Run on change')}
        value={mode.onChange}
        onChange={(event) => mode.setOnChange(event.currentTarget.checked)}
      />
      {!mode.onChange && (
        <Button
          size="sm"
          icon="play"
          variant={mode.pending ? 'primary' : 'secondary'}
          disabled={!complete}
          onClick={mode.run}
        >
          {t('query.run', 'Run query')}
        </Button>
      )}
    </EditorHeader>
  );
}
