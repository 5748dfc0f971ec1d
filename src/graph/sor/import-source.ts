import { reachOf } from '../../sources/hosts.ts';
import type { InputIssue } from '../mutation.ts';
import type { UploadedFile } from '../upload.ts';
import type { UserErrorCode } from '../user-error-code.ts';

/** Where an import's file comes from, as the graph takes it; null is the same as leaving it out. */
export interface ImportSource {
  file?: UploadedFile | null;
  fileUrl?: URL | null;
  requestHeaders?: readonly { name: string; value: string }[] | null;
}

/** What a header's name is made of (RFC 9110, 5.6.2), and what its value may be. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~\dA-Za-z-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Everything that is wrong with where a file is to come from; `mayBeLocal` says that an address may be one of this machine. */
export function sourceMistakes({ file, fileUrl, requestHeaders }: ImportSource, mayBeLocal: boolean): InputIssue[] {
  const issues: InputIssue[] = [];
  const issue = (path: string[], message: string, code: UserErrorCode = 'INVALID') =>
    issues.push({ path, code, message });

  if (Boolean(file) === Boolean(fileUrl)) {
    issue(['file'], 'Expected exactly one of file and fileUrl.', file ? 'INVALID' : 'REQUIRED');
  }
  const wrong = fileUrl && addressMistake(fileUrl, mayBeLocal);
  if (wrong) issue(['fileUrl'], wrong);
  if (requestHeaders?.length && !fileUrl) {
    issue(['requestHeaders'], 'Expected no headers: they are for the call to fileUrl.');
  }
  const names = new Set<string>();
  for (const [index, { name, value }] of (requestHeaders ?? []).entries()) {
    const at = ['requestHeaders', String(index)];
    if (!HEADER_NAME.test(name)) issue([...at, 'name'], 'Expected the name of a header.');
    else if (names.has(name.toLowerCase())) issue([...at, 'name'], 'Expected each header once.');
    if (!HEADER_VALUE.test(value)) issue([...at, 'value'], 'Expected a value in one line of Latin characters.');
    names.add(name.toLowerCase());
  }
  return issues;
}

function addressMistake({ protocol, username, password, hostname }: URL, mayBeLocal: boolean): string | undefined {
  const isWeb = protocol === 'https:' || (mayBeLocal && protocol === 'http:');
  if (!isWeb) return `Expected an ${mayBeLocal ? 'http or https' : 'https'} address.`;
  if (username || password) return 'Expected an address without credentials: requestHeaders can carry them.';
  return mayBeLocal || reachOf(hostname) === 'public' ? undefined : 'Expected an address of a host that is public.';
}
