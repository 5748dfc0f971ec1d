import { memoize1 } from '@graphql-tools/utils';
import { useDeferStream } from '@graphql-yoga/plugin-defer-stream';
import {
  type DirectiveNode,
  type DocumentNode,
  type ExecutionArgs,
  getOperationAST,
  type ValidationRule,
  valueFromASTUntyped,
  visit,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { coercedVariables, NO_VALUES } from '../execution/variables.ts';
import { BadInput } from '../graph/caller-error.ts';
import type { Context } from '../graph/context.ts';
import { mistakesOf } from '../graph/cost/estimate.ts';
import { isSubscription } from './telemetry/operation-facts.ts';

// Its type wants a context of any keys, of which it reads none.
const library = useDeferStream() as object as Required<Plugin>;

/** Gives a schema `@defer` and `@stream`. */
export const { onSchemaChange: addIncrementalDirectives } = library;

/**
 * Takes `@defer` and `@stream` out of an operation that is answered at once: its client takes no parts, or arguments are
 * wrong. Throws `BadInput` for one that streams from an odd place.
 */
export function chooseDelivery(args: ExecutionArgs): void {
  const whole = atOnce(args.document);
  if (whole === args.document) return;
  const context = args.contextValue as Context & { request: Request };
  const { request } = context;
  const isInParts = takesParts(request) && !isSubscription(request) && mistakesOf(context).length === 0;
  if (isInParts) refuseOddCounts(args);
  else args.document = whole;
}

/** The rules that documents are held against, with what they say of `@defer` and `@stream`. */
export function incrementalRules(rules: readonly ValidationRule[]): readonly ValidationRule[] {
  const params = { rules: [...rules] };
  const added: ValidationRule[] = [];
  library.onValidate({ params, addValidationRule: (rule: ValidationRule) => added.push(rule) } as never);
  return [...params.rules, ...added];
}

const PARTS = /^\s*(?:\*\/\*|multipart\/(?:\*|mixed)|text\/(?:\*|event-stream))\s*(?:;|$)/i;
/** Asks for a later format of parts, whose readers would lose what these bring. */
const LATER_FORMAT = /;\s*incrementalSpec\s*=/i;

function takesParts({ headers }: Request): boolean {
  const ranges = (headers.get('accept') ?? '*/*').split(',');
  return ranges.some((range) => PARTS.test(range) && !LATER_FORMAT.test(range));
}

/** The document without the directives; itself if it has none. */
const atOnce = memoize1(
  (document: DocumentNode): DocumentNode =>
    visit(document, { Directive: (directive) => (isIncremental(directive) ? null : undefined) }),
);

/** Throws `BadInput` for an `initialCount` that is null or negative: the executor takes that for its own mistake. */
function refuseOddCounts({ schema, document, operationName, variableValues }: ExecutionArgs): void {
  const operation = getOperationAST(document, operationName);
  // Variables that cannot be read are reported by the executor.
  const coerced = (operation && coercedVariables(schema, operation, variableValues ?? NO_VALUES)) ?? {};
  visit(document, {
    Argument({ name, value }) {
      if (name.value !== INITIAL_COUNT) return;
      const count = valueFromASTUntyped(value, coerced);
      if (count === null || (typeof count === 'number' && count < 0)) {
        throw new BadInput(`Expected ${INITIAL_COUNT} to be a number from 0.`);
      }
    },
  });
}

/** An argument of `@stream`; no field has one of that name. */
const INITIAL_COUNT = 'initialCount';

/** Whether a directive asks for a later part of the answer. */
export function isIncremental({ name }: DirectiveNode): boolean {
  return name.value === 'defer' || name.value === 'stream';
}
