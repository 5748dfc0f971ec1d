/** Mistakes that the caller of a mutation can correct, as members of its result. */
import type { FieldMap, ObjectRef } from '@pothos/core';
import { UpstreamError } from '../http/client/upstream-error.ts';
import { builder, type FieldsOf, type Types } from './builder.ts';
import { closedEnum } from './open-enum.ts';
import { UpstreamApi } from './upstream-api.ts';

const CODES = {
  INVALID: 'Not usable, for a reason that only the message gives.',
  REQUIRED: 'A value is required here.',
  WRONG_TYPE: 'A value, or an `id`, of the wrong type.',
  TOO_LONG: 'More characters or members than are allowed.',
  TOO_SHORT: 'Empty, or fewer characters or members than are needed.',
  OUT_OF_RANGE: 'A number, date or time outside the range that can be kept.',
  TAKEN: 'A name or key that must be unique and is already in use.',
  UNKNOWN_ID: 'No object has this id.',
  UNKNOWN_KEY: 'The system of record has no attribute with this key.',
  NOT_A_SET: 'A change for sets, to an attribute that is no set.',
  DISABLED: 'The object that it names is disabled.',
  NOT_CUSTOM: 'The type of this system of record does not allow that: most changes are for custom ones.',
  CONFLICT: 'The object has changed in the meantime: read it again.',
  REJECTED: 'The API did not carry it out, for a reason that only the message gives.',
} as const;

/** What kind of mistake a caller made, for programs. */
export type UserErrorCode = keyof typeof CODES;

const UserErrorCodeEnum = closedEnum('UserErrorCode', {
  description: 'The kinds of mistakes that the caller of a mutation can correct. More may be added.',
  values: CODES,
});

/** Statuses of a write that the caller can correct (200: `success: false`). Neither API has codes of its own. */
const USER_ERROR_STATUSES: ReadonlyMap<number | undefined, UserErrorCode> = new Map([
  [200, 'REJECTED'],
  [400, 'REJECTED'],
  [404, 'UNKNOWN_ID'],
  [409, 'CONFLICT'],
  [410, 'UNKNOWN_ID'],
  [422, 'REJECTED'],
]);

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
export class UserErrorValue<Reason extends Error = Error> {
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
    path: t.exposeStringList('path', {
      nullable: false,
      description: 'Where in the input it is; list positions count from 0.',
    }),
    code: t.expose('code', { type: UserErrorCodeEnum, nullable: false, description: 'What kind of mistake it is.' }),
    message: t.exposeString('message', { nullable: false, description: 'What was expected there.' }),
  }),
});

/** A kind of mistake, as a member of the results of mutations. */
export interface UserErrorType {
  thrownAs: new (...args: never[]) => Error;
  /** Undefined for one that the caller cannot correct. */
  codeOf: (reason: never) => UserErrorCode | undefined;
  type: ObjectRef<Types, UserErrorValue>;
}

/** Declares the type under which an error reaches the caller as data; name one that only some mutations know in their `errors`. */
export function userErrorType<Reason extends Error>(
  name: string,
  thrownAs: new (...args: never[]) => Reason,
  options: {
    codeOf: (reason: Reason) => UserErrorCode | undefined;
    description: string;
    fields: (t: FieldsOf<UserErrorValue<Reason>>) => FieldMap;
  },
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
  return { thrownAs, codeOf: options.codeOf, type: type as unknown as UserErrorType['type'] };
}

/** The kinds that every mutation knows. */
export const COMMON_ERRORS: readonly UserErrorType[] = [
  userErrorType('InvalidInputError', InvalidInput, {
    codeOf: ({ issues: [first] }) => first?.code ?? 'INVALID',
    description: 'The input is wrong; nothing was written. `message` is about the first of its `issues`.',
    fields: (t) => ({
      issues: t.field({
        type: [InvalidInputIssue],
        nullable: false,
        description:
          'Every mistake, all at once; of more than 100 the first ones, and `message` says how many there are.',
        resolve: ({ reason }) => [...reason.issues],
      }),
    }),
  }),
  userErrorType('UpstreamRejectedError', UpstreamError, {
    codeOf({ failure, status, route }) {
      const code = failure === 'rejected' ? USER_ERROR_STATUSES.get(status) : undefined;
      // Of a call that names no object, a 404 does not say what is unknown.
      return code === 'UNKNOWN_ID' && !route.includes('{') ? 'REJECTED' : code;
    },
    description:
      'The API understood the request and refused it; `message` has what it said, without what may be secret.',
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
  }),
];
