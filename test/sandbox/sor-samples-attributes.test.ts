import { expect, test } from 'vitest';
import { startSor } from '../../src/sandbox/sor/server.ts';
import { callerOf } from './sor-caller.ts';

const samplesOnly = () => startSor({ profiles: 0 });

const IS_VALID = {
  identifier: 'FACA_eVYy7KP9PZqP_B8w',
  key: 'is_valid',
  label: 'Is valid',
  value_type: 'Boolean',
  disabled: false,
  system_of_record_identifier: 'SOR-SDK_2a116e0767a7dc76e85a5ef85434d92b',
};
const path = `/api/customer_attributes/${IS_VALID.identifier}`;

test("the vendor's page on customer attributes: View", async () => {
  await using sor = await samplesOnly();
  const { json } = await callerOf(sor).get(path);
  expect(json).toEqual({ success: true, result: IS_VALID });
});

test("the vendor's page on customer attributes: create, without the system it is for", async () => {
  await using sor = await samplesOnly();
  const { json } = await callerOf(sor).post('/api/customer_attributes', {
    system_of_record_identifier: 'SOR-SDK_c7a5a35762fd9e50006fd77215599dfb',
    key: 'My Attr',
    label: 'my_attr',
    type: 'String',
  });
  expect(json).toEqual({
    success: true,
    result: {
      identifier: expect.stringMatching(/^FACA_/),
      key: 'My Attr',
      label: 'my_attr',
      value_type: 'String',
      disabled: false,
    },
  });
});

test("the vendor's page on customer attributes: modify", async () => {
  await using sor = await samplesOnly();
  const { json } = await callerOf(sor).put(path, { label: 'Test' });
  expect(json).toEqual({ success: true, result: { ...IS_VALID, label: 'Test' } });
});

test("the vendor's page on customer attributes: disable, enable and delete", async () => {
  await using sor = await samplesOnly();
  const { put, delete: remove } = callerOf(sor);
  expect((await put(`${path}/disable`)).json).toEqual({ success: true });
  expect((await put(`${path}/enable`)).json).toEqual({ success: true });
  expect((await remove(path)).json).toEqual({ success: true });
});

test("the vendor's page on customer attributes: removed attributes", async () => {
  await using sor = await samplesOnly();
  const { json } = await callerOf(sor).get('/api/removed_attributes', {
    system_of_record_identifier: 'SOR_id3nt1f13r',
  });
  expect(json).toEqual({
    success: true,
    result: [
      {
        id: 32500,
        system_of_record_id: 1,
        key: 'attr1',
        value_type: 'Number',
        label: 'attributeTest1',
        created_at: '2019-09-03T16:01:55.852Z',
        updated_at: '2020-01-06T11:00:26.082Z',
        identifier: 'FACA_FgzfBvu',
        removed: true,
        disabled: false,
      },
      {
        id: 33050,
        system_of_record_id: 1,
        key: 'attr2',
        value_type: 'String',
        label: 'attributeTest2',
        created_at: '2019-09-25T14:52:04.261Z',
        updated_at: '2019-12-26T16:54:33.275Z',
        identifier: 'FACA_2BmN8T0',
        removed: true,
        disabled: false,
      },
    ],
  });
});
