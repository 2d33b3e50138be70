import React, { memo } from 'react';
import { t } from '@grafana/i18n';
import { useStyles2 } from '@grafana/ui';
import type { Box } from '../../layout';
import { fitText, type Measure } from '../../theme/fitText';
import { getStyles } from './WorkflowGraph.styles';

interface Props {
  /** Of the workflow; empty for models outside of any. */
  name: string;
  box: Box;
  scale: number;
  measure: Measure;
  isCollapsed: boolean;
  onCollapse: ((workflow: string) => void) | undefined;
}

const SMALLEST_FONT = 11;

/** The frame around a workflow; its title folds the workflow into one card and back. */
export const GroupFrame = memo(function GroupFrame({ name, box, scale, measure, isCollapsed, onCollapse }: Props) {
  const styles = useStyles2(getStyles);
  const font = Math.max(16, SMALLEST_FONT / scale);
  const title = name || t('graph.no-workflow', 'Models outside any workflow');
  const text = fitText(title, box.width - 24 - (onCollapse ? font * 1.4 : 0), font, 500, measure);
  const baseline = box.y + Math.max(28, font);
  return (
    <g>
      <rect className={styles.group} x={box.x} y={box.y} width={box.width} height={box.height} rx={8} />
      <g
        {...(onCollapse && {
          ...{ role: 'button', tabIndex: 0, className: styles.fold, 'aria-expanded': !isCollapsed },
          'aria-label': isCollapsed
            ? t('graph.expand', 'Show all models of {{title}}', { title, interpolation: { escapeValue: false } })
            : t('graph.collapse', 'Fold {{title}} into one card', { title, interpolation: { escapeValue: false } }),
          onClick: () => onCollapse(name),
          onPointerDown: (event) => event.stopPropagation(),
          onKeyDown: (event) => {
            if (event.key === 'Enter' || event.key === ' ') {
              event.preventDefault();
              event.stopPropagation();
              onCollapse(name);
            }
          },
        })}
      >
        {onCollapse && (
          <>
            <rect
              className="pneumograph-fold-box"
              x={box.x + 8}
              y={baseline - font * 1.1}
              width={measure(text, font, 500) + font * 1.4 + 16}
              height={font * 1.5}
              rx={4}
            />
            <path
              className={styles.foldSign}
              d={isCollapsed ? 'M-2,-5L4,0L-2,5' : 'M-5,-2L0,4L5,-2'}
              transform={`translate(${box.x + 16 + font * 0.4},${baseline - font * 0.36}) scale(${font / 16})`}
            />
          </>
        )}
        <text className={styles.groupTitle} x={box.x + 16 + (onCollapse ? font * 1.2 : 0)} y={baseline} fontSize={font}>
          {text}
        </text>
      </g>
    </g>
  );
});
