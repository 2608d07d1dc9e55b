import { systemClock } from './clock.ts';
import { Cancelled } from './failure.ts';
import { report } from './report/report.ts';
import { run } from './run.ts';
import { log, maskSecrets } from './runner/log.ts';
import { lookUpTxt } from './verification/dns.ts';

/** A cancelled run has to be over within a second, whatever still hangs. */
const CANCEL_LIMIT_MS = 900;

const { env } = process;
const cancel = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    cancel.abort(new Cancelled(signal));
    setTimeout(() => process.exit(1), CANCEL_LIMIT_MS).unref();
  });
}

try {
  maskSecrets(env);
  const world = { env, clock: systemClock, log, lookUpTxt, signal: cancel.signal };
  const result = await run(world);
  process.exitCode = (await report(result, world)) ? 0 : 1;
} catch (error) {
  process.exitCode = 1;
  log.error(
    `This should not have happened, please report it: ${error instanceof Error ? error.message : String(error)}`,
  );
  log.debug(() => (error instanceof Error ? (error.stack ?? '') : ''));
}
// What is written has to be out before the end, and nothing that hangs, such as a look-up of a host, may hold it up.
process.stdout.write('', () => process.exit());
