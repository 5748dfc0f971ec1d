import { person } from '../../../../src/sandbox/people.ts';
import { type Gateway, type GatewayOptions, startGateway } from '../../../support/gateway.ts';

/** The client id of the `n`-th person. */
export const idOf = (n: number) => person(n).clientId;

/** A gateway that knows these people, each with as many requests as the function says. */
export async function withRequests(
  people: number,
  requestsOf: (n: number) => number,
  options: GatewayOptions = {},
): Promise<Gateway> {
  const gateway = await startGateway({
    ...options,
    sor: { profiles: people * 3, samples: false, ...options.sor },
  });
  const rows = Array.from({ length: people }, (_, n) =>
    Array.from({ length: requestsOf(n) }, (_, request) => ({
      id: `${n}-${request}`,
      client_id: idOf(n),
      status: request % 2 === 0 ? 'pending' : 'denied',
      create_time: `2025-01-${String(10 + request).padStart(2, '0')} 00:00:00`,
    })),
  ).flat();
  gateway.hood.replace('gdprRequests', rows);
  return gateway;
}

/** Asks for the first people's requests, by one lookup of their profiles. */
export const ofPeople = (people: number, selection: string) =>
  `{ customerProfiles(filter: { customerIds: ${JSON.stringify(Array.from({ length: people }, (_, n) => idOf(n)))} }, first: 100) {
    nodes { customerId ${selection} }
  } }`;

/** A profile as `ofPeople` finds it, with the fields that the tests select. */
export interface Node {
  customerId: string;
  gdprRequests: { totalCount: number; nodes: { hoodId: string; clientId: string }[] };
}
