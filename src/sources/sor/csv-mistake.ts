/** One reason why a file cannot be imported: a sentence for the sender, and its kind. */
export interface CsvIssue {
  code: 'DISABLED' | 'INVALID' | 'UNKNOWN_KEY';
  message: string;
}

/** Why a file cannot be imported. */
export class CsvMistake extends Error {
  override readonly name = 'CsvMistake';
  readonly issues: readonly CsvIssue[];

  constructor(issues: string | readonly CsvIssue[]) {
    const all = typeof issues === 'string' ? [{ code: 'INVALID', message: issues } as const] : issues;
    super(all[0]?.message);
    this.issues = all;
  }
}
