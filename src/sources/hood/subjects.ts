import type { Subject } from '../../http/reads/subjects.ts';

/** The one collection of Hood's that is about people, and the field that says about whom. */
export const REQUESTS = 'gdpr-requests';
export const WHOSE = 'client_id';

/** Whose data rows of a collection are. */
export function* subjectsIn(collection: string, rows: readonly unknown[]): Generator<Subject> {
  if (collection !== REQUESTS) return;
  for (const row of rows) {
    const { id, [WHOSE]: client } = Object(row) as Record<string, unknown>;
    if (id) yield ['gdprRequest', String(id)];
    if (client) yield ['customer', String(client)];
  }
}
