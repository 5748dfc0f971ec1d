/** What can be done to values: how it is given, to which kinds of attribute, what the API takes, and what is sent. */
import { z } from 'zod';
import type { FedChange, FedValue } from '../../sources/sor/feed-plan.ts';
import type { CustomerIdType } from '../../sources/sor/profile-rows.ts';
import type { AttributeRow } from '../../sources/sor/systems.ts';
import { mistake, mistakesIn, textWithin } from '../input-checks.ts';
import type { InputIssue, UserErrorCode } from '../user-errors.ts';

const KINDS = ['String', 'Number', 'Boolean', 'Date', 'DateTime', 'Set'] as const;

/** The kinds of value in the API's spelling. */
type ValueKind = (typeof KINDS)[number];

type Sent = Pick<FedValue, 'attribute_value' | 'action_type'>;

/** A member of the input that says what to do to a value: exactly one of them is set. */
interface ValueAction<Value = unknown> {
  /** What the member is in the schema. */
  type: 'Boolean' | 'Date' | 'DateTime' | 'Decimal' | 'Float' | 'String' | ['String'];
  description: string;
  /** Which kind of attribute it is for; undefined for any. */
  kind: ValueKind | undefined;
  /** What the API takes. */
  check: z.ZodType<Value>;
  /** In the order in which they must be applied. */
  sent(value: Value, kind: ValueKind | undefined): Sent[];
}

/** The documented limit, in code points (vendor's page: feed attribute values). */
const MAX_CHARACTERS = 256;

/** The documented limit, on either side of zero. */
const MAX_NUMBER = 2n ** 63n - 1n;

const OUT_OF_RANGE = mistake('OUT_OF_RANGE', 'Expected a number within ±(2^63 − 1).');
const TEXT = textWithin(MAX_CHARACTERS);
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
const DIGITS = z.string().refine(isInRange, OUT_OF_RANGE);
const ONLY_TRUE = z.boolean().refine((flag) => flag, mistake('INVALID', 'Expected true, or another change.'));

/** Empties a set. No page shows whether it needs a value: null is the one that changes nothing. */
const EMPTIED: Sent = { attribute_value: null, action_type: 'DEL' };

export const ACTIONS: Readonly<Record<string, ValueAction>> = {
  string: scalar('String', 'String', TEXT, 'Sets a text of at most 256 characters.'),
  number: scalar('Number', 'Float', NUMBER, 'Sets a number; integers beyond ±(2^53 − 1) need `exactNumber`.'),
  exactNumber: scalar('Number', 'Decimal', DIGITS, 'Sets a number within ±(2^63 − 1), digit by digit.', rawJson),
  boolean: scalar('Boolean', 'Boolean', z.boolean(), 'Sets true or false.'),
  date: scalar('Date', 'Date', DAY, 'Sets a calendar date.', (date) => date.toISOString().slice(0, 10)),
  dateTime: scalar('DateTime', 'DateTime', MOMENT, 'Sets a moment, in whole seconds.', (moment) =>
    moment.toISOString().replace('.000Z', 'Z'),
  ),
  remove: {
    type: 'Boolean',
    description: '`true` removes the value, whatever its kind.',
    kind: undefined,
    check: ONLY_TRUE,
    // For a set an action is required (vendor's page: feed attribute values), and this is the one that leaves nothing.
    sent: (_, kind) => (kind === 'Set' ? [EMPTIED] : [{ attribute_value: null }]),
  },
  addToSet: ofSet('String', MEMBER, 'Adds one member to a set.', (member) => [
    { attribute_value: member, action_type: 'ADD' },
  ]),
  removeFromSet: ofSet('String', MEMBER, 'Takes one member out of a set.', (member) => [
    { attribute_value: member, action_type: 'REMOVE' },
  ]),
  replaceSet: ofSet(
    ['String'],
    z.array(MEMBER),
    'The whole new content of a set; an empty list empties it. Members with a semicolon, or of more than 256 characters in all, cost a second call: the API cannot take them at once.',
    (members) => replaced([...new Set(members)]),
  ),
  emptySet: ofSet('Boolean', ONLY_TRUE, '`true` takes all members out of a set.', () => [EMPTIED]),
};

/** Joined by `;`, which cannot be escaped. Members that have it, or are too many, are added to an emptied set. */
function replaced(members: readonly string[]): Sent[] {
  if (members.length === 0) return [EMPTIED];
  const joined = members.join(';');
  if (!members.some((member) => member.includes(';')) && [...joined].length <= MAX_CHARACTERS) {
    return [{ attribute_value: joined, action_type: 'UPSERT' }];
  }
  return [EMPTIED, ...members.map((member): Sent => ({ attribute_value: member, action_type: 'ADD' }))];
}

function scalar<Value>(
  kind: Exclude<ValueKind, 'Set'>,
  type: ValueAction['type'],
  check: z.ZodType<Value>,
  description: string,
  written: (value: Value) => unknown = (value) => value,
): ValueAction<Value> {
  const sent = (value: Value) => [{ attribute_value: written(value) as Sent['attribute_value'] }];
  return { kind, type, check, description, sent };
}

function ofSet<Value>(
  type: ValueAction['type'],
  check: z.ZodType<Value>,
  description: string,
  sent: (value: Value) => Sent[],
): ValueAction<Value> {
  return { kind: 'Set', type, check, description, sent };
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

/** A change to one value of one customer, as the graph takes it. */
export interface ChangeInput {
  customerId: string;
  customerIdType: CustomerIdType;
  key: string;
  /** One of `ACTIONS` by its name, and its value: the schema lets no other input through. */
  change: Record<string, unknown>;
}

/**
 * Everything that is wrong with changes, and what to send for each if nothing is. Without `attributes` keys cannot be
 * checked; with `declareMissing` a key that the system lacks is made by its first value.
 */
export function checkChanges(
  inputs: readonly ChangeInput[],
  { attributes, declareMissing }: { attributes: readonly AttributeRow[] | undefined; declareMissing: boolean },
): { issues: InputIssue[]; changes: FedChange[] } {
  const known = attributes && new Map(attributes.map((row) => [row.key, row]));
  /** What the first value of a missing key makes of it, others of the same call must fit. */
  const declared = new Map<string, ValueKind>();
  const issues: InputIssue[] = [];

  const changes = inputs.map((input, index) => {
    const { key, change } = input;
    const [name = '', value] = Object.entries(change).find(([, member]) => member !== undefined) ?? [];
    const action = ACTIONS[name] as ValueAction;
    const issue = (path: readonly string[], code: UserErrorCode, message: string) =>
      issues.push({ path: ['changes', String(index), ...path], code, message });

    if (input.customerId === '') issue(['customerId'], 'TOO_SHORT', 'Expected an id that is not empty.');
    if (key.trim() === '') issue(['key'], 'TOO_SHORT', 'Expected a key that is not empty.');
    for (const { path, code, message } of mistakesIn(action.check.safeParse(value).error)) {
      issue(['change', name, ...path], code, message);
    }
    const kind = known && key.trim() !== '' ? kindOf() : undefined;
    if (kind && action.kind && kind !== action.kind) {
      const code = action.kind === 'Set' ? 'NOT_A_SET' : 'WRONG_TYPE';
      issue(['change', name], code, `Expected ${changesOf(kind)}: this attribute is a ${kind}.`);
    }
    // In the order of the example on the vendor's page.
    return action.sent(value, kind).map((sent) => ({
      customer_id: input.customerId,
      ...(input.customerIdType === 'device_id' && { customer_id_type: input.customerIdType }),
      attribute_key: key,
      ...sent,
    }));

    function kindOf(): ValueKind | undefined {
      const attribute = known?.get(key);
      if (attribute) {
        if (attribute.disabled === true) issue(['key'], 'DISABLED', 'Expected an attribute that is not disabled.');
        return KINDS.find((kind) => kind.toLowerCase() === String(attribute.value_type).toLowerCase());
      }
      if (!declareMissing) {
        issue(['key'], 'UNKNOWN_KEY', 'Expected the key of an attribute of this system, or declareMissing.');
      } else if (key.includes(',')) {
        issue(['key'], 'INVALID', 'Expected a new key without commas: by one it could not be asked for.');
      }
      if (action.kind && !declared.has(key)) declared.set(key, action.kind);
      return declared.get(key);
    }
  });
  return { issues, changes };
}

/** What can be done to a value of that kind. */
function changesOf(kind: ValueKind): string {
  const names = Object.entries(ACTIONS).filter(([, action]) => action.kind === kind);
  return [...names.map(([name]) => name), 'remove'].join(', ').replace(/, (?=\w+$)/, ' or ');
}
