import { expect } from 'vitest';
import type { CorpusOperation } from '../corpus/corpus.ts';
import { gatewayFor, send } from '../corpus/sending.ts';
import type { Served } from './router-programs.ts';
import type { Supergraph } from './supergraph.ts';

/** What an operation comes to, for whoever sent it and for the APIs. */
export interface Outcome {
  data: unknown;
  errors: unknown[];
  calls: string[];
}

/** Sends an operation to a router, or straight to the gateway, whose stand-ins are new. */
export async function outcomeOf(
  operation: CorpusOperation,
  supergraph: Supergraph,
  { origin }: Served,
): Promise<Outcome> {
  await using gateway = await gatewayFor(operation);
  supergraph.gateway = gateway;
  const { data = null, errors = [] } = await send(operation, origin);
  const seen = errors.map(({ message, path = [], extensions }) => {
    // A router says whose error it is, and has no extensions for its own.
    const { serviceName: _router, ...own } = extensions ?? {};
    return { message, path: path.join('.'), extensions: own };
  });
  return {
    data,
    errors: seen.toSorted((one, other) => (one.path < other.path ? -1 : 1)),
    calls: [...gateway.hoodCalls(), ...gateway.sorCalls()].sort(),
  };
}

/** What must come out again, given what came out twice: where the two differ, chance decides, and only the kind counts. */
export function repeatable(one: unknown, other: unknown): unknown {
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.map((item, index) => repeatable(item, other[index]));
  }
  if (typeof one === 'object' && typeof other === 'object' && one !== null && other !== null) {
    return Object.fromEntries(
      Object.entries(one).map(([key, value]) => [key, repeatable(value, (other as Record<string, unknown>)[key])]),
    );
  }
  return one === other ? one : expect.any(Object(one).constructor);
}
