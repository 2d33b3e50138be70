export { simulate, type SimulatedMessage, type SimulatedRecord, type SimulationOptions } from './simulation.js';
