/** The `id` of an object, and the ids by which the APIs know it: where one of those is expected, the `id` does as well. */
import { memoize1 } from '@graphql-tools/utils';
import type { FieldRequiredness, InputType, PothosInputFieldConfig, PothosOutputFieldConfig } from '@pothos/core';
import SchemaBuilder, { BasePlugin, type SchemaTypes } from '@pothos/core';
import type { FieldNode, GraphQLField, GraphQLFieldResolver } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { z } from 'zod';
import { argumentsOf as argumentsAsGiven } from '../execution/variables.ts';
import { BadInput } from './caller-error.ts';

/** What the APIs call an object: the id by which they know it first. */
type ApiNames = Readonly<Record<string, unknown>>;

/** How the key in an `id` is taken apart, by type: only their ids are readable. Undefined for a key that no object has. */
export const keyReaders = new Map<string, (key: string) => ApiNames | undefined>();

/** The `id` of an object: its type and its key there, in URL-safe base64. */
export function globalId(typeName: string, key: string | number): string {
  return Buffer.from(`${typeName}:${key}`).toString('base64url');
}

/** What an `id` names. Throws `BadInput` for one that this graph did not give out. */
export function readId(id: string): NodeName {
  const named = namedBy(id);
  if (named) return named;
  throw new BadInput('Expected an `id` that this graph gave out.');
}

/** An object by its type and the type's own key, as an `id` names it. */
export interface NodeName {
  typeName: string;
  key: string;
}

/** The argument of a field is read again for each of ten thousand rows. Longer texts are no such argument. */
const lastNamed = new LRUCache<string, { named: NodeName | undefined }>({
  ...{ max: 100, maxEntrySize: 200, sizeCalculation: (_named, id) => id.length || 1 },
  memoMethod: (id) => ({ named: decoded(id) }),
});

/** How every `id` begins, as types do with a letter: ids of digits need not be looked at further. */
const BEGINNING = /^[Q-Za-e]/;

function namedBy(id: string): NodeName | undefined {
  return BEGINNING.test(id) ? lastNamed.memo(id).named : undefined;
}

function decoded(id: string): NodeName | undefined {
  const text = Buffer.from(id, 'base64url').toString();
  const [, typeName = '', key = ''] = /^([A-Za-z]+):(.+)$/s.exec(text) ?? [];
  // Only what `globalId` writes is an id: anything else would make two ids of one object.
  return keyReaders.has(typeName) && globalId(typeName, key) === id ? { typeName, key } : undefined;
}

/** Hears of a value that cannot be what it is given as. */
type Mistake = (name: string, message: string) => void;

/** The ids that some values are, by the names of the values: of which type each is. */
export type GivenIds = Readonly<Record<string, string>>;

/**
 * The same values with ids of the APIs alone: an `id` becomes what it stands for, and what else it says replaces the
 * value of that name. The `id` of an object of another type stays, and `mistake` hears of it.
 */
export function withApiIds<Values extends object>(values: Values, ids: GivenIds, mistake: Mistake = refuse): Values {
  let read = values as Record<string, unknown>;
  for (const name in ids) {
    const given = read[name];
    // Every row comes by here, and most name no object.
    if (given === undefined || given === null) continue;
    const typeName = ids[name] ?? '';
    if (Array.isArray(given)) {
      const list = listOf(given, typeName);
      for (const message of list.mistakes) mistake(name, message);
      read = { ...read, [name]: list.read };
      continue;
    }
    const names = namesIn(given, typeName, (message) => mistake(name, message));
    // The id itself goes under no name but that of the value.
    const [[own, id] = []] = Object.entries(names ?? {});
    if (own !== undefined) read = { ...read, ...names, [own]: read[own], [name]: id };
  }
  // The same members, of the same types.
  return read as Values;
}

/** A list of ids as the APIs know them, and what is wrong with some. */
interface ReadList {
  read: readonly unknown[];
  mistakes: readonly string[];
}

/** By type. A list may be the argument of a field of ten thousand rows. */
const readLists = memoize1((_given: readonly unknown[]) => new Map<string, ReadList>());

function listOf(given: readonly unknown[], typeName: string): ReadList {
  const mistakes: string[] = [];
  const idOf = (text: unknown) =>
    Object.values(namesIn(text, typeName, (message) => mistakes.push(message)) ?? [text])[0];
  const list = readLists(given).get(typeName) ?? { read: given.map(idOf), mistakes };
  readLists(given).set(typeName, list);
  return list;
}

/** What the `id` of an object of a type stands for; undefined for any other text. */
function namesIn(text: unknown, typeName: string, mistake: (message: string) => void): ApiNames | undefined {
  const named = typeof text === 'string' ? namedBy(text) : undefined;
  if (named?.typeName === typeName) return keyReaders.get(typeName)?.(named.key);
  if (named) mistake(`Expected an id of the type ${typeName}, not ${named.typeName}.`);
  return undefined;
}

function refuse(_name: string, message: string): never {
  throw new BadInput(message);
}

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

export const GIVEN_IDS = 'givenIds';

SchemaBuilder.registerPlugin(GIVEN_IDS, GivenIdsPlugin);
