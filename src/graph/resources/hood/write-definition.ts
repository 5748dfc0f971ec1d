/** What is given and checked where customer data keys and profile properties are created or changed, in Hood. */
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
