export { WebClient, type WebAnswer, type WebOptions } from './client.js';
