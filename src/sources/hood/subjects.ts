import type { Subject } from '../../http/reads/subjects.ts';
import { textOf } from '../exact-values.ts';
import { type HoodListQuery, hoodObject } from './rows.ts';

/** The one collection of Hood's that is about people, and the field that says about whom. */
export const REQUESTS = 'gdpr-requests';
export const WHOSE = 'client_id';

/** Whose data rows of a collection are, and whom the question for them names, also by what is searched. */
export function* subjectsIn(
  collection: string,
  rows: readonly unknown[],
  { conditions = {}, search }: HoodListQuery = {},
): Generator<Subject> {
  if (collection !== REQUESTS) return;
  // Whoever leaves somebody out learns from the number of the others whether there is one.
  const { eq, neq, in: members, notIn } = conditions[WHOSE] ?? {};
  for (const client of [eq, neq, members, notIn].flat()) if (client !== undefined) yield ['customer', client];
  if (search) yield ['customer', search.text];
  for (const row of rows) {
    const { id, [WHOSE]: client, subject_information, requester_information } = Object(row) as Record<string, unknown>;
    const [requestId, clientId] = [textOf(id), textOf(client)];
    if (requestId) yield ['gdprRequest', requestId];
    if (clientId) yield ['customer', clientId];
    yield* addressesOf([subject_information, requester_information]);
  }
}

/** The people whom a request describes, by their e-mail addresses: SOR may know them by these. */
function* addressesOf(people: readonly unknown[]): Generator<Subject> {
  for (const person of people) {
    const email = textOf(hoodObject<{ email?: unknown }>(person)?.email);
    if (email) yield ['customer', email];
  }
}
