{
  const toolbar = document.querySelector('#toolbar');
  const [summary, table, form] = ['summary', 'table', 'form'].map((name) => toolbar.querySelector(name));
  const { mode } = toolbar.dataset;
  // GraphiQL replaces it by one that is slow.
  const { parse } = JSON;

  try {
    keepTabsApart(localStorage);
  } catch {
    // The browser keeps nothing, or what it has kept is not readable.
  }

  // More tabs than fit: as in other programs, the wheel moves them.
  document.addEventListener('wheel', ({ target, deltaY }) => {
    const tabs = target.closest('.graphiql-tabs');
    if (tabs) tabs.scrollLeft += deltaY;
  });

  const send = globalThis.fetch;
  let credential = [];

  // All that the page sends carries the credential, which is kept nowhere else: it is gone when the page is.
  globalThis.fetch = async (input, init = {}) => {
    const headers = new Headers(init.headers);
    // What somebody writes into the editor of headers counts more.
    for (const [name, value] of credential) if (!headers.has(name)) headers.set(name, value);
    // GraphiQL's own question costs nothing that anybody would want to know.
    const isOperation = init.body && !init.body.includes('"IntrospectionQuery"');
    if (isOperation) {
      // Not every answer says its cost, and that of the operation before must not be taken for it.
      summary.lastElementChild.textContent = 'No calls reported.';
      table.replaceChildren();
    }
    const response = await send(input, { ...init, headers });
    // What was stopped has no end to read.
    if (isOperation) readCost(response.clone()).catch(() => {});
    return response;
  };

  /** Reads an answer beside GraphiQL. Each of its lines may be all of it, a part or an event, and then have its cost. */
  async function readCost({ body }) {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let line = '';
    for (let isLast = false; !isLast; ) {
      const { done, value } = await reader.read();
      isLast = done;
      const [rest, ...lines] = (value ?? '\n').split('\n');
      line += rest;
      for (const next of lines) {
        const { extensions } = line.includes('"upstreamCalls":') ? parse(line.replace(/^data: ?/, '')) : {};
        if (extensions?.upstreamCalls) showCost(extensions);
        line = next;
      }
    }
  }

  function showCost({ upstream, upstreamCalls }) {
    const apis = Object.entries(upstream);
    const sum = (count) => apis.reduce((total, [, cost]) => total + cost[count], 0);
    const calls = sum('calls');
    const limited = apis.filter(([, { budgetLeft }]) => budgetLeft);
    summary.lastElementChild.textContent = [
      `${calls} ${calls === 1 ? 'call' : 'calls'}`,
      `waited ${sum('waitedMs')} ms`,
      ...limited.map(([api, { budgetLeft }]) => `${api}: ${budgetLeft.minute} left this minute`),
    ].join(' · ');
    table.replaceChildren(row('th', ['API', 'Call', 'Status', 'Took', 'Waited', 'Served from']));
    for (const { api, method, route, parameters = [], status, ms, waitedMs, servedFrom, count } of upstreamCalls) {
      // The sandbox gives their values as well.
      const query = Array.isArray(parameters) ? parameters : Object.entries(parameters).map((pair) => pair.join('='));
      const call = [`${method} ${route}`, query.join('&')].filter(Boolean).join('?');
      const from = servedFrom.toLowerCase().replace('_', ' ') + (count > 1 ? ` (${count})` : '');
      table.append(row('td', [api, call, status, ...[ms, waitedMs].map((each) => each != null && `${each} ms`), from]));
    }
  }

  function row(kind, texts) {
    const made = document.createElement('tr');
    made.append(...texts.map((text) => Object.assign(document.createElement(kind), { textContent: text || '' })));
    return made;
  }

  /** Tabs of made-up data and of real data: what changes one must not be sent to the other by mistake. */
  function keepTabsApart(kept) {
    const before = kept['graphiql:mode'] ?? mode;
    if (before !== mode) {
      kept[`graphiql:tabs:${before}`] = kept['graphiql:tabState'] ?? '';
      kept['graphiql:tabState'] = kept[`graphiql:tabs:${mode}`] ?? '';
    }
    kept['graphiql:mode'] = mode;
    const { tabs, activeTabIndex } = parse(kept['graphiql:tabState'] || '{"tabs":[{}],"activeTabIndex":0}');
    // Version 5.24.1 of render-graphiql. For its makers: beside what each tab holds it keeps what was typed last. Where
    // nothing was typed, the latter is empty, equals no tab, and a reload opens one more. So both must say the same.
    for (const editor of ['query', 'variables']) kept[`graphiql:${editor}`] = tabs[activeTabIndex][editor] ?? '';
  }

  const [name, value, caller] = ['select', 'input', 'output'].map((part) => form.querySelector(part));
  const showCaller = async () => {
    const answer = fetch('caller').then((response) => response.json());
    // A proxy may answer with a page, and a value with odd characters cannot be sent.
    const { caller: known, missingScopes = [], errors } = await answer.catch((error) => ({ errors: [error] }));
    const refusal = credential.length > 0 ? 'Refused. ' : '';
    const lacks = missingScopes.length > 0 ? `Missing scopes: ${missingScopes.join(', ')}` : 'No scope is missing';
    caller.textContent = caller.title = errors ? refusal + errors[0].message : `You are ${known}. ${lacks}.`;
    form.hidden = !name && missingScopes.length === 0;
  };
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const typed = value.value.trim().replace(/^bearer\s+/i, '');
    credential = [[name.value, (name.value === 'authorization' ? 'Bearer ' : '') + typed]];
    value.value = '';
    await showCaller();
    document.querySelector('[aria-label^="Re-fetch GraphQL schema"]')?.click();
  });
  showCaller();
}
