import React, { memo } from 'react';
import { fitText, type Measure } from '../../theme/fitText';

interface Props {
  className: string;
  text: string;
  x: number;
  y: number;
  font: number;
  weight?: 400 | 500;
  /** Width that it may take. */
  room: number;
  measure: Measure;
}

/** A line of a card, cut to its room. Most lines stay as they are when numbers change: those are not drawn anew. */
export const FittedText = memo(function FittedText(props: Props) {
  const { className, text, x, y, font, weight = 400, room, measure } = props;
  return (
    <text className={className} x={x} y={y} fontSize={font}>
      {fitText(text, room, font, weight, measure)}
    </text>
  );
});
