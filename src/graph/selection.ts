import { memoize1 } from '@graphql-tools/utils';
import {
  type FieldNode,
  type GraphQLNamedType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isObjectType,
} from 'graphql';
// It leaves out what `@skip` and `@include` do.
import { collectSubfields } from 'graphql/execution/collectFields.js';
import { isRefused } from './refused-fields.ts';
import { upstreamNamesOf } from './upstream-fields.ts';

/** What `info` must bring for its selection to be read. */
export type SelectionInfo = Pick<
  GraphQLResolveInfo,
  'fieldNodes' | 'fragments' | 'returnType' | 'schema' | 'variableValues'
>;

/** The fields that are selected on `typeName`, wherever that type stands below the current field. */
const selectedFields = once((info: SelectionInfo, typeName) => {
  const fields: FieldNode[] = [];
  walk(info, info.fieldNodes, getNamedType(info.returnType), (type, field) => {
    if (type === typeName) fields.push(field);
    return type !== typeName;
  });
  return fields;
});

/**
 * The upstream fields needed to answer what is selected on `typeName`, wherever that type stands below the
 * current field: directly, under `edges.node`, in a fragment. Fragments, aliases, `@skip` and `@include`
 * are followed. Always has `id`, without which a row cannot be told from another. Sorted, so that equal
 * needs make equal URLs.
 */
export const upstreamFields = once((info: SelectionInfo, typeName) =>
  upstreamNames(info, typeName, selectedFields(info, typeName)),
);

/** Like `upstreamFields`, but for whatever the whole operation selects on `typeName`. */
export const operationFields = once((info: SelectionInfo & Pick<GraphQLResolveInfo, 'operation'>, typeName) => {
  const fields: FieldNode[] = [];
  visitOperation(info, typeName, (field) => fields.push(field));
  return upstreamNames(info, typeName, fields);
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
  return selectedFields(info, typeName).some(({ name }) => wanted(name.value));
}

/** Whether a connection below the current field is asked for more than how many rows there are. */
export function selectsRows(info: SelectionInfo, connectionName: string): boolean {
  return selects(info, connectionName, (field) => field !== 'totalCount' && field !== '__typename');
}

/**
 * A reading of a selection, made once for each type. The list of its field nodes belongs to one plan, or to one operation
 * where there is none, and either is made for one choice of what `@skip` and `@include` leave in.
 */
function once<Info extends SelectionInfo, Found>(
  read: (info: Info, typeName: string) => readonly Found[],
): typeof read {
  const readingsOf = memoize1((_nodes: Info['fieldNodes']) => new Map<string, readonly Found[]>());
  return (info, typeName) => {
    const readings = readingsOf(info.fieldNodes);
    const found = readings.get(typeName) ?? read(info, typeName);
    readings.set(typeName, found);
    return found;
  };
}

function upstreamNames(info: SelectionInfo, typeName: string, fields: readonly FieldNode[]): readonly string[] {
  const type = info.schema.getType(typeName);
  const definitions = isObjectType(type) ? type.getFields() : {};
  const names = fields.flatMap(({ name }) => upstreamNamesOf(definitions[name.value] ?? {}));
  return [...new Set(['id', ...names])].sort();
}

/** Shows `visit` every selected field of the whole operation that stands on the named type, wherever it is. */
export function visitOperation(
  info: Pick<GraphQLResolveInfo, 'fragments' | 'operation' | 'schema' | 'variableValues'>,
  typeName: string,
  visit: (field: FieldNode) => void,
): void {
  const root = info.schema.getRootType(info.operation.operation);
  if (!root) return;
  // Only its selection is looked at.
  walk(info, [info.operation as unknown as FieldNode], root, (type, field) => {
    if (type === typeName) visit(field);
    return true;
  });
}

/**
 * Shows `visit` every selected field below `nodes`, which stand on `type`, with the object type it is on itself;
 * `visit` says whether to look below that field too. Fields that are refused are left out. A field on an interface is
 * shown once for each type that implements it, since any of them may be what comes back.
 */
function walk(
  info: Pick<SelectionInfo, 'fragments' | 'schema' | 'variableValues'>,
  nodes: readonly FieldNode[],
  type: GraphQLNamedType,
  visit: (typeName: string, field: FieldNode) => boolean,
): void {
  const { schema, fragments, variableValues } = info;
  // Fragments that spread others twice would otherwise be walked as often as there are ways through them.
  const walkedOn = memoize1((_type: GraphQLNamedType) => new Set<FieldNode>());
  const enter = (node: FieldNode, type: GraphQLNamedType): void => {
    const types = isAbstractType(type) ? schema.getPossibleTypes(type) : isObjectType(type) ? [type] : [];
    for (const object of types) {
      for (const below of [...collectSubfields(schema, fragments, variableValues, object, [node]).values()].flat()) {
        const field = object.getFields()[below.name.value];
        if (walkedOn(object).has(below) || (field && isRefused(info, field, below))) continue;
        walkedOn(object).add(below);
        if (visit(object.name, below) && field) enter(below, getNamedType(field.type));
      }
    }
  };
  for (const node of nodes) enter(node, type);
}
