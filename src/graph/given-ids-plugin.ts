import { memoize1 } from '@graphql-tools/utils';
import SchemaBuilder, {
  BasePlugin,
  type FieldRequiredness,
  type InputType,
  type PothosInputFieldConfig,
  type PothosOutputFieldConfig,
  type SchemaTypes,
} from '@pothos/core';
import type { FieldNode, GraphQLField, GraphQLFieldResolver } from 'graphql';
import type { z } from 'zod';
import { argumentsOf as argumentsAsGiven } from '../execution/variables.ts';
import { type GivenIds, withApiIds } from './node-ids.ts';

declare global {
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> {
      givenIds: GivenIdsPlugin<Types>;
    }

    export interface InputFieldOptions<
      Types extends SchemaTypes = SchemaTypes,
      Type extends InputType<Types> | [InputType<Types>] = InputType<Types> | [InputType<Types>],
      Req extends FieldRequiredness<Type> = FieldRequiredness<Type>,
    > {
      /** The type whose API id this is: its `id` does as well. Outside mutations nested inputs need `withApiIds`. */
      idOf?: string;
      /** Which values a mutation takes here, apart from null; one that takes undefined takes null only if it says so. */
      check?: z.ZodType;
    }
  }
}

/** The key under which a built argument or input field carries the type that it is an id of. */
const ID_OF = 'idOf';

/** Which of a built field's arguments are ids, and of which type. */
export function givenIds(args: readonly { name: string; extensions?: unknown }[]): GivenIds {
  const entries = args.map(({ name, extensions }) => [name, (extensions as GivenIds | undefined)?.[ID_OF]] as const);
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

const idsOf = memoize1(givenIds);

/** The arguments of a field as its resolver gets them. Throws what is wrong with them. */
export function argumentsOf(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  variables: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return withApiIds(argumentsAsGiven(field, node, variables), idsOf(field.args));
}

/** The same; undefined for arguments that are wrong, with which the field is never resolved. */
export function rightArgumentsOf(...given: Parameters<typeof argumentsOf>): Record<string, unknown> | undefined {
  try {
    return argumentsOf(...given);
  } catch {
    return undefined;
  }
}

type Resolver<Types extends SchemaTypes> = GraphQLFieldResolver<unknown, Types['Context'], object>;

/** Lets arguments take the `id` of an object wherever they take the id by which its API knows it. */
class GivenIdsPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override onInputFieldConfig(field: PothosInputFieldConfig<Types>): PothosInputFieldConfig<Types> {
    const { idOf } = field.pothosOptions;
    if (idOf === undefined) return field;
    const description = `${field.description} Also takes an \`id\` of the type \`${idOf}\`.`;
    return { ...field, description, extensions: { ...field.extensions, [ID_OF]: idOf } };
  }

  override wrapResolve(resolve: Resolver<Types>, { args }: PothosOutputFieldConfig<Types>): Resolver<Types> {
    const ids = givenIds(Object.values(args));
    if (Object.keys(ids).length === 0) return resolve;
    return (source, args, context, info) => resolve(source, withApiIds(args, ids), context, info);
  }

  override wrapSubscribe(subscribe: Resolver<Types> | undefined, field: PothosOutputFieldConfig<Types>) {
    return subscribe && this.wrapResolve(subscribe, field);
  }
}

const pluginName = 'givenIds';

SchemaBuilder.registerPlugin(pluginName, GivenIdsPlugin);

export default pluginName;
