export { AlertSign, signWidth } from './AlertSign';
