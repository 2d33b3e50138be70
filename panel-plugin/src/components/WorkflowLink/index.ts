export { LinkLabel, LinkLine } from './WorkflowLink';
