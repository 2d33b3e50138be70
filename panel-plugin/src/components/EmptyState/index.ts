export { EmptyState, MissingData } from './EmptyState';
