export * from './detector/index.js';
export * from './distance/index.js';
export * from './noise/index.js';
export * from './profile/index.js';
export * from './reference/index.js';
export * from './score/index.js';
export * from './special/index.js';
export * from './testing/index.js';
