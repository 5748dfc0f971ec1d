import type { RequestListener } from 'node:http';
import { mapSchema } from '@graphql-tools/utils';
import type { ExecutionArgs } from 'graphql';
import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import type { Logger } from 'pino';
import manifest from '../package.json' with { type: 'json' };
import { startTable } from './config/accounts.ts';
import { type Config, publicUrlOf } from './config/config.ts';
import { openContexts } from './contexts.ts';
import { executePlanned } from './execution/execute-planned.ts';
import { PlanCache } from './execution/plan.ts';
import type { Context } from './graph/context.ts';
import { mistakesOf } from './graph/cost/estimate.ts';
import { visibleError } from './graph/errors.ts';
import type { PollersOptions } from './graph/live/pollers.ts';
import { permittedSchema } from './graph/permitted-schema.ts';
import { schema } from './graph/schema.ts';
import { everyField } from './graph/selection.ts';
import { subjectFile } from './graph/subject/file.ts';
import { answerLimits, useAnswers } from './server/answers.ts';
import { tooManyArguments } from './server/argument-limits.ts';
import { audited } from './server/audit/trail.ts';
import { useCallers } from './server/callers.ts';
import { clientIntrospection } from './server/client-introspection.ts';
import { useDocumentMistakes } from './server/documents.ts';
import { useDownloads } from './server/downloads.ts';
import { allowedHosts, frontDoor, type ServerContext, useEndpoints } from './server/front-door.ts';
import { useFrontPage } from './server/front-page.ts';
import { graphiqlEndpoints } from './server/graphiql/graphiql.ts';
import { addIncrementalDirectives, chooseDelivery } from './server/incremental.ts';
import { useLoadShedding } from './server/load-shedding.ts';
import { memoryPressure } from './server/memory-pressure.ts';
import { ID_NAMES, usePersistedQueries, useTrustedDocuments } from './server/named-documents.ts';
import { withHooksTogether } from './server/one-plugin.ts';
import type { Readiness } from './server/overview.ts';
import { pageOrigins } from './server/page-origins.ts';
import { useReceivedOperation } from './server/received-operation.ts';
import { openSubscriptions } from './server/subscriptions.ts';
import { metricsEndpoint } from './server/telemetry/metrics.ts';
import type { Telemetry } from './server/telemetry/telemetry.ts';
import { useUploads } from './server/uploads.ts';
import { useUpstreamCost } from './server/upstream-cost.ts';
import type { Upstreams } from './upstreams.ts';

export interface AppOptions {
  config: Config;
  upstreams: Upstreams;
  log: Logger;
  /** That of the upstreams. */
  telemetry: Telemetry;
  /** Plugins of whoever runs it, after all others. */
  plugins?: readonly Plugin[];
  /** Aborted when the process is to stop: requests are still served, but not welcome, and subscriptions end. */
  stopping?: AbortSignal;
  /** As of `Pollers`; by the wall clock unless set. */
  nextMoment?: PollersOptions['nextMoment'];
}

/** A listener of `HttpServer`. It opens no port: `fetch` serves a request as the network would, behind the front door. */
export interface App extends RequestListener, AsyncDisposable {
  fetch: YogaServerInstance<ServerContext, Context>['fetch'];
}

/** The gateway as a request handler. */
export function createApp({ config, upstreams, log, telemetry, plugins = [], ...options }: AppOptions): App {
  const { stopping = new AbortController().signal, nextMoment } = options;
  // Plugins may wrap the resolvers of the schema that Yoga has: then this gateway has one of its own, from which those
  // of callers are made once they have done so.
  const served = plugins.length > 0 ? mapSchema(schema) : schema;
  // By the schema that Yoga has nothing that needs a scope is permitted.
  const permit = (args: ExecutionArgs) => {
    args.schema = permittedSchema(served, (args.contextValue as Context).scopes);
  };
  const publicUrl = publicUrlOf(config);
  const origins = pageOrigins(config, publicUrl, log);
  const contexts = openContexts(config, upstreams, publicUrl, log, nextMoment);
  const { fileKeys, pollers } = contexts;
  const callers = useCallers(config, log);
  const isSandbox = config.UPSTREAM === 'sandbox';
  const apis = startTable(config).filter(({ mode }) => mode !== 'not configured');
  const limits = answerLimits(config);
  const suggestsNames = config.INTROSPECTION === 'on';
  const report = (cause: unknown, errorId?: string) => log.error({ errorId, stack: stackOf(cause) }, 'internal error');
  const visible = (error: unknown) => visibleError(error, report);

  const introspected = suggestsNames ? clientIntrospection(schema) : () => undefined;
  const cost = useUpstreamCost(config.MAX_CALLS, upstreams.clients);
  const plans = new PlanCache();
  // They are one, as Yoga takes a while between two.
  const execution: Plugin<Context> = {
    onSchemaChange: addIncrementalDirectives,
    onExecute({ args, executeFn, setExecuteFn, setResultAndStopExecution }) {
      permit(args);
      const refused = tooManyArguments(args) ?? cost.check(args);
      if (refused) return setResultAndStopExecution(refused);
      chooseDelivery(args);
      args.schema = introspected(args) ?? args.schema;
      setExecuteFn((args) => {
        const { audit, operation } = args.contextValue;
        const { deadline, signal } = operation.options;
        const ownLimits = { ...limits, hideSuggestions: !suggestsNames, deadline, signal };
        // What has no plan goes to Yoga's own executor.
        const answer = executePlanned(plans, args, ownLimits, mistakesOf(args.contextValue)) ?? executeFn(args);
        return audit ? audited(audit, answer) : answer;
      });
    },
    onSubscribe({ args, setSubscribeFn, setResultAndStopExecution }) {
      permit(args);
      setSubscribeFn(subscriptions.subscribe);
      const refused = cost.check(args);
      return refused ? setResultAndStopExecution(refused) : args.contextValue.audit?.begin();
    },
  };

  const subscriptions = openSubscriptions(config.MAX_SUBSCRIPTIONS, stopping, () => yoga);
  telemetry.metrics.watch(config, manifest.version, upstreams, () => subscriptions.size);
  const shedding = useLoadShedding(config.MAX_OPERATIONS, memoryPressure(config.MAX_MEMORY), subscriptions.endAll);
  // It calls no API: probes must not spend the budget.
  const readiness = (): Readiness => ({
    status: stopping.aborted ? 'draining' : shedding.isShedding() ? 'shedding' : 'ready',
    degraded: upstreams.degradations(),
  });

  const yoga: YogaServerInstance<ServerContext, Context> = createYoga({
    schema: plugins.length > 0 ? served : permittedSchema(schema, new Set()),
    context: ({ request, leaving }) => {
      const follow: Context['follow'] = (question) => pollers.follow(question, subscriptions.endOf(request), request);
      return contexts.ofOperation(request, follow, leaving);
    },
    maskedErrors: { errorMessage: '', maskError: visible },
    cors: origins.cors,
    parserAndValidationCache: false,
    extraParamNames: config.TRUSTED_DOCUMENTS ? ID_NAMES : [],
    multipart: false,
    maxRequestBodySize: false,
    graphiql: false,
    landingPage: false,
    logging: false,
    plugins: [
      ...withHooksTogether([
        telemetry.plugin,
        useReceivedOperation(config.MAX_BODY, config.REQUEST_DEADLINE),
        execution,
        cost,
        useAnswers(config, origins.areAnyAllowed, visible),
        callers,
        useEndpoints({
          ...(config.GRAPHIQL === 'on' && graphiqlEndpoints({ isSandbox, apis, ways: config.AUTH })),
          '/caller': callers.endpoint,
          '/ready': (_request, { Response }) => {
            const body = readiness();
            return Response.json(body, { status: body.status === 'ready' ? 200 : 503 });
          },
          '/metrics': metricsEndpoint(telemetry.metrics, config),
          // The public keys (RFC 7517) that check the signatures of files.
          '/.well-known/jwks.json': (_request, { Response }) => Response.json(fileKeys.jwks()),
        }),
        shedding,
        useDownloads(contexts, callers.stillGranted, (names, context) =>
          subjectFile(names, context, everyField(schema, 'GdprRequest'), fileKeys.sign),
        ),
        origins.csrfPrevention,
        useUploads(config.MAX_BODY, config.CLIENT_TIMEOUT),
        config.TRUSTED_DOCUMENTS ? useTrustedDocuments(config) : {},
        usePersistedQueries(),
        useDocumentMistakes(config.MAX_TOKENS, suggestsNames),
      ]),
      ...plugins,
      useFrontPage(config, upstreams.clients, readiness, callers.identify),
    ],
  });
  // No page can know a credential, so that where one is asked for any name will do: a proxy may have its own.
  const isOurs = config.AUTH.includes('none')
    ? allowedHosts(publicUrl, config.ALLOWED_HOSTS, log, () => telemetry.metrics.refused('host'))
    : () => true;
  return Object.assign(frontDoor(yoga, isOurs, report), {
    fetch: yoga.fetch,
    // Plugins may have reports to send.
    [Symbol.asyncDispose]: async () => {
      subscriptions.endAll();
      await yoga.dispose();
    },
  });
}

/** Where it happened, without the message: that may quote somebody's data. */
function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const frames = error.stack?.replace(error.message, '').match(/^\s+at .*$/gm) ?? [];
  return [error.name, ...frames].join('\n');
}
