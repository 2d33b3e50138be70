export { StateSummary } from './StateSummary';
