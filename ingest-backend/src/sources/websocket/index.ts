export { addressOf, WebSocketSource, type WebSocketOptions } from './source.js';
