export { Notices, NOTICES_HEIGHT } from './Notices';
