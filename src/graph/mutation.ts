import type { FieldMap, InputFieldMap, InputRef, ObjectFieldsShape, ObjectRef } from '@pothos/core';
import { GraphQLError, type GraphQLResolveInfo } from 'graphql';
import type { z } from 'zod';
import { UpstreamError } from '../http/client/upstream-error.ts';
import { type AuditedWrite, recorded } from './audit-trail.ts';
import { builder, type FieldsOf, type Types } from './builder.ts';
import type { Context } from './context.ts';
import { type Asked, byArguments, type Charge } from './cost/charge.ts';
import { type Marks, mayRead, type Tag } from './federation/tags.ts';
import { codeOfRefusal, mistakesIn, type UserErrorCode, UserErrorCodeEnum } from './input-checks.ts';
import { UpstreamApi } from './upstream-api.ts';

/** One mistake in an input, and where it stands. */
export interface InputIssue {
  path: readonly string[];
  code: UserErrorCode;
  message: string;
}

/** Whoever reads a hundred needs no more to know what is wrong. Of a file there is one more, which counts the others. */
const MOST_ISSUES = 101;

/** Thrown by a mutation before it writes anything: what is wrong with its input, at once. */
export class InvalidInput extends Error {
  override readonly name = 'InvalidInput';
  readonly issues: readonly InputIssue[];

  constructor(issues: readonly InputIssue[]) {
    const [first, ...others] = issues;
    const sentence = first?.message ?? 'Expected another input.';
    super(others.length > 0 ? sentence.replace(/\.?$/, ` (and ${others.length} more).`) : sentence);
    this.issues = issues.slice(0, MOST_ISSUES);
  }
}

/** An error as a member of a result: an executor takes a bare `Error` that a resolver returns for a thrown one. */
class UserErrorValue<Reason extends Error = Error> {
  readonly reason: Reason;
  readonly code: UserErrorCode;
  constructor(reason: Reason, code: UserErrorCode) {
    this.reason = reason;
    this.code = code;
  }
}

const UserError = builder.interfaceRef<UserErrorValue>('UserError').implement({
  description: 'A mistake that the caller of a mutation can correct.',
  fields: (t) => ({
    message: t.string({
      nullable: false,
      description: 'What is wrong, in one sentence.',
      resolve: ({ reason }) => (reason instanceof UpstreamError ? reason.toSender() : reason.message),
    }),
    code: t.expose('code', {
      type: UserErrorCodeEnum,
      nullable: false,
      description: 'What kind of mistake it is; of several, the first.',
    }),
  }),
});

const InvalidInputIssue = builder.objectRef<InputIssue>('InvalidInputIssue').implement({
  shareable: true,
  description: 'One mistake in an input.',
  fields: (t) => ({
    path: t.field({
      type: ['String'],
      nullable: false,
      description: 'Where in the input it is; list positions count from 0.',
      resolve: ({ path }) => [...path],
    }),
    code: t.expose('code', { type: UserErrorCodeEnum, nullable: false, description: 'What kind of mistake it is.' }),
    message: t.exposeString('message', { nullable: false, description: 'What was expected there.' }),
  }),
});

const InvalidInputError = builder.objectRef<UserErrorValue<InvalidInput>>('InvalidInputError').implement({
  shareable: true,
  description: 'The input is wrong; nothing was written. `message` is about the first of its `issues`.',
  interfaces: [UserError],
  isTypeOf: (value) => value instanceof UserErrorValue && value.reason instanceof InvalidInput,
  fields: (t) => ({
    issues: t.field({
      type: [InvalidInputIssue],
      nullable: false,
      description:
        'Every mistake, all at once; of more than 100 the first ones, and `message` says how many there are.',
      resolve: ({ reason }) => [...reason.issues],
    }),
  }),
});

const UpstreamRejectedError = builder.objectRef<UserErrorValue<UpstreamError>>('UpstreamRejectedError').implement({
  shareable: true,
  description: 'The API understood the request and refused it; `message` has what it said, without what may be secret.',
  interfaces: [UserError],
  isTypeOf: (value) => value instanceof UserErrorValue && value.reason instanceof UpstreamError,
  fields: (t) => ({
    api: t.field({
      type: UpstreamApi,
      nullable: false,
      description: 'Which API refused.',
      resolve: ({ reason }) => reason.api,
    }),
    status: t.int({
      nullable: false,
      description: 'The HTTP status it answered with.',
      resolve: ({ reason }) => reason.status ?? 400,
    }),
    traceId: t.id({
      description: 'The id of the call in the API’s own log; null when the API gave none.',
      resolve: ({ reason }) => reason.traceId,
    }),
  }),
});

/** A kind of mistake that only some mutations know, as a member of their results. */
export interface UserErrorType {
  thrownAs: new (...args: never[]) => Error;
  code: UserErrorCode;
  type: ObjectRef<Types, UserErrorValue>;
}

/** Declares the type under which a mutation's own error reaches the caller; name it in the mutation's `errors`. */
export function userErrorType<Reason extends Error>(
  name: string,
  thrownAs: new (...args: never[]) => Reason,
  options: { code: UserErrorCode; description: string; fields: (t: FieldsOf<UserErrorValue<Reason>>) => FieldMap },
): UserErrorType {
  const type = builder.objectRef<UserErrorValue<Reason>>(name).implement({
    shareable: true,
    description: options.description,
    // Whether a shape fits its interface, Pothos cannot tell of a generic one.
    interfaces: [UserError] as never,
    isTypeOf: (value) => value instanceof UserErrorValue && value.reason instanceof thrownAs,
    fields: options.fields,
  });
  // The union takes whatever error it holds: which one it is, `isTypeOf` has looked at.
  return { thrownAs, code: options.code, type: type as unknown as UserErrorType['type'] };
}

/** A mutation: one input, and a union of its success with the mistakes that a caller can correct. */
export interface MutationOptions<Schema extends z.ZodType, Success extends object> {
  /** By which routers can filter it. */
  tags: readonly Tag[];
  requires: NonNullable<Marks['requires']>;
  description: string;
  /** What it costs with an input, apart from what is selected of its result; an input that is wrong costs nothing. */
  cost: (input: z.input<Schema>, asked: Asked) => Charge | readonly Charge[];
  /** How many objects the list in its result has. */
  rows?: (input: z.input<Schema>) => number;
  inputDescription: string;
  input: (t: InputFields) => InputFieldMap;
  /** Checks the input before anything is written; all its issues reach the caller together. */
  check: Schema;
  /** Writes. May throw `InvalidInput`, before it writes, and `UpstreamError`. */
  resolve: (input: z.output<Schema>, context: Context, info: GraphQLResolveInfo) => Promise<Success>;
  /** Why the API refused it for no reason that a status gives, by what it has now; no text of it is a sure sign. */
  whyRefused?: WhyRefused<z.output<Schema>> | undefined;
  /** What the audit says of it, beside its name. */
  audited?: (input: z.output<Schema>) => Omit<AuditedWrite, 'mutation'>;
  /** What it may throw besides. */
  errors?: readonly UserErrorType[];
  successDescription: string;
  success: ObjectFieldsShape<Types, Success>;
}

/** Reads what the API has, after it refused an input. Undefined where that is no reason to. */
export type WhyRefused<Input> = (input: Input, context: Context) => Promise<UserErrorCode | undefined>;

/** What a mutation's `input` builds its fields with. */
export type InputFields = PothosSchemaTypes.InputFieldBuilder<Types, 'InputObject'>;
/** Carries out a mutation: a member of its result. Throws what is none. */
type RunMutation = (input: unknown, context: Context, info: GraphQLResolveInfo) => Promise<object>;

/** Declares the mutation `name` with `<Name>Input`, `<Name>Success` and `<Name>Result`. Another one may `run` it several times. */
export function mutation<Schema extends z.ZodType, Success extends object>(
  name: string,
  options: MutationOptions<Schema, Success>,
): { input: InputRef<unknown>; result: ObjectRef<Types, object>; run: RunMutation } {
  const { errors = [], tags } = options;
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
    types: [success, InvalidInputError, UpstreamRejectedError, ...errors.map(({ type }) => type)],
  });
  const codeIn = (error: unknown) => codeOf(error, errors);
  const run: RunMutation = async (input, context, info) => {
    // What it is checked against, and what it answers, must not be older than itself.
    context.operation.revalidate();
    let given: z.output<Schema> | undefined;
    try {
      const parsed = options.check.safeParse(input);
      if (!parsed.success) throw new InvalidInput(mistakesIn(parsed.error));
      const { data } = parsed;
      given = data;
      const write = { mutation: name, ...options.audited?.(data) };
      return await recorded(context.audit, write, codeIn, () => options.resolve(data, context, info));
    } catch (error) {
      if (error instanceof UpstreamError && !mayRead(tags, context.scopes)) error.becomeShared();
      const code = codeIn(error);
      if (!code) throw withOutcome(error);
      // Should the reason not be found, the refusal stays what it is.
      const why = code === 'REJECTED' && given && (await options.whyRefused?.(given, context).catch(() => undefined));
      return new UserErrorValue(error as Error, why || code);
    }
  };
  builder.mutationField(name, (t) =>
    t.field({
      type: result,
      requires: options.requires,
      description: options.description,
      cost: byArguments('call', ({ input }: { input: z.input<Schema> }, asked) => options.cost(input, asked)),
      rows: ({ input }: { input: z.input<Schema> }) => options.rows?.(input) ?? 1,
      args: { input: t.arg({ type: input, required: true, description: 'What to do.' }) },
      // `Success` and the input's shape are generic here, which Pothos cannot look into.
      resolve: (_root, args, context, info) => run((args as { input: unknown }).input, context, info) as never,
    }),
  );
  // A union is asked for like an object, which its type does not say.
  return { input, result: result as never, run };
}

/** The kind of a failure that the caller can correct; undefined for any other. */
function codeOf(error: unknown, own: readonly UserErrorType[]): UserErrorCode | undefined {
  if (error instanceof InvalidInput) return error.issues[0]?.code ?? 'INVALID';
  const refused = error instanceof UpstreamError ? codeOfRefusal(error) : undefined;
  return refused ?? own.find(({ thrownAs }) => error instanceof thrownAs)?.code;
}

/** A mutation's failure says what became of its write. What it only reads, it reads before it writes. */
function withOutcome(error: unknown): unknown {
  if (!(error instanceof UpstreamError)) return error;
  const { message, outcome = 'NOT_SENT' } = error;
  return new GraphQLError(message, { originalError: error, extensions: { outcome } });
}
