import type { LRUCache } from 'lru-cache';
import type { Operation } from '../http/reads/operation.ts';
import type { Hood } from '../sources/hood/hood.ts';
import type { CustomerIdType } from '../sources/sor/profile-rows.ts';
import type { Sor } from '../sources/sor/sor.ts';
import { SorSystems } from '../sources/sor/systems.ts';
import type { AuditTrail } from './audit-trail.ts';
import type { linksOf } from './download-link.ts';
import type { Question } from './live/pollers.ts';
import type { CursorCodec } from './paging/cursor.ts';
import type { PageSizesOf } from './paging/page-sizes.ts';
import type { PersonalKeys } from './personal-keys.ts';
import type { Scope } from './scopes.ts';
import type { Seal } from './signer.ts';
import type { UpstreamState } from './upstream-state.ts';

/** What a resolver may reach, made afresh for every operation; all up to `upstreams` is the process's own. */
export interface Context {
  cursors: CursorCodec;
  /** The largest page that each list of the APIs serves. */
  pageSizes: PageSizesOf;
  /** Which times no row of a collection of Hood lacks, as far as was found out a short while ago. */
  filledTimes: LRUCache<string, true>;
  /** Which SOR customers Hood's `client_id` names, if any. */
  clientIdType: CustomerIdType | undefined;
  /** The most objects that a router may ask for in one operation. */
  maxEntities: number;
  personalKeys: PersonalKeys;
  /** What is known of each API without a call, by its name. */
  upstreams: ReadonlyMap<string, UpstreamState>;
  operation: Operation;
  /** What its caller is allowed. */
  scopes: ReadonlySet<Scope>;
  /** Undefined where no account is kept. */
  audit: AuditTrail | undefined;
  hood: Hood;
  sor: Sor;
  sorSystems: SorSystems;
  /** What a subscription gets, until it ends. */
  follow: <Event>(question: Question<Event>) => AsyncIterable<Event | Error>;
  /** Makes links to files, which its caller opens without credentials. */
  linkTo: ReturnType<typeof linksOf>;
  /** Hides in a link whom its file is about. */
  seal: Seal;
}

/** The same for a part of the operation that reads for itself. */
export function contextOf(operation: Operation, context: Context): Context {
  const sor = context.sor.within(operation);
  return { ...context, operation, hood: context.hood.within(operation), sor, sorSystems: new SorSystems(sor) };
}

/** A value that an operation has once, made when it is first asked for: a loader, or a count. */
export function oncePerOperation<Value extends object, Details extends unknown[]>(
  make: (context: Context, ...details: Details) => Value,
): (context: Context, ...details: Details) => Value {
  const values = new WeakMap<Context, Value>();
  return (context, ...details) => {
    let value = values.get(context);
    if (value === undefined) {
      value = make(context, ...details);
      values.set(context, value);
    }
    return value;
  };
}
