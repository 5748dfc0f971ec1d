import type { FedSystem } from '../../sources/sor/feed.ts';
import type { SystemRow } from '../../sources/sor/systems.ts';
import type { Context } from '../context.ts';
import type { InputIssue } from '../user-errors.ts';

/** A system to write to, by its identifier or `global`, out of the list; undefined for the reasons in `issues`. */
export async function systemForWriting(name: string, { sorSystems }: Context) {
  const row = await sorSystems.findInList(name);
  const apiKey = [row?.api_keys].flat().find((key): key is string => typeof key === 'string' && key !== '');
  const mistake = mistakeIn(row, apiKey);
  const system: FedSystem | undefined = row && apiKey && !mistake ? { identifier: row.identifier, apiKey } : undefined;
  return {
    system,
    attributes: row ? await sorSystems.attributesOf(row) : undefined,
    issues: mistake ? [{ path: ['systemOfRecord'], ...mistake }] : [],
  };
}

function mistakeIn(row: SystemRow | null, apiKey: string | undefined): Omit<InputIssue, 'path'> | undefined {
  if (!row) return { code: 'UNKNOWN_ID', message: 'Expected the identifier of a system of record that exists.' };
  if (row.disabled === true) return { code: 'DISABLED', message: 'Expected a system of record that is not disabled.' };
  if (apiKey) return undefined;
  const message = 'Expected a system of record that has an API key: values can be written with one only.';
  return { code: 'INVALID', message };
}
