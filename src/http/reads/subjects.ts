/** What personal data is about: a person, a request of theirs, a system whose keys were shown, a file. */
export type SubjectKind = 'customer' | 'gdprRequest' | 'systemOfRecord' | 'export';

/** One of them, by its id at the API. */
export type Subject = readonly [SubjectKind, string];

/** Whose data an operation has read, or asked for by name, by kind. */
export class Subjects {
  #ids = new Map<SubjectKind, Set<string>>();

  constructor(subjects: Iterable<Subject> = []) {
    this.add(subjects);
  }

  add(subjects: Iterable<Subject>): void {
    for (const [kind, id] of subjects) {
      const ids = this.#ids.get(kind);
      if (ids) ids.add(id);
      else this.#ids.set(kind, new Set([id]));
    }
  }

  /** All that came since it was last asked. */
  take(): ReadonlyMap<SubjectKind, ReadonlySet<string>> {
    const taken = this.#ids;
    this.#ids = new Map();
    return taken;
  }
}
