import type {
  FieldNode,
  FragmentDefinitionNode,
  GraphQLError,
  GraphQLField,
  GraphQLFieldResolver,
  GraphQLObjectType,
  GraphQLOutputType,
  GraphQLResolveInfo,
  GraphQLSchema,
  OperationDefinitionNode,
} from 'graphql';
import type { Allowance } from './allowance.ts';
import type { ErrorList } from './error-list.ts';

/** Where a value stands in the answer. */
export type Path = GraphQLResolveInfo['path'];

/** An answer, or a part of it, that may still be under way. */
export type MaybePromise<T> = T | Promise<T>;

/** One execution of a plan, or of what a later part of the answer brings. */
export interface Run {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly rootValue: unknown;
  readonly context: unknown;
  /** Coerced. */
  readonly variables: Record<string, unknown>;
  readonly errors: ErrorList;
  /** The places that errors made null; undefined stands for the whole answer. */
  readonly nulled: Set<Path | undefined>;
  readonly allowance: Allowance;
  /** Throws the mistake because of which a field is not resolved; only where arguments are wrong. */
  refuse: ((field: PlannedField, path: () => Path) => void) | undefined;
  /** What the resolvers of root fields returned. */
  readonly results: Map<PlannedField, unknown>;
  /** Most answers have none. */
  readonly parts: () => PartsToCome;
  /** Whether the later part that it makes has gone out, as soon as that is known. */
  readonly isOut?: Promise<boolean>;
  /** The error of fields that look at more than their row, where only what is there already is to be answered. */
  readonly cutBy?: GraphQLError;
}

/** Where a later part belongs, and what it brings there. */
export interface Later {
  readonly path: Path | undefined;
  readonly label: string | undefined;
  readonly brings: 'data' | 'items';
}

/** What of an answer comes after the rest. */
export interface PartsToCome {
  /** Makes a part that goes out after the one that `owner` makes, unless that made its place null. */
  begin(owner: Run, later: Later, make: (run: Run) => MaybePromise<unknown>): Run;
  /** Waits for what may begin further parts. */
  expect(beginning: Promise<void>): Promise<void>;
}

/** What is selected somewhere on an object of a type. Throws where an argument of a directive is wrong. */
export type Selection = (type: GraphQLObjectType) => PlannedFields;

/** A field of one object type as an operation selects it, with everything that is the same for every row. */
export interface PlannedField {
  /** Its alias, or else its name. */
  readonly key: string;
  readonly nodes: readonly FieldNode[];
  readonly parentType: GraphQLObjectType;
  readonly definition: GraphQLField<unknown, unknown>;
  readonly kind: ValueKind;
  readonly resolve: GraphQLFieldResolver<unknown, unknown>;
  /** The resolver, if it looks at its object alone. */
  readonly readsRow: ((source: unknown) => unknown) | undefined;
  /** Whether its value may stand elsewhere than in its object. */
  readonly looksFurther: boolean;
  /** How to make its value without anything but the source, if it is of that kind: most fields of rows are. */
  readonly plain: PlainLeaf | undefined;
  /** Which rows of its list come later, if it has `@stream`. */
  readonly stream: { readonly initialCount: number; readonly label: string | undefined } | undefined;
  readonly below: Selection;
}

/** All that is selected on an object type in one place. */
export interface PlannedFields {
  readonly fields: readonly PlannedField[];
  /** What is deferred, by the labels of its fragments. */
  readonly later: readonly { readonly label: string | undefined; readonly fields: PlannedFields }[];
  /** The work that they are. */
  readonly work: number;
  /** The least length that they have in an answer, their texts left out. */
  readonly length: number;
  /** Whether one of them is `__proto__`, which an ordinary object takes for something else. */
  readonly hasProto: boolean;
}

/** A leaf whose resolver has one parameter only. */
export interface PlainLeaf {
  read(source: unknown): unknown;
  /** What stands for a value in the answer; undefined for one that has to be completed as others are. */
  write(value: unknown): unknown;
}

/** A type, and how its values are completed. */
export interface ValueKind {
  readonly type: GraphQLOutputType;
  readonly complete: Completer;
}

/**
 * Makes of what a resolver returned what stands in the answer. Throws what must null the place, or one above it
 * where that cannot be null.
 */
export type Completer = (run: Run, field: PlannedField, path: Path, value: unknown) => unknown;
