/** Correcting a GDPR request, or taking a decision back, in Hood. */
import { z } from 'zod';
import { REQUESTS, subjectsIn } from '../../../sources/hood/subjects.ts';
import { hoodIdInput, rowField, SOMETHING_TO_CHANGE, upstreamNames } from '../../hood/write.ts';
import { mutation } from '../../mutation.ts';
import { approving, correctableInputs, NEEDLESS_REASON, NO_REASON, reasonInput } from './create-gdpr-request.ts';
import { GdprRequestStatus, gdprRequests } from './gdpr-request.ts';

const { collection } = gdprRequests.rows;

mutation('updateGdprRequest', {
  tags: ['gdpr', 'hood', 'pii'],
  requires: 'gdpr:write',
  description:
    'Corrects a GDPR request, or takes a decision back with `status: PENDING`. Fields left out stay as they are; null empties one. Costs one upstream call, and a second one to re-read the request if you select it. Changes and decisions on one request wait for each other in this gateway.',
  inputDescription: 'Changes to one GDPR request.',
  input: (t) => ({
    hoodId: hoodIdInput(t, 'GdprRequest', 'request'),
    status: t.field({
      type: GdprRequestStatus.input,
      description: 'Its new status. `decideGdprRequest` can check what it was before.',
      check: z.string({ error: 'Expected a status, not null.' }).optional(),
    }),
    rejectionReason: reasonInput(t, { denied: 'DENIED', approved: 'APPROVED' }),
    ...correctableInputs(t, ' Give all of it: Hood’s page does not say whether it keeps what you leave out.'),
  }),
  rules: [
    [({ status, rejectionReason }) => status !== 'denied' || rejectionReason?.trim(), NO_REASON],
    [({ status, rejectionReason }) => status !== 'approved' || !rejectionReason, NEEDLESS_REASON],
    SOMETHING_TO_CHANGE,
  ],
  cost: () => ({ api: 'HOOD', calls: 1 }),
  audited: ({ hoodId, status, requesterInformation, subjectInformation }) => ({
    subjects: subjectsIn(REQUESTS, [
      { id: hoodId, subject_information: subjectInformation, requester_information: requesterInformation },
    ]),
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
