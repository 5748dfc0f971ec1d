import type { DocumentNode, GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';

type ValidateHook = NonNullable<Plugin['onValidate']>;

/** What a hook of a request can do, as far as the next one has to know of it. */
interface Asked {
  request: Request;
  endResponse?: (response: Response) => void;
  requestParser?: unknown;
  setRequestParser?: (parser: never) => void;
}

/**
 * The same plugins with one hook in place of all that they have for requests and their answers: Yoga makes a kilobyte of
 * promises for each, though almost none has anything to wait for. What such a hook returns is waited for, and otherwise
 * of no use. A document that is kept is validated once.
 */
export function withJoinedHooks(given: readonly object[]): Plugin[] {
  // Each may know of another context, which their types do not bring together.
  const plugins: readonly Plugin[] = given;
  return [
    ...plugins.map(({ onRequest, onRequestParse, onResponse, onValidate, ...others }) => others),
    {
      onRequest: inTurn(plugins.flatMap(({ onRequest }) => onRequest ?? [])),
      onRequestParse: inTurn(plugins.flatMap(({ onRequestParse }) => onRequestParse ?? [])),
      onResponse: inTurn(plugins.flatMap(({ onResponse }) => onResponse ?? [])),
      onValidate: once(plugins.flatMap(({ onValidate }) => onValidate ?? [])),
    },
  ];
}

/** Calls hooks until one of them has answered, with a promise only from the first on that has one. */
function inTurn<Payload extends Asked>(hooks: readonly ((asked: Payload) => unknown)[]) {
  return (asked: Payload): Promise<void> | undefined => {
    let isAnswered = false;
    const shared: Payload = {
      ...asked,
      endResponse(response: Response) {
        isAnswered = true;
        asked.endResponse?.(response);
      },
      setRequestParser(parser: never) {
        shared.requestParser = parser;
        asked.setRequestParser?.(parser);
      },
    };
    const from = (start: number): Promise<void> | undefined => {
      for (let index = start; index < hooks.length && !isAnswered; index++) {
        const waiting = hooks[index]?.(shared);
        if (waiting instanceof Promise) return waiting.then(() => from(index + 1));
      }
      return undefined;
    };
    return from(0);
  };
}

/** Asks hooks about a document when it comes for the first time. */
function once(hooks: readonly ValidateHook[]): ValidateHook {
  const outcomes = new WeakMap<DocumentNode, readonly GraphQLError[]>();
  return (asked) => {
    const { documentAST } = asked.params;
    const known = outcomes.get(documentAST);
    if (known) return asked.setResult(known as GraphQLError[]);
    const after = hooks.flatMap((hook) => hook(asked) ?? []);
    return (outcome) => {
      for (const hook of after) hook(outcome);
      outcomes.set(documentAST, outcome.result as readonly GraphQLError[]);
    };
  };
}
