import { createHash } from 'node:crypto';
import { compactVerify, createLocalJWKSet } from 'jose';
import { expect } from 'vitest';
import type { Gateway } from '../../../support/gateway.ts';

/** What is made of an input, with the headers of a caller. */
export async function ask(gateway: Gateway, input: string, headers: Record<string, string> = {}) {
  const query = `mutation { exportDataSubject(input: { ${input} }) {
    __typename ... on ExportDataSubjectSuccess { downloadUrl expiresAt } ... on InvalidInputError { message issues { code } }
  } }`;
  const { data, errors } = await gateway.query(query, {}, headers);
  return { result: data?.exportDataSubject, errors };
}

/** The file, as its text and as what that says. */
export async function fileOf(gateway: Gateway, input: string) {
  const { result } = await ask(gateway, input);
  const response = await gateway.fetch(result.downloadUrl);
  const text = await response.text();
  return { response, text, file: JSON.parse(text), hood: gateway.hoodCalls(), sor: gateway.sorCalls() };
}

/** Expects that the signature is of all bytes before its line, which anybody can check by the public key. */
export async function expectSigned(gateway: Gateway, text: string): Promise<void> {
  const signed = text.slice(0, text.lastIndexOf('"signature"'));
  const keys = createLocalJWKSet((await (await gateway.fetch('/.well-known/jwks.json')).json()) as never);
  const { payload } = await compactVerify(JSON.parse(text).signature, keys);
  const { sha256 } = JSON.parse(Buffer.from(payload).toString());
  expect(sha256).toBe(createHash('sha256').update(signed).digest('hex'));
}

export const idsOf = (rows: { id: string }[]) => rows.map(({ id }) => id).sort();
