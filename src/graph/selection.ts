import { memoize1, memoize2, memoize5 } from '@graphql-tools/utils';
import type {
  FieldNode,
  GraphQLField,
  GraphQLNamedType,
  GraphQLObjectType,
  GraphQLResolveInfo,
  GraphQLSchema,
} from 'graphql';
import { getNamedType, getNullableType, isAbstractType, isObjectType } from 'graphql';
// It leaves out what `@skip` and `@include` do.
import { collectSubfields } from 'graphql/execution/collectFields.js';
import type { Scope } from './scopes.ts';
import { upstreamNamesOf } from './upstream-fields.ts';

/** By what a document is read: of a field, and of an operation. */
type Place = Pick<GraphQLResolveInfo, 'fragments' | 'schema' | 'variableValues'>;

/** What `info` must bring for its selection to be read. */
export type SelectionInfo = Place & Pick<GraphQLResolveInfo, 'fieldNodes' | 'returnType'>;

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
export type OperationInfo = Place & Pick<GraphQLResolveInfo, 'operation'>;

/** Every selected field of the whole operation that stands on the named type, wherever it is. */
export function fieldsOfOperation(info: OperationInfo, typeName: string): SelectedField[] {
  const root = info.schema.getRootType(info.operation.operation);
  // Only its selection is looked at.
  return root ? fieldsBelow(info, [info.operation as unknown as FieldNode], root, typeName, true) : [];
}

/** The selected fields on the named type below `nodes`, which stand on `type`; with `isNested` below those too. */
function fieldsBelow(
  place: Place,
  nodes: readonly FieldNode[],
  type: GraphQLNamedType,
  typeName: string,
  isNested: boolean,
): SelectedField[] {
  const found: SelectedField[] = [];
  // Fragments that spread others twice would otherwise be walked as often as there are ways through them.
  const walkedOn = memoize1((_type: GraphQLNamedType) => new Set<FieldNode>());
  const enter = (parent: FieldNode, type: GraphQLNamedType): void => {
    const types = isAbstractType(type) ? place.schema.getPossibleTypes(type) : isObjectType(type) ? [type] : [];
    for (const object of types) {
      for (const { node, field } of fieldsOn(place, object, parent)) {
        if (walkedOn(object).has(node) || (field && isRefused(place, field, node))) continue;
        walkedOn(object).add(node);
        if (object.name === typeName) found.push({ node, field });
        if (field && (isNested || object.name !== typeName)) enter(node, getNamedType(field.type));
      }
    }
  };
  for (const node of nodes) enter(node, type);
  return found;
}

/** What is selected of an object of this type right below a field. */
function fieldsOn({ schema, fragments, variableValues }: Place, type: GraphQLObjectType, parent: FieldNode) {
  const selected = collectSubfields(schema, fragments, variableValues, type, [parent]);
  return [...selected.values()]
    .flat()
    .map((node): SelectedField => ({ node, field: type.getFields()[node.name.value] }));
}

/** Under which a field that is refused has the scopes that its callers lack. */
export const MISSING = 'missingScopes';

/** Under which a field that leads to one object says that it is not resolved where all that is selected there is refused. */
export const SPARED = 'isSpared';

/** Whether nothing need be asked for a selected field: it is refused, or all that is selected of the object it leads to. */
export function isRefused(place: Place, { type, extensions }: GraphQLField<unknown, unknown>, node: FieldNode) {
  if (MISSING in extensions) return true;
  return SPARED in extensions && needOf(place, getNullableType(type) as GraphQLObjectType, node) === 'refused';
}

/** Whether all that is selected of an object of this type, right below the current field, is refused. */
export function isAllRefused(info: Pick<SelectionInfo, keyof Place | 'fieldNodes'>, typeName: string): boolean {
  const type = info.schema.getType(typeName);
  return isObjectType(type) && info.fieldNodes.every((node) => needOf(info, type, node) === 'refused');
}

/** What is selected below a field needs of an object of this type; `nothing` is `__typename` alone of one that has more to show. */
const needOf = ({ schema, fragments, variableValues }: Place, type: GraphQLObjectType, node: FieldNode) =>
  memoizedNeed(schema, fragments, variableValues, type, node);

const memoizedNeed = memoize5(
  (
    schema: Place['schema'],
    fragments: Place['fragments'],
    variableValues: Place['variableValues'],
    type: GraphQLObjectType,
    node: FieldNode,
  ): 'needed' | 'nothing' | 'refused' => {
    const place = { schema, fragments, variableValues };
    const needs = fieldsOn(place, type, node).map(({ node, field }) => {
      if (!field) return 'nothing';
      return isRefused(place, field, node) ? 'refused' : 'needed';
    });
    const isHidden = Object.values(type.getFields()).every(({ extensions }) => MISSING in extensions);
    return (['needed', 'refused'] as const).find((need) => needs.includes(need)) ?? (isHidden ? 'refused' : 'nothing');
  },
);

/** The upstream fields of a type that nothing but refused fields are made from, and the scopes that those need. */
export const hiddenNames = memoize2((_schema: GraphQLSchema, type: GraphQLObjectType) => {
  const names = Object.values(type.getFields()).flatMap((field) =>
    upstreamNamesOf(field).map((name) => ({ name, missing: field.extensions[MISSING] as Scope[] | undefined })),
  );
  const shown = new Set(names.filter(({ missing }) => !missing).map(({ name }) => name));
  return new Map(names.flatMap(({ name, missing }) => (missing && !shown.has(name) ? [[name, missing]] : [])));
});
