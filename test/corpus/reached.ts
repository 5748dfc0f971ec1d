import {
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  type SelectionSetNode,
} from 'graphql';

/** The fields, `Type.field`, that came with something but null in an answer to an operation. */
export function reachedFields(schema: GraphQLSchema, text: string, data: unknown): Set<string> {
  const reached = new Set<string>();
  const { definitions } = parse(text);
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  // Objects of another type than a fragment is for lack its fields.
  const visit = (type: GraphQLNamedType | undefined, { selections }: SelectionSetNode, objects: unknown[]) => {
    for (const selection of selections) {
      if (selection.kind !== Kind.FIELD) {
        const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
        const condition = fragment?.typeCondition?.name.value;
        if (fragment) visit(condition ? schema.getType(condition) : type, fragment.selectionSet, objects);
        continue;
      }
      const { name, alias, selectionSet } = selection;
      const values = objects
        .flatMap((object) => (object as Record<string, unknown>)[(alias ?? name).value])
        .filter((value) => value !== null && value !== undefined);
      const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[name.value] : undefined;
      if (!field || values.length === 0) continue;
      reached.add(`${type?.name}.${field.name}`);
      if (selectionSet) visit(getNamedType(field.type), selectionSet, values);
    }
  };
  for (const definition of definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION || !data) continue;
    visit(schema.getRootType(definition.operation) ?? undefined, definition.selectionSet, [data]);
  }
  return reached;
}
