import { refuseTooMany } from '../asked-objects.ts';
import { builder } from '../builder.ts';
import { type Asked, byArguments } from '../cost/charge.ts';
import { countedByType, loadEach, loadedType, loadNode, lookUpCost, nodeTypes, readEach } from '../node-loaders.ts';
import { readRepresentation } from './representation.ts';
import { admissible, admitLookup } from './single-lookups.ts';

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
    cost: byArguments('call', ({ representations }: { representations: unknown[] }, asked) =>
      lookUpCost(namesIn(representations, asked), asked),
    ),
    rows: ({ representations }: { representations: unknown[] }, asked) =>
      countedByType(namesIn(representations, asked)),
    resolve: (_root, { representations }, context, info) => {
      refuseTooMany('representations', context, info);
      return loadEach(representations, async (one) => {
        const named = readRepresentation(one, info.schema);
        admitLookup(named, context);
        return loadNode(named, context, info);
      }) as never;
    },
  }),
);

/** Which objects a router means, as far as it can be read, without those that are refused. */
const namesIn = (representations: readonly unknown[], { schema }: Asked) =>
  admissible(readEach(representations, (one) => readRepresentation(one, schema)));
