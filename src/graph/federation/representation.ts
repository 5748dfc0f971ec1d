import { type GraphQLSchema, getNullableType, isLeafType, isObjectType } from 'graphql';
import { BadInput } from '../bad-input.ts';
import { readId } from '../node-ids.ts';
import { type NodeType, nodeTypes } from '../node-loaders.ts';

/** What a router sends of an entity: `__typename`, and the fields of one of the type's keys. */
type Representation = Readonly<Record<string, unknown>>;

/** Which object a router means, by whatever it sent. Throws `BadInput` where that is unclear. */
export function readRepresentation(sent: unknown, schema: GraphQLSchema): { typeName: string; key: string } {
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) {
    throw new BadInput('Expected an object as representation.');
  }
  const representation = sent as Representation;
  const { __typename: typeName, id } = representation;
  const type = typeof typeName === 'string' ? nodeTypes().get(typeName) : undefined;
  if (!type) throw new BadInput('Expected a `__typename` that is an entity of this graph.');
  if (id === undefined || id === null) {
    return { typeName: type.ref.name, key: keyIn(representation, type, schema) };
  }
  const named = readId(String(coerced(id, type, 'id', schema)));
  if (named.typeName === typeName) return named;
  throw new BadInput('Expected an `id` of the type that `__typename` names.');
}

/** The type's own key, of the fields by which its API knows it. */
function keyIn(representation: Representation, type: NodeType, schema: GraphQLSchema): string {
  const { naturalKey, keyOf } = type;
  const values = Object.fromEntries(
    naturalKey.map((name) => [name, coerced(representation[name], type, name, schema)]),
  );
  return keyOf ? keyOf(values) : String(values[naturalKey[0]]);
}

/** A value as an argument of the field's own type would be read: an id may be written as an integer. */
function coerced(value: unknown, { ref: { name }, naturalKey }: NodeType, field: string, schema: GraphQLSchema) {
  const type = schema.getType(name);
  const leaf = isObjectType(type) ? getNullableType(type.getFields()[field]?.type) : undefined;
  try {
    if (isLeafType(leaf) && value !== undefined && value !== null) return leaf.parseValue(value);
  } catch {
    // What the leaf says quotes the value.
  }
  throw new BadInput(`Expected \`id\`, or \`${naturalKey.join(' ')}\`, in a representation of ${name}.`);
}
