import fc from 'fast-check';
import { marked } from 'marked';
import { describe, expect, it } from 'vitest';
import { Cancelled, Failure, type Problem } from '../../src/failure.ts';
import type { Settings } from '../../src/inputs/settings.ts';
import type { Outcome } from '../../src/job/outcome.ts';
import { oneLine } from '../../src/untrusted.ts';
import { hostileText, tagsOf } from '../kit/hostile-text.ts';
import {
  ACCOUNT,
  idOf,
  OFF,
  ON,
  outcomeOf,
  recordsOf,
  renderPage,
  resultOf,
  resultOfBadInputs,
} from '../kit/results.ts';

const failure = new Failure([]);

const MIB = 1024 * 1024;
const LEAD = `Account \`${ACCOUNT}\` · mode`;
const DETAILS = [
  '| Verdict | Domain | Connector | Enabled | FedRAMP | Verification |',
  '| --- | --- | --- | --- | --- | --- |',
];
const linesOf = (...args: Parameters<typeof resultOf>) =>
  renderPage(resultOf(...args), MIB)
    .trimEnd()
    .split('\n');
const AWAITING = { ...OFF, verification: { status: 'awaiting', code: 'cloudflare_dashboard_sso=123' } };

const unverified: Problem = {
  kind: 'not_verified',
  problem: 'not verified (awaiting), so not enabled',
  message: 'SSO was not enabled. The TXT record is missing.',
  action: 'Add the TXT record, then run mode: reconcile with begin_verification: true.',
};

const WHO = 'Run `mode: reconcile`. The audit log of the Cloudflare dashboard says who changed it.';
const drift = (action = WHO.replaceAll('`', ''), isDeed = true): Problem => ({
  kind: 'drift',
  problem: 'enabled is false, must be true',
  message: 'M.',
  action,
  detail: '',
  isDeed,
});

describe('the page of a fleet', () => {
  it('has the verdict, counts, failures, TXT records, changes and the rest, in this order', async () => {
    const failed = await outcomeOf({
      domain: 'xn--bcher-kva.example',
      id: idOf(2),
      found: AWAITING,
      problems: [unverified],
    });
    failed.dnsSays = 'nothing';
    const outcomes = [
      await outcomeOf({ domain: 'a.example', found: OFF, sent: { enabled: true }, now: ON }),
      failed,
      await outcomeOf({ domain: 'c.example', id: idOf(3), found: ON }),
      await outcomeOf({
        domain: 'd.example',
        id: idOf(4),
        problems: [
          {
            kind: 'refused',
            problem: 'refused: No',
            message: 'Cloudflare error 1 (HTTP 400, cf-ray x).',
            action: 'Do.',
            documentation_url: 'https://developers.cloudflare.com/x/',
          },
        ],
      }),
      await outcomeOf({ domain: 'e.example', id: idOf(5), found: OFF, sent: { enabled: true }, now: ON }),
    ];
    expect(linesOf(outcomes)).toEqual([
      '### ❌ Cloudflare SSO: 2 of 5 domains need attention',
      '',
      `${LEAD} \`reconcile\` · 1 in sync, 2 changed, 2 failed`,
      '',
      '| Domain | Problem | What to do |',
      '| --- | --- | --- |',
      '| bücher.example (xn--bcher-kva.example) | not verified (awaiting), so not enabled | Add the TXT record, then run `mode: reconcile` with `begin_verification: true`. |',
      '| d.example | refused: No | Do. |',
      '',
      '#### TXT records',
      '',
      '| Name | Type | Content | Public DNS now |',
      '| --- | --- | --- | --- |',
      '| `xn--bcher-kva.example` | TXT | `cloudflare_dashboard_sso=123` | nothing |',
      '',
      '#### Changed',
      '',
      '| Domain | Field | Before | After |',
      '| --- | --- | --- | --- |',
      '| a.example, e.example | `enabled` | false | **true** |',
      '',
      'Every user of a.example and e.example must log in through SSO from now on, in every account that they belong to.',
      '',
      '<details>',
      '<summary>Details: 4 domains and 2 full messages</summary>',
      '',
      '- SSO was not enabled. The TXT record is missing.',
      '- Cloudflare error 1 (HTTP 400, cf-ray x). See <https://developers.cloudflare.com/x/>.',
      '',
      ...DETAILS,
      `| ✏️&nbsp;changed | a.example | \`${idOf(1)}\` | true | false | verified |`,
      `| ❌&nbsp;failed | bücher.example (xn--bcher-kva.example) | \`${idOf(2)}\` | false | false | awaiting |`,
      `| ✅&nbsp;in&nbsp;sync | c.example | \`${idOf(3)}\` | true | false | verified |`,
      `| ✏️&nbsp;changed | e.example | \`${idOf(5)}\` | true | false | verified |`,
      '',
      '</details>',
    ]);
  });

  it('says once what to do if that is the same for all', async () => {
    const outcomes = await Promise.all(
      [1, 2].map((n) => outcomeOf({ domain: `d${n}.example`, id: idOf(n), problems: [unverified] })),
    );
    expect(linesOf(outcomes).slice(4, 10)).toEqual([
      '| Domain | Problem |',
      '| --- | --- |',
      '| d1.example | not verified (awaiting), so not enabled |',
      '| d2.example | not verified (awaiting), so not enabled |',
      '',
      'What to do: Add the TXT record, then run `mode: reconcile` with `begin_verification: true`.',
    ]);
  });

  it('says once what to do against several drifts, beside the link to the audit log', async () => {
    const outcomes = await Promise.all(
      [1, 2].map((n) => outcomeOf({ domain: `d${n}.example`, id: idOf(n), found: OFF, problems: [drift()] })),
    );
    expect(linesOf(outcomes, { mode: 'check' }).slice(4, 10)).toEqual([
      '| Domain | Problem |',
      '| --- | --- |',
      '| d1.example | enabled is false, must be true |',
      '| d2.example | enabled is false, must be true |',
      '',
      `What to do: ${WHO} [Audit log](https://dash.cloudflare.com/?to=/:account/audit-log)`,
    ]);
  });

  it('leaves the cell empty where there is nothing to do', async () => {
    const problem: Problem = { kind: 'wrong_domain', problem: 'refused: No', message: 'M.' };
    const outcomes = [
      await outcomeOf({ domain: 'a.example', problems: [problem] }),
      await outcomeOf({ domain: 'b.example', id: idOf(2), problems: [{ ...problem, action: 'Do.' }] }),
    ];
    expect(linesOf(outcomes).slice(4, 9)).toEqual([
      '| Domain | Problem | What to do |',
      '| --- | --- | --- |',
      '| a.example | refused: No |  |',
      '| b.example | refused: No | Do. |',
      '',
    ]);
  });

  it.each<[string, Partial<Settings>]>([
    ['No field is given for b.example.', {}],
    ['', { requireVerified: true }],
    ['', { beginVerification: true }],
    ['', { unlisted: 'fail' }],
  ])('names an entry that asks for nothing, unless a gate does: %j', async (line, settings) => {
    const outcomes = [
      await outcomeOf({ domain: 'a.example', found: ON }),
      await outcomeOf({ domain: 'b.example', id: idOf(2), desired: {}, found: OFF }),
    ];
    expect(linesOf(outcomes, settings).slice(2, 6).join('\n').includes('No field is given')).toBe(line !== '');
    expect(linesOf(outcomes, settings).join('\n')).toContain(line);
    const [, empty] = outcomes;
    if (empty) expect(linesOf([empty, empty], settings).join('\n')).not.toContain('No field is given for b');
  });

  it('has TXT records as they are to be entered, of those that are known', async () => {
    const unverifiedOf = async (domain: string | undefined, code: string | undefined, dnsSays: string) => {
      const found = { ...OFF, email_domain: domain, verification: { status: 'awaiting', code } };
      const outcome = await outcomeOf({ found, problems: [unverified] });
      outcome.dnsSays = dnsSays;
      return outcome;
    };
    const outcomes = [
      await unverifiedOf('Bücher.example', 'code=1', 'nothing'),
      await unverifiedOf('no domain', 'code=2', 'another'),
      await unverifiedOf(undefined, 'code=3', ''),
      await unverifiedOf('c.example', undefined, ''),
    ];
    const lines = linesOf(outcomes);
    const at = lines.indexOf('#### TXT records');
    expect(lines.slice(at, at + 7)).toEqual([
      '#### TXT records',
      '',
      '| Name | Type | Content | Public DNS now |',
      '| --- | --- | --- | --- |',
      '| `xn--bcher-kva.example` | TXT | `code=1` | nothing |',
      '| `no domain` | TXT | `code=2` | another |',
      '',
    ]);
  });

  it('has connectors that are not in the list as YAML', async () => {
    const unlistedOf = (n: number) => ({
      id: idOf(n),
      email_domain: `branch${n}.example`,
      failure,
    });
    const fold = async (...unlisted: ReturnType<typeof unlistedOf>[]) =>
      linesOf([await outcomeOf({ found: ON })], { many: true }, { unlisted }).slice(4, -8);
    expect(await fold(unlistedOf(2))).toEqual([
      '<details>',
      '<summary>1 connector that is not in the list, as YAML to paste</summary>',
      '',
      '```yaml',
      '- { email_domain: branch2.example } # Its fields could not be read.',
      '```',
      '',
      '</details>',
      '',
    ]);
    expect(await fold(unlistedOf(2), unlistedOf(3))).toContain(
      '<summary>2 connectors that are not in the list, as YAML to paste</summary>',
    );
    expect(await fold()).toEqual([]);
  });

  it('has one row, and no rows of dashes, for one failure of all', async () => {
    const problem: Problem = {
      kind: 'access',
      problem: 'refused: Authentication error',
      message: 'Could not.',
      action: 'Renew it.',
    };
    const outcomes = await Promise.all(
      [1, 2].map((n) => outcomeOf({ domain: `d${n}.example`, id: idOf(n), problems: [problem] })),
    );
    expect(linesOf(outcomes)).toEqual([
      '### ❌ Cloudflare SSO: both domains need attention, all for the same reason',
      '',
      `${LEAD} \`reconcile\` · 2 failed`,
      '',
      '| Domain | Problem | What to do |',
      '| --- | --- | --- |',
      '| 2&nbsp;domains | refused: Authentication error | Renew it. |',
      '',
      '<details>',
      '<summary>Details: the full message</summary>',
      '',
      '- Could not.',
      '',
      '</details>',
    ]);
  });

  it('lets a row of several names wrap, but not between a number and its noun', async () => {
    const [record] = recordsOf({ kind: 'ambiguous', problem: 'incomplete list', message: 'No.', action: 'Wait.' });
    const fleet = await Promise.all(
      Array.from({ length: 13 }, (_, n) => outcomeOf({ domain: `d${n}.example`, id: idOf(n), found: ON })),
    );
    if (record) for (const { failures } of fleet.slice(1)) failures.push(record);
    const names = Array.from({ length: 10 }, (_, n) => `d${n + 1}.example`).join(', ');
    expect(linesOf(fleet)).toContain(`| ${names} and 2&nbsp;more | incomplete list | Wait. |`);
  });

  it('has at most ten domains in a row of changes', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 12 }, (_, n) => outcomeOf({ domain: `d${n}.example`, id: idOf(n), found: OFF })),
    );
    const rows = linesOf(outcomes, { mode: 'plan' }).filter((line) => line.startsWith('| d'));
    expect(rows.slice(0, 2)).toEqual([
      `| ${Array.from({ length: 10 }, (_, n) => `d${n}.example`).join(', ')} | \`enabled\` | false | **true** |`,
      '| d10.example, d11.example | `enabled` | false | **true** |',
    ]);
  });
});

describe('the page of a plan', () => {
  it('has what would change', async () => {
    const outcomes = [
      await outcomeOf({ domain: 'a.example', found: OFF }),
      await outcomeOf({
        domain: 'b.example',
        id: idOf(2),
        found: { enabled: true },
        desired: { enabled: false, use_fedramp_language: true },
      }),
    ];
    expect(linesOf(outcomes, { mode: 'plan' }).slice(0, 12)).toEqual([
      '### 📝 Cloudflare SSO: 2 of 2 domains would change',
      '',
      `${LEAD} \`plan\` · 2 would change`,
      '',
      '#### Would change',
      '',
      '| Domain | Field | Now | After |',
      '| --- | --- | --- | --- |',
      '| a.example | `enabled` | false | **true** |',
      '| b.example | `enabled` | true | **false** |',
      '| b.example | `use_fedramp_language` | unknown | **true** |',
      '',
    ]);
  });
});

it('the page of a plan has nothing to change where that is sure to fail', async () => {
  const outcome = await outcomeOf({ found: AWAITING, problems: [unverified] });
  expect(linesOf([outcome], { mode: 'plan' }).filter((line) => line.startsWith('####'))).toEqual([]);
});

describe('the page of a single connector', () => {
  it('of a disable has what follows, and no table that says it again', async () => {
    const outcome = await outcomeOf({ desired: { enabled: false }, found: ON, sent: { enabled: false }, now: OFF });
    expect(linesOf([outcome]).slice(0, 7)).toEqual([
      '### ✅ Cloudflare SSO is now off for acme.example',
      '',
      `${LEAD} \`reconcile\``,
      '',
      'Users of acme.example log in with email and password from now on. Those without a password choose "Forgot password", and the mail must reach them without the identity provider.',
      '',
      '<details>',
    ]);
  });

  it('of a drift says since when, and links the audit log', async () => {
    const outcome = await outcomeOf({
      found: { ...OFF, updated_on: '2026-08-01T12:34:56.789012Z' },
      problems: [drift()],
    });
    const page = [
      '### ❌ Cloudflare SSO is off for acme.example, and must be on',
      '',
      `${LEAD} \`check\``,
      '',
      '| Domain | Problem | What to do |',
      '| --- | --- | --- |',
      `| acme.example | enabled is false, must be true; last changed 2026-08-01 12:34 UTC | ${WHO} |`,
      '',
      '[Audit log](https://dash.cloudflare.com/?to=/:account/audit-log)',
      '',
      '<details>',
      '<summary>Details: 1 domain</summary>',
      '',
      ...DETAILS,
      `| ❌&nbsp;failed | acme.example | \`${idOf(1)}\` | false | false | verified |`,
      '',
      '</details>',
    ];
    expect(linesOf([outcome], { mode: 'check' })).toEqual(page);
    const fedramp = { mode: 'check', apiBaseUrl: new URL('https://api.fed.cloudflare.com/client/v4') } as const;
    expect(linesOf([outcome], fedramp)).toEqual(page.toSpliced(8, 2));
    const strange = await outcomeOf({ found: { ...OFF, updated_on: 'yesterday' }, problems: [drift()] });
    expect(linesOf([strange], { mode: 'check' })).toEqual(
      page.with(6, `| acme.example | enabled is false, must be true | ${WHO} |`),
    );
  });

  it('of a drift that nobody need have made links no audit log', async () => {
    const outcome = await outcomeOf({ found: OFF, problems: [drift('Verify the domain first.', false)] });
    expect(linesOf([outcome], { mode: 'check' }).slice(6, 9)).toEqual([
      '| acme.example | enabled is false, must be true | Verify the domain first. |',
      '',
      '<details>',
    ]);
  });

  it('says when a connector was last changed of no failure but drift', async () => {
    const problems: Problem[] = [{ kind: 'wrong_domain', problem: 'refused: No', message: 'M.' }];
    const outcome = await outcomeOf({ found: { ...OFF, updated_on: '2026-08-01T12:34:56Z' }, problems });
    expect(linesOf([outcome]).slice(4, 8)).toEqual([
      '| Domain | Problem |',
      '| --- | --- |',
      '| acme.example | refused: No |',
      '',
    ]);
  });

  it('shows what is not known of it as unknown', async () => {
    const now = { id: undefined, email_domain: undefined };
    const outcome = await outcomeOf({ desired: {}, now });
    expect(linesOf([outcome], { mode: 'update' }).slice(4)).toEqual([
      '<details>',
      '<summary>Details: 1 domain</summary>',
      '',
      ...DETAILS,
      '| ✅&nbsp;in&nbsp;sync | unknown | unknown | unknown | unknown | unknown |',
      '',
      '</details>',
    ]);
  });

  it('of a switch that changed another field too has both in its table', async () => {
    const both = { enabled: true, use_fedramp_language: true };
    const outcome = await outcomeOf({ desired: both, found: OFF, sent: both, now: { ...ON, ...both } });
    expect(linesOf([outcome]).slice(4, 12)).toEqual([
      '#### Changed',
      '',
      '| Domain | Field | Before | After |',
      '| --- | --- | --- | --- |',
      '| acme.example | `enabled` | false | **true** |',
      '| acme.example | `use_fedramp_language` | false | **true** |',
      '',
      'Every user of acme.example must log in through SSO from now on, in every account that they belong to.',
    ]);
  });

  it('has what others changed meanwhile apart from what this run changed', async () => {
    const outcome = await outcomeOf({
      found: OFF,
      sent: { enabled: true },
      now: { ...ON, use_fedramp_language: true },
    });
    expect(linesOf([outcome]).slice(6, 11)).toEqual([
      '#### Changed by someone else meanwhile',
      '',
      '| Domain | Field | Before | After |',
      '| --- | --- | --- | --- |',
      '| acme.example | `use_fedramp_language` | false | **true** |',
    ]);
  });

  it('keeps the row of a switch if the run failed for something else', async () => {
    const outcome = await outcomeOf({ found: OFF, sent: { enabled: true }, now: ON, problems: [unverified] });
    expect(linesOf([outcome]).join('\n')).toContain('| acme.example | `enabled` | false | **true** |');
  });
});

describe('the page', () => {
  it('of problems of the inputs is a list of them', () => {
    const inputs = (...messages: string[]) =>
      recordsOf(
        ...messages.map((message): Problem => ({ kind: 'input', problem: 'wrong', message, action: 'Do it.' })),
      );
    expect(renderPage(resultOfBadInputs(inputs('One.', 'Two.')), MIB)).toBe(
      '### ❌ Cloudflare SSO: 2 problems in the inputs, so nothing was sent to Cloudflare\n\n- One. Do it.\n- Two. Do it.\n\n',
    );
    expect(renderPage(resultOfBadInputs(inputs('One.')), MIB)).toBe(
      '### ❌ Cloudflare SSO: 1 problem in the inputs, so nothing was sent to Cloudflare\n\nOne. Do it.\n\n',
    );
  });

  it('of a cancelled run has what was done and what was not', async () => {
    const failures = recordsOf({
      kind: 'cancelled',
      problem: 'The run was cancelled',
      message: 'The run was cancelled (SIGINT). Done: nothing.',
    });
    const cancelled = new Cancelled('SIGINT');
    const outcomes = [
      await outcomeOf({ domain: 'a.example', found: ON }),
      await outcomeOf({ domain: 'b.example', id: idOf(2) }),
    ];
    expect(linesOf(outcomes, {}, { cancelled, failures }).slice(0, 8)).toEqual([
      '### ⏹️ Cloudflare SSO: the run was cancelled',
      '',
      `${LEAD} \`reconcile\` · 1 in sync, 1 unknown`,
      '',
      'The run was cancelled (SIGINT). Done: nothing.',
      '',
      '<details>',
      '<summary>Details: 1 domain</summary>',
    ]);
  });

  it('has a line on a token that expires soon, and none otherwise', async () => {
    const outcome = await outcomeOf({ found: ON });
    const expiresOn = '2026-11-02T00:00:00Z';
    const tokenExpiry = { expiresOn, warning: { problem: 'the API token expires on 2026-11-02', action: 'Renew it.' } };
    expect(linesOf([outcome], {}, { tokenExpiry }).slice(0, 5)).toEqual([
      '### ⚠️ Cloudflare SSO is on for acme.example, but the API token expires on 2026-11-02',
      '',
      `${LEAD} \`reconcile\``,
      '',
      '⚠️ Renew it.',
    ]);
    expect(linesOf([outcome], {}, { tokenExpiry: { expiresOn } }).join()).not.toContain('expires');
  });
});

const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;

/** A fleet: those in sync, and those that are not verified and have failed. */
const fleetOf = (size: number, isWell: (n: number) => boolean): Promise<Outcome[]> =>
  Promise.all(
    Array.from({ length: size }, async (_, n) => {
      const name = { domain: `department-${n}.subsidiary.acme.example`, id: idOf(n) };
      if (isWell(n)) return outcomeOf({ ...name, found: ON });
      const outcome = await outcomeOf({ ...name, found: AWAITING, problems: [{ ...unverified, action: `Do ${n}.` }] });
      outcome.dnsSays = 'nothing';
      return outcome;
    }),
  );

describe("5,000 connectors stay below GitHub's 1 MiB", () => {
  it('whole, if all are in sync', async () => {
    const page = renderPage(resultOf(await fleetOf(5000, () => true)), MIB);
    expect(count(page, /^\| ✅/gm)).toBe(5000);
    expect(page).not.toContain('left out');
  });

  it('cut with a note, if all have failed', async () => {
    const page = renderPage(resultOf(await fleetOf(5000, () => false)), MIB);
    expect(Buffer.byteLength(page)).toBeLessThan(MIB);
    expect(count(page, /^\| department-/gm)).toBe(5000);
    expect(page).toMatch(
      /\n\*\d+ more TXT records are left out here; the outputs of the step have them\.\*\n|\n\*\d+ more messages are left out/,
    );
  });
});

describe('a page that is cut', () => {
  /** What the page has room for, if its limit is so many bytes over `text`. */
  const cutAt = (text: string, more: number, ...args: Parameters<typeof resultOf>) =>
    renderPage(resultOf(...args), Buffer.byteLength(text) + 1200 + more);
  const NOTE = 'are left out here; the outputs of the step have them.*';
  const NOTE_ON_ONE = 'is left out here; the outputs of the step have it.*';

  it('has as many problems of the inputs as fit, and counts the rest', () => {
    const problems = ['Ä.', 'Two.', 'Three.'].map((message): Problem => ({ kind: 'input', problem: 'wrong', message }));
    const result = resultOfBadInputs(recordsOf(...problems));
    const title = '### ❌ Cloudflare SSO: 3 problems in the inputs, so nothing was sent to Cloudflare\n\n';
    const room = (text: string) => 1200 + Buffer.byteLength(`${title}${text}`);
    const none = `${title}*3 more problems ${NOTE}\n\n`;
    const one = `${title}- Ä.\n\n*2 more problems ${NOTE}\n\n`;
    const all = `${title}- Ä.\n- Two.\n- Three.\n\n`;
    expect(renderPage(result, room('- Ä.\n') - 1)).toBe(none);
    expect(renderPage(result, room('- Ä.\n'))).toBe(one);
    expect(renderPage(result, room('- Ä.\n- Two.\n- Three.\n') - 1)).toBe(
      all.replace('- Three.\n\n', `\n*1 more problem ${NOTE_ON_ONE}\n\n`),
    );
    expect(renderPage(result, room('- Ä.\n- Two.\n- Three.\n'))).toBe(all);
    expect(renderPage(result, 1200)).toBe(none.slice(title.length));
  });

  it('has as many changes as fit, and nothing after what is left out', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 11 }, (_, n) => outcomeOf({ domain: `d${n}.example`, id: idOf(n), found: OFF })),
    );
    const whole = linesOf(outcomes, { mode: 'plan' });
    const text = `${whole.slice(0, 9).join('\n')}\n`;
    expect(cutAt(text, 0, outcomes, { mode: 'plan' })).toBe(`${text}\n*1 more change ${NOTE_ON_ONE}\n\n`);
  });

  it.each<[string, string, string]>([
    ['failures', '| d0.example | refused |', `*3 more TXT records ${NOTE}\n\n`],
    ['TXT records', '| `d0.example` |', ''],
    ['messages', '- M.', `*3 more connectors ${NOTE}\n\n</details>\n\n`],
    ['connectors', '| ❌&nbsp;failed | d0.example |', '</details>\n\n'],
  ])('counts the %s that are left out', async (what, begin, rest) => {
    const problem: Problem = { kind: 'refused', problem: 'refused', message: 'M.' };
    const outcomes = await Promise.all(
      [0, 1, 2].map((n) => outcomeOf({ domain: `d${n}.example`, id: idOf(n), found: AWAITING, problems: [problem] })),
    );
    for (const outcome of outcomes) outcome.dnsSays = 'nothing';
    const lines = linesOf(outcomes);
    const text = `${lines.slice(0, 1 + lines.findIndex((line) => line.startsWith(begin))).join('\n')}\n`;
    expect(cutAt(text, 0, outcomes)).toBe(`${text}\n*2 more ${what} ${NOTE}\n\n${rest}`);
  });

  it('is never longer than its limit, ends its blocks, and counts what is left out', async () => {
    const unlisted = Array.from({ length: 20 }, (_, n) => ({
      id: idOf(100 + n),
      email_domain: `u${n}.example`,
      failure,
    }));
    const result = resultOf(await fleetOf(40, (n) => n % 2 === 0), {}, { unlisted });
    const whole = renderPage(result, MIB);
    expect(renderPage(result, Buffer.byteLength(whole) + 1200)).toBe(whole);
    expect(renderPage(result, Buffer.byteLength(whole))).not.toBe(whole);
    for (let limit = 1400; limit < Buffer.byteLength(whole) + 2000; limit += 137) {
      const page = renderPage(result, limit);
      expect(Buffer.byteLength(page)).toBeLessThanOrEqual(limit);
      expect(count(page, /^```/gm) % 2).toBe(0);
      expect(count(page, /<details>/g)).toBe(count(page, /<\/details>/g));
      const leftOut = (what: string) =>
        Number(new RegExp(`^\\*(\\d+) more ${what}s? (is|are) left`, 'm').exec(page)?.[1] ?? 0);
      expect(count(page, /^\| department-/gm) + leftOut('failure')).toBe(20);
      expect(count(page, /^\| `department-/gm) + leftOut('TXT record')).toBe(20);
      // What is folded is left out without a word if there is no room for its title.
      if (page.includes('YAML to paste')) expect(count(page, /^- \{/gm) + leftOut('unlisted connector')).toBe(20);
      if (page.includes('Details: ')) {
        expect(count(page, /^- SSO was/gm) + leftOut('message')).toBe(20);
        expect(count(page, /^\| [✅❌]/gmu) + leftOut('connector')).toBe(40);
      }
    }
  });
});

describe('text from outside', () => {
  /** A page on which every text that may come from outside is one of these. */
  async function pageOf(text: () => string): Promise<string> {
    const verification = { status: text(), code: text() };
    const problem = (kind: Problem['kind'], action: string): Problem => ({
      ...{ kind, problem: text(), message: text(), action },
      documentation_url: text(),
    });
    const outcomes = [
      await outcomeOf({
        ...{ domain: text(), id: idOf(1), found: { ...OFF, updated_on: text(), verification } },
        problems: [problem('drift', text())],
      }),
      await outcomeOf({
        ...{
          domain: text(),
          id: idOf(2),
          found: OFF,
          sent: { enabled: true },
          now: { ...ON, use_fedramp_language: true },
        },
        problems: [problem('refused', `Another ${text()}`)],
      }),
    ];
    for (const outcome of outcomes.slice(0, 1)) outcome.dnsSays = text();
    const unlisted = [{ id: text(), email_domain: text(), failure }];
    return renderPage(resultOf(outcomes, {}, { unlisted }), MIB);
  }

  it('changes nothing of how a page is built, whatever it is', async () => {
    // A name with nothing to see in it counts as none.
    const visible = hostileText.filter((text) => oneLine(text) !== '');
    const plain = tagsOf(await marked(await pageOf(() => 'plain.example')));
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(visible), async (texts) => {
        const page = await pageOf(() => texts.next().value || 'x');
        expect(tagsOf(await marked(page))).toEqual(plain);
      }),
      { numRuns: 100 },
    );
  });
});
