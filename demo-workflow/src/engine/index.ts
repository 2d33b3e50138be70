export { systemClock, type Clock } from './clock.js';
export { csv, json, type Encoding } from './encoding.js';
export { ManualClock } from './manual-clock.js';
export type { Tap } from './sensor.js';
export { Engine, type EngineOptions } from './engine.js';
export { input, output, type Emission, type Emissions, type Model, type ModelHost, type Slot } from './model.js';
