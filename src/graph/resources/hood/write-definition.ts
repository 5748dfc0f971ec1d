/** What is given and checked where customer data keys and profile properties are created or changed, and how Hood is sent it. */
import { z } from 'zod';
import { mistake } from '../../input-checks.ts';
import type { InputFields } from '../../mutation.ts';

/** Hood's limit on descriptions (vendor's page: view customer data). */
const MAX_DESCRIPTION = 2_000;

const text = z.string().nullish();

/** Of what is changed a flag may be left out, but not be null; of what is new that is the same. */
export const flag = z.boolean({ error: 'Expected true or false, not null.' }).optional();
export const newFlag = z.boolean().nullish();

/** What can be given at first and changed later, beside flags. */
export const texts = {
  example: text,
  description: text.refine(
    (value) => [...(value ?? '')].length <= MAX_DESCRIPTION,
    mistake('TOO_LONG', `Expected at most ${MAX_DESCRIPTION} characters.`),
  ),
  exportAlias: text,
};

/** Its input fields, and `piData`. */
export const changeableInputs = (t: InputFields) => ({
  example: t.string({ description: 'An example of a value.' }),
  description: t.string({ description: 'What it means; at most 2,000 characters.' }),
  exportAlias: t.string({ description: 'Its column name in exports.' }),
  piData: t.boolean({ description: 'Whether its values are personal, to be kept encrypted.' }),
});

const UPSTREAM_NAMES: Readonly<Record<string, string>> = {
  dataType: 'data_type',
  exportAlias: 'export_alias',
  piData: 'pi_data',
};

/**
 * Hood's names for what was given. Flags are 0 and 1 there (vendor's page: create profile property); what was not given is
 * left out, and of something `new` null as well.
 */
export function upstreamNames(given: object, isNew?: 'new'): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(given)
      .filter(([, value]) => value !== undefined && !(isNew && value === null))
      .map(([name, value]) => [UPSTREAM_NAMES[name] ?? name, typeof value === 'boolean' ? Number(value) : value]),
  );
}
