import { post } from './measured.ts';
import { holdToRule } from './table.ts';

holdToRule('a request that would cost too much costs little', [
  {
    name: 'a batch of a thousand operations',
    raw: () => post(JSON.stringify(Array.from({ length: 1_000 }, () => ({ query: '{ __typename }' })))),
    status: 400,
    says: '"code":"BAD_USER_INPUT"',
    most: { bytes: 1_000 },
  },
]);
