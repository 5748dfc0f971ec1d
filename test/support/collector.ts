import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { vi } from 'vitest';

/** A collector of OpenTelemetry's, which takes spans as JSON. */
export interface Collector extends AsyncDisposable {
  /** Settings of a gateway that sends its spans there: at the latest when it ends. */
  readonly env: { OTEL_EXPORTER_OTLP_ENDPOINT: string };
  /** What it has got, as texts. */
  readonly bodies: string[];
}

/** Starts one that answers with a status. The packages of OpenTelemetry read the environment by themselves, so it is changed as long as this lives. */
export async function startCollector(environment: Record<string, string> = {}, status = 200): Promise<Collector> {
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    bodies.push(await text(request));
    response.writeHead(status).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  for (const [name, value] of Object.entries({ ...environment, ...env })) vi.stubEnv(name, value);
  return {
    env,
    bodies,
    async [Symbol.asyncDispose]() {
      vi.unstubAllEnvs();
      server.close();
    },
  };
}
