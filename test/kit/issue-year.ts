import { Failure } from '../../src/failure.ts';
import type { World } from '../../src/job/job.ts';
import { keepIssue } from '../../src/report/issue.ts';
import { issueMarker } from '../../src/report/issue-marker.ts';
import type { FaultResponse } from '../simulator/faults.ts';
import type { GitHubIssue } from '../simulator/github-issues.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { resultOfBadInputs } from './results.ts';

const DAY = 24 * 60 * 60 * 1000;
const FAULTS_PER_CALL = 0.05;
const repository = 'acme/platform';
const failures = new Failure({ kind: 'drift', problem: 'drift', message: 'It differs.' }).record();
const mallory = { user: { login: 'mallory' }, author_association: 'NONE' } as const;

export const STEPS = ['first', 'second'] as const;
type Step = (typeof STEPS)[number];

/** What goes wrong with a call to GitHub, now and then. */
const FAULTS: readonly FaultResponse[] = [
  'reset',
  'apply-then-reset',
  'truncate',
  { status: 500, body: { message: 'Server Error' } },
  { status: 502, headers: { 'content-type': 'text/html' }, body: '<h1>Unicorn</h1>' },
  { status: 403, headers: { 'retry-after': '60' }, body: { message: 'You have exceeded a secondary rate limit.' } },
  { status: 200, body: {} },
  { status: 200, body: [null] },
];

/** What people do to an open issue by day; the later ones more often. */
const DEEDS: readonly ((issue: GitHubIssue) => Parameters<Simulator['github']['changeIssue']>[1])[] = [
  () => ({ state: 'closed' }),
  () => ({ locked: true }),
  () => ({ body: 'The marker is gone.' }),
  ({ body }) => ({ body: `Seen.\n\n${body}`.replaceAll(/\r?\n/g, '\r\n') }),
  ({ body }) => ({ body: `${body}\n\nA note.\n` }),
  ...Array(5).fill(() => ({})),
];

/** A repository where one workflow runs every night, with two steps that keep an issue each, through a year of mishaps. */
export class Year {
  readonly #simulator: Simulator;
  readonly #token: string;
  readonly #chance: Generator<number, never>;
  #now = Date.UTC(2026, 0, 1);
  #run = 0;
  /** Whether what a step sees is wrong. */
  readonly wrong: Record<Step, boolean> = { first: false, second: false };
  /** Of the night that was played last: how many calls failed, whether two runs met, and what they logged. */
  faults = 0;
  isTwice = false;
  lines: string[] = [];

  /** The same year for the same seed. */
  constructor(simulator: Simulator, token: string, seed: number) {
    this.#simulator = simulator;
    this.#token = token;
    this.#chance = numbers(seed);
    simulator.github.now = () => this.#now;
    // So many that a search soon has a second page.
    for (let n = 0; n < 85; n++) simulator.github.addIssue({ repository, body: 'Something else.', ...mallory });
    simulator.on('request', () => {
      this.#now += 100;
    });
    simulator.fault({ times: Number.POSITIVE_INFINITY, respond: () => this.#strike() });
  }

  /** The open issues that bear the mark of this step, but for those of a stranger. */
  open(step: Step): GitHubIssue[] {
    return this.#marked(step).filter(({ state, user }) => state === 'open' && user.login !== mallory.user.login);
  }

  /** Those that a stranger put the mark of this step on. */
  copies(step: Step): GitHubIssue[] {
    return this.#marked(step).filter(({ user }) => user.login === mallory.user.login);
  }

  /** A day, on which people do as they like, and the night after it. */
  async next(): Promise<void> {
    const { github } = this.#simulator;
    this.#now += DAY;
    if (this.#draw() < 0.35) github.addIssue({ repository, body: 'Something else.', ...mallory });
    for (const step of STEPS) {
      if (this.#draw() < 0.3) this.wrong[step] = !this.wrong[step];
      if (this.#draw() < 0.02) github.addIssue({ repository, body: issueMarker(this.#env(step)), ...mallory });
      for (const issue of this.open(step)) github.changeIssue(issue, this.#pick(DEEDS)(issue));
    }
    github.lag = { ms: this.#pick([0, 1000, 5000]) };
    this.isTwice = this.#draw() < 0.1;
    this.faults = 0;
    this.lines = [];
    await Promise.all(this.isTwice ? [this.#play(), this.#play()] : [this.#play()]);
    this.#simulator.requests.length = 0;
  }

  async #play(): Promise<void> {
    this.#run += 1;
    const run = this.#run;
    for (const step of STEPS) {
      const result = resultOfBadInputs(this.wrong[step] ? failures : []);
      await keepIssue(result, this.#token, this.#world(step, run));
    }
  }

  #world(step: Step, run: number): World {
    const note = (line: string) => void this.lines.push(line);
    return {
      env: this.#env(step, run),
      clock: {
        now: () => this.#now,
        random: () => 0.5,
        deadline: () => new AbortController().signal,
        sleep: async (ms) => {
          this.#now += ms;
        },
      },
      log: { info: note, notice: note, warning: note, error: note, group() {}, debug() {} },
      lookUpTxt: () => Promise.reject(new Error('no DNS here')),
      signal: new AbortController().signal,
    };
  }

  #env(step: Step, run = 0): NodeJS.ProcessEnv {
    const place = { GITHUB_REPOSITORY: repository, GITHUB_API_URL: this.#simulator.githubApiUrl };
    const inputs = { INPUT_ISSUE_KEY: step, INPUT_ACCOUNT_ID: 'account' };
    return { ...place, ...inputs, GITHUB_RUN_ID: String(run), GITHUB_SERVER_URL: 'https://github.com' };
  }

  #marked(step: Step): GitHubIssue[] {
    const marker = issueMarker(this.#env(step));
    return this.#simulator.github.issues.filter(({ body }) => body?.includes(marker));
  }

  #strike(): FaultResponse | undefined {
    if (this.#draw() >= FAULTS_PER_CALL) return undefined;
    this.faults += 1;
    return this.#pick(FAULTS);
  }

  #draw(): number {
    return this.#chance.next().value;
  }

  #pick<T>(items: readonly T[]): T {
    const item = items[Math.floor(this.#draw() * items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  }
}

/** Numbers from 0 up to 1, the same ones for the same seed. https://en.wikipedia.org/wiki/Linear_congruential_generator */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}
