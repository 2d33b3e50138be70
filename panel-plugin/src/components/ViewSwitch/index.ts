export { ViewSwitch } from './ViewSwitch';
