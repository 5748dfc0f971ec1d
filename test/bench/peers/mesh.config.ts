import { defineConfig } from '@graphql-mesh/compose-cli';
import { loadJSONSchemaSubgraph } from '@omnigraph/json-schema';

/** The APIs as Mesh is told of them. It passes on their names and values, and a map whose keys vary is one JSON value. */

const endpoint = process.env['UPSTREAM'] ?? '';
const FIELDS =
  'client_id,company_id,create_time,id,information_to_remove,rejection_reason,status,submission_reason,update_time';
const PROFILES = '/api/customer_profiles?attribute_keys=favorite_team,first_name&customer_id_type=user_id';

const text = { type: 'string' } as const;
const textOrNull = { type: ['string', 'null'] } as const;
const object = (title: string, properties: object) => ({ type: 'object', title, properties }) as const;
const list = (items: object) => ({ type: 'array', items }) as const;

const request = object('GdprRequest', {
  id: text,
  client_id: text,
  company_id: text,
  status: text,
  submission_reason: text,
  rejection_reason: textOrNull,
  information_to_remove: text,
  create_time: text,
  update_time: text,
});
const profile = object('Profile', {
  customer_id: text,
  attributes: { type: 'object', title: 'Attributes', additionalProperties: true },
});
const profilesAnswer = object('ProfilesAnswer', { result: object('ProfilesPage', { profiles: list(profile) }) });

export const composeConfig = defineConfig({
  subgraphs: [
    {
      sourceHandler: loadJSONSchemaSubgraph('Hood', {
        endpoint,
        operations: [
          {
            type: 'Query',
            field: 'gdprRequests',
            method: 'GET',
            path: `/v1/hood/gdpr-requests?client_id=neq:{args.without}&fields=${FIELDS}&page=1,{args.first}`,
            argTypeMap: { without: text, first: { type: 'integer' } },
            responseSchema: object('GdprRequests', { items: list(request) }),
          },
        ],
      }),
    },
    {
      sourceHandler: loadJSONSchemaSubgraph('Sor', {
        endpoint,
        operations: [
          {
            type: 'Query',
            field: 'customerProfiles',
            method: 'GET',
            path: PROFILES,
            queryParamArgMap: { customer_ids: 'id' },
            argTypeMap: { id: text },
            responseSchema: profilesAnswer,
          },
          {
            type: 'Query',
            field: 'profilesOf',
            method: 'GET',
            path: PROFILES,
            queryParamArgMap: { customer_ids: 'ids' },
            queryStringOptionsByParam: { customer_ids: { arrayFormat: 'comma' } },
            argTypeMap: { ids: list(text) },
            responseSchema: profilesAnswer,
          },
        ],
      }),
    },
  ],
  additionalTypeDefs: /* GraphQL */ `
    extend type GdprRequest {
      customerProfile: Profile
        @resolveTo(
          sourceName: "Sor"
          sourceTypeName: "Query"
          sourceFieldName: "profilesOf"
          keyField: "client_id"
          keysArg: "ids"
          requiredSelectionSet: "{ client_id }"
          result: "result.profiles"
          valueKeyField: "customer_id"
        )
    }
  `,
});
