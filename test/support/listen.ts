import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { HttpServer } from '../../src/server/http-server.ts';

/** A handler on a free port of loopback. */
export interface Listening extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`. */
  readonly origin: string;
  /** How many connections are open. */
  connections(): Promise<number>;
}

/** Serves a gateway over real connections: only those can be closed by a caller, or be read slowly. */
export async function listen(handler: RequestListener, clientTimeoutMs = 15_000): Promise<Listening> {
  const server = new HttpServer(clientTimeoutMs, 75_000).on('request', handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => promisify(server.getConnections.bind(server))(),
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
