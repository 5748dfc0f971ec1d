import { refuseTooMany } from '../asked-objects.ts';
import { builder } from '../builder.ts';
import type { Asked } from '../cost/charge.ts';
import { loadEach, loadedType, loadNode, lookUpsOf, type NodeName, nodeTypes } from '../node-loaders.ts';
import { readRepresentation } from './representation.ts';
import { admitLookup } from './single-lookups.ts';

builder.scalarType('_Any', {
  description: 'An entity as a router names it: its `__typename`, and the fields of one of its keys.',
  serialize: (value) => value,
});

const Entity = builder.unionType('_Entity', {
  description: 'Whatever other subgraphs may refer to by a key.',
  types: () => [...nodeTypes().values()].map(({ ref }) => ref),
  resolveType: loadedType,
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
    ...lookUpsOf(({ representations }: { representations: unknown[] }) => representations, readAdmitted),
    resolve: (_root, { representations }, context, info) => {
      refuseTooMany('representations', context, info);
      return loadEach(representations, async (one) => {
        return loadNode(readAdmitted(one, { context, schema: info.schema }), context, info);
      }) as never;
    },
  }),
);

/** The object that a router means. Throws for one that is too many of its kind. */
function readAdmitted(sent: unknown, { context, schema }: Pick<Asked, 'context' | 'schema'>): NodeName {
  const named = readRepresentation(sent, schema);
  admitLookup(named, context);
  return named;
}
