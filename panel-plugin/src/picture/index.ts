export type { Format } from './files';
export { Offscreen } from './Offscreen';
