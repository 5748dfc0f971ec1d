import type { Plugin } from 'graphql-yoga';
import { BadInput } from '../graph/caller-error.ts';
import { brief } from '../graph/input-mistakes.ts';
import { parseJson } from '../http/json/lossless-json.ts';
import { isUpload } from './csrf-prevention.ts';

const EXACTLY = { exactNumbers: 'decimals' } as const;

/**
 * Reads integers beyond ±(2^53 − 1) among the variables as text of their digits: an id that a client sends as a number
 * must not be rounded to somebody else's id. Decimals of more digits than a double holds come as `LongNumber`. Throws
 * `BadInput` for variables and extensions in an address that are no JSON, and for variables with half of a character
 * (an unpaired surrogate): no API could be sent it, and another character would stand in its place.
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
    onParams({ params }) {
      const path = pathToHalf(params.variables);
      if (!path) return;
      const [name = '', ...members] = path;
      throw new BadInput(
        `\`${[`$${name}`, ...members].join('.')}\`: expected whole characters, not an unpaired surrogate.`,
      );
    },
  };
}

/** Where half of a character is in a value of JSON, if there is one; a name that has one is told by its place. */
function pathToHalf(value: unknown): string[] | undefined {
  if (typeof value === 'string') return value.isWellFormed() ? undefined : [];
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, member] of Object.entries(value)) {
    if (!name.isWellFormed()) return [];
    const path = pathToHalf(member);
    if (path) return [brief(name), ...path];
  }
  return undefined;
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
