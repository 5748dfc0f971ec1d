/** What is given and checked where GDPR requests are created or corrected, with the limits of Hood's page on them. */
import { z } from 'zod';
import { builder } from '../../builder.ts';
import type { Context } from '../../context.ts';
import { mistake } from '../../input-checks.ts';
import type { InputFields } from '../../mutation.ts';

const PERSONAL = { tags: ['gdpr', 'hood', 'pii'] } as const;

const GdprPersonInput = builder.inputType('GdprPersonInput', {
  description: 'A person as a request describes them. A null field counts as left out.',
  ...PERSONAL,
  fields: (t) => ({
    fullName: t.string({ description: 'First and last name; at most 200 characters.' }),
    email: t.string({ description: 'E-mail address; at most 100 characters.' }),
    phoneNumber: t.string({ description: 'Phone number after E.164, such as `+13412313`.' }),
    address: t.string({ description: 'Postal address; at most 200 characters.' }),
  }),
});

const GdprDeclarationInput = builder.inputType('GdprDeclarationInput', {
  description: 'What the requester has signed. A null field counts as left out.',
  ...PERSONAL,
  fields: (t) => ({
    dataHolderName: t.string({ description: 'Who holds the data.' }),
    date: t.field({ type: 'Date', description: 'When it was signed.' }),
    signature: t.string({ description: 'The signature as typed.' }),
  }),
});

/** A text of so many characters at most. */
export function textWithin(most: number) {
  return z
    .string()
    .refine((text) => [...text].length <= most, mistake('TOO_LONG', `Expected at most ${most} characters.`))
    .nullish();
}

/** The same in a form of its own, which a text that is too long is not checked for. */
function formed(most: number, form: RegExp, what: string) {
  return textWithin(most).refine(
    (text) => text === null || text === undefined || text.length > most || form.test(text),
    mistake('INVALID', `Expected ${what}.`),
  );
}

const Person = z
  .object({
    fullName: textWithin(200),
    email: formed(100, z.regexes.unicodeEmail, 'an e-mail address, such as john.smith@example.com'),
    phoneNumber: formed(20, z.regexes.e164, 'a phone number after E.164, such as +13412313'),
    address: textWithin(200),
  })
  .nullish();

const Declaration = z
  .object({ dataHolderName: z.string().nullish(), date: z.date().nullish(), signature: z.string().nullish() })
  .nullish();

/** Why a request is denied. */
export const Reason = textWithin(500);

/** What is wrong with a denial without one, and with an approval that has one. */
const at = { path: ['rejectionReason'] };
export const NO_REASON = { ...at, ...mistake('REQUIRED', 'Expected a reason: a denial must have one.') };
export const NEEDLESS_REASON = { ...at, ...mistake('INVALID', 'Expected no reason: only a denial has one.') };

/** What can be given at first and corrected later. */
export const CORRECTABLE = {
  informationToRemove: textWithin(2_000),
  requesterInformation: Person,
  subjectInformation: Person,
  requestDeclaration: Declaration,
};

/** Its input fields; `partly` says what becomes of what an object leaves out. */
export const correctableInputs = (t: InputFields, partly = '') => ({
  informationToRemove: t.string({ description: 'Which data is to be removed; at most 2,000 characters.' }),
  requesterInformation: t.field({ type: GdprPersonInput, description: `Who makes the request.${partly}` }),
  subjectInformation: t.field({ type: GdprPersonInput, description: `Whose data it is about.${partly}` }),
  requestDeclaration: t.field({ type: GdprDeclarationInput, description: `What the requester has signed.${partly}` }),
});

/**
 * Writes an approval. However that ends, what is kept of customers is forgotten, as the person's is to be removed: nothing
 * tells all ids, those of devices among them, by which the System of Record knows them.
 */
export async function approving<Result>({ sor }: Context, write: () => Promise<Result>): Promise<Result> {
  try {
    return await write();
  } finally {
    await sor.forgetCustomers();
  }
}
