import { expect, test } from 'vitest';
import { person } from '../../../../src/sandbox/people.ts';
import { startGateway } from '../../../support/gateway.ts';

const CUSTOM = 'SOR_767yUpsMJoTWi0mz';
const ERRORS = 'GET /api/attribute_values/import_errors';

test('the customers and the definitions of all errors are one call each, and one where somebody is missing', async () => {
  await using gateway = await startGateway({ sor: { profiles: 60 } });
  const people = Array.from({ length: 20 }, (_, index) => person(index));
  const errorOf = (customer_id: unknown, key: unknown, sor: unknown) => ({
    job_id: 'import_id_1',
    customer_id,
    key,
    sor,
  });
  const attribute_errors = [
    ...people.map(({ clientId }) => errorOf(clientId, 'hobbies', CUSTOM)),
    errorOf('nobody', 'no_such_key', CUSTOM),
    errorOf('', 'hobbies', 'SOR_unknown'),
    errorOf(null, null, null),
  ];
  gateway.sor.api.dials.fault = ({ line }) =>
    line.startsWith(ERRORS) ? { kind: 'body', body: { success: true, result: { attribute_errors } } } : undefined;

  const { data, errors } = await gateway.query(`{ attributeImport(importId: "import_id_1") {
    errors { nodes { profile { customerId firstName } definition { valueType } } }
  } }`);

  expect(errors).toBeUndefined();
  const { nodes } = data.attributeImport.errors;
  expect(nodes.slice(0, 20)).toEqual(
    people.map(({ clientId, firstName }) => ({
      profile: { customerId: clientId, firstName },
      definition: { valueType: 'SET' },
    })),
  );
  expect(nodes.slice(20)).toEqual(Array(3).fill({ profile: null, definition: null }));
  const calls = gateway.sorCalls().map((line) => line.split('?')[0]);
  expect(calls.toSorted()).toEqual([
    'GET /api/attribute_values/import_errors',
    'GET /api/attribute_values/import_jobs',
    'GET /api/customer_profiles',
    // Once for the process: whether it leaves out customers who have none of the attributes.
    'GET /api/customer_profiles',
    'GET /api/system_of_records',
  ]);
});
