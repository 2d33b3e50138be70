import type { StreamAddress } from '../../../streams/index.js';
import type { CodeParams } from './params.js';
import type { Input } from './runner.js';

/**
 * The attached streams as input slots of the code: slot 0 where it has one.
 * @throws Error where a stream is no input, or two are the same one
 */
export function inputsOf({ inputs }: Pick<CodeParams, 'inputs'>, attached: readonly StreamAddress[]): Input[] {
  if (inputs === undefined) {
    return attached.map((stream) => ({ ...stream, input: 0 }));
  }
  const found = attached.map(({ workflow, model, slot }) => {
    const [input] =
      Object.entries(inputs).find(
        ([, to]) => to.model === model && to.slot === slot && (to.workflow ?? workflow) === workflow
      ) ?? [];
    if (input === undefined) {
      const known = Object.values(inputs).map((to) => `${to.model} ${to.slot}`);
      throw new Error(`inputs: expected each attached stream among ${known.join(', ')}, found ${model} ${slot}`);
    }
    return { workflow, model, slot, input: Number(input) };
  });
  const twice = found.find(({ input }, index) => found.findIndex((other) => other.input === input) < index);
  if (twice !== undefined) {
    throw new Error(`inputs: expected one stream for slot ${twice.input}, found several: say its workflow`);
  }
  return found;
}
