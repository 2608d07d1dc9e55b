export const id = 525;
export const ids = [525];
export const modules = {

/***/ 4525:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  readConnectors: () => (/* binding */ readConnectors)
});

// EXTERNAL MODULE: ./build/shaken/connector/domain.js
var connector_domain = __webpack_require__(9677);
// EXTERNAL MODULE: ./build/shaken/untrusted.js
var untrusted = __webpack_require__(3279);
// EXTERNAL MODULE: ./build/shaken/inputs/invisible.js
var inputs_invisible = __webpack_require__(1936);
// EXTERNAL MODULE: ./build/shaken/inputs/names.js
var names = __webpack_require__(7983);
// EXTERNAL MODULE: ./build/shaken/inputs/problem.js
var problem = __webpack_require__(316);
// EXTERNAL MODULE: ./build/shaken/inputs/values.js
var values = __webpack_require__(7233);
// EXTERNAL MODULE: ./node_modules/yaml/dist/index.js
var dist = __webpack_require__(8815);
;// CONCATENATED MODULE: ./build/shaken/inputs/list-entry.js






// build/inputs/list-entry.js
/** The value of a key, undefined if it is empty, which means "not given". */
function readPair(name, node) {
	if (!isKey(name)) {
		const invisible = (0,inputs_invisible/* findInvisible */.tO)(name);
		if (invisible !== void 0) return {
			must: "must have visible characters only",
			not: invisible
		};
		return {
			must: "is not a key of a connector",
			action: (names/* INPUTS */.mc.includes(name) ? `${name} is an input of the step, for all connectors.` : (0,names/* hintFor */.JR)(name, names/* KEYS */.Rk)) ?? `Its keys are ${(0,problem/* anyOf */.EB)(names/* KEYS */.Rk)}.`
		};
	}
	if (node === null || (0,dist/* isScalar */.jn)(node) && node.value === null) return { value: void 0 };
	const text = (0,inputs_invisible/* strip */.bB)(sourceText(node));
	if ((0,dist/* isScalar */.jn)(node) && text === "") return { value: void 0 };
	return name === "enabled" || name === "use_fedramp_language" ? readFlag(node, text) : readName(name, node, text);
}
function readFlag(node, text) {
	if (!(0,dist/* isScalar */.jn)(node)) return {
		must: "must be true or false",
		not: kindOf(node)
	};
	if (typeof node.value === "boolean") return { value: node.value };
	const parsed = (0,inputs_invisible/* parseVisible */.Ie)(text, values/* parseBoolean */.yG);
	return "must" in parsed ? parsed : {
		must: "must be true or false without quotes",
		not: (0,untrusted/* quoted */.k)(text)
	};
}
function readName(name, node, text) {
	const type = (0,dist/* isScalar */.jn)(node) ? typeof node.value : void 0;
	if (type === "string" && name === "email_domain") return (0,inputs_invisible/* parseVisible */.Ie)(text, values/* parseEmailDomain */.wp);
	return name === "sso_connector_id" && (type === "string" || type === "number") ? (0,inputs_invisible/* parseVisible */.Ie)(text, values/* parseConnectorId */.OT) : {
		must: "must be a text",
		not: kindOf(node)
	};
}
/** The text of a scalar as it is written: `4e10`, not what YAML makes of it. */
function sourceText(node) {
	if (!(0,dist/* isScalar */.jn)(node)) return "";
	return typeof node.value === "string" ? node.value : node.source ?? String(node.value);
}
/** What a node is, for people. */
function kindOf(node) {
	if ((0,dist/* isMap */.jh)(node)) return "a mapping";
	if ((0,dist/* isSeq */.oP)(node)) return "a list";
	if ((0,dist/* isAlias */.Vj)(node)) return "an alias";
	if (!(0,dist/* isScalar */.jn)(node) || node.value === null) return "empty";
	return typeof node.value === "string" ? "a text" : (0,untrusted/* oneLine */.T)(sourceText(node), 80);
}
function isKey(name) {
	return names/* KEYS */.Rk.includes(name);
}


;// CONCATENATED MODULE: ./build/shaken/inputs/list.js







// build/inputs/list.js
const SHAPE = `Each entry starts with "- " and has keys of these: ${names/* KEYS */.Rk.join(", ")}.`;
/**
* Reads a list of connectors, YAML and so also JSON. Every problem and warning names its source (`connectors`, or
* `connectors_file` with its path) and its line.
*/
function readConnectors(text, source) {
	const reader = new ListReader(source);
	for (const piece of piecesOf((0,inputs_invisible/* stripHead */.HQ)(text))) reader.read(piece);
	reader.refuseRepeated();
	return reader;
}
const ENTRIES_OF_A_PIECE = 200;
/**
* A long list in pieces that are lists too, since the reader of YAML takes much memory for a long text. No entry has
* a dash at column 0, or `},` before a `{`, within itself; comments may, and after a document's end (`...`) is another.
*/
function* piecesOf(text) {
	const isFlow = /^\s*\[/.test(text);
	const entries = (isFlow ? text.includes("#") : /(?:^|\n)\.\.\./.test(text)) ? [text] : text.split(isFlow ? /(?<=\},)(?=\s*\{)/ : /(?<=\n)(?=- )/);
	for (let n = 0; n < entries.length; n += ENTRIES_OF_A_PIECE) {
		const rest = n + ENTRIES_OF_A_PIECE;
		const piece = entries.slice(n, rest).join("");
		yield `${isFlow && n > 0 ? "[" : ""}${piece}${isFlow && rest < entries.length ? "]" : ""}`;
	}
}
var ListReader = class {
	targets = [];
	warnings = [];
	#source;
	#problems = [];
	#lines = new dist/* LineCounter */.HN();
	#linesBefore = 0;
	constructor(source) {
		this.#source = source;
	}
	get problems() {
		return this.#problems.toSorted((one, other) => one.line - other.line).map(({ problem }) => problem);
	}
	read(piece) {
		this.#lines = new dist/* LineCounter */.HN();
		const document = (0,dist/* parseDocument */.Tp)(piece, {
			lineCounter: this.#lines,
			prettyErrors: false,
			logLevel: "error",
			schema: "core",
			uniqueKeys: false
		});
		const [fault] = [...document.errors, ...document.warnings];
		if (fault) this.#refuseSyntax(fault, piece);
		else this.#readList(document.contents);
		this.#linesBefore += piece.split("\n").length - 1;
	}
	#refuseSyntax({ code, message, pos }, piece) {
		const { line } = this.#lines.linePos(pos[0]);
		const invisible = (0,inputs_invisible/* findInvisible */.tO)(piece.split("\n")[line - 1] ?? "");
		const where = invisible === void 0 ? "" : ` (there is ${invisible})`;
		const what = `this is not YAML: ${(0,untrusted/* oneLine */.T)(message, 200).replace(/\.$/, "")}${where}`;
		const must = code === "MULTIPLE_DOCS" ? "the list must be one document, not two" : what;
		this.#problem(line + this.#linesBefore, { must });
	}
	#readList(list) {
		const line = this.#lineOf(list);
		if (!(0,dist/* isSeq */.oP)(list)) {
			const text = sourceText(list);
			const action = /\.(ya?ml|json)$/i.test(text) || text.includes("/") && !/\s/.test(text) ? "For a list in a file, use connectors_file." : SHAPE;
			this.#problem(line, {
				must: "this must be a list of connectors",
				not: kindOf(list),
				action
			});
		} else if (list.items.length === 0) this.#problem(line, {
			must: "the list must have an entry",
			not: "none",
			action: SHAPE
		});
		else for (const item of list.items) this.#readItem(item);
	}
	#readItem(item) {
		if ((0,dist/* isMap */.jh)(item)) this.#readEntry(item.items, this.#lineOf(item));
		else this.#problem(this.#lineOf(item), {
			must: "an entry must be a mapping",
			not: kindOf(item),
			action: SHAPE
		});
	}
	#readEntry(pairs, line) {
		const entry = {};
		const seen = /* @__PURE__ */ new Set();
		let isGood = true;
		for (const { key, value } of pairs) {
			const name = sourceText(key);
			const parsed = seen.has(name) ? {
				must: "must be given once",
				not: "twice"
			} : readPair(name, value);
			seen.add(name);
			const at = this.#lineOf(key);
			if ("must" in parsed) {
				this.#problem(at, {
					...parsed,
					must: `${isKey(name) ? name : (0,untrusted/* quoted */.k)(name)} ${parsed.must}`
				});
				isGood = false;
			} else if (isKey(name) && parsed.value !== void 0) {
				entry[name] = parsed.value;
				if (parsed.warning) this.warnings.push(`${this.#source}, line ${at}: ${name} ${parsed.warning}`);
			}
		}
		if (!isGood) return;
		const { sso_connector_id, email_domain, ...desired } = entry;
		if (sso_connector_id !== void 0 || email_domain !== void 0) this.targets.push({
			sso_connector_id,
			email_domain,
			desired,
			line
		});
		else {
			const action = seen.has("sso_connector_id") || seen.has("email_domain") ? problem/* USUAL_CAUSES */.ip : void 0;
			this.#problem(line, {
				must: "an entry must have sso_connector_id or email_domain",
				action
			});
		}
	}
	/** The same connector twice would be asked to be two things. Once by id and once by domain shows in the API's list. */
	refuseRepeated() {
		const seen = /* @__PURE__ */ new Map();
		for (const { sso_connector_id: id, email_domain: domain, line = 0 } of this.targets) {
			const known = [id && `sso_connector_id ${id}`, domain && `email_domain ${(0,connector_domain/* canonicalDomain */.T5)(domain)}`].filter((name) => name !== void 0);
			const repeated = known.find((name) => seen.has(name));
			if (repeated !== void 0) {
				const must = `${repeated} is in the list already, on line ${seen.get(repeated)}`;
				this.#problem(line, {
					must,
					action: "Remove one of these entries."
				});
			}
			for (const name of known) seen.set(name, line);
		}
	}
	#problem(line, wrong) {
		this.#problems.push({
			line,
			problem: (0,problem/* inputProblem */.oi)(`${this.#source}, line ${line}`, wrong, ": ")
		});
	}
	#lineOf(node) {
		const range = node?.range;
		return (this.#lines.linePos(range?.[0] ?? 0).line || 1) + this.#linesBefore;
	}
};



/***/ })

};
