import type { Subject } from '../../http/reads/subjects.ts';
import type { HoodListQuery } from './endpoints.ts';
import { valuesIn } from './grammar.ts';

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
  for (const client of valuesIn(conditions[WHOSE] ?? {}) ?? []) yield ['customer', client];
  if (search) yield ['customer', search.text];
  for (const row of rows) {
    const { id, [WHOSE]: client } = Object(row) as Record<string, unknown>;
    if (id) yield ['gdprRequest', String(id)];
    if (client) yield ['customer', String(client)];
  }
}
