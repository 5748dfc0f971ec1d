import { expect, test } from 'vitest';
import { startGateway } from '../support/gateway.ts';
import { idOf } from './id-places.ts';

const OTHER = idOf('HoodExport', '10');

test('of thousands of mistakes a hundred are told, and no more than a thousand are counted', async () => {
  await using gateway = await startGateway();
  const roots = Array.from(
    { length: 45 },
    (_, n) => `r${n}: gdprRequests { nodes { ...Who } edges { node { ...Who } } }`,
  );
  const wrongs = Array.from({ length: 10 }, (_, n) => `a${n}: attribute(system: "${OTHER}", key: "a") { value }`);

  const { errors = [] } = await gateway.query(
    `{ ${roots.join(' ')} }
      fragment Who on GdprRequest { customerProfile { ...All } subjectInformation { customerProfile { ...All } } }
      fragment All on CustomerProfile { ${wrongs.join(' ')} }`,
  );

  expect(errors).toHaveLength(101);
  expect(errors.at(-1)?.message).toMatch(/^At least 9\d\d more errors are left out\.$/);
  expect(gateway.hoodCalls()).toEqual([]);
});
