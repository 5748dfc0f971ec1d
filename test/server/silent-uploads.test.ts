import { expect, test } from 'vitest';
import { startGateway } from '../support/gateway.ts';
import { upload } from '../support/upload.ts';
import { beginUpload, form, map, OPERATION, operations } from './operation-forms.ts';

const env = { CLIENT_TIMEOUT: '100ms' };

/**
 * Sends a beginning of a form that is announced as longer, and then so many letters a time; reads until the connection
 * ends. What is sent after the gateway has closed it is answered with a reset, which takes nothing from what came before.
 */
async function sendPart(origin: string, body: string, drip = ''): Promise<string> {
  const socket = beginUpload(origin, body).setEncoding('utf8');
  const dripping = setInterval(() => socket.write(drip), 50);
  let answer = '';
  socket.on('data', (text: string) => {
    answer += text;
  });
  await new Promise((resolve) => socket.once('close', resolve));
  clearInterval(dripping);
  return answer;
}

test.each([
  ['brings no bytes', ''],
  ['stops before its operation is there', form(operations).slice(0, 30)],
])('an upload that %s is refused with 408, and its connection is closed', async (_, body) => {
  await using gateway = await startGateway({ env });
  const answer = await sendPart(await gateway.listen(), body);
  expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  expect(answer).toContain('"message":"Expected more of the file within 0.1 s."');
});

test('an upload that stops within its file fails its operation, and its connection is closed', async () => {
  await using gateway = await startGateway({ env });
  const whole = form(operations, map, ['0', 'customer_id,is_vip\na,true\n', 'a.csv']);
  const answer = await sendPart(await gateway.listen(), whole.slice(0, -20));
  expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  expect(answer).toContain('"message":"Expected a file that is complete."');
  expect(gateway.sorCalls().filter((line) => line.startsWith('POST'))).toEqual([]);
});

test('an upload may take far longer as long as more of it comes', async () => {
  await using gateway = await startGateway({ env: { CLIENT_TIMEOUT: '500ms' } });
  async function* slowly() {
    yield 'customer_id,is_vip\n';
    for (let row = 0; row < 8; row += 1) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      yield `customer-${row},true\n`;
    }
  }
  const { status, errors } = await upload(await gateway.listen(), OPERATION, slowly());
  expect(errors).toBeUndefined();
  expect(status).toBe(200);
});

test.each([
  ['before its operation is there', '', /^HTTP\/1\.1 408 /],
  ['within its file', form(operations, map, ['0', 'customer_id,is_vip\n', 'a.csv']).slice(0, -10), /that is complete/],
])('an upload that drips %s is cut as one that stops', async (_, beginning, answer) => {
  await using gateway = await startGateway({ env: { CLIENT_TIMEOUT: '400ms' } });
  expect(await sendPart(await gateway.listen(), beginning, 'x')).toMatch(answer);
  expect(gateway.sorCalls().filter((line) => line.startsWith('POST'))).toEqual([]);
});
