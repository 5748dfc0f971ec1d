import { expect, test } from 'vitest';
import { person } from '../../src/sandbox/people.ts';
import { startSor } from '../../src/sandbox/sor/server.ts';
import { callerOf } from './sor-caller.ts';

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
