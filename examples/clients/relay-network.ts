import { meros } from 'meros/browser';
import { type FetchFunction, type GraphQLResponse, Observable } from 'relay-runtime';

type Path = (string | number)[];

/** One part of an answer, in the format of 2022 that servers on graphql-js 16 speak. */
interface Part {
  data?: object;
  errors?: unknown;
  incremental?: { data?: object; items?: object[]; errors?: unknown; path: Path; label?: string }[];
  hasNext?: boolean;
}

/** Relay takes every deferred fragment and every item of a list as an answer of its own. */
function relayPayloads({ incremental, hasNext = false, ...answer }: Part): GraphQLResponse[] {
  const later = (incremental ?? []).flatMap(({ items, path, ...rest }) =>
    items
      ? items.map((data, k) => ({ ...rest, data, path: [...path.slice(0, -1), Number(path.at(-1)) + k] }))
      : [{ ...rest, path }],
  );
  const payloads = answer.data ? [answer, ...later] : later;
  return payloads.map((payload, index) => ({
    ...payload,
    extensions: { is_final: !hasNext && index === payloads.length - 1 },
  })) as GraphQLResponse[];
}

/**
 * For `Network.create(fetchFrom('http://127.0.0.1:4000/graphql'))`: sends operations to a gateway, and takes answers in
 * parts (`@defer`, `@stream`). A document that relay-compiler persisted has no text, but an id. `headers` is called for
 * each operation, for credentials: `() => ({ authorization: … })`.
 */
export function fetchFrom(url: string, headers: () => Record<string, string> = () => ({})): FetchFunction {
  return ({ text, id }, variables) =>
    Observable.create((sink) => {
      // What a screen has left behind is no longer asked for.
      const leaving = new AbortController();
      const send = async () => {
        const response = await fetch(url, {
          method: 'POST',
          headers: { ...headers(), 'content-type': 'application/json', accept: 'multipart/mixed, application/json' },
          body: JSON.stringify(text ? { query: text, variables } : { doc_id: id, variables }),
          signal: leaving.signal,
        });
        const parts = await meros<Part>(response);
        if (parts instanceof Response) return sink.next(await parts.json());
        for await (const { body } of parts) {
          for (const payload of relayPayloads(body as Part)) sink.next(payload);
        }
      };
      send().then(() => sink.complete(), sink.error);
      return () => leaving.abort();
    });
}
