export { WorkflowLink } from './WorkflowLink';
