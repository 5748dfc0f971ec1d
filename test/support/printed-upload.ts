/** The request that a printed `curl` with a file makes, with the file given. */
export function printedUpload(page: string, file: Blob): RequestInit {
  const [command = ''] = /^curl (?:[^\n]*\\\n)*[^\n]*-F file=[^\n]*$/m.exec(page) ?? [];
  const part = (name: string) => new RegExp(`-F ${name}='(.+?)'`).exec(command)?.[1] ?? '';
  const form = new FormData();
  form.append('operations', part('operations'));
  form.append('map', part('map'));
  form.append('file', file, 'values.csv');
  const [, header = '', value = ''] = /-H '(.+?): (.+?)'/.exec(command) ?? [];
  return { method: 'POST', headers: { [header]: value }, body: form };
}
