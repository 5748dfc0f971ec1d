import { LRUCache } from 'lru-cache';
import { isRow } from './answers.ts';
import { REQUESTS, WHOSE } from './subjects.ts';

/** What rows of requests say of whom they are about. */
const PEOPLE = [WHOSE, 'requester_information', 'subject_information'] as const;

type Said = Partial<Record<(typeof PEOPLE)[number], unknown>>;

/** As long as any answer may be kept, in milliseconds. */
const KEPT_MS = 60 * 60_000;

/** Whom requests are about, as far as rows have said that came by: so nothing is read to find out. */
export class KnownPeople {
  readonly #said = new LRUCache<string, Said>({ max: 10_000, ttl: KEPT_MS });

  /** Takes down what rows of a collection say of people. */
  learn(collection: string, rows: readonly unknown[]): void {
    if (collection !== REQUESTS) return;
    for (const row of rows) {
      if (!isRow(row)) continue;
      const id = String(row.id);
      // Mostly it says what is known: every list that is read comes by here, so nothing is moved.
      const said = this.#said.peek(id);
      const news = PEOPLE.filter((name) => name in row && (row as Said)[name] !== said?.[name]);
      if (news.length === 0) continue;
      this.#said.set(id, { ...said, ...Object.fromEntries(news.map((name) => [name, (row as Said)[name]])) });
    }
  }

  /** The ids that the System of Record may know them by: the client id and e-mails; undefined unless all are known. */
  of(requestId: string): string[] | undefined {
    const said = this.#said.get(requestId);
    if (!said || PEOPLE.some((name) => !(name in said))) return undefined;
    const { [WHOSE]: client, requester_information, subject_information } = said;
    const emails = [requester_information, subject_information].map((person) => Object(person).email as unknown);
    return [client, ...emails].filter((id) => id !== null && id !== undefined).map(String);
  }
}
