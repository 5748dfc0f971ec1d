import type { Plugin } from 'graphql-yoga';
import { BadInput } from '../graph/bad-input.ts';

/**
 * Parser and validator go down an operation by calling themselves: one that is nested deeper than their stack is
 * the caller's mistake, and reported as one.
 */
export function useDepthLimit(): Plugin {
  return {
    onParse({ parseFn, setParseFn }) {
      setParseFn((source, options) => refusingTooDeep(() => parseFn(source, options)));
    },
    onValidate({ validateFn, setValidationFn }) {
      setValidationFn((...args: Parameters<typeof validateFn>) => refusingTooDeep(() => validateFn(...args)));
    },
  };
}

function refusingTooDeep<Outcome>(read: () => Outcome): Outcome {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) throw new BadInput('Expected an operation that is nested less deeply.');
    throw error;
  }
}
