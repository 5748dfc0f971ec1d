/** The value of one attribute of one customer, from the System of Record. */
import { digitsOf, exactlyNumber, membersOf } from '../../../sources/exact-values.ts';
import type { DatedValue } from '../../../sources/sor/values.ts';
import { builder, type FieldsOf } from '../../builder.ts';
import { PAID_ABOVE } from '../../cost/charge.ts';
import { DAY, MOMENT, type Reading, TEXT } from '../../readings.ts';

/** A value, and where it comes from. */
export interface AttributeValueSource {
  key: string;
  /** Null where it is withheld. */
  raw: unknown;
  masked: boolean;
  /** Of a change. */
  removed: boolean;
  /** As the profile names it: `global`, or an identifier. */
  system: string;
  /** The same value with its dates, where they are selected; undefined when the API has none for it. */
  dated: (() => Promise<DatedValue | undefined>) | undefined;
}

const SetElement = builder.objectRef<NonNullable<DatedValue['elements']>[number]>('SetElement').implement({
  description: 'One member of a set.',
  tags: ['pii', 'sor'],
  fields: (t) => ({
    value: t.string({
      nullable: false,
      description: 'The member itself.',
      tags: ['pii'],
      resolve: ({ value }) => membersOf([value])?.[0] ?? '',
    }),
    since: t.read('since', MOMENT, { description: 'Since when it is in the set; null when the API does not say.' }),
    sinceText: t.read('since', TEXT, { description: 'That time as the API writes it.' }),
  }),
});

const ANYTHING = { type: 'JSON', read: (value: unknown) => value ?? null } as const;
const STRING = { type: 'String', read: (value: unknown) => (typeof value === 'string' ? value : null) } as const;
const NUMBER = { type: 'Float', read: exactlyNumber } as const;
const DIGITS = { type: 'Decimal', read: digitsOf } as const;
const BOOLEAN = { type: 'Boolean', read: (value: unknown) => (typeof value === 'boolean' ? value : null) } as const;

/** The value itself, as a reading of it says. */
function as<Type extends 'JSON' | 'String' | 'Float' | 'Decimal' | 'Boolean' | 'Date' | 'DateTime'>(
  t: FieldsOf<AttributeValueSource>,
  { type, read }: Reading<Type>,
  options: { description: string },
) {
  return t.field({ ...options, type, tags: ['pii'], resolve: (source) => reading(source, read) as never });
}

export const MASKED =
  'Whether the value is withheld: you lack the scope `pii:read`, and the key is one of the nine of the named fields of `CustomerProfile`, or Hood’s property of it says so, or there is none and `UNKNOWN_PI` is `mask`. Every form of the value is null then.';

export const AttributeValue = builder.objectRef<AttributeValueSource>('AttributeValue').implement({
  description:
    'The value of an attribute. Each of the fields from `string` to `set` holds it if it is of that kind, and is null otherwise.',
  tags: ['pii', 'sor'],
  fields: (t) => ({
    key: t.exposeString('key', {
      nullable: false,
      description: 'The attribute’s key, unique in its system.',
    }),
    masked: t.exposeBoolean('masked', { nullable: false, description: MASKED }),
    value: as(t, ANYTHING, {
      description:
        'The value as it is; numbers of more digits than a double holds arrive as text. Null when there is none.',
    }),
    string: as(t, STRING, { description: 'The value if it is a text, dates included.' }),
    number: as(t, NUMBER, {
      description: 'The value if it is a number that a double holds exactly; otherwise use `exactNumber`.',
    }),
    exactNumber: as(t, DIGITS, { description: 'The value if it is a number, with all its digits.' }),
    boolean: as(t, BOOLEAN, { description: 'The value if it is true or false.' }),
    date: as(t, DAY, { description: 'The value if it is a calendar date.' }),
    dateTime: as(t, MOMENT, { description: 'The value if it is a moment.' }),
    set: t.field({
      type: ['String'],
      description: 'The members if it is a set, in the API’s order.',
      tags: ['pii'],
      resolve: (source) => reading(source, membersOf),
    }),
    since: t.field({
      type: 'DateTime',
      description:
        'Since when the value holds; null when the API does not say. Selecting it costs one upstream call for each profile and system. Before an operation runs, a profile counts as four systems unless you name them.',
      cost: PAID_ABOVE,
      resolve: async ({ dated }) => MOMENT.read((await dated?.())?.since),
    }),
    sinceText: t.string({
      description: 'That time as the API writes it. Costs the same call as `since`.',
      cost: PAID_ABOVE,
      resolve: async ({ dated }) => TEXT.read((await dated?.())?.since),
    }),
    elements: t.field({
      type: [SetElement],
      description:
        'The members of a set, each with its own date; null when it is no set. Costs the same call as `since`.',
      cost: PAID_ABOVE,
      resolve: async ({ dated }) => (await dated?.())?.elements ?? null,
    }),
  }),
});

/** Where dates are selected, the value comes with them; should that answer fail, it is the one that the profile has. */
function reading<Result>({ raw, dated }: AttributeValueSource, read: (value: unknown) => Result) {
  if (!dated) return read(raw);
  return dated().then(
    (found) => read(found ? found.value : raw),
    () => read(raw),
  );
}
