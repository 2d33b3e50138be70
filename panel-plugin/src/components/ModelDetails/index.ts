export { ModelDetails } from './ModelDetails';
