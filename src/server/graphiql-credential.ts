/** How a caller can be known, by the name of the header that says so. */
const CREDENTIAL_NAMES = { jwt: ['authorization', 'Token'], secret: ['x-gateway-secret', 'Secret'] } as const;

export type CredentialWay = keyof typeof CREDENTIAL_NAMES;

/**
 * A line above GraphiQL that says who calls and which scopes they lack, and asks for a credential where there is one. It
 * is hidden where nothing is asked for and nothing is missing. What is typed is hidden by style: browsers offer to store
 * passwords.
 */
export function credentialForm(ways: readonly CredentialWay[]): string {
  const options = ways.map((way) => `<option value="${CREDENTIAL_NAMES[way][0]}">${CREDENTIAL_NAMES[way][1]}</option>`);
  const fields = `<select aria-label="Credential">${options.join('')}</select>
<input aria-label="Value" required autocomplete="off" spellcheck="false"><button>Sign in</button>`;
  return `<form id="credential" hidden>${ways.length > 0 ? fields : ''}<output></output></form>`;
}

export const CREDENTIAL_STYLE = `
body { display: flex; flex-direction: column; height: 100vh; margin: 0; }
#root { flex: 1; min-height: 0; }
#root .graphiql-container { height: 100%; }
#credential { background: Canvas; color: CanvasText; color-scheme: light dark; }
#credential:not([hidden]) { display: flex; gap: 8px; align-items: center; padding: 6px 12px; font: 14px sans-serif; }
#credential input { -webkit-text-security: disc; width: 24em; }
#credential output { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
`;

/** Sends the credential with all that the page sends, and keeps it nowhere: it is gone when the page is. */
export const CREDENTIAL_SCRIPT = `{
const form = document.querySelector('#credential');
const [name, value, said] = ['select', 'input', 'output'].map((part) => form.querySelector(part));
const send = globalThis.fetch;
let credential = [];
globalThis.fetch = (input, init = {}) => {
  const headers = new Headers(init.headers);
  // What somebody writes into the editor of headers counts more.
  for (const [name, value] of credential) if (!headers.has(name)) headers.set(name, value);
  return send(input, { ...init, headers });
};
const tell = async () => {
  const { caller, missingScopes = [], errors } = await (await fetch('caller')).json();
  const lacks = missingScopes.length > 0 ? 'without ' + missingScopes.join(', ') : 'with all scopes';
  said.textContent = said.title = errors ? errors[0].message : 'Known as ' + caller + ', ' + lacks + '.';
  form.hidden = !name && missingScopes.length === 0;
};
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  credential = [[name.value, (name.value === 'authorization' ? 'Bearer ' : '') + value.value.trim()]];
  value.value = '';
  await tell();
  document.querySelector('[aria-label^="Re-fetch GraphQL schema"]')?.click();
});
tell();
}`;
