import { memoize1 } from '@graphql-tools/utils';
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type GraphQLType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from 'graphql';
import { marksOf, type Tag } from './marks.ts';

type Tags = ReadonlySet<Tag>;

const ALL: Tags = new Set(['gdpr', 'hood', 'pii', 'sor']);
const NONE: Tags = new Set();

/**
 * The tags of a type: its own, those of the type that it is about; and of an input or an enum without any, those that
 * all its uses have in common, so that none is left over where its uses are filtered out.
 */
export function tagsOfType(schema: GraphQLSchema, { name }: GraphQLNamedType): Tags {
  return tagsOfTypes(schema).get(name) ?? NONE;
}

/** The tags of a field: its own, and those of what it gives, which would otherwise leave it without a type. */
export function tagsOfField(schema: GraphQLSchema, field: GraphQLField<unknown, unknown>): Tags {
  const type = getNamedType(field.type);
  return new Set(marksOf(field).tags).union(isEnumType(type) ? NONE : tagsOfType(schema, type));
}

const tagsOfTypes = memoize1((schema: GraphQLSchema): ReadonlyMap<string, Tags> => {
  const types = Object.values(schema.getTypeMap());
  const tags = new Map<string, Tags>(types.map((type) => [type.name, said(schema, type)]));
  const uses = usesOf(types, tags);
  const derived = types.filter(
    (type) => (isEnumType(type) || isInputObjectType(type)) && tags.get(type.name)?.size === 0 && uses.has(type.name),
  );
  // From all tags down to what holds for every use: inputs use each other.
  for (const { name } of derived) tags.set(name, ALL);
  for (let isStable = false; !isStable; ) {
    isStable = true;
    for (const { name } of derived) {
      const common = (uses.get(name) ?? []).reduce((common, use) => common.intersection(use()), ALL);
      if (common.size === tags.get(name)?.size) continue;
      tags.set(name, common);
      isStable = false;
    }
  }
  return tags;
});

/** The tags given where the type was declared. */
function said(schema: GraphQLSchema, type: GraphQLNamedType): Tags {
  const { tags, tagsLike } = marksOf(type);
  const model = tagsLike === undefined ? undefined : schema.getType(tagsLike);
  return new Set(tags).union(model ? said(schema, model) : NONE);
}

type Uses = Map<string, (() => Tags)[]>;

/** Where a type is used, by its name: the tags of the place, which may follow from those of other types. */
function usesOf(types: readonly GraphQLNamedType[], tags: ReadonlyMap<string, Tags>): Uses {
  const uses: Uses = new Map();
  const tagsOf = (type: GraphQLNamedType): Tags => tags.get(type.name) ?? NONE;
  const note = (type: GraphQLType, use: () => Tags) => {
    const { name } = getNamedType(type);
    uses.set(name, [...(uses.get(name) ?? []), use]);
  };
  // Not every composer sees that a default value has gone together with what it was a default of.
  const noteInput = ({ type, defaultValue }: InputPlace, use: () => Tags) =>
    note(type, defaultValue === undefined ? use : () => NONE);

  for (const type of types) {
    if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) noteInput(field, () => tagsOf(type));
    } else if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        const place = () => tagsOf(type).union(new Set(marksOf(field).tags));
        note(field.type, place);
        const withResult = () => place().union(tagsOf(getNamedType(field.type)));
        for (const argument of field.args) noteInput(argument, withResult);
      }
    }
  }
  return uses;
}

type InputPlace = Pick<GraphQLArgument, 'defaultValue' | 'type'>;
