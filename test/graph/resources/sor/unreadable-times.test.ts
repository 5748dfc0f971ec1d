import { expect, test } from 'vitest';
import { startGateway } from '../../../support/gateway.ts';

test.each<[written: unknown, text: string | null]>([
  ['soon', 'soon'],
  ['29/10/2021 12:00', '29/10/2021 12:00'],
  [1600000000, '1600000000'],
  [null, null],
])('of a time %j that cannot be read every type keeps the text', async (written, text) => {
  await using gateway = await startGateway();
  const answers: [route: string, result: unknown][] = [
    ['/api/system_of_records', [{ identifier: 'SOR_1', name: 'One', type: 'custom', updated_date: written }]],
    ['/api/removed_attributes', [{ identifier: 'FACA_1', created_at: written, updated_at: written }]],
    ['/api/attribute_values/import_jobs', { 7: written }],
    ['/api/attribute_values/import_errors', { attribute_errors: [{ job_id: '7', date: written }] }],
  ];
  gateway.sor.api.dials.fault = ({ line }) => {
    const [, result] = answers.find(([route]) => line.split(' ')[1]?.split('?')[0] === route) ?? [];
    return result === undefined ? undefined : { kind: 'body', body: { success: true, result } };
  };

  const { data, errors } = await gateway.query(`{
    systemsOfRecord { nodes {
      updatedAt updatedAtText removedAttributes { createdAt createdAtText updatedAt updatedAtText }
    } }
    attributeImport(importId: "7") { startedAt startedAtText errors { nodes { occurredAt occurredAtText } } }
  }`);

  expect(errors).toBeUndefined();
  expect(data).toEqual({
    systemsOfRecord: {
      nodes: [
        {
          updatedAt: null,
          updatedAtText: text,
          removedAttributes: [{ createdAt: null, createdAtText: text, updatedAt: null, updatedAtText: text }],
        },
      ],
    },
    attributeImport: {
      startedAt: null,
      startedAtText: text,
      errors: { nodes: [{ occurredAt: null, occurredAtText: text }] },
    },
  });
});

test('so do the dates of values and of members of sets, with the one call that brings them', async () => {
  await using gateway = await startGateway();
  const languages = { value: ['Greek'], since: 'soon', elements: [{ value: 'Greek', since: 'then' }] };
  const result = { customer_id: 'maximillian', customer_id_type: 'user_id', attribute_values: { languages } };
  gateway.sor.api.dials.fault = ({ line }) =>
    line.startsWith('GET /api/attribute_values') ? { kind: 'body', body: { success: true, result } } : undefined;

  const { data } = await gateway.query(`{ customerProfile(customerId: "maximillian") {
    attribute(system: "SOR_XXXX", key: "languages") { sinceText elements { since sinceText } }
  } }`);

  expect(data.customerProfile.attribute).toEqual({
    sinceText: 'soon',
    elements: [{ since: null, sinceText: 'then' }],
  });
  expect(gateway.sorCalls().filter((call) => call.startsWith('GET /api/attribute_values'))).toHaveLength(1);
});
