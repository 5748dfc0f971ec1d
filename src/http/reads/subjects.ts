/** What personal data is about, by its id at the API: a person, a request of theirs, a system whose keys were shown, a file. */
export type Subject = readonly [kind: 'customer' | 'gdprRequest' | 'systemOfRecord' | 'export', id: string];

/** Takes down whose data an operation has read, or asked for by name. */
export interface Subjects {
  add(subjects: Iterable<Subject>): void;
}
