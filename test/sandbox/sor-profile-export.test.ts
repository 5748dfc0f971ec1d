import { expect, test } from 'vitest';
import { person } from '../../src/sandbox/people.ts';
import { startSor } from '../../src/sandbox/sor/server.ts';
import { callerOf, resultOf } from './sor-caller.ts';

const PATH = '/api/customer_profiles';
const CUSTOM = 'SOR_767yUpsMJoTWi0mz';

test('an export is all of it as CSV at once', async () => {
  await using sor = await startSor({ profiles: 1200 });
  const { text } = await callerOf(sor).get(`${PATH}/export`, {
    attribute_keys: 'first_name,hobbies',
    customer_id_type: 'user_id',
  });
  const lines = text.trimEnd().split('\n');
  expect(lines[0]).toBe('customer_id,customer_id_type,sor_identifier,attribute_key,value');
  expect(lines.filter((line) => line.includes(',global,first_name,'))).toHaveLength(803);
  expect(lines).toContain(`${person(1).email},user_id,global,first_name,${person(1).firstName}`);
  expect(text).toMatch(new RegExp(`,${CUSTOM},hobbies,\\w+;\\w+`));
});

test('an export answers with an address when so set, which names the file at the second time of asking', async () => {
  await using sor = await startSor({ profiles: 3 });
  sor.settings.exportAs = 'url';
  const { get } = callerOf(sor);
  const pathOf = (url: string) => url.slice(sor.api.origin.length);
  const params = { customer_ids: person(0).email, attribute_keys: 'email' };

  const { callback_url } = resultOf<{ callback_url: string }>(await get(`${PATH}/export`, params));
  expect((await get(pathOf(callback_url))).json).toMatchObject({
    result: { status: 'received', download_url: null },
  });
  const ready = resultOf<{ download_url: string }>(await get(pathOf(callback_url)));
  const { text } = await get(pathOf(ready.download_url));
  expect(text.split('\n')).toEqual([
    'customer_id,customer_id_type,sor_identifier,attribute_key,value',
    `${person(0).email},user_id,global,email,${person(0).email}`,
    '',
  ]);
});
