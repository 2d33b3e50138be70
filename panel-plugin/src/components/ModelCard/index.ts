export { ModelCard } from './ModelCard';
export { AlertCount } from './AlertCount';
export { alertsText } from './cardName';
