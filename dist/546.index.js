"use strict";
exports.id = 546;
exports.ids = [546];
exports.modules = {

/***/ 5546:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   readYamlList: () => (/* binding */ readYamlList)
/* harmony export */ });
/* harmony import */ var _index_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6062);
/* harmony import */ var yaml__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8815);


// build/inputs/list-entry.js
/** The value of a key, undefined if it is empty, which means "not given". */
function readPair(name, node) {
	if (!isKey(name)) return refuseKey(name);
	const isFlag = name === "enabled" || name === "use_fedramp_language";
	const wrong = {
		must: isFlag ? "must be true or false" : "must be a text",
		not: kindOf(node)
	};
	const empty = {
		value: void 0,
		...isFlag && { warning: "has no value, so it counts as not given." }
	};
	if (node === null) return empty;
	if ((0,yaml__WEBPACK_IMPORTED_MODULE_1__/* .isAlias */ .Vj)(node)) return {
		...wrong,
		action: "Write the value itself, without * before it."
	};
	if (!(0,yaml__WEBPACK_IMPORTED_MODULE_1__/* .isScalar */ .jn)(node)) return wrong;
	const text = (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.v)(sourceText(node));
	if (node.value === null || text === "") return empty;
	if (isFlag) {
		if (typeof node.value === "boolean") return { value: node.value };
		const parsed = (0,_index_js__WEBPACK_IMPORTED_MODULE_0__._)(text, _index_js__WEBPACK_IMPORTED_MODULE_0__.u);
		if ("must" in parsed || node.type === "PLAIN") return parsed;
		return {
			must: "must be true or false without quotes",
			not: (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.D)(text)
		};
	}
	if (name === "sso_connector_id" && typeof node.value !== "boolean") return (0,_index_js__WEBPACK_IMPORTED_MODULE_0__._)(text, _index_js__WEBPACK_IMPORTED_MODULE_0__.d);
	return typeof node.value === "string" ? (0,_index_js__WEBPACK_IMPORTED_MODULE_0__._)(text, _index_js__WEBPACK_IMPORTED_MODULE_0__.f) : wrong;
}
/** What a connector of the API has besides, and so an entry that was copied from there. */
const OF_THE_API = /^(verification|created_on|updated_on)$/;
function refuseKey(name) {
	const invisible = (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.g)(name);
	if (invisible !== void 0) return {
		must: "must have visible characters only",
		not: invisible
	};
	if (isKey(name.trim())) return { must: "must have no white space around it" };
	return {
		must: "is not a key of a connector",
		action: adviseKey(name)
	};
}
function adviseKey(name) {
	if (name === "<<") return "Write the keys themselves into each entry.";
	if (OF_THE_API.test(name)) return "Remove it: an entry has what a connector is to be, no more.";
	if (_index_js__WEBPACK_IMPORTED_MODULE_0__.p.includes(name)) return `${name} is an input of the step, for all connectors.`;
	return (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.h)(name, _index_js__WEBPACK_IMPORTED_MODULE_0__.m, ", an input of the step") ?? `Its keys are ${(0,_index_js__WEBPACK_IMPORTED_MODULE_0__.x)(_index_js__WEBPACK_IMPORTED_MODULE_0__.m)}.`;
}
/** The text of a scalar as it is written: `4e10`, not what YAML makes of it. */
function sourceText(node) {
	return (0,yaml__WEBPACK_IMPORTED_MODULE_1__/* .isScalar */ .jn)(node) && node.source || "";
}
/** What a node is, for people. */
function kindOf(node) {
	if ((0,yaml__WEBPACK_IMPORTED_MODULE_1__/* .isMap */ .jh)(node)) return "a mapping";
	if ((0,yaml__WEBPACK_IMPORTED_MODULE_1__/* .isSeq */ .oP)(node)) return "a list";
	if ((0,yaml__WEBPACK_IMPORTED_MODULE_1__/* .isAlias */ .Vj)(node)) return "an alias";
	if (!(0,yaml__WEBPACK_IMPORTED_MODULE_1__/* .isScalar */ .jn)(node) || node.value === null) return "empty";
	return typeof node.value === "string" ? "a text" : (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.E)(sourceText(node), 80);
}
/** Whether a key names a connector. */
function isName(key) {
	return key === "sso_connector_id" || key === "email_domain";
}
/** Whether an entry may have this key. */
function isKey(name) {
	return _index_js__WEBPACK_IMPORTED_MODULE_0__.m.includes(name);
}
// build/inputs/yaml-list.js
/** Reads a list, YAML and so also JSON. What is wrong names its source (`connectors_file sso.yml`) and its line. */
function readYamlList(text, source) {
	const list = new ListReader(source, (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.y)(text));
	list.read();
	return list;
}
const SHAPE = `Write an entry as "- email_domain: acme.example". Its keys are ${(0,_index_js__WEBPACK_IMPORTED_MODULE_0__.x)(_index_js__WEBPACK_IMPORTED_MODULE_0__.m)}.`;
/** What to do about faults that are none of the layout, by the library's code. https://eemeli.org/yaml/#errors */
const YAML_ACTIONS = {
	BAD_DIRECTIVE: "Remove this line: a list needs no directive.",
	TAG_RESOLVE_FAILED: "Remove the tag, or write a value that begins with ! in quotes."
};
const TWICE = {
	must: "must be given once",
	not: "twice",
	action: "Remove one of the two, or put \"- \" where the next entry begins."
};
const UNFILLED = "GitHub fills in an expression in a workflow, not in a file. Write the value, or use connectors.";
var ListReader = class {
	targets = [];
	warnings = [];
	#source;
	#lines = new yaml__WEBPACK_IMPORTED_MODULE_1__/* .LineCounter */ .HN();
	#text;
	#textLines;
	#lineOfName = /* @__PURE__ */ new Map();
	/** Of domains beside an id: two connectors may have one domain. */
	#lineOfGuard = /* @__PURE__ */ new Map();
	#problems = [];
	constructor(source, text) {
		this.#source = source;
		this.#text = text;
	}
	/** In the order of the lines. */
	get problems() {
		return this.#problems.toSorted((one, other) => one.line - other.line).map(({ problem }) => problem);
	}
	read() {
		const options = {
			lineCounter: this.#lines,
			prettyErrors: false,
			uniqueKeys: false
		};
		const { errors, warnings, contents } = (0,yaml__WEBPACK_IMPORTED_MODULE_1__/* .parseDocument */ .Tp)(this.#text, {
			...options,
			schema: "core"
		});
		const [fault] = [...errors, ...warnings];
		if (fault) this.#refuseYaml(fault);
		else if ((0,yaml__WEBPACK_IMPORTED_MODULE_1__/* .isSeq */ .oP)(contents)) this.#readList(contents);
		else this.#refuseShape(contents);
	}
	#refuseYaml({ code, message, pos }) {
		const line = this.#lineAt(pos[0]);
		const what = `this cannot be read as YAML: ${(0,_index_js__WEBPACK_IMPORTED_MODULE_0__.E)(message, 200).replace(/\.$/, "")}${this.#invisibleIn(line)}`;
		const action = YAML_ACTIONS[code] ?? "Check the indentation (spaces, no tabs), the space after each colon, the brackets and the quotes, here, above and on the next line.";
		const isTwo = code === "MULTIPLE_DOCS";
		this.#problem(line, isTwo ? {
			must: "the list must be one document, not two",
			action: "Remove the line --- between the two."
		} : {
			must: what,
			action
		});
	}
	#refuseShape(node) {
		const text = sourceText(node);
		const action = /\.(ya?ml|json)$/i.test(text) || text.includes("/") && !/\s/.test(text) ? "For a list in a file, use connectors_file." : SHAPE;
		const line = this.#lineOf(node);
		const not = `${kindOf(node)}${this.#invisibleIn(line)}`;
		this.#problem(line, {
			must: "this must be a list of connectors",
			not,
			action
		});
	}
	/** What may have made another structure of a line than it seems to have. */
	#invisibleIn(line) {
		this.#textLines ??= this.#text.split("\n");
		const invisible = (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.g)(String(this.#textLines[line - 1]));
		return invisible === void 0 ? "" : ` (there is ${invisible})`;
	}
	#readList(list) {
		const none = {
			must: "the list must have an entry",
			not: "none",
			action: SHAPE
		};
		if (list.items.length === 0) this.#problem(this.#lineOf(list), none);
		for (const item of list.items) {
			const line = this.#lineOf(item);
			if ((0,yaml__WEBPACK_IMPORTED_MODULE_1__/* .isMap */ .jh)(item)) this.#readEntry(item.items, line);
			else {
				const kind = kindOf(item);
				const not = kind === "a text" ? `${kind}${this.#invisibleIn(line)}` : kind;
				const action = kind === "an alias" ? "Write the entry itself, without * before it." : SHAPE;
				this.#problem(line, {
					must: "an entry must be a mapping",
					not,
					action
				});
			}
		}
	}
	#readEntry(pairs, line) {
		const entry = /* @__PURE__ */ new Map();
		const problemsBefore = this.#problems.length;
		let isNameWrong = false;
		let isKeyWrong = false;
		for (const { key, value } of pairs) {
			const name = sourceText(key);
			const parsed = entry.has(name) ? TWICE : this.#readPair(name, value);
			const at = this.#lineOf(key);
			if ("must" in parsed) {
				this.#problem(at, {
					...parsed,
					must: `${isKey(name) ? name : (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.D)(name)} ${parsed.must}`
				});
				isNameWrong ||= isName(name);
				isKeyWrong ||= !isKey(name);
			} else if (parsed.warning) this.warnings.push(`${this.#source}, line ${at}: ${name} ${parsed.warning}`);
			entry.set(name, "value" in parsed ? parsed.value : void 0);
		}
		const { sso_connector_id: id, email_domain: domain, ...desired } = Object.fromEntries(entry);
		const given = [id && `sso_connector_id ${id}`, domain && `email_domain ${(0,_index_js__WEBPACK_IMPORTED_MODULE_0__.T)(domain)}`].filter((name) => name !== void 0);
		const isEmpty = [...entry.keys()].some(isName);
		if (given.length === 0 && !isNameWrong && (isEmpty || !isKeyWrong)) {
			const action = isEmpty ? _index_js__WEBPACK_IMPORTED_MODULE_0__.b : void 0;
			this.#problem(line, {
				must: "an entry must have sso_connector_id or email_domain",
				action
			});
		}
		if (this.#problems.length === problemsBefore) this.targets.push({
			sso_connector_id: id,
			email_domain: domain,
			desired,
			line
		});
		this.#refuseRepeated(given, id !== void 0 || isNameWrong, line);
	}
	/** Once by id and once by domain shows in the API's list. */
	#refuseRepeated(names, isById, line) {
		const lineOf = (name) => this.#lineOfName.get(name) ?? (isById ? void 0 : this.#lineOfGuard.get(name));
		const repeated = names.find((name) => lineOf(name) !== void 0);
		if (repeated !== void 0) {
			const must = `${repeated} is in the list already, on line ${lineOf(repeated)}`;
			this.#problem(line, {
				must,
				action: "Remove one of these entries."
			});
		}
		for (const name of names) (isById && name.startsWith("email_domain") ? this.#lineOfGuard : this.#lineOfName).set(name, line);
	}
	/** As `readPair`, which does not know of the file. */
	#readPair(name, value) {
		const parsed = readPair(name, value);
		const isUnfilled = this.#source !== "connectors" && isKey(name) && sourceText(value).includes("${{");
		return "must" in parsed && isUnfilled ? {
			...parsed,
			action: UNFILLED
		} : parsed;
	}
	#problem(line, wrong) {
		this.#problems.push({
			line,
			problem: (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.S)(`${this.#source}, line ${line}`, wrong, ": ")
		});
	}
	#lineOf(node) {
		return this.#lineAt(node?.range[0] ?? 0);
	}
	#lineAt(offset) {
		return this.#lines.linePos(offset).line || 1;
	}
};



/***/ })

};
;