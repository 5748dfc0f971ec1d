import type { GraphQLResolveInfo } from 'graphql';
import { BadInput } from './bad-input.ts';
import { builder, type Types } from './builder.ts';
import type { Context } from './context.ts';
import { upstreamFields } from './selection.ts';

/** Finds one object of a type by its own key, reading no more than the named upstream fields. */
export type LoadNode = (
  key: string,
  fields: readonly string[],
  context: Context,
  info: GraphQLResolveInfo,
) => Promise<object | null>;

const loaders = new Map<string, LoadNode>();

/** Which type an object is that came through `node`: rows of the APIs do not say it themselves. */
const typeOf = new WeakMap<object, string>();

/** Anything with an `id` of its own. */
export const Node = builder.interfaceRef<object>('Node').implement({
  description: 'Anything that can be fetched again by its `id`.',
  resolveType: (row) => typeOf.get(row) ?? null,
  fields: (t) => ({
    id: t.field({
      type: 'ID',
      nullable: false,
      description:
        'Opaque, stable, and names its type. It may hold personal data such as an e-mail address: treat it so.',
      resolve: () => {
        throw new TypeError('Every type has its own id field.');
      },
    }),
  }),
});

/** Makes a type reachable through `node` and `nodes`. */
export function nodeLoader(typeName: string, load: LoadNode): void {
  loaders.set(typeName, load);
}

/** The `id` of an object: its type and its key there, in URL-safe base64. */
export function globalId(typeName: string, key: string | number): string {
  return Buffer.from(`${typeName}:${key}`).toString('base64url');
}

/** The `id` field of a type whose rows have a key of their own. */
export function idField<Row extends object>(
  t: PothosSchemaTypes.ObjectFieldBuilder<Types, Row>,
  typeName: string,
  keyOf: (row: Row) => string,
) {
  return t.field({
    type: 'ID',
    nullable: false,
    description: 'Opaque and stable; good for `node`.',
    resolve: (row) => globalId(typeName, keyOf(row)),
  });
}

async function loadNode(id: string, info: GraphQLResolveInfo, context: Context): Promise<object | null> {
  const text = Buffer.from(id, 'base64url').toString();
  const [, typeName = '', key = ''] = /^([A-Za-z]+):(.+)$/s.exec(text) ?? [];
  const load = loaders.get(typeName);
  // Only what `globalId` writes is an id: anything else would make two ids of one object.
  if (!load || globalId(typeName, key) !== id) {
    throw new BadInput('Expected an `id` that this graph gave out.');
  }
  const row = await load(key, upstreamFields(info, typeName), context, info);
  if (row) typeOf.set(row, typeName);
  return row;
}

builder.queryField('node', (t) =>
  t.field({
    type: Node,
    description:
      'Any object by its `id`; null when there is none. Costs one upstream call, shared with other lookups of the same type in the operation where the API can look up several.',
    args: {
      id: t.arg.id({ required: true, description: 'The `id` of the object, as this graph gave it out.' }),
    },
    resolve: (_root, { id }, context, info) => loadNode(id, info, context),
  }),
);

builder.queryField('nodes', (t) =>
  t.field({
    type: [Node],
    nullable: { list: false, items: true },
    description:
      'Several objects by their `id`s, in the same order; null where there is none. One upstream call for each type and up to 100 ids where the API can look up several; GDPR requests cost one call each.',
    args: {
      ids: t.arg.idList({
        required: true,
        description: 'The `id`s of the objects, as this graph gave them out.',
      }),
    },
    // A list may hold errors in place of items: each fails alone.
    resolve: (_root, { ids }, context, info) =>
      Promise.all(ids.map((id) => loadNode(id, info, context).catch((error: Error) => error))) as never,
  }),
);
