/** Having a file made again, in Hood. */
import { hoodIdInput, rowField } from '../../hood/write.ts';
import { mutation } from '../../mutation.ts';
import { hoodExports } from './hood-export.ts';

mutation('retryHoodExport', {
  tags: ['hood'],
  requires: 'hood:write',
  description:
    'Has Hood make an export again that has failed, with what was asked for at first. Hood works on it later: its `status` says when it is `ready`, and `Subscription.hoodExport` tells. Costs one upstream call, and a second one to re-read the export if you select it.',
  inputDescription: 'The export to make again.',
  input: (t) => ({ hoodId: hoodIdInput(t, 'HoodExport', 'export') }),
  cost: () => ({ api: 'HOOD', calls: 1 }),
  resolve: async ({ hoodId }, { hood }) => ({
    known: { id: hoodId },
    operationId: await hood.retryExport(hoodId),
  }),
  successDescription: 'Hood has begun to make the file.',
  success: (t) => ({
    hoodExport: rowField(t, hoodExports, ['id']),
    operationId: t.exposeID('operationId', {
      description: 'Hood’s id of the work that it has begun, which is not the export’s; null if Hood did not say.',
    }),
  }),
});
