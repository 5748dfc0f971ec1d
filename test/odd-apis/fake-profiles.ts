import type { Fault } from '../../src/sandbox/faults.ts';
import type { Gateway } from '../support/gateway.ts';
import { type Asked, answering, listed, pageOf, sorResult } from './asked.ts';

/** A profile as the System of Record prints it; only what the global system knows. */
export interface FakeProfile {
  customer_id: unknown;
  customer_id_type: 'user_id' | 'device_id';
  attributes: Record<string, Record<string, unknown>>;
  applications: [];
}

export interface FakeProfiles {
  /** By customer id what is known of them; nobody else exists. */
  people: Readonly<Record<string, Record<string, unknown>>>;
  /** Whether a profile without any of the keys that are asked for is left out, or without any of the systems. */
  leavesOut?: boolean | 'by systems';
  /** Customers because of whom a whole list is refused. */
  refused?: readonly string[];
  /** How those that were found are answered with; an honest page of them by default. */
  answer?: (found: FakeProfile[], asked: Asked) => Fault;
}

export function fakeProfile(customerId: unknown, global: Record<string, unknown> = {}): FakeProfile {
  return {
    customer_id: customerId,
    customer_id_type: 'user_id',
    attributes: { global },
    applications: [],
  };
}

/** Customers who all have a first name, the name of their id. */
export function named(ids: readonly string[]): FakeProfiles['people'] {
  return Object.fromEntries(ids.map((id) => [id, { first_name: `name of ${id}` }]));
}

/** From here on the System of Record has these customers only, and answers for them in its own way. */
export function serveProfiles({ sor }: Pick<Gateway, 'sor'>, options: FakeProfiles): void {
  const { people, leavesOut = false, refused = [], answer = honestPage } = options;
  answering(sor.api, (asked) => {
    if (asked.path !== '/api/customer_profiles') return undefined;
    const ids = asked.query.has('customer_ids') ? listed(asked, 'customer_ids') : Object.keys(people);
    if (ids.some((id) => refused.includes(id))) return { kind: 'status', status: 400 };
    const keys = asked.query.has('attribute_keys') ? listed(asked, 'attribute_keys') : undefined;
    const found = ids
      .filter((id) => Object.hasOwn(people, id))
      .map((id) => {
        const known = Object.entries(people[id] ?? {}).filter(([key]) => keys?.includes(key) ?? true);
        return fakeProfile(id, Object.fromEntries(known));
      });
    const systems = asked.query.has('sor_identifiers') ? listed(asked, 'sor_identifiers') : undefined;
    const isListed = ({ customer_id, attributes }: FakeProfile) => {
      if (leavesOut === 'by systems') return systems === undefined || systems.includes(`SOR_${customer_id}`);
      return !leavesOut || keys === undefined || Object.keys(attributes['global'] ?? {}).length > 0;
    };
    return answer(found.filter(isListed), asked);
  });
}

function honestPage(found: FakeProfile[], asked: Asked): Fault {
  const profiles = pageOf(found, asked);
  const total_pages = Math.ceil(found.length / asked.size);
  return sorResult({ total_profiles: found.length, total_pages, profiles });
}
