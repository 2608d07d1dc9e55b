"use strict";
exports.id = 795;
exports.ids = [795];
exports.modules = {

/***/ 7795:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   keepIssue: () => (/* binding */ keepIssue)
/* harmony export */ });
/* harmony import */ var _index_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6062);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_1__);


// build/report/github.js
const TIME_LIMIT_MS = 3e4;
/**
* Connects to the API of `GITHUB_API_URL`, for the repository of the run. All requests together may take 30 seconds.
* None is tried again: the next run puts right what this one left.
*/
async function connectToGitHub(token, { env, clock, signal }) {
	const [owner, repo] = `${env["GITHUB_REPOSITORY"]}`.split("/");
	if (!repo) throw new Error("GITHUB_REPOSITORY names no repository");
	const baseUrl = env["GITHUB_API_URL"] || "https://api.github.com";
	const url = URL.parse(baseUrl);
	if (!url) throw new Error("GITHUB_API_URL is no URL");
	const read = new _index_js__WEBPACK_IMPORTED_MODULE_0__.c(env);
	const proxy = (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.l)(read, env, url);
	(0,_index_js__WEBPACK_IMPORTED_MODULE_0__.s)(read, env, url);
	if (read.problems.length > 0) throw new _index_js__WEBPACK_IMPORTED_MODULE_0__.R(read.problems);
	const variable = url.protocol.replace(":", "_proxy");
	for (const name of [variable, variable.toUpperCase()]) delete process.env[name];
	if (proxy) process.env[variable] = proxy.href;
	const [{ getOctokit }, { fetch }, { makeProxyAgent }] = await Promise.all([
		Promise.all(/* import() */[__webpack_require__.e(752), __webpack_require__.e(218)]).then(__webpack_require__.bind(__webpack_require__, 2218)),
		__webpack_require__.e(/* import() */ 752).then(__webpack_require__.t.bind(__webpack_require__, 4371, 19)),
		Promise.all(/* import() */[__webpack_require__.e(752), __webpack_require__.e(681)]).then(__webpack_require__.bind(__webpack_require__, 3681))
	]);
	const dispatcher = proxy && makeProxyAgent(proxy, TIME_LIMIT_MS);
	const log = {
		debug() {},
		info() {},
		warn() {},
		error() {}
	};
	const octokit = getOctokit(token, {
		baseUrl,
		log,
		request: {
			fetch: (url, options) => fetch(url, {
				...options,
				...dispatcher && { dispatcher }
			}),
			signal: AbortSignal.any([signal, clock.deadline(TIME_LIMIT_MS)]),
			log
		}
	});
	return async (shape, route, parameters) => {
		const place = route.includes("{owner}") ? {
			owner,
			repo
		} : {};
		const { data, headers } = await octokit.request(route, {
			...place,
			...parameters
		});
		const parsed = (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.F)(shape, data);
		if (!parsed.success) throw new Error(`What came back for ${route} is not as GitHub documents it`);
		return {
			data: parsed.output,
			goesOn: /rel="?next/.test(`${headers.link}`)
		};
	};
}
// build/report/github-refusal.js
const PERMISSION = "report_issue needs permissions: issues: write.";
const PERSONAL = "Give the token the repository permission \"Issues: write\" (a fine-grained one) or the scope repo (a classic one).";
/** Why, where the message is only `Validation Failed`. */
const Reason = (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.k)((0,_index_js__WEBPACK_IMPORTED_MODULE_0__.N)({ message: (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.I)() }), { message: "" });
/** The client's error for an answer that is no success. */
const Refusal = (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.N)({
	status: (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.M)(),
	response: (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.N)({
		data: (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.k)((0,_index_js__WEBPACK_IMPORTED_MODULE_0__.N)({
			message: (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.I)(),
			errors: (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.k)((0,_index_js__WEBPACK_IMPORTED_MODULE_0__.O)(Reason), [])
		}), {
			message: "",
			errors: []
		}),
		headers: (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.N)({
			"x-ratelimit-remaining": (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.P)((0,_index_js__WEBPACK_IMPORTED_MODULE_0__.I)()),
			"x-github-sso": (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.P)((0,_index_js__WEBPACK_IMPORTED_MODULE_0__.I)())
		})
	})
});
/** Why GitHub did not do what it was asked, and what to do, as whole sentences. */
function explainRefusal(error, { GITHUB_REPOSITORY: repository }) {
	const refusal = refusalOf(error);
	if (!refusal) return `${describeFault(error)}.`;
	const { status, words, isLimit, needsSso } = refusal;
	const said = words ? `${status} "${words}"` : `${status}`;
	if (isLimit) return `GitHub's rate limit is reached (${said}). The next run tries again.`;
	if (/archived/i.test(words)) return `${repository} is archived, so nobody can change its issues (${said}).`;
	if (/\blocked\b/i.test(words)) return `It is locked (${said}).`;
	if (status === 410 && !/deleted/i.test(words)) return `Issues are switched off in ${repository} (${said}). Switch them on in its settings, or leave report_issue out.`;
	if (status === 401) return `GitHub does not accept github_token (${said}). Leave the input out to use the token of the job. ${PERMISSION}`;
	if (needsSso) return `The organization's single sign-on keeps github_token out (${said}). Authorize the token for the organization, or leave the input out to use the token of the job.`;
	if (/IP allow list/i.test(words)) return `The organization's IP allow list keeps this runner out (${said}). Add the runner's address to the list, or use a runner whose address is on it.`;
	if (status === 403 && words) return `GitHub does not let github_token do this in ${repository} (${said}).${adviceFor(words)}`;
	if (status === 404 && words) return `GitHub shows github_token no issues of ${repository} (${said}). ${PERMISSION}`;
	return `GitHub, or something in front of it, answered ${said}. The next run tries again.`;
}
/** What to do about a 403, if that is known: a block, or a rule of the organization, is not for a permission to lift. */
function adviceFor(words) {
	if (/forbids access|blocked/i.test(words)) return "";
	return ` ${/personal access token/i.test(words) ? PERSONAL : PERMISSION}`;
}
/** The data of an answer, or undefined if GitHub does not let the token have it. Throws if GitHub could not be asked. */
async function unlessRefused(answer) {
	try {
		return (await answer).data;
	} catch (error) {
		const refusal = refusalOf(error);
		if (refusal && [
			401,
			403,
			404
		].includes(refusal.status) && !refusal.isLimit) return void 0;
		throw error;
	}
}
/**
* `isLimit`: too many requests. https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
* `needsSso`: a personal token that is not authorized for the organization. https://docs.github.com/en/rest/authentication/authenticating-to-the-rest-api
*/
function refusalOf(error) {
	const parsed = (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.F)(Refusal, error);
	if (!parsed.success) return void 0;
	const { status, response } = parsed.output;
	const { message, errors } = response.data;
	const reasons = errors.map((reason) => reason.message).filter(Boolean);
	const words = (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.E)([message, ...reasons].join(": "), 300).replace(/\.$/, "");
	const { "x-ratelimit-remaining": left, "x-github-sso": sso } = response.headers;
	const isUsedUp = left === "0" || /rate limit/i.test(words);
	const needsSso = /^required/i.test(`${sso}`) || /\bSAML\b/.test(words);
	return {
		status,
		words,
		isLimit: status === 429 || status === 403 && isUsedUp,
		needsSso
	};
}
/** What went wrong at the root: the client says `fetch failed` or `Request was cancelled`, and its cause says why. */
function describeFault(error) {
	let root = error;
	while (root instanceof Error && root.cause instanceof Error && root.cause.message !== "") root = root.cause;
	if (!(root instanceof Error)) return (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.E)(String(root), 300);
	if (root.name === "TimeoutError") return "GitHub took more than 30 seconds";
	const refusal = (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.r)(root, "it");
	if (refusal) return `GitHub cannot be reached, since ${refusal.what}`;
	const words = (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.E)(root.message, 300).replace(/\.$/, "");
	return root === error ? words : `GitHub cannot be reached (${words})`;
}
// build/report/issue-marker.js
/** What an issue is about, read from the environment, since the inputs may have problems. Of a list, not its entries. */
function readIssueNames(env) {
	const read = new _index_js__WEBPACK_IMPORTED_MODULE_0__.c(env);
	return {
		account: read.text("account_id") ?? read.variable("CLOUDFLARE_ACCOUNT_ID") ?? "",
		workflow: env["GITHUB_WORKFLOW"] ?? "",
		job: env["GITHUB_JOB"] ?? "",
		step: env["GITHUB_ACTION"] ?? "",
		issue_key: read.text("issue_key") ?? "",
		id: !read.givesList && read.text("sso_connector_id") || "",
		domain: !read.givesList && read.text("email_domain") || ""
	};
}
/** The hidden line that an issue is found again by. Hashed, so that nothing in it can end the comment. */
function issueMarker(env) {
	const { id, domain, ...names } = readIssueNames(env);
	const key = JSON.stringify([...Object.values(names), id || (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.T)(domain) || domain]);
	return `<!-- cloudflare-sso-connector ${(0,node_crypto__WEBPACK_IMPORTED_MODULE_1__.createHash)("sha256").update(key).digest("hex")} -->`;
}
/** The hidden line that names the run and attempt in which an issue was last seen; empty outside of a run. */
function runStamp({ GITHUB_RUN_ID: run, GITHUB_RUN_ATTEMPT: attempt }) {
	const number = `${run}, attempt ${attempt || "1"}`;
	return /^\d+, attempt \d+$/.test(number) ? `<!-- last seen in run ${number} -->` : "";
}
/** Whether another step of this very run saw the issue last. */
function isOfThisRun(body, env) {
	return runStamp(env) !== "" && body.includes(runStamp(env));
}
/** The body as last seen in this run. */
function stampBody(body, env) {
	return body.replace(/<!-- last seen in run \d+, attempt \d+ -->/, runStamp(env));
}
/** The hidden line of an issue that warns of the end of the API token. */
const TOKEN_LINE = "<!-- warns of the end of the API token -->";
/** The hidden line of an issue of a run that asked for nothing but that its connectors are there. */
const EXISTENCE_LINE = "<!-- asks for no field and no gate -->";
// build/report/issue-text.js
/** GitHub refuses a body of more characters. */
const LIMIT = 65536;
const LEAST_PAGE = 4e3;
const NO_ROOM = "Something is wrong. What people wrote below the line leaves no room to tell it here: see the summary of the run.";
/** How the page begins of a run in which nothing is wrong but the end of the token, or when that is. */
const ONLY_TOKEN = "### ⚠️ ";
const TOKEN_UNKNOWN = `${ONLY_TOKEN}Cloudflare SSO: when the API token expires is unknown now

An earlier run warned of its end: renew it, if nobody has. Nothing else is wrong.`;
const GAP = "\n\n";
const FIRST_SEEN = "- First seen: ";
/** The title: the domain, or for many the account. It stays the same while the issue is open. */
function composeTitle({ outcomes }, env) {
	const { account, workflow, id, domain } = readIssueNames(env);
	const single = (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.w)(id, outcomes[0]?.domain ?? (domain || void 0));
	const what = id || domain ? single : account ? `account ${account}` : `workflow ${workflow}`;
	return `Cloudflare SSO needs attention: ${(0,_index_js__WEBPACK_IMPORTED_MODULE_0__.E)(what, 100).replace(/[@#]/g, "$&​")}`;
}
/**
* The body: what is wrong, since when, and from where. `earlier` is the body so far, of which "first seen" and what people
* wrote below the line stay, in a body that GitHub takes. If all is well, it says that only the end of the token is
* unknown. `now` is in milliseconds since the epoch.
*/
function composeBody(result, env, now, earlier = "") {
	const { account, workflow, job, issue_key } = readIssueNames(env);
	const marker = issueMarker(env);
	const [ours = "", ...theirs] = earlier.split(marker);
	const notes = theirs.join(marker).replace(/^\s*---/, "").replace(/^\s*\n/, "").trimEnd();
	const seen = `${(0,_index_js__WEBPACK_IMPORTED_MODULE_0__.z)(now)}, ${runLink(env)}`;
	const firstSeen = (isNewTrouble(result, earlier) ? [] : ours.split(/\r?\n/)).findLast((line) => line.startsWith(FIRST_SEEN)) ?? `${FIRST_SEEN}${seen}`;
	const isWarned = result.tokenExpiry ? result.tokenExpiry.warning !== void 0 : ours.includes(TOKEN_LINE);
	const isOfExistence = (result.settings ? (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.o)(result.settings) : result.asksNothing) && (earlier === "" || ours.includes("<!-- asks for no field and no gate -->"));
	const keeper = Object.entries({
		account,
		workflow,
		job,
		issue_key
	}).filter(([, name]) => name !== "").map(([what, name]) => `${what} ${(0,_index_js__WEBPACK_IMPORTED_MODULE_0__.n)(name)}`).join(", ");
	const parts = [
		`${firstSeen}\n- Last seen: ${seen}`,
		`The action keeps this issue for ${keeper}. It updates it while something is wrong, and closes it when all is well. What you write below the line stays.`,
		isOfExistence ? EXISTENCE_LINE : "",
		runStamp(env),
		isWarned ? TOKEN_LINE : "",
		marker,
		"---",
		notes
	].filter((part) => part !== "");
	const room = LIMIT - parts.join(GAP).length - 2;
	parts.unshift((0,_index_js__WEBPACK_IMPORTED_MODULE_0__.a)(result) ? TOKEN_UNKNOWN : room < LEAST_PAGE ? NO_ROOM : (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.t)(result)(room).trim());
	while (parts.join(GAP).length > LIMIT && parts[0] !== marker) parts.shift();
	return parts.join(GAP);
}
/** Whether a body tells of nothing but the end of the API token. */
function tellsOnlyToken(body) {
	return body.startsWith(ONLY_TOKEN);
}
/** Whether something is wrong now, where an issue told of nothing but the end of the API token so far. */
function isNewTrouble({ failures }, body) {
	return tellsOnlyToken(body) && failures.length > 0;
}
/** A link to the run. https://docs.github.com/en/actions/reference/workflows-and-actions/variables */
function runLink(env) {
	const run = `${env["GITHUB_RUN_ID"]}`;
	const url = `${env["GITHUB_SERVER_URL"]}/${env["GITHUB_REPOSITORY"]}/actions/runs/${run}`;
	return /^\d+$/.test(run) && URL.canParse(url) ? `[run ${run}](${url})` : "a run outside GitHub";
}
// build/report/repository-issues.js
const ISSUES = "/repos/{owner}/{repo}/issues";
const ISSUE = `${ISSUES}/{issue_number}`;
/** Of a hundred issues each; a repository may have many thousands. */
const ENOUGH_PAGES = 10;
const User = (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.N)({
	login: (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.I)(),
	type: (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.j)((0,_index_js__WEBPACK_IMPORTED_MODULE_0__.I)())
});
/** Gitea and Forgejo send neither a user's `type` nor `author_association`, and `pull_request: null` for an issue. */
const Item = (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.N)({
	number: (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.M)(),
	state: (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.I)(),
	body: (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.j)((0,_index_js__WEBPACK_IMPORTED_MODULE_0__.I)()),
	user: (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.j)(User),
	author_association: (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.j)((0,_index_js__WEBPACK_IMPORTED_MODULE_0__.I)()),
	pull_request: (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.P)((0,_index_js__WEBPACK_IMPORTED_MODULE_0__.L)())
});
/** The issues of the repository. https://docs.github.com/en/rest/issues/issues */
var Issues = class {
	#ask;
	#writers = /* @__PURE__ */ new Map();
	#login;
	constructor(ask) {
		this.#ask = ask;
	}
	async create(title, body) {
		const { data } = await this.#ask((0,_index_js__WEBPACK_IMPORTED_MODULE_0__.N)({ number: (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.M)() }), `POST ${ISSUES}`, {
			title,
			body
		});
		return data.number;
	}
	/** As it is now: a list may lag by seconds. */
	async read(issue_number) {
		return (await this.#ask(Item, `GET ${ISSUE}`, { issue_number })).data;
	}
	/** Throws too if what comes back is not this issue in this state, such as the page of a proxy. */
	async update(issue_number, change) {
		const shape = (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.N)({
			number: (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.A)(issue_number),
			state: (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.A)(change.state)
		});
		await this.#ask(shape, `PATCH ${ISSUE}`, {
			issue_number,
			...change
		});
	}
	async comment(issue_number, body) {
		await this.#ask((0,_index_js__WEBPACK_IMPORTED_MODULE_0__.L)(), `POST ${ISSUE}/comments`, {
			issue_number,
			body
		});
	}
	/** Our open issues with this marker, oldest first, each as it is now. Once there is one, it looks at few pages for others. */
	async findOpen(marker) {
		const found = [];
		const seen = /* @__PURE__ */ new Set();
		let pages = 0;
		try {
			for await (const page of this.#search()) {
				for (const { number } of await this.#pick(page, marker)) {
					if (seen.has(number)) continue;
					seen.add(number);
					const { state, body } = await this.read(number);
					if (state === "open" && body?.includes(marker)) found.push({
						number,
						body
					});
				}
				pages += 1;
				if (found.length > 0 && pages >= ENOUGH_PAGES) break;
			}
		} catch (error) {
			if (found.length === 0) throw error;
		}
		return found.sort((one, other) => one.number - other.number);
	}
	/** Ours among the hundred closed ones that changed last. */
	async findClosed(marker) {
		const { data } = await this.#list({
			state: "closed",
			sort: "updated"
		});
		return await this.#pick(data, marker);
	}
	/**
	* Pages of open issues: the newest hundred, the oldest hundred (an issue is young, or has been open for long), and all
	* those of the token's user. Not by a label, which anyone may take off, nor by the search, which lags by minutes.
	*/
	async *#search() {
		let { data, goesOn } = await this.#list({ state: "open" });
		yield data;
		if (!goesOn) return;
		yield (await this.#list({
			state: "open",
			direction: "asc"
		})).data;
		const creator = await this.#whoAmI();
		for (let page = 1; goesOn; page++) {
			({data, goesOn} = await this.#list({
				state: "open",
				page,
				...creator && {
					creator,
					created_by: creator
				}
			}));
			yield data;
		}
	}
	/**
	* A page by its number, so that no link can lead the token elsewhere. Gitea and Forgejo say `limit` for `per_page`, and
	* `created_by` for `creator`.
	*/
	#list(query) {
		return this.#ask((0,_index_js__WEBPACK_IMPORTED_MODULE_0__.O)(Item), `GET ${ISSUES}`, {
			...query,
			per_page: 100,
			limit: 100
		});
	}
	async #pick(page, marker) {
		const found = [];
		for (const item of page) {
			const { number, body, pull_request: isPull } = item;
			if (!isPull && body?.includes(marker) && await this.#isOurs(item)) found.push({
				number,
				body
			});
		}
		return found;
	}
	/**
	* Whether the author is a bot, the token's user, or may write: a stranger may have copied the marker. Members and
	* collaborators may well have no more than the right to read.
	*/
	async #isOurs({ user, author_association: role }) {
		if (user?.type === "Bot" || role === "OWNER") return true;
		if (!user) return false;
		if (user.login === await this.#whoAmI()) return true;
		const mayWrite = this.#writers.get(user.login) ?? this.#mayWrite(user.login);
		this.#writers.set(user.login, mayWrite);
		return mayWrite;
	}
	/** https://docs.github.com/en/rest/collaborators/collaborators#get-repository-permissions-for-a-user */
	async #mayWrite(username) {
		const answer = await unlessRefused(this.#ask((0,_index_js__WEBPACK_IMPORTED_MODULE_0__.N)({ permission: (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.I)() }), "GET /repos/{owner}/{repo}/collaborators/{username}/permission", { username }));
		return ["admin", "write"].includes(`${answer?.permission}`);
	}
	/**
	* The login of the token's user; undefined if unknown. The token of a workflow or an app has a viewer instead, in GraphQL:
	* `/graphql`, or on GitHub Enterprise Server, beside `/api/v3`, `/api/graphql`.
	*/
	#whoAmI() {
		this.#login ??= (async () => {
			const user = await unlessRefused(this.#ask(User, "GET /user"));
			if (user) return user.login;
			const shape = (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.k)((0,_index_js__WEBPACK_IMPORTED_MODULE_0__.P)((0,_index_js__WEBPACK_IMPORTED_MODULE_0__.N)({ data: (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.N)({ viewer: User }) })), void 0);
			return (await unlessRefused(this.#ask(shape, "POST /../graphql", { query: "{ viewer { login } }" })))?.data.viewer.login;
		})();
		return this.#login;
	}
};
// build/report/issue.js
const SAME_RESULT = "The result of this step stays as it is.";
const GIVE_KEY = "Give each of these steps an issue_key of its own.";
/** Milliseconds before each check whether GitHub lists a new issue. */
const WAITS = [
	0,
	1e3,
	2e3,
	4e3
];
/**
* Keeps one GitHub issue open while something is wrong, and closes it with a comment when all is well. One that warns of
* the end of the API token stays open until that is known. GitHub saying no is only a warning.
*/
async function keepIssue(result, token, world) {
	const { env, clock, log, signal } = world;
	try {
		const issues = new Issues(await connectToGitHub(token, world));
		const found = await issues.findOpen(issueMarker(env));
		const ours = leaveNeighbours(found, world);
		const [oldest, ...others] = ours;
		if ((0,_index_js__WEBPACK_IMPORTED_MODULE_0__.a)(result)) {
			const isEmpty = result.settings !== void 0 && (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.o)(result.settings);
			const fateOf = ({ body }) => {
				if (isEmpty && !body.includes("<!-- asks for no field and no gate -->") && !tellsOnlyToken(body)) return "unchecked";
				return !result.tokenExpiry && body.includes("<!-- warns of the end of the API token -->") ? "warned" : "over";
			};
			const { unchecked = [], warned = [], over = [] } = Object.groupBy(ours, fateOf);
			await close(issues, over, `All is well again, as of ${runLink(env)}.`, world);
			for (const { number } of unchecked) log.info(`Left issue #${number} open: this run asked for no field and no gate.`);
			for (const { number, body } of warned) {
				if (!tellsOnlyToken(body)) await issues.update(number, {
					state: "open",
					body: composeBody(result, env, clock.now(), body)
				});
				log.info(`Left issue #${number} open: it warns of the end of the API token, which is unknown now.`);
			}
		} else if (oldest) {
			await issues.update(oldest.number, {
				state: "open",
				body: composeBody(result, env, clock.now(), oldest.body)
			});
			log.info(`Updated issue #${oldest.number}.`);
			await close(issues, others, `Duplicate of #${oldest.number}`, world);
			if (isNewTrouble(result, oldest.body)) {
				const news = `Something is wrong now, not just the end of the token: ${runLink(env)}.`;
				await comment(issues, oldest.number, "open", news, world);
			}
		} else if (found.length === 0) await open(issues, result, world);
	} catch (error) {
		log.warning(signal.aborted ? `The run was cancelled while it kept the GitHub issue, which may be out of date. ${SAME_RESULT}` : `Could not keep the GitHub issue: ${explainRefusal(error, env)} ${SAME_RESULT}`);
	}
}
/**
* Opens an issue, and checks that the next run will find it. Two runs at once each open one, and then see both; one in
* which all is well may close it at once.
*/
async function open(issues, result, world) {
	const { env, clock, log, signal } = world;
	const closed = (await issues.findClosed(issueMarker(env))).find((issue) => isOfThisRun(issue.body, env));
	const body = composeBody(result, env, clock.now(), closed?.body);
	if (closed) {
		await issues.update(closed.number, {
			state: "open",
			body
		});
		log.warning(`Opened issue #${closed.number} again. Another step of this run keeps it too, and that step or a person closed it. ${GIVE_KEY}`);
		return;
	}
	const number = await issues.create(composeTitle(result, env), body);
	log.info(`Opened issue #${number}.`);
	const seen = await lookFor(issues, number, world).catch((error) => {
		if (signal.aborted) throw error;
		log.warning(`Issue #${number} is open, but whether the next run finds it could not be checked: ${explainRefusal(error, env)} ${SAME_RESULT}`);
	});
	if (!seen) return;
	const { found, unlisted } = seen;
	const [other] = found;
	if (!unlisted) {
		const [oldest, ...others] = leaveNeighbours(found, world, number);
		await close(issues, others, `Duplicate of #${oldest?.number}`, world);
	} else if (unlisted.state === "open") log.warning(`Issue #${number} is open, but GitHub does not list it as one that this action keeps, so the next run may open another. Check that the user of github_token may write to ${env["GITHUB_REPOSITORY"]}.`);
	else if (other) log.info(`Issue #${number} was closed meanwhile, and issue #${other.number} is open.`);
	else {
		await issues.update(number, {
			state: "open",
			body: composeBody(result, env, clock.now(), unlisted.body ?? body)
		});
		log.info(`Opened issue #${number} again: another run or a person closed it meanwhile.`);
	}
}
/** Looks for a new issue, for up to 7 s, among those that GitHub lists; `unlisted` is the issue if it does not list it. */
async function lookFor(issues, number, { env, clock, signal }) {
	let found = [];
	for (const wait of WAITS) {
		await clock.sleep(wait, signal);
		found = await issues.findOpen(issueMarker(env));
		if (found.some((issue) => issue.number === number)) return { found };
	}
	return {
		found,
		unlisted: await issues.read(number)
	};
}
/** The issues without those that another step of this run keeps; `own` is the number of this step's. */
function leaveNeighbours(found, { env, log }, own) {
	return found.filter(({ number, body }) => {
		if (number === own || !isOfThisRun(body, env)) return true;
		log.warning(`Left issue #${number} as it is, since another step of this run keeps it. ${GIVE_KEY}`);
		return false;
	});
}
/** Closes all it can before it comments, since a locked issue takes no comment. */
async function close(issues, closing, reason, world) {
	const { env, log, signal } = world;
	const closed = [];
	const left = [];
	const causes = /* @__PURE__ */ new Set();
	for (const { number, body } of closing) try {
		await issues.update(number, {
			state: "closed",
			body: stampBody(body, env)
		});
		log.info(`Closed issue #${number}.`);
		closed.push(number);
	} catch (error) {
		if (signal.aborted) throw error;
		left.push(`#${number}`);
		causes.add(explainRefusal(error, env));
	}
	if (left.length > 0) {
		const which = `${left.length === 1 ? "issue" : "issues"} ${(0,_index_js__WEBPACK_IMPORTED_MODULE_0__.C)(left, 9)}`;
		log.warning(`Could not close ${which}: ${[...causes].join(" ")} ${SAME_RESULT}`);
	}
	for (const number of closed) await comment(issues, number, "closed", reason, world);
}
/** A comment that GitHub does not take is only a warning. */
async function comment(issues, number, state, text, world) {
	const { env, log, signal } = world;
	try {
		await issues.comment(number, text);
	} catch (error) {
		if (signal.aborted) throw error;
		log.warning(`Could not comment on issue #${number}, which is ${state}: ${explainRefusal(error, env)}`);
	}
}



/***/ })

};
;