import { refuseTooMany } from './asked-objects.ts';
import { builder, type FieldsOf } from './builder.ts';
import { globalId, readId } from './node-ids.ts';
import { loadEach, loadedType, loadNode, lookUpsOf } from './node-loaders.ts';

/** Anything with an `id` of its own. */
export const Node = builder.interfaceRef<object>('Node').implement({
  description: 'Anything that can be fetched again by its `id`.',
  resolveType: loadedType,
  fields: (t) => ({
    id: t.field({
      type: 'ID',
      nullable: false,
      description: 'Opaque and stable. It may contain personal data such as an e-mail address: treat it accordingly.',
      resolve: () => {
        throw new TypeError('Every type has its own id field.');
      },
    }),
  }),
});

/** The `id` field of a type whose rows have a key of their own. */
export function idField<Row extends object>(t: FieldsOf<Row>, typeName: string, keyOf: (row: Row) => string) {
  return t.field({
    type: 'ID',
    nullable: false,
    description: 'Opaque and stable; `node` takes it.',
    resolve: (row) => globalId(typeName, keyOf(row)),
  });
}

builder.queryFields((t) => ({
  node: t.field({
    type: Node,
    description:
      'Any object by its `id`; null when there is none. Costs one upstream call, shared with other lookups of the same type in the operation where the API can look up several.',
    args: {
      id: t.arg.id({ required: true, description: 'The `id` of the object, as given by this graph.' }),
    },
    ...lookUpsOf(({ id }: { id: string }) => [id], readId),
    resolve: (_root, { id }, context, info) => loadNode(readId(id), context, info),
  }),
  nodes: t.field({
    type: [Node],
    nullable: { list: false, items: true },
    description:
      'Several objects by their `id`s, in the same order; null where there is none. One upstream call for each type and up to 100 ids where the API can look up several; GDPR requests cost one call each. An operation may name up to `MAX_ENTITIES` objects in this way, 1,000 by default.',
    args: {
      ids: t.arg.idList({
        required: true,
        description: 'The `id`s of the objects, as given by this graph.',
      }),
    },
    ...lookUpsOf(({ ids }: { ids: string[] }) => ids, readId),
    resolve: (_root, { ids }, context, info) => {
      refuseTooMany('ids', context, info);
      return loadEach(ids, async (id) => loadNode(readId(id), context, info)) as never;
    },
  }),
}));
