import { memoize1 } from '@graphql-tools/utils';
import type {
  GraphQLArgument,
  GraphQLField,
  GraphQLFieldConfig,
  GraphQLNamedType,
  GraphQLSchema,
  GraphQLType,
} from 'graphql';
import { getNamedType, isEnumType, isInputObjectType, isInterfaceType, isObjectType } from 'graphql';
import { declared } from '../declared.ts';
import type { Scope } from '../scopes.ts';

/** What platform teams filter a supergraph by: personal data, the erasure of it, and where data comes from. */
export type Tag = 'gdpr' | 'hood' | 'pii' | 'sor';

/** What is said about a type or a field to routers, and to nobody else. */
export interface Marks {
  tags?: readonly Tag[];
  /** The type whose tags it has too: what a connection is about. */
  tagsLike?: string;
  /** Whether other subgraphs may have the same type. */
  shareable?: boolean;
  /** What a caller must be allowed: to have the field, or any field that gives the type. */
  requires?: Scope | readonly Scope[];
}

/** The scopes that show what is tagged so, where one does. */
const READ_SCOPES: Partial<Record<Tag, Scope>> = { gdpr: 'gdpr:read', pii: 'pii:read' };

/** Whether callers with these scopes may be told what an API says of data with these tags. */
export function mayRead(tags: readonly Tag[], scopes: ReadonlySet<Scope>): boolean {
  return tags.map((tag) => READ_SCOPES[tag]).every((scope) => !scope || scopes.has(scope));
}

/** What was said where a type was declared, and the type that it is about. */
function marksOf(schema: GraphQLSchema, typeName: string): Marks[] {
  const marks = declared<Marks>(schema.getType(typeName) ?? {});
  return [marks, ...(marks.tagsLike === undefined ? [] : marksOf(schema, marks.tagsLike))];
}

/** The scopes that a type is for: its own, and those of the type that it is about. */
export function scopesOfType(schema: GraphQLSchema, typeName: string): readonly Scope[] {
  return marksOf(schema, typeName).flatMap(({ requires = [] }) => requires);
}

/** The scopes that a field is for: its own, and those of what it gives. */
export function scopesOfField(
  schema: GraphQLSchema,
  field: Pick<GraphQLFieldConfig<unknown, unknown>, 'extensions' | 'type'>,
): readonly Scope[] {
  return [
    ...new Set([declared<Marks>(field).requires ?? [], scopesOfType(schema, getNamedType(field.type).name)].flat()),
  ];
}

type Tags = ReadonlySet<Tag>;

const ALL: Tags = new Set(['gdpr', 'hood', 'pii', 'sor']);
const NONE: Tags = new Set();

/** The tags of a type: its own and its subject's; of an input or enum without any, what all its uses share. */
export function tagsOfType(schema: GraphQLSchema, type: GraphQLNamedType): Tags {
  const tags = tagsOfTypes(schema);
  let found = tags.get(type);
  if (!found) {
    found = new Set(marksOf(schema, type.name).flatMap(({ tags = [] }) => tags));
    const uses = isEnumType(type) || isInputObjectType(type) ? usesOfTypes(schema).get(type.name) : undefined;
    if (found.size === 0 && uses) {
      // Inputs may use each other: what is looked for holds for every use.
      tags.set(type, ALL);
      found = uses.reduce((common, use) => common.intersection(use.tags()), ALL);
    }
    tags.set(type, found);
  }
  return found;
}

/** The tags of a field: its own, and those of what it gives, which would otherwise leave it without a type. */
export function tagsOfField(schema: GraphQLSchema, field: GraphQLField<unknown, unknown>): Tags {
  const type = getNamedType(field.type);
  return new Set(declared<Marks>(field).tags).union(isEnumType(type) ? NONE : tagsOfType(schema, type));
}

const tagsOfTypes = memoize1((_schema: GraphQLSchema) => new Map<GraphQLNamedType, Tags>());

/** Where a type is used, and the tags of that place, which may follow from those of other types. */
interface Use {
  type: GraphQLType;
  tags: () => Tags;
}

/** The uses of types, by their names. */
const usesOfTypes = memoize1((schema: GraphQLSchema) => {
  const uses = Object.values(schema.getTypeMap()).flatMap((type) => usesIn(schema, type));
  return Map.groupBy(uses, (use) => getNamedType(use.type).name);
});

function usesIn(schema: GraphQLSchema, type: GraphQLNamedType): Use[] {
  const tags = () => tagsOfType(schema, type);
  // Not every composer sees that a default value has gone together with what it was a default of.
  const inputsOf = (inputs: readonly Pick<GraphQLArgument, 'defaultValue' | 'type'>[], tags: () => Tags) =>
    inputs.map(({ type, defaultValue }) => ({ type, tags: defaultValue === undefined ? tags : () => NONE }));
  if (isInputObjectType(type)) return inputsOf(Object.values(type.getFields()), tags);
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  return Object.values(type.getFields()).flatMap((field) => {
    const place = () => tags().union(new Set(declared<Marks>(field).tags));
    const withResult = () => place().union(tagsOfType(schema, getNamedType(field.type)));
    return [{ type: field.type, tags: place }, ...inputsOf(field.args, withResult)];
  });
}
