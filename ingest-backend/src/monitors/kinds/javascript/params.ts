import { z } from 'zod';
import { codeParams } from '../code/index.js';

export const params = z.strictObject(codeParams(['.js', '.mjs', '.ts', '.mts'], '256M'));

export type Params = z.infer<typeof params>;
