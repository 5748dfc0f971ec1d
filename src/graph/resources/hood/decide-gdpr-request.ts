/** Granting or refusing a GDPR request, in Hood. */
import type { GraphQLResolveInfo } from 'graphql';
import { z } from 'zod';
import type { HoodRow } from '../../../sources/hood/rows.ts';
import { builder } from '../../builder.ts';
import type { Context } from '../../context.ts';
import type { Charge } from '../../cost/charge.ts';
import { hoodIdInput, rowField } from '../../hood/write.ts';
import { mutation } from '../../mutation.ts';
import { withApiIds } from '../../node-ids.ts';
import { upstreamFields } from '../../selection.ts';
import { InvalidInput, userErrorType } from '../../user-errors.ts';
import { approving, NEEDLESS_REASON, NO_REASON, reasonInput } from './create-gdpr-request.ts';
import { GdprRequestStatus, gdprRequests } from './gdpr-request.ts';

const MAX_DECISIONS = 50;

/** What is wrong with a decision where an earlier one of several is about the same request. */
const REPEATED = { path: ['hoodId'], code: 'INVALID', message: 'Expected each request only once.' } as const;

const GdprDecision = builder.enumType('GdprDecision', {
  description: 'What is decided.',
  values: {
    APPROVE: { description: 'Grant it: the data is to be removed.' },
    DENY: { description: 'Refuse it, which needs a reason.' },
  } as const,
});

/** Thrown where somebody else has decided before. */
class Conflict extends Error {
  override readonly name = 'Conflict';
  readonly status: unknown;

  constructor(status: unknown, expected: string) {
    const [is, was] = [status, expected].map((text) => GdprRequestStatus.read(text) ?? 'without a status');
    super(`The request is ${is} by now, not ${was} as expected. Nothing was written.`);
    this.status = status;
  }
}

const ConflictError = userErrorType('ConflictError', Conflict, {
  codeOf: () => 'CONFLICT',
  description: 'Somebody else has changed the object in the meantime; nothing was written.',
  fields: (t) => ({
    actualStatus: t.field({
      type: GdprRequestStatus.type,
      description: 'The status that it has now; null when Hood did not say.',
      resolve: ({ reason }) => GdprRequestStatus.read(reason.status),
    }),
  }),
});

const { collection } = gdprRequests.rows;

/** Reading the request first, and the decision. */
function decisionCharge({ expectedStatus }: { expectedStatus?: string | null | undefined }): Charge {
  return { api: 'HOOD', calls: expectedStatus ? 2 : 1 };
}

const decision = mutation('decideGdprRequest', {
  tags: ['gdpr', 'hood', 'pii'],
  requires: 'gdpr:write',
  description:
    'Grants or refuses a GDPR request. Costs one upstream call, one more to read the request first if you give `expectedStatus`, and one more to re-read it afterwards if you select `updateTime`, or, without `expectedStatus`, any field but `status` and its ids. Granting clears the reason of an earlier denial; should Hood turn out not to allow that, the decision is sent once more without, which costs one more call. Decisions on one request wait for each other in this gateway.',
  inputDescription: 'A decision on one GDPR request.',
  input: (t) => ({
    hoodId: hoodIdInput(t, 'GdprRequest', 'request'),
    decision: t.field({ type: GdprDecision, required: true, description: 'What is decided.' }),
    rejectionReason: reasonInput(t, { denied: 'DENY', approved: 'APPROVE' }),
    expectedStatus: t.field({
      type: GdprRequestStatus.input,
      description:
        'The status that the request must still have, such as the one that you showed; otherwise the result is a `ConflictError`. It is read just before the decision is written, since Hood itself does not compare.',
    }),
  }),
  rules: [
    [({ decision, rejectionReason }) => decision === 'DENY' || !rejectionReason, NEEDLESS_REASON],
    [({ decision, rejectionReason }) => decision === 'APPROVE' || rejectionReason?.trim(), NO_REASON],
  ],
  cost: decisionCharge,
  audited: ({ hoodId, decision }) => ({ subjects: [['gdprRequest', hoodId]], decision }),
  resolve: ({ hoodId, decision, rejectionReason, expectedStatus }, context, info) =>
    context.hood.alone(collection, hoodId, async () => {
      const { hood } = context;
      const before = expectedStatus ? await readExpected(hoodId, expectedStatus, context, info) : { id: hoodId };
      const changes =
        decision === 'DENY' ? { status: 'denied', rejection_reason: rejectionReason } : { status: 'approved' };
      const write = async () => {
        await hood.update(collection, hoodId, changes);
        return changes;
      };
      if (decision === 'DENY') return { known: { ...before, ...(await write()) } };
      const hasReason = !('rejection_reason' in before) || before.rejection_reason;
      const emptying = () => hood.updateEmptying('rejection_reason', collection, hoodId, changes);
      return { known: { ...before, ...(await approving(context, hasReason ? emptying : write)) } };
    }),
  errors: [ConflictError],
  successDescription: 'The decision was written.',
  success: (t) => ({ gdprRequest: rowField(t, gdprRequests, ['id', 'rejection_reason', 'status']) }),
});

/** The selected fields of a request that a decision does not change. */
async function readExpected(hoodId: string, expectedStatus: string, context: Context, info: GraphQLResolveInfo) {
  const fields = [...new Set([...upstreamFields(info, 'GdprRequest'), 'rejection_reason', 'status'])].sort();
  const row = await context.hood.row(gdprRequests.rows, hoodId, fields);
  if (!row)
    throw new InvalidInput([
      { path: ['hoodId'], code: 'UNKNOWN_ID', message: 'Expected the id of a request that exists.' },
    ]);
  // What Hood leaves out of the row it does not have.
  const absent = Object.fromEntries(fields.map((field) => [field, null]));
  const { update_time: _isOutdated, ...known } = { ...absent, ...(row as HoodRow & Record<string, unknown>) };
  if (GdprRequestStatus.documented(known['status']) !== expectedStatus)
    throw new Conflict(known['status'], expectedStatus);
  return known;
}

interface Outcome {
  hoodId: string;
  /** As the executor takes it: an error in place of a result fails that field alone. */
  result: object;
}

const GdprDecisionOutcome = builder.objectRef<Outcome>('GdprDecisionOutcome').implement({
  description: 'The outcome of one of several decisions.',
  tags: ['gdpr', 'hood', 'pii'],
  fields: (t) => ({
    hoodId: t.exposeID('hoodId', { nullable: false, description: 'The request, as the input named it.' }),
    result: t.expose('result', {
      type: decision.result,
      description:
        'What `decideGdprRequest` would answer for this decision alone; paths of mistakes are relative to it. Null with an error if the call failed: `extensions.outcome` is `NOT_SENT` if no time, no slot or no call was left for the decision.',
    }),
  }),
});

mutation('decideGdprRequests', {
  tags: ['gdpr', 'hood', 'pii'],
  requires: 'gdpr:write',
  description:
    'Grants or refuses up to 50 GDPR requests, each on its own: one that fails does not stop the others. Costs as many upstream calls as the same decisions with `decideGdprRequest`, five at a time.',
  inputDescription: 'Decisions on several GDPR requests.',
  input: (t) => ({
    decisions: t.field({
      type: [decision.input],
      required: true,
      description: 'The decisions, at most 50. A mistake in one is its own outcome. An empty list costs no call.',
      check: z.array(z.unknown()).max(MAX_DECISIONS, `Expected at most ${MAX_DECISIONS} decisions.`),
    }),
  }),
  cost: ({ decisions }) => (decisions.length > MAX_DECISIONS ? [] : decisions.map(decisionCharge)),
  rows: ({ decisions }) => decisions.length,
  resolve: async ({ decisions }, context, info) => {
    const ids = decisions.map((each) => withApiIds(each, { hoodId: 'GdprRequest' }, () => {}).hoodId);
    const outcomes = decisions.map(async (input, index): Promise<Outcome> => {
      const repeated = ids.indexOf(ids[index] ?? '') < index ? [REPEATED] : [];
      const decide = () => decision.run(input, context, info, repeated);
      return { hoodId: input.hoodId, result: await context.hood.inTurn(decide).catch((error: Error) => error) };
    });
    return { outcomes: await Promise.all(outcomes) };
  },
  successDescription: 'Every decision has an outcome.',
  success: (t) => ({
    outcomes: t.expose('outcomes', {
      type: [GdprDecisionOutcome],
      nullable: false,
      description: 'The outcomes, in the order of the decisions.',
    }),
  }),
});
