/**
 * What a tutorial on Yoga and Pothos teaches: a class of plain objects for each API, a resolver for each field that is
 * named otherwise, a data loader for each request, `fetch`: `node tutorial.ts` with the same settings as the
 * hand-written endpoint.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import SchemaBuilder from '@pothos/core';
import DataLoader from 'dataloader';
import { createYoga } from 'graphql-yoga';
import { type Row, statusOf, timeOf } from '../cases/list.ts';
import type { Profile } from '../cases/profiles.ts';

interface Context {
  profiles: DataLoader<string, Profile | null>;
}

const builder = new SchemaBuilder<{ Context: Context }>({});

async function hood<Answer>(path: string): Promise<Answer> {
  const headers = { authorization: `Bearer ${process.env['HOOD_TOKEN']}` };
  return (await fetch(`${process.env['HOOD_URL']}${path}`, { headers })).json() as Answer;
}

async function profiles(parameters: string): Promise<Profile[]> {
  const headers = { authorization: `Token ${process.env['SOR_TOKEN']}` };
  const path = `/api/customer_profiles?attribute_keys=favorite_team,first_name&${parameters}`;
  const answer = await fetch(`${process.env['SOR_URL']}${path}`, { headers });
  return ((await answer.json()) as { result: { profiles: Profile[] } }).result.profiles;
}

async function profilesOf(ids: readonly string[]): Promise<(Profile | null)[]> {
  const found = await profiles(`customer_id_type=user_id&customer_ids=${ids.join(',')}&num_per_page=${ids.length}`);
  const byId = new Map(found.map((each) => [each.customer_id, each]));
  return ids.map((id) => byId.get(id) ?? null);
}

const value = builder.objectRef<{ key: string; value: unknown }>('AttributeValue').implement({
  fields: (t) => ({
    key: t.exposeString('key'),
    value: t.string({ nullable: true, resolve: (each) => each.value as string }),
  }),
});

const attributes = builder.objectRef<[string, Record<string, unknown>]>('CustomerAttributes').implement({
  fields: (t) => ({
    systemIdentifier: t.string({ resolve: ([system]) => system }),
    values: t.field({
      type: [value],
      resolve: ([, block]) => Object.entries(block).map(([key, each]) => ({ key, value: each })),
    }),
  }),
});

const profile = builder.objectRef<Profile>('CustomerProfile').implement({
  fields: (t) => ({
    customerId: t.exposeID('customer_id'),
    firstName: t.string({
      nullable: true,
      resolve: (each) => each.attributes['global']?.['first_name'] as string,
    }),
    attributes: t.field({
      type: [attributes],
      args: { keys: t.arg.stringList({ required: true }) },
      resolve: (each, { keys }) =>
        Object.entries(each.attributes).filter(([, block]) => keys.some((key) => key in block)),
    }),
  }),
});

const status = builder.enumType('RequestStatus', { values: ['PENDING', 'APPROVED', 'DENIED'] as const });
const reason = builder.enumType('SubmissionReason', {
  values: {
    CONSENT_WITHDRAWAL: { value: 'consent-withdrawal' },
    ARTICLE_21_GDPR: { value: 'article-21-gdpr' },
    CHILD_SUBJECT: { value: 'child-subject' },
  } as const,
});

const request = builder.objectRef<Row>('GdprRequest').implement({
  fields: (t) => ({
    hoodId: t.exposeID('id'),
    clientId: t.exposeID('client_id'),
    companyId: t.exposeID('company_id'),
    status: t.field({ type: status, resolve: (row) => statusOf(row) as 'PENDING' }),
    submissionReason: t.field({ type: reason, resolve: (row) => row.submission_reason as 'child-subject' }),
    rejectionReason: t.exposeString('rejection_reason', { nullable: true }),
    informationToRemove: t.exposeString('information_to_remove'),
    createTime: t.string({ resolve: (row) => timeOf(row.create_time) }),
    updateTime: t.string({ resolve: (row) => timeOf(row.update_time) }),
    customerProfile: t.field({
      type: profile,
      nullable: true,
      resolve: (row, _args, context) => context.profiles.load(row.client_id),
    }),
  }),
});

interface Edge {
  cursor: string;
  node: Row;
}

const edge = builder.objectRef<Edge>('GdprRequestEdge').implement({
  fields: (t) => ({ cursor: t.exposeString('cursor'), node: t.field({ type: request, resolve: ({ node }) => node }) }),
});

const connection = builder.objectRef<Row[]>('GdprRequestConnection').implement({
  fields: (t) => ({
    nodes: t.field({ type: [request], resolve: (rows) => rows }),
    edges: t.field({
      type: [edge],
      resolve: (rows) => rows.map((node, index) => ({ cursor: btoa(`cursor:${index + 1}`), node })),
    }),
  }),
});

const profileConnection = builder.objectRef<Profile[]>('CustomerProfileConnection').implement({
  fields: (t) => ({ nodes: t.field({ type: [profile], resolve: (found) => found }) }),
});

const idFilter = builder.inputType('IdFilter', { fields: (t) => ({ neq: t.id() }) });
const filter = builder.inputType('GdprRequestFilter', { fields: (t) => ({ clientId: t.field({ type: idFilter }) }) });

builder.queryType({
  fields: (t) => ({
    gdprRequests: t.field({
      type: connection,
      args: { first: t.arg.int({ defaultValue: 20 }), filter: t.arg({ type: filter }) },
      resolve: async (_parent, args) => {
        const without = args.filter?.clientId?.neq;
        const path = `/v1/hood/gdpr-requests?client_id=neq:${without}&page=1,${args.first}`;
        return (await hood<{ items: Row[] }>(path)).items;
      },
    }),
    customerProfile: t.field({
      type: profile,
      nullable: true,
      args: { customerId: t.arg.id({ required: true }) },
      resolve: (_parent, { customerId }, context) => context.profiles.load(String(customerId)),
    }),
    customerProfiles: t.field({
      type: profileConnection,
      args: { first: t.arg.int({ defaultValue: 20 }) },
      resolve: (_parent, { first }) => profiles(`num_per_page=${first}&page=1`),
    }),
  }),
});

const yoga = createYoga<object, Context>({
  schema: builder.toSchema(),
  context: () => ({ profiles: new DataLoader(profilesOf) }),
});
const server = createServer(yoga);
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
