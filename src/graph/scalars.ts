import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { GraphQLDate, GraphQLDateTimeISO, GraphQLJSON, GraphQLURL } from 'graphql-scalars';
import { digitsOf, isLongNumber } from '../sources/exact-values.ts';

/**
 * The library's scalar on the way in; on the way out the text is passed on as it is: resolvers have already
 * written it in the scalar's form, and a `Date` or `URL` object per value would be the dearest part of a row.
 */
function textual<Internal>(
  scalar: GraphQLScalarType<Internal, unknown>,
  name: string,
  description: string,
): GraphQLScalarType<Internal, string> {
  return new GraphQLScalarType<Internal, string>({
    name,
    description,
    specifiedByURL: scalar.specifiedByURL,
    serialize: String,
    parseValue: scalar.parseValue,
    parseLiteral: scalar.parseLiteral,
  });
}

/** A fraction of a second that a `Date` would drop: it has milliseconds. */
const FINE_FRACTION = /:\d\d\.000\d*[1-9]/;

/** What common programs write and the library refuses: a space for the `T`, an offset as `+0530` or `+05`. */
const LOOSE_MOMENT = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d(?:\.\d+)?) ?(?:([Zz])|([+-]\d\d)(?::?(\d\d))?)$/;

/** A moment that has a fraction of a second exactly where the text does. Throws a sentence for what is none. */
function momentOf(value: unknown, node?: ValueNode): Date {
  const text = typeof value === 'string' ? strictMoment(value) : undefined;
  try {
    // The library knows the calendar.
    const moment = GraphQLDateTimeISO.parseValue(text);
    if (FINE_FRACTION.test(String(text))) moment.setUTCMilliseconds(1);
    return moment;
  } catch {
    // Its message says what is wrong, and not what would be right.
    throw new GraphQLError(
      'Expected a moment as ISO 8601 with its offset, such as "2025-02-06T11:33:46Z".',
      node && { nodes: node },
    );
  }
}

function strictMoment(text: string): string | undefined {
  const [, date, time, utc, hours, minutes = '00'] = LOOSE_MOMENT.exec(text) ?? [];
  return date && `${date}T${time}${utc ? 'Z' : `${hours}:${minutes}`}`;
}

export const DateTime = textual(
  new GraphQLScalarType<Date, unknown>({
    ...GraphQLDateTimeISO.toConfig(),
    parseValue: (value) => momentOf(value),
    parseLiteral: (node) => momentOf(node.kind === Kind.STRING ? node.value : undefined, node),
  }),
  'DateTime',
  'A moment as ISO 8601 in UTC: `2025-02-06T11:33:46Z`. Other offsets are accepted in arguments.',
);

export const CalendarDate = textual(GraphQLDate, 'Date', 'A calendar date: `2025-02-06`.');

export const WebUrl = new GraphQLScalarType<URL, string>({
  name: 'URL',
  description: 'An absolute URL.',
  specifiedByURL: GraphQLURL.specifiedByURL,
  serialize: String,
  parseValue: urlOf,
  parseLiteral: (node) => urlOf(node.kind === Kind.STRING ? node.value : undefined),
});

function urlOf(value: unknown): URL {
  const url = typeof value === 'string' ? URL.parse(value) : null;
  if (url) return url;
  throw new GraphQLError('Expected an absolute URL as text, such as "https://example.com/values.csv".');
}

export const JsonValue = new GraphQLScalarType({
  ...GraphQLJSON.toConfig(),
  description: 'Any JSON value. Numbers of more digits than a double holds arrive as text, so that none is rounded.',
  serialize: withoutLongNumbers,
});

const DECIMAL = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

export const Decimal = new GraphQLScalarType<string, string>({
  name: 'Decimal',
  description: 'An exact decimal number, as text: `"9223372036854775807"`, `"-1420.2"`.',
  serialize: String,
  parseValue: decimalOf,
  parseLiteral: (node) => decimalOf('value' in node && node.kind !== Kind.BOOLEAN ? node.value : undefined),
});

function decimalOf(value: unknown): string {
  // A number that JSON gave and that a double cannot hold has lost its digits by now.
  const isRounded = Number.isInteger(value) && !Number.isSafeInteger(value);
  const text = typeof value === 'string' || isRounded ? value : digitsOf(value);
  if (typeof text === 'string' && DECIMAL.test(text)) return text;
  throw new GraphQLError('Expected decimal digits as text, such as "9223372036854775807" or "-1420.2".');
}

/** JavaScript's JSON has no such numbers; their digits go out as text. */
function withoutLongNumbers(value: unknown): unknown {
  if (isLongNumber(value)) return value.digits;
  if (Array.isArray(value)) return value.map(withoutLongNumbers);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withoutLongNumbers(member)]));
}
