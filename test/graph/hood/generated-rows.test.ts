import { expect, test } from 'vitest';
import { startGateway } from '../../support/gateway.ts';

const GDPR_REQUEST = `
  id hoodId companyId clientId status statusText submissionReason submissionReasonText rejectionReason
  additionalInformation informationToRemove proofOfAddress proofOfIdentity
  requestDeclaration { dataHolderName date signature }
  requesterInformation { fullName email phoneNumber address }
  subjectInformation { fullName email phoneNumber address }
  createTime updateTime
`;
const HOOD_EXPORT = `
  id hoodId companyId creatorId resource status name description size extension mimeType downloadUrl
  attemptCount downloadCount failureReason expireTime createTime updateTime
`;
const PROFILE_PROPERTY = `
  id hoodId companyId target label dataType dataTypeText example description importAliases exportAlias
  piData system importable exportable createTime updateTime
`;
const CUSTOMER_DATA = `
  id hoodId companyId target piData label dataType dataTypeText description example exportAlias createTime updateTime
`;

test.each([
  ['gdprRequests', GDPR_REQUEST],
  ['hoodExports', HOOD_EXPORT],
  ['profileProperties', PROFILE_PROPERTY],
  ['customerData', CUSTOMER_DATA],
])('%s: a walk through 1,000 rows, every oddity among them, has no error and no null row', async (field, fields) => {
  await using gateway = await startGateway({ hood: { rows: 1000, samples: false } });
  const ids = new Set<string>();
  let after: string | null = null;
  do {
    const { data, errors } = await gateway.query(
      `query ($after: String) {
        ${field}(first: 100, after: $after) { nodes { ${fields} } pageInfo { hasNextPage endCursor } }
      }`,
      { after },
    );
    expect(errors).toBeUndefined();
    const { nodes, pageInfo } = data[field];
    for (const { hoodId } of nodes) ids.add(hoodId);
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after !== null);

  expect(ids.size).toBe(1000);
  expect(gateway.hoodCalls()).toHaveLength(10);
});
