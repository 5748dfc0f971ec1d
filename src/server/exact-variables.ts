import type { Plugin } from 'graphql-yoga';
import { parseJson } from '../http/lossless-json.ts';
import { isUpload } from './media-type.ts';

/**
 * Reads integers beyond ±(2^53 − 1) among the variables as text of their digits: an id that a client sends as a number
 * names whom it says, and nobody whose id it would be rounded to.
 */
export function useExactVariables(): Plugin {
  return {
    onRequestParse({ request, url, requestParser, setRequestParser }) {
      if (!requestParser || isUpload(request)) return;
      if (request.method === 'POST') {
        // Yoga's parser of JSON reads nothing else of the request.
        const exact = (unread: Request) =>
          ({ json: () => unread.text().then((text) => parseJson(text)) }) as Request;
        setRequestParser((unread) => requestParser(exact(unread)));
        return;
      }
      const variables = url.searchParams.get('variables');
      if (!variables) return;
      setRequestParser(async (unread) => {
        const parsed = await requestParser(unread);
        return { ...parsed, variables: parseJson(variables) } as typeof parsed;
      });
    },
  };
}
