import type { Answer, Gateway } from './gateway.ts';

/** Settings under which a test says from which address it calls. */
export const BEHIND_PROXY = { CLIENT_ADDRESS_HEADER: 'X-Forwarded-For', TRUSTED_PROXIES: '127.0.0.1' };

/** What an operation came to. */
export interface StatusAnswer extends Answer {
  readonly status: number;
  readonly retryAfter: string | null;
}

/** Sends operations as a caller of its own. */
export type Send = (query: string, headers?: Record<string, string>, signal?: AbortSignal) => Promise<StatusAnswer>;

/** Whoever calls a gateway with `BEHIND_PROXY` from an address. */
export async function callersOf(gateway: Gateway): Promise<(address: string) => Send> {
  const origin = await gateway.listen();
  return (address) => async (query, headers, signal) => {
    const response = await fetch(`${origin}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        'x-forwarded-for': address,
        ...headers,
      },
      body: JSON.stringify({ query }),
      ...(signal && { signal }),
    });
    const answer = (await response.json()) as Answer;
    return { ...answer, status: response.status, retryAfter: response.headers.get('retry-after') };
  };
}

/** A caller who always has so many operations under way. Disposed of, it leaves. */
export interface BusyCaller extends AsyncDisposable {
  readonly answers: readonly StatusAnswer[];
}

export function keepBusy(send: Send, atOnce: number, query: (n: number) => string): BusyCaller {
  const answers: StatusAnswer[] = [];
  const leaving = new AbortController();
  let sent = 0;
  const work = async () => {
    while (!leaving.signal.aborted) answers.push(await send(query(sent++), {}, leaving.signal));
  };
  const workers = Array.from({ length: atOnce }, work);
  return {
    answers,
    async [Symbol.asyncDispose]() {
      leaving.abort();
      await Promise.allSettled(workers);
    },
  };
}
