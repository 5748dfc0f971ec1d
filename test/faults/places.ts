import type { Fault } from '../../src/sandbox/faults.ts';
import { person } from '../../src/sandbox/people.ts';
import type { SeenCall } from '../../src/sandbox/server.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import type { Case } from './cases.ts';

/** A part of what the gateway calls that fails while the rest does not; the name that cases have for it. */
export type Place = Exclude<keyof Case, 'isSaid' | 'query'>;

/** What a case's query asks of the System of Record first, for which other things are then looked up. */
const FIRST_READS = /^GET \/api\/(?:customer_profiles|attribute_values\/import_jobs)\b/;

/** The stand-in forgets its imports with the week; these stay. */
const IMPORTS: Record<string, unknown> = {
  'GET /api/attribute_values/import_jobs': { import_1: '2019-01-02 11:12:13' },
  'GET /api/attribute_values/import_errors': {
    attribute_errors: [{ job_id: 'import_1', customer_id: 'Bob', key: 'age', sor: 'SOR_767yUpsMJoTWi0mz' }],
  },
};

function imports({ line }: SeenCall): Fault | undefined {
  const result = IMPORTS[line.replace(/\?.*/, '')];
  return result === undefined ? undefined : { kind: 'body', body: { success: true, result } };
}

/** A gateway in front of the same data each time, which remembers nothing of what it has read. */
export async function startHealthy(env: Record<string, string> = {}): Promise<Gateway> {
  const gateway = await startGateway({
    env: { CACHE: 'off', ...env },
    hood: { rows: 30 },
    sor: { profiles: 60 },
  });
  gateway.hood.replace(
    'gdprRequests',
    [1, 2, 3].map((n) => ({
      id: String(n),
      status: 'pending',
      client_id: person(n).clientId,
      subject_information: { email: person(n).email },
    })),
  );
  gateway.sor.api.dials.fault = imports;
  return gateway;
}

/** The same with a place that fails. `refused` has no fault of the stand-ins: there is nobody to answer. */
export async function startFailing(place: Place, fault: Fault | 'refused'): Promise<Gateway> {
  if (fault === 'refused') {
    return startHealthy({ [place === 'hood' ? 'HOOD_URL' : 'SOR_URL']: 'http://127.0.0.1:1' });
  }
  const gateway = await startHealthy();
  const strikes = place === 'sorLookups' ? ({ line }: SeenCall) => !FIRST_READS.test(line) : () => true;
  if (place === 'hood') gateway.hood.dials.fault = () => fault;
  else gateway.sor.api.dials.fault = (call) => (strikes(call) ? fault : imports(call));
  return gateway;
}
