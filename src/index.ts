import './node-version.ts';
import { systemClock } from './clock.ts';
import { endAtOnce } from './end.ts';
import { Cancelled } from './failure.ts';
import { report } from './report/report.ts';
import { run } from './run.ts';
import { log, maskSecrets } from './runner/log.ts';
import { lookUpTxt } from './verification/dns.ts';

/** A cancelled run has to be over within a second, whatever still hangs. */
const CANCEL_LIMIT_MS = 900;

// A reader of the log that is gone stops nothing.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

const { env } = process;
const cancel = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    cancel.abort(new Cancelled(signal));
    setTimeout(endAtOnce, CANCEL_LIMIT_MS, 1).unref();
  });
}

// An early end is no success.
process.exitCode = 1;
void main();

/** With awaits at the top level instead, the bundler makes several modules, and a cold process takes some 7 ms longer. */
async function main(): Promise<void> {
  let exitCode: 0 | 1 = 1;
  try {
    maskSecrets(env);
    const world = { env, clock: systemClock, log, lookUpTxt, signal: cancel.signal };
    if (await report(await run(world), world)) exitCode = 0;
  } catch (error) {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    log.error(`This should not have happened, please report it: ${message}`);
    log.debug(() => String(stack));
  }
  // What is written must be out before the end.
  process.stdout.write('', () => endAtOnce(exitCode));
}
