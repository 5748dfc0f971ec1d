import { memoize1 } from '@graphql-tools/utils';
import {
  type FieldNode,
  type GraphQLField,
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

/** A selected field, and what it is on its type; `__typename` is nothing there. */
interface SelectedField {
  node: FieldNode;
  field: GraphQLField<unknown, unknown> | undefined;
}

/** The fields that are selected on `typeName`, wherever that type stands below the current field. */
export const selectedFields = once((info: SelectionInfo, typeName) =>
  fieldsBelow(info, info.fieldNodes, getNamedType(info.returnType), typeName, false),
);

/** The upstream fields needed for what is selected on `typeName` below the current field: sorted, and always `id`. */
export const upstreamFields = once((info: SelectionInfo, typeName) => upstreamNames(selectedFields(info, typeName)));

/** Like `upstreamFields`, but for whatever the whole operation selects on `typeName`. */
export const operationFields = once((info: SelectionInfo & OperationInfo, typeName) =>
  upstreamNames(fieldsOfOperation(info, typeName)),
);

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
  return selectedFields(info, typeName).some(({ node }) => wanted(node.name.value));
}

/** Whether a connection below the current field is asked for more than how many rows there are. */
export function selectsRows(info: SelectionInfo, connectionName: string): boolean {
  return selects(info, connectionName, (field) => field !== 'totalCount' && field !== '__typename');
}

/** Keeps what is read of a selection, by type. A list of field nodes has one choice of `@skip` and `@include`. */
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

function upstreamNames(fields: readonly SelectedField[]): readonly string[] {
  return [...new Set(['id', ...fields.flatMap(({ field = {} }) => upstreamNamesOf(field))])].sort();
}

/** What `info` must bring for the selection of a whole operation to be read. */
export type OperationInfo = Pick<GraphQLResolveInfo, 'fragments' | 'operation' | 'schema' | 'variableValues'>;

/** Every selected field of the whole operation that stands on the named type, wherever it is. */
export function fieldsOfOperation(info: OperationInfo, typeName: string): SelectedField[] {
  const root = info.schema.getRootType(info.operation.operation);
  // Only its selection is looked at.
  return root ? fieldsBelow(info, [info.operation as unknown as FieldNode], root, typeName, true) : [];
}

/** The selected fields on the named type below `nodes`, which stand on `type`; with `isNested` below those too. */
function fieldsBelow(
  { schema, fragments, variableValues }: Omit<OperationInfo, 'operation'>,
  nodes: readonly FieldNode[],
  type: GraphQLNamedType,
  typeName: string,
  isNested: boolean,
): SelectedField[] {
  const found: SelectedField[] = [];
  // Fragments that spread others twice would otherwise be walked as often as there are ways through them.
  const walkedOn = memoize1((_type: GraphQLNamedType) => new Set<FieldNode>());
  const enter = (parent: FieldNode, type: GraphQLNamedType): void => {
    const types = isAbstractType(type) ? schema.getPossibleTypes(type) : isObjectType(type) ? [type] : [];
    for (const object of types) {
      for (const node of [...collectSubfields(schema, fragments, variableValues, object, [parent]).values()].flat()) {
        const field = object.getFields()[node.name.value];
        const isRepeated = walkedOn(object).has(node);
        if (isRepeated || (field && isRefused({ schema, fragments, variableValues }, field, node))) continue;
        walkedOn(object).add(node);
        if (object.name === typeName) found.push({ node, field });
        if (field && (isNested || object.name !== typeName)) enter(node, getNamedType(field.type));
      }
    }
  };
  for (const node of nodes) enter(node, type);
  return found;
}
