import { type ExecutionResult, memoize1 } from '@graphql-tools/utils';
import { useDeferStream } from '@graphql-yoga/plugin-defer-stream';
import {
  type DirectiveNode,
  type DocumentNode,
  type ExecutionArgs,
  type GraphQLError,
  getOperationAST,
  type ValidationRule,
  valueFromASTUntyped,
  visit,
} from 'graphql';
import { isAsyncIterable, mapAsyncIterator, type Plugin } from 'graphql-yoga';
import { coercedVariables, NO_VALUES } from '../execution/variables.ts';
import { BadInput } from '../graph/caller-error.ts';
import type { Context } from '../graph/context.ts';
import { mistakesOf } from '../graph/cost/estimate.ts';
import { isSubscription } from './telemetry/operation-facts.ts';

/** Answers operations with `@defer` or `@stream` in parts, where clients take those; `visible` shows later errors. */
export function useIncrementalDelivery(visible: (error: unknown) => GraphQLError): Plugin<Context> {
  const shown = <Result extends ExecutionResult>(result: Result): Result =>
    result.errors ? { ...result, errors: result.errors.map(visible) } : result;
  return {
    onSchemaChange: library.onSchemaChange,
    onExecute({ args, executeFn, setExecuteFn }) {
      const document: DocumentNode = args.document;
      if (atOnce(document) === document) return undefined;
      const { request } = args.contextValue;
      if (!takesParts(request) || isSubscription(request) || mistakesOf(args.contextValue).length > 0) {
        setExecuteFn((execution) => executeFn({ ...execution, document: atOnce(document) }));
        return undefined;
      }
      refuseOddCounts(args);
      return {
        onExecuteDone({ result, setResult }) {
          if (!isAsyncIterable<ExecutionResult>(result)) return;
          // The first part's own errors are shown already, as those of any answer.
          const parts = mapAsyncIterator(result, (part: ExecutionResult) =>
            part.incremental ? { ...part, incremental: part.incremental.map(shown) } : part,
          );
          setResult(parts);
        },
      };
    },
  };
}

// Its type wants a context of any keys, of which it reads none.
const library = useDeferStream() as object as Required<Plugin>;

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
