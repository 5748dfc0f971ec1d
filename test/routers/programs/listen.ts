import { createServer, type RequestListener } from 'node:http';
import { flushCompileCache } from 'node:module';
import type { AddressInfo } from 'node:net';

/** Serves on a free port of loopback, as `announce` says. */
export function listen(handler: RequestListener): void {
  const server = createServer(handler);
  server.listen(0, '127.0.0.1', () => {
    announce(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
}

/** Prints the origin for whoever started the program, and ends together with them. */
export function announce(origin: string): void {
  process.stdin.resume().once('end', () => process.exit());
  // Tests kill it, and what it has compiled would be lost.
  flushCompileCache();
  process.stdout.write(`${origin}\n`);
}
