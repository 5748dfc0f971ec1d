import { graphql } from '#gql';

/** Code over what the client preset generates; it is not run: that its types fit is what is asked. */
const query = graphql(`
  query Requests($first: Int, $filter: GdprRequestFilter) {
    gdprRequests(first: $first, filter: $filter) {
      totalCount
      nodes {
        hoodId
        createTime
        status
        proofOfIdentity
        customerProfile {
          dateOfBirth
          attribute(system: "global", key: "points") {
            value
            exactNumber
          }
        }
      }
    }
  }
`);

const upload = graphql(`
  mutation Import($input: ImportAttributeValuesInput!) {
    importAttributeValues(input: $input) {
      __typename
      ... on UserError {
        message
      }
    }
  }
`);

/** What a typed client does with a document: variables in, data out. */
declare function execute<Data, Variables>(
  document: { __apiType?: (variables: Variables) => Data },
  variables: Variables,
): Promise<Data>;

const { gdprRequests } = await execute(query, { first: 2, filter: { status: { eq: 'PENDING' } } });
const [request] = gdprRequests?.nodes ?? [];
export const createTime: string | null | undefined = request?.createTime;
export const proof: string | null | undefined = request?.proofOfIdentity;
export const born: string | null | undefined = request?.customerProfile?.dateOfBirth;
export const points: string | null | undefined = request?.customerProfile?.attribute?.exactNumber;
export const total: number | null | undefined = gdprRequests?.totalCount;

// A scalar without a type of its own would be `any`, and take all of these.
// @ts-expect-error A time is text.
export const noTime: number | null | undefined = request?.createTime;
// @ts-expect-error An exact number is text: a double would lose digits.
export const noNumber: number | null | undefined = request?.customerProfile?.attribute?.exactNumber;
// @ts-expect-error Nobody knows what JSON holds before looking.
export const noText: string | null | undefined = request?.customerProfile?.attribute?.value;

await execute(upload, { input: { systemOfRecord: 'global', file: new File([], 'values.csv') } });
// @ts-expect-error A path is no file.
await execute(upload, { input: { systemOfRecord: 'global', file: 'values.csv' } });
// @ts-expect-error There is no such status.
await execute(query, { filter: { status: { eq: 'PENDNG' } } });
