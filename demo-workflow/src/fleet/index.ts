export { Composer } from './composer.js';
export { EngineProcess } from './engine-process.js';
