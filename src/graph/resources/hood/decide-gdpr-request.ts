/** Granting or refusing a GDPR request, in Hood. */
import { z } from 'zod';
import { builder } from '../../builder.ts';
import { hoodId, reread } from '../../hood/write.ts';
import { mutation } from '../../mutation.ts';
import type { UserErrorCode } from '../../user-error-code.ts';
import { GdprRequest, gdprRequests } from './gdpr-request.ts';

/** Hood's limit (vendor's page: list GDPR requests). */
const MAX_REASON = 500;

const GdprDecision = builder.enumType('GdprDecision', {
  description: 'What is decided.',
  values: {
    APPROVE: { description: 'Grant it: the data is to be removed.' },
    DENY: { description: 'Refuse it, which needs a reason.' },
  } as const,
});

const Decision = z
  .object({
    hoodId,
    decision: z.enum(['APPROVE', 'DENY']),
    rejectionReason: z.string().nullish(),
  })
  .superRefine(({ decision, rejectionReason }, issues) => {
    const issue = (code: UserErrorCode, message: string) =>
      issues.addIssue({ code: 'custom', path: ['rejectionReason'], message, params: { code } });
    if (decision === 'APPROVE' && rejectionReason) issue('INVALID', 'Expected no reason: only a denial has one.');
    if (decision === 'DENY' && !rejectionReason?.trim())
      issue('REQUIRED', 'Expected a reason: a denial must have one.');
    if ([...(rejectionReason ?? '')].length > MAX_REASON)
      issue('TOO_LONG', `Expected at most ${MAX_REASON} characters.`);
  });

mutation('decideGdprRequest', {
  tags: ['gdpr', 'hood', 'pii'],
  description:
    'Grants or refuses a GDPR request. Costs one upstream call, and a second one to re-read the request if you select it.',
  inputDescription: 'A decision on one GDPR request.',
  input: (t) => ({
    hoodId: t.id({ required: true, description: 'The id that Hood gave the request.' }),
    decision: t.field({ type: GdprDecision, required: true, description: 'What is decided.' }),
    rejectionReason: t.string({
      description: 'Why it is refused: required to deny, at most 500 characters, and not allowed to approve.',
    }),
  }),
  check: Decision,
  resolve: async ({ hoodId, decision, rejectionReason }, { hood }) => {
    await hood.update(
      gdprRequests.rows.collection,
      hoodId,
      decision === 'APPROVE' ? { status: 'approved' } : { status: 'denied', rejection_reason: rejectionReason },
    );
    return { hoodId };
  },
  successDescription: 'The decision was written.',
  success: (t) => ({
    gdprRequest: t.field({
      type: GdprRequest,
      description: 'The request as it is now; null when it could not be read again.',
      resolve: ({ hoodId }, _args, context, info) => reread(gdprRequests.rows, hoodId, 'GdprRequest', context, info),
    }),
  }),
});
