import { expect, test } from 'vitest';
import type { Fault } from '../../src/sandbox/faults.ts';
import { startGateway } from '../support/gateway.ts';
import { fakeProfile } from './fake-profiles.ts';

test.each(['\u0000', '\u0001', '\n', '\r\n', '\t', '\u001f'])(
  'a text with the control character %j as it is',
  async (text) => {
    await using gateway = await startGateway();
    const raw = (value: object): Fault => ({
      kind: 'text',
      text: JSON.stringify(value).replace(JSON.stringify('CONTROL').slice(1, -1), text),
    });
    gateway.hood.dials.fault = () => raw({ total: 1, items: [{ id: '1', target: 'aCONTROLb' }] });
    gateway.sor.api.dials.fault = () =>
      raw({ success: true, result: { total_profiles: 1, profiles: [fakeProfile('a', { city: 'aCONTROLb' })] } });
    const { data, errors } = await gateway.query(
      '{ customerData { nodes { hoodId target } } customerProfile(customerId: "a") { city } }',
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      customerData: { nodes: [{ hoodId: '1', target: `a${text}b` }] },
      customerProfile: { city: `a${text}b` },
    });
    expect([...gateway.hoodCalls(), ...gateway.sorCalls()]).toHaveLength(2);
  },
);
