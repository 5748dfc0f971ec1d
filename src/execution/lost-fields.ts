import {
  type FieldNode,
  type GraphQLError,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isListType,
  isNonNullType,
  isObjectType,
  locatedError,
  responsePathAsArray,
  TypeNameMetaFieldDef,
} from 'graphql';
import { MOST_COUNTED } from './error-list.ts';
import type { Path, PlannedField, PlannedFields } from './planned-field.ts';

/** What is wrong with the arguments of a field, whatever comes of all others. */
export interface Mistake {
  readonly node: FieldNode;
  readonly parentType: GraphQLObjectType;
  readonly error: Error;
}

/** A field with a mistake, in one of its places. */
interface MistakenPlace {
  readonly error: Error;
  /** From the root field to this one. */
  readonly fields: readonly PlannedField[];
}

/**
 * The fields of an operation that are not resolved: those with a mistake, and those below which nothing else is
 * selected, so that nobody is asked for their sake; but no null of theirs may cost others their place. Nor is a mutation
 * carried out with a mistake below it: what is wrong can be mended before anything is written.
 */
export class LostFields {
  readonly #mistakes: ReadonlyMap<string, Error>;
  readonly #schema: GraphQLSchema;
  /** Each with the first mistake at or below it. */
  readonly #lost = new Map<PlannedField, MistakenPlace>();
  readonly #unreported = new Set<MistakenPlace>();
  readonly #isNothingLeft: boolean;

  constructor(mistakes: readonly Mistake[], schema: GraphQLSchema, root: PlannedFields) {
    this.#mistakes = new Map(mistakes.map(({ parentType, node, error }) => [nameOf(parentType, node), error]));
    this.#schema = schema;
    for (const field of root.fields) {
      const before = this.#unreported.size;
      this.#look([field]);
      const [first] = [...this.#unreported].slice(before);
      if (first && field.parentType === schema.getMutationType()) this.#lost.set(field, first);
    }
    this.#isNothingLeft = root.fields.filter(isData).every((field) => this.#lost.has(field));
  }

  /** Throws the mistake because of which a field is not resolved. */
  readonly refuse = (field: PlannedField, path: () => Path): void => {
    const mistaken = this.#lost.get(field);
    if (!mistaken) return;
    const { fields } = mistaken;
    if (fields.at(-1) !== field && isNonNullType(field.kind.type) && !this.#isNothingLeft) return;
    this.#unreported.delete(mistaken);
    throw errorAt(mistaken, [...responsePathAsArray(path()), ...keysOf(fields.slice(fields.indexOf(field)), 1)]);
  };

  /** Mistakes in fields that no object has come to; of very many not all. */
  unreported(): readonly GraphQLError[] {
    return [...this.#unreported].slice(0, MOST_COUNTED).map((mistaken) => errorAt(mistaken, keysOf(mistaken.fields)));
  }

  /** Looks at the last of these fields, each of which stands below the one before it. */
  #look(fields: readonly PlannedField[]): void {
    const field = fields.at(-1) as PlannedField;
    const error = this.#mistakes.get(nameOf(field.parentType, field.nodes[0]));
    if (error) {
      const mistaken = { error, fields };
      this.#unreported.add(mistaken);
      this.#lost.set(field, mistaken);
    }
    const type = getNamedType(field.kind.type);
    const types = isAbstractType(type) ? this.#schema.getPossibleTypes(type) : isObjectType(type) ? [type] : [];
    const below = types.map((type) => field.below(type).fields.filter(isData));
    for (const each of below.flat()) this.#look([...fields, each]);
    const isLost = (each: PlannedField) => this.#lost.has(each);
    const isFatal = (each: PlannedField) =>
      isNonNullType(each.kind.type) && this.#lost.get(each)?.fields.at(-1) === each;
    const isAnythingLeft = below.some((selected) => !selected.every(isLost) && !selected.some(isFatal));
    const first = below.flat().find(isLost);
    if (!error && first && !isAnythingLeft) this.#lost.set(field, this.#lost.get(first) as MistakenPlace);
  }
}

/** A type's name, which its object has without being read, is no reason to read it. */
function isData({ definition }: PlannedField): boolean {
  return definition !== TypeNameMetaFieldDef;
}

/** A field as the operation's text has it; copies of a node share their location. */
function nameOf({ name }: GraphQLObjectType, node: FieldNode | undefined): string {
  return `${name} ${node?.loc?.start}`;
}

/** The keys that lead from an object to the last of these fields, or to the first list on the way. */
function keysOf(fields: readonly PlannedField[], from = 0): string[] {
  const list = fields.findIndex(({ kind }) => isListType(getNullableType(kind.type)));
  return fields.slice(from, list < 0 ? undefined : list + 1).map(({ key }) => key);
}

function errorAt({ error, fields }: MistakenPlace, path: readonly (string | number)[]): GraphQLError {
  return locatedError(error, fields.at(-1)?.nodes, path);
}
