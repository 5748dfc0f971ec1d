/** The value of one attribute of one customer, from the System of Record. */

import { digitsOf, exactlyNumber, membersOf } from '../../../sources/exact-values.ts';
import type { DatedValue } from '../../../sources/sor/values.ts';
import { isoDate, isoDateTime } from '../../../sources/time.ts';
import { builder } from '../../builder.ts';

/** A value, and where it comes from. */
export interface AttributeValueSource {
  key: string;
  raw: unknown;
  /** As the profile names it: `global`, or an identifier. */
  system: string;
  /** The same value with its dates, where they are selected; undefined when the API has none for it. */
  dated: (() => Promise<DatedValue | undefined>) | undefined;
}

const SetElement = builder
  .objectRef<DatedValue['elements'] extends (infer Element)[] | undefined ? Element : never>('SetElement')
  .implement({
    description: 'One member of a set.',
    tags: ['pii', 'sor'],
    fields: (t) => ({
      value: t.string({
        nullable: false,
        description: 'The member itself.',
        tags: ['pii'],
        resolve: ({ value }) => membersOf([value])?.[0] ?? '',
      }),
      since: t.field({
        type: 'DateTime',
        description: 'Since when it is in the set; null when the API does not say.',
        resolve: ({ since }) => isoDateTime(since),
      }),
    }),
  });

export const AttributeValue = builder.objectRef<AttributeValueSource>('AttributeValue').implement({
  description:
    'The value of an attribute. Each of the fields from `string` to `set` holds it if it is of that kind, and is null otherwise.',
  tags: ['pii', 'sor'],
  fields: (t) => ({
    key: t.exposeString('key', {
      nullable: false,
      description: 'The attribute’s key, unique in its system.',
    }),
    value: t.field({
      type: 'JSON',
      description:
        'The value as it is; numbers of more digits than a double holds arrive as text. Null when there is none.',
      tags: ['pii'],
      resolve: (source) => reading(source, (value) => value ?? null),
    }),
    string: t.string({
      description: 'The value if it is a text, dates included.',
      tags: ['pii'],
      resolve: (source) => reading(source, (value) => (typeof value === 'string' ? value : null)),
    }),
    number: t.float({
      description: 'The value if it is a number that a double holds exactly; otherwise use `exactNumber`.',
      tags: ['pii'],
      resolve: (source) => reading(source, exactlyNumber),
    }),
    exactNumber: t.field({
      type: 'Decimal',
      description: 'The value if it is a number, with all its digits.',
      tags: ['pii'],
      resolve: (source) => reading(source, digitsOf),
    }),
    boolean: t.boolean({
      description: 'The value if it is true or false.',
      tags: ['pii'],
      resolve: (source) => reading(source, (value) => (typeof value === 'boolean' ? value : null)),
    }),
    date: t.field({
      type: 'Date',
      description: 'The value if it is a calendar date.',
      tags: ['pii'],
      resolve: (source) => reading(source, isoDate),
    }),
    dateTime: t.field({
      type: 'DateTime',
      description: 'The value if it is a moment.',
      tags: ['pii'],
      resolve: (source) => reading(source, isoDateTime),
    }),
    set: t.field({
      type: ['String'],
      nullable: { list: true, items: false },
      description: 'The members if it is a set, in the API’s order.',
      tags: ['pii'],
      resolve: (source) => reading(source, membersOf),
    }),
    since: t.field({
      type: 'DateTime',
      description:
        'Since when the value holds; null when the API does not say. Selecting it costs one upstream call for each profile and system.',
      cost: 'call',
      resolve: async ({ dated }) => isoDateTime((await dated?.())?.since),
    }),
    elements: t.field({
      type: [SetElement],
      nullable: { list: true, items: false },
      description:
        'The members of a set, each with its own date; null when it is no set. Costs the same call as `since`.',
      cost: 'call',
      resolve: async ({ dated }) => (await dated?.())?.elements ?? null,
    }),
  }),
});

/**
 * Where dates are selected, the value comes from the same answer as they do. Should that answer fail, its own
 * fields say so, and the value is the one that the profile brought.
 */
function reading<Result>(
  { raw, dated }: AttributeValueSource,
  read: (value: unknown) => Result,
): Result | Promise<Result> {
  if (!dated) return read(raw);
  return dated().then(
    (found) => read(found ? found.value : raw),
    () => read(raw),
  );
}
