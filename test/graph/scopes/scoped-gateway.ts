import { SCOPES, type Scope } from '../../../src/graph/scopes.ts';
import type { Fault } from '../../../src/sandbox/faults.ts';
import type { SeenCall } from '../../../src/sandbox/server.ts';
import { type Gateway, type GatewayOptions, startGateway } from '../../support/gateway.ts';

const GATEWAY_SECRET = 'sixteen-letters-and-more';

/** A gateway to real data as far as it knows, whose callers have these scopes alone. */
export async function startScoped(scopes: readonly Scope[], options: GatewayOptions = {}): Promise<Gateway> {
  const env = { AUTH: 'secret', GATEWAY_SECRET, GATEWAY_SCOPES: scopes.join(), ...options.env };
  const gateway = await startGateway({ ...options, env });
  gateway.sor.api.dials.fault = imports;
  return {
    ...gateway,
    query: (query, variables, headers) =>
      gateway.query(query, variables, { 'x-gateway-secret': GATEWAY_SECRET, ...headers }),
  };
}

/** All scopes but these. */
export function without(...missing: readonly Scope[]): Scope[] {
  return SCOPES.filter((scope) => !missing.includes(scope));
}

/** The calls that both APIs saw since this was last asked. */
export function callsOf(gateway: Gateway): string[] {
  return [...gateway.hoodCalls(), ...gateway.sorCalls()];
}

/** An import with an error, which the stand-in would forget with the week. */
const IMPORTS: Record<string, unknown> = {
  '/api/attribute_values/import_jobs': { import_1: '2019-01-02 11:12:13' },
  '/api/attribute_values/import_errors': {
    attribute_errors: [
      {
        job_id: 'import_1',
        customer_id: 'Bob',
        key: 'age',
        sor: 'SOR_767yUpsMJoTWi0mz',
        message: 'markpii is too old',
        raw: '{"age":"markpii"}',
      },
    ],
  },
};

/** Answers for what the stand-in has none. */
export function imports({ line }: SeenCall): Fault | undefined {
  const result = IMPORTS[line.replace(/^GET |\?.*/g, '')];
  return result === undefined ? undefined : { kind: 'body', body: { success: true, result } };
}
