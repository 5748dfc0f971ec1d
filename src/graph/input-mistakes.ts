/** What does not fit in arguments and variables, said so that it can be mended: where it is, and what belongs there. */
import { type ASTNode, type DocumentNode, type GraphQLError, isEnumType, isInputObjectType, visit } from 'graphql';
import { schema } from './schema.ts';

/** What the built-in scalars take. */
const SCALARS: Readonly<Record<string, string>> = {
  Boolean: 'true or false',
  Float: 'a number, such as 12.5',
  ID: 'an id as text or as a whole number, such as "1000023"',
  Int: 'a whole number within ±(2^31 − 1), such as 20',
  String: 'a text, such as "tier"',
};

/** How graphql-js begins what it says of a value. */
const CAUSE = /(?:Boolean|Float|ID|Int|String) cannot represent |Value "|Enum "|Field "|Expected /;

/** A variable that does not fit. The value may hold anything, and is not repeated. */
const VARIABLE = new RegExp(
  `^Variable "\\$(\\w+)" got invalid value .*?(?: at "(\\S+?)")?; ((?:${CAUSE.source}).*)$`,
  's',
);

/**
 * What is wrong with the value of a variable, for its sender: the place, and what was expected, with an example.
 * Undefined for an error about anything else.
 */
export function variableMistake({ message }: GraphQLError): string | undefined {
  const [, variable, place = variable, cause] = VARIABLE.exec(message) ?? [];
  return cause && `\`$${place}\`: ${expectation(cause)}`;
}

/** Says the same of values in the text of an operation, in the place of the errors' own messages. */
export function explainLiterals(errors: readonly GraphQLError[], document: DocumentNode): void {
  const errorsOf = Map.groupBy(errors, ({ nodes }) => nodes?.[0]);
  forEachValue(document, (node, place) => {
    for (const error of errorsOf.get(node) ?? []) error.message = `\`${place}\`: ${expectation(error.message)}`;
  });
}

function expectation(cause: string): string {
  const [, scalar = ''] = /^(\w+) cannot represent/.exec(cause) ?? [];
  // A variable's integer that no double holds came as text of its digits, which suits an id and no number.
  if (/^(?:Float|Int)/.test(scalar) && /: "-?\d{16,}"$/.test(cause)) {
    return 'expected an integer within ±(2^53 − 1), beyond which digits are lost: use exactNumber.';
  }
  // JSON reads such numbers as `1e400` so.
  if (/Infinity$/.test(cause)) return 'expected a number within the range of a double, ±1.8e308.';
  if (SCALARS[scalar]) return `expected ${SCALARS[scalar]}.`;
  if (/found null\.$|not to be null\.$/.test(cause)) return 'expected a value, not null.';

  const [, name = '', found = '…'] = /(?:^Enum| in|(?<!required) type) "(\w+)"(?:, found (\w+))?/.exec(cause) ?? [];
  const type = schema.getType(name);
  if (isEnumType(type)) {
    const names = type.getValues().map((value) => value.name);
    return `expected ${names.join(', ').replace(/, (?=\w+$)/, ' or ')}${/: "/.test(cause) ? ', without quotes' : ''}.`;
  }
  if (isInputObjectType(type) && /^Expected/.test(cause)) {
    return `expected ${type.getFields()['eq'] ? `an operator and a value, such as \`{ eq: ${found} }\`` : 'an object'}.`;
  }
  return `${cause.charAt(0).toLowerCase()}${cause.slice(1)}`;
}

/** Visits values and fields of input objects, with the arguments, fields and positions in lists that lead to them. */
function forEachValue(document: DocumentNode, visitValue: (node: ASTNode, place: string) => void): void {
  const places: (string | number)[] = [];
  const placeIn = (node: ASTNode, key: unknown) => {
    if (node.kind === 'Argument' || node.kind === 'ObjectField') return node.name.value;
    return typeof key === 'number' && node.kind.endsWith('Value') ? key : undefined;
  };
  visit(document, {
    enter: (node, key) => {
      const place = placeIn(node, key);
      if (place !== undefined) places.push(place);
      if (/Value$|^ObjectField$/.test(node.kind)) visitValue(node, places.join('.'));
    },
    leave: (node, key) => {
      if (placeIn(node, key) !== undefined) places.pop();
    },
  });
}
