import { beforeAll, describe, expect, it } from 'vitest';
import type { FailureKind } from '../../src/failure.ts';
import { failuresOf, inputsFor, runQuickly, runReadably, type Struck, strikeEach, toldBy } from '../kit/fault-world.ts';
import type { StepResult } from '../kit/runner.ts';
import { startForAllTests } from '../kit/servers.ts';
import { faultOf, playNamed } from '../simulator/elsewhere.ts';
import type { Simulator } from '../simulator/simulator.ts';

let simulator: Simulator;
startForAllTests((own) => {
  simulator = own;
});

function inputsOf(more: Record<string, string>): Record<string, string> {
  const { accountId, apiBaseUrl, tokens } = simulator;
  return inputsFor(apiBaseUrl, { account_id: accountId, api_token: tokens.edit, max_retries: '1', ...more });
}

function strike(play: string): void {
  simulator.fault({ ...faultOf(playNamed(play)), times: Number.POSITIVE_INFINITY });
}

async function run(play: string, more: Record<string, string>): Promise<StepResult> {
  strike(play);
  return await runReadably({ inputs: inputsOf(more) });
}

/** What becomes of the connectors of one step that each meet one of these plays. */
async function runEach(rows: readonly (readonly [play: string, ...unknown[]])[]) {
  const faults = rows.map(([play]) => faultOf(playNamed(play)));
  const { result, struck } = await strikeEach(simulator, faults, { inputs: inputsOf({}) });
  return { result, of: new Map(rows.map(([play], n) => [play, struck[n]])) };
}

/** What a hint of the token, of its permissions or of ids says. */
const OF_THE_TOKEN = /token|secret|permission|account_id|sso_connector_id/i;

/** Plays that say that the rate is too great, so that every other request of the step would wait. */
const ALONE = ['edge-1025', 'error-971-429', 'error-10013-429-bare'];

describe('an answer that comes from before the API', () => {
  const rows: [play: string, kind: FailureKind, requests: number, problem: string][] = [
    ['edge-1000', 'blocked', 1, "blocked by Cloudflare's edge (1000)"],
    ['edge-1010', 'blocked', 1, "blocked by Cloudflare's edge (1010)"],
    ['edge-1018', 'blocked', 1, "blocked by Cloudflare's edge (1018)"],
    ['edge-1020', 'blocked', 1, "blocked by Cloudflare's edge (1020)"],
    ['edge-1025', 'rate_limited', 1, 'rate limit reached (1025)'],
    ['edge-1101', 'unavailable', 2, 'no answer from the API (1101)'],
    ['edge-1033', 'unavailable', 2, 'no answer from the API (1033)'],
    ['edge-521', 'unavailable', 2, 'no answer from the API (521)'],
    ['edge-522', 'unavailable', 2, 'no answer from the API (522)'],
    ['edge-526', 'unavailable', 2, 'no answer from the API (526)'],
    ['error-1010-text', 'blocked', 1, "blocked by Cloudflare's edge (1010)"],
    ['firewall-page', 'blocked', 1, "blocked by Cloudflare's edge (HTTP 403)"],
    ['challenge', 'blocked', 1, "blocked by Cloudflare's edge (HTTP 403)"],
    ['gateway-policy', 'blocked', 1, 'blocked by a proxy or gateway (HTTP 403)'],
    ['gateway-error', 'blocked', 1, 'blocked by a proxy or gateway (HTTP 403)'],
    ['gateway-502', 'unavailable', 2, 'no answer from the API (HTTP 502)'],
    ['bare-code-error', 'blocked', 1, 'blocked by a proxy or gateway (1001)'],
    ['page-200', 'unexpected', 1, 'no answer from the API (HTTP 200)'],
    ['page-401', 'blocked', 1, 'blocked by a proxy or gateway (HTTP 401)'],
    ['page-403', 'blocked', 1, 'blocked by a proxy or gateway (HTTP 403)'],
    ['page-404', 'blocked', 1, 'blocked by a proxy or gateway (HTTP 404)'],
    ['page-503', 'unavailable', 2, 'no answer from the API (HTTP 503)'],
    ['page-commands', 'unavailable', 2, 'no answer from the API (HTTP 502)'],
    ['redirect', 'blocked', 1, "blocked by Cloudflare's edge (HTTP 302)"],
    ['redirect-elsewhere', 'blocked', 1, "blocked by Cloudflare's edge (HTTP 307)"],
    ['empty-200', 'unexpected', 1, 'no answer from the API (HTTP 200)'],
    ['empty-403', 'blocked', 1, "blocked by Cloudflare's edge (HTTP 403)"],
    ['json-array', 'unexpected', 1, 'no answer from the API (HTTP 200)'],
  ];

  let each: Awaited<ReturnType<typeof runEach>>;
  beforeAll(async () => {
    each = await runEach(rows.filter(([play]) => !ALONE.includes(play)));
  });

  async function single(play: string): Promise<{ result: StepResult; struck: Struck }> {
    const result = await run(play, { mode: 'update' });
    return {
      result,
      struck: { failures: failuresOf(result), methods: simulator.requests.map(({ method }) => method) },
    };
  }

  it.each(rows)('(%s) is of kind %s, asked for %i times, and says nothing of the token', async (...row) => {
    const [play, kind, requests, problem] = row;
    const struck = each.of.get(play);
    const {
      result,
      struck: { failures, methods },
    } = struck ? { result: each.result, struck } : await single(play);
    expect(failures).toMatchObject([{ kind, may_have_taken_effect: true }]);
    expect(result.summary).toContain(problem);
    expect(failures[0]?.title).toContain(problem);
    expect(failures[0]?.message).toMatch(
      /: (Cloudflare's edge|a proxy or gateway)( or firewall| probably)? answered instead of the API \(HTTP /,
    );
    expect(failures[0]?.action).not.toMatch(OF_THE_TOKEN);
    // No read explains it, since it is no refusal.
    expect(methods).toEqual(Array(requests).fill('PATCH'));
    expect(result.lines.join('\n')).not.toMatch(/another account|＃＃［|^：：/m);
  });
});

describe('a refusal', () => {
  const rows: [play: string, kind: FailureKind, problem: string][] = [
    ['error-10000-403', 'access', 'token not accepted'],
    ['error-10000-500', 'unavailable', 'Cloudflare failed (HTTP 500)'],
    ['error-10000-405', 'refused', 'no such route in the API'],
    ['error-9106', 'access', 'token not accepted'],
    ['error-9109-location', 'access', 'token not accepted from here'],
    ['error-9109-resource', 'access', 'no permission'],
    ['error-1000', 'access', 'token not accepted'],
    ['error-6003-6111', 'access', 'token not accepted'],
    ['error-7003', 'not_found', 'no connector with this id'],
    ['error-7000', 'refused', 'no such route in the API'],
    ['error-971-429', 'rate_limited', 'rate limit reached'],
    ['error-10013-429-bare', 'rate_limited', 'rate limit reached'],
    ['error-0', 'refused', 'Cloudflare refused: Something went wrong'],
    ['false-200', 'refused', 'Cloudflare refused: Not done'],
    ['false-200-silent', 'refused', 'Cloudflare refused: no reason given'],
    ['true-with-errors', 'unexpected', 'no valid answer'],
    ['repeated-success', 'unexpected', 'no valid answer'],
    ['repeated-errors', 'unexpected', 'no valid answer'],
    ['repeated-enabled', 'unexpected', 'no valid answer'],
    ['repeated-escaped', 'unexpected', 'no valid answer'],
    ['no-result', 'unexpected', 'no valid answer'],
    ['full-width-commands', 'refused', 'Cloudflare refused: ＃ ＃［error]pwned'],
  ];

  let each: Awaited<ReturnType<typeof runEach>>;
  beforeAll(async () => {
    each = await runEach(rows.filter(([play]) => !ALONE.includes(play)));
  });

  it.each(rows)('(%s) is of kind %s: %s', async (play, kind, problem) => {
    const result = each.of.has(play) ? each.result : await run(play, { mode: 'check', max_retries: '0' });
    const failures = each.of.get(play)?.failures ?? failuresOf(result);
    expect(failures).toMatchObject([{ kind }]);
    expect(failures[0]?.title).toContain(problem);
    expect(result.summary).toContain(problem.split(' ＃')[0]);
    expect(result.exitCode).toBe(1);
  });

  it.each(['error-10000-403', 'repeated-success', 'no-result'])('of a read (%s) is asked for once', async (play) => {
    const result = await run(play, { mode: 'check', max_retries: '0' });
    expect(failuresOf(result)).toMatchObject([{ may_have_taken_effect: false }]);
    expect([result.exitCode, simulator.requests.length]).toEqual([1, 1]);
  });

  it('has the documentation that Cloudflare names', async () => {
    const [failure] = failuresOf(await run('error-403-documented', { mode: 'check' }));
    expect(failure?.documentation_url).toBe(
      'https://developers.cloudflare.com/fundamentals/api/reference/permissions/',
    );
  });
});

it.each(['null-lists', 'string-entries', 'message-10000', 'with-meta', 'result-list', 'repeated-harmless'])(
  'a success that is odd is one: %s',
  async (play) => {
    const result = await run(play, { mode: 'check' });
    expect([result.exitCode, failuresOf(result)]).toEqual([0, []]);
  },
);

describe('a list of very many items', () => {
  it.each(['many-numbers', 'many-nulls', 'many-objects', 'many-lists', 'many-odd', 'many-connectors', 'many-domains'])(
    '(%s) is called what it is',
    async (play) => {
      strike(play);
      const inputs = inputsOf({ mode: 'check', sso_connector_id: '', email_domain: 'acme.example' });
      const { failures } = (await runQuickly(inputs)).result;
      expect(failures).toMatchObject([
        {
          kind: 'unexpected',
          message: expect.stringMatching(
            /^Could not list the connectors of account \w+: Cloudflare's answer has \d{5,6} items on one page, which no list of connectors has\.$/,
          ),
        },
      ]);
    },
  );

  it.each([
    ['deep-result', 'is JSON that is nested more than 100 levels deep (HTTP 200'],
    ['deep-chain', 'is JSON that is nested more than 100 levels deep (HTTP 400'],
  ])('or of great depth (%s) is too', async (play, says) => {
    const [failure] = failuresOf(await run(play, { mode: 'check' }));
    expect(failure).toMatchObject({ kind: 'unexpected', message: expect.stringContaining(`: the answer ${says}`) });
  });

  it('of errors is told a hundred times', async () => {
    const result = await run('many-errors', { mode: 'check' });
    expect(failuresOf(result)).toHaveLength(101);
    expect(toldBy(result).at(-1)).toMatch(
      /: the answer has 3\d{5} more errors \(HTTP 400, cf-ray \S+\)\. -> Run this again\. /,
    );
  });

  it('of messages is heard a hundred times', async () => {
    const result = await run('many-messages', { mode: 'check' });
    const lines = result.lines.filter((line) => line.startsWith('Cloudflare says'));
    expect([result.exitCode, lines]).toEqual([
      0,
      ['Cloudflare says: a', expect.stringMatching(/^Cloudflare says \d{6} more things in this answer\.$/)],
    ]);
  });
});
