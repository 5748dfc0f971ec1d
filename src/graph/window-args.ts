import type { ArgBuilder } from '@pothos/core';
import type { Types } from './builder.ts';

/** The Relay arguments of a connection; `lastCost` is added to the description of `last`. */
export function windowArgs(arg: ArgBuilder<Types>, lastCost = '') {
  return {
    ...forwardArgs(arg),
    last: arg.int({ description: `How many rows from the end.${lastCost && ` ${lastCost}`}` }),
    before: arg.string({ description: 'A cursor: only rows before it.' }),
  };
}

/** The Relay arguments of a connection that can only be followed forward. */
export function forwardArgs(arg: ArgBuilder<Types>) {
  return {
    first: arg.int({
      description:
        'How many rows from the start; 20 by default, at most the largest page that the gateway is configured for. A window may have fewer rows although more follow: `hasNextPage` decides.',
    }),
    after: arg.string({ description: 'A cursor: only rows after it.' }),
  };
}
