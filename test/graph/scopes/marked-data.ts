import type { Scope } from '../../../src/graph/scopes.ts';
import type { Fault } from '../../../src/sandbox/faults.ts';
import type { SeenCall } from '../../../src/sandbox/server.ts';
import type { Gateway } from '../../support/gateway.ts';
import { imports } from './scoped-gateway.ts';

/** A system with values. */
export const SYSTEM = 'SOR_XXXX';

/** Those of customers, and of the request of each. */
export const IDS = [0, 1, 2, 3].map((n) => `${5_550_000 + n}`);

/** What stands in the APIs, and no answer may have without the scope. Links are known by their paths. */
export const MARKS: Readonly<Partial<Record<Scope, RegExp>>> = {
  'pii:read': /markpii/,
  'gdpr:read': /markgdpr/,
  'secrets:read': /marksecret/,
  'exports:read': /\/(?:profile-)?exports\/[^/]+\/download/,
};

/** What an API says of a call that it refuses now and then. */
function refusals(share: number): (call: SeenCall) => Fault | undefined {
  let calls = 0;
  return ({ line }) => {
    calls += 1;
    if (share === 0 || calls % share > 0 || line.includes('profile-properties')) return undefined;
    const mark = line.includes('gdpr-requests') ? 'markgdpr' : 'markpii';
    const said = `it is about ${mark}`;
    return {
      kind: 'status',
      status: 400,
      body: { title: said, message: said, result: { error: said }, success: false },
    };
  };
}

/** Marks all that needs a scope; of calls that are refused, one in `share` is, if any. */
export function fill({ hood, sor }: Gateway, share = 0): void {
  const person = { full_name: 'markpii', email: 'markpii@example.com', phone_number: 'markpii', address: 'markpii' };
  const declaration = { data_holder_name: 'markpii', date: 'markpii', signature: 'markpii' };
  hood.replace('profileProperties', [
    { id: '1', label: 'languages', pi_data: 1 },
    { id: '2', label: 'contract_type', pi_data: 0 },
  ]);
  hood.replace(
    'gdprRequests',
    IDS.map((id) => ({
      ...{ id, client_id: id, status: 'denied', rejection_reason: 'markgdpr', additional_information: 'markpii' },
      ...{ information_to_remove: 'markpii', proof_of_identity: 'https://example.com/markpii' },
      proof_of_address: 'https://example.com/markpii',
      ...{ subject_information: person, requester_information: person, request_declaration: declaration },
    })),
  );
  hood.replace('exports', [{ id: '5550000', name: 'a', status: 'ready', expire_time: null }]);
  sor.insertSystems([{ identifier: 'SOR_marked', name: 'Marked', type: 'custom', apiKeys: ['marksecret'] }]);
  const value = (text: string | string[]) => ({ value: text, since: Date.parse('2021-01-01T00:00:00Z') });
  sor.insertProfiles(
    IDS.map((customerId) => ({
      customerId,
      updated: Date.parse('2021-01-01T00:00:00Z'),
      values: {
        SOR_id3nt1f13r: {
          first_name: value('markpii'),
          last_name: value('markpii'),
          email: value('markpii'),
          city: value('markpii'),
        },
        [SYSTEM]: { languages: value(['markpii', 'b']), contract_type: value('open') },
      },
    })),
  );
  const refuse = refusals(share);
  hood.dials.fault = refuse;
  sor.api.dials.fault = (call) => refuse(call) ?? imports(call);
}
