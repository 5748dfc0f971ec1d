import { LRUCache } from 'lru-cache';
import type { Config } from './config/config.ts';
import { fileKeys as fileKeysOf } from './file-keys.ts';
import type { Context } from './graph/context.ts';
import { linksOf } from './graph/download-link.ts';
import { CursorCodec } from './graph/paging/cursor.ts';
import { pageSizesByResource } from './graph/paging/page-sizes.ts';
import { PersonalKeys } from './graph/personal-keys.ts';
import { Operation } from './http/reads/operation.ts';
import { signerFor } from './keys.ts';
import { identityOf, linkHolder } from './server/callers.ts';
import { Hood } from './sources/hood/hood.ts';
import { HoodReads } from './sources/hood/hood-reads.ts';
import { Sor, SorReads } from './sources/sor/sor.ts';
import { SorSystems } from './sources/sor/systems.ts';
import type { Upstreams } from './upstreams.ts';

export type Contexts = ReturnType<typeof openContexts>;

/** What resolvers may reach, and what of that lives as long as the process. */
export function openContexts(config: Config, upstreams: Upstreams, publicUrl: string) {
  const linkSigner = signerFor(() => config.SECRET, 'links');
  const fileKeys = fileKeysOf(() => config.SECRET);
  const pageSizes = pageSizesByResource();
  const hoodReads = new HoodReads(upstreams.hood, {
    fields: config.HOOD_FIELDS,
    maxPageSize: config.HOOD_MAX_PAGE_SIZE,
  });
  const sorReads = new SorReads(upstreams.sor, upstreams.sorFeed, {
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
    personalKeys: new PersonalKeys({ hood, pageSizes, masksUnknown: config.UNKNOWN_PI === 'mask' }),
    upstreams: upstreams.clients,
    seal: fileKeys.seal,
  };
  return {
    ...{ hoodReads, sorReads, linkSigner, fileKeys },
    /** That of an operation of whoever sends a request. Outside operations nothing is followed. */
    of(request: Request, operation: Operation, { audit, follow = nothing }: Partial<Context> = {}): Context {
      const identity = identityOf(request);
      const sor = new Sor(sorReads, operation);
      return {
        ...{ ...processContext, audit, operation, scopes: identity.scopes, sor, follow },
        linkTo: linksOf(publicUrl, linkSigner, linkHolder(identity), identity.validUntil),
        hood: new Hood(hoodReads, operation),
        sorSystems: new SorSystems(sor),
      };
    },
  };
}

const nothing: Context['follow'] = () => {
  throw new Error('Only subscriptions follow anything.');
};
