export type { Format } from './files';
export { Offscreen } from './Offscreen';
export { partText } from './part';
