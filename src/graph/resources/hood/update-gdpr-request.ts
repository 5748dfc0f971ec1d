/** Correcting a GDPR request, or taking a decision back, in Hood. */
import { z } from 'zod';
import { addressesOf } from '../../../sources/hood/subjects.ts';
import { upstreamNames } from '../../hood/upstream-names.ts';
import { hoodIdOf, rowField, SOMETHING_TO_CHANGE } from '../../hood/write.ts';
import { mutation } from '../../mutation.ts';
import { GdprRequestStatus, gdprRequests } from './gdpr-request.ts';
import { approving, CORRECTABLE, correctableInputs, NEEDLESS_REASON, NO_REASON, Reason } from './write-gdpr-request.ts';

const { collection } = gdprRequests.rows;

const PARTLY = ' Give all of it: Hood’s page does not say whether it keeps what you leave out.';

mutation('updateGdprRequest', {
  tags: ['gdpr', 'hood', 'pii'],
  requires: 'gdpr:write',
  description:
    'Corrects a GDPR request, or takes a decision back with `status: PENDING`. Fields left out stay as they are; null empties one. Costs one upstream call, and a second one to re-read the request if you select it. Changes and decisions on one request wait for each other in this gateway.',
  cost: () => ({ api: 'HOOD', calls: 1 }),
  inputDescription: 'Changes to one GDPR request.',
  input: (t) => ({
    hoodId: t.id({ idOf: 'GdprRequest', required: true, description: 'The id that Hood gave the request.' }),
    status: t.field({
      type: GdprRequestStatus.input,
      description: 'Its new status. `decideGdprRequest` can check what it was before.',
    }),
    rejectionReason: t.string({
      description: 'Why it is denied, in at most 500 characters. Required with `DENIED`, not allowed with `APPROVED`.',
    }),
    ...correctableInputs(t, PARTLY),
  }),
  check: z
    .object({
      hoodId: hoodIdOf('GdprRequest'),
      status: z.string({ error: 'Expected a status, not null.' }).optional(),
      rejectionReason: Reason,
      ...CORRECTABLE,
    })
    .refine(({ status, rejectionReason }) => status !== 'denied' || rejectionReason?.trim(), NO_REASON)
    .refine(({ status, rejectionReason }) => status !== 'approved' || !rejectionReason, NEEDLESS_REASON)
    .refine(...SOMETHING_TO_CHANGE),
  audited: ({ hoodId, status, requesterInformation, subjectInformation }) => ({
    subjects: [['gdprRequest', hoodId], ...addressesOf([requesterInformation, subjectInformation])],
    ...(status && { decision: status.toUpperCase() }),
  }),
  resolve: ({ hoodId, ...changes }, context) =>
    context.hood.alone(collection, hoodId, async () => {
      const write = () => context.hood.update(collection, hoodId, upstreamNames(changes));
      await (changes.status === 'approved' ? approving(context, write) : write());
      return { known: { id: hoodId } };
    }),
  successDescription: 'The request was changed.',
  success: (t) => ({ gdprRequest: rowField(t, gdprRequests, ['id']) }),
});
