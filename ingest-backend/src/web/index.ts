export { WebClient, type PostOptions, type WebAnswer, type WebOptions } from './client.js';
