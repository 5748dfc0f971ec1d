import { type Tracer, trace } from '@opentelemetry/api';

/** The settings of OpenTelemetry that its packages leave to their caller; they read the others by themselves. */
export interface TracerOptions {
  /** Where spans go (`OTEL_EXPORTER_OTLP_ENDPOINT`); when unset, to whatever was loaded into the process for them. */
  endpoint: string | undefined;
  sampler: string;
  /** Between 0 and 1, for a sampler that takes a part of all traces. */
  ratio: number;
  version: string;
}

const NAME = 'hood-sor-gateway';

/** Makes spans until it is disposed of, which sends the last ones. */
export interface OpenedTracer extends AsyncDisposable {
  readonly tracer: Tracer;
}

/** Loads what sends spans only if they are to be sent. */
export async function openTracer({ endpoint, sampler, ratio, version }: TracerOptions): Promise<OpenedTracer> {
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
  const own = resources.resourceFromAttributes({ 'service.name': NAME, 'service.version': version });
  const provider = new sdk.TracerProvider({
    sampler: isByParent ? new sdk.ParentBasedSampler({ root }) : root,
    resource: own.merge(resources.detectResources({ detectors: [resources.envDetector] })),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
  });
  return { tracer: provider.getTracer(NAME, version), [Symbol.asyncDispose]: () => provider.shutdown() };
}
