export { Changes, type Change, type Place } from './changes.js';
export { Live, type LiveEvent, type LiveRequest } from './live.js';
