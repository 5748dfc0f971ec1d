import { createClient, type RequestParams, type Sink } from 'graphql-sse';
import { Observable, type SubscribeFunction } from 'relay-runtime';

/**
 * The second argument of `Network.create`, for subscriptions: reads server-sent events of a gateway. `headers` is called
 * for each subscription, for credentials: `() => ({ authorization: … })`.
 */
export function followAt(url: string, headers: () => Record<string, string> = () => ({})): SubscribeFunction {
  const sse = createClient({ url, headers });
  return ({ text, id }, variables) =>
    Observable.create((sink) =>
      sse.subscribe(
        { ...(text ? { query: text } : { doc_id: id }), variables } as RequestParams,
        sink as Sink<unknown>,
      ),
    );
}
