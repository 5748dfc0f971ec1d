import { memoize2 } from '@graphql-tools/utils';
import {
  type ArgumentNode,
  type ASTNode,
  type DocumentNode,
  type FieldNode,
  GraphQLError,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
  visit,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
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

/** Refuses operations whose arguments have too much in them: a hundred aliases may use a variable that is sent once. */
export function useArgumentLimits(): Plugin {
  return {
    onExecute({ args: { document, operationName, variableValues }, setResultAndStopExecution }) {
      const operation = getOperationAST(document, operationName);
      if (!operation) return;
      const error = beyondLimits(usesIn(document, operation), operation, (variableValues ?? {}) as Variables);
      if (error) setResultAndStopExecution({ errors: [error] });
    },
  };
}

/** The document has few enough fields for each to be visited, and no fragment within itself. */
const usesIn = memoize2((document: DocumentNode, { selectionSet }: OperationDefinitionNode): readonly Use[] => {
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
  return [...uses.values()];
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
