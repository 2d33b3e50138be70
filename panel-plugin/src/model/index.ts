export * from './types';
export { buildView, LINK_LIMIT, MODEL_LIMIT, type ViewSettings } from './view';
export { consequenceText, enginesText, MODEL_STATES_WORST_FIRST, stateInText, stateRank, stateWord } from './states';
export { ALERT_RANKS, ALERT_STATUSES, alertsInWords, alertWord, severityWord } from './alertStates';
export { badgeWord } from './badges';
export { compareAlerts } from './alerts';
export { alertLinks, modelLinks } from './dataLinks';
export { FIELD_ROLES, type FieldMapping, type FieldRole } from './mapping';
export { worstBands } from './engines';
