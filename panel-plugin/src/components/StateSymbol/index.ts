export { StateSymbol } from './StateSymbol';
export { SHAPES } from './shapes';
