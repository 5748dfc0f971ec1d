import { createRequire } from 'node:module';
import { GraphQLError, GraphQLFloat, GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { digitsOf, isLongNumber, plainJson } from '../sources/exact-values.ts';

const require = createRequire(import.meta.url);

/** Loaded with the first value that it reads: it has sixty scalars, which a start need not wait for. */
const library = () => require('graphql-scalars') as typeof import('graphql-scalars');

interface TextScalar<Internal> extends Readonly<Record<'name' | 'description' | 'specifiedByURL', string>> {
  /** What it takes, with an example, as the object of a sentence. */
  expected: string;
  /** Undefined, or an error, for what it does not take. */
  read(value: unknown): Internal | undefined;
}

/** A scalar that is a text both ways. Resolvers give its text: an object for each value would cost most of a row. */
function textual<Internal>({ expected, read, ...scalar }: TextScalar<Internal>): GraphQLScalarType<Internal, string> {
  const parsed = (value: unknown, nodes?: ValueNode): Internal => {
    let result: Internal | undefined;
    try {
      result = read(value);
    } catch {
      // What a library says quotes the value, and not what would be right.
    }
    if (result !== undefined) return result;
    throw new GraphQLError(`Expected ${expected}.`, nodes && { nodes });
  };
  return new GraphQLScalarType<Internal, string>({
    ...scalar,
    serialize: String,
    parseValue: (value) => parsed(value),
    parseLiteral: (node) => parsed('value' in node && node.kind !== Kind.BOOLEAN ? node.value : undefined, node),
  });
}

/** A fraction of a second that a `Date` would drop: it has milliseconds. */
const FINE_FRACTION = /:\d\d\.000\d*[1-9]/;

/** What common programs write and the library refuses: a space for the `T`, an offset as `+0530` or `+05`. */
const LOOSE_MOMENT = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d(?:\.\d+)?) ?(?:([Zz])|([+-]\d\d)(?::?(\d\d))?)$/;

/** A moment that has a fraction of a second exactly where the text does. */
function momentOf(value: unknown): Date {
  const [, date, time, utc, hours, minutes = '00'] = LOOSE_MOMENT.exec(typeof value === 'string' ? value : '') ?? [];
  const text = date && `${date}T${time}${utc ? 'Z' : `${hours}:${minutes}`}`;
  // The library knows the calendar.
  const moment = library().GraphQLDateTimeISO.parseValue(text);
  if (FINE_FRACTION.test(String(text))) moment.setUTCMilliseconds(1);
  return moment;
}

export const DateTime = textual({
  name: 'DateTime',
  description: 'A moment as ISO 8601 in UTC: `2025-02-06T11:33:46Z`. Other offsets are accepted in arguments.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339#section-5.6',
  expected: 'a moment as ISO 8601 with its offset, such as "2025-02-06T11:33:46Z"',
  read: momentOf,
});

export const CalendarDate = textual({
  name: 'Date',
  description: 'A calendar date: `2025-02-06`.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339#section-5.6',
  expected: 'a calendar date, such as "2025-02-06"',
  read: (value) => library().GraphQLDate.parseValue(value),
});

export const WebUrl = textual({
  name: 'URL',
  description: 'An absolute URL.',
  specifiedByURL: 'https://url.spec.whatwg.org/',
  expected: 'an absolute URL as text, such as "https://example.com/values.csv"',
  read: (value) => (typeof value === 'string' ? (URL.parse(value) ?? undefined) : undefined),
});

/** A Float in a variable takes the nearest number to one of more digits, as it does in an operation's text. */
const { parseValue } = GraphQLFloat;
// Pothos puts this very object into every schema, whatever scalar it is given by the name of Float.
GraphQLFloat.parseValue = (value) => parseValue(isLongNumber(value) ? Number(value.digits) : value);

export const JsonValue = new GraphQLScalarType({
  name: 'JSON',
  specifiedByURL: 'http://www.ecma-international.org/publications/files/ECMA-ST/ECMA-404.pdf',
  description:
    'Any JSON value. Numbers of more digits than a double holds arrive as text, so that none is rounded. A value that is nested deeper than 100 levels is an error.',
  serialize: (value) => plainJson(value),
  parseValue: (value) => value,
  parseLiteral: (node, variables) => library().GraphQLJSON.parseLiteral(node, variables),
});

const DECIMAL = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

export const Decimal = textual({
  name: 'Decimal',
  description: 'An exact decimal number, as text: `"9223372036854775807"`, `"-1420.2"`.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc8259#section-6',
  expected: 'decimal digits as text, such as "9223372036854775807" or "-1420.2"',
  read(value) {
    // A number that JSON gave and that a double cannot hold has lost its digits by now.
    const isRounded = Number.isInteger(value) && !Number.isSafeInteger(value);
    const text = typeof value === 'string' || isRounded ? value : digitsOf(value);
    return typeof text === 'string' && DECIMAL.test(text) ? text : undefined;
  },
});
