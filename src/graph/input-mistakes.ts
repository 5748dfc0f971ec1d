/** What does not fit in arguments and variables, said so that it can be mended: where it is, and what belongs there. */
import { memoize1 } from '@graphql-tools/utils';
import {
  type ASTNode,
  type ASTVisitFn,
  type DocumentNode,
  type GraphQLError,
  type GraphQLInputType,
  type GraphQLNamedType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isRequiredInputField,
  Kind,
  parse,
  type Source,
  TypeInfo,
  typeFromAST,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { schema } from './schema.ts';

/** What the built-in scalars take. */
const SCALARS: Readonly<Record<string, string>> = {
  Boolean: 'true or false',
  Float: 'a number, such as 12.5',
  ID: 'an id as text or as a whole number, such as "1000023"',
  Int: 'a whole number within ±(2^31 − 1), such as 20',
  String: 'a text, such as "tier"',
};

/** What an error is about, and what graphql-js says of it, which may repeat any value. */
interface Misfit {
  type: GraphQLInputType | null | undefined;
  place: string;
  cause: string;
  /** Of a value in the text of an operation. */
  node?: ASTNode;
}

/** What is wrong with a variable's value: the place, and what was expected. Undefined for any other error. */
export function variableMistake({ message, nodes, originalError }: GraphQLError): string | undefined {
  const [definition] = nodes ?? [];
  if (definition?.kind !== Kind.VARIABLE_DEFINITION || !originalError) return undefined;
  const cause = originalError.message;
  // The place stands between value and cause. A value ends with a quote only if it is a text, where quotes are escaped.
  const [, place = definition.variable.name.value] =
    / at "([^"\\]+)"$/.exec(message.slice(0, -`; ${cause}`.length)) ?? [];
  let type: Misfit['type'] = typeFromAST(schema, definition.type) as GraphQLInputType;
  // Positions in lists have the type that the list is of.
  for (const [, field = ''] of place.matchAll(/\.([A-Z_a-z]\w*)/g)) {
    const parent: unknown = getNamedType(type);
    type = isInputObjectType(parent) ? parent.getFields()[field]?.type : undefined;
  }
  return mistake({ type, place: `$${place}`, cause });
}

/** Says the same of values in the text of an operation, in the place of the errors' own messages. */
export function explainLiterals(errors: readonly GraphQLError[], document: DocumentNode): void {
  const errorsOf = Map.groupBy(errors, ({ nodes }) => nodes?.[0]);
  forEachValue(document, (node, placeOf, types) => {
    for (const error of errorsOf.get(node) ?? []) {
      error.message = mistake({ type: types.getInputType(), place: placeOf(), cause: error.message, node });
    }
  });
}

/** The same for a variable without a value where exactly one member must be given, which validation lets through. */
export function argumentMistake({ message, nodes, source }: GraphQLError): string | undefined {
  const [, name] = /^Argument "(\w+)" has invalid value /.exec(message) ?? [];
  if (!name) return undefined;
  const { start = 0, end = 0 } = nodes?.[0]?.loc ?? {};
  const within = source ? choicesIn(source).filter((choice) => choice.start >= start && choice.end <= end) : [];
  const places = within.map(({ place }) => place);
  return `\`${places.join('` or `') || name}\`: expected a value, not a variable that is null or missing.`;
}

/** The variables in a text of which exactly one must have a value. A text is read once, however many rows fail by it. */
const choicesIn = memoize1((source: Source) => {
  const choices: { place: string; start: number; end: number }[] = [];
  forEachValue(parse(source), ({ kind, loc }, placeOf, types) => {
    const parent = getNamedType(types.getParentInputType());
    if (kind !== Kind.VARIABLE || !loc || !isInputObjectType(parent) || !parent.isOneOf) return;
    choices.push({ place: placeOf(), start: loc.start, end: loc.end });
  });
  return choices;
});

function mistake(misfit: Misfit): string {
  return `\`${misfit.place}\`: ${expectation(misfit)}`;
}

function expectation({ type, place, cause, node }: Misfit): string {
  if (/(?:found|to be) null\.$|must be non-null\.$/.test(cause)) return 'expected a value, not null.';
  const named = getNamedType(type);
  if (isInputObjectType(named) && !cause.startsWith('Field ')) {
    const fields = named.getFields();
    if (named.isOneOf) return `expected an object with exactly one of ${anyOf(Object.keys(fields))}.`;
    const operand = getNamedType(fields['eq']?.type);
    const found = node && 'value' in node ? exampleOf(String(node.value), node.kind, operand) : '…';
    const [first, ...others] = Object.values(fields).filter(isRequiredInputField);
    const names = [first ?? Object.values(fields)[0], ...others].map((field) => `${field?.name}: …`);
    const wanted = fields['eq']
      ? `an operator and a value, such as \`{ eq: ${found}`
      : `an object, such as \`{ ${names.join(', ')}`;
    return `expected ${wanted} }\`.`;
  }
  if (isEnumType(named)) {
    const isQuoted = node?.kind === Kind.STRING;
    return `expected ${anyOf(named.getValues().map(({ name }) => name))}${isQuoted ? ', without quotes' : ''}.`;
  }
  const scalar = named?.name ?? '';
  if (/^(?:Float|Int)$/.test(scalar)) {
    // A variable's integer that no double holds came as text of its digits, which suits an id and no number.
    if (/: "-?\d{16,}"$/.test(cause)) {
      const remedy = /\bnumber$/.test(place) ? ': use exactNumber' : '';
      return `expected an integer within ±(2^53 − 1), beyond which digits are lost${remedy}.`;
    }
    // JSON reads such numbers as `1e400` so.
    if (/Infinity$/.test(cause)) return 'expected a number within the range of a double, ±1.8e308.';
  }
  if (SCALARS[scalar]) return `expected ${SCALARS[scalar]}.`;
  // Names from the schema, or what one of our own scalars expects.
  return brief(`${cause.charAt(0).toLowerCase()}${cause.slice(1)}`);
}

/** The beginning of what others say, which may quote a value of any length: of it there are at most 200 characters. */
export function brief(message: string): string {
  return message.length > 200 ? `${message.slice(0, 200)}…` : message;
}

/** A value as its operator takes it. What stands in quotes may be anybody's, unless it is the name of a value. */
function exampleOf(text: string, kind: Kind, operand: GraphQLNamedType | undefined): string {
  if (isEnumType(operand)) return operand.getValue(text.toUpperCase())?.name ?? '…';
  if (kind === Kind.ENUM) return /^(?:ID|String)$/.test(operand?.name ?? '') ? `"${brief(text)}"` : '…';
  return kind === Kind.STRING ? '…' : brief(text);
}

function anyOf(names: readonly string[]): string {
  return names.join(', ').replace(/, (?=\w+$)/, ' or ');
}

/** Visits values and fields of input objects, with what leads to them: variables, arguments, fields, positions in lists. */
function forEachValue(
  document: DocumentNode,
  visitValue: (node: ASTNode, placeOf: () => string, types: TypeInfo) => void,
): void {
  const placeIn = (node: ASTNode | readonly ASTNode[] | undefined, key: unknown) => {
    if (!node || !('kind' in node)) return [];
    if (node.kind === Kind.VARIABLE_DEFINITION) return `$${node.variable.name.value}`;
    if (node.kind === Kind.ARGUMENT || node.kind === Kind.OBJECT_FIELD) return node.name.value;
    return typeof key === 'number' && /Value$|^Variable$/.test(node.kind) ? key : [];
  };
  const types = new TypeInfo(schema);
  const enter: ASTVisitFn<ASTNode> = (node, _key, parent, path, ancestors) => {
    if (!/Value$|^ObjectField$|^Variable$/.test(node.kind)) return;
    const way = [...ancestors.slice(1), parent, node];
    visitValue(node, () => way.flatMap((each, index) => placeIn(each, path[index])).join('.'), types);
  };
  visit(document, visitWithTypeInfo(types, { enter }));
}

/** What libraries say of requests and documents, and instead of it what was expected, and where. */
const SENTENCES: readonly (readonly [message: RegExp, sentence: string])[] = [
  [/^Must provide query string/, 'Expected an operation in `query`.'],
  [/^Batching is not supported/, 'Expected one operation, not a list of them.'],
  [/^POST body sent invalid JSON/, 'Expected JSON as body.'],
  [/^(?:POST body is expected|Expected params|Invalid "params")/, 'Expected an object with `query` as body.'],
  [
    /^Unexpected parameter "(.*)" in the request body\.$/s,
    'Expected `query`, `variables`, `operationName` and `extensions` alone, without `$1`.',
  ],
  [/^Expected "query" param/, 'Expected a text in `query`.'],
  [/^Expected "(variables|extensions)" param/, 'Expected an object in `$1`.'],
  [
    /^(?:Could not determine what operation|Must provide (?:an operation|operation name)|Unknown operation named)/,
    'Expected `query` to have an operation, and `operationName` to name one where there are several.',
  ],
  [/^Can only perform a mutation/, 'Expected a mutation by POST: by GET only queries are taken.'],
  [/^GraphQL only supports/, 'Expected an operation by GET or POST.'],
  [
    /^Maximum introspection depth/,
    'Expected at most 2 of `fields`, `inputFields`, `interfaces` and `possibleTypes` within each other in a question about the schema.',
  ],
  [/^Validation aborted/, 'Expected fewer repeats of fields: too many have to be compared with each other.'],
];

/** A message that a library has for its developers, for whoever sent the request; any other as it is. */
export function inOwnWords(message: string): string {
  for (const [pattern, sentence] of SENTENCES) {
    const found = pattern.exec(message);
    if (found) return sentence.replace('$1', () => found[1] ?? '');
  }
  return message;
}
