import React from 'react';
import { useTheme2 } from '@grafana/ui';
import type { ModelView } from '../../model';
import { partText } from '../../picture';
import { measureIn } from '../../theme/fitText';
import { useAge } from '../PanelContext';
import { AlertBadge, badgeWidth } from '../ModelCard';
import { StateSymbol } from '../StateSymbol';
import type { Drawing } from '../ViewFrame';
import type { Column } from './columns';
import { FONT, SYMBOL, widthOf } from './widths';

const ROW_HEIGHT = 30;
const GAP = 20;
/** Rows of a picture; of more of them nobody could read one. */
const LIMIT = 500;

/** The rows that a search found, those out of sight too, in the order that they have. */
export function tableDrawing(all: readonly ModelView[], columns: readonly Column[], fontFamily: string): Drawing {
  const rows = all.slice(0, LIMIT);
  const measure = measureIn(fontFamily);
  const places: Place[] = [];
  let left = 0;
  for (const column of columns) {
    const width = widthOf(column, rows, measure);
    places.push({ column, left, width });
    left += width + GAP;
  }
  return {
    size: { width: Math.max(1, left - GAP), height: (rows.length + 2) * ROW_HEIGHT },
    content: <TablePicture {...{ rows, places }} of={all.length} />,
  };
}

interface Place {
  column: Column;
  left: number;
  width: number;
}

function TablePicture({ rows, places, of }: { rows: readonly ModelView[]; places: readonly Place[]; of: number }) {
  const theme = useTheme2();
  const age = useAge();
  const { text, border } = theme.colors;
  const [last] = places.slice(-1);
  return (
    <>
      {places.map(({ column, left, width }) => (
        <g key={column.key} transform={`translate(${left},0)`}>
          <text
            x={column.numeric ? width : 0}
            y={19}
            textAnchor={column.numeric ? 'end' : 'start'}
            fontSize={FONT}
            fontWeight={500}
            fill={text.primary}
          >
            {column.title}
          </text>
          {rows.map((row, index) => (
            <g key={row.id} transform={`translate(0,${(index + 1) * ROW_HEIGHT})`}>
              {column.key === 'state' && <StateSymbol state={row.state} size={16} y={7} />}
              {column.key === 'alerts' ? (
                row.alerts.first && (
                  <AlertBadge
                    {...{ alerts: row.alerts, top: 6, scale: 1, age: age(row.alerts.first) }}
                    right={Math.max(width, badgeWidth(row.alerts, age(row.alerts.first)))}
                  />
                )
              ) : (
                <text
                  x={column.numeric ? width : column.key === 'state' ? SYMBOL : 0}
                  y={19}
                  textAnchor={column.numeric ? 'end' : 'start'}
                  fontSize={FONT}
                  fill={column.stat?.(row)?.color ?? text.primary}
                >
                  {column.text(row)}
                </text>
              )}
            </g>
          ))}
        </g>
      ))}
      {rows.map(({ id }, index) => (
        <path
          key={id}
          d={`M0,${(index + 1) * ROW_HEIGHT}H${(last?.left ?? 0) + (last?.width ?? 0)}`}
          stroke={border.weak}
        />
      ))}
      <text y={(rows.length + 1) * ROW_HEIGHT + 19} fontSize={FONT} fill={text.secondary}>
        {partText(rows.length, of)}
      </text>
    </>
  );
}
