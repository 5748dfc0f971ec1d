import type { FedSystem } from '../../sources/sor/feed.ts';
import type { Context } from '../context.ts';
import type { InputIssue } from '../user-errors.ts';

/** A system to write to, by its identifier or `global`, out of the list; undefined for the reasons in `issues`. */
export async function systemForWriting(name: string, { sorSystems }: Context) {
  const row = await sorSystems.findInList(name);
  const apiKey = [row?.api_keys].flat().find((key): key is string => typeof key === 'string' && key !== '');
  const mistake = mistakeIn();
  const system: FedSystem | undefined = row && apiKey && !mistake ? { identifier: row.identifier, apiKey } : undefined;
  return {
    system,
    attributes: row ? await sorSystems.attributesOf(row) : undefined,
    issues: mistake ? [{ path: ['systemOfRecord'], ...mistake }] : [],
  };

  function mistakeIn(): Omit<InputIssue, 'path'> | undefined {
    if (!row) return { code: 'UNKNOWN_ID', message: 'Expected the identifier of a system of record that exists.' };
    if (row.disabled) return { code: 'DISABLED', message: 'Expected a system of record that is not disabled.' };
    const message = 'Expected a system of record that has an API key: values can be written with one only.';
    return apiKey ? undefined : { code: 'INVALID', message };
  }
}
