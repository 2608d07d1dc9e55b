import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

interface ActionFile {
  inputs: Readonly<Record<string, { default?: string }>>;
  outputs: Readonly<Record<string, unknown>>;
  runs: { main: string };
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** `action.yml`; every scalar is the text that stands there, as it is to a runner. */
export const actionFile: ActionFile = parse(readFileSync(join(ROOT, 'action.yml'), 'utf8'), { schema: 'failsafe' });

/** The script that a runner would start. */
export const MAIN = join(ROOT, actionFile.runs.main);

/** The files that a step writes to for its runner. */
const STEP_FILES = ['GITHUB_OUTPUT', 'GITHUB_STEP_SUMMARY', 'GITHUB_ENV', 'GITHUB_STATE', 'GITHUB_PATH'] as const;
export type StepFile = (typeof STEP_FILES)[number];

/**
 * The `INPUT_*` variables of a step: every input that `action.yml` declares, with its default, and every one given,
 * declared or not. Names become upper case, spaces underscores, hyphens stay.
 * https://github.com/actions/runner/blob/main/src/Runner.Worker/Handlers/Handler.cs (`AddInputsToEnvironment`)
 */
export function inputVariables(given: Readonly<Record<string, string>>, githubToken: string): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const [name, input] of Object.entries(actionFile.inputs)) {
    variables[inputVariable(name)] = expand(input.default ?? '', githubToken);
  }
  for (const [name, value] of Object.entries(given)) variables[inputVariable(name)] = value;
  return variables;
}

function inputVariable(name: string): string {
  return `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`;
}

function expand(text: string, githubToken: string): string {
  const value = text.replace(/\$\{\{\s*github\.token\s*\}\}/g, () => githubToken);
  if (/\$\{\{/.test(text) && value === text) throw new Error(`The tests' runner cannot expand ${text}`);
  return value;
}

/**
 * The variables that a runner sets for every step, with a fresh workspace, event file and step files in `folder`.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/variables
 */
export function runnerVariables(folder: string): Record<string, string> {
  const event = join(folder, 'event.json');
  writeFileSync(event, JSON.stringify({ repository: { full_name: 'acme/platform' } }));
  const files = STEP_FILES.map((name) => [name, join(folder, name)] as const);
  for (const [, file] of files) writeFileSync(file, '');
  return {
    ...Object.fromEntries(files),
    ...JOB_VARIABLES,
    GITHUB_EVENT_PATH: event,
    GITHUB_WORKSPACE: folder,
    PATH: process.env['PATH'] ?? '',
    RUNNER_TEMP: folder,
    RUNNER_TOOL_CACHE: folder,
  };
}

const JOB_VARIABLES = {
  CI: 'true',
  GITHUB_ACTION: '__acme_cloudflare-sso-connector',
  GITHUB_ACTIONS: 'true',
  GITHUB_ACTION_REF: 'v1',
  GITHUB_ACTION_REPOSITORY: 'acme/cloudflare-sso-connector',
  GITHUB_ACTOR: 'octocat',
  GITHUB_ACTOR_ID: '583231',
  GITHUB_API_URL: 'https://api.github.com',
  GITHUB_BASE_REF: '',
  GITHUB_EVENT_NAME: 'workflow_dispatch',
  GITHUB_GRAPHQL_URL: 'https://api.github.com/graphql',
  GITHUB_HEAD_REF: '',
  GITHUB_JOB: 'sso',
  GITHUB_REF: 'refs/heads/main',
  GITHUB_REF_NAME: 'main',
  GITHUB_REF_PROTECTED: 'true',
  GITHUB_REF_TYPE: 'branch',
  GITHUB_REPOSITORY: 'acme/platform',
  GITHUB_REPOSITORY_ID: '1296269',
  GITHUB_REPOSITORY_OWNER: 'acme',
  GITHUB_REPOSITORY_OWNER_ID: '9919',
  GITHUB_RETENTION_DAYS: '90',
  GITHUB_RUN_ATTEMPT: '1',
  GITHUB_RUN_ID: '1658821493',
  GITHUB_RUN_NUMBER: '3',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_SHA: 'ffac537e6cbbf934b08745a378932722df287a53',
  GITHUB_TRIGGERING_ACTOR: 'octocat',
  GITHUB_WORKFLOW: 'SSO',
  GITHUB_WORKFLOW_REF: 'acme/platform/.github/workflows/sso.yml@refs/heads/main',
  GITHUB_WORKFLOW_SHA: 'ffac537e6cbbf934b08745a378932722df287a53',
  RUNNER_ARCH: process.arch.toUpperCase(),
  RUNNER_ENVIRONMENT: 'github-hosted',
  RUNNER_NAME: 'GitHub Actions 1',
  RUNNER_OS: { darwin: 'macOS', win32: 'Windows' }[process.platform as string] ?? 'Linux',
};
