import type { ArgBuilder } from '@pothos/core';
import type { Types } from './builder.ts';

/** The Relay arguments of a connection; `lastCost` is added to the description of `last`. */
export function windowArgs(arg: ArgBuilder<Types>, lastCost = '') {
  return {
    ...countedArgs(arg),
    last: arg.int({
      description: `The number of rows, from the end of the list or before \`before\`.${lastCost && ` ${lastCost}`}`,
    }),
    before: arg.string({ description: 'A cursor: only rows before it.' }),
  };
}

/** The arguments of a connection that is counted, and can only be followed forward. */
export function countedArgs(arg: ArgBuilder<Types>) {
  return {
    ...forwardArgs(arg),
    offset: arg.int({
      description:
        'The number of rows to skip, for screens with page numbers; not with `after`, `last` or `before`. Rows that are added or removed in the meantime shift all others. Cursors are steadier, and those of this window can be used to go on.',
    }),
  };
}

/** The Relay arguments of a connection that can only be followed forward. */
export function forwardArgs(arg: ArgBuilder<Types>) {
  return {
    first: arg.int({
      description:
        'The number of rows, from the start of the list or after `after`; 20 by default, at most the largest page size that is configured, or 1,000 where the API does not page. A window may be shorter although more rows follow: check `hasNextPage`.',
    }),
    after: arg.string({ description: 'A cursor: only rows after it.' }),
  };
}
