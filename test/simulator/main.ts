// `npm run simulator`: keeps a simulator running, for trying the action (or curl) against it.
import { playGroups } from './elsewhere.ts';
import { OPTIONS_HELP, optionsFrom } from './main-options.ts';
import { type Simulator, startSimulator } from './simulator.ts';

const { connectors, ...options } = readOptions();
const simulator = await startSimulator({ ...options, verifyAfterLooks: 3 }).catch((error: NodeJS.ErrnoException) => {
  if (error.code !== 'EADDRINUSE') throw error;
  return fail(`Port ${options.port} is taken. Choose another: PORT=0 npm run simulator (0 takes a free one)`);
});
simulator.addConnector({ email_domain: 'acme.example', enabled: true });
simulator.addConnector({ email_domain: 'branch.example' });
simulator.addConnector({ email_domain: 'newcomer.example', verification: { status: 'awaiting' } });
simulator.addConnector({ email_domain: 'expired.example', verification: { status: 'failed' } });
console.log(introduction(simulator));
for (let n = 0; n < connectors; n++) simulator.addConnector({ enabled: true });
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().replace(/\.\d+/, '');
simulator.setToken(simulator.tokens.user, { expires_on: inDays(20) });

simulator.on('done', ({ method, path, body, status }) => {
  // A body or a path comes from outside and must stay on this one line.
  const line = `${method} ${path} ${body}`.replaceAll(/[\s\x00-\x1f\x7f]+/g, ' ').trim();
  console.log(`${line.slice(0, 200)} -> ${status ?? 'no answer'}`);
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void simulator.close().then(() => console.log('Simulator closed.')));
}

/** The names of all plays, in lines of at most 120 characters. */
function plays(): string {
  const groups = playGroups.map(({ title, plays }) => {
    const lines = [`  ${title}:`];
    for (const { name } of plays) {
      const longer = `${lines.at(-1)} ${name}`;
      if (longer.length <= 120) lines[lines.length - 1] = longer;
      else lines.push(`    ${name}`);
    }
    return lines.join('\n');
  });
  return groups.join('\n');
}

function introduction({
  apiBaseUrl,
  accountId,
  tokens,
  connectors,
  githubApiUrl,
  githubToken,
  origin,
}: Simulator): string {
  const rows = connectors.map(
    ({ id, email_domain, enabled, verification }) =>
      `  ${id}  ${email_domain.padEnd(18)}${enabled ? 'enabled ' : 'disabled'}  ${verification?.status}`,
  );
  return `Simulator of Cloudflare's SSO connectors API. Nothing leaves this machine. Stop it with Ctrl+C.

Inputs of the action:
  api_base_url: ${apiBaseUrl}
  account_id: ${accountId}
  api_token: ${tokens.edit}   (SSO Connector: Edit)
  api_token: ${tokens.read}   (SSO Connector: Read)
  api_token: ${tokens.user}   (Edit, a user's, ends in 20 days)
  api_token: ${tokens.account}   (Edit, the account's, ends never)

Connectors (sso_connector_id, email_domain, state):
${rows.join('\n')}
A verification that is begun shows as verified at the third look.

For report_issue:
  GITHUB_API_URL=${githubApiUrl}   (environment variable)
  github_token: ${githubToken}

Try it:
  curl -H 'Authorization: Bearer ${tokens.read}' ${apiBaseUrl}/accounts/${accountId}/sso_connectors

Other answers, to be played once for the next request that they are for:
${plays()}
  curl ${origin}/play   (all of them, each with a line about it)
  curl -X POST ${origin}/play/edge-522
  curl -X POST '${origin}/play/edge-502?times=2&after=1&method=PATCH&carried_out=true'   (times=always for all)
  curl -X DELETE ${origin}/play   (takes all back)

Options, from the environment:
  ${OPTIONS_HELP}

Requests:`;
}

function readOptions() {
  try {
    return optionsFrom(process.env);
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
