import { describe, expect, it } from 'vitest';
import {
  EXISTENCE_LINE,
  isOfThisRun,
  issueMarker,
  runStamp,
  stampBody,
  TOKEN_LINE,
} from '../../src/report/issue-marker.ts';
import { composeBody, composeTitle, runLink } from '../../src/report/issue-text.ts';
import { WELL, WRONG } from '../kit/issue-step.ts';
import { resultOfBadInputs } from '../kit/results.ts';

describe('the marker', () => {
  const env = {
    INPUT_ACCOUNT_ID: 'account',
    INPUT_EMAIL_DOMAIN: 'acme.example',
    GITHUB_WORKFLOW: 'Nightly',
    GITHUB_JOB: 'sso',
    GITHUB_ACTION: 'check',
  };
  const marker = issueMarker(env);

  it.each<[string, Record<string, string>]>([
    ['account', { INPUT_ACCOUNT_ID: 'other' }],
    ['domain', { INPUT_EMAIL_DOMAIN: 'branch.example' }],
    ['connector', { INPUT_SSO_CONNECTOR_ID: 'id' }],
    ['workflow', { GITHUB_WORKFLOW: 'Weekly' }],
    ['job', { GITHUB_JOB: 'other' }],
    ['step', { GITHUB_ACTION: 'other' }],
    ['issue_key', { INPUT_ISSUE_KEY: 'leg 1' }],
    ['list instead of the domain', { INPUT_CONNECTORS: '[{}]' }],
    ['list in a file instead of the domain', { INPUT_CONNECTORS_FILE: 'sso.yml' }],
  ])('is another for another %s', (_, change) => {
    expect(issueMarker({ ...env, ...change })).not.toBe(marker);
  });

  it('takes a name that the environment lacks for an empty one', () => {
    const empty = { GITHUB_WORKFLOW: '', GITHUB_JOB: '', GITHUB_ACTION: '' };
    expect(issueMarker({ INPUT_ACCOUNT_ID: 'account' })).toBe(issueMarker({ INPUT_ACCOUNT_ID: 'account', ...empty }));
  });

  it.each<[string, Record<string, string>]>([
    ['mode', { INPUT_MODE: 'check' }],
    ['state asked for', { INPUT_ENABLED: 'true', INPUT_USE_FEDRAMP_LANGUAGE: 'true' }],
    ['token', { INPUT_API_TOKEN: 'token' }],
    ['run', { GITHUB_RUN_ID: '2', GITHUB_RUN_NUMBER: '2', GITHUB_RUN_ATTEMPT: '2', GITHUB_SHA: 'abc' }],
    ['spelling, with spaces around', { INPUT_EMAIL_DOMAIN: ' acme.example\n' }],
    ['spelling, in capitals', { INPUT_EMAIL_DOMAIN: 'ACME.example' }],
    ['spelling, with a dot at the end', { INPUT_EMAIL_DOMAIN: 'acme.example.' }],
  ])('stays the same with another %s', (_, change) => {
    expect(issueMarker({ ...env, ...change })).toBe(marker);
  });

  it('is the same for a domain in Unicode and in punycode', () => {
    const [one, other] = ['bücher.example', 'xn--bcher-kva.example'];
    expect(issueMarker({ INPUT_EMAIL_DOMAIN: one })).toBe(issueMarker({ INPUT_EMAIL_DOMAIN: other }));
  });

  it('of a connector with an id does not change with the domain that guards it', () => {
    const single = { ...env, INPUT_SSO_CONNECTOR_ID: 'id' };
    expect(issueMarker({ ...single, INPUT_EMAIL_DOMAIN: '' })).toBe(issueMarker(single));
  });

  it('of a list does not change with its entries, or with where it stands', () => {
    const list = { ...env, INPUT_EMAIL_DOMAIN: '', INPUT_CONNECTORS: '[{}]' };
    expect(issueMarker({ ...list, INPUT_CONNECTORS: '- {}' })).toBe(issueMarker(list));
    expect(issueMarker({ ...list, INPUT_CONNECTORS: '', INPUT_CONNECTORS_FILE: 'sso.yml' })).toBe(issueMarker(list));
  });

  it('takes the account from CLOUDFLARE_ACCOUNT_ID too', () => {
    expect(issueMarker({ ...env, INPUT_ACCOUNT_ID: '', CLOUDFLARE_ACCOUNT_ID: ' account\n' })).toBe(marker);
    expect(issueMarker({ ...env, INPUT_ACCOUNT_ID: '', CLOUDFLARE_ACCOUNT_ID: '\ufeffaccount\u200b' })).toBe(marker);
  });

  it('tells apart what would be the same text when joined', () => {
    const one = issueMarker({ GITHUB_WORKFLOW: 'a', GITHUB_JOB: 'b' });
    expect(issueMarker({ GITHUB_WORKFLOW: 'a","b', GITHUB_JOB: '' })).not.toBe(one);
    expect(issueMarker({ GITHUB_WORKFLOW: 'ab', GITHUB_JOB: '' })).not.toBe(one);
  });

  it('is an HTML comment that nothing in it can end', () => {
    expect(issueMarker({ GITHUB_WORKFLOW: '--><img>' })).toMatch(/^<!-- cloudflare-sso-connector [0-9a-f]{64} -->$/);
  });
});

describe('the stamp of the run that saw an issue last', () => {
  const env = { GITHUB_RUN_ID: '12', GITHUB_RUN_ATTEMPT: '1' };
  const body = composeBody(WRONG, env, 0);

  it.each<[string, Record<string, string>, boolean]>([
    ['this very run', env, true],
    ['this run, where the runner counts no attempts', { GITHUB_RUN_ID: '12' }, true],
    ['another run', { ...env, GITHUB_RUN_ID: '13' }, false],
    ['another run whose number begins alike', { ...env, GITHUB_RUN_ID: '1' }, false],
    ['a further attempt, which is often the one after the repair', { ...env, GITHUB_RUN_ATTEMPT: '2' }, false],
    ['no run', {}, false],
  ])('tells %s', (_, other, expected) => {
    expect(isOfThisRun(body, other)).toBe(expected);
  });

  it('is not there outside of a run, nor where the number is none', () => {
    expect([runStamp({}), runStamp({ GITHUB_RUN_ID: '--><img>' })]).toEqual(['', '']);
    expect([runStamp({ GITHUB_RUN_ID: '--><img>1' }), runStamp({ ...env, GITHUB_RUN_ATTEMPT: '1 -->' })]).toEqual([
      '',
      '',
    ]);
  });

  it('is put in the place of an earlier one', () => {
    const stamped = stampBody(body, { GITHUB_RUN_ID: '13', GITHUB_RUN_ATTEMPT: '10' });
    expect(stamped).toBe(body.replace('in run 12, attempt 1 ', 'in run 13, attempt 10 '));
    expect(stampBody(stamped, env)).toBe(body);
  });
});

describe('the body', () => {
  const env = {
    INPUT_ACCOUNT_ID: 'account',
    GITHUB_WORKFLOW: 'SSO',
    GITHUB_JOB: 'sso',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: 'acme/platform',
  };
  const [first, later] = [Date.UTC(2026, 10, 25, 14, 11, 59), Date.UTC(2026, 10, 26, 2, 5)];
  const body = composeBody(WRONG, { ...env, GITHUB_RUN_ID: '1' }, first);
  const again = (earlier: string) => composeBody(WRONG, { ...env, GITHUB_RUN_ID: '2' }, later, earlier);
  const FIRST = '- First seen: 2026-11-25 14:11 UTC, [run 1](https://github.com/acme/platform/actions/runs/1)';
  const LAST = '- Last seen: 2026-11-26 02:05 UTC, [run 2](https://github.com/acme/platform/actions/runs/2)';

  it('ends with when it was seen, by whom it is kept, and the line', () => {
    expect(body.split('\n').slice(-10)).toEqual([
      FIRST,
      FIRST.replace('First', 'Last'),
      '',
      'The action keeps this issue for account `account`, workflow `SSO`, job `sso`. It updates it while something is wrong, and closes it when all is well. What you write below the line stays.',
      '',
      '<!-- last seen in run 1, attempt 1 -->',
      '',
      issueMarker(env),
      '',
      '---',
    ]);
    expect(composeBody(WRONG, { ...env, INPUT_ISSUE_KEY: 'a b' }, first)).toContain('job `sso`, issue_key `a b`. ');
  });

  it.each([true, false])('of inputs with a problem, says whether they ask for nothing: %j', (asksNothing) => {
    const result = resultOfBadInputs(WRONG.failures, false, asksNothing);
    expect(composeBody(result, env, first).includes(EXISTENCE_LINE)).toBe(asksNothing);
  });

  it('keeps when it was first seen, and says when last', () => {
    expect(again(body)).toContain(`\n${FIRST}\n${LAST}\n`);
    expect(again(again(body))).toBe(again(body));
  });

  it.each([
    ['below the line', `${body}\n\nAsk Ann.\n\n- one\n---\n- two\n`],
    [
      'below the line, on the web, which ends lines with \\r\\n',
      `${body}\n\nAsk Ann.\n\n- one\n---\n- two`.replaceAll('\n', '\r\n'),
    ],
    ['where the line was, which is gone', `${body.slice(0, -3)}\n\nAsk Ann.\n\n- one\n---\n- two\n`],
  ])('keeps what a person wrote %s', (_, earlier) => {
    const kept = again(earlier).replaceAll('\r\n', '\n');
    expect(kept).toBe(`${again(body)}\n\nAsk Ann.\n\n- one\n---\n- two`);
    expect(again(kept)).toBe(kept);
  });

  it.each(['    curl -X PATCH', '\tcurl -X PATCH', '  - one\n  - two'])(
    'keeps the indentation of their first line: %j',
    (notes) => {
      for (const earlier of [`${body}\n \n\n${notes}\n \n`, `${body}\n\n${notes}`.replaceAll('\n', '\r\n')]) {
        const kept = again(earlier).replaceAll('\r\n', '\n');
        expect(kept).toBe(`${again(body)}\n\n${notes}`);
        expect(again(kept)).toBe(kept);
      }
    },
  );

  it('takes blank lines and spaces alone for no notes', () => {
    for (const blank of [' ', '\n \n', '\r\n\t']) expect(again(`${body}${blank}`)).toBe(again(body));
  });

  it('replaces what a person wrote above, but for when it was first seen', () => {
    expect(again(`- First seen: today\n\nMy words.\n\n${body}`)).toBe(again(body));
  });

  it('tells when it was first seen by itself if the earlier one does not say', () => {
    expect(again('Something else.')).toContain(`\n${LAST.replace('Last', 'First')}\n${LAST}\n`);
  });

  it('has room for the words of a person within what GitHub takes', () => {
    const failures = Array.from({ length: 3000 }, (_, n) => ({ ...WRONG.failures[0], message: `It differs ${n}.` }));
    const many = { ...WRONG, failures } as typeof WRONG;
    for (const words of [0, 30_000, 60_000]) {
      const { length } = composeBody(many, env, first, `${body}\n\n${'x'.repeat(words)}`);
      expect(length).toBeLessThanOrEqual(65_536);
      expect(length).toBeGreaterThan(60_000);
    }
  });

  const NO_ROOM =
    'Something is wrong. What people wrote below the line leaves no room to tell it here: see the summary of the run.';
  const [stamp, marker] = ['<!-- last seen in run 2, attempt 1 -->', issueMarker(env)];
  it.each<[string, number, RegExp]>([
    ['all of it', 60_500, /^### ❌ Cloudflare SSO.*\n- First seen: .*\n- Last seen: .*The action keeps /s],
    [
      'that there is no room for what is wrong',
      61_500,
      new RegExp(`^${NO_ROOM}\n\n- First seen: .*The action keeps `, 's'),
    ],
    ['when it was seen', 64_950, /^- First seen: .*\n- Last seen: .*\n\nThe action keeps /],
    ['by whom it is kept', 65_100, /^The action keeps /],
    ['the run', 65_390, new RegExp(`^${stamp}\n\n${marker}`)],
    ['the marker', 65_430, new RegExp(`^${marker}`)],
  ])('of its own part keeps %s, and of %i characters that people wrote each', (_, count, ownPart) => {
    const notes = 'x'.repeat(count);
    const kept = again(`${body}\n\n${notes}`);
    expect(kept).toMatch(ownPart);
    expect(kept.endsWith(`${marker}\n\n---\n\n${notes}`)).toBe(true);
    expect(kept.length).toBeLessThanOrEqual(65_536);
    expect(again(kept)).toBe(kept);
    expect(again(kept.replace(notes, 'Less.'))).toMatch(/^### ❌ Cloudflare SSO.*\n\nLess\.$/s);
  });
});

describe('the title', () => {
  const place = { INPUT_ACCOUNT_ID: '023e', GITHUB_WORKFLOW: 'Nightly' };

  it.each<[string, Record<string, string>, string]>([
    ['the domain', { ...place, INPUT_EMAIL_DOMAIN: ' ACME.example. ', INPUT_SSO_CONNECTOR_ID: 'x' }, 'acme.example'],
    ['the id if the domain is unknown', { ...place, INPUT_SSO_CONNECTOR_ID: '023e' }, 'connector 023e'],
    ['the account for many', { ...place, INPUT_CONNECTORS: '[{}]' }, 'account 023e'],
    ['the workflow if no account is given', { GITHUB_WORKFLOW: 'Nightly' }, 'workflow Nightly'],
    ['nothing that mentions or refers', { INPUT_EMAIL_DOMAIN: 'a@b#1' }, 'a@\u200bb#\u200b1'],
    ['one line', { INPUT_EMAIL_DOMAIN: 'a\nb' }, 'a b'],
  ])('names %s', (_, env, name) => {
    expect(composeTitle(WELL, env)).toBe(`Cloudflare SSO needs attention: ${name}`);
  });

  it("never is longer than GitHub's 256 characters", () => {
    expect(composeTitle(WELL, { INPUT_EMAIL_DOMAIN: '@'.repeat(500) }).length).toBeLessThanOrEqual(256);
  });
});

describe('the link to the run', () => {
  const env = { GITHUB_SERVER_URL: 'https://github.com', GITHUB_REPOSITORY: 'acme/platform', GITHUB_RUN_ID: '12' };

  it('leads to the run', () => {
    expect(runLink(env)).toBe('[run 12](https://github.com/acme/platform/actions/runs/12)');
  });

  it.each<[string, Record<string, string>]>([
    ['there is no run', { GITHUB_RUN_ID: '' }],
    ['the id is no number', { GITHUB_RUN_ID: '1](x)' }],
    ['the id only ends with a number', { GITHUB_RUN_ID: '](x)1' }],
    ['there is no server', { GITHUB_SERVER_URL: '' }],
  ])('is none if %s', (_, change) => {
    expect(runLink({ ...env, ...change })).toBe('a run outside GitHub');
  });
});

it('a body still warns that the token expires after a run whose inputs had problems', () => {
  const env = {};
  const earlier = `${TOKEN_LINE}\n\n${issueMarker(env)}`;
  const result = resultOfBadInputs([]);
  expect(composeBody(result, env, 0, earlier)).toContain(TOKEN_LINE);
  expect(composeBody(result, env, 0)).not.toContain(TOKEN_LINE);
});

it('a body in which only the end of the token is unknown does not say that something is wrong, however little room there is', () => {
  const notes = 'x'.repeat(61_500);
  const body = composeBody(WELL, {}, 0, `${TOKEN_LINE}\n\n${issueMarker({})}\n\n---\n\n${notes}`);
  expect(body).toMatch(/^### ⚠️ Cloudflare SSO: when the API token expires is unknown now\n/);
  expect(body).not.toContain('Something is wrong');
  expect(body.endsWith(notes)).toBe(true);
});
