import React, { memo } from 'react';
import { dateTimeFormat } from '@grafana/data';
import { t } from '@grafana/i18n';
import { useTheme2 } from '@grafana/ui';
import { alertWord, keptText, severityWord, type AlertView, type EngineBand, type ModelView } from '../../model';
import { lengthOf } from '../../theme/duration';
import { fitText } from '../../theme/fitText';
import { alertColors, stateColor } from '../../theme/stateColors';
import { AlertSign, signWidth } from '../AlertSign';

interface Props {
  title: string;
  bands: readonly EngineBand[];
  alerts: readonly AlertView[];
  from: number;
  to: number;
  timeZone: string;
  width: number;
  height: number;
  measure: Parameters<typeof fitText>[4];
  /** Whose alerts they are; left out where there are none, so that the row stays as it is. */
  model: ModelView | undefined;
  onAlert: (model: ModelView | undefined, alert: AlertView) => void;
}

const FONT = 11.5;
/** A state that was over at once is seen all the same. */
const THINNEST = 2;
/** What the flag of an alert needs at its right. */
const FLAG_ROOM = 40;

/** The states of one row, and the alerts on it. */
export const TimelineBands = memo(function TimelineBands({
  title,
  bands,
  alerts,
  from,
  to,
  timeZone,
  width,
  height,
  measure,
  model,
  onAlert,
}: Props) {
  const theme = useTheme2();
  const x = (at: number) => ((at - from) / Math.max(1, to - from)) * width;
  const time = (at: number) => dateTimeFormat(at, { timeZone });
  const shown = bands.filter((band) => band.from < to && (band.to ?? Infinity) > from);
  const marks = alerts.filter((alert) => alert.time !== undefined && alert.time <= to && (alert.timeEnd ?? to) >= from);
  /** Where the words of a band begin: right of the flags at its start. */
  const afterFlags = (left: number, right: number) =>
    marks.reduce((start, alert) => {
      const at = x(Math.max(from, alert.time ?? from));
      const isNear = at >= left - 4 && at < Math.min(right, start + 50) && at <= width - FLAG_ROOM;
      return isNear ? Math.max(start, at + flagWidth(alert)) : start;
    }, left);
  const last = bands[bands.length - 1];
  const label =
    last === undefined
      ? t('timeline.unknown', '{{row}}: nothing is known', { row: title })
      : keptText(`row ${JSON.stringify([title, last.text, last.from, timeZone])}`, () =>
          t('timeline.row', '{{row}}: {{state}} since {{time}}', {
            row: title,
            state: last.text,
            time: time(last.from),
          })
        );
  return (
    <svg
      width={width}
      height={height}
      role="img"
      aria-label={label}
      style={{ fontFamily: theme.typography.fontFamily }}
    >
      {shown.map((band) => {
        const left = x(Math.max(from, band.from));
        const right = x(Math.min(to, band.to ?? to));
        const color = stateColor(theme, band.state);
        const wide = Math.max(THINNEST, right - left);
        const start = afterFlags(left, right);
        return (
          <g key={`${band.from} ${band.text}`}>
            <rect x={left} y={4} width={wide} height={height - 8} fill={color} data-state={band.state}>
              <title>{keptText(`band ${JSON.stringify(band)} ${timeZone}`, () => bandText(band, time))}</title>
            </rect>
            {right - start > 38 && (
              <text
                x={start + 6}
                y={height / 2 + 4}
                fontSize={FONT}
                fill={theme.colors.getContrastText(color)}
                pointerEvents="none"
              >
                {fitText(band.text, right - start - 12, FONT, 400, measure)}
              </text>
            )}
          </g>
        );
      })}
      {marks.map((alert, index) => (
        <Mark
          key={index}
          {...{ alert, height }}
          at={x(Math.max(from, alert.time ?? from))}
          end={alert.timeEnd === undefined ? undefined : x(Math.min(to, alert.timeEnd))}
          isFlipped={x(Math.max(from, alert.time ?? from)) > width - FLAG_ROOM}
          words={`${severityWord(alert)}, ${alertWord(alert)}, ${time(alert.time ?? from)}${
            alert.timeEnd === undefined ? '' : ` – ${time(alert.timeEnd)}`
          }: ${alert.text}`}
          onClick={() => onAlert(model, alert)}
        />
      ))}
    </svg>
  );
});

/** Which state from when to when, what was said of it and how it is known. */
function bandText({ from, to, text, said, cause }: EngineBand, time: (at: number) => string): string {
  const values = { state: text, from: time(from) };
  const when =
    to === undefined
      ? t('timeline.goes-on', '{{state}} from {{from}} until now', values)
      : t('timeline.band', '{{state}} from {{from}} to {{to}} ({{length}})', {
          ...values,
          to: time(to),
          length: lengthOf(to - from),
        });
  return [
    when,
    said === '' ? '' : t('timeline.said', 'said “{{text}}”', { text: said }),
    cause === '' ? '' : t('timeline.cause', 'by {{cause}}', { cause }),
  ]
    .filter((part) => part !== '')
    .join(', ');
}

function flagWidth(alert: AlertView): number {
  return signWidth(alert) + 8;
}

interface MarkProps {
  alert: AlertView;
  at: number;
  /** Where it was over; undefined where that is not told. */
  end: number | undefined;
  height: number;
  /** Whether its flag is at the left, for want of room at the right. */
  isFlipped: boolean;
  words: string;
  onClick: () => void;
}

/** An alert over the states: a line where it began, and a flag with its sign, filled where it fires. */
function Mark({ alert, at, end, height, isFlipped, words, onClick }: MarkProps) {
  const theme = useTheme2();
  const { fill, text } = alertColors(theme, alert.rank);
  const ground = theme.colors.background.primary;
  const fires = alert.status === 'firing' && !alert.silenced;
  const wide = flagWidth(alert);
  return (
    <g data-testid="timeline-alert" data-status={alert.status} cursor="pointer" onClick={onClick}>
      <title>{words}</title>
      {end !== undefined && (
        <rect x={at} y={height - 5} width={Math.max(THINNEST, end - at)} height={4} fill={fill} stroke={ground} />
      )}
      <rect x={at - 1.5} y={1} width={3} height={height - 2} fill={fill} stroke={ground} />
      <rect
        x={isFlipped ? at - wide : at}
        y={1.5}
        width={wide}
        height={15}
        rx={3}
        fill={fires ? fill : ground}
        stroke={fires ? ground : fill}
      />
      <AlertSign alert={alert} x={(isFlipped ? at - wide : at) + 4} y={3} scale={0.95} color={fires ? text : fill} />
    </g>
  );
}
