/** What can be done to a value: to which kinds of attribute, what of it the API does not take, and what is sent. */
import type { FedValue } from '../../sources/sor/feed-plan.ts';
import type { UserErrorCode } from '../user-error-code.ts';

/** The kinds of value in the API's spelling. */
export type ValueKind = 'String' | 'Number' | 'Boolean' | 'Date' | 'DateTime' | 'Set';

/** What is wrong with a value; `at` is where inside it. */
export interface ValueMistake {
  at: readonly string[];
  code: UserErrorCode;
  message: string;
}

type Sent = Pick<FedValue, 'attribute_value' | 'action_type'>;

export interface ValueAction<Value> {
  /** Which kind of attribute it is for; undefined for any. */
  kind: ValueKind | undefined;
  mistakes(value: Value): ValueMistake[];
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

export const ACTIONS: { [Name in keyof ValueChange]-?: ValueAction<NonNullable<ValueChange[Name]>> } = {
  string: scalar('String', textMistakes, (text) => text),
  number: scalar('Number', numberMistakes, (number) => number),
  exactNumber: scalar('Number', exactNumberMistakes, (digits) => rawJson(digits)),
  boolean: scalar(
    'Boolean',
    () => [],
    (flag) => flag,
  ),
  date: scalar('Date', dateMistakes, (date) => date.toISOString().slice(0, 10)),
  dateTime: scalar('DateTime', dateTimeMistakes, (moment) => moment.toISOString().replace('.000Z', 'Z')),
  remove: {
    kind: undefined,
    mistakes: onlyTrue,
    // For a set an action is required (vendor's page: feed attribute values), and this is the one that leaves nothing.
    sent: (_, kind) => (kind === 'Set' ? [EMPTIED] : [{ attribute_value: null }]),
  },
  addToSet: {
    kind: 'Set',
    mistakes: memberMistakes,
    sent: (member) => [{ attribute_value: member, action_type: 'ADD' }],
  },
  removeFromSet: {
    kind: 'Set',
    mistakes: memberMistakes,
    sent: (member) => [{ attribute_value: member, action_type: 'REMOVE' }],
  },
  replaceSet: {
    kind: 'Set',
    mistakes: (members) =>
      members.flatMap((member, index) =>
        memberMistakes(member).map((mistake) => ({ ...mistake, at: [String(index)] })),
      ),
    sent: (members) => replaced([...new Set(members)]),
  },
  emptySet: { kind: 'Set', mistakes: onlyTrue, sent: () => [EMPTIED] },
};

/** Empties a set. No page shows whether it needs a value: null is the one that changes nothing. */
const EMPTIED: Sent = { attribute_value: null, action_type: 'DEL' };

/**
 * Joined by `;`, which cannot be escaped, into a text that must not be too long itself. Members that have a `;`, or are
 * too many for one text, are added after the set was emptied (vendor's page: feed attribute values).
 */
function replaced(members: readonly string[]): Sent[] {
  if (members.length === 0) return [EMPTIED];
  const joined = members.join(';');
  if (!members.some((member) => member.includes(';')) && textMistakes(joined).length === 0) {
    return [{ attribute_value: joined, action_type: 'UPSERT' }];
  }
  return [EMPTIED, ...members.map((member): Sent => ({ attribute_value: member, action_type: 'ADD' }))];
}

function scalar<Value>(
  kind: Exclude<ValueKind, 'Set'>,
  mistakes: (value: Value) => ValueMistake[],
  written: (value: Value) => Sent['attribute_value'],
): ValueAction<Value> {
  return { kind, mistakes, sent: (value) => [{ attribute_value: written(value) }] };
}

/** The documented limit, in code points (vendor's page: feed attribute values). */
const MAX_CHARACTERS = 256;

/** The documented limit, on either side of zero. */
const MAX_NUMBER = 2n ** 63n - 1n;

const OUT_OF_RANGE = 'Expected a number within ±(2^63 − 1).';

function mistakeIf(isWrong: boolean, code: UserErrorCode, message: string): ValueMistake[] {
  return isWrong ? [{ at: [], code, message }] : [];
}

function textMistakes(text: string): ValueMistake[] {
  return mistakeIf([...text].length > MAX_CHARACTERS, 'TOO_LONG', `Expected at most ${MAX_CHARACTERS} characters.`);
}

function memberMistakes(member: string): ValueMistake[] {
  return member === '' ? mistakeIf(true, 'TOO_SHORT', 'Expected a member that is not empty.') : textMistakes(member);
}

function numberMistakes(number: number): ValueMistake[] {
  if (!(Math.abs(number) < 2 ** 63)) return mistakeIf(true, 'OUT_OF_RANGE', OUT_OF_RANGE);
  return mistakeIf(
    Number.isInteger(number) && !Number.isSafeInteger(number),
    'OUT_OF_RANGE',
    'Expected an integer within ±(2^53 − 1), beyond which digits are lost: use exactNumber.',
  );
}

function exactNumberMistakes(digits: string): ValueMistake[] {
  const [whole = '', fraction = ''] = digits.replace('-', '').split('.');
  // More digits than the largest one has: taken for a number they would take long.
  const number = whole.length > 19 ? undefined : BigInt(whole);
  const isTooLarge = number === undefined || number > MAX_NUMBER || (number === MAX_NUMBER && /[1-9]/.test(fraction));
  return mistakeIf(isTooLarge, 'OUT_OF_RANGE', OUT_OF_RANGE);
}

function dateMistakes(date: Date): ValueMistake[] {
  return mistakeIf(!/^\d{4}-/.test(date.toISOString()), 'OUT_OF_RANGE', 'Expected a year of four digits.');
}

function dateTimeMistakes(moment: Date): ValueMistake[] {
  return [
    ...dateMistakes(moment),
    ...mistakeIf(moment.getUTCMilliseconds() !== 0, 'INVALID', 'Expected whole seconds: the API keeps no fractions.'),
  ];
}

function onlyTrue(flag: boolean): ValueMistake[] {
  return mistakeIf(!flag, 'INVALID', 'Expected true, or another change.');
}

/** A number that `JSON.stringify` writes as these very digits. */
function rawJson(digits: string): object {
  // ES2026, which the compiler's library does not list yet.
  return (JSON as unknown as { rawJSON(text: string): object }).rawJSON(digits);
}
