import { setTimeout as pause } from 'node:timers/promises';
import { type Tracer, trace } from '@opentelemetry/api';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { Logger } from 'pino';

/** The settings of OpenTelemetry that its packages leave to their caller; they read the others by themselves. */
export interface TracerOptions {
  /** Where spans go (`OTEL_EXPORTER_OTLP_ENDPOINT`); when unset, to whatever was loaded into the process for them. */
  endpoint: string | undefined;
  sampler: string;
  /** Between 0 and 1, for a sampler that takes a part of all traces. */
  ratio: number;
  version: string;
  log: Logger;
}

/** How often the log says that spans cannot be sent, in milliseconds. */
const LINE_PAUSE_MS = 60_000;

/** How long the last spans may take at the end, in milliseconds: a collector that is away would hold the process up. */
const LAST_SPANS_MS = 2_000;

const NAME = 'hood-sor-gateway';

/** Makes spans until it is disposed of, which sends the last ones. */
export interface OpenedTracer extends AsyncDisposable {
  readonly tracer: Tracer;
}

/** Loads what sends spans only if they are to be sent. */
export async function openTracer({ endpoint, sampler, ratio, version, log }: TracerOptions): Promise<OpenedTracer> {
  if (endpoint === undefined) return { tracer: trace.getTracer(NAME, version), [Symbol.asyncDispose]: async () => {} };
  const [sdk, { OTLPTraceExporter }, resources] = await Promise.all([
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ]);
  const [isByParent, kind] = sampler.startsWith('parentbased_') ? [true, sampler.slice(12)] : [false, sampler];
  const root =
    kind === 'always_off'
      ? new sdk.AlwaysOffSampler()
      : kind === 'traceidratio'
        ? new sdk.TraceIdRatioBasedSampler(ratio)
        : new sdk.AlwaysOnSampler();
  const exporter = new OTLPTraceExporter();
  let quietUntil = 0;
  const report = (error: Error & { code?: unknown }) => {
    if (performance.now() < quietUntil) return;
    quietUntil = performance.now() + LINE_PAUSE_MS;
    // Its message may quote the address.
    log.warn({ code: error.code }, 'spans cannot be sent');
  };
  const reported: SpanExporter = {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        if (result.error) report(result.error);
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
  };
  const own = resources.resourceFromAttributes({ 'service.name': NAME, 'service.version': version });
  const provider = new sdk.TracerProvider({
    sampler: isByParent ? new sdk.ParentBasedSampler({ root }) : root,
    resource: own.merge(resources.detectResources({ detectors: [resources.envDetector] })),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter: reported })],
  });
  return {
    tracer: provider.getTracer(NAME, version),
    async [Symbol.asyncDispose]() {
      await Promise.race([provider.shutdown().catch(report), pause(LAST_SPANS_MS, undefined, { ref: false })]);
    },
  };
}
