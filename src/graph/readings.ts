import { flagIn, floatOrNull, intOrNull, textOf } from '../sources/exact-values.ts';
import { webAddress } from '../sources/hood/rows.ts';
import { isoDate, isoDateTime } from '../sources/time.ts';

/** What a value of an API is read as: of which type, and how. `read` gives null where there is nothing to be read. */
export interface Reading<Type> {
  readonly type: Type;
  readonly read: (value: unknown) => unknown;
}

export const MOMENT = { type: 'DateTime', read: isoDateTime } as const;
/** What an API writes where a reading finds nothing, numbers included. */
export const TEXT = { type: 'String', read: textOf } as const;
export const DAY = { type: 'Date', read: isoDate } as const;
export const FLAG = { type: 'Boolean', read: flagIn } as const;
export const WEB_ADDRESS = { type: 'URL', read: webAddress } as const;
export const INT = { type: 'Int', read: intOrNull } as const;
export const FLOAT = { type: 'Float', read: floatOrNull } as const;
