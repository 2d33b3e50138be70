export { WorkflowHealthPanel } from './WorkflowHealthPanel';
