import { type GraphQLResolveInfo, getArgumentValues } from 'graphql';
import { BadInput } from '../bad-input.ts';
import { builder } from '../builder.ts';
import type { Context } from '../context.ts';
import { loadEach, loadedType, loadNode, nodeTypes } from '../node-loaders.ts';
import { visitOperation } from '../selection.ts';
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

const FIELD = '_entities';

builder.queryField(FIELD, (t) =>
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
    resolve: (_root, { representations }, context, info) => {
      refuseTooMany(context, info);
      return loadEach(representations, async (one) => {
        const named = readRepresentation(one, info.schema);
        admitLookup(named, context);
        return loadNode(named, context, info);
      }) as never;
    },
  }),
);

const asked = new WeakMap<Context, number>();

/** Throws `BadInput` before anything is called, should the whole operation name more than it may. */
function refuseTooMany(context: Context, info: GraphQLResolveInfo): void {
  const count = asked.get(context) ?? representationsIn(info);
  asked.set(context, count);
  if (count <= context.maxEntities) return;
  throw new BadInput(
    `Expected at most ${context.maxEntities} representations in an operation, not ${count}: ask for them in several.`,
  );
}

function representationsIn(info: GraphQLResolveInfo): number {
  const definition = info.parentType.getFields()[FIELD];
  const counts = new Map<string, number>();
  visitOperation(info, info.parentType.name, (node) => {
    if (node.name.value !== FIELD || !definition) return;
    try {
      const { representations } = getArgumentValues(definition, node, info.variableValues);
      counts.set((node.alias ?? node.name).value, (representations as unknown[]).length);
    } catch {
      // The field itself will say what is wrong with its arguments.
    }
  });
  return counts.values().reduce((sum, count) => sum + count, 0);
}
