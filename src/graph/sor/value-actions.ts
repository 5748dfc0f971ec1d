/** What can be done to a value: to which kinds of attribute, what of it the API does not take, and what is sent. */
import { z } from 'zod';
import type { FedValue } from '../../sources/sor/feed-plan.ts';
import { mistake } from '../input-checks.ts';

const KINDS = ['String', 'Number', 'Boolean', 'Date', 'DateTime', 'Set'] as const;

/** The kinds of value in the API's spelling. */
export type ValueKind = (typeof KINDS)[number];

export function isKind(text: unknown): text is ValueKind {
  return (KINDS as readonly unknown[]).includes(text);
}

type Sent = Pick<FedValue, 'attribute_value' | 'action_type'>;

export interface ValueAction<Value> {
  /** Which kind of attribute it is for; undefined for any. */
  kind: ValueKind | undefined;
  /** What the API takes. */
  check: z.ZodType<Value>;
  /** In the order in which they must be applied. */
  sent(value: Value, kind: ValueKind | undefined): Sent[];
}

/** Exactly one member of the input is set; it says what to do. */
export interface ValueChange {
  string?: string | null;
  number?: number | null;
  exactNumber?: string | null;
  boolean?: boolean | null;
  date?: Date | null;
  dateTime?: Date | null;
  remove?: boolean | null;
  addToSet?: string | null;
  removeFromSet?: string | null;
  replaceSet?: string[] | null;
  emptySet?: boolean | null;
}

/** The documented limit, in code points (vendor's page: feed attribute values). */
const MAX_CHARACTERS = 256;

/** The documented limit, on either side of zero. */
const MAX_NUMBER = 2n ** 63n - 1n;

const OUT_OF_RANGE = mistake('OUT_OF_RANGE', 'Expected a number within ±(2^63 − 1).');
const TEXT = z.string().refine(fits, mistake('TOO_LONG', `Expected at most ${MAX_CHARACTERS} characters.`));
const MEMBER = TEXT.refine((text) => text !== '', mistake('TOO_SHORT', 'Expected a member that is not empty.'));
// The infinite ones too, as which numbers beyond a double come in the text of an operation.
const NUMBER = z
  .custom<number>()
  .refine((number) => Math.abs(number) < 2 ** 63, { ...OUT_OF_RANGE, abort: true })
  .refine(
    (number) => !Number.isInteger(number) || Number.isSafeInteger(number),
    mistake('OUT_OF_RANGE', 'Expected an integer within ±(2^53 − 1), beyond which digits are lost: use exactNumber.'),
  );
const DAY = z
  .date()
  .refine((date) => /^\d{4}-/.test(date.toISOString()), mistake('OUT_OF_RANGE', 'Expected a year of four digits.'));
const MOMENT = DAY.refine(
  (moment) => moment.getUTCMilliseconds() === 0,
  mistake('INVALID', 'Expected whole seconds: the API keeps no fractions.'),
);
const ONLY_TRUE = z.boolean().refine((flag) => flag, mistake('INVALID', 'Expected true, or another change.'));

/** Empties a set. No page shows whether it needs a value: null is the one that changes nothing. */
const EMPTIED: Sent = { attribute_value: null, action_type: 'DEL' };

export const ACTIONS: { [Name in keyof ValueChange]-?: ValueAction<NonNullable<ValueChange[Name]>> } = {
  string: scalar('String', TEXT, (text) => text),
  number: scalar('Number', NUMBER, (number) => number),
  exactNumber: scalar('Number', z.string().refine(isInRange, OUT_OF_RANGE), (digits) => rawJson(digits)),
  boolean: scalar('Boolean', z.boolean(), (flag) => flag),
  date: scalar('Date', DAY, (date) => date.toISOString().slice(0, 10)),
  dateTime: scalar('DateTime', MOMENT, (moment) => moment.toISOString().replace('.000Z', 'Z')),
  remove: {
    kind: undefined,
    check: ONLY_TRUE,
    // For a set an action is required (vendor's page: feed attribute values), and this is the one that leaves nothing.
    sent: (_, kind) => (kind === 'Set' ? [EMPTIED] : [{ attribute_value: null }]),
  },
  addToSet: { kind: 'Set', check: MEMBER, sent: (member) => [{ attribute_value: member, action_type: 'ADD' }] },
  removeFromSet: {
    kind: 'Set',
    check: MEMBER,
    sent: (member) => [{ attribute_value: member, action_type: 'REMOVE' }],
  },
  replaceSet: { kind: 'Set', check: z.array(MEMBER), sent: (members) => replaced([...new Set(members)]) },
  emptySet: { kind: 'Set', check: ONLY_TRUE, sent: () => [EMPTIED] },
};

/**
 * Joined by `;`, which cannot be escaped, into a text that must not be too long itself. Members that have a `;`, or are
 * too many for one text, are added after the set was emptied (vendor's page: feed attribute values).
 */
function replaced(members: readonly string[]): Sent[] {
  if (members.length === 0) return [EMPTIED];
  const joined = members.join(';');
  if (!members.some((member) => member.includes(';')) && fits(joined)) {
    return [{ attribute_value: joined, action_type: 'UPSERT' }];
  }
  return [EMPTIED, ...members.map((member): Sent => ({ attribute_value: member, action_type: 'ADD' }))];
}

function scalar<Value>(
  kind: Exclude<ValueKind, 'Set'>,
  check: z.ZodType<Value>,
  written: (value: Value) => Sent['attribute_value'],
): ValueAction<Value> {
  return { kind, check, sent: (value) => [{ attribute_value: written(value) }] };
}

function fits(text: string): boolean {
  return [...text].length <= MAX_CHARACTERS;
}

function isInRange(digits: string): boolean {
  const [whole = '', fraction = ''] = digits.replace('-', '').split('.');
  // More digits than the largest one has: taken for a number they would take long.
  if (whole.length > 19) return false;
  const number = BigInt(whole);
  return number < MAX_NUMBER || (number === MAX_NUMBER && !/[1-9]/.test(fraction));
}

/** A number that `JSON.stringify` writes as these very digits. */
function rawJson(digits: string): object {
  // ES2026, which the compiler's library does not list yet.
  return (JSON as unknown as { rawJSON(text: string): object }).rawJSON(digits);
}
