import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import manifest from '../package.json' with { type: 'json' };
import type { Config } from './config/config.ts';
import { inUrl } from './config/setting-kinds.ts';
import { metricsServer } from './server/telemetry/metrics-endpoint.ts';
import { openTracer } from './server/telemetry/open-tracer.ts';
import { Telemetry } from './server/telemetry/telemetry.ts';

/** Opens log, metrics and traces as configured; the stack closes them. */
export async function openTelemetry(config: Config, log: Logger, stack: AsyncDisposableStack): Promise<Telemetry> {
  const { version } = manifest;
  const { tracer } = stack.use(
    await openTracer({
      endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
      sampler: config.OTEL_TRACES_SAMPLER,
      ratio: config.OTEL_TRACES_SAMPLER_ARG,
      ...{ version, log },
    }),
  );
  const telemetry = new Telemetry({
    ...{ log, tracer, version, mode: config.UPSTREAM, memoryLimit: config.MAX_MEMORY },
    documents: config.TRUSTED_DOCUMENTS?.values() ?? [],
    hasRedis: config.REDIS_URL !== undefined,
    tracedApis: new Set(config.TRACE_UPSTREAM.map((api) => api.toUpperCase())),
  });
  if (config.METRICS_PORT !== undefined) {
    const server = metricsServer(telemetry.metrics).listen(config.METRICS_PORT, config.HOST);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    log.info(`metrics at http://${inUrl(config.HOST)}:${port}/metrics`);
    stack.defer(() => void server.close());
  }
  return telemetry;
}
