/** Entering a GDPR request, with its proofs, in Hood. */
import { z } from 'zod';
import { customersIn } from '../../../http/reads/subjects.ts';
import { addressesOf } from '../../../sources/hood/subjects.ts';
import { upstreamNames } from '../../hood/upstream-names.ts';
import { rowField } from '../../hood/write.ts';
import { filledText, idOf, mistake } from '../../input-checks.ts';
import { InvalidInput, mutation } from '../../mutation.ts';
import { asTheyArrive, UploadedFile } from '../../upload.ts';
import { GdprSubmissionReason, gdprRequests } from './gdpr-request.ts';
import { CORRECTABLE, correctableInputs, textWithin } from './write-gdpr-request.ts';

const file = z.instanceof(UploadedFile).nullish();

mutation('createGdprRequest', {
  tags: ['gdpr', 'hood', 'pii'],
  requires: 'gdpr:write',
  description:
    'Enters a GDPR request, which is pending then. A null field counts as left out; at least one must be given. Proofs are passed on while they arrive. Hood documents neither which kinds of files it takes nor how long they may be; one that is empty is a mistake, and the call is cut then, so that nothing is created. Costs one upstream call, and a second one if the API’s answer lacks something you select.',
  cost: () => ({ api: 'HOOD', calls: 2 }),
  inputDescription: 'A new GDPR request.',
  input: (t) => ({
    clientId: t.id({
      idOf: 'CustomerProfile',
      description: 'Hood’s id of the person whose data it is about, all of its up to 20 digits.',
    }),
    submissionReason: t.field({
      type: GdprSubmissionReason.input,
      description: 'The legal ground for removing the data.',
    }),
    additionalInformation: t.string({ description: 'What else there is to say; at most 2,000 characters.' }),
    ...correctableInputs(t),
    proofOfIdentity: t.field({ type: 'Upload', description: 'A document that proves who the requester is.' }),
    proofOfAddress: t.field({ type: 'Upload', description: 'A document that proves where the requester lives.' }),
  }),
  check: z
    .object({
      clientId: idOf('CustomerProfile').pipe(filledText('client id')).nullish(),
      submissionReason: z.string().nullish(),
      additionalInformation: textWithin(2_000),
      ...CORRECTABLE,
      ...{ proofOfIdentity: file, proofOfAddress: file },
    })
    .refine(
      (given) => Object.values(given).some((value) => value !== undefined && value !== null),
      mistake('REQUIRED', 'Expected at least one field.'),
    ),
  audited: ({ clientId, requesterInformation, subjectInformation }) => ({
    subjects: [...customersIn([{ customer_id: clientId }]), ...addressesOf([requesterInformation, subjectInformation])],
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
