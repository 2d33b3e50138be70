import React from 'react';
import { useTheme2 } from '@grafana/ui';
import { partText } from '../../picture';
import { fitText, measureIn } from '../../theme/fitText';
import { stateColor } from '../../theme/stateColors';
import { AlertSign, signWidth } from '../AlertSign';
import { StateSymbol } from '../StateSymbol';
import type { Drawing } from '../ViewFrame';
import type { GridCell } from './cells';

const CELL = { width: 190, height: 44 };
const GAP = 4;
const NARROWEST = 900;
/** Cells of a picture; of more of them it would be higher than any page. */
const LIMIT = 2000;
const FOOT = 22;

/** The cells that a search found, each with its words. */
export function gridDrawing(all: readonly GridCell[], width: number): Drawing {
  const cells = all.slice(0, LIMIT);
  const columns = Math.max(1, Math.floor((Math.max(NARROWEST, width) + GAP) / (CELL.width + GAP)));
  return {
    size: {
      width: columns * (CELL.width + GAP) - GAP,
      height: Math.ceil(cells.length / columns) * (CELL.height + GAP) + FOOT,
    },
    content: <GridPicture {...{ cells, columns }} of={all.length} />,
  };
}

function GridPicture({ cells, columns, of }: { cells: readonly GridCell[]; columns: number; of: number }) {
  const theme = useTheme2();
  const measure = measureIn(theme.typography.fontFamily);
  const room = CELL.width - 38;
  return (
    <>
      {cells.map((cell, index) => {
        const [x, y] = [(index % columns) * (CELL.width + GAP), Math.floor(index / columns) * (CELL.height + GAP)];
        const { first } = cell.alerts;
        const sign = first === undefined ? 0 : signWidth(first) + 4;
        return (
          <g key={cell.id} transform={`translate(${x},${y})`}>
            <rect {...CELL} rx={2} fill={theme.colors.background.secondary} stroke={stateColor(theme, cell.state)} />
            <StateSymbol state={cell.state} size={18} x={8} y={13} />
            <text x={32} y={19} fontSize={12} fontWeight={500} fill={theme.colors.text.primary}>
              {fitText(cell.title, room - sign, 12, 500, measure)}
            </text>
            <text x={32} y={35} fontSize={12} fill={theme.colors.text.secondary}>
              {fitText([cell.stateText, cell.detail].filter(Boolean).join(', '), room, 12, 400, measure)}
            </text>
            {first && <AlertSign alert={first} x={CELL.width - sign - 4} y={6} />}
          </g>
        );
      })}
      <text
        y={Math.ceil(cells.length / columns) * (CELL.height + GAP) + 14}
        fontSize={12}
        fill={theme.colors.text.secondary}
      >
        {partText(cells.length, of)}
      </text>
    </>
  );
}
