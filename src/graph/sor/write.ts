import { isSegment } from '../../http/client/path.ts';
import { idOf, mistake } from '../input-checks.ts';
import type { InputFields } from '../mutation.ts';

/** The input field that names a system of record. */
export function systemInput(t: InputFields) {
  return t.id({ idOf: 'SystemOfRecord', required: true, description: 'The system’s id in the API, or `global`.' });
}

/** The identifier of what is to be changed, an object of that type. */
export function identifierOf(typeName: string) {
  const unknown = mistake('UNKNOWN_ID', 'Expected an identifier that the System of Record gave out.');
  return idOf(typeName).refine(isSegment, unknown);
}

/** What was created, when the API did not say which of those that look like it that is; null if there are several. */
export function onlyOne<Row>(rows: readonly Row[]): Row | null {
  const [only, ...others] = rows;
  return only !== undefined && others.length === 0 ? only : null;
}
