import { setTimeout as pause } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import type { Config } from './config/config.ts';
import type { Context } from './graph/context.ts';
import { linksOf } from './graph/download-link.ts';
import { Pollers, type PollersOptions } from './graph/live/pollers.ts';
import { CursorCodec } from './graph/paging/cursor.ts';
import { pageSizesByResource } from './graph/paging/page-sizes.ts';
import { personalKeys } from './graph/personal-keys.ts';
import type { CallAllowance } from './http/client/call-options.ts';
import { Operation } from './http/reads/operation.ts';
import { fileKeys as fileKeysOf, signerFor } from './keys.ts';
import { trails } from './server/audit/trail.ts';
import { identityOf } from './server/callers.ts';
import { deadlineOf, mustRevalidate } from './server/received-operation.ts';
import { isSubscription } from './server/telemetry/operation-facts.ts';
import { Hood } from './sources/hood/hood.ts';
import { HoodReads } from './sources/hood/row-lookup.ts';
import { openSorReads, Sor } from './sources/sor/sor.ts';
import { SorSystems } from './sources/sor/systems.ts';
import type { Upstreams } from './upstreams.ts';

/** How long a file may take that is made while it is sent. */
const LONGEST_FILE_MS = 60 * 60_000;

/** How long a poll may wait for its turn: a minute's places fall free within that time. */
const LONGEST_POLL_MS = 60_000;

/** What resolvers may reach, and what of that lives as long as the process. */
export function openContexts(
  config: Config,
  upstreams: Upstreams,
  publicUrl: string,
  log: Logger,
  nextMoment: PollersOptions['nextMoment'] = wallClock,
) {
  const linkSigner = signerFor(() => config.SECRET, 'links');
  const fileKeys = fileKeysOf(() => config.SECRET);
  const pageSizes = pageSizesByResource();
  const hoodReads = new HoodReads(upstreams.hood, {
    fields: config.HOOD_FIELDS,
    maxPageSize: config.HOOD_MAX_PAGE_SIZE,
  });
  const sorReads = openSorReads(upstreams.sor, upstreams.sorFeed, {
    maxPageSize: config.SOR_MAX_PAGE_SIZE,
    settleMs: config.SOR_SETTLE_TIME,
  });
  // It is read for all who may not see personal data, each time anew.
  const hood = () =>
    new Hood(hoodReads, new Operation({ deadline: performance.now() + config.REQUEST_DEADLINE, mustRevalidate: true }));
  const processContext = {
    cursors: new CursorCodec(signerFor(() => config.SECRET, 'cursors')),
    pageSizes,
    filledTimes: new LRUCache<string, true>({ max: 64, ttl: 10 * 60 * 1000 }),
    maxEntities: config.MAX_ENTITIES,
    clientIdType: config.HOOD_CLIENT_ID_IS === 'none' ? undefined : config.HOOD_CLIENT_ID_IS,
    personalKeys: personalKeys(hood, pageSizes, config.UNKNOWN_PI === 'mask'),
    upstreams: upstreams.clients,
    seal: fileKeys.seal,
  };
  const auditTo = config.AUDIT ?? (config.AUTH.every((way) => way === 'none') ? undefined : 'stdout');
  const auditSigner = signerFor(() => config.AUDIT_KEY ?? config.SECRET, 'audit');
  const trailOf = auditTo === undefined ? undefined : trails(auditTo, auditSigner, log);

  const contextOf = (request: Request, options: Operation['options'], follow: Context['follow']): Context => {
    const { caller, scopes, claims, validUntil } = identityOf(request);
    const audit = trailOf?.(request);
    const owner = { caller, operation: request, signal: request.signal };
    const operation = new Operation({ ...owner, ...options }, audit?.subjects);
    const sor = new Sor(sorReads, operation);
    return {
      ...{ ...processContext, audit, operation, scopes, sor, follow },
      linkTo: linksOf(publicUrl, linkSigner, { name: caller.name, scopes: [...scopes], claims }, validUntil),
      hood: new Hood(hoodReads, operation),
      sorSystems: new SorSystems(sor),
    };
  };
  return {
    ...{ linkSigner, fileKeys, trailOf },
    /** Ask the APIs for all subscriptions, after everything that somebody waits for. */
    pollers: new Pollers({
      apisFor(signal, serves) {
        const deadline = performance.now() + LONGEST_POLL_MS;
        // A failure is told to all who follow, so that no API's own sentence may be in it.
        const background = { priority: 'background', mustRevalidate: true, hidesReasons: true } as const;
        const operation = new Operation({ signal, deadline, serves, ...background });
        return { hood: new Hood(hoodReads, operation), sor: new Sor(sorReads, operation) };
      },
      leftAt(api) {
        const { left, limit } = upstreams.clients.get(api)?.budget?.room.minute ?? { left: 1, limit: 1 };
        return left / limit;
      },
      nextMoment,
    }),
    /** That of an operation of whoever sends a request. Outside of subscriptions nothing is followed. */
    ofOperation: (request: Request, follow = nothing, signal = request.signal): Context =>
      contextOf(
        request,
        {
          signal,
          deadline: deadlineOf(request, config.REQUEST_DEADLINE),
          mustRevalidate: mustRevalidate(request),
          allowance: callAllowance(config.MAX_CALLS),
          hidesReasons: !identityOf(request).scopes.has('pii:read'),
          priority: isSubscription(request) ? 'background' : 'interactive',
        },
        follow,
      ),
    /** That of a file. Its calls wait for those of operations: for long if `isSentMeanwhile`, as it is read already. */
    ofFile: (request: Request, isSentMeanwhile: boolean): Context => {
      const deadline = isSentMeanwhile ? performance.now() + LONGEST_FILE_MS : undefined;
      return contextOf(request, { deadline, priority: 'background', mustRevalidate: true }, nothing);
    },
  };
}

/** An allowance of so many calls; retries, log-ins and taking refused lists apart need none of them. */
function callAllowance(limit: number): CallAllowance {
  let left = limit;
  return { limit, take: () => left > 0 && left-- > 0 };
}

const nothing: Context['follow'] = () => {
  throw new Error('Only subscriptions follow anything.');
};

const wallClock: PollersOptions['nextMoment'] = (everyMs, signal) =>
  pause(everyMs - (Date.now() % everyMs), undefined, { signal, ref: false });
