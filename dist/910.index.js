export const id = 910;
export const ids = [910];
export const modules = {

/***/ 7910:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  readLists: () => (/* binding */ readLists)
});

// EXTERNAL MODULE: ./build/shaken/plural.js
var plural = __webpack_require__(9827);
// EXTERNAL MODULE: ./build/shaken/untrusted.js
var untrusted = __webpack_require__(3279);
// EXTERNAL MODULE: ./build/shaken/connector/domain.js
var domain = __webpack_require__(9677);
;// CONCATENATED MODULE: ./build/shaken/inputs/plain-list.js

// build/inputs/plain-list.js
/** A key of an entry and its value, and perhaps a comment: `- email_domain: acme.example`. */
const PAIR = /^(- | {2})(\w+): +(\S+)(?: +#.*)?$/;
const NO_PAIR = /^ *(?:#.*)?$/;
/** Values that mean in YAML what they look like, and that are neither refused nor warned of. */
const VALUES = /* @__PURE__ */ new Map([
	["sso_connector_id", (value) => /^[a-z0-9]{32}$/.test(value)],
	["email_domain", (value) => /\.[a-z]{2}/.test(value) && (0,domain/* canonicalDomain */.T5)(value) === value],
	["enabled", isFlag],
	["use_fedramp_language", isFlag]
]);
function isFlag(value) {
	return value === "true" || value === "false";
}
/**
* Reads a list in the form in which the README writes lists, without the YAML library, which costs half as much as all
* the rest of a run. Undefined if the form is another, or anything is wrong or unusual: `readConnectors` has the words.
*/
function readPlainList(text) {
	const entries = [];
	const names = /* @__PURE__ */ new Set();
	let line = 0;
	for (const content of text.split("\n")) {
		line += 1;
		if (NO_PAIR.test(content)) continue;
		const { 1: head, 2: key = "", 3: value = "" } = PAIR.exec(content) ?? [];
		if (head === "- ") entries.push({
			line,
			values: {}
		});
		const values = entries.at(-1)?.values;
		if (!values || key in values || names.has(value) || !VALUES.get(key)?.(value)) return void 0;
		if (isFlag(value)) values[key] = value === "true";
		else {
			values[key] = value;
			names.add(value);
		}
	}
	const targets = entries.map(({ line, values }) => {
		const { sso_connector_id, email_domain, ...desired } = values;
		return {
			sso_connector_id,
			email_domain,
			desired,
			line
		};
	});
	return targets.every(({ sso_connector_id: id, email_domain: domain }) => id ?? domain) && targets.length > 0 ? {
		targets,
		problems: [],
		warnings: []
	} : void 0;
}


// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
;// CONCATENATED MODULE: ./build/shaken/inputs/list-source.js




// build/inputs/list-source.js
/** The runner shows 10 annotations of a type. */
const MOST_WARNINGS = 5;
/** The targets of `connectors` or `connectors_file`. */
async function readLists(read, env) {
	const targets = [];
	const take = async (name, text, source) => {
		const list = readPlainList(text) ?? (await Promise.all(/* import() */[__webpack_require__.e(815), __webpack_require__.e(525)]).then(__webpack_require__.bind(__webpack_require__, 4525))).readConnectors(text, source);
		targets.push(...list.targets);
		read.add(name, ...list.problems);
		for (const warning of list.warnings.slice(0, MOST_WARNINGS)) read.warn(warning);
		const more = list.warnings.length - MOST_WARNINGS;
		if (more > 0) read.warn(`${source}: ${(0,plural/* counted */.h)(more, "more id")} of an unusual length.`);
	};
	if (read.isGiven("connectors")) await take("connectors", read.raw("connectors") ?? "", "connectors");
	const path = read.optional("connectors_file", (value) => ({ value }));
	if (path !== void 0) {
		const file = await readListFile(path, env["GITHUB_WORKSPACE"] || ".");
		if ("must" in file) read.problem("connectors_file", file);
		else await take("connectors_file", file.value, `connectors_file ${(0,untrusted/* oneLine */.T)(path, 60)}`);
	}
	return targets;
}
const LARGEST_FILE = 1048576;
/** Reads a regular file of the workspace, `GITHUB_WORKSPACE`: UTF-8, at most 1 MiB, and no path or link that leaves it. */
async function readListFile(path, workspace) {
	const given = (0,untrusted/* quoted */.k)(path);
	const within = "must be a relative path within the workspace";
	const named = (0,external_node_path_.resolve)(workspace, path);
	if ((0,external_node_path_.isAbsolute)(path) || isOutside(workspace, named)) return {
		must: within,
		not: given
	};
	const { readFile, realpath, stat } = await Promise.resolve(/* import() */).then(__webpack_require__.t.bind(__webpack_require__, 1455, 19));
	try {
		const file = await realpath(named);
		if (isOutside(await realpath(workspace), file)) return {
			must: within,
			not: `${given}, a link that leaves it`
		};
		const status = await stat(file);
		if (!status.isFile()) return {
			must: "must name a regular file",
			not: `${given}, which is ${status.isDirectory() ? "a folder" : "no regular file"}`
		};
		const { size } = status;
		if (size > LARGEST_FILE) return {
			must: "must name a file of at most 1 MiB",
			not: `${given} of ${size} bytes`
		};
		return { value: new TextDecoder("utf-8", { fatal: true }).decode(await readFile(file)) };
	} catch (error) {
		const { code } = error;
		if (code === "ERR_ENCODING_INVALID_ENCODED_DATA") return {
			must: "must name a file in UTF-8",
			not: `${given}, which has other bytes`
		};
		if (code !== "ENOENT" && code !== "ENOTDIR") return {
			must: "must name a file that can be read",
			not: `${given} (${code})`
		};
		return {
			must: "must name a file of the workspace",
			not: `${given}, which does not exist`,
			action: "Is there a checkout step before this one? The path starts at the root of the workspace."
		};
	}
}
function isOutside(folder, path) {
	const way = (0,external_node_path_.relative)(folder, path);
	return /^\.\.(?:$|[\\/])/.test(way) || (0,external_node_path_.isAbsolute)(way);
}



/***/ })

};
