import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { type Tracer, trace } from '@opentelemetry/api';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { Logger } from 'pino';
import manifest from '../package.json' with { type: 'json' };
import type { Config } from './config/config.ts';
import { inUrl } from './config/setting-kinds.ts';
import { onceAMinute } from './server/once.ts';
import { metricsServer } from './server/telemetry/metrics.ts';
import { startTelemetry, type Telemetry } from './server/telemetry/telemetry.ts';

const { name: NAME, version: VERSION } = manifest;

/** How long the last spans may take at the end, in milliseconds: a collector that is away would hold the process up. */
const LAST_SPANS_MS = 2_000;

/** Opens log, metrics and traces as configured; the stack closes them. */
export async function openTelemetry(config: Config, log: Logger, stack: AsyncDisposableStack): Promise<Telemetry> {
  // Without a collector spans go to whatever was loaded into the process for them.
  const isSent = config.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined;
  const tracer = isSent ? await openTracer(config, log, stack) : trace.getTracer(NAME, VERSION);
  const telemetry = startTelemetry(config, log, tracer);
  if (config.METRICS_PORT !== undefined) {
    const server = metricsServer(telemetry.metrics).listen(config.METRICS_PORT, config.HOST);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    log.info(`metrics at http://${inUrl(config.HOST)}:${port}/metrics`);
    stack.defer(() => void server.close());
  }
  return telemetry;
}

/** Loads what sends spans; its packages read more variables of OpenTelemetry. The stack sends the last ones. */
async function openTracer(config: Config, log: Logger, stack: AsyncDisposableStack): Promise<Tracer> {
  const [sdk, { OTLPTraceExporter }, resources] = await Promise.all([
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ]);
  const kind = config.OTEL_TRACES_SAMPLER.replace('parentbased_', '') as 'always_on' | 'always_off' | 'traceidratio';
  const ratio = { always_on: 1, always_off: 0, traceidratio: config.OTEL_TRACES_SAMPLER_ARG }[kind];
  const root = new sdk.TraceIdRatioBasedSampler(ratio);
  const exporter = new OTLPTraceExporter();
  // Messages may quote the address.
  const report = onceAMinute((code: unknown) => log.warn({ code }, 'spans cannot be sent'));
  const reported: SpanExporter = {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        if (result.error) report(codeOf(result.error));
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
  };
  const own = resources.resourceFromAttributes({ 'service.name': NAME, 'service.version': VERSION });
  const provider = new sdk.TracerProvider({
    sampler: config.OTEL_TRACES_SAMPLER === kind ? root : new sdk.ParentBasedSampler({ root }),
    resource: own.merge(resources.detectResources({ detectors: [resources.envDetector] })),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter: reported })],
  });
  stack.defer(async () => {
    const sent = provider.shutdown().catch((error) => report(codeOf(error)));
    await Promise.race([sent, pause(LAST_SPANS_MS, undefined, { ref: false })]);
  });
  return provider.getTracer(NAME, VERSION);
}

const codeOf = (error: Error & { code?: unknown }) => error.code;
