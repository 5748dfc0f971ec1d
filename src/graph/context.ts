import type { KeyObject } from 'node:crypto';
import type { CallOptions } from '../http/client/call-options.ts';
import type { Hood } from '../sources/hood/hood.ts';
import type { HoodProperties } from '../sources/hood/properties.ts';
import type { HoodRows } from '../sources/hood/rows.ts';
import type { CustomerIdType } from '../sources/sor/profile-rows.ts';
import type { Sor } from '../sources/sor/sor.ts';
import type { SorSystems } from '../sources/sor/systems.ts';
import type { CursorCodec } from './paging/cursor.ts';
import type { PageMaximums } from './paging/page-maximum.ts';

/** What lives as long as the process and is the same for every operation. */
export interface ProcessContext {
  cursors: CursorCodec;
  /** The largest page that each list of the APIs serves. */
  pageMaximums: PageMaximums;
  /** Which SOR customers Hood's `client_id` names, if any. */
  clientIdType: CustomerIdType | undefined;
  /** Whether callers may see the keys that let anybody write into a system of record. */
  showsApiKeys: boolean;
  /** The most objects that a router may ask for in one operation. */
  maxEntities: number;
  /** Signs links that must work without credentials. */
  linkKey: KeyObject;
}

/** What a resolver may reach, made afresh for every operation. */
export interface Context extends ProcessContext {
  /** How long the operation waits; a mutation believes nothing that was read before it. */
  callOptions: CallOptions & { mustRevalidate: boolean };
  hood: Hood;
  /** Hood's rows by their ids. */
  hoodRows: HoodRows;
  /** Hood's profile properties by their keys. */
  hoodProperties: HoodProperties;
  sor: Sor;
  sorSystems: SorSystems;
  /** Where clients reach this gateway, without a trailing slash. */
  publicUrl: string;
}
