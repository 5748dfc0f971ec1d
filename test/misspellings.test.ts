import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readConfig, VARIABLE_NAMES } from '../src/config/config.ts';
import { mistakesIn } from './support/config.ts';

/** What is in the environment of a process beside its settings. */
const ENVIRONMENTS = {
  'a shell': `_ BASH_ENV COLORTERM CDPATH COLUMNS DBUS_SESSION_BUS_ADDRESS DISPLAY EDITOR EMAIL ENV HISTFILE HISTSIZE HOME
    HOSTNAME HOSTTYPE IFS LANG LANGUAGE LC_ALL LC_CTYPE LESS LESSOPEN LINES LOGNAME LS_COLORS MACHTYPE MAIL MANPATH
    OLDPWD OSTYPE PAGER PATH PROMPT PS1 PWD SHELL SHLVL SSH_AUTH_SOCK SSH_CLIENT SSH_CONNECTION SSH_TTY SUDO_USER TERM
    TERM_PROGRAM TMPDIR TMUX TZ USER USERNAME VISUAL WAYLAND_DISPLAY XAUTHORITY XDG_CACHE_HOME XDG_CONFIG_HOME
    XDG_DATA_DIRS XDG_RUNTIME_DIR XDG_SESSION_ID XPC_FLAGS ZDOTDIR http_proxy https_proxy no_proxy HTTP_PROXY
    HTTPS_PROXY NO_PROXY ALL_PROXY`,
  'Node and npm': `COLOR DEBUG FORCE_COLOR INIT_CWD NODE NODE_COMPILE_CACHE NODE_DEBUG NODE_ENV NODE_EXTRA_CA_CERTS
    NODE_PATH NODE_TEST_CONTEXT NODE_TLS_REJECT_UNAUTHORIZED NODE_V8_COVERAGE NODE_VERSION NO_COLOR NVM_BIN NVM_DIR
    SSL_CERT_DIR SSL_CERT_FILE UV_THREADPOOL_SIZE YARN_VERSION npm_command npm_config_cache npm_config_loglevel
    npm_config_prefix npm_execpath npm_lifecycle_event npm_lifecycle_script npm_node_execpath npm_package_json
    npm_package_name npm_package_version`,
  'Docker and Kubernetes': `DOCKER_CONFIG DOCKER_HOST DOCKER_TLS_VERIFY COMPOSE_PROJECT_NAME KUBECONFIG
    KUBERNETES_PORT KUBERNETES_PORT_443_TCP_ADDR KUBERNETES_SERVICE_HOST HOOD_PORT SOR_SERVICE_HOST
    GATEWAY_SERVICE_PORT HOOD_SOR_GATEWAY_PORT_4000_TCP METRIC_PORT REDIS_PORT REDIS_SERVICE_HOST POD_NAME
    POD_NAMESPACE POD_IP NODE_NAME container`,
  'CI and systemd': `CI CI_COMMIT_SHA GITHUB_ACTIONS GITHUB_API_URL GITHUB_ENV GITHUB_REF GITHUB_SHA GITHUB_TOKEN
    GITHUB_WORKSPACE GITLAB_CI JENKINS_URL JOB_NAME BUILD_URL RUNNER_OS RUNNER_TEMP RUNNER_DEBUG CREDENTIALS_DIRECTORY
    INVOCATION_ID JOURNAL_STREAM LISTEN_FDS MAINPID NOTIFY_SOCKET STATE_DIRECTORY CACHE_DIRECTORY LOGS_DIRECTORY
    WATCHDOG_USEC`,
  'other programs': `AWS_REGION AWS_SECRET_ACCESS_KEY BOT_TOKEN CACHE_DIR CACHE_URL DATABASE_URL DOC_URL JAVA_HOME
    LOG_FILE LOG_FORMAT LOG_URL MAX_AGE OTEL_EXPORTER_OTLP_HEADERS OTEL_EXPORTER_OTLP_PROTOCOL OTEL_LOG_LEVEL
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT OTEL_RESOURCE_ATTRIBUTES OTEL_SERVICE_NAME OTEL_TRACES_EXPORTER PGHOST PUBLIC_KEY
    PYTHONPATH REDIS_HOST SANDBOX_ROWS SECRET_KEY SENTRY_DSN SSO_TOKEN SSO_URL TOKEN`,
};

test.each([
  ['HOOD_TOKN', 'HOOD_TOKEN'],
  ['HOOD_TOEKN', 'HOOD_TOKEN'],
  ['hood_token', 'HOOD_TOKEN'],
  ['HOODTOKEN', 'HOOD_TOKEN'],
  ['SOR_TOKENS', 'SOR_TOKEN'],
  ['SOR_PASWORT', 'SOR_PASSWORD'],
  ['UPSTREAMS', 'UPSTREAM'],
  ['GATEWAY_SECRETS', 'GATEWAY_SECRET'],
  ['MAX_CALL', 'MAX_CALLS'],
  ['MAXBODY', 'MAX_BODY'],
  ['ALLOWED_HOST', 'ALLOWED_HOSTS'],
  ['JWT_ROLE', 'JWT_ROLES'],
  ['ANONYMOUS_SCOPE', 'ANONYMOUS_SCOPES'],
  ['TRUSTED_DOCUMENT_ONLY', 'TRUSTED_DOCUMENTS_ONLY'],
  ['GRAPHQL', 'GRAPHIQL'],
  ['INTROSPECTON', 'INTROSPECTION'],
  ['REPLICASS', 'REPLICAS'],
  ['REDISURL', 'REDIS_URL'],
  ['PUBLIC_URLS', 'PUBLIC_URL'],
  ['CALLER_RATES', 'CALLER_RATE'],
  ['REQUEST_DEADLIN', 'REQUEST_DEADLINE'],
  ['UNKNOWN_PII', 'UNKNOWN_PI'],
  ['TRACE_UPSTREAMS', 'TRACE_UPSTREAM'],
  ['HOOD_TOKE', 'HOOD_TOKEN'],
  ['SOR_TOKN', 'SOR_TOKEN'],
  ['SOR_TOEKN', 'SOR_TOKEN'],
  ['UPSTRAEM', 'UPSTREAM'],
  ['LOGLEVEL', 'LOG_LEVEL'],
  ['LOG_LEVL', 'LOG_LEVEL'],
  ['SECRT', 'SECRET'],
  ['CORS_ORIGIN', 'CORS_ORIGINS'],
  ['REDIS_ULR', 'REDIS_URL'],
  ['REDIS_URI', 'REDIS_URL'],
  ['PUBLIC_ULR', 'PUBLIC_URL'],
  ['HOSTS', 'HOST'],
  ['CACH', 'CACHE'],
  ['AUHT', 'AUTH'],
  ['HSOT', 'HOST'],
  ['CAHCE', 'CACHE'],
  ['AUIDT', 'AUDIT'],
  ['PROT', 'PORT'],
  ['SANDBOX_FAULT', 'SANDBOX_FAULTS'],
  ['SANDBOX_SED', 'SANDBOX_SEED'],
  ['OTEL_TRACE_SAMPLER', 'OTEL_TRACES_SAMPLER'],
  ['HOOD_TOKEN_FIL', 'HOOD_TOKEN_FILE'],
])('%s is refused with the name that may be meant, and without its value', (name, meant) => {
  const mistakes = mistakesIn({ [name]: 'canary' });
  expect(mistakes).toEqual([`${name} is no setting. ${meant} may be what is meant: give it that name, or unset it.`]);
});

test('every name that differs by one or two letters is refused, of a short name by one', () => {
  const unset = VARIABLE_NAMES.filter((name) => !/_PORT/.test(name));
  const letter = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ_0');
  const edit = fc.record({ at: fc.nat(), letter, kind: fc.constantFrom('drop', 'add', 'change') });
  const edited = (name: string, { at, letter, kind }: { at: number; letter: string; kind: string }) => {
    const place = at % name.length;
    return name.slice(0, place) + (kind === 'drop' ? '' : letter) + name.slice(kind === 'add' ? place : place + 1);
  };
  const ofOthers = /_PORT|_SERVICE_|^(?:BOT|CACHE|DOC|LOG|SSO)_(?:EMAIL|TOKEN|URL)$/;
  fc.assert(
    fc.property(fc.constantFrom(...unset), fc.array(edit, { minLength: 1, maxLength: 2 }), (name, edits) => {
      const given = edits.slice(0, name.length > 5 ? 2 : 1).reduce(edited, name);
      fc.pre(!VARIABLE_NAMES.some((own) => own === given) && !ofOthers.test(given));
      expect(mistakesIn({ [given]: 'canary' })).toEqual([expect.stringContaining(`${given} is no setting.`)]);
    }),
  );
});

test.each(Object.entries(ENVIRONMENTS))('variables of %s are none of ours', (_whose, names) => {
  const env = Object.fromEntries(names.split(/\s+/).map((name) => [name, 'x']));
  expect(readConfig(env).UPSTREAM).toBe('sandbox');
});

test('an old setting beside the right one is left alone, and so is an empty one', () => {
  expect(readConfig({ HOOD_TOKEN: 'a', HOOD_TOKEN2: 'b', SOR_TOKN: '' }).HOOD_TOKEN).toBe('a');
});
