import { brandWithType, type ObjectRef } from '@pothos/core';
import type { GraphQLResolveInfo } from 'graphql';
import { builder, type FieldsOf, type Types } from './builder.ts';
import { BadInput, CallerError } from './caller-error.ts';
import { type Context, oncePerOperation } from './context.ts';
import type { Asked, Charge, CostOptions } from './cost/charge.ts';
import { scopesOfType } from './federation/tags.ts';
import { globalId, keyReaders, type NodeName, readId, rightArgumentsOf } from './node-ids.ts';
import { requireScopes } from './scopes.ts';
import { fieldsOfOperation, isAllRefused, upstreamFields } from './selection.ts';

/** How objects of a type are found again. */
export interface NodeOptions {
  /** The fields that name an object to the API, by which a supergraph may ask for it as well as by `id`. */
  naturalKey: readonly [string, ...string[]];
  /** The root field that finds one by its natural key, which is an id then; `argument` describes it. */
  one?: { field: string; description: string; argument: string } & Pick<CostOptions, 'weight'>;
  /** The type's own key, of the values of `naturalKey`; of a single field it is the value itself. */
  keyOf?: (values: Readonly<Record<string, unknown>>) => string;
  /** The values of `naturalKey` again, in its order; undefined for a key that no object has. */
  valuesOf?: (key: string) => Readonly<Record<string, unknown>> | undefined;
  /** Whether an object with this key cannot be looked up together with others. */
  costsACall?: (key: string) => boolean;
  /** What looking one up costs. */
  cost(key: string, asked: Asked): Charge;
  /** Finds one object by the type's own key, reading no more than the named upstream fields. */
  load(key: string, fields: readonly string[], context: Context, info: GraphQLResolveInfo): Promise<object | null>;
}

/** A type whose objects can be found again. */
export interface NodeType extends NodeOptions {
  ref: ObjectRef<Types, object>;
}

/** Every type that has a loader, by its name. */
export const nodeTypes = new Map<string, NodeType>();

/** Makes a type reachable through `node` and `nodes`, and an entity of a supergraph. */
export function nodeLoader(ref: ObjectRef<Types, object, unknown>, options: NodeOptions): void {
  // The row is whatever `load` finds; nothing here looks into it.
  nodeTypes.set(ref.name, { ...options, ref: ref as unknown as NodeType['ref'] });
  const [name] = options.naturalKey;
  keyReaders.set(ref.name, options.valuesOf ?? ((key) => ({ [name]: key })));
  const { one } = options;
  if (!one) return;
  builder.queryField(one.field, (t) =>
    t.field({
      type: ref,
      description: one.description,
      weight: one.weight ?? 'call',
      cost: (args: Record<string, string>, asked) => options.cost(args[name] ?? '', asked),
      args: { [name]: t.arg.id({ idOf: ref.name, required: true, description: one.argument }) },
      resolve: (_root, args, context, info) =>
        options.load(String(args[name]), upstreamFields(info, ref.name), context, info) as never,
    }),
  );
}

/** What a field costs that looks up named objects, and how many of each type it gives. `argument` names a list. */
export function lookUpsOf<Args, Name>(
  namesIn: (args: Args) => readonly Name[],
  read: (name: Name, asked: Asked) => NodeName,
  argument?: string,
) {
  const objects = (args: Args, asked: Asked) => {
    if (argument !== undefined) refuseTooMany(argument, asked);
    return namesIn(args).flatMap((name) => {
      try {
        const named = read(name, asked);
        requireScopes(asked.context, scopesOfType(asked.schema, named.typeName));
        return named;
      } catch {
        return [];
      }
    });
  };
  return {
    cost: (args: Args, asked: Asked) =>
      objects(args, asked).flatMap(({ typeName, key }) =>
        isAllRefused(asked, typeName) ? [] : (nodeTypes.get(typeName)?.cost(key, asked) ?? []),
      ),
    rows: (args: Args, asked: Asked): ReadonlyMap<string, number> => {
      const byType = Map.groupBy(objects(args, asked), ({ typeName }) => typeName);
      return new Map([...byType].map(([typeName, { length }]) => [typeName, length]));
    },
  };
}

/** How many objects each field of the operation names. */
const namedCounts = oncePerOperation(() => new Map<string, number>());

/** Throws `BadInput` should the whole operation name too many objects in this argument of fields of `Query`. */
function refuseTooMany(argument: string, asked: Asked): void {
  const { context, fieldNodes, variableValues } = asked;
  const counts = namedCounts(context);
  const fieldName = fieldNodes[0]?.name.value ?? '';
  const count = counts.get(fieldName) ?? namedIn(fieldName);
  counts.set(fieldName, count);
  if (count <= context.maxEntities) return;
  throw new BadInput(
    `Expected at most ${context.maxEntities} ${argument} in an operation, not ${count}: ask for them in several.`,
  );

  function namedIn(fieldName: string): number {
    const lengths = fieldsOfOperation(asked, 'Query').map(({ node, field }) => {
      const args = field?.name === fieldName ? rightArgumentsOf(field, node, variableValues) : undefined;
      return [(node.alias ?? node.name).value, (args?.[argument] as unknown[] | undefined)?.length ?? 0] as const;
    });
    return [...new Map(lengths).values()].reduce((sum, length) => sum + length, 0);
  }
}

/** Objects in the order of what names them; a list may hold errors in place of items, so that each fails alone. */
export function loadEach<Name>(names: readonly Name[], load: (name: Name) => Promise<object | null>) {
  return Promise.all(names.map((name) => load(name).catch((error: Error) => error)));
}

/** An object of a type by its own key; null when there is none. */
export async function loadNode({ typeName, key }: NodeName, context: Context, info: GraphQLResolveInfo) {
  requireScopes(context, scopesOfType(info.schema, typeName));
  const load = () => nodeTypes.get(typeName)?.load(key, upstreamFields(info, typeName), context, info);
  const row = isAllRefused(info, typeName) ? {} : ((await load()) ?? null);
  // Rows of the APIs do not say of which type they are.
  if (row) brandWithType(row, typeName as never);
  return row;
}

/** Anything with an `id` of its own. */
export const Node = builder.interfaceRef<object>('Node').implement({
  description: 'Anything that can be fetched again by its `id`.',
  fields: (t) => ({
    id: t.id({
      nullable: false,
      description: 'Opaque and stable. It may contain personal data such as an e-mail address: treat it accordingly.',
    }),
  }),
});

/** The `id` field of a type whose rows have a key of their own, in that field of the API. */
export function idField<Row extends object>(t: FieldsOf<Row>, typeName: string, keyField: keyof Row & string) {
  return t.from([keyField], {
    type: 'ID',
    nullable: false,
    description: 'Opaque and stable; `node` takes it.',
    resolve: ({ [keyField]: key }) => globalId(typeName, String(key)),
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
    ...lookUpsOf(({ ids }: { ids: string[] }) => ids, readId, 'ids'),
    resolve: (_root, { ids }, context, info) =>
      loadEach(ids, async (id) => loadNode(readId(id), context, info)) as never,
  }),
}));

/** The most entities of a type that one operation may look up where each costs a call of its own. */
export const MOST_LOOKUPS = 20;

/** The keys that were admitted, by type. */
const admitted = oncePerOperation(() => new Map<string, Set<string>>());

/** Counts an entity that costs a call of its own, once: beyond 20 of a type it throws `OPERATION_TOO_COSTLY`. */
export function admitLookup({ typeName, key }: NodeName, context: Context): void {
  if (!nodeTypes.get(typeName)?.costsACall?.(key)) return;
  const types = admitted(context);
  const keys = types.get(typeName) ?? new Set();
  types.set(typeName, keys);
  keys.add(key);
  if (keys.size <= MOST_LOOKUPS) return;
  keys.delete(key);
  throw new CallerError(
    'OPERATION_TOO_COSTLY',
    `Expected at most ${MOST_LOOKUPS} objects of the type ${typeName} in an operation, of which each costs a call: ask for the others in a further one.`,
    { limit: MOST_LOOKUPS },
  );
}
