import type { AppOptions } from '../../src/app.ts';
import type { Answer, Gateway } from './gateway.ts';

type NextMoment = NonNullable<AppOptions['nextMoment']>;

/** The moments at which subscriptions ask the APIs again, which come when a test says so. */
export class Moments {
  /** How long each poller has wanted to wait, in milliseconds, in the order in which they asked. */
  readonly asked: number[] = [];
  readonly #waiting = new Map<object, () => void>();
  #wake = () => {};

  readonly nextMoment: NextMoment = (everyMs, signal) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.asked.push(everyMs);
    const key = {};
    this.#waiting.set(key, resolve);
    signal.addEventListener('abort', () => {
      this.#waiting.delete(key);
      reject(signal.reason);
      this.#wake();
    });
    this.#wake();
    return promise;
  };

  get waiting(): number {
    return this.#waiting.size;
  }

  /** The next moment, as soon as so many pollers wait for it. */
  async pass(pollers = 1): Promise<void> {
    await this.settled(pollers);
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const go of waiting) go();
  }

  /** Resolves when so many pollers wait. */
  async settled(pollers: number): Promise<void> {
    while (this.#waiting.size !== pollers) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

/** A subscription that is open. */
export interface Subscription extends AsyncDisposable {
  readonly response: Response;
  /** The next event; undefined when it is complete. */
  next(): Promise<Answer | undefined>;
}

/** Opens a subscription of server-sent events. */
export async function subscribe(
  { fetch: send }: Pick<Gateway, 'fetch'>,
  query: string,
  variables: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Promise<Subscription> {
  const leaving = new AbortController();
  const response = await send('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
    body: JSON.stringify({ query, variables }),
    signal: leaving.signal,
  });
  const reader = response.body?.getReader();
  const events = eventsIn(reader);
  // Reads on as clients do, whether anybody waits for the event or not.
  const ahead = () => {
    const event = events.next();
    event.catch(() => {});
    return event;
  };
  let coming = ahead();
  return {
    response,
    async next() {
      const event = coming;
      coming = ahead();
      return (await event).value ?? undefined;
    },
    [Symbol.asyncDispose]: async () => leaving.abort(),
  };
}

async function* eventsIn(reader: ReadableStreamDefaultReader<Uint8Array> | undefined) {
  let text = '';
  const decoder = new TextDecoder();
  for (let read = await reader?.read(); read?.value; read = await reader?.read()) {
    // Routers write lines in ways of their own.
    text = (text + decoder.decode(read.value, { stream: true })).replaceAll('\r\n', '\n');
    const frames = text.split('\n\n');
    text = frames.pop() ?? '';
    for (const frame of frames) {
      if (/^event: ?complete/m.test(frame)) return;
      const [, data] = /^data: ?(.+)$/m.exec(frame) ?? [];
      if (data) yield JSON.parse(data) as Answer;
    }
  }
  throw new Error('The connection was cut before the subscription was complete.');
}
