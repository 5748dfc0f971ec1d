import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { httpServer } from '../../src/server/http-server.ts';

/** A handler on a free port of loopback. */
export interface Listening extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`. */
  readonly origin: string;
}

/** Serves a gateway over real connections: only those can be closed by a caller, or be read slowly. */
export async function listen(handler: RequestListener): Promise<Listening> {
  const server = httpServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
