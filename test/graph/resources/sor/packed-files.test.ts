import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { startGateway } from '../../../support/gateway.ts';
import { upload } from '../../../support/upload.ts';
import { HEADER, IMPORT, operation } from './attribute-files.ts';

const TOO_TIGHT = 'Expected a gzip file that unpacks to at most 100 times its size.';
const LINE = 'marc,client_type,Gold\n';
const LETTERS = randomBytes(1_800_000).toString('hex');

/** Made once: to pack it takes longer than all that is done with it. */
const TIGHT = gzipSync(HEADER + LINE.repeat(4_000_000), { level: 9 });

test.each([true, false])('a file that unpacks to 1,000 times its size is cut (keys ignored: %s)', async (ignore) => {
  await using gateway = await startGateway();
  expect(TIGHT.length).toBeGreaterThan(65_536);
  const pieces = Array.from({ length: Math.ceil(TIGHT.length / 16_384) }, (_, index) =>
    TIGHT.subarray(index * 16_384, (index + 1) * 16_384),
  );
  const answer = await upload(await gateway.listen(), operation({ ignoreUnknownKeys: ignore }), pieces);
  expect(answer.data.importAttributeValues).toMatchObject({ issues: [{ path: ['file'], message: TOO_TIGHT }] });
  // It was found while the file was being sent, or before.
  const call = gateway.sor.api.calls.find(({ line }) => line === IMPORT);
  expect(call?.status).toBeUndefined();
  const { data } = await gateway.query('{ attributeImports { totalCount } }');
  expect(data.attributeImports.totalCount).toBe(1);
});

test.each<[name: string, text: string]>([
  ['short', HEADER + LINE.repeat(400_000)],
  [
    'ordinary',
    HEADER +
      Array.from(
        { length: 600_000 },
        (_, index) => `user${index},client_type,${LETTERS.slice(6 * index, 6 * index + 6)}\n`,
      ).join(''),
  ],
])('a file that is %s is passed on, however it is packed', async (_, text) => {
  await using gateway = await startGateway();
  const answer = await upload(await gateway.listen(), operation(), [gzipSync(text)]);
  expect(answer.data.importAttributeValues.__typename).toBe('ImportAttributeValuesSuccess');
});
