import { Pool } from 'undici';

/** What one round of load came to. */
export interface Round {
  perSecond: number;
  /** Milliseconds from sending to the last byte. */
  p50: number;
  p99: number;
  requests: number;
}

/** How many requests are under way at any moment, each on a connection of its own. */
export const CONCURRENCY = 32;

/** Asks for one variant after the other, again and again, as fast as they are answered. */
export class Load implements AsyncDisposable {
  readonly #pool: Pool;
  readonly #path: string;
  readonly #bodies: readonly Buffer[];
  readonly #headers: Readonly<Record<string, string>>;
  #sent = 0;

  constructor(url: string, operations: readonly object[], headers: Readonly<Record<string, string>> = {}) {
    const { origin, pathname } = new URL(url);
    this.#pool = new Pool(origin, { connections: CONCURRENCY, pipelining: 1 });
    this.#path = pathname;
    this.#headers = { 'content-type': 'application/json', accept: 'application/json', ...headers };
    this.#bodies = operations.map((operation) => Buffer.from(JSON.stringify(operation)));
  }

  /** The answer to the first as text. */
  async answer(): Promise<string> {
    this.#sent = 0;
    const chunks: Buffer[] = [];
    await this.#send((chunk) => chunks.push(chunk));
    return Buffer.concat(chunks).toString('utf8');
  }

  /** Keeps up the load for a time. Throws if any answer is not a 200. */
  async run(seconds: number): Promise<Round> {
    const times: number[] = [];
    const start = performance.now();
    const end = start + seconds * 1000;
    const caller = async () => {
      for (let sent = start; sent < end; ) {
        sent = performance.now();
        await this.#send();
        times.push(performance.now() - sent);
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, caller));
    const elapsed = (performance.now() - start) / 1000;
    const sorted = Float64Array.from(times).sort();
    const quantile = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
    return {
      perSecond: times.length / elapsed,
      p50: quantile(0.5),
      p99: quantile(0.99),
      requests: times.length,
    };
  }

  /** Straight from undici's parser: a stream for each answer would make the load the slowest part. */
  #send(onData: (chunk: Buffer) => void = () => {}): Promise<void> {
    const body = this.#bodies[this.#sent++ % this.#bodies.length] ?? null;
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
    await this.#pool.close();
  }
}
