/** Entering GDPR requests, with their proofs, in Hood; and what is checked where they are changed, with the limits of its page. */
import { z } from 'zod';
import { REQUESTS, subjectsIn } from '../../../sources/hood/subjects.ts';
import { builder } from '../../builder.ts';
import type { Context } from '../../context.ts';
import { rowField, upstreamNames } from '../../hood/write.ts';
import { filledText, mistake, textWithin } from '../../input-checks.ts';
import { type InputFields, mutation } from '../../mutation.ts';
import { asTheyArrive, type UploadedFile } from '../../upload.ts';
import { InvalidInput } from '../../user-errors.ts';
import { GdprSubmissionReason, gdprRequests } from './gdpr-request.ts';

const PERSONAL = { tags: ['gdpr', 'hood', 'pii'] } as const;

/** A text in a form of its own, which one that is too long is not checked for. */
function formed(most: number, form: RegExp, what: string) {
  return textWithin(most).refine(
    (text) => text.length > most || form.test(text),
    mistake('INVALID', `Expected ${what}.`),
  );
}

const GdprPersonInput = builder.inputType('GdprPersonInput', {
  description: 'A person as a request describes them. A null field counts as left out.',
  ...PERSONAL,
  fields: (t) => ({
    fullName: t.string({ description: 'First and last name; at most 200 characters.', check: textWithin(200) }),
    email: t.string({
      description: 'E-mail address; at most 100 characters.',
      check: formed(100, z.regexes.unicodeEmail, 'an e-mail address, such as john.smith@example.com'),
    }),
    phoneNumber: t.string({
      description: 'Phone number after E.164, such as `+13412313`.',
      check: formed(20, z.regexes.e164, 'a phone number after E.164, such as +13412313'),
    }),
    address: t.string({ description: 'Postal address; at most 200 characters.', check: textWithin(200) }),
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

/** The input field for why a request is denied. */
export const reasonInput = (t: InputFields, status: { denied: string; approved: string }) =>
  t.string({
    description: `Why it is denied, in at most 500 characters. Required with \`${status.denied}\`, not allowed with \`${status.approved}\`.`,
    check: textWithin(500),
  });

/** What is wrong with a denial without one, and with an approval that has one. */
const at = { path: ['rejectionReason'] };
export const NO_REASON = { ...at, code: 'REQUIRED', message: 'Expected a reason: a denial must have one.' } as const;
export const NEEDLESS_REASON = {
  ...at,
  code: 'INVALID',
  message: 'Expected no reason: only a denial has one.',
} as const;

/** What can be given at first and corrected later; `partly` says what becomes of what an object leaves out. */
export const correctableInputs = (t: InputFields, partly = '') => ({
  informationToRemove: t.string({
    description: 'Which data is to be removed; at most 2,000 characters.',
    check: textWithin(2_000),
  }),
  requesterInformation: t.field({ type: GdprPersonInput, description: `Who makes the request.${partly}` }),
  subjectInformation: t.field({ type: GdprPersonInput, description: `Whose data it is about.${partly}` }),
  requestDeclaration: t.field({ type: GdprDeclarationInput, description: `What the requester has signed.${partly}` }),
});

mutation('createGdprRequest', {
  tags: ['gdpr', 'hood', 'pii'],
  requires: 'gdpr:write',
  description:
    'Enters a GDPR request, which is pending then. A null field counts as left out; at least one must be given. Proofs are passed on while they arrive. Hood documents neither which kinds of files it takes nor how long they may be; one that is empty is a mistake, and the call is cut then, so that nothing is created. Costs one upstream call, and a second one if the API’s answer lacks something you select.',
  inputDescription: 'A new GDPR request.',
  input: (t) => ({
    clientId: t.id({
      idOf: 'CustomerProfile',
      description: 'Hood’s id of the person whose data it is about, all of its up to 20 digits.',
      check: filledText('client id'),
    }),
    submissionReason: t.field({
      type: GdprSubmissionReason.input,
      description: 'The legal ground for removing the data.',
    }),
    additionalInformation: t.string({
      description: 'What else there is to say; at most 2,000 characters.',
      check: textWithin(2_000),
    }),
    ...correctableInputs(t),
    proofOfIdentity: t.field({ type: 'Upload', description: 'A document that proves who the requester is.' }),
    proofOfAddress: t.field({ type: 'Upload', description: 'A document that proves where the requester lives.' }),
  }),
  rules: [
    [
      // At whatever depth: screens may send persons of whom nothing was entered.
      (given) => /:(?!null|\{)/.test(JSON.stringify(given)),
      { path: [], code: 'REQUIRED', message: 'Expected at least one field.' },
    ],
  ],
  cost: () => ({ api: 'HOOD', calls: 2 }),
  audited: ({ clientId, requesterInformation, subjectInformation }) => ({
    subjects: subjectsIn(REQUESTS, [
      { client_id: clientId, subject_information: subjectInformation, requester_information: requesterInformation },
    ]),
  }),
  resolve: async ({ proofOfIdentity, proofOfAddress, ...given }, { hood }) => {
    const proofs = Object.entries({ proofOfIdentity, proofOfAddress }).filter(([, proof]) => proof);
    const files = proofs.length > 0 ? filled(Object.fromEntries(proofs) as Record<string, UploadedFile>) : undefined;
    return { known: await hood.createFromForm(gdprRequests.rows.collection, upstreamNames(given, 'new'), files) };
  },
  successDescription: 'The request was entered.',
  success: (t) => ({ gdprRequest: rowField(t, gdprRequests) }),
});

/** Files under the names of Hood's fields. Throws `InvalidInput` for one without a byte. */
async function* filled(proofs: Readonly<Record<string, UploadedFile>>) {
  for await (const { name: field, content, ...file } of asTheyArrive(proofs)) {
    const name = Object.keys(upstreamNames({ [field]: '' })).join();
    yield { ...file, name, content: filledContent(field, content) };
  }
}

async function* filledContent(field: string, content: AsyncIterable<Uint8Array>) {
  let length = 0;
  for await (const bytes of content) {
    length += bytes.length;
    yield bytes;
  }
  if (length > 0) return;
  throw new InvalidInput([{ path: [field], code: 'TOO_SHORT', message: 'Expected a file that is not empty.' }]);
}

/** Writes an approval, then forgets all customers: nothing tells which ids the person has in the System of Record. */
export async function approving<Result>({ sor }: Context, write: () => Promise<Result>): Promise<Result> {
  try {
    return await write();
  } finally {
    await sor.forgetCustomers();
  }
}
