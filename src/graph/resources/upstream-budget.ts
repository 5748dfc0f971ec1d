/** What is left of the limits of both APIs, and which of their routes are left alone. */
import type { AccountRoom } from '../../http/budget/account-windows.ts';
import { builder } from '../builder.ts';
import { UpstreamApi } from '../upstream-api.ts';
import { limitsOf, openRoutesOf, type UpstreamState } from '../upstream-state.ts';

const UpstreamLimit = builder.objectRef<AccountRoom['second'] & { windowSeconds: number }>('UpstreamLimit').implement({
  description: 'How many calls an account may make within some time, wherever that begins.',
  fields: (t) => ({
    windowSeconds: t.exposeInt('windowSeconds', { nullable: false, description: 'Within how many seconds.' }),
    limit: t.exposeInt('limit', { nullable: false, description: 'How many calls.' }),
    remaining: t.exposeInt('left', {
      nullable: false,
      description: 'How many of them could be made now, by all who share the account.',
    }),
    resetsAt: t.field({
      type: 'DateTime',
      description:
        'When all of them can be made again if none is made until then; null if all of them can be made now.',
      resolve: ({ wholeMs }) => (wholeMs > 0 ? new Date(Date.now() + wholeMs).toISOString() : null),
    }),
  }),
});

const UpstreamBudget = builder.objectRef<UpstreamState & { api: string }>('UpstreamBudget').implement({
  description: 'What is left of what an API may be asked.',
  fields: (t) => ({
    api: t.expose('api', { type: UpstreamApi, nullable: false, description: 'Which API.' }),
    limits: t.field({
      type: [UpstreamLimit],
      nullable: false,
      description: 'The limits of the account there, the shortest first; none where none are known.',
      resolve: limitsOf,
    }),
    waiting: t.int({
      nullable: false,
      description: 'How many calls wait in this process for one of these places.',
      resolve: ({ budget }) => budget?.waiting ?? 0,
    }),
    openRoutes: t.field({
      type: ['String'],
      nullable: false,
      description:
        'The routes whose breaker is open, such as `/v1/hood/exports/{id}`: they keep failing, so that some callers or all are refused at once. `*` is all routes of a host.',
      resolve: openRoutesOf,
    }),
  }),
});

builder.queryField('upstreamBudget', (t) =>
  t.field({
    type: [UpstreamBudget],
    description: 'What each API may still be asked, as this process knows it. Costs no upstream call.',
    resolve: (_root, _args, { upstreams }) => [...upstreams].map(([api, state]) => ({ api, ...state })),
  }),
);
