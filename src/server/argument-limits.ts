import { memoize2 } from '@graphql-tools/utils';
import {
  type ArgumentNode,
  type ASTNode,
  type DocumentNode,
  type ExecutionArgs,
  type FieldNode,
  GraphQLError,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
  visit,
} from 'graphql';
import { partsOf } from '../execution/document-parts.ts';

/** In the arguments of an operation: each list and object is a value, and so is each of its members. */
const MOST_VALUES = 100_000;

/** In any list among them. */
const MOST_MEMBERS = 10_000;

/** So many characters of a text count as one more value. */
const TEXT_LENGTH = 100;

/** What there is in an argument or in a variable. */
interface Size {
  values: number;
  /** Of the longest list. */
  members: number;
}

/** A field with arguments: what its literals have, and the variables beside them, each as often as it stands there. */
interface Use extends Size {
  field: FieldNode;
  /** How often it is selected. */
  times: number;
  variables: readonly string[];
}

type Variables = Readonly<Record<string, unknown>>;

/** What is wrong with arguments that have too much in them: a hundred aliases may use a variable that is sent once. */
export function tooManyArguments({ document, operationName, variableValues }: ExecutionArgs): GraphQLError | undefined {
  const operation = getOperationAST(document, operationName);
  if (!operation) return undefined;
  const { uses, values, variables, members } = usesIn(document, operation);
  const sent = sizeOf(variableValues ?? {});
  // Of nearly all operations not even all that is sent, wherever a variable stands, would be too much.
  const isLittle = values + variables * sent.values <= MOST_VALUES && Math.max(members, sent.members) <= MOST_MEMBERS;
  return isLittle ? undefined : beyondLimits(uses, operation, (variableValues ?? {}) as Variables);
}

/** The arguments in an operation, and no less than what is in their literals and in the defaults of variables. */
interface Uses extends Size {
  uses: readonly Use[];
  /** How often a variable stands there. */
  variables: number;
}

/** The document has few enough fields for each to be visited, and no fragment within itself. */
const usesIn = memoize2((document: DocumentNode, operation: OperationDefinitionNode): Uses => {
  const { selectionSet, variableDefinitions = [] } = operation;
  const { fragments } = partsOf(document);
  const uses = new Map<FieldNode, Use>();

  function walk(set: SelectionSetNode | undefined): void {
    for (const selection of set?.selections ?? []) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) walk(fragments[selection.name.value]?.selectionSet);
      else walk(selection.selectionSet);
      if (selection.kind !== Kind.FIELD || !selection.arguments?.length) continue;
      const use = uses.get(selection) ?? { field: selection, times: 0, ...sizeOfLiterals(selection.arguments) };
      use.times += 1;
      uses.set(selection, use);
    }
  }

  walk(selectionSet);
  const all = [...uses.values()];
  const defaults = sizeOfLiterals(variableDefinitions.flatMap(({ defaultValue }) => defaultValue ?? []));
  const variables = all.reduce((sum, use) => sum + use.times * use.variables.length, 0);
  return {
    uses: all,
    values: all.reduce((sum, use) => sum + use.times * use.values, variables * defaults.values),
    members: all.reduce((most, use) => Math.max(most, use.members), defaults.members),
    variables,
  };
});

function beyondLimits(
  uses: readonly Use[],
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: Variables,
): GraphQLError | undefined {
  const sizes = new Map<string, Size>();
  for (const { variable, defaultValue } of variableDefinitions) {
    const name = variable.name.value;
    const isDefault = variables[name] === undefined && defaultValue;
    sizes.set(name, isDefault ? sizeOfLiterals([defaultValue]) : sizeOf(variables[name]));
  }
  let total = 0;
  let largest: { field: FieldNode; values: number } | undefined;
  for (const { field, times, variables: used, ...literals } of uses) {
    const parts = [literals, ...used.flatMap((name) => sizes.get(name) ?? [])];
    const longest = parts.reduce((most, { members }) => Math.max(most, members), 0);
    if (longest > MOST_MEMBERS) {
      const message = `Expected at most ${MOST_MEMBERS} members in a list: \`${field.name.value}\` has ${longest}.`;
      return refusal(field, message);
    }
    const values = times * parts.reduce((sum, part) => sum + part.values, 0);
    total += values;
    if (values > (largest?.values ?? 0)) largest = { field, values };
  }
  if (total <= MOST_VALUES || !largest) return undefined;
  return refusal(
    largest.field,
    `Expected at most ${MOST_VALUES} values in arguments, those of aliases and fragments counted wherever they stand, and long texts once more for every ${TEXT_LENGTH} characters: this operation has more, most of them in \`${largest.field.name.value}\`.`,
  );
}

function refusal(field: FieldNode, message: string): GraphQLError {
  return new GraphQLError(message, { nodes: field, extensions: { code: 'BAD_USER_INPUT' } });
}

/** What literals have, or arguments, and the variables in them. */
function sizeOfLiterals(nodes: readonly (ValueNode | ArgumentNode)[]): Size & { variables: string[] } {
  const size = { values: 0, members: 0, variables: [] as string[] };
  const enter = (node: ASTNode) => {
    if (node.kind === Kind.NAME || node.kind === Kind.OBJECT_FIELD || node.kind === Kind.ARGUMENT) return;
    if (node.kind === Kind.VARIABLE) size.variables.push(node.name.value);
    else size.values += 'value' in node && typeof node.value === 'string' ? sizeOfText(node.value) : 1;
    if (node.kind === Kind.LIST) size.members = Math.max(size.members, node.values.length);
  };
  for (const node of nodes) visit(node, { enter });
  return size;
}

/** Goes no deeper by calling itself: a value may be nested further than the stack allows. */
function sizeOf(value: unknown): Size {
  const size = { values: 0, members: 0 };
  const open = [value];
  while (open.length > 0 && size.values <= MOST_VALUES) {
    const next = open.pop();
    size.values += typeof next === 'string' ? sizeOfText(next) : 1;
    if (typeof next !== 'object' || next === null) continue;
    if (Array.isArray(next)) size.members = Math.max(size.members, next.length);
    for (const member of Object.values(next)) open.push(member);
  }
  return size;
}

function sizeOfText(text: string): number {
  return 1 + Math.floor(text.length / TEXT_LENGTH);
}
