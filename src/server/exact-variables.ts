import {
  type ExecutionArgs,
  type GraphQLInputType,
  getNullableType,
  getOperationAST,
  isInputObjectType,
  isInputType,
  isListType,
  type NamedTypeNode,
  typeFromAST,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { BadInput } from '../graph/bad-input.ts';
import { LongNumber, parseJson } from '../http/json/lossless-json.ts';
import { isUpload } from './csrf-prevention.ts';

const EXACTLY = { exactNumbers: 'decimals' } as const;

/**
 * Reads integers beyond ±(2^53 − 1) among the variables as text of their digits: an id that a client sends as a number
 * must not be rounded to somebody else's id. Decimals of more digits than a double holds come as
 * `LongNumber`, except for a Float, which takes the nearest number as it does in an operation's text. Throws `BadInput`
 * for variables and extensions in an address that are no JSON.
 */
export function useExactVariables(): Plugin {
  return {
    onRequestParse({ request, url, requestParser, setRequestParser }) {
      if (!requestParser || isUpload(request)) return;
      if (request.method === 'POST') {
        // Yoga's parser of JSON reads nothing else of the request.
        const exact = (unread: Request) =>
          ({ json: () => unread.text().then((text) => parseJson(text, EXACTLY)) }) as Request;
        setRequestParser((unread) => requestParser(exact(unread)));
        return;
      }
      setRequestParser(async (unread) => {
        const variables = jsonIn('variables', url);
        // What Yoga's own parser throws of them would pass for a fault of the gateway.
        jsonIn('extensions', url);
        const parsed = await requestParser(unread);
        return (variables === undefined ? parsed : { ...parsed, variables }) as typeof parsed;
      });
    },
    onExecute({ args }) {
      giveNearestFloats(args);
    },
  };
}

/** In place: the variables are the request's own. */
function giveNearestFloats({ schema, document, operationName, variableValues }: ExecutionArgs): void {
  const definitions = getOperationAST(document, operationName)?.variableDefinitions ?? [];
  for (const { variable, type } of definitions) {
    const name = variable.name.value;
    // The type is one of the schema's own by now; that it may be no named one is beyond the library's types.
    const expected = typeFromAST(schema, type as NamedTypeNode);
    if (variableValues && isInputType(expected)) put(variableValues, name, expected);
  }
}

function put(values: Record<string, unknown>, name: string, type: GraphQLInputType): void {
  if (Object.hasOwn(values, name)) values[name] = nearest(values[name], type);
}

function nearest(value: unknown, type: GraphQLInputType): unknown {
  const expected = getNullableType(type);
  if (isListType(expected)) {
    if (!Array.isArray(value)) return nearest(value, expected.ofType);
    return value.map((item) => nearest(item, expected.ofType));
  }
  if (value instanceof LongNumber) return expected.name === 'Float' ? Number(value.digits) : value;
  if (isInputObjectType(expected) && typeof value === 'object' && value !== null) {
    for (const [name, field] of Object.entries(expected.getFields())) {
      put(value as Record<string, unknown>, name, field.type);
    }
  }
  return value;
}

/** A parameter of the address; undefined when it is not there. */
function jsonIn(name: string, { searchParams }: URL): unknown {
  const text = searchParams.get(name);
  if (!text) return undefined;
  try {
    return parseJson(text, EXACTLY);
  } catch {
    throw new BadInput(`Expected JSON in the parameter "${name}".`);
  }
}
