export { ModelCard } from './ModelCard';
export { AlertCount } from './AlertCount';
