import { formatTimestamp } from '@pneumograph/contract';
import { asJson } from '../archive/index.js';
import type { Told } from './book.js';
import { labelsOf } from './labels.js';
import type { Notice } from './notify/index.js';

/** A step as receivers are told of it. @param inhibits models whose alerts it keeps back */
export function toNotice(told: Told, repeated: boolean, inhibits: readonly string[]): Notice {
  const { id, number, state, severity, name, text, value = null, time, startsAt, link = null, reason = null } = told;
  return {
    ...{ key: `${id}/${number}`, id, number, state, repeated, severity, name, text, value },
    labels: labelsOf(told),
    time: formatTimestamp(time),
    startsAt: formatTimestamp(startsAt),
    endsAt: state === 'resolved' ? formatTimestamp(time) : null,
    ...{ link, reason },
    evidence: told.evidence === undefined ? null : asJson(told.evidence),
    inhibits: state === 'resolved' ? [] : inhibits,
  };
}
