export { StateSymbol } from './StateSymbol';
