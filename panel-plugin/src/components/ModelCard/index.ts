export { ModelCard } from './ModelCard';
export { AlertBadge, badgeWidth } from './AlertBadge';
export { AlertCount } from './AlertCount';
export { alertsText } from './cardName';
