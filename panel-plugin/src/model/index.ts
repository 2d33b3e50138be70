export * from './types';
export { buildView, LINK_LIMIT, MODEL_LIMIT, type ViewSettings } from './view';
export { enginesText, MODEL_STATES_WORST_FIRST, stateRank, stateWord } from './states';
export { modelLinks } from './dataLinks';
export { plural } from './fields';
export { worstBands } from './engines';
