import { memoize2 } from '@graphql-tools/utils';
import {
  type ArgumentNode,
  type ASTNode,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type FieldNode,
  GraphQLError,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { partsOf } from '../execution/document-parts.ts';
import { coercedVariables, NO_VALUES } from '../execution/variables.ts';

/** In the arguments of an operation: each list and object is a value, and so is each of its members. */
const MOST_VALUES = 100_000;

/** In any list among them. */
const MOST_MEMBERS = 10_000;

/** So many characters of a text count as one more value. */
const TEXT_LENGTH = 100;

/** What there is in arguments or in a variable. */
interface Size {
  values: number;
  /** Of the longest list. */
  members: number;
}

/** A field with arguments: what its literals have, the variables beside them, and how often it is selected. */
interface Use {
  field: FieldNode;
  literals: Size;
  variables: readonly string[];
  times: number;
}

/** What is wrong with arguments that have too much in them: a hundred aliases may use a variable that is sent once. */
export function tooManyArguments(args: ExecutionArgs): ExecutionResult | undefined {
  const operation = getOperationAST(args.document, args.operationName);
  // What is wrong with variables is for the executor to say.
  const sent = operation && coercedVariables(args.schema, operation, args.variableValues ?? NO_VALUES);
  if (!sent) return undefined;
  const sizes = new Map(Object.entries(sent).map(([name, value]) => [name, sizeOf(value)]));
  let total = 0;
  let most = 0;
  let largest: FieldNode | undefined;
  for (const { field, literals, variables, times } of usesIn(args.document, operation)) {
    let { values, members } = literals;
    for (const name of variables) {
      values += sizes.get(name)?.values ?? 0;
      members = Math.max(members, sizes.get(name)?.members ?? 0);
    }
    if (members > MOST_MEMBERS) {
      const message = `Expected at most ${MOST_MEMBERS} members in a list: \`${field.name.value}\` has ${members}.`;
      return refusal(field, message);
    }
    values *= times;
    total += values;
    if (values > most) [most, largest] = [values, field];
  }
  if (total <= MOST_VALUES || !largest) return undefined;
  return refusal(
    largest,
    `Expected at most ${MOST_VALUES} values in arguments, those of aliases and fragments counted wherever they stand, and long texts once more for every ${TEXT_LENGTH} characters: this operation has more, most of them in \`${largest.name.value}\`.`,
  );
}

function refusal(nodes: FieldNode, message: string): ExecutionResult {
  return { errors: [new GraphQLError(message, { nodes, extensions: { code: 'BAD_USER_INPUT' } })] };
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
      const use = uses.get(selection) ?? { field: selection, times: 0, ...inArguments(selection.arguments) };
      use.times += 1;
      uses.set(selection, use);
    }
  }

  walk(selectionSet);
  return [...uses.values()];
});

function inArguments(nodes: readonly ArgumentNode[]): Pick<Use, 'literals' | 'variables'> {
  const literals = { values: 0, members: 0 };
  const variables: string[] = [];
  const enter = (node: ASTNode) => {
    if (node.kind === Kind.NAME || node.kind === Kind.OBJECT_FIELD || node.kind === Kind.ARGUMENT) return;
    if (node.kind === Kind.VARIABLE) variables.push(node.name.value);
    else literals.values += 'value' in node && typeof node.value === 'string' ? sizeOfText(node.value) : 1;
    if (node.kind === Kind.LIST) literals.members = Math.max(literals.members, node.values.length);
  };
  for (const node of nodes) visit(node, { enter });
  return { literals, variables };
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
