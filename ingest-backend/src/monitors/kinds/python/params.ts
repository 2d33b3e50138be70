import { z } from 'zod';
import { codeParams } from '../code/index.js';

export const params = z.strictObject({
  ...codeParams(['.py'], '1G'),
  /** The command of Python 3. */
  python: z.string().min(1).default('python3'),
  /** What `find_model` answers for an engine's id, its `src`; the id itself, where it is not here. */
  models: z.record(z.string(), z.string()).default({}),
});

export type Params = z.infer<typeof params>;
