import { Pool } from 'undici';

/** What one round of load came to. */
export interface Round {
  perSecond: number;
  /** Milliseconds from sending to the last byte. */
  p50: number;
  p99: number;
  longest: number;
  requests: number;
}

/** How many requests are under way at any moment, each on a connection of its own. */
export const CONNECTIONS = 32;

export interface LoadOptions {
  headers?: Readonly<Record<string, string>>;
  connections?: number;
}

/** Sends one request after the other, as fast as they are answered. */
export class Load implements AsyncDisposable {
  readonly #pool: Pool;
  readonly #path: string;
  readonly #body: (n: number) => Buffer;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #connections: number;
  #sent = 0;

  /** `body` gives the body of the `n`th request. */
  constructor(url: string, body: (n: number) => Buffer, { headers = {}, connections = CONNECTIONS }: LoadOptions = {}) {
    const { origin, pathname } = new URL(url);
    this.#pool = new Pool(origin, { connections, pipelining: 1 });
    this.#path = pathname;
    this.#headers = { 'content-type': 'application/json', accept: 'application/json', ...headers };
    this.#body = body;
    this.#connections = connections;
  }

  /** The answer to the first request as text. */
  async answer(): Promise<string> {
    this.#sent = 0;
    const chunks: Buffer[] = [];
    await this.#send((chunk) => chunks.push(chunk));
    return Buffer.concat(chunks).toString('utf8');
  }

  /** Keeps up the load for so many seconds or requests. Throws if any answer is not a 200. */
  async run({ seconds = Infinity, requests = Infinity }: { seconds?: number; requests?: number }): Promise<Round> {
    const times: number[] = [];
    const start = performance.now();
    const end = start + seconds * 1000;
    let begun = 0;
    const caller = async () => {
      for (let sent = start; sent < end && begun++ < requests; ) {
        sent = performance.now();
        await this.#send();
        times.push(performance.now() - sent);
      }
    };
    await Promise.all(Array.from({ length: this.#connections }, caller));
    const elapsed = (performance.now() - start) / 1000;
    const sorted = Float64Array.from(times).sort();
    const quantile = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
    return {
      perSecond: times.length / elapsed,
      p50: quantile(0.5),
      p99: quantile(0.99),
      longest: sorted.at(-1) ?? Number.NaN,
      requests: times.length,
    };
  }

  /** Straight from undici's parser: a stream for each answer would make the load the slowest part. */
  #send(onData: (chunk: Buffer) => void = () => {}): Promise<void> {
    const body = this.#body(this.#sent++);
    return new Promise((resolve, reject) => {
      let status = 0;
      this.#pool.dispatch(
        { method: 'POST', path: this.#path, headers: this.#headers, body },
        {
          onRequestStart() {},
          onResponseStart(_controller, statusCode) {
            status = statusCode;
          },
          onResponseData: (_controller, chunk) => onData(chunk),
          onResponseEnd: () => (status === 200 ? resolve() : reject(new Error(`Answered with ${status}.`))),
          onResponseError: (_controller, error) => reject(error),
        },
      );
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool.destroy();
  }
}
