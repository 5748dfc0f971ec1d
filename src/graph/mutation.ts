import type { InputFieldMap, InputRef, InputShapeFromFields, ObjectFieldsShape, ObjectRef } from '@pothos/core';
import { GraphQLError, type GraphQLInputObjectType, type GraphQLResolveInfo } from 'graphql';
import { UpstreamError } from '../http/client/upstream-error.ts';
import { type AuditedWrite, recorded } from './audit-trail.ts';
import { builder, type FieldsOf, type Types } from './builder.ts';
import type { Context } from './context.ts';
import type { Asked, Charge } from './cost/charge.ts';
import { type Marks, mayRead, type Tag } from './federation/tags.ts';
import { checkInput } from './input-checks.ts';
import type { InputIssue, UserErrorCode, UserErrorType } from './user-errors.ts';
import { COMMON_ERRORS, InvalidInput, UserErrorValue } from './user-errors.ts';

/** A mutation: one input, and a union of its success with the mistakes that a caller can correct. */
export interface MutationOptions<Fields extends InputFieldMap, Success extends object, Input = InputOf<Fields>> {
  /** By which routers can filter it. */
  tags: readonly Tag[];
  requires: NonNullable<Marks['requires']>;
  description: string;
  inputDescription: string;
  /** What is given; a field says itself which values it takes. */
  input: (t: InputFields) => Fields;
  /** What must hold of several fields together, and what is wrong where it does not. */
  rules?: readonly Rule<NoInfer<Input>>[];
  /** What it costs with an input, apart from what is selected of its result; an input that is wrong costs nothing. */
  cost: (input: Input, asked: Asked) => Charge | readonly Charge[];
  /** How many objects the list in its result has. */
  rows?: (input: Input) => number;
  /** Writes. May throw `InvalidInput`, before it writes, and `UpstreamError`. */
  resolve: (input: Input, context: Context, info: GraphQLResolveInfo) => Promise<Success>;
  /** Why the API refused it for no reason that a status gives, by what it has now; no text of it is a sure sign. */
  whyRefused?: WhyRefused<Input> | undefined;
  /** What the audit says of it, beside its name. */
  audited?: (input: Input) => Omit<AuditedWrite, 'mutation'>;
  /** What it may throw besides. */
  errors?: readonly UserErrorType[];
  successDescription: string;
  success: ObjectFieldsShape<Types, Success>;
}

/** An input with these fields, as it is given, and once it is checked: with ids of the APIs alone. */
type InputOf<Fields extends InputFieldMap> = InputShapeFromFields<Fields>;

export type Rule<Input> = readonly [holds: (input: Input) => unknown, issue: InputIssue];

/** Reads what the API has, after it refused an input. Undefined where that is no reason to. */
export type WhyRefused<Input> = (input: Input, context: Context) => Promise<UserErrorCode | undefined>;

/** What a mutation's `input` builds its fields with. */
export type InputFields = PothosSchemaTypes.InputFieldBuilder<Types, 'InputObject'>;

/** Declares the mutation `name` with `<Name>Input`, `<Name>Success` and `<Name>Result`. Another one may `run` it several times. */
export function mutation<Fields extends InputFieldMap, Success extends object>(
  name: string,
  options: MutationOptions<Fields, Success>,
) {
  const { rules = [], tags } = options;
  const errors = [...COMMON_ERRORS, ...(options.errors ?? [])];
  const typeName = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const input = builder.inputType(`${typeName}Input`, {
    description: options.inputDescription,
    tags,
    fields: options.input,
  });
  const success = builder.objectRef<Success>(`${typeName}Success`).implement({
    description: options.successDescription,
    tags,
    isTypeOf: (value) => !(value instanceof UserErrorValue),
    fields: options.success,
  });
  const result = builder.unionType(`${typeName}Result`, {
    description: `The result of \`${name}\`.`,
    tags,
    types: [success, ...errors.map(({ type }) => type)],
  });
  const codeIn = (error: unknown) => errors.find(({ thrownAs }) => error instanceof thrownAs)?.codeOf(error as never);
  /** Gives a member of the result, unless `known` is wrong with the input as well. Throws what is no member. */
  const run = async (
    given: InputOf<Fields>,
    context: Context,
    info: GraphQLResolveInfo,
    known: readonly InputIssue[] = [],
  ): Promise<object> => {
    // What it is checked against, and what it answers, must not be older than itself.
    context.operation.revalidate();
    const checked = checkInput(info.schema.getType(input.name) as GraphQLInputObjectType, given);
    // Ids are still of the same types.
    const data = checked.data as InputOf<Fields>;
    const broken = rules.filter(([holds]) => !holds(data)).map(([, issue]) => issue);
    const issues = [...checked.issues, ...broken, ...known];
    try {
      if (issues.length > 0) throw new InvalidInput(issues);
      const write = { mutation: name, ...options.audited?.(data) };
      return await recorded(context.audit, write, codeIn, () => options.resolve(data, context, info));
    } catch (error) {
      if (error instanceof UpstreamError && !mayRead(tags, context.scopes)) error.becomeShared();
      const code = codeIn(error);
      if (!code) throw withOutcome(error);
      // Should the reason not be found, the refusal stays what it is.
      const why = code === 'REJECTED' && (await options.whyRefused?.(data, context).catch(() => undefined));
      return new UserErrorValue(error as Error, why || code);
    }
  };
  // The input's shape is generic here, which Pothos cannot look into.
  const inputIn = (args: object) => (args as { input: InputOf<Fields> }).input;
  builder.mutationField(name, (t) =>
    t.field({
      type: result,
      requires: options.requires,
      description: options.description,
      cost: (args, asked) => options.cost(inputIn(args), asked),
      rows: (args) => options.rows?.(inputIn(args)) ?? 1,
      args: { input: t.arg({ type: input, required: true, description: 'What to do.' }) },
      // `Success` is generic here, which Pothos cannot look into.
      resolve: (_root, args, context, info) => run(inputIn(args), context, info) as never,
    }),
  );
  // A union is asked for like an object, which its type does not say.
  return {
    input: input as unknown as InputRef<InputOf<Fields>>,
    result: result as unknown as ObjectRef<Types, object>,
    run,
  };
}

/** The fields of a success that is a link to a file; `description` says what it leads to. */
export function linkFields(t: FieldsOf<{ url: string; expiresAt: Date }>, description: string) {
  return {
    downloadUrl: t.expose('url', { type: 'URL', nullable: false, description }),
    expiresAt: t.field({
      type: 'DateTime',
      nullable: false,
      description: 'When the link stops working.',
      resolve: ({ expiresAt }) => expiresAt.toISOString(),
    }),
  };
}

/** A mutation's failure says what became of its write. What it only reads, it reads before it writes. */
function withOutcome(error: unknown): unknown {
  if (!(error instanceof UpstreamError)) return error;
  const { message, outcome = 'NOT_SENT' } = error;
  return new GraphQLError(message, { originalError: error, extensions: { outcome } });
}
