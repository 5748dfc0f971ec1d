import type { Plugin } from 'graphql-yoga';
import { BadInput } from '../graph/bad-input.ts';

/**
 * The parser and the validator are recursive. An operation that is nested deeper than their stack allows is the
 * caller's mistake, and is reported as such.
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
