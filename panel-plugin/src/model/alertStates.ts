import { t } from '@grafana/i18n';
import { keptText } from './texts';
import type { AlertRank, AlertStatus } from './types';

/** What asks for a look first comes first. */
export const ALERT_STATUSES: readonly AlertStatus[] = [
  'firing',
  'error',
  'nodata',
  'recovering',
  'pending',
  'other',
  'resolved',
];

const WORDS: Record<Exclude<AlertStatus, 'other'>, readonly string[]> = {
  firing: ['firing', 'alerting', 'active', 'triggered', 'open'],
  error: ['error'],
  nodata: ['nodata'],
  recovering: ['recovering'],
  pending: ['pending'],
  resolved: ['resolved', 'ok', 'normal', 'inactive', 'closed', 'inhibited'],
};
const SILENCED = ['silenced', 'suppressed', 'muted'];

/**
 * What a state says, in the words of Pneumograph, of Grafana's rules (`Normal (NoData)`) and of other alert managers. An
 * alert without a state fires; a state that nobody knows is kept as it came.
 */
export function alertStatus(said: string): { status: AlertStatus; silenced: boolean } {
  const word = said
    .toLowerCase()
    .replace(/\(.*\)/s, '')
    .replace(/[\s_-]/g, '');
  if (word === '') {
    return { status: 'firing', silenced: false };
  }
  if (SILENCED.includes(word)) {
    return { status: 'firing', silenced: true };
  }
  const known = ALERT_STATUSES.find((status) => status !== 'other' && WORDS[status].includes(word));
  return { status: known ?? 'other', silenced: false };
}

/** The state of an alert for people. */
export function alertWord({
  status,
  silenced,
  state,
}: {
  status: AlertStatus;
  silenced: boolean;
  state: string;
}): string {
  const word = status === 'other' ? state : keptText(`alert ${status}`, STATUS_WORDS[status]);
  return silenced
    ? keptText(`silenced ${word}`, () => t('alerts.silenced', '{{state}}, silenced', { state: word }))
    : word;
}

const STATUS_WORDS: Record<Exclude<AlertStatus, 'other'>, () => string> = {
  firing: () => t('alerts.firing', 'firing'),
  error: () => t('alerts.error', 'cannot be evaluated'),
  nodata: () => t('alerts.nodata', 'no data'),
  recovering: () => t('alerts.recovering', 'recovering'),
  pending: () => t('alerts.pending', 'pending'),
  resolved: () => t('alerts.resolved', 'resolved'),
};

export function alertsInWords(count: number): string {
  return t('alerts.count', '', {
    count,
    defaultValue_one: '{{count}} alert',
    defaultValue_other: '{{count}} alerts',
  });
}

export const ALERT_RANKS: readonly AlertRank[] = ['critical', 'warning', 'info'];
const RANK_WORDS: Record<AlertRank, readonly string[]> = {
  critical: ['critical', 'crit', 'fatal', 'emergency', 'alert', 'page', 'error', 'high', 'major', 'disaster'],
  warning: ['warning', 'warn', 'medium', 'average', 'moderate', 'minor'],
  info: [],
};

export function rankOf(severity: string): AlertRank {
  const word = severity.trim().toLowerCase();
  return ALERT_RANKS.find((rank) => RANK_WORDS[rank].includes(word)) ?? 'info';
}

const RANK_NAMES: Record<AlertRank, () => string> = {
  critical: () => t('alerts.critical', 'critical'),
  warning: () => t('alerts.warning', 'warning'),
  info: () => t('alerts.info', 'info'),
};

/** A severity for people: as it came, or else the rank that it was given. */
export function severityWord({ severity, rank }: { severity: string; rank: AlertRank }): string {
  const own = severity.trim();
  return own === '' || own.toLowerCase() === rank ? keptText(`rank ${rank}`, RANK_NAMES[rank]) : own;
}
