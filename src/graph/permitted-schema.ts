import { MapperKind, mapSchema, memoize1 } from '@graphql-tools/utils';
import type { GraphQLFieldConfig, GraphQLFieldResolver, GraphQLNamedType, GraphQLSchema } from 'graphql';
import { defaultFieldResolver, getNamedType, getNullableType, isObjectType } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Context } from './context.ts';
import type { CostOptions } from './cost/charge.ts';
import { declared } from './declared.ts';
import { scopesOfField } from './federation/tags.ts';
import { requireScopes, SCOPES, type Scope } from './scopes.ts';
import { isAllRefused, MISSING, SPARED } from './selection.ts';
import { upstreamNamesOf } from './upstream-fields.ts';

type Resolver = GraphQLFieldResolver<unknown, Context>;

/** The schema as callers with these scopes may use it: for what they may not have nothing is asked or charged. */
export function permittedSchema(schema: GraphQLSchema, scopes: ReadonlySet<Scope>): GraphQLSchema {
  const missing = SCOPES.filter((scope) => !scopes.has(scope));
  if (missing.length === 0) return schema;
  return permittedSchemas(schema).memo(missing.join());
}

const permittedSchemas = memoize1(
  (schema: GraphQLSchema) =>
    new LRUCache<string, GraphQLSchema>({
      ...{ max: 2 ** SCOPES.length, memoMethod: (missing) => withRefusals(schema, missing.split(',')) },
    }),
);

function withRefusals(schema: GraphQLSchema, missing: readonly string[]): GraphQLSchema {
  return mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (field, _name, typeName) => {
      const { extensions, subscribe, resolve = defaultFieldResolver } = field;
      const lacking = scopesOfField(schema, field).filter((scope) => missing.includes(scope));
      if (lacking.length > 0) {
        const refused = {
          resolve: refusing(lacking, resolve),
          ...(subscribe && { subscribe: refusing(lacking, subscribe) }),
        };
        return { ...field, ...refused, extensions: { ...extensions, [MISSING]: lacking } };
      }
      if (!asksForOne(field, schema.getType(typeName))) return undefined;
      return { ...field, resolve: sparing(resolve), extensions: { ...extensions, [SPARED]: true } };
    },
  });
}

/** Whether a field asks an API for one object. What a mutation has done is not asked for: its result says it. */
function asksForOne(field: GraphQLFieldConfig<unknown, unknown>, parent: GraphQLNamedType | undefined): boolean {
  const isResult = isObjectType(parent) && parent.isTypeOf;
  const isAsked = declared<CostOptions>(field).cost !== undefined || upstreamNamesOf(field).length > 0;
  return isObjectType(getNullableType(field.type)) && isAsked && !isResult;
}

/** Objects that their callers may see whole, whatever their scopes: those that they have just created. */
const own = new WeakSet<object>();

/** The same object for whoever has just created it. */
export function asOwn<Row extends object>(object: Row): Row {
  const row = { ...object };
  own.add(row);
  return row;
}

function refusing(missing: readonly Scope[], resolve: Resolver): Resolver {
  return (source, args, context, info) => {
    if (!own.has(source as object)) requireScopes(context, missing);
    return resolve(source, args, context, info);
  };
}

function sparing(resolve: Resolver): Resolver {
  return (source, args, context, info) =>
    isAllRefused(info, getNamedType(info.returnType).name) ? {} : resolve(source, args, context, info);
}
