import { Pool } from 'undici';
import { type SorSandbox, startSor } from '../../src/sandbox/sor/server.ts';
import { type GatewayProcess, startProcess } from '../support/process.ts';

/** What one of many operations came to. */
export interface Outcome {
  // biome-ignore lint/suspicious/noExplicitAny: tests compare answers, whose shape their own query gives.
  data: any;
  errors: readonly { extensions: { code: string } }[];
  /** From the beginning of the crowd to the end of this answer, in milliseconds. */
  answeredAfterMs: number;
}

/** A gateway as a process of its own, the System of Record behind it, and a client in front of it. */
export interface Scene extends AsyncDisposable {
  readonly sor: SorSandbox;
  readonly gateway: GatewayProcess;
  /** Sends all of them at once, each over a connection of its own. */
  crowd(operations: readonly { query: string; variables?: object }[]): Promise<Outcome[]>;
  /** The lines of the calls that the System of Record saw since the last time this was read. */
  calls(): string[];
}

/** Starts the scene; `env` beside what points at the stand-in. */
export async function startScene(env: Record<string, string>, profiles: number): Promise<Scene> {
  await using stack = new AsyncDisposableStack();
  const sor = stack.use(await startSor({ profiles }));
  const gateway = stack.use(
    await startProcess({
      SOR_URL: sor.api.origin,
      SOR_FEED_URL: sor.feed.origin,
      SOR_TOKEN: sor.token,
      SECRET: 'a secret for tests only',
      ...env,
    }),
  );
  const client = new Pool(gateway.origin);
  stack.defer(() => client.destroy());
  const held = stack.move();
  return {
    sor,
    gateway,
    crowd(operations) {
      const startedAt = performance.now();
      return Promise.all(
        operations.map(async (operation) => {
          const { body } = await client.request({
            method: 'POST',
            path: '/graphql',
            headers: { 'content-type': 'application/json', accept: 'application/json' },
            body: JSON.stringify(operation),
          });
          const { data, errors = [] } = (await body.json()) as Partial<Outcome>;
          return { data, errors, answeredAfterMs: performance.now() - startedAt };
        }),
      );
    },
    calls: () => sor.api.calls.splice(0).map(({ line }) => line),
    [Symbol.asyncDispose]: () => held[Symbol.asyncDispose](),
  };
}
