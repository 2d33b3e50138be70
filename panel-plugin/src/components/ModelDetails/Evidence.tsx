import React from 'react';
import { t } from '@grafana/i18n';
import { useStyles2 } from '@grafana/ui';
import { getStyles } from './ModelDetails.styles';

/** Lines of evidence that are shown; the alert's text says the essence. */
const LINES = 40;

/** What a monitor or a rule saw, folded unless it is asked for. */
export function Evidence({ evidence, isOpen }: { evidence: string; isOpen: boolean }) {
  const styles = useStyles2(getStyles);
  if (evidence === '' || evidence === 'null' || evidence === '{}') {
    return null;
  }
  const lines = linesOf(evidence);
  return (
    <details open={isOpen}>
      <summary className={styles.summary}>{t('details.evidence', 'Evidence')}</summary>
      <div className={styles.grid}>
        {lines.slice(0, LINES).map(([key, value], index) => (
          <React.Fragment key={index}>
            <span className={styles.quiet}>{key}</span>
            <span>{value}</span>
          </React.Fragment>
        ))}
      </div>
    </details>
  );
}

/** A line each of what is named, as deep as it goes; what is no JSON is one line. */
export function linesOf(evidence: string): Array<[key: string, value: string]> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(evidence);
  } catch {
    return [['', evidence]];
  }
  const lines: Array<[string, string]> = [];
  const visit = (value: unknown, path: string) => {
    if (lines.length >= LINES) {
      return;
    }
    if (typeof value === 'object' && value !== null && Object.keys(value).length > 0) {
      const plain = Array.isArray(value) && value.every((one) => typeof one !== 'object' || one === null);
      if (plain) {
        lines.push([path, value.join(', ')]);
      } else {
        Object.entries(value).forEach(([key, one]) => visit(one, path === '' ? key : `${path}.${key}`));
      }
    } else {
      lines.push([path, typeof value === 'string' ? value : JSON.stringify(value)]);
    }
  };
  visit(parsed, '');
  return lines;
}
