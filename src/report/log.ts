import * as core from '@actions/core';
import type { Log } from '../job.ts';
import { oneLine } from '../untrusted.ts';

const LINE_LIMIT = 4000;

/** The step's log. Whatever is written is one line and never a workflow command. */
export const log: Log = {
  info: (line) => core.info(oneLine(line, LINE_LIMIT)),
  notice: (message) => core.notice(oneLine(message, LINE_LIMIT)),
  warning: (message) => core.warning(oneLine(message, LINE_LIMIT)),
  error: (message) => core.error(oneLine(message, LINE_LIMIT)),
  debug: (line) => {
    if (core.isDebug()) core.debug(oneLine(line(), LINE_LIMIT));
  },
};

const SECRETS = ['INPUT_API_TOKEN', 'CLOUDFLARE_API_TOKEN', 'INPUT_GITHUB_TOKEN'];

/** Has the runner mask the tokens from here on. */
export function maskSecrets(env: NodeJS.ProcessEnv): void {
  for (const name of SECRETS) {
    const secret = env[name]?.trim();
    if (secret) core.setSecret(secret);
  }
}
