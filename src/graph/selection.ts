import { shouldIncludeNode } from '@graphql-tools/utils';
import {
  type FieldNode,
  type GraphQLNamedType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { isRefused } from './refused-fields.ts';
import { upstreamNamesOf } from './upstream-fields.ts';

/** What `info` must bring for its selection to be read. */
export type SelectionInfo = Pick<
  GraphQLResolveInfo,
  'fieldNodes' | 'fragments' | 'returnType' | 'schema' | 'variableValues'
>;

/**
 * The upstream fields needed to answer what is selected on `typeName`, wherever that type stands below the
 * current field: directly, under `edges.node`, in a fragment. Fragments, aliases, `@skip` and `@include`
 * are followed. Always has `id`, without which a row cannot be told from another. Sorted, so that equal
 * needs make equal URLs.
 */
export const upstreamFields = once((info: SelectionInfo, typeName) => {
  const names = new Set<string>(['id']);
  walk(info, info.fieldNodes, getNamedType(info.returnType), (type, field) => {
    if (type !== typeName) return true;
    for (const name of upstreamNames(info, type, field)) names.add(name);
    return false;
  });
  return [...names].sort();
});

/** All upstream fields that a type is made from. */
export function everyField(schema: GraphQLSchema, typeName: string): readonly string[] {
  const type = schema.getType(typeName);
  return isObjectType(type) ? Object.values(type.getFields()).flatMap(upstreamNamesOf) : [];
}

/** Whether a row that a write answered with has all that is selected of it, so that it need not be read again. */
export function hasSelected(row: object, info: SelectionInfo, typeName: string): boolean {
  return upstreamFields(info, typeName).every((field) => field in row || field === 'id');
}

/** Whether a field that is `wanted` is selected on `typeName` below the current field. */
export function selects(info: SelectionInfo, typeName: string, wanted: (fieldName: string) => boolean): boolean {
  return selectedFields(info, typeName).some(wanted);
}

const selectedFields = once((info: SelectionInfo, typeName) => {
  const names = new Set<string>();
  walk(info, info.fieldNodes, getNamedType(info.returnType), (type, field) => {
    if (type === typeName) names.add(field.name.value);
    return type !== typeName;
  });
  return [...names];
});

/** Like `upstreamFields`, but for whatever the whole operation selects on `typeName`. */
export const operationFields = once((info: SelectionInfo & Pick<GraphQLResolveInfo, 'operation'>, typeName) => {
  const names = new Set<string>(['id']);
  visitOperation(info, typeName, (field) => {
    for (const name of upstreamNames(info, typeName, field)) names.add(name);
  });
  return [...names].sort();
});

/** Whether a connection below the current field is asked for more than how many rows there are. */
export function selectsRows(info: SelectionInfo, connectionName: string): boolean {
  return selects(info, connectionName, (field) => field !== 'totalCount' && field !== '__typename');
}

/**
 * A reading of a selection, made once for each type. The list of its field nodes belongs to one plan, or to one operation
 * where there is none, and either is made for one choice of what `@skip` and `@include` leave in.
 */
function once<Info extends SelectionInfo>(read: (info: Info, typeName: string) => readonly string[]): typeof read {
  const readings = new WeakMap<object, Map<string, readonly string[]>>();
  return (info, typeName) => {
    let answers = readings.get(info.fieldNodes);
    if (!answers) {
      answers = new Map();
      readings.set(info.fieldNodes, answers);
    }
    let answer = answers.get(typeName);
    if (!answer) {
      answer = read(info, typeName);
      answers.set(typeName, answer);
    }
    return answer;
  };
}

function upstreamNames(info: SelectionInfo, typeName: string, field: FieldNode): readonly string[] {
  const type = info.schema.getType(typeName);
  const definition = isObjectType(type) ? type.getFields()[field.name.value] : undefined;
  return definition ? upstreamNamesOf(definition) : [];
}

/**
 * Shows `visit` every selected field of the whole operation that stands on the named type, wherever it is.
 */
export function visitOperation(
  info: Pick<GraphQLResolveInfo, 'fragments' | 'operation' | 'schema' | 'variableValues'>,
  typeName: string,
  visit: (field: FieldNode) => void,
): void {
  const root = info.schema.getRootType(info.operation.operation);
  if (!root) return;
  walk(info, [info.operation], root, (type, field) => {
    if (type === typeName) visit(field);
    return true;
  });
}

/**
 * Shows `visit` every selected field below `nodes`, which stand on `type`, with the object type it is on itself;
 * `visit` says whether to look below that field too. Fields that are refused are left out. A field on an interface is shown once for each type that
 * implements it, since any of them may be what comes back.
 */
function walk(
  info: Pick<SelectionInfo, 'fragments' | 'schema' | 'variableValues'>,
  nodes: readonly { selectionSet?: SelectionSetNode | undefined }[],
  type: GraphQLNamedType,
  visit: (typeName: string, field: FieldNode) => boolean,
): void {
  // Fragments that spread others twice would otherwise be walked as often as there are ways through them.
  const walked = new Set<string>();
  for (const { selectionSet } of nodes) if (selectionSet) enter(selectionSet, type);

  function enter(set: SelectionSetNode, type: GraphQLNamedType): void {
    for (const selection of set.selections) {
      if (!shouldIncludeNode(info.variableValues, selection)) continue;
      if (selection.kind === Kind.FIELD) enterField(selection, type);
      else enterFragment(selection, type);
    }
  }

  function enterField(node: FieldNode, type: GraphQLNamedType): void {
    if (isInterfaceType(type)) {
      for (const implementor of info.schema.getPossibleTypes(type)) enterField(node, implementor);
      return;
    }
    if (!isObjectType(type)) return;
    const field = type.getFields()[node.name.value];
    if (field && isRefused(info, field, node)) return;
    if (visit(type.name, node) && field && node.selectionSet) enter(node.selectionSet, getNamedType(field.type));
  }

  function enterFragment(node: Exclude<SelectionNode, FieldNode>, type: GraphQLNamedType): void {
    const fragment = node.kind === Kind.FRAGMENT_SPREAD ? info.fragments[node.name.value] : node;
    if (!fragment) return;
    const condition = fragment.typeCondition && info.schema.getType(fragment.typeCondition.name.value);
    // Inside an object a fragment on one of its interfaces is still about that object.
    const narrowed = condition && !(isObjectType(type) && isAbstractType(condition)) ? condition : type;
    if (node.kind === Kind.FRAGMENT_SPREAD) {
      const place = `${node.name.value} ${narrowed.name}`;
      if (walked.has(place)) return;
      walked.add(place);
    }
    enter(fragment.selectionSet, narrowed);
  }
}
