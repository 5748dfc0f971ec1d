import { memoize1 } from '@graphql-tools/utils';
import { type GraphQLSchema, getNullableType, isLeafType, isObjectType } from 'graphql';
import { builder } from '../builder.ts';
import { BadInput } from '../caller-error.ts';
import type { Asked } from '../cost/charge.ts';
import { admitLookup, loadEach, loadNode, lookUpsOf, type NodeType, nodeTypes } from '../node.ts';
import { type NodeName, readId, withApiIds } from '../node-ids.ts';
import { subgraphText } from './subgraph-text.ts';

builder.scalarType('_Any', {
  description: 'An entity as a router names it: its `__typename`, and the fields of one of its keys.',
  serialize: (value) => value,
});

const Entity = builder.unionType('_Entity', {
  description: 'Whatever other subgraphs may refer to by a key.',
  types: () => [...nodeTypes.values()].map(({ ref }) => ref),
});

builder.queryField('_entities', (t) =>
  t.field({
    type: [Entity],
    nullable: { list: false, items: true },
    description:
      'For routers of a supergraph: objects by their keys, in the same order; null where there is none. People have `nodes`, and the fields of each type.',
    args: {
      representations: t.arg({
        type: ['_Any'],
        required: true,
        description: 'The keys. Those of one type are looked up together where the API can look up several.',
      }),
    },
    ...lookUpsOf(
      ({ representations }: { representations: unknown[] }) => representations,
      readAdmitted,
      'representations',
    ),
    resolve: (_root, { representations }, context, info) => {
      const asked = { context, schema: info.schema };
      return loadEach(representations, async (one) => loadNode(readAdmitted(one, asked), context, info)) as never;
    },
  }),
);

const sdlOf = memoize1((schema: GraphQLSchema) => subgraphText(schema, 'core'));

const Service = builder.objectRef<object>('_Service').implement({
  description: 'This graph as part of a supergraph.',
  fields: (t) => ({
    sdl: t.string({
      nullable: false,
      description: 'The schema as a router composes it, with the directives of federation.',
      resolve: (_service, _args, _context, { schema }) => sdlOf(schema),
    }),
  }),
});

builder.queryField('_service', (t) =>
  t.field({
    type: Service,
    nullable: false,
    description: 'For routers of a supergraph: what this graph has to offer them.',
    resolve: () => ({}),
  }),
);

/** The object that a router means. Throws `BadInput` where unclear, `OPERATION_TOO_COSTLY` for too many of its kind. */
function readAdmitted(sent: unknown, { context, schema }: Pick<Asked, 'context' | 'schema'>): NodeName {
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) {
    throw new BadInput('Expected an object as representation.');
  }
  const representation = sent as Readonly<Record<string, unknown>>;
  const { __typename: typeName, id } = representation;
  const type = typeof typeName === 'string' ? nodeTypes.get(typeName) : undefined;
  if (!type) throw new BadInput('Expected a `__typename` that is an entity of this graph.');
  const named =
    id === undefined || id === null
      ? { typeName: type.ref.name, key: keyIn(representation, type, schema) }
      : readId(String(coerced(id, type, 'id', schema)));
  if (named.typeName !== typeName) {
    throw new BadInput(`Expected an id of the type ${type.ref.name}, not ${named.typeName}.`);
  }
  admitLookup(named, context);
  return named;
}

/** The type's own key, of the fields by which its API knows it. */
function keyIn(representation: Readonly<Record<string, unknown>>, type: NodeType, schema: GraphQLSchema): string {
  const { naturalKey, keyOf, ref } = type;
  const given = naturalKey.map((name) => [name, coerced(representation[name], type, name, schema)]);
  const values: Record<string, unknown> = withApiIds(Object.fromEntries(given), { [naturalKey[0]]: ref.name });
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
