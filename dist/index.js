/******/ (() => { // webpackBootstrap
/******/ 	"use strict";
/******/ 	var __webpack_modules__ = ({

/***/ 6062:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

// ESM COMPAT FLAG
__nccwpck_require__.r(__webpack_exports__);

// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  A: () => (/* binding */ literal$1),
  C: () => (/* binding */ listed),
  D: () => (/* binding */ quoted),
  E: () => (/* binding */ oneLine),
  F: () => (/* binding */ safeParse),
  I: () => (/* binding */ string),
  L: () => (/* binding */ unknown),
  M: () => (/* binding */ number),
  N: () => (/* binding */ object),
  O: () => (/* binding */ array),
  P: () => (/* binding */ optional),
  R: () => (/* binding */ Failure),
  S: () => (/* binding */ inputProblem),
  T: () => (/* binding */ canonicalDomain),
  _: () => (/* binding */ parseVisible),
  a: () => (/* binding */ isAllWell),
  b: () => (/* binding */ USUAL_CAUSES),
  c: () => (/* binding */ Reader),
  d: () => (/* binding */ parseConnectorId),
  f: () => (/* binding */ parseEmailDomain),
  g: () => (/* binding */ findInvisible),
  h: () => (/* binding */ hintFor),
  i: () => (/* binding */ ProxyFault),
  j: () => (/* binding */ nullish),
  k: () => (/* binding */ fallback),
  l: () => (/* binding */ readProxy),
  m: () => (/* binding */ KEYS),
  n: () => (/* binding */ code),
  o: () => (/* binding */ asksNothing),
  p: () => (/* binding */ INPUTS),
  r: () => (/* binding */ readProxyRefusal),
  s: () => (/* binding */ refuseUntrustedTls),
  t: () => (/* binding */ composePage),
  u: () => (/* binding */ parseBoolean),
  v: () => (/* binding */ strip),
  w: () => (/* binding */ nameOfConnector),
  x: () => (/* binding */ anyOf),
  y: () => (/* binding */ stripHead),
  z: () => (/* binding */ describeMinute)
});

// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __nccwpck_require__(8500);
// EXTERNAL MODULE: external "node:url"
var external_node_url_ = __nccwpck_require__(3136);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __nccwpck_require__(6760);
// EXTERNAL MODULE: ./node_modules/fastest-levenshtein/mod.js
var mod = __nccwpck_require__(1916);
;// CONCATENATED MODULE: external "node:fs"
const external_node_fs_namespaceObject = require("node:fs");
// EXTERNAL MODULE: external "os"
var external_os_ = __nccwpck_require__(857);
;// CONCATENATED MODULE: external "crypto"
const external_crypto_namespaceObject = require("crypto");
// EXTERNAL MODULE: external "fs"
var external_fs_ = __nccwpck_require__(9896);
// EXTERNAL MODULE: external "node:buffer"
var external_node_buffer_ = __nccwpck_require__(4573);
// EXTERNAL MODULE: external "node:http"
var external_node_http_ = __nccwpck_require__(7067);
var external_node_http_default = /*#__PURE__*/__nccwpck_require__.n(external_node_http_);
;// CONCATENATED MODULE: external "node:https"
const external_node_https_namespaceObject = require("node:https");
var external_node_https_default = /*#__PURE__*/__nccwpck_require__.n(external_node_https_namespaceObject);
;// CONCATENATED MODULE: external "node:os"
const external_node_os_namespaceObject = require("node:os");
;// CONCATENATED MODULE: ./build/shaken/index.js












// build/node-version.js
/** A runner brings it since 2.327.1: https://github.com/actions/runner/releases */
const NEEDED = 24;
const given = process.versions.node;
if (Number(given.split(".")[0]) < NEEDED) {
	process.stdout.write(`::error title=Node is too old::Node ${NEEDED} or newer is needed, not ${given}. A runner brings its own since version 2.327.1. By hand, start this with Node ${NEEDED}.\n`);
	process.exit(1);
}
// build/clock.js
const systemClock = {
	now: Date.now,
	random: Math.random,
	deadline: (milliseconds) => AbortSignal.timeout(milliseconds),
	async sleep(milliseconds, signal) {
		await (0,promises_.setTimeout)(milliseconds, void 0, { signal }).catch(() => signal.throwIfAborted());
	}
};
/** A span of time for people: `450 ms`, `12 s`, `2 min 5 s`, `1 h 3 min`. */
function describeSpan(milliseconds) {
	if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`;
	const seconds = Math.round(milliseconds / 1e3);
	const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds % 3600 / 60)];
	return (hours > 0 ? [`${hours} h`, `${minutes} min`] : [`${minutes} min`, `${seconds % 60} s`]).filter((part) => !part.startsWith("0 ")).join(" ");
}
/** A time for people, to the minute: `2026-11-20 10:05 UTC`. In milliseconds since the epoch. */
function describeMinute(time) {
	return `${new Date(time).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
// build/end.js
/** What cannot be called off: looking up a host name, or opening a file. */
const UNSTOPPABLE = /GetAddrInfo|GetNameInfo|FSReq/;
/**
* Ends the process, whatever still hangs. `process.exit` waits for the threads of libuv; a new program in the place of
* this one does not, nor does a kill, which on Windows ends with exit code 1.
* https://docs.libuv.org/en/v1.x/threadpool.html, https://nodejs.org/api/process.html#processexecvefile-args-env
*/
function endAtOnce(code) {
	if (process.getActiveResourcesInfo().some((resource) => UNSTOPPABLE.test(resource))) {
		if (process.platform !== "win32") process.execve?.(process.execPath, [
			process.execPath,
			"--eval",
			`process.exit(${code})`
		], {});
		if (code === 1) process.kill(process.pid, "SIGKILL");
	}
	process.exit(code);
}
// build/failure.js
/** Kinds for whose causes nobody may have advice. */
const LAST_RESORT = ["refused", "unexpected"];
const ASK = "Run this again. If that does not help, ask Cloudflare support.";
/** Why a piece of the work failed, before that is recorded as the failure of a connector. */
var Failure = class Failure extends Error {
	problems;
	passing;
	retryAfterMs;
	mayHaveTakenEffect;
	constructor(problems, options = {}) {
		const list = "kind" in problems ? [problems] : problems;
		super(list.map(({ message }) => message).join("\n"), options);
		this.problems = list;
		this.passing = options.passing ?? false;
		this.retryAfterMs = options.retryAfterMs;
		this.mayHaveTakenEffect = options.mayHaveTakenEffect ?? false;
	}
	/** A copy with its problems changed, and perhaps what is known of their effect. */
	changed(change, mayHaveTakenEffect = this.mayHaveTakenEffect) {
		const { passing, retryAfterMs, cause } = this;
		return new Failure(this.problems.map(change), {
			passing,
			retryAfterMs,
			cause,
			mayHaveTakenEffect
		});
	}
	isAll(kind) {
		return this.problems.every((problem) => problem.kind === kind);
	}
	/** Its problems as those of a connector, or of what each is about. */
	record(subject = {}) {
		return this.problems.map(({ kind, problem, message, action, documentation_url, detail, isDeed, about, entry }) => ({
			kind,
			sso_connector_id: subject.sso_connector_id ?? null,
			email_domain: subject.email_domain ?? null,
			name: about ?? subject.name,
			title: makeTitle(about ?? subject.name, problem),
			message,
			action: action ?? (LAST_RESORT.includes(kind) ? ASK : null),
			may_have_taken_effect: this.mayHaveTakenEffect,
			documentation_url: documentation_url ?? null,
			detail: detail ?? message,
			isDeed: isDeed ?? false,
			problem,
			entry
		}));
	}
};
/** A title in at most 80 characters: who and what. A long name is cut first, but to no less than 30. */
function makeTitle(name, problem) {
	if (name === void 0) return shorten(problem, 80);
	return shorten(`${shorten(name, Math.max(30, 78 - problem.length))}: ${problem}`, 80);
}
function shorten(text, limit) {
	return text.length > limit ? `${text.slice(0, limit - 1).toWellFormed()}…` : text;
}
/** The process was asked to end by this signal. */
var Cancelled = class extends Error {
	signal;
	constructor(signal) {
		super(`cancelled by ${signal}`);
		this.signal = signal;
	}
};
const DEFAULT_CONFIG = {
	lang: void 0,
	message: void 0,
	abortEarly: void 0,
	abortPipeEarly: void 0
};
/**
* Returns the global configuration.
*
* @param config The config to merge.
*
* @returns The configuration.
*/
/* @__NO_SIDE_EFFECTS__ */
function getGlobalConfig(config$1) {
	if (!config$1 && true) return DEFAULT_CONFIG;
	return {
		lang: config$1?.lang ?? void 0,
		message: config$1?.message,
		abortEarly: config$1?.abortEarly ?? void 0,
		abortPipeEarly: config$1?.abortPipeEarly ?? void 0
	};
}
/**
* Stringifies an unknown input to a literal or type string.
*
* @param input The unknown input.
*
* @returns A literal or type string.
*
* @internal
*/
/* @__NO_SIDE_EFFECTS__ */
function _stringify(input) {
	const type = typeof input;
	if (type === "string") return `"${input}"`;
	if (type === "number" || type === "bigint" || type === "boolean") return `${input}`;
	if (type === "object" || type === "function") return (input && Object.getPrototypeOf(input)?.constructor?.name) ?? "null";
	return type;
}
/**
* Adds an issue to the dataset.
*
* @param context The issue context.
* @param label The issue label.
* @param dataset The input dataset.
* @param config The configuration.
* @param other The optional props.
*
* @internal
*/
function _addIssue(context, label, dataset, config$1, other) {
	const input = other && "input" in other ? other.input : dataset.value;
	const expected = other?.expected ?? context.expects ?? null;
	const received = other?.received ?? /* @__PURE__ */ _stringify(input);
	const issue = {
		kind: context.kind,
		type: context.type,
		input,
		expected,
		received,
		message: `Invalid ${label}: ${expected ? `Expected ${expected} but r` : "R"}eceived ${received}`,
		requirement: context.requirement,
		path: other?.path,
		issues: other?.issues,
		lang: config$1.lang,
		abortEarly: config$1.abortEarly,
		abortPipeEarly: config$1.abortPipeEarly
	};
	const isSchema = context.kind === "schema";
	const message$1 = other?.message ?? context.message ?? (context.reference, issue.lang, void 0) ?? (isSchema ? (issue.lang, void 0) : null) ?? config$1.message ?? (issue.lang, void 0);
	if (message$1 !== void 0) issue.message = typeof message$1 === "function" ? message$1(issue) : message$1;
	if (isSchema) dataset.typed = false;
	if (dataset.issues) dataset.issues.push(issue);
	else dataset.issues = [issue];
}
/**
* Compares two values using the SameValueZero algorithm, which treats `NaN`
* as equal to itself unlike `===`.
*
* @param value1 The first value.
* @param value2 The second value.
*
* @returns Whether the values are equal.
*
* @internal
*/
/* @__NO_SIDE_EFFECTS__ */
function _isSameValueZero(value1, value2) {
	return value1 === value2 || Number.isNaN(value1) && Number.isNaN(value2);
}
/**
* Joins multiple `expects` values with the given separator.
*
* @param values The `expects` values.
* @param separator The separator.
*
* @returns The joined `expects` property.
*
* @internal
*/
/* @__NO_SIDE_EFFECTS__ */
function _joinExpects(values$1, separator) {
	const list = [...new Set(values$1)];
	if (list.length > 1) return `(${list.join(` ${separator} `)})`;
	return list[0] ?? "never";
}
/**
* Eagerly creates and attaches the Standard Schema properties of a schema.
*
* Hint: The contextual `this` type includes the standard properties that are
* attached before the schema is returned.
*
* @param schema The schema to attach standard properties to.
*
* @returns The schema with standard properties attached.
*
* @internal
*/
function _standardSchema(schema) {
	schema["~standard"] = {
		version: 1,
		vendor: "valibot",
		validate: (value$1) => schema["~run"]({ value: value$1 }, /* @__PURE__ */ getGlobalConfig())
	};
	return schema;
}
/* @__NO_SIDE_EFFECTS__ */
function getDotPath(issue) {
	if (issue.path) {
		let key = "";
		for (const item of issue.path) if (typeof item.key === "string" || typeof item.key === "number") if (key) key += `.${item.key}`;
		else key += item.key;
		else return null;
		return key;
	}
	return null;
}
/**
* A Valibot error with useful information.
*/
var ValiError = class extends Error {
	/**
	* Creates a Valibot error with useful information.
	*
	* @param issues The error issues.
	*/
	constructor(issues) {
		super(issues[0].message);
		this.name = "ValiError";
		this.issues = issues;
	}
};
/**
* [Digits](https://en.wikipedia.org/wiki/Numerical_digit) regex.
*/
const DIGITS_REGEX = /^\d+$/u;
/**
* [ISO 8601](https://en.wikipedia.org/wiki/ISO_8601) timestamp regex. Allows a
* space as a date/time separator and an optional space before the UTC offset.
*/
const ISO_TIMESTAMP_REGEX = /^\d{4}-(?:0[1-9]|1[0-2])-(?:[12]\d|0[1-9]|3[01])[T ](?:0\d|1\d|2[0-3])(?::[0-5]\d){2}(?:\.\d{1,9})?(?:Z| ?[+-](?:0\d|1\d|2[0-3])(?::?[0-5]\d)?)$/u;
/* @__NO_SIDE_EFFECTS__ */
function check$2(requirement, message$1) {
	return {
		kind: "validation",
		type: "check",
		reference: check$2,
		async: false,
		expects: null,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement(dataset.value)) _addIssue(this, "input", dataset, config$1);
			return dataset;
		}
	};
}
/* @__NO_SIDE_EFFECTS__ */
function digits(message$1) {
	return {
		kind: "validation",
		type: "digits",
		reference: digits,
		async: false,
		expects: null,
		requirement: DIGITS_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "digits", dataset, config$1);
			return dataset;
		}
	};
}
/* @__NO_SIDE_EFFECTS__ */
function isoTimestamp(message$1) {
	return {
		kind: "validation",
		type: "iso_timestamp",
		reference: isoTimestamp,
		async: false,
		expects: null,
		requirement: ISO_TIMESTAMP_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "timestamp", dataset, config$1);
			return dataset;
		}
	};
}
/* @__NO_SIDE_EFFECTS__ */
function minValue(requirement, message$1) {
	return {
		kind: "validation",
		type: "min_value",
		reference: minValue,
		async: false,
		expects: `>=${requirement instanceof Date ? requirement.toJSON() : /* @__PURE__ */ _stringify(requirement)}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !(dataset.value >= this.requirement)) _addIssue(this, "value", dataset, config$1, { received: dataset.value instanceof Date ? dataset.value.toJSON() : /* @__PURE__ */ _stringify(dataset.value) });
			return dataset;
		}
	};
}
/* @__NO_SIDE_EFFECTS__ */
function nonEmpty(message$1) {
	return {
		kind: "validation",
		type: "non_empty",
		reference: nonEmpty,
		async: false,
		expects: "!0",
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && dataset.value.length === 0) _addIssue(this, "length", dataset, config$1, { received: "0" });
			return dataset;
		}
	};
}
/* @__NO_SIDE_EFFECTS__ */
function regex(requirement, message$1) {
	return {
		kind: "validation",
		type: "regex",
		reference: regex,
		async: false,
		expects: `${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "format", dataset, config$1);
			return dataset;
		}
	};
}
/* @__NO_SIDE_EFFECTS__ */
function safeInteger(message$1) {
	return {
		kind: "validation",
		type: "safe_integer",
		reference: safeInteger,
		async: false,
		expects: null,
		requirement: Number.isSafeInteger,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement(dataset.value)) _addIssue(this, "safe integer", dataset, config$1);
			return dataset;
		}
	};
}
/**
* Creates a custom transformation action.
*
* @param operation The transformation operation.
*
* @returns A transform action.
*/
/* @__NO_SIDE_EFFECTS__ */
function transform(operation) {
	return {
		kind: "transformation",
		type: "transform",
		reference: transform,
		async: false,
		operation,
		"~run"(dataset) {
			dataset.value = this.operation(dataset.value);
			return dataset;
		}
	};
}
/**
* Returns the fallback value of the schema.
*
* @param schema The schema to get it from.
* @param dataset The output dataset if available.
* @param config The config if available.
*
* @returns The fallback value.
*/
/* @__NO_SIDE_EFFECTS__ */
function getFallback(schema, dataset, config$1) {
	return typeof schema.fallback === "function" ? schema.fallback(dataset, config$1) : schema.fallback;
}
/**
* Returns a fallback value as output if the input does not match the schema.
*
* @param schema The schema to catch.
* @param fallback The fallback value.
*
* @returns The passed schema.
*/
/* @__NO_SIDE_EFFECTS__ */
function fallback(schema, fallback$1) {
	return _standardSchema({
		...schema,
		fallback: fallback$1,
		"~run"(dataset, config$1) {
			const outputDataset = schema["~run"](dataset, config$1);
			return outputDataset.issues ? {
				typed: true,
				value: /* @__PURE__ */ getFallback(this, outputDataset, config$1)
			} : outputDataset;
		}
	});
}
/**
* Returns the default value of the schema.
*
* @param schema The schema to get it from.
* @param dataset The input dataset if available.
* @param config The config if available.
*
* @returns The default value.
*/
/* @__NO_SIDE_EFFECTS__ */
function getDefault(schema, dataset, config$1) {
	return typeof schema.default === "function" ? schema.default(dataset, config$1) : schema.default;
}
/* @__NO_SIDE_EFFECTS__ */
function array(item, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "array",
		reference: array,
		expects: "Array",
		async: false,
		item,
		message: message$1,
		"~run"(dataset, config$1) {
			const input = dataset.value;
			if (Array.isArray(input)) {
				dataset.typed = true;
				dataset.value = [];
				for (let key = 0; key < input.length; key++) {
					const value$1 = input[key];
					const itemDataset = this.item["~run"]({ value: value$1 }, config$1);
					if (itemDataset.issues) {
						const pathItem = {
							type: "array",
							origin: "value",
							input,
							key,
							value: value$1
						};
						for (const issue of itemDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = itemDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!itemDataset.typed) dataset.typed = false;
					dataset.value.push(itemDataset.value);
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}
/* @__NO_SIDE_EFFECTS__ */
function shaken_boolean(message$1) {
	return _standardSchema({
		kind: "schema",
		type: "boolean",
		reference: shaken_boolean,
		expects: "boolean",
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			if (typeof dataset.value === "boolean") dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}
/* @__NO_SIDE_EFFECTS__ */
function literal$1(literal_, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "literal",
		reference: literal$1,
		expects: /* @__PURE__ */ _stringify(literal_),
		async: false,
		literal: literal_,
		message: message$1,
		"~run"(dataset, config$1) {
			if (/* @__PURE__ */ _isSameValueZero(dataset.value, this.literal)) dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}
/* @__NO_SIDE_EFFECTS__ */
function nullish(wrapped, default_) {
	return _standardSchema({
		kind: "schema",
		type: "nullish",
		reference: nullish,
		expects: `(${wrapped.expects} | null | undefined)`,
		async: false,
		wrapped,
		default: default_,
		"~run"(dataset, config$1) {
			if (dataset.value === null || dataset.value === void 0) {
				if (this.default !== void 0) dataset.value = /* @__PURE__ */ getDefault(this, dataset, config$1);
				if (dataset.value === null || dataset.value === void 0) {
					dataset.typed = true;
					return dataset;
				}
			}
			return this.wrapped["~run"](dataset, config$1);
		}
	});
}
/* @__NO_SIDE_EFFECTS__ */
function number(message$1) {
	return _standardSchema({
		kind: "schema",
		type: "number",
		reference: number,
		expects: "number",
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			if (typeof dataset.value === "number" && !isNaN(dataset.value)) dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}
/* @__NO_SIDE_EFFECTS__ */
function object(entries$1, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "object",
		reference: object,
		expects: "Object",
		async: false,
		entries: entries$1,
		message: message$1,
		"~run"(dataset, config$1) {
			const input = dataset.value;
			if (input && typeof input === "object") {
				dataset.typed = true;
				dataset.value = {};
				for (const key in this.entries) {
					const valueSchema = this.entries[key];
					if (key in input || (valueSchema.type === "exact_optional" || valueSchema.type === "optional" || valueSchema.type === "nullish") && valueSchema.default !== void 0) {
						const value$1 = key in input ? input[key] : /* @__PURE__ */ getDefault(valueSchema);
						const valueDataset = valueSchema["~run"]({ value: value$1 }, config$1);
						if (valueDataset.issues) {
							const pathItem = {
								type: "object",
								origin: "value",
								input,
								key,
								value: value$1
							};
							for (const issue of valueDataset.issues) {
								if (issue.path) issue.path.unshift(pathItem);
								else issue.path = [pathItem];
								dataset.issues?.push(issue);
							}
							if (!dataset.issues) dataset.issues = valueDataset.issues;
							if (config$1.abortEarly) {
								dataset.typed = false;
								break;
							}
						}
						if (!valueDataset.typed) dataset.typed = false;
						dataset.value[key] = valueDataset.value;
					} else if (valueSchema.fallback !== void 0) dataset.value[key] = /* @__PURE__ */ getFallback(valueSchema);
					else if (valueSchema.type !== "exact_optional" && valueSchema.type !== "optional" && valueSchema.type !== "nullish") {
						_addIssue(this, "key", dataset, config$1, {
							input: void 0,
							expected: `"${key}"`,
							path: [{
								type: "object",
								origin: "key",
								input,
								key,
								value: input[key]
							}]
						});
						if (config$1.abortEarly) break;
					}
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}
/* @__NO_SIDE_EFFECTS__ */
function optional(wrapped, default_) {
	return _standardSchema({
		kind: "schema",
		type: "optional",
		reference: optional,
		expects: `(${wrapped.expects} | undefined)`,
		async: false,
		wrapped,
		default: default_,
		"~run"(dataset, config$1) {
			if (dataset.value === void 0) {
				if (this.default !== void 0) dataset.value = /* @__PURE__ */ getDefault(this, dataset, config$1);
				if (dataset.value === void 0) {
					dataset.typed = true;
					return dataset;
				}
			}
			return this.wrapped["~run"](dataset, config$1);
		}
	});
}
/* @__NO_SIDE_EFFECTS__ */
function string(message$1) {
	return _standardSchema({
		kind: "schema",
		type: "string",
		reference: string,
		expects: "string",
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			if (typeof dataset.value === "string") dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}
/**
* Returns the sub issues of the provided datasets for the union issue.
*
* @param datasets The datasets.
*
* @returns The sub issues.
*
* @internal
*/
/* @__NO_SIDE_EFFECTS__ */
function _subIssues(datasets) {
	let issues;
	if (datasets) for (const dataset of datasets) if (issues) for (const issue of dataset.issues) issues.push(issue);
	else issues = dataset.issues;
	return issues;
}
/* @__NO_SIDE_EFFECTS__ */
function union(options, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "union",
		reference: union,
		expects: /* @__PURE__ */ _joinExpects(options.map((option) => option.expects), "|"),
		async: false,
		options,
		message: message$1,
		"~run"(dataset, config$1) {
			let validDataset;
			let typedDatasets;
			let untypedDatasets;
			for (const schema of this.options) {
				const optionDataset = schema["~run"]({ value: dataset.value }, config$1);
				if (optionDataset.typed) if (optionDataset.issues) if (typedDatasets) typedDatasets.push(optionDataset);
				else typedDatasets = [optionDataset];
				else {
					validDataset = optionDataset;
					break;
				}
				else if (untypedDatasets) untypedDatasets.push(optionDataset);
				else untypedDatasets = [optionDataset];
			}
			if (validDataset) return validDataset;
			if (typedDatasets) {
				if (typedDatasets.length === 1) return typedDatasets[0];
				_addIssue(this, "type", dataset, config$1, { issues: /* @__PURE__ */ _subIssues(typedDatasets) });
				dataset.typed = true;
			} else if (untypedDatasets?.length === 1) return untypedDatasets[0];
			else _addIssue(this, "type", dataset, config$1, { issues: /* @__PURE__ */ _subIssues(untypedDatasets) });
			return dataset;
		}
	});
}
/**
* Creates a unknown schema.
*
* @returns A unknown schema.
*/
/* @__NO_SIDE_EFFECTS__ */
function unknown() {
	return _standardSchema({
		kind: "schema",
		type: "unknown",
		reference: unknown,
		expects: "unknown",
		async: false,
		"~run"(dataset) {
			dataset.typed = true;
			return dataset;
		}
	});
}
/**
* Parses an unknown input based on a schema.
*
* @param schema The schema to be used.
* @param input The input to be parsed.
* @param config The parse configuration.
*
* @returns The parsed input.
*/
function parse(schema, input, config$1) {
	const dataset = schema["~run"]({ value: input }, /* @__PURE__ */ getGlobalConfig(config$1));
	if (dataset.issues) throw new ValiError(dataset.issues);
	return dataset.value;
}
/* @__NO_SIDE_EFFECTS__ */
function pipe(...pipe$1) {
	return _standardSchema({
		...pipe$1[0],
		pipe: pipe$1,
		"~run"(dataset, config$1) {
			for (const item of pipe$1) if (item.kind !== "metadata") {
				if (dataset.issues && (item.kind === "schema" || item.kind === "transformation")) {
					dataset.typed = false;
					break;
				}
				if (!dataset.issues || !config$1.abortEarly && !config$1.abortPipeEarly) dataset = item["~run"](dataset, config$1);
			}
			return dataset;
		}
	});
}
/**
* Parses an unknown input based on a schema.
*
* @param schema The schema to be used.
* @param input The input to be parsed.
* @param config The parse configuration.
*
* @returns The parse result.
*/
/* @__NO_SIDE_EFFECTS__ */
function safeParse(schema, input, config$1) {
	const dataset = schema["~run"]({ value: input }, /* @__PURE__ */ getGlobalConfig(config$1));
	return {
		typed: dataset.typed,
		success: !dataset.issues,
		output: dataset.value,
		issues: dataset.issues
	};
}
// build/untrusted.js
/**
* Nearly all text has visible ASCII, Latin letters, dashes, quotes and signs such as ✅ alone, with single spaces, and
* nothing like a command.
*/
const UNUSUAL = /[^ -~\u00c0-\u024f\u2010-\u2027\u2190-\u27bf]|^ | {2}| $|##|::/;
/** Under some locales, the runner takes wide and small forms for the signs themselves. */
const COMMAND_ANYWHERE = /[#＃﹟](?=[#＃﹟][[［])/g;
const COMMAND_AT_START = /^[:：﹕︓](?=[:：﹕︓])|[：﹕︓](?=[：﹕︓])/g;
/**
* Text from outside as one well-formed line of at most `limit` characters, without invisible ones and the runner's two
* forms of commands, `##[x]` anywhere and `::x::` at the start: https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
*/
function oneLine(text, limit = 500) {
	const inert = isUsual(text) ? text : disarm(text);
	return inert.length <= limit ? inert : `${inert.slice(0, limit - 1).toWellFormed()}…`;
}
/** Whether `oneLine` has nothing to do but to cut: so it is with nearly all text. */
function isUsual(text) {
	return !UNUSUAL.test(text);
}
/** A text: for a literal with `\p{…}`, V8 reads the tables of Unicode in every run, even if it is never used. */
const SPACE = String.raw`[\s\p{Cc}\p{Cf}\p{DI}\p{Zl}\p{Zp}]+`;
function disarm(text) {
	return text.toWellFormed().replaceAll(new RegExp(SPACE, "gu"), " ").trim().replace(COMMAND_ANYWHERE, "$& ").replace(COMMAND_AT_START, "$& ");
}
/** Text from outside within quotes: `"yes"`. */
function quoted(text, limit = 80) {
	return `"${oneLine(text, limit)}"`;
}
// build/connector/domain.js
/** What IDNA takes for a dot too. https://www.unicode.org/reports/tr46/#Notation */
const IDNA_DOTS = /[\u3002\uff0e\uff61]/g;
/** Nearly all names are spelt so already, in punycode too, and are spared the rules of IDNA. */
const PLAIN = /^[a-z0-9.-]*[a-z0-9-]$/;
/** Labels of at most 63 characters, 253 in all; what ends in a number is an IP address. https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4 */
const NAME = /^(?=.{1,253}$)([\w-]{1,63}\.)*(?!\d+$)[\w-]{1,63}$/;
/**
* The spelling in which domains are compared: punycode, lower case, no trailing dot. Undefined if there is no text, or it
* is no domain name, but an address, a URL, a wildcard, a list, too long, or forbidden by IDNA.
* https://nodejs.org/api/url.html#urldomaintoasciidomain
*/
function canonicalDomain(text = "") {
	const canonical = text === "" || PLAIN.test(text) ? text : inAscii(text);
	return NAME.test(canonical) ? canonical : void 0;
}
function inAscii(text) {
	const name = text.trim().replace(IDNA_DOTS, ".").replace(/\.$/, "");
	if (/[\s:/@?#[\]\\%]/.test(name)) return "";
	const lower = name.toLowerCase();
	return PLAIN.test(lower) ? lower : (0,external_node_url_.domainToASCII)(name);
}
/** Whether two spellings name the same domain. */
function sameDomain(one, other) {
	const canonical = canonicalDomain(one);
	return canonical !== void 0 && canonical === canonicalDomain(other);
}
/** A domain for people: `acme.example`, `bücher.example (xn--bcher-kva.example)`. */
function domainForPeople(domain) {
	const ascii = canonicalDomain(domain);
	if (ascii === void 0) return domain;
	const unicode = unicodeDomain(ascii);
	return unicode === ascii ? ascii : `${unicode} (${ascii})`;
}
/** The Unicode spelling of a canonical one. https://nodejs.org/api/url.html#urldomaintounicodedomain */
function unicodeDomain(canonical) {
	return canonical.includes("xn--") && (0,external_node_url_.domainToUnicode)(canonical) || canonical;
}
// build/connector/connector.js
/** The fields that can be changed, in the order of the API's documentation. */
const FIELDS = ["enabled", "use_fedramp_language"];
const optionalText = /* @__PURE__ */ nullish(/* @__PURE__ */ string());
const optionalFlag = /* @__PURE__ */ nullish(/* @__PURE__ */ shaken_boolean());
const forShow = /* @__PURE__ */ fallback(optionalText, void 0);
/**
* Every field is optional, and must be of its type, but times, which are for show alone.
* https://developers.cloudflare.com/api/resources/iam/subresources/sso/
*/
const ConnectorSchema = /* @__PURE__ */ object({
	id: optionalText,
	email_domain: optionalText,
	enabled: optionalFlag,
	use_fedramp_language: optionalFlag,
	verification: /* @__PURE__ */ nullish(/* @__PURE__ */ object({
		code: optionalText,
		status: optionalText
	})),
	created_on: forShow,
	updated_on: forShow
});
/** Reads a connector. Throws a TypeError that says what is not as documented. */
function parseConnector(value) {
	if (Array.isArray(value)) throw new TypeError("it is a list, not an object");
	const { success, output, issues } = /* @__PURE__ */ safeParse(ConnectorSchema, value);
	if (!success) throw new TypeError(describeIssue(issues[0]));
	const { id, email_domain, enabled, use_fedramp_language, verification, created_on, updated_on } = output;
	return {
		id: unlessBlank(id),
		email_domain: unlessBlank(email_domain),
		enabled: enabled ?? void 0,
		use_fedramp_language: use_fedramp_language ?? void 0,
		verification_status: unlessBlank(verification?.status),
		verification_code: unlessBlank(verification?.code),
		created_on: unlessBlank(created_on),
		updated_on: unlessBlank(updated_on),
		raw: value
	};
}
/**
* A connector as an answer to a change gives it: what it leaves out is as it was known before, but for what was sent and
* `updated_on`, which the change has moved.
*/
function fillIn(answer, known, sent) {
	if (!known) return answer;
	const field = (name) => answer[name] ?? (sent[name] === void 0 ? known[name] : void 0);
	return {
		...answer,
		email_domain: answer.email_domain ?? known.email_domain,
		enabled: field("enabled"),
		use_fedramp_language: field("use_fedramp_language"),
		verification_status: answer.verification_status ?? known.verification_status,
		verification_code: answer.verification_code ?? known.verification_code,
		created_on: answer.created_on ?? known.created_on
	};
}
function unlessBlank(text) {
	return text && (/[!-~]/.test(text) || oneLine(text) !== "") ? text : void 0;
}
function describeIssue(issue) {
	const path = /* @__PURE__ */ getDotPath(issue);
	const expected = issue.expected === "Object" ? "an object" : issue.expected;
	return `${path ? `its ${path}` : "it"} is ${oneLine(issue.received, 80)}, not ${expected}`;
}
/** A connector's name for people: its domain, or else `connector 023e…`. */
function nameOfConnector(id, domain) {
	if (domain !== void 0) return oneLine(domainForPeople(domain), 255);
	return id === void 0 ? "a connector without a name" : `connector ${oneLine(id, 64)}`;
}
/** Whether the status is `verified`, and nothing else. */
function isVerified(connector) {
	return connector.verification_status === "verified";
}
/** The fields that you ask for. */
function givenFields(desired) {
	return FIELDS.filter((field) => desired[field] !== void 0);
}
/** Some of the fields that you ask for. */
function pickFields(desired, fields) {
	return Object.fromEntries(fields.map((field) => [field, desired[field]]));
}
/** For people: `enabled=true, use_fedramp_language=false`. */
function describeDesired(desired) {
	return givenFields(desired).map((field) => `${field}=${desired[field]}`).join(", ");
}
// build/plural.js
/** A number with its noun: `1 domain`, `3 domains`. */
function counted(count, noun, plural = `${noun}s`) {
	return `${count} ${count === 1 ? noun : plural}`;
}
/** `a, b and c`, or `a, b and 3 more`. */
function listed(items, most) {
	const more = items.length - most;
	const parts = more > 0 ? [...items.slice(0, most), `${more} more`] : items;
	return parts.length > 1 ? `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}` : parts.join();
}
// build/inputs/plain-list.js
/** A key of an entry and its value, and perhaps a comment: `- email_domain: acme.example`. */
const PAIR = /^(- | {2})(\w+): +(\S+)(?: +#.*)?$/;
const NO_PAIR = /^ *(?:#.*)?$/;
/** Values that mean in YAML what they look like, and that are neither refused nor warned of. */
const VALUES = /* @__PURE__ */ new Map([
	["sso_connector_id", (value) => /^[a-z0-9]{32}$/.test(value)],
	["email_domain", (value) => /\.[a-z]{2}/.test(value) && canonicalDomain(value) === value],
	["enabled", isFlag],
	["use_fedramp_language", isFlag]
]);
function isFlag(value) {
	return value === "true" || value === "false";
}
/**
* Reads a list in the form in which the README writes lists, without the YAML library, which takes some 60 ms for 100
* entries, where a whole run takes some 150. Undefined if the form is another, or anything is wrong or unusual:
* `readYamlList` has the words.
*/
function readPlainList(text) {
	const entries = [];
	const names = /* @__PURE__ */ new Set();
	let line = 0;
	for (const content of text.split("\n")) {
		line += 1;
		const pair = PAIR.exec(content);
		if (!pair && NO_PAIR.test(content)) continue;
		const { 1: head, 2: key = "", 3: value = "" } = pair ?? [];
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
		const { sso_connector_id, email_domain, enabled, use_fedramp_language } = values;
		return {
			sso_connector_id,
			email_domain,
			desired: {
				enabled,
				use_fedramp_language
			},
			line
		};
	});
	return targets.every(({ sso_connector_id: id, email_domain: domain }) => id ?? domain) && targets.length > 0 ? {
		targets,
		problems: [],
		warnings: []
	} : void 0;
}
// build/inputs/problem.js
/** What a title has no room for: it would cut the line of a list, or which variable it is. */
const WHERE = /^(?:Environment variable |connectors_file (?:.*\/)?)/;
/** A problem of an input, `Input enabled must be …`, or at a place in one, `connectors, line 3: …`. */
function inputProblem(about, { must, not, action }, between = " ") {
	const message = `${about}${between}${must}${not === void 0 ? "" : `, not ${not}`}.`;
	return {
		kind: "input",
		about: about.replace(WHERE, ""),
		problem: must,
		message,
		action: action ?? null
	};
}
const USUAL_CAUSES = "Usual causes: the secret or variable does not exist, it is in an environment that the job does not name, or the run is from a fork or Dependabot.";
/** `a, b or c`. */
function anyOf(words) {
	return words.join(", ").replace(/, ([^,]*)$/, " or $1");
}
// build/inputs/list-source.js
/** The runner shows 10 annotations of a type. */
const MOST_WARNINGS = 5;
const REMOVE = "Remove it from the file. If others can read the file, create a new token.";
/** The targets of `connectors` or `connectors_file`; what is wrong with them is a problem of `read`. */
async function readLists(read, env) {
	const targets = [];
	const take = async (name, text, source) => {
		if (read.hasProblem(name)) return;
		const list = readPlainList(text) ?? (await Promise.all(/* import() */[__nccwpck_require__.e(815), __nccwpck_require__.e(546)]).then(__nccwpck_require__.bind(__nccwpck_require__, 5546))).readYamlList(text, source);
		targets.push(...list.targets);
		read.add(name, list.problems);
		for (const warning of list.warnings.slice(0, MOST_WARNINGS)) read.warn(warning);
		const more = list.warnings.length - MOST_WARNINGS;
		if (more > 0) read.warn(`${source}: ${counted(more, "more such warning")}.`);
	};
	if (read.isGiven("connectors")) await take("connectors", read.raw("connectors") ?? "", "connectors");
	const path = read.optional("connectors_file", (value) => ({ value }));
	if (path !== void 0) {
		const file = await readListFile(path, env["GITHUB_WORKSPACE"] || ".");
		const source = `connectors_file ${oneLine(path, 60)}`;
		const wrong = "value" in file && read.findToken(file.value);
		if (wrong) read.add("connectors_file", [inputProblem(source, {
			...wrong,
			action: REMOVE
		})]);
		if ("must" in file) read.problem("connectors_file", file);
		else await take("connectors_file", file.value, source);
	}
	return targets;
}
const LARGEST_FILE = 1048576;
/** Reads a regular file of the workspace, `GITHUB_WORKSPACE`: UTF-8, at most 1 MiB, and no path or link that leaves it. */
async function readListFile(path, workspace) {
	const given = quoted(path);
	const within = "must be a relative path within the workspace";
	const named = (0,external_node_path_.resolve)(workspace, path);
	if ((0,external_node_path_.isAbsolute)(path) || isOutside(workspace, named)) return {
		must: within,
		not: given
	};
	const { readFile, realpath, stat } = await Promise.resolve(/* import() */).then(__nccwpck_require__.t.bind(__nccwpck_require__, 1455, 23));
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
			not: `${given}, which has other bytes`,
			action: "Save it as UTF-8."
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
// build/inputs/invisible.js
/** Nearly every value and list is so, and has no need of the patterns below. */
const ASCII = /^[\t\n\r -~]*$/;
/** A pattern for what is around the value would take quadratic time. */
const VALUE = String.raw`[^\s\p{Cf}](?:.*[^\s\p{Cf}])?`;
const HEAD = String.raw`^[\s\p{Cf}]+`;
const FORMAT = String.raw`\p{Cf}`;
const INVISIBLE = String.raw`(?![\t\r\n])[\p{Cc}\p{Cf}\p{DI}]|[^\S \t\r\n]`;
/** A value without white space and invisible characters around it. */
function strip(text) {
	return ASCII.test(text) ? text.trim() : new RegExp(VALUE, "su").exec(text)?.[0] ?? "";
}
/** A list without invisible characters at its head; white space has a meaning in YAML. */
function stripHead(text) {
	if (ASCII.test(text)) return text;
	return text.replace(new RegExp(HEAD, "u"), (head) => head.replaceAll(new RegExp(FORMAT, "gu"), ""));
}
/** The first invisible character, or white space that looks plain: `U+200B at position 5`. */
function findInvisible(text) {
	const position = ASCII.test(text) ? -1 : text.search(new RegExp(INVISIBLE, "u"));
	if (position === -1) return void 0;
	return `U+${(text.codePointAt(position) ?? 0).toString(16).toUpperCase().padStart(4, "0")} at position ${position + 1}`;
}
/** Reads a value by its parser, unless an invisible character is in it. */
function parseVisible(text, parse) {
	const invisible = findInvisible(text);
	if (invisible === void 0) return parse(text);
	return {
		must: "must have visible characters only",
		not: invisible,
		action: "Type the value again."
	};
}
/** The variables that have tokens, and what these are for people. */
const SECRETS = /* @__PURE__ */ new Map([
	["INPUT_API_TOKEN", "the API token"],
	["CLOUDFLARE_API_TOKEN", "the API token"],
	["INPUT_GITHUB_TOKEN", "the GitHub token"]
]);
/**
* What is known for a token by its prefix, whatever secret it is from, and whose it is. Names of secrets, in which a
* word is shorter, are none.
* https://developers.cloudflare.com/fundamentals/api/get-started/token-formats/
* https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github#githubs-token-formats
*/
const OF_CLOUDFLARE = /(?<![A-Za-z\d])cf(?:ut|at|k)_[A-Za-z\d]{16}/;
const OF_GITHUB = /(?<![A-Za-z\d])(?:gh[oprsu]|github_pat)_[A-Za-z\d]{16}/;
const PREFIXED = [{
	pattern: OF_CLOUDFLARE,
	token: "a Cloudflare token",
	owner: "the API token"
}, {
	pattern: OF_GITHUB,
	token: "a GitHub token",
	owner: "the GitHub token"
}];
/** Of a word in a text that has more in it than a token, such as `NAME=`, JSON or quotes: few names are as long. */
const LEAST_IN_A_WORD = 30;
/** An id of Cloudflare's, which may well be among the secrets too. */
const ID = /^[\da-f]{32}$/i;
/** Without a prefix, tokens have 40 characters, and global keys 37. Ids have 32, and UUIDs 36. */
const LONGER_THAN_IDS = 37;
/** Returns a function that finds the tokens of this environment. */
function tokenFinder(env) {
	const tokens = [...SECRETS, ["CF_API_TOKEN", "the API token"]].map(([variable, token]) => ({
		token,
		text: strip(env[variable] ?? "")
	})).flatMap(({ token, text }) => [text, ...longWords(text)].map((value) => ({
		token,
		value
	}))).concat(swappedTokens(env).map((value) => ({
		token: "the API token",
		value
	}))).filter(({ value }) => value.length >= 16);
	return (text, variable = "") => {
		if (text.length < 16) return void 0;
		const [lower, own] = [text.toLowerCase(), SECRETS.get(variable)];
		const prefixed = PREFIXED.find(({ pattern }) => pattern.test(text));
		if (prefixed) return prefixed.owner === own ? void 0 : wrongWith(prefixed.token, "it");
		const found = tokens.find(({ token, value }) => token !== own && lower.includes(value.toLowerCase()));
		return found && wrongWith(found.token, "each of the two");
	};
}
function longWords(text) {
	return text.split(/[^\w-]/).filter((word) => word.length >= LEAST_IN_A_WORD && !ID.test(word));
}
function wrongWith(token, which) {
	return {
		must: `must not contain ${token}`,
		action: `Check which secret ${which} is set to.`
	};
}
/** What is probably the API token in a wrong place, since in its own is nothing, an id, or a token of GitHub's. */
function swappedTokens(env) {
	const given = (name) => strip(env[`INPUT_${name}`] || env[`CLOUDFLARE_${name}`] || "");
	const [token, github] = [given("API_TOKEN"), given("GITHUB_TOKEN")];
	if (OF_GITHUB.test(token)) return OF_GITHUB.test(github) ? [] : [github];
	if (token !== "" && !ID.test(token.replaceAll(/["'`]/g, ""))) return [];
	return [given("ACCOUNT_ID"), given("SSO_CONNECTOR_ID")].filter((text) => text.length >= LONGER_THAN_IDS);
}
// build/inputs/names.js
/** As in action.yml (a test holds the two together). */
const INPUTS = [
	"api_token",
	"account_id",
	"sso_connector_id",
	"email_domain",
	"connectors",
	"connectors_file",
	"mode",
	"enabled",
	"use_fedramp_language",
	"require_verified",
	"begin_verification",
	"wait_for_verification",
	"poll_interval",
	"unlisted",
	"token_expiry_warning",
	"request_timeout",
	"max_retries",
	"api_base_url",
	"report_issue",
	"issue_key",
	"github_token"
];
/** The inputs of a single connector, and the keys of an entry. */
const KEYS = [
	"sso_connector_id",
	"email_domain",
	"enabled",
	"use_fedramp_language"
];
/** What an entry of a list can have too. */
const IN_ENTRIES = "enabled: true or false";
/** Unknown names that have a plain meaning. */
const MEANINGS = [
	[/^(dry_?run|plan|check|check_only|simulate|confirm|preview)$/, "mode: plan"],
	[/^((sso_?)?(disabled?|enabled?|on|off|active|state|status|enforced?)|(disable|enable|enforce|(switch|turn)_(on|off))(_?sso)?|sso)$/, IN_ENTRIES],
	[/^wait(_?for|_?timeout)?$/, "wait_for_verification"],
	[/^(connector_?)?id$/, "sso_connector_id"],
	[/^list$/, "connectors"],
	[/^issue$/, "report_issue"],
	[/^(apply|sync)$/, "mode: reconcile"],
	[/^(validat(e|ion)|verif(y|ication)|gate|test|audit|assert|inspect|monitor|drift|read(_?only)?)$/, "mode: check"],
	[/^(require|check|expect|assert)_?verification$/, "require_verified: true"],
	[/^(require|assert|expect|check|verify|is)_?(sso|(sso_?)?(enabled?|on|active|enforced?))$/, "enabled: true with mode: check"],
	[/^(require|assert|expect|check|verify|is)_?(sso_?)?(disabled?|off|inactive)$/, "enabled: false with mode: check"]
];
/** Of words that mean something else as a mode than as an input. */
const OF_MODES = [
	[/^(state|status)$/, "mode: check"],
	[/^(disable|off|(switch|turn)_off)(_?sso)?$/, "mode: update with enabled: false"],
	[/^(enable|enforce|on|(switch|turn)_on)(_?sso)?$/, "mode: update with enabled: true"]
];
/** Whoever meant to look must not be led to what writes, by a word that is no plain misspelling of it. */
const WRITES = /^(update|reconcile|enabled)$/;
/**
* What to use for an unknown name: what it plainly means, or the nearest one if at most half of it differs. `place` says
* where, of what an entry of a list cannot have.
*/
function hintFor(given, names, place = "") {
	const name = given.toLowerCase().replace(/[^a-z0-9]+/g, "_");
	const ofMode = names.includes("check") ? OF_MODES.find(([pattern]) => pattern.test(name)) : void 0;
	if (ofMode) return `Use ${ofMode[1]}.`;
	const meaning = names.includes(name) ? void 0 : MEANINGS.find(([pattern]) => pattern.test(name));
	if (meaning) return `Use ${meaning[1]}${meaning[1] === IN_ENTRIES || names.includes(meaning[1]) ? "" : place}.`;
	const nearest = names.map((other) => ({
		other,
		differs: (0,mod/* distance */.Io)(name, other) / Math.max(name.length, other.length)
	})).sort((one, other) => one.differs - other.differs).find(({ other, differs }) => differs <= (WRITES.test(other) ? 1 / 3 : 1 / 2));
	return nearest && `Did you mean ${nearest.other}?`;
}
// build/inputs/parse-token.js
const CREATE = "Create an API token with the permission \"SSO Connector: Edit\".";
const ALONE = "The secret must contain only the token.";
/** What is often given for a token. */
const IMPOSTORS = [
	[
		/^Bearer(\s|$)/i,
		"must be the token alone, without \"Bearer\" before it",
		"The action adds that word itself."
	],
	[
		/^cfk_/,
		"must be an API token, not a global API key (cfk_…)",
		CREATE
	],
	[
		/^\$|^(secrets|vars|env)\./,
		"must be a token, not the name of one",
		`Write $\{{ secrets.NAME }}, with the name of your secret for NAME.`
	],
	[
		/^\w+=/,
		"must be the token alone, without NAME= before it",
		ALONE
	],
	[
		/^\{/,
		"must be the token alone, not JSON",
		ALONE
	],
	[
		/^["'`]|["'`]$/,
		"must be the token alone, without quotes around it",
		ALONE
	]
];
/**
* An API token, of which nothing is repeated.
* https://developers.cloudflare.com/fundamentals/api/get-started/create-token/
*/
function parseToken(text) {
	const impostor = IMPOSTORS.find(([pattern]) => pattern.test(text));
	if (impostor) return {
		must: impostor[1],
		action: impostor[2]
	};
	const position = text.search(/[^!-~]/);
	if (position === -1) return { value: text };
	return {
		must: "must be visible ASCII characters",
		not: `${describeCharacter(text.charAt(position))} at position ${position + 1} of ${text.length}`,
		action: "Was the secret pasted with something in or around it?"
	};
}
function describeCharacter(character) {
	if (/[\r\n]/.test(character)) return "a line break";
	return /[ \t]/.test(character) ? "white space" : "a character that is not ASCII";
}
// build/connector/id.js
/** Whether an id can stand in the path of a request as it is: any other sign could lead the request elsewhere. */
function fitsPath(id) {
	return /^[A-Za-z0-9_-]+$/.test(id);
}
/** Whether an id has the shape of those of Access applications, which connectors never have. */
function isUuid(id) {
	return /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i.test(id);
}
// build/inputs/values.js
/** A boolean of the YAML 1.2 core schema. https://yaml.org/spec/1.2.2/#1032-tag-resolution */
function parseBoolean(text) {
	if (/^(true|True|TRUE)$/.test(text)) return { value: true };
	if (/^(false|False|FALSE)$/.test(text)) return { value: false };
	const meant = MEANT.find(([words]) => words.test(text))?.[1];
	return {
		must: "must be true or false",
		not: quoted(text),
		action: meant && `Did you mean ${meant}?`
	};
}
/** What other languages, other versions of YAML and quotes make of a boolean. */
const MEANT = [[/^\W*(false|f|no|n|off|0|disabled?)\W*$/i, "false"], [/^\W*(true|t|yes|y|on|1|enabled?)\W*$/i, "true"]];
/** One of a few words; `hint` is for another one. */
function parseChoice(choices, hint) {
	return (text) => {
		const value = choices.find((choice) => choice === text);
		return value ? { value } : {
			must: `must be ${anyOf(choices)}`,
			not: quoted(text),
			action: hint?.(text)
		};
	};
}
/** `90s`, `10m`, `2h` or plain seconds, in milliseconds. */
function parseDuration(text) {
	const value = /^\d{1,9}[smh]?$/.test(text) ? millisecondsOf(text) : 0;
	if (value >= 1e3 && value <= 432e6) return { value };
	return {
		must: "must be a duration from 1s to 120h",
		not: quoted(text),
		action: "Write it as 90s, 10m, 2h or plain seconds."
	};
}
/** How long to wait. */
function parseWait(text) {
	const parsed = parseDuration(text);
	if (!("must" in parsed) || !/^(0+[smh]?|false|no|never|none|off)$/i.test(text)) return parsed;
	return {
		...parsed,
		action: `${parsed.action} Leave it out in order not to wait.`
	};
}
/** `30d` or `12h`, in milliseconds. A bare number may be meant as days or as seconds. */
function parseDays(text) {
	const value = /^\d{1,9}[smhd]$/.test(text) ? millisecondsOf(text) : 0;
	if (value >= 1e3 && value <= 31536e7) return { value };
	return {
		must: "must be a duration with its unit, from 1s to 3650d",
		not: quoted(text),
		action: "Write it as 30d or 12h."
	};
}
function millisecondsOf(text) {
	return Number.parseInt(text, 10) * ({
		m: 6e4,
		h: 36e5,
		d: 864e5
	}[text.slice(-1)] ?? 1e3);
}
/** 0 to 10. */
function parseRetries(text) {
	if (/^0*(\d|10)$/.test(text)) return { value: Number(text) };
	return {
		must: "must be a whole number from 0 to 10",
		not: quoted(text)
	};
}
/**
* An id of an account or a connector. The API's schema says 32 characters, and its own examples differ: https://developers.cloudflare.com/api/resources/iam/subresources/sso/
*/
function parseId(text) {
	if (!fitsPath(text)) return {
		must: "must have only A-Z, a-z, 0-9, _ and -",
		not: quoted(text)
	};
	if (text.length === 32) return { value: text };
	return {
		value: text,
		warning: `has ${counted(text.length, "character")}, but Cloudflare's ids have 32. Is it complete?`
	};
}
/** The id of an account. */
function parseAccountId(text) {
	const parsed = parseId(text);
	const action = "It is in the address of the dashboard, behind dash.cloudflare.com/.";
	return "must" in parsed ? {
		...parsed,
		action
	} : parsed;
}
/** An id of a connector. */
function parseConnectorId(text) {
	const parsed = parseId(text);
	if ("must" in parsed && text.includes(".") && canonicalDomain(text) !== void 0) return {
		...parsed,
		action: "It looks like a domain: use email_domain."
	};
	if (!isUuid(text)) return parsed;
	return {
		value: text,
		warning: "has the shape of a UUID. It is probably the id of the Access application of type dash_sso, not of the connector."
	};
}
/** An email domain, as it was given. */
function parseEmailDomain(text) {
	const wrong = {
		must: "must be a domain name such as acme.example",
		not: quoted(text)
	};
	if (isUuid(text)) {
		const action = "It is probably the id of the Access application of type dash_sso. Give the domain instead.";
		return {
			...wrong,
			action
		};
	}
	if (/^[\da-f]{31,32}$/i.test(text)) return {
		...wrong,
		action: "It looks like the id of a connector: use sso_connector_id."
	};
	if (canonicalDomain(text)) return { value: text };
	const bare = /^(?:[^@\s]*@|\*\.|https?:\/\/)([^@\s/]+)\/?$/.exec(text)?.[1];
	if (bare !== void 0 && canonicalDomain(bare)) return {
		...wrong,
		action: `Did you mean ${quoted(bare)}?`
	};
	if (text.split(/[\s,;]+/).every((part) => part.includes(".") && canonicalDomain(part))) return {
		...wrong,
		action: "It takes one domain. For several, use connectors, with an entry for each."
	};
	return text.length > 253 || text.split(".").some((label) => label.length > 63) ? {
		...wrong,
		action: "It has at most 253 characters, and 63 between two dots."
	} : wrong;
}
/** The API's base URL, with no slash behind its path: `https`, or `http` to a loopback address. */
function parseBaseUrl(text) {
	const must = "must be an https URL of host and path";
	const not = quoted(text);
	const action = "An example is https://api.cloudflare.com/client/v4.";
	if (text.includes("@")) return {
		must: `${must}, without a user name or password`,
		action
	};
	const url = URL.parse(text);
	if (!url || !/^https?:/.test(url.protocol)) return {
		must,
		not,
		action
	};
	if (/[?#]/.test(text)) return {
		must: `${must}, without a query or fragment`,
		not,
		action
	};
	if (url.protocol === "http:" && !isLoopback(url)) return {
		must,
		not,
		action: "By plain http, the token would travel in plain text."
	};
	url.pathname = /^.*[^/]/s.exec(url.pathname)?.[0] ?? "";
	return { value: url };
}
/** Whether a URL is of this machine itself. */
function isLoopback({ hostname }) {
	return /^(localhost|\[::1\]|127(\.\d+){3})$/.test(hostname);
}
// build/inputs/proxy.js
const SCHEME = /^[a-z][a-z\d+.-]*:[/\\]{2,}/i;
const EXAMPLE = "An example is http://user:password@proxy.example:3128, with the signs % # / ? @ \\ in a user name or password written as %25 %23 %2F %3F %40 %5C.";
/**
* The proxy for a URL: `HTTPS_PROXY` for https, `HTTP_PROXY` for http, lower case first; none for a host in `NO_PROXY` or
* a loopback address. Without a scheme it is http. What is no proxy's URL is a problem that does not repeat it, since it
* may have a password in it.
* https://docs.github.com/en/actions/how-tos/manage-runners/self-hosted-runners/use-proxy-servers
*/
function readProxy(read, env, url) {
	const noProxy = env["no_proxy"] || env["NO_PROXY"];
	if (isLoopback(url) || noProxy && isExempt(url, noProxy)) return void 0;
	const lower = url.protocol.replace(":", "_proxy");
	const name = [lower, lower.toUpperCase()].find((variable) => env[variable]?.trim());
	if (name === void 0) return void 0;
	const parsed = parseProxy(`${env[name]}`.trim());
	if ("value" in parsed) return parsed.value;
	read.problem("api_base_url", parsed, `Environment variable ${name}`);
}
function parseProxy(text) {
	if (/^["']/.test(text)) return {
		must: "must have no quotes around it",
		action: EXAMPLE
	};
	const url = URL.parse(SCHEME.test(text) ? text : `http://${text}`);
	if (/^[^/\\?#]*[/\\?#].*@/s.test(text.replace(SCHEME, ""))) return {
		must: "must not have # / ? or \\ in its user name or password",
		action: EXAMPLE
	};
	if (url && /^https?:$/.test(url.protocol) && hasReadableCredentials(url)) return { value: Object.assign(url, {
		pathname: "",
		search: "",
		hash: ""
	}) };
	return {
		must: "must be the URL of an http or https proxy",
		action: EXAMPLE
	};
}
/** Whether `NO_PROXY` has `*`, the host, or a domain that it is in (or `.example`, `*.example`); each may have a port. */
function isExempt({ hostname, port, protocol }, noProxy) {
	const host = hostname.replace(/\.$/, "");
	const itsPort = `:${port || (protocol === "https:" ? "443" : "80")}`;
	return noProxy.toLowerCase().split(/[\s,]/).some((entry) => {
		const name = entry.endsWith(itsPort) ? entry.slice(0, -itsPort.length) : entry;
		const domain = name.replace(/^\*?\./, "");
		return name === "*" || host === domain || host.endsWith(`.${domain}`);
	});
}
/** A lone `%` stands for nothing. */
function hasReadableCredentials({ username, password }) {
	try {
		decodeURIComponent(`${username}:${password}`);
		return true;
	} catch {
		return false;
	}
}
// build/inputs/reader.js
const NO_KEY = "The action takes an API token, not the global API key of CLOUDFLARE_API_KEY. Create a token.";
/** Reads inputs as the runner passes them on, and collects every problem. */
var Reader = class {
	warn;
	findToken;
	#env;
	/** By the position of their input in action.yml. */
	#problems = [];
	constructor(env, warn = () => {}) {
		this.#env = env;
		this.warn = warn;
		this.findToken = tokenFinder(env);
	}
	get problems() {
		return this.#problems.flat();
	}
	/** The text of an input as it is, or `***` if a token is in it; undefined if it is left out. */
	raw(name) {
		return this.#raw(variableOf(name));
	}
	/** The text of an input, stripped; undefined if it is empty, which means "not given". */
	text(name) {
		return this.variable(variableOf(name));
	}
	/** The text of a variable, as `text`. */
	variable(variable) {
		return strip(this.#raw(variable) ?? "") || void 0;
	}
	#raw(variable) {
		return this.#tokenIn(variable) ? "***" : this.#env[variable];
	}
	#tokenIn(variable) {
		return this.findToken(this.#env[variable] ?? "", variable);
	}
	/** Refuses inputs with a token in them that is not theirs. */
	refuseTokens() {
		for (const name of INPUTS) {
			const wrong = this.#tokenIn(variableOf(name));
			if (wrong) this.problem(name, wrong);
		}
	}
	hasProblem(name) {
		return (this.#problems[INPUTS.indexOf(name)] ?? []).length > 0;
	}
	isGiven(name) {
		return this.text(name) !== void 0;
	}
	/** Whether there is a list of connectors, whatever is wrong with it. */
	get givesList() {
		return this.isGiven("connectors") || this.isGiven("connectors_file");
	}
	/** The value of an input; undefined if it is not given, or wrong. */
	optional(name, parse) {
		const text = this.text(name);
		if (text === void 0 || this.#tokenIn(variableOf(name))) return void 0;
		return this.#take(name, `Input ${name}`, text, parse);
	}
	/**
	* As `optional`. The runner passes the default of an input that is left out, so that an empty one is a mistake, whose
	* message names the default.
	*/
	withDefault(name, parse, byDefault) {
		const raw = this.raw(name);
		if (raw === void 0 || this.isGiven(name)) return this.optional(name, parse);
		const parsed = parse(raw);
		const must = "must" in parsed ? parsed.must : "must have a value";
		const action = `Its expression probably had no value. Give it one, or remove the input to use the default, ${byDefault}.`;
		this.problem(name, {
			must,
			not: "empty",
			action
		});
	}
	/** The value of an input, or else of the variable `CLOUDFLARE_…`, which was `CF_…` once; a problem if there is none. */
	required(name, parse) {
		if (this.isGiven(name)) return this.optional(name, parse);
		const [variable, old] = [`CLOUDFLARE_${name.toUpperCase()}`, `CF_${name.toUpperCase()}`];
		const text = this.variable(variable);
		if (text !== void 0) {
			const wrong = this.#tokenIn(variable);
			return this.#take(name, `Environment variable ${variable}`, text, wrong ? () => wrong : parse);
		}
		const key = name === "api_token" && this.variable("CLOUDFLARE_API_KEY") ? NO_KEY : USUAL_CAUSES;
		const action = this.variable(old) ? `Rename the environment variable ${old} to ${variable}.` : key;
		this.problem(name, {
			must: `must not be empty, unless ${variable} is set`,
			action
		});
	}
	/** Adds a problem, which is about the input itself by default. */
	problem(name, wrong, about = `Input ${name}`) {
		this.add(name, [inputProblem(about, wrong)]);
	}
	/** Adds problems, in the place of their input; those of none come last. */
	add(name, problems) {
		const position = name === void 0 ? INPUTS.length : INPUTS.indexOf(name);
		this.#problems[position] = [...this.#problems[position] ?? [], ...problems];
	}
	#take(name, about, text, parse) {
		const parsed = parseVisible(text, parse);
		if ("must" in parsed) {
			this.problem(name, parsed, about);
			return;
		}
		if (parsed.warning) this.warn(`${about} ${parsed.warning}`);
		return parsed.value;
	}
};
function variableOf(name) {
	return `INPUT_${name.toUpperCase()}`;
}
// build/inputs/rules.js
/** Refuses inputs that make no sense together; `mode` is undefined if it is wrong itself. */
function refuseCombinations(read, settings, mode) {
	const { many, targets, beginVerification, reportIssue } = settings;
	const refuse = (name, must, action) => read.problem(name, {
		must,
		action
	});
	if (many) {
		const list = read.isGiven("connectors") ? "connectors" : "connectors_file";
		const together = `must not be given together with ${list}`;
		if (list === "connectors" && read.isGiven("connectors_file")) refuse("connectors_file", together, "Remove one of the two.");
		for (const name of KEYS) if (read.isGiven(name)) refuse(name, together, "Put it into the entries of the list.");
	}
	if ((mode === "check" || mode === "plan") && beginVerification) refuse("begin_verification", `must be false with mode: ${mode}, which never writes`, "Use mode: update or reconcile.");
	const waits = settings.waitForVerification !== void 0;
	if (mode === "plan" && waits) refuse("wait_for_verification", "must not be given with mode: plan, which never waits", "Use mode: check to wait without a change.");
	if (settings.unlisted === "fail") {
		const looks = waits || beginVerification;
		const lists = targets.some(({ email_domain: domain, desired }) => domain !== void 0 || looks && desired.enabled === true);
		if (!many) refuse("unlisted", "must be ignore or report for a single connector, not fail", "Use connectors or connectors_file, even for a list of one.");
		else if (mode === "update" && targets.length > 0 && !lists && !hasFaults(read)) refuse("unlisted", "must be ignore or report with mode: update if no entry has email_domain, not fail", "Use mode: check or reconcile, which read the list of the account.");
	}
	if (mode === "update" && settings.tokenExpiryWarning !== void 0) refuse("token_expiry_warning", "must not be given with mode: update", "Use mode: check, plan or reconcile.");
	if (mode === "plan" && reportIssue) refuse("report_issue", "must be false with mode: plan, which never writes", "Show the plan by its summary or by the output drift.");
	if (reportIssue && !read.isGiven("github_token")) refuse("github_token", "must not be empty with report_issue: true", "Remove it to use the token of the job.");
}
/** Whether entries are left out of the targets, since something is wrong with them. */
function hasFaults(read) {
	return read.hasProblem("connectors") || read.hasProblem("connectors_file");
}
/**
* Refuses to send the token to another machine whose certificate is not checked.
* https://nodejs.org/api/cli.html#node_tls_reject_unauthorizedvalue
*/
function refuseUntrustedTls(read, env, url) {
	if (env["NODE_TLS_REJECT_UNAUTHORIZED"] !== "0" || isLoopback(url)) return;
	read.problem("api_base_url", {
		must: "must not be 0, or whoever answers gets the token",
		action: "Remove it. If a proxy has a certificate of its own, set NODE_EXTRA_CA_CERTS to the file of its CA."
	}, "Environment variable NODE_TLS_REJECT_UNAUTHORIZED");
}
/**
* Refuses inputs that action.yml does not declare: a gate that is misspelt must not be passed over. The runner only warns:
* https://github.com/actions/runner/blob/main/src/Runner.Worker/ActionRunner.cs
*/
function refuseUndeclared(read, env) {
	const declared = INPUTS;
	for (const variable of Object.keys(env)) {
		const name = variable.toLowerCase().replace(/^input_/, "");
		if (name === "" || name.length === variable.length || declared.includes(name)) continue;
		const source = `It may come from the environment variable ${oneLine(variable, 80)}.`;
		const action = `${hintFor(name, INPUTS) ?? "Remove it."} ${source}`;
		read.problem(void 0, {
			must: "is not an input of this action",
			action
		}, `Input ${oneLine(name, 80)}`);
	}
}
// build/inputs/settings.js
const MODES = [
	"update",
	"check",
	"plan",
	"reconcile"
];
/** What to do about connectors of the account that no entry of the list names. */
const UNLISTED = [
	"ignore",
	"report",
	"fail"
];
/** Whether the mode may change something, and needs a token that may write. */
function isToWrite({ mode }) {
	return mode === "update" || mode === "reconcile";
}
/** Whether the gate or the wait asks for a verified domain. */
function mustBeVerified({ requireVerified, waitForVerification }) {
	return requireVerified || waitForVerification !== void 0;
}
/** Whether only the fields count: no gate and no begin asks for more. */
function countsFieldsAlone(settings) {
	return !settings.beginVerification && !mustBeVerified(settings) && settings.unlisted !== "fail";
}
/** Whether there is nothing to look at, as if the values of expressions are gone: no field, no gate, no begin. */
function asksNothing(settings) {
	return countsFieldsAlone(settings) && settings.targets.every(({ desired }) => givenFields(desired).length === 0);
}
// build/inputs/read-settings.js
const parseMode = parseChoice(MODES, (text) => hintFor(text, MODES));
/** Reads the runner's `INPUT_*` variables. Throws a Failure with every problem at once, in the order of action.yml. */
async function readSettings(env, warn) {
	const read = new Reader(env, warn);
	read.refuseTokens();
	const mode = read.withDefault("mode", parseMode, "update");
	const many = read.givesList;
	const apiBaseUrl = read.optional("api_base_url", parseBaseUrl) ?? new URL("https://api.cloudflare.com/client/v4");
	const settings = {
		apiToken: read.required("api_token", parseToken) ?? "",
		accountId: read.required("account_id", parseAccountId) ?? "",
		mode: mode ?? "update",
		targets: many ? await readLists(read, env) : [readSingle(read)],
		many,
		requireVerified: read.withDefault("require_verified", parseBoolean, "false") ?? false,
		beginVerification: read.optional("begin_verification", parseBoolean) ?? false,
		waitForVerification: read.optional("wait_for_verification", parseWait),
		pollInterval: read.optional("poll_interval", parseDuration) ?? 15e3,
		unlisted: read.optional("unlisted", parseChoice(UNLISTED)) ?? "report",
		tokenExpiryWarning: read.optional("token_expiry_warning", parseDays),
		requestTimeout: read.optional("request_timeout", parseDuration) ?? 3e4,
		maxRetries: read.optional("max_retries", parseRetries) ?? 3,
		apiBaseUrl,
		proxy: readProxy(read, env, apiBaseUrl),
		reportIssue: read.optional("report_issue", parseBoolean) ?? false
	};
	read.optional("issue_key", (value) => ({ value }));
	refuseCombinations(read, settings, mode);
	refuseUntrustedTls(read, env, apiBaseUrl);
	refuseUndeclared(read, env);
	if (read.problems.length > 0) throw new Failure(read.problems);
	return settings;
}
/** Whether inputs that have problems ask for nothing for sure, but that their connectors are there. */
async function givesNothing(env) {
	const read = new Reader(env);
	const isOff = (name) => ["false", void 0].includes(read.text(name));
	const asks = ![
		"enabled",
		"use_fedramp_language",
		"wait_for_verification"
	].every((name) => !read.isGiven(name)) || !isOff("require_verified") || !isOff("begin_verification") || read.text("unlisted") === "fail";
	if (asks || !read.givesList) return !asks;
	const targets = await readLists(read, env);
	return read.problems.length === 0 && targets.every(({ desired }) => givenFields(desired).length === 0);
}
function readSingle(read) {
	if (!read.isGiven("sso_connector_id") && !read.isGiven("email_domain")) read.problem("sso_connector_id", {
		must: "must not be empty, unless email_domain, connectors or connectors_file is given",
		action: `Name a connector. ${USUAL_CAUSES}`
	});
	return {
		sso_connector_id: read.optional("sso_connector_id", parseConnectorId),
		email_domain: read.optional("email_domain", parseEmailDomain),
		desired: {
			enabled: read.optional("enabled", parseBoolean),
			use_fedramp_language: read.optional("use_fedramp_language", parseBoolean)
		}
	};
}
/**
* The token for `report_issue`; undefined if that is off, in `mode: plan`, or if the API token is in its place. Apart, so
* that a problem in the other inputs is reported too.
*/
function readIssueToken(env) {
	const read = new Reader(env);
	if (read.text("mode") === "plan") return void 0;
	const token = read.text("github_token");
	return token !== "***" && read.optional("report_issue", parseBoolean) ? token : void 0;
}
// build/job/result.js
/** Judges each connector once: the reports ask many times. */
function judge(outcomes, settings) {
	return Map.groupBy(outcomes, (outcome) => judgeOne(outcome, settings));
}
function judgeOne(outcome, settings) {
	if (outcome.failed) return "failed";
	const inSync = isInSync(outcome, settings);
	if (outcome.changed && inSync !== false) return "changed";
	if (inSync) return "in sync";
	if (inSync === void 0) return "unknown";
	return settings.mode === "plan" ? "would change" : "not in sync";
}
/** Whether a connector has all that you asked for, the verification included; undefined if that is unknown. */
function isInSync(outcome, settings) {
	const { connector, isUncertain, isOutdated, remainingDrift } = outcome;
	if (!connector || isUncertain || isOutdated) return void 0;
	if (mustBeVerified(settings) && !isVerified(connector)) return false;
	return remainingDrift.length === 0;
}
/** Whether its domain is verified, as of a last read that nothing has made old. */
function isSurelyVerified({ connector, isOutdated }) {
	return connector !== void 0 && !isOutdated && isVerified(connector);
}
/** Whether the step succeeds. */
function isSuccess(result) {
	return result.failures.length === 0;
}
/** Whether there is nothing that people must hear of, be it that the token expires soon. */
function isAllWell(result) {
	return isSuccess(result) && result.tokenExpiry?.warning === void 0;
}
// node_modules/@actions/core/lib/utils.js
/**
* Sanitizes an input into a string so it can be passed into issueCommand safely
* @param input input to sanitize into a string
*/
function toCommandValue(input) {
	if (input === null || input === void 0) return "";
	else if (typeof input === "string" || input instanceof String) return input;
	return JSON.stringify(input);
}
// node_modules/@actions/core/lib/command.js
/**
* Issues a command to the GitHub Actions runner
*
* @param command - The command name to issue
* @param properties - Additional properties for the command (key-value pairs)
* @param message - The message to include with the command
* @remarks
* This function outputs a specially formatted string to stdout that the Actions
* runner interprets as a command. These commands can control workflow behavior,
* set outputs, create annotations, mask values, and more.
*
* Command Format:
*   ::name key=value,key=value::message
*
* @example
* ```typescript
* // Issue a warning annotation
* issueCommand('warning', {}, 'This is a warning message');
* // Output: ::warning::This is a warning message
*
* // Set an environment variable
* issueCommand('set-env', { name: 'MY_VAR' }, 'some value');
* // Output: ::set-env name=MY_VAR::some value
*
* // Add a secret mask
* issueCommand('add-mask', {}, 'secretValue123');
* // Output: ::add-mask::secretValue123
* ```
*
* @internal
* This is an internal utility function that powers the public API functions
* such as setSecret, warning, error, and exportVariable.
*/
function issueCommand(command, properties, message) {
	const cmd = new Command(command, properties, message);
	process.stdout.write(cmd.toString() + external_os_.EOL);
}
const CMD_STRING = "::";
var Command = class {
	constructor(command, properties, message) {
		if (!command) command = "missing.command";
		this.command = command;
		this.properties = properties;
		this.message = message;
	}
	toString() {
		let cmdStr = CMD_STRING + this.command;
		if (this.properties && Object.keys(this.properties).length > 0) {
			cmdStr += " ";
			let first = true;
			for (const key in this.properties) if (this.properties.hasOwnProperty(key)) {
				const val = this.properties[key];
				if (val) {
					if (first) first = false;
					else cmdStr += ",";
					cmdStr += `${key}=${escapeProperty(val)}`;
				}
			}
		}
		cmdStr += `${CMD_STRING}${escapeData(this.message)}`;
		return cmdStr;
	}
};
function escapeData(s) {
	return toCommandValue(s).replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
}
function escapeProperty(s) {
	return toCommandValue(s).replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A").replace(/:/g, "%3A").replace(/,/g, "%2C");
}
// node_modules/@actions/core/lib/file-command.js
function issueFileCommand(command, message) {
	const filePath = process.env[`GITHUB_${command}`];
	if (!filePath) throw new Error(`Unable to find environment variable for file command ${command}`);
	if (!external_fs_.existsSync(filePath)) throw new Error(`Missing file at path: ${filePath}`);
	external_fs_.appendFileSync(filePath, `${toCommandValue(message)}${external_os_.EOL}`, { encoding: "utf8" });
}
function prepareKeyValueMessage(key, value) {
	const delimiter = `ghadelimiter_${external_crypto_namespaceObject.randomUUID()}`;
	const convertedValue = toCommandValue(value);
	if (key.includes(delimiter)) throw new Error(`Unexpected input: name should not contain the delimiter "${delimiter}"`);
	if (convertedValue.includes(delimiter)) throw new Error(`Unexpected input: value should not contain the delimiter "${delimiter}"`);
	return `${key}<<${delimiter}${external_os_.EOL}${convertedValue}${external_os_.EOL}${delimiter}`;
}
// build/runner/files.js
/**
* Appends to a file that the runner reads when the step ends. Returns why that cannot be, or undefined. A pipe that nobody
* reads would hold the step for ever.
* https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#environment-files
*/
function appendToRunnerFile(name, text) {
	const variable = `GITHUB_${name}`;
	const path = process.env[variable];
	if (!path) return `${variable} is not set`;
	try {
		const file = (0,external_node_fs_namespaceObject.statSync)(path, { throwIfNoEntry: false });
		if (file === void 0) return `the file of ${variable} does not exist`;
		if (file.isDirectory()) return `${variable} is a folder`;
		if (file.isFIFO() || file.isSocket()) return `${variable} is a pipe, which may have no reader`;
		issueFileCommand(name, text);
		return;
	} catch (error) {
		return error.message;
	}
}
// build/cloudflare/answer.js
/** A header field's value; several of one name are joined. */
function header(answer, name) {
	const value = answer.headers[name];
	return Array.isArray(value) ? value.join(", ") : value;
}
/** The Ray ID. https://developers.cloudflare.com/fundamentals/reference/cloudflare-ray-id/ */
function rayId(answer) {
	const value = header(answer, "cf-ray");
	return value === void 0 ? void 0 : oneLine(value, 64);
}
/** An answer's name: `HTTP 403, cf-ray 8f0c2b1e4d5a6b7c-FRA`. */
function describeAnswer(answer) {
	const ray = rayId(answer);
	return ray ? `HTTP ${answer.status}, cf-ray ${ray}` : `HTTP ${answer.status}`;
}
/** Whether the status is 2xx. */
function isSuccessStatus({ status }) {
	return status >= 200 && status <= 299;
}
// build/cloudflare/api-errors.js
/** A field that counts as absent if it is of another type. */
const lenient = (schema) => /* @__PURE__ */ fallback(/* @__PURE__ */ optional(schema), void 0);
const lenientText = lenient(/* @__PURE__ */ string());
const lenientCode = lenient(/* @__PURE__ */ pipe(/* @__PURE__ */ union([/* @__PURE__ */ number(), /* @__PURE__ */ string()]), /* @__PURE__ */ transform((code) => oneLine(String(code), 40))));
/** https://developers.cloudflare.com/fundamentals/api/reference/response-envelope/ */
const EntrySchema = /* @__PURE__ */ object({
	code: lenientCode,
	message: lenientText,
	error: lenientText,
	documentation_url: lenientText,
	source: lenient(/* @__PURE__ */ object({ pointer: lenientText })),
	error_chain: lenient(/* @__PURE__ */ array(/* @__PURE__ */ unknown()))
});
const CHAIN_LIMIT = 5;
/** The entries of a list, which may be null or absent; anything else counts as one entry. */
function listEntries(value) {
	return Array.isArray(value) ? value : value === null || value === void 0 ? [] : [value];
}
/** Reads an entry as documented, a plain string, or something else, which is shown as JSON. */
function readEntry(value) {
	const json = () => String(JSON.stringify(value));
	const parsed = /* @__PURE__ */ safeParse(EntrySchema, value);
	if (!parsed.success) return {
		message: oneLine(typeof value === "string" ? value : json()),
		chain: []
	};
	const { code, message, error, documentation_url: url, source, error_chain: causes = [] } = parsed.output;
	const nested = causes.slice(0, CHAIN_LIMIT).map(readEntry);
	return {
		code,
		message: oneLine(message || error || (code === void 0 ? json() : "")),
		pointer: source?.pointer && oneLine(source.pointer, 200),
		documentationUrl: url?.startsWith("https://") ? oneLine(url, 300) : void 0,
		chain: nested.flatMap((entry) => [entry, ...entry.chain]).slice(0, CHAIN_LIMIT)
	};
}
/** An error as a sentence. */
function describeError(entry, answer) {
	const pointer = entry.pointer ? ` at ${entry.pointer}` : "";
	const causes = entry.chain.map((cause) => `, caused by ${nameEntry(cause)}`).join("");
	return `Cloudflare ${nameEntry(entry)}${pointer}${causes} (${describeAnswer(answer)}).`;
}
/** A message for the log: `10000: Something to know`. */
function describeMessage({ code, message }) {
	return code === void 0 ? message : `${code}: ${message}`;
}
function nameEntry({ code, message }) {
	if (code === void 0) return `error "${message}"`;
	return message ? `error ${code} "${message}"` : `error ${code}`;
}
// build/cloudflare/hints.js
const NOT_ACCEPTED = "token not accepted";
const NO_PERMISSION = "no permission";
const RATE_LIMIT = "Cloudflare allows a user or token 1,200 requests in 5 minutes, then refuses all for 5 minutes.";
const LATER = "Run this again later.";
const FAULT = "The fault is Cloudflare's own: see https://www.cloudflarestatus.com and run this again later.";
const NOT_A_TOKEN = "The secret is not an API token. It may be a global API key, be in quotes, or be incomplete. Create an API token and put that alone into the secret.";
const NO_TOKEN = "The token did not arrive as it should. Check api_base_url and any gateway on the way, and that the secret contains only the token.";
const INVALID = "The token may have expired or been revoked. Create a new one and update the secret.";
const INVALID_HERE = `${INVALID} A token that an account owns is for that account alone.`;
const LOCATION = "The token's client IP address filter leaves this runner out. Change the filter, or use a runner with an address that it has.";
const ACCEPTED_BEFORE = "Cloudflare accepted the token earlier in this run. If it has expired or been revoked meanwhile, create a new one and update the secret.";
const OTHER_ADDRESS = "Cloudflare accepted the token earlier in this run. If this runner has several addresses, the token's client IP address filter needs all of them. The filter may also have changed meanwhile.";
const SHOWN_BEFORE = "The token could do the same earlier in this run. Check whether its permissions have changed meanwhile.";
const THERE_BEFORE = "It was there earlier in this run: was it deleted meanwhile? Then create it again, or remove it from your workflow.";
/**
* Errors of the token by code and text. The first that fits counts.
* https://developers.cloudflare.com/fundamentals/api/troubleshooting/
*/
const OF_THE_TOKEN = [
	[
		[
			"6003",
			"6103",
			"6111"
		],
		/^/,
		firstUse(NOT_A_TOKEN)
	],
	[
		["9106"],
		/^/,
		firstUse(NO_TOKEN)
	],
	[
		["9109"],
		/location/i,
		wrongAddress
	],
	[
		["9109"],
		/unauthori[sz]ed|resource/i,
		lackOfPermission
	],
	[
		["9109"],
		/^/,
		() => access(NOT_ACCEPTED, INVALID)
	],
	[
		["1000"],
		/api token/i,
		firstUse(INVALID_HERE)
	],
	[
		["10000", "10001"],
		/^/,
		anyCause
	]
];
/** Advice that cannot be true once the token was accepted. */
function firstUse(action) {
	return ({ use }) => access(NOT_ACCEPTED, use.isAccepted ? ACCEPTED_BEFORE : action);
}
function access(problem, action) {
	return {
		kind: "access",
		problem,
		action
	};
}
/** The text of a 403 that is about the token, whatever its code. */
const ABOUT_ACCESS = /^$|token|authenticat|authori[sz]|permission|forbidden|access denied/i;
/** What an error means, with no hint that cannot be true. Without an entry, it is no refusal. */
function interpret(entry, { status }, circumstances) {
	if (status === 429) return {
		kind: "rate_limited",
		problem: "rate limit reached",
		action: RATE_LIMIT
	};
	if (status === 408) return {
		kind: "unavailable",
		problem: "no answer in time (HTTP 408)",
		action: LATER
	};
	if (status >= 500) return {
		kind: "unavailable",
		problem: `Cloudflare failed (HTTP ${status})`,
		action: FAULT
	};
	if (!entry) return {
		kind: "unexpected",
		problem: "no valid answer",
		action: null
	};
	const codes = [entry, ...entry.chain].map(({ code }) => code);
	const has = (...wanted) => wanted.some((code) => codes.includes(code));
	const hint = OF_THE_TOKEN.find(([known, text]) => has(...known) && text.test(entry.message))?.[2];
	if (hint && status !== 405) return hint(circumstances);
	if (has("7000", "7001") || status === 405) return {
		kind: "refused",
		problem: "no such route in the API",
		action: circumstances.use.isAccepted ? "Other requests of this run arrived. Does a proxy or gateway on the way refuse this one?" : "Check api_base_url."
	};
	if (has("7003") || status === 404) return nothingThere(circumstances);
	if (status === 401) return anyCause(circumstances);
	if (status === 403 && ABOUT_ACCESS.test(entry.message)) return lackOfPermission(circumstances);
	return {
		kind: "refused",
		problem: `Cloudflare refused: ${entry.message || (entry.code === void 0 ? "no reason given" : `error ${entry.code}`)}`,
		action: null
	};
}
/** A token that was accepted proves the account, but no connector besides those that were seen. */
function nothingThere({ call: { connectorId }, use }) {
	if (connectorId === void 0) return use.isAccepted ? {
		kind: "refused",
		problem: "not found",
		action: THERE_BEFORE
	} : {
		kind: "refused",
		problem: "no such account",
		action: "Check account_id."
	};
	const other = isUuid(connectorId) ? " The id looks like that of an Access application." : "";
	const check = `Check ${use.isAccepted ? "sso_connector_id" : "sso_connector_id and account_id"}.${other}`;
	return {
		kind: "not_found",
		problem: "no connector with this id",
		action: use.hasSeen(connectorId) ? THERE_BEFORE : check
	};
}
function wrongAddress({ use }) {
	return access("token not accepted from here", use.isAccepted ? OTHER_ADDRESS : LOCATION);
}
/** Cloudflare has one error for four causes. */
function anyCause(circumstances) {
	const { call, use } = circumstances;
	if (use.isShownFor(call)) return access(NOT_ACCEPTED, ACCEPTED_BEFORE);
	const permission = permissionFor(circumstances);
	return use.isAccepted ? access(NO_PERMISSION, `The token could read earlier in this run, but probably may not write. Give it the permission ${permission} on this account, or use a token that has it.`) : access(NOT_ACCEPTED, `The token may have expired or been revoked, lack the permission ${permission}, be for another account (check account_id), or have a client IP address filter that leaves this runner out.`);
}
function lackOfPermission(circumstances) {
	const { call, use } = circumstances;
	const check = use.isAccepted ? "" : ", and check account_id";
	const give = `Give the token the permission ${permissionFor(circumstances)} on this account${check}.`;
	return access(NO_PERMISSION, use.isShownFor(call) ? SHOWN_BEFORE : give);
}
/** https://developers.cloudflare.com/api/resources/iam/subresources/sso/ */
function permissionFor({ call, use }) {
	return call.method === "GET" && !use.isToWrite ? "\"SSO Connector: Read\" or \"SSO Connector: Edit\"" : "\"SSO Connector: Edit\"";
}
// build/cloudflare/json.js
const DEEPEST = 100;
/** Brackets, and texts; a colon follows a key, and perhaps a text as its value. */
const TOKENS = /("[^"\\]*(?:\\.[^"\\]*)*"?)(\s*:(?:\s*"[^"\\]*(?:\\.[^"\\]*)*"?)?)?|[{}[\]]/gs;
/** The paths of the objects that something hangs on: the envelope, its connectors and their verifications. */
const DECIDING = /^(\/result(\[\])?(\/verification)?)?$/;
/** Reads JSON in UTF-8, at most 100 levels deep, with no key twice in an envelope, a connector or its verification. */
function parseJson(body) {
	let text;
	let value;
	try {
		text = new TextDecoder("utf-8", { fatal: true }).decode(body);
		value = JSON.parse(text);
	} catch {
		return { value: void 0 };
	}
	const fault = !isDeeper(value, DEEPEST) && JSON.stringify(value) === text ? void 0 : findFault(text);
	return fault === void 0 ? { value } : { fault };
}
function isDeeper(value, levels) {
	if (typeof value !== "object" || value === null) return false;
	if (levels === 0) return true;
	for (const item of Object.values(value)) if (isDeeper(item, levels - 1)) return true;
	return false;
}
function findFault(json) {
	const open = [];
	for (const { 0: token, 1: text, 2: colon } of json.matchAll(TOKENS)) {
		const here = open.at(-1);
		if (token === "{" || token === "[") {
			if (open.length === DEEPEST) return `is JSON that is nested more than ${DEEPEST} levels deep`;
			const path = here ? `${here.path}${here.key}` : "";
			open.push({
				path: token === "[" ? `${path}[]` : path,
				seen: /* @__PURE__ */ new Set(),
				key: ""
			});
		} else if (token === "}" || token === "]") open.pop();
		else if (text !== void 0 && colon !== void 0 && here) {
			if (!DECIDING.test(here.path)) continue;
			const key = text.includes("\\") ? JSON.parse(text) : text.slice(1, -1);
			if (here.seen.has(key)) return `contradicts itself: it has the key ${quoted(key)} twice`;
			here.seen.add(key);
			here.key = key === "result" || key === "verification" ? `/${key}` : "/other";
		}
	}
}
// build/cloudflare/html-text.js
/** The reason of a page stands at its beginning. */
const MOST_BYTES = 1e5;
/** The words of a body for people: of HTML its title and first heading, or its text; else the body as it is. */
function readWordsOfPage(body) {
	const page = new TextDecoder().decode(body.subarray(0, MOST_BYTES)).trim();
	if (!page.startsWith("<")) return page;
	const title = between(/<title\b[^<>]*>/i, page, "<");
	const heading = between(/<h[1-6]\b[^<>]*>/i, page, /<\/h[1-6]/i);
	return [.../* @__PURE__ */ new Set([title, heading])].filter(Boolean).join(": ") || withoutTags(page) || page;
}
/** What stands between the first start and the end after it. */
function between(start, html, end) {
	const [, rest = ""] = html.split(start, 2);
	return withoutTags(rest.split(end, 1).join());
}
function withoutTags(html) {
	return html.replace(/<[^<>]*>/g, " ").replace(/\s+/g, " ").trim();
}
// build/cloudflare/retry.js
const LONGEST_RETRY_AFTER_MS = 6e4;
/** How long the API refuses everything. https://developers.cloudflare.com/fundamentals/api/reference/limits/ */
const BLOCK_SECONDS = 300;
/** Some 30 years, which a Date can hold. */
const LONGEST_SECONDS = 999999999;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 8e3;
/** Whether a status is that of a passing fault. */
function isPassingStatus(status) {
	return status === 408 || status === 429 || status >= 500;
}
const EdgeSchema = /* @__PURE__ */ object({ value: /* @__PURE__ */ object({
	cloudflare_error: /* @__PURE__ */ literal$1(true),
	retry_after: /* @__PURE__ */ pipe(/* @__PURE__ */ number(), /* @__PURE__ */ minValue(0))
}) });
/**
* How long a passing fault asks to wait, in milliseconds: `Retry-After`, or else `retry_after` of an error of the edge,
* or for 429 alone 5 minutes. Undefined if it does not say. `now` is in milliseconds since the epoch.
* https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
*/
function retryAfter(answer, now) {
	if (!isPassingStatus(answer.status)) return void 0;
	const value = String(header(answer, "retry-after")).trim();
	const date = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(value) ? Date.parse(value) : NaN;
	if (!Number.isNaN(date)) return Math.max(0, date - now);
	const wait = (/^\d+$/.test(value) ? Number(value) : secondsInBody(answer)) ?? (answer.status === 429 ? BLOCK_SECONDS : void 0);
	return wait === void 0 ? void 0 : Math.min(wait, LONGEST_SECONDS) * 1e3;
}
function secondsInBody({ body }) {
	const parsed = /* @__PURE__ */ safeParse(EdgeSchema, parseJson(body));
	return parsed.success ? parsed.output.value.retry_after : void 0;
}
/** What to do after a refusal for the rate; the time is in milliseconds since the epoch. */
function runAgainAfter(time) {
	return `Run this again after ${new Date(time).toISOString().replace(/\.\d+/, "")}.`;
}
/**
* Sends a request, and again after a passing fault, up to `maxRetries` times. Throws the last Failure, which tells of
* the retries, or the signal's reason: before there is one, or if the job is cancelled.
*/
async function withRetries(send, { maxRetries, clock, log }, signal) {
	let strays = 0;
	for (let retries = 0;; retries += 1) try {
		return await send();
	} catch (failure) {
		if (!(failure instanceof Failure)) throw failure;
		const { passing, retryAfterMs = 0 } = failure;
		const isStray = passing === "once";
		if (isStray) strays += 1;
		const retry = retries + 1 - strays;
		const isTooLong = retryAfterMs > LONGEST_RETRY_AFTER_MS;
		const isBlocked = isTooLong && failure.isAll("rate_limited");
		if (!passing || retry > maxRetries || isBlocked) throw withRetryCount(failure, retries);
		const pause = retryAfterMs < 1 || isTooLong ? backoff(retries + 1, clock.random()) : retryAfterMs;
		const next = isStray ? "Trying once more" : `Retry ${retry} of ${maxRetries}`;
		log.info(`${failure.problems[0]?.message} ${next} in ${describeSpan(pause)}.`);
		try {
			await clock.sleep(pause, signal);
		} catch (reason) {
			throw reason instanceof Cancelled ? reason : withRetryCount(failure, retries);
		}
	}
}
/**
* The pause in milliseconds before a retry, counted from 1: it doubles from 500 ms to 8 s, and chance (0 to 1) decides on
* half of it, so that runs that failed together do not come back together.
*/
function backoff(retry, chance) {
	const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (retry - 1));
	return Math.round(longest * (.5 + chance / 2));
}
function withRetryCount(failure, retries) {
	if (retries === 0) return failure;
	const tried = `${counted(retries, "retry", "retries")} did not help.`;
	return failure.changed((problem) => ({
		...problem,
		message: `${problem.message} ${tried}`
	}));
}
// build/cloudflare/problem-details.js
/**
* A problem in JSON, of Cloudflare's edge (RFC 9457), of gateways and proxies.
* https://developers.cloudflare.com/support/troubleshooting/http-status-codes/
*/
const DetailsSchema = /* @__PURE__ */ object({
	title: lenientText,
	detail: lenientText,
	message: lenientText,
	error: lenient(/* @__PURE__ */ union([/* @__PURE__ */ string(), /* @__PURE__ */ object({ message: /* @__PURE__ */ string() })])),
	error_code: lenientCode,
	code: lenientCode,
	cloudflare_error: /* @__PURE__ */ optional(/* @__PURE__ */ unknown()),
	ray_id: lenient(/* @__PURE__ */ pipe(/* @__PURE__ */ string(), /* @__PURE__ */ regex(/^\w[\w-]{0,63}$/))),
	what_you_should_do: lenientText
});
/**
* The problem of an answer that is no envelope: something between the runner and the API answered. `value` is its JSON,
* if any. The message is the end of a sentence.
*/
function readDetails(answer, value) {
	const { says, code, advice, isOfEdge, rayInBody } = readWords(answer, value);
	const ray = rayId(answer) || rayInBody;
	const kind = kindOfOther(answer);
	const place = isOfEdge || ray ? "Cloudflare's edge" : "a proxy or gateway";
	const who = `${place}${isOfEdge ? "" : ray ? " or firewall" : " probably"}`;
	const name = [
		`HTTP ${answer.status}`,
		ray && `cf-ray ${ray}`,
		code && `error ${code}`
	].filter(Boolean).join(", ");
	const problem = kind === "rate_limited" ? "rate limit reached" : "no answer from the API";
	const ask = ray ? "Give the cf-ray to Cloudflare support." : `Ask ${isOfEdge ? "Cloudflare support" : "whoever runs the network of this runner"}.`;
	return {
		kind,
		problem: `${kind === "blocked" ? `blocked by ${place}` : problem} (${code ?? `HTTP ${answer.status}`})`,
		message: `${who} answered instead of the API (${name}): ${says}.`,
		action: [
			advice ?? (kind === "unavailable" && "Run this again later."),
			answer.status === 403 && OTHER_NETWORK,
			ask
		].filter(Boolean).join(" ")
	};
}
/** The kind of failure for an answer that is no envelope. */
function kindOfOther(answer) {
	if (answer.status === 429) return "rate_limited";
	if (isPassingStatus(answer.status)) return "unavailable";
	return isSuccessStatus(answer) ? "unexpected" : "blocked";
}
/** What is blocked here need not be elsewhere: at 3 a.m. that is the quickest way. */
const OTHER_NETWORK = "Run this from another network.";
const CHALLENGE = "Cloudflare takes this runner for a bot.";
const REDIRECT = "Redirects are not followed. Check api_base_url.";
function readWords(answer, value) {
	if (header(answer, "cf-mitigated") === "challenge") return {
		says: "a challenge for browsers",
		isOfEdge: true,
		advice: CHALLENGE
	};
	if (answer.status >= 300 && answer.status <= 399) {
		const place = header(answer, "location");
		return {
			says: place === void 0 ? "a redirect" : `a redirect to ${quoted(place, 120)}`,
			advice: REDIRECT
		};
	}
	const coding = header(answer, "content-encoding") ?? "identity";
	if (coding !== "identity") return { says: `a body in ${oneLine(coding, 40)}, which was not asked for` };
	const parsed = /* @__PURE__ */ safeParse(DetailsSchema, value);
	if (!parsed.success || Array.isArray(value)) return readText(answer.body);
	const { title = "", detail = "", message, error, error_code, code, what_you_should_do: advice } = parsed.output;
	const words = [
		detail.split(/[:.]/, 1)[0] === title.replace(/^Error \d+: /, "") ? "" : title,
		detail,
		message,
		typeof error === "string" ? error : error?.message
	].filter(Boolean);
	const isOfEdge = parsed.output.cloudflare_error === true;
	return {
		says: words.length > 0 ? quoteWords(words.join(". "), 300) : readText(answer.body).says,
		code: error_code ?? code,
		advice: advice ? `${isOfEdge ? "Cloudflare's edge" : "The answer"} advises: ${quoteWords(advice, 300)}.` : void 0,
		isOfEdge,
		rayInBody: isOfEdge ? parsed.output.ray_id : void 0
	};
}
/** The edge says `error code: 1010` as plain text. */
function readText(body) {
	const page = readWordsOfPage(body);
	const code = /^error code: (\d{3,4})$/.exec(page)?.[1];
	return {
		says: page === "" ? "an empty body" : quoteWords(page, 200),
		code,
		isOfEdge: code !== void 0
	};
}
/** Without a full stop, since the sentence has its own. */
function quoteWords(words, limit) {
	return quoted(words.trim().replace(/\.$/, ""), limit);
}
// build/cloudflare/envelope.js
const anything = /* @__PURE__ */ optional(/* @__PURE__ */ unknown());
/** Only an object with a boolean `success` or with entries in `errors` is Cloudflare's word. */
const WordSchema = /* @__PURE__ */ pipe(/* @__PURE__ */ object({
	success: anything,
	errors: anything,
	messages: anything,
	result: anything,
	result_info: anything
}), /* @__PURE__ */ check$2(({ success, errors }) => typeof success === "boolean" || Array.isArray(errors) && errors.length > 0));
/** An answer has room for some 30,000. */
const MOST_ERRORS = 100;
/** The envelope in an answer; undefined if that is none. https://developers.cloudflare.com/fundamentals/api/reference/response-envelope/ */
function readEnvelope(answer) {
	const json = parseJson(answer.body);
	const word = /* @__PURE__ */ safeParse(WordSchema, "value" in json ? json.value : void 0);
	if (!word.success) return void 0;
	const { success, errors, messages, result, result_info: resultInfo } = word.output;
	return {
		success,
		errors: listEntries(errors),
		messages: listEntries(messages),
		result,
		resultInfo
	};
}
/**
* Returns the envelope of a success: 2xx, JSON, `success` is `true`, and `errors` is empty, null or absent. Throws a
* Failure for anything else, with a problem for each error.
*/
function expectSuccess(envelope, answer, circumstances) {
	if (!envelope) throw failureOf(answer, circumstances, [describeOther(answer, circumstances)]);
	if (envelope.success === true && envelope.errors.length === 0 && isSuccessStatus(answer)) return envelope;
	throw failureOf(answer, circumstances, describeErrors(answer, circumstances, envelope));
}
function describeOther(answer, circumstances) {
	const json = parseJson(answer.body);
	if ("value" in json) return readDetails(answer, json.value);
	const message = `the answer ${json.fault} (${describeAnswer(answer)}).`;
	return {
		...interpret(void 0, answer, circumstances),
		message
	};
}
function describeErrors(answer, circumstances, { errors, success }) {
	const meaningOf = (entry) => interpret(success === true ? void 0 : entry, answer, circumstances);
	const lastly = (what) => {
		return {
			...meaningOf(readEntry("")),
			message: `the answer has ${what} (${describeAnswer(answer)}).`
		};
	};
	if (errors.length === 0) return [lastly(`"success": ${success} and names no error`)];
	const problems = errors.slice(0, MOST_ERRORS).map((value) => {
		const entry = readEntry(value);
		const { documentationUrl: documentation_url = null } = entry;
		return {
			...meaningOf(entry),
			message: describeError(entry, answer),
			documentation_url,
			entry: value
		};
	});
	const more = errors.length - problems.length;
	return more === 0 ? problems : [...problems, lastly(`${more} more errors`)];
}
function failureOf(answer, { call, use, now }, problems) {
	const { status } = answer;
	const retryAfterMs = retryAfter(answer, now);
	const time = status === 429 && retryAfterMs ? runAgainAfter(now + retryAfterMs) : void 0;
	return new Failure(problems.map((problem) => ({
		...problem,
		message: `Could not ${call.asked}: ${problem.message}`,
		action: [problem.action, time].filter(Boolean).join(" ") || null
	})), {
		passing: (status === 401 || status === 403) && problems.some(({ entry }) => readEntry(entry).code === "10000") && use.takeStray(call) ? "once" : isPassingStatus(status),
		retryAfterMs
	});
}
// build/cloudflare/list-info.js
/** NaN if it is no count. */
const count = /* @__PURE__ */ nullish(/* @__PURE__ */ fallback(/* @__PURE__ */ pipe(/* @__PURE__ */ union([/* @__PURE__ */ number(), /* @__PURE__ */ pipe(/* @__PURE__ */ string(), /* @__PURE__ */ digits(), /* @__PURE__ */ transform(Number))]), /* @__PURE__ */ safeInteger(), /* @__PURE__ */ minValue(0)), NaN));
/** `result_info` of a page. The products of the API differ in what they say. */
const InfoSchema = /* @__PURE__ */ fallback(/* @__PURE__ */ object({
	count,
	per_page: count,
	total_count: count,
	total_pages: count,
	cursors: /* @__PURE__ */ fallback(/* @__PURE__ */ nullish(/* @__PURE__ */ object({ after: /* @__PURE__ */ unknown() })), void 0)
}), {});
/** Reads `result_info`. What an earlier page said of the whole list holds on. */
function readListInfo(resultInfo, earlier = {}) {
	const info = parse(InfoSchema, resultInfo);
	const [before, now] = [earlier.total_count ?? 0, info.total_count ?? Number.POSITIVE_INFINITY];
	return {
		...info,
		shrunk: now < before ? `its total_count fell from ${before} to ${now} meanwhile` : earlier.shrunk,
		per_page: info.per_page ?? earlier.per_page,
		total_count: info.total_count ?? earlier.total_count,
		total_pages: info.total_pages ?? earlier.total_pages
	};
}
/** Whether a list goes on: by its counts, or else by the page being full. */
function goesOn({ cursors, per_page, total_count, total_pages }, progress) {
	const { page, items, onPage } = progress;
	if (cursors?.after || (total_count ?? 0) > items || (total_pages ?? 0) > page) return true;
	return (total_count ?? total_pages) === void 0 && onPage >= (per_page || Number.POSITIVE_INFINITY);
}
/** What a list lacks at its end: `it has 20 of 2600`. Undefined if its counts add up. */
function findGap(info, { page, items, onPage }) {
	const odd = [
		"count",
		"total_count",
		"total_pages"
	].find((name) => Number.isNaN(info[name]));
	if (odd) return `its ${odd} is no count`;
	const { count, total_count: total = items, total_pages: pages, cursors, shrunk } = info;
	if (shrunk) return shrunk;
	if (total !== items) return `it has ${items} of ${total}`;
	if ((pages ?? 0) > page) return `it has ${page} of ${pages} pages`;
	if ((count ?? 0) > onPage) return `its page ${page} has ${onPage} of ${count}`;
	return cursors?.after ? `it has no page ${page + 1}` : void 0;
}
// build/cloudflare/read-connector.js
/** The item of a result, which may be a list of one; undefined if there is none. Throws a Failure for several. */
function onlyItem(result, asked) {
	if (!Array.isArray(result)) return result ?? void 0;
	if (result.length > 1) throw noConnector(asked, `${result.length} connectors instead of one`);
	return result[0] ?? void 0;
}
/** Reads a connector. Throws a Failure if it is none. */
function readConnector(item, asked) {
	if (item === void 0) throw noConnector(asked, "a success without a result");
	try {
		return parseConnector(item);
	} catch (error) {
		if (!(error instanceof TypeError)) throw error;
		throw noConnector(asked, `something that is no connector: ${error.message}`);
	}
}
function noConnector(asked, what) {
	return new Failure({
		kind: "unexpected",
		problem: "no valid answer",
		message: `Cloudflare was asked to ${asked}, and answered with ${what}.`
	});
}
/** An id from the API, for people. */
function describeId(id) {
	return id === void 0 ? "without an id" : quoted(id);
}
// build/cloudflare/list.js
const shaken_name = lenient(/* @__PURE__ */ pipe(/* @__PURE__ */ string(), /* @__PURE__ */ nonEmpty()));
const NamesSchema = /* @__PURE__ */ fallback(/* @__PURE__ */ object({
	id: shaken_name,
	email_domain: shaken_name
}), {});
const MOST_PAGES = 1e3;
/** On one page, which has room for far more items that are no connectors. */
const MOST_ITEMS = 1e4;
/**
* Reads a list, page by page from 1, as long as it says that it goes on. Throws what `readPage` throws, unless a further
* page is refused, and a Failure if a page is no list.
*/
async function readList(readPage, asked) {
	const found = /* @__PURE__ */ new Map();
	const end = (missing) => {
		const items = [...found.values()].flatMap(({ alike }) => alike.map(({ item }) => item));
		return {
			connectors: items.filter((item) => "raw" in item),
			unreadable: items.filter((item) => "failure" in item),
			missing
		};
	};
	let info;
	let progress = {
		page: 0,
		items: 0,
		onPage: 0
	};
	for (let page = 1; page <= MOST_PAGES; page += 1) {
		let envelope;
		try {
			envelope = await readPage(page);
		} catch (failure) {
			if (page === 1 || !(failure instanceof Failure) || !failure.isAll("refused")) throw failure;
			return end(`page ${page} could not be read (${failure.problems[0]?.problem})`);
		}
		const { result, resultInfo } = envelope;
		const items = itemsOf(result, asked);
		if (info && items.length === 0) return end(findGap(info, progress));
		const read = items.map((item) => readItem(item, asked));
		const fresh = read.filter(({ key }) => !found.has(key));
		const [first] = read;
		if (first && fresh.length === 0) return end(`page ${page} repeats page ${found.get(first.key)?.firstPage}`);
		for (const [key, alike] of Map.groupBy(read, (item) => item.key)) found.set(key, {
			firstPage: found.get(key)?.firstPage ?? page,
			alike
		});
		info = readListInfo(resultInfo, info);
		progress = {
			page,
			items: progress.items + fresh.length,
			onPage: items.length
		};
		if (items.length === 0 || !goesOn(info, progress)) return end(findGap(info, progress));
	}
	return end(`it has more than ${MOST_PAGES} pages`);
}
/** Some products of the API spell an empty list as null. */
function itemsOf(result, asked) {
	const items = result === null ? [] : result;
	if (Array.isArray(items) && items.length <= MOST_ITEMS) return items;
	throw new Failure({
		kind: "unexpected",
		problem: "no valid answer",
		message: `Could not ${asked}: Cloudflare's answer has ${Array.isArray(items) ? `${items.length} items on one page, which no list of connectors has` : "no list of them"}.`
	});
}
function readItem(item, asked) {
	const keyOf = (id) => id ?? JSON.stringify(item);
	try {
		const connector = readConnector(item, asked);
		return {
			key: keyOf(connector.id),
			item: connector
		};
	} catch (failure) {
		if (!(failure instanceof Failure)) throw failure;
		const names = parse(NamesSchema, item);
		return {
			key: keyOf(names.id),
			item: {
				...names,
				failure
			}
		};
	}
}
// build/cloudflare/effect.js
const DOUBT = "The change may have taken effect.";
/** What can be done in any doubt about a change. */
const CHECK_STATE = "Running this again does no harm, and mode: check shows the state.";
/** What to do if nobody knows whether a change took effect. */
const MAY_HAVE = `${DOUBT} ${CHECK_STATE}`;
/** The same of a change that should perhaps not be made again. */
const MAY_HAVE_UNWANTED = `${DOUBT} Run mode: check to see.`;
/**
* Whether a change, sent in one attempt or several, may have taken effect. The one rule: only two things
* rule it out. Nothing can have left, or an envelope with `success: false` says so, whose status is none of 3xx, 408, 5xx.
*/
var Effect = class {
	#doubt;
	#isInDoubt = false;
	#isEarlierInDoubt = this.#isInDoubt;
	constructor(doubt) {
		this.#doubt = doubt;
	}
	/** An attempt begins; the doubt about those before stays. */
	begin() {
		this.#isEarlierInDoubt = this.#isInDoubt;
	}
	leave() {
		this.#set(true);
	}
	/** Cloudflare's word on the attempt. */
	hear({ status }, success) {
		if (success === false && status < 500 && status !== 408 && !(status >= 300 && status <= 399)) this.#set(this.#isEarlierInDoubt);
	}
	/** The failure of the change, which says so if that may have taken effect; what is no Failure, as it is. */
	withDoubt(failure) {
		if (!this.#isInDoubt || !(failure instanceof Failure)) return failure;
		const doubt = failure.isAll("rate_limited") && (failure.retryAfterMs ?? 0) > 0 ? DOUBT : MAY_HAVE;
		const warn = (action) => action ? `${doubt} ${action}` : doubt;
		return failure.changed((problem) => ({
			...problem,
			action: warn(problem.action)
		}), true);
	}
	#set(inDoubt) {
		this.#isInDoubt = inDoubt;
		this.#doubt(inDoubt);
	}
};
// build/cloudflare/rate-limit.js
/** The header has whole seconds, so the window may turn a little later. */
const ROUNDING_MS = 1e3;
/** What an answer leaves: nothing after a 429, for as long as it asks, else what `Ratelimit` says. */
function readLimit(answer, now) {
	if (answer.status !== 429) {
		const value = header(answer, "ratelimit");
		return value === void 0 ? void 0 : parseRateLimit(value);
	}
	const turnsInMs = retryAfter(answer, now);
	return turnsInMs ? {
		left: 0,
		turnsInMs
	} : void 0;
}
/**
* What a `Ratelimit` header such as `"default";r=50;t=30` leaves; of several policies the one that leaves least.
* Undefined if it says nothing of the kind.
*/
function parseRateLimit(value) {
	return value.split(",").flatMap((policy) => {
		const left = /;\s*r=(\d{1,9})\b/.exec(policy)?.[1];
		const seconds = /;\s*t=(\d{1,9})\b/.exec(policy)?.[1];
		if (left === void 0 || seconds === void 0) return [];
		return {
			left: Number(left),
			turnsInMs: Number(seconds) * 1e3 + ROUNDING_MS
		};
	}).sort((one, other) => one.left - other.left || other.turnsInMs - one.turnsInMs)[0];
}
// build/cloudflare/pace.js
/** So that a fleet is no burst. */
const MOST_IN_FLIGHT = 8;
/**
* Holds requests back, so that the rate limit is never run into, which blocks all that use the token for five minutes:
* at most 8 are in flight, and no more than the last `Ratelimit` header says are left; if none is left, they wait for
* the window to turn. None that may wait is refused here: if the wait would be longer than any window, the API decides.
*/
var Pace = class {
	#clock;
	#log;
	#waiting = /* @__PURE__ */ new Set();
	#inFlight = 0;
	#left = Number.POSITIVE_INFINITY;
	#turnsAt = 0;
	#alarm;
	constructor(clock, log) {
		this.#clock = clock;
		this.#log = log;
	}
	/**
	* Runs a request in its turn and heeds what the answer says of the limit. Throws what the request throws, the signal's
	* reason, or a Failure if it is not to wait and none is left; by default it waits.
	*/
	async run(request, signal, waits = true) {
		await this.#admission(signal, waits);
		try {
			const answer = await request();
			this.#heed(answer);
			return answer;
		} finally {
			this.#inFlight -= 1;
			this.#admitWaiting();
		}
	}
	async #admission(signal, waits) {
		signal.throwIfAborted();
		const waiter = {
			...Promise.withResolvers(),
			waits
		};
		const leave = () => {
			this.#waiting.delete(waiter);
			waiter.reject(signal.reason);
			this.#admitWaiting();
		};
		this.#waiting.add(waiter);
		signal.addEventListener("abort", leave);
		this.#admitWaiting();
		await waiter.promise.finally(() => signal.removeEventListener("abort", leave));
	}
	#admitWaiting() {
		if (this.#left === 0 && this.#turnsAt - this.#clock.now() > 301e3 && this.#waiting.size > 0) this.#forgetLimit();
		while (this.#inFlight < Math.min(MOST_IN_FLIGHT, this.#left)) {
			const [next] = this.#waiting;
			if (!next) break;
			this.#waiting.delete(next);
			this.#inFlight += 1;
			next.resolve();
		}
		if (this.#left === 0 && this.#clock.now() < this.#turnsAt) this.#refuseHasty();
		if (this.#waiting.size === 0 || this.#left > 0) {
			this.#alarm?.abort();
			this.#alarm = void 0;
		} else if (!this.#alarm) this.#waitForTurn();
	}
	#refuseHasty() {
		for (const waiter of [...this.#waiting].filter(({ waits }) => !waits)) {
			const message = "Cloudflare's rate limit leaves no request.";
			this.#waiting.delete(waiter);
			waiter.reject(new Failure({
				kind: "rate_limited",
				problem: "rate limit reached",
				message
			}));
		}
	}
	#waitForTurn() {
		const wait = Math.max(0, this.#turnsAt - this.#clock.now());
		if (wait > 1) this.#log(`Cloudflare's rate limit leaves no request: waiting ${describeSpan(wait)} for its window to turn.`);
		const alarm = new AbortController();
		this.#alarm = alarm;
		const turned = () => {
			this.#alarm = void 0;
			if (this.#clock.now() >= this.#turnsAt) this.#left = 1;
			this.#admitWaiting();
		};
		this.#clock.sleep(wait, alarm.signal).then(turned, () => {});
	}
	/** As before the first answer, so that the next one is heeded, whatever it says. */
	#forgetLimit() {
		this.#left = Number.POSITIVE_INFINITY;
		this.#turnsAt = 0;
	}
	#heed(answer) {
		const now = this.#clock.now();
		const limit = readLimit(answer, now);
		if (limit) {
			const isWithin = now < this.#turnsAt;
			if (isWithin && limit.left > this.#left) return;
			const turnsAt = now + limit.turnsInMs;
			this.#turnsAt = isWithin ? Math.max(this.#turnsAt, turnsAt) : turnsAt;
			this.#left = limit.left;
		} else if (now >= this.#turnsAt) this.#left = Number.POSITIVE_INFINITY;
	}
};
// build/cloudflare/token-use.js
/** What the API has accepted the token for in this run, and which connectors it had. */
var TokenUse = class {
	/** Whether the run is to change something. */
	isToWrite;
	/** Whether the token may at least read in this account. */
	isAccepted = false;
	#isAcceptedForChanges = false;
	/** The ids of connectors. */
	#seen = /* @__PURE__ */ new Set();
	/** The requests with a refusal that was taken for stray, and no success since. */
	#strays = /* @__PURE__ */ new Set();
	constructor(isToWrite = false) {
		this.isToWrite = isToWrite;
	}
	accept(call) {
		this.isAccepted = true;
		this.#isAcceptedForChanges ||= call.method !== "GET";
		this.#strays.delete(keyOf(call));
		this.see(call.connectorId);
	}
	/** Notes that there is this connector. */
	see(id) {
		if (id !== void 0) this.#seen.add(id);
	}
	/** Whether the token has the permission for a request. Who may write may read. */
	isShownFor({ method }) {
		return method === "GET" ? this.isAccepted : this.#isAcceptedForChanges;
	}
	hasSeen(id) {
		return this.#seen.has(id);
	}
	/** Whether a refusal may be a stray one: once for each request, after the token was accepted. */
	takeStray(call) {
		if (!this.isAccepted || this.#strays.has(keyOf(call))) return false;
		this.#strays.add(keyOf(call));
		return true;
	}
};
function keyOf({ method, url }) {
	return `${method} ${url.href}`;
}
// build/version.js
/** As in package.json and the changelog (a test holds them together). */
const VERSION = "1.0.0";
// build/cloudflare/wire.js
/** A fault on the way to the proxy. Its cause is what the connection threw, which has the message. */
var ProxyFault = class extends Error {
	host;
	constructor(host, cause) {
		super(void 0, { cause });
		this.host = host;
	}
};
// build/cloudflare/network-errors.js
const CLOSED = "the connection was closed before the answer was whole";
const TOO_LARGE_HEADER = "the header of the answer is too large";
const NO_TLS = "the server does not speak TLS";
const NO_HTTP = "the answer is not HTTP";
/** The codes of the system, of Node and of undici, for people. https://nodejs.org/api/errors.html#common-system-errors */
const FAULTS = {
	ECONNREFUSED: "the connection was refused",
	ECONNRESET: "the connection was reset",
	EPIPE: "the connection was closed",
	ETIMEDOUT: "connecting timed out",
	EHOSTUNREACH: "the host cannot be reached",
	ENETUNREACH: "the network cannot be reached",
	ENOTFOUND: "the host name was not found",
	EAI_AGAIN: "the host name could not be looked up",
	UND_ERR_CONNECT_TIMEOUT: "connecting timed out",
	UND_ERR_SOCKET: CLOSED,
	UND_ERR_RES_CONTENT_LENGTH_MISMATCH: "the answer has another length than it says",
	ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS,
	ERR_SSL_PACKET_LENGTH_TOO_LONG: NO_TLS,
	EPROTO: NO_TLS,
	HTTPParserError: NO_HTTP,
	HPE_HEADER_OVERFLOW: TOO_LARGE_HEADER,
	UND_ERR_HEADERS_OVERFLOW: TOO_LARGE_HEADER
};
/** https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const UNTRUSTED = /^(CERT_|CRL_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|ERR_TLS_CERT_|INVALID_CA|HOSTNAME_MISMATCH)/;
const TRUST = "If a proxy opens TLS, or the CA is a private one, set NODE_EXTRA_CA_CERTS in the step's env to the path of a PEM file with its certificate. If it is set, that file has another, or cannot be read: then the log begins with a warning of Node.";
const CLOCK = "Check the clock of this runner. If it is right, whoever runs that host has to renew the certificate.";
const CHECK_NETWORK = "Check the network of this runner and api_base_url, then run this again.";
const CHECK_PROXY = "Check the address of the proxy in HTTPS_PROXY, and whether the proxy runs.";
const ASK_PROXY = "Ask whoever runs the proxy of this runner.";
const LOGIN = "Put the right user name and password into the URL of the proxy in HTTPS_PROXY.";
/** Turns what the connection threw into a Failure for people. */
function explainFault(error, { asked, url: { host } }) {
	const causes = causesOf(error);
	const code = findCode(causes);
	const proxy = causes.find((cause) => cause instanceof ProxyFault)?.host;
	const fail = (what, passing, problem) => new Failure({
		...problem,
		message: `Could not ${asked}: ${what}.`
	}, {
		passing,
		cause: error
	});
	if (UNTRUSTED.test(code)) return fail(`the certificate of ${proxy === void 0 ? host : `the proxy ${proxy}`} is not trusted (${code})`, false, {
		kind: "unavailable",
		problem: "certificate not trusted",
		action: cure(code, proxy)
	});
	const refusal = readProxyRefusal(causes[0], host);
	if (!refusal) {
		const place = proxy === void 0 ? host : `the proxy ${proxy} on the way to ${host}`;
		const problem = `no answer (${code})`;
		return fail(`${describeCode(code, causes)} (${code}), at ${place}`, true, {
			kind: "unavailable",
			problem,
			action: adviseCheck(proxy)
		});
	}
	const { status, what } = refusal;
	if (status === 407) return fail(what, false, {
		kind: "blocked",
		problem: "proxy login needed",
		action: LOGIN
	});
	const passing = isPassingStatus(status);
	const problem = `no way through the proxy (HTTP ${status})`;
	return fail(what, passing, {
		kind: passing ? "unavailable" : "blocked",
		problem,
		action: ASK_PROXY
	});
}
/** What to check if no connection comes about, by the proxy that it would go through. */
function adviseCheck(proxy) {
	return proxy === void 0 ? CHECK_NETWORK : CHECK_PROXY;
}
/** What a proxy says instead of making a tunnel to the host: undici tells it by its message alone. */
function readProxyRefusal(error, host) {
	const status = Number(/^Proxy response \((\d{3})\)/.exec(String(error?.message))?.[1]);
	if (Number.isNaN(status)) return void 0;
	return {
		status,
		what: `the proxy ${status === 407 ? "wants a user name and password" : `did not connect to ${host}`} (HTTP ${status})`
	};
}
/** No authority makes a certificate good that is out of date, or another host's. */
function cure(code, proxy) {
	if (code === "CERT_HAS_EXPIRED" || code === "CERT_NOT_YET_VALID") return CLOCK;
	if (!/ALTNAME|HOSTNAME/.test(code)) return TRUST;
	return `The certificate is that of another host. Check ${proxy === void 0 ? "api_base_url" : "the address of the proxy in HTTPS_PROXY"}, or ask whoever runs the network of this runner whether a proxy opens TLS.`;
}
function describeCode(code, [fault]) {
	if (code === "UND_ERR_SOCKET" && fault instanceof ProxyFault) return "the connection was closed";
	if (code === "ECONNRESET" && fault && !("syscall" in fault) && !fault.cause) return CLOSED;
	return FAULTS[code] ?? (code.startsWith("HPE_") ? NO_HTTP : "the connection failed");
}
/** The code of the first cause that has a known one, or else of the last. */
function findCode(causes) {
	const codes = causes.map((cause) => "code" in cause && typeof cause.code === "string" ? cause.code : cause.name);
	return oneLine(codes.find((code) => FAULTS[code] || UNTRUSTED.test(code)) ?? codes.at(-1) ?? "unknown", 60);
}
function causesOf(error) {
	return error instanceof Error ? [error, ...causesOf(error.cause)] : [];
}
// build/cloudflare/redact.js
/** How JSON may spell a character. */
const ESCAPES = /\\(?:u00([2-7][\da-f])|.)/gis;
/**
* The answer with `***` wherever it repeats the token, unless that is short, however JSON spells it. The runner masks the
* log and the summary, but neither outputs nor the issue, nor each of these spellings:
* https://github.com/actions/runner/blob/main/src/Runner.Worker/FileCommandManager.cs
*/
function redactToken(answer, token) {
	if (token.length < 16) return answer;
	const spellings = [token, spellInJson(token)];
	const redact = (text) => spellings.reduce((rest, spelling) => rest.replaceAll(spelling, "***"), text);
	const headers = Object.entries(answer.headers).map(([name, value]) => [name, Array.isArray(value) ? value.map(redact) : value && redact(value)]);
	const plain = redact(external_node_buffer_.Buffer.from(answer.body.buffer, answer.body.byteOffset, answer.body.byteLength).toString("latin1").replace(ESCAPES, spellPlainly));
	return {
		status: answer.status,
		headers: Object.fromEntries(headers),
		body: external_node_buffer_.Buffer.from(plain, "latin1")
	};
}
/** An escape of ASCII in its shortest spelling. */
function spellPlainly(spelling, hex) {
	if (hex !== void 0) return spellInJson(String.fromCharCode(Number.parseInt(hex, 16)));
	return spelling === "\\/" ? "/" : spelling;
}
function spellInJson(text) {
	return JSON.stringify(text).slice(1, -1);
}
// build/cloudflare/transport.js
const BODY_LIMIT = 1048576;
/**
* One attempt of a request, within `requestTimeout` from connecting to the last byte of the answer. The answer has no
* token in it. Throws a Failure if no whole answer of at most 1 MiB came, or the signal's reason.
*/
async function attempt(call, options, signal, onLeave) {
	const { apiToken, connections, requestTimeout, clock } = options;
	const timeout = clock.deadline(requestTimeout);
	const end = AbortSignal.any([signal, timeout]);
	let hasLeft = false;
	try {
		const { status, headers, body } = await connections.send({
			url: call.url,
			method: call.method,
			headers: {
				authorization: `Bearer ${apiToken}`,
				accept: "application/json",
				"accept-encoding": "identity",
				"user-agent": `cloudflare-sso-connector/${VERSION}`,
				...call.body !== void 0 && { "content-type": "application/json" }
			},
			body: JSON.stringify(call.body),
			signal: end,
			onLeave() {
				hasLeft = true;
				onLeave();
			}
		});
		const whole = await readBody(body);
		const answer = redactToken({
			status,
			headers,
			body: whole ?? external_node_buffer_.Buffer.alloc(0)
		}, apiToken);
		if (!whole) throw tooLarge(call, answer);
		end.throwIfAborted();
		return answer;
	} catch (error) {
		signal.throwIfAborted();
		if (error instanceof Failure) throw error;
		throw timeout.aborted ? tooLate(call, options, hasLeft, error) : explainFault(error, call);
	}
}
/** Undefined if it is larger than 1 MiB. */
async function readBody(stream) {
	const chunks = [];
	let size = 0;
	for await (const chunk of stream) {
		size += chunk.length;
		if (size > BODY_LIMIT) return void 0;
		chunks.push(chunk);
	}
	return external_node_buffer_.Buffer.concat(chunks);
}
function tooLate({ asked }, options, hasLeft, cause) {
	const { proxy } = options.connections;
	const limit = describeSpan(options.requestTimeout);
	const way = proxy === void 0 ? "" : ` through the proxy ${proxy}`;
	const message = `Could not ${asked}: no ${hasLeft ? "whole answer" : `connection${way}`} within ${limit} (request_timeout).`;
	return new Failure({
		kind: "unavailable",
		problem: `no ${hasLeft ? "answer" : "connection"} within ${limit}`,
		message,
		action: hasLeft ? "Run this again, or raise request_timeout." : adviseCheck(proxy)
	}, {
		passing: true,
		cause
	});
}
function tooLarge({ asked }, answer) {
	const message = `Could not ${asked}: the answer (${describeAnswer(answer)}) is larger than 1 MiB, which no answer of the API is.`;
	return new Failure({
		kind: kindOfOther(answer),
		problem: "answer too large",
		message
	}, { passing: isPassingStatus(answer.status) });
}
// build/cloudflare/requests.js
/** Of one answer. */
const MOST_MESSAGES = 100;
/** The requests of a run: in their turn, tried again after a passing fault, and kept account of. */
var Requests = class {
	/** The answer that decided how the run ends; undefined if none came at last. */
	decidingAnswer;
	/** The entries under `messages` of all answers, as the API gave them, each once. */
	messages = /* @__PURE__ */ new Map();
	use;
	#options;
	#pace;
	constructor(options) {
		this.#options = options;
		this.use = new TokenUse(options.isToWrite);
		this.#pace = new Pace(options.clock, options.log.info);
	}
	/** Sends a request, with retries. Throws a Failure if it has no success, or the signal's reason. */
	async send(call, signal, effect) {
		const send = () => this.#sendOnce(call, signal, effect);
		return call.atOnce ? await send() : await withRetries(send, this.#options, signal);
	}
	/** As `send`, of a change whose answer is read; a failure of either says if the change may have taken effect. */
	async change(call, signal, doubt, read) {
		const effect = new Effect(doubt);
		try {
			return read(await this.send(call, signal, effect));
		} catch (failure) {
			throw effect.withDoubt(failure);
		}
	}
	/** Sends a request once, in its turn. Throws a Failure if no whole answer came, or the signal's reason. */
	async exchange(call, signal, effect) {
		const { log } = this.#options;
		const send = () => {
			log.debug(() => `${call.method} ${call.url.href} ${JSON.stringify(call.body) ?? ""}`);
			return attempt(call, this.#options, signal, () => effect?.leave());
		};
		const answer = await this.#pace.run(send, signal, !call.atOnce);
		log.debug(() => `${describeAnswer(answer)}: ${new TextDecoder().decode(answer.body)}`);
		return answer;
	}
	/** The envelope of an answer. Throws a Failure if it is no success. */
	expectSuccess(envelope, answer, call) {
		return expectSuccess(envelope, answer, {
			call,
			use: this.use,
			now: this.#options.clock.now()
		});
	}
	async #sendOnce(call, signal, effect) {
		const before = this.decidingAnswer;
		if (!call.onlyExplains) this.decidingAnswer = void 0;
		effect?.begin();
		let answer;
		try {
			answer = await this.exchange(call, signal, effect);
		} catch (failure) {
			if (signal.aborted) this.decidingAnswer = before;
			throw failure;
		}
		if (!call.onlyExplains) this.decidingAnswer = answer;
		const envelope = readEnvelope(answer);
		effect?.hear(answer, envelope?.success);
		this.#tell(envelope?.messages ?? []);
		const success = this.expectSuccess(envelope, answer, call);
		this.use.accept(call);
		return success;
	}
	#tell(messages) {
		const { log } = this.#options;
		for (const message of messages.slice(0, MOST_MESSAGES)) {
			const text = JSON.stringify(message);
			if (!this.messages.has(text)) log.info(`Cloudflare says: ${describeMessage(readEntry(message))}`);
			this.messages.set(text, message);
		}
		const more = messages.length - MOST_MESSAGES;
		if (more > 0) log.info(`Cloudflare says ${more} more things in this answer.`);
	}
};
// build/cloudflare/verify-token.js
/**
* Where to verify a token, the likelier path first: those of accounts begin with `cfat_`, those of users with `cfut_`,
* older ones with neither. https://developers.cloudflare.com/fundamentals/api/get-started/token-formats/
*/
function verifyPaths(apiToken, accountId) {
	const ofAccount = `/accounts/${accountId}/tokens/verify`;
	const ofUser = "/user/tokens/verify";
	if (apiToken.startsWith("cfat_")) return [ofAccount];
	return apiToken.startsWith("cfut_") ? [ofUser] : [ofAccount, ofUser];
}
/**
* How long the API token may be used; `expires_on` is null or absent if it has no end.
* https://developers.cloudflare.com/api/resources/user/subresources/tokens/methods/verify/
*/
const StateSchema = /* @__PURE__ */ object({
	status: /* @__PURE__ */ string(),
	expires_on: /* @__PURE__ */ nullish(/* @__PURE__ */ pipe(/* @__PURE__ */ string(), /* @__PURE__ */ isoTimestamp(), /* @__PURE__ */ check$2((time) => !Number.isNaN(Date.parse(time)))))
});
/** The state of a token out of a result; undefined if that does not say it clearly. */
function readTokenState(result) {
	const parsed = /* @__PURE__ */ safeParse(StateSchema, result);
	return parsed.success ? parsed.output : void 0;
}
// build/cloudflare/client.js
/**
* The SSO connector endpoints, one method each. Each throws a Failure, or the signal's reason.
* https://developers.cloudflare.com/api/resources/iam/subresources/sso/
*/
var Client = class {
	#options;
	requests;
	#path;
	constructor(options) {
		this.#options = options;
		this.requests = new Requests(options);
		this.#path = `/accounts/${options.accountId}/sso_connectors`;
	}
	/** All connectors of the account. */
	async list(signal) {
		const asked = `list the connectors of account ${this.#options.accountId}`;
		const readPage = (page) => {
			const [query, which] = page === 1 ? ["", ""] : [`?page=${page}`, ` (page ${page})`];
			return this.requests.send(this.#call("GET", `${this.#path}${query}`, `${asked}${which}`), signal);
		};
		const list = await readList(readPage, asked);
		for (const { id } of list.connectors) this.requests.use.see(id);
		return list;
	}
	/** One connector. */
	async get(ref, signal, options = {}) {
		const asked = `read ${ref.name}`;
		const { result } = await this.requests.send({
			...this.#callOf(ref, "GET", asked),
			...options
		}, signal);
		const connector = readConnector(onlyItem(result, asked), asked);
		if (connector.id === ref.id) return connector;
		throw new Failure({
			kind: "unexpected",
			problem: "no answer about this connector",
			message: `Could not ${asked}: Cloudflare answered with a connector ${describeId(connector.id)}.`
		});
	}
	/** Sends just these fields. Returns the connector of the answer; undefined for a success without a result. */
	async update(ref, desired, signal, doubt) {
		const asked = describeChange(ref.name, desired);
		const call = {
			...this.#callOf(ref, "PATCH", asked),
			body: desired
		};
		return await this.requests.change(call, signal, doubt, ({ result }) => {
			const item = onlyItem(result, asked);
			return item === void 0 ? void 0 : readConnector(item, asked);
		});
	}
	/** Asks Cloudflare to check for the TXT record (again). */
	async beginVerification(ref, signal, doubt) {
		const call = this.#callOf(ref, "POST", describeChange(ref.name, "begin"), "/begin_verification");
		await this.requests.change(call, signal, doubt, () => {});
	}
	/** How long the API token may be used, or why that is unknown. Never throws a Failure. */
	async verifyToken(signal) {
		const { apiToken, accountId } = this.#options;
		let reason = "";
		try {
			for (const path of verifyPaths(apiToken, accountId)) {
				const call = this.#call("GET", path, "verify the API token");
				const answer = await this.requests.exchange(call, signal);
				reason = describeAnswer(answer);
				if (answer.status === 401) continue;
				return readTokenState(this.requests.expectSuccess(readEnvelope(answer), answer, call).result) ?? reason;
			}
			return reason;
		} catch (failure) {
			if (!(failure instanceof Failure)) throw failure;
			return failure.message;
		}
	}
	#call(method, path, asked) {
		return {
			method,
			url: new URL(`${this.#options.apiBaseUrl.href.replace(/\/$/, "")}${path}`),
			asked
		};
	}
	#callOf({ id }, method, asked, end = "") {
		return {
			...this.#call(method, `${this.#path}/${id}${end}`, asked),
			connectorId: id
		};
	}
};
/** What a change asks for, for people: `set enabled=true for acme.example`. */
function describeChange(name, change) {
	if (change === "begin") return `begin the verification of ${name}`;
	const fields = describeDesired(change);
	return fields ? `set ${fields} for ${name}` : `send an update of no field for ${name}`;
}
// build/connector/drift.js
/** For people: `enabled is false, must be true`. */
function describeDrift(drift) {
	return drift.map(({ field, expected, actual }) => `${field} is ${actual ?? "unknown"}, must be ${expected}`).join("; ");
}
/** How a connector differs from what you asked for. A field that the API left out differs. */
function findDrift(connector, desired) {
	return givenFields(desired).filter((field) => connector[field] !== desired[field]).map((field) => ({
		sso_connector_id: connector.id ?? null,
		email_domain: connector.email_domain ?? null,
		field,
		expected: desired[field] === true,
		actual: connector[field] ?? null
	}));
}
// build/job/field-history.js
/** Who gave a field of a connector which value in the course of a run. */
var FieldHistory = class {
	/** As last read, or sent with a good end; undefined if unknown. */
	#value;
	/** What this run sent with a good end, and what was there before. */
	ours;
	/** What somebody else did meanwhile. */
	others;
	constructor(value) {
		this.#value = value;
	}
	/** Notes a value as read; a new one is somebody else's, unless it may well be ours. */
	read(value, mayBeOurs) {
		if (value === void 0) return;
		if (this.#value !== void 0 && value !== this.#value && !mayBeOurs) this.others = {
			before: this.others?.before ?? this.#value,
			after: value
		};
		this.#value = value;
	}
	/** Notes a value that was sent with a good end. */
	set(value) {
		const hasChanged = this.ours !== void 0 && this.ours.before !== this.ours.after;
		this.ours = {
			before: hasChanged ? this.ours?.before : this.#value,
			after: value
		};
		this.#value = value;
	}
	/** Notes that a value that was sent may have taken effect, or not. */
	doubt() {
		this.ours = void 0;
		this.#value = void 0;
	}
};
// build/job/outcome.js
/** What became of one target, filled in as the job goes on. */
var Outcome = class {
	target;
	failures = [];
	/** Before this run changed it; undefined if nothing was read first. */
	found;
	/** As found, before any change. */
	drift = [];
	/** How the connector differs from what you asked for, as last read; nothing if it was not read. */
	remainingDrift = [];
	/** When this run asked to begin the verification, in milliseconds since the epoch. */
	begunAt;
	/** Whether a failure tells that its domain is not verified. */
	isToldUnverified = false;
	/** What public DNS has for the TXT record, once such a failure has told of it. */
	dnsSays;
	/** If the list names the connector more than once: the outcomes of the other entries. */
	twins = [];
	/** Whether a later read failed for good: the connector may be another by now. */
	isOutdated = false;
	/** Why the last list did not tell of it; undefined if it did. */
	unread;
	#done = [];
	#doubted = [];
	#tried = /* @__PURE__ */ new Set();
	/** Of the fields that were sent, or read more than once. */
	#histories = /* @__PURE__ */ new Map();
	#unknown;
	#connector;
	/** Reports name a connector many times. */
	#name;
	constructor(target) {
		this.target = target;
	}
	/** The connector as last read. */
	get connector() {
		return this.#connector;
	}
	get failed() {
		return this.failures.length > 0;
	}
	get id() {
		return this.target.sso_connector_id ?? this.#connector?.id;
	}
	get domain() {
		return this.#connector?.email_domain ?? this.target.email_domain;
	}
	/** The connector's name for people: its domain, or else `connector 023e…`. */
	get name() {
		this.#name ??= nameOfConnector(this.id, this.domain);
		return this.#name;
	}
	get subject() {
		return {
			sso_connector_id: this.id,
			email_domain: this.domain,
			name: this.name
		};
	}
	/** What was sent and came to a good end: `set enabled=true for acme.example`. */
	get done() {
		return this.#done.map((change) => change === "begin" ? `verification of ${this.name} begun` : describeChange(this.name, change));
	}
	/** What was sent with no answer that tells whether it took effect. */
	get doubted() {
		return this.#doubted.map((change) => describeChange(this.name, change));
	}
	/** Whether a change may have taken effect, with no read since. */
	get isUncertain() {
		return this.#unknown !== void 0;
	}
	/** Whether that change was a begin of the verification, which leaves the fields as they were. */
	get isBeginInDoubt() {
		return this.#unknown?.change === "begin";
	}
	#history(field) {
		const history = this.#histories.get(field) ?? new FieldHistory(this.#connector?.[field]);
		this.#histories.set(field, history);
		return history;
	}
	/** What this run sent of a field with a good end, and what was there before. */
	ours(field) {
		return this.#histories.get(field)?.ours;
	}
	/** What somebody else made of a field while this run was under way, as far as known. */
	others(field) {
		return this.#histories.get(field)?.others;
	}
	/** Whether this run changed something; undefined if that is unknown. */
	get changed() {
		if (this.#done.length === 0 && this.#doubted.length === 0) return false;
		if (this.begunAt !== void 0) return true;
		const { found } = this;
		const connector = this.#connector;
		if (!found || !connector || this.isUncertain && !this.isBeginInDoubt) return void 0;
		if (this.changedFields.length > 0) return true;
		const isUnknown = FIELDS.some((field) => this.ours(field) && this.ours(field)?.before === void 0);
		if (this.isUncertain || isUnknown) return void 0;
		const hasMoved = FIELDS.some((field) => connector[field] !== void 0 && connector[field] !== found[field]) || connector.verification_status !== found.verification_status;
		return this.#doubted.length > 0 && hasMoved ? void 0 : false;
	}
	/** The fields that this run changed; none if that is unknown. */
	get changedFields() {
		return FIELDS.filter((field) => {
			const ours = this.ours(field);
			return ours?.before !== void 0 && ours.before !== ours.after && !this.isInDoubt(field);
		});
	}
	/** The fields that someone else changed while this run was under way. */
	get movedByOthers() {
		return FIELDS.filter((field) => this.others(field)?.before !== this.others(field)?.after);
	}
	/** What this run has not come to. */
	get unsent() {
		const { desired } = this.target;
		return pickFields(desired, givenFields(desired).filter((field) => !this.ours(field) && !this.isInDoubt(field) && this.connector?.[field] !== desired[field]));
	}
	/** A field as last read; undefined if it is unknown. */
	current(field) {
		return this.isInDoubt(field) && !this.#unknown?.isAnswered ? void 0 : this.#connector?.[field];
	}
	/** Whether a field is one of a change that may have taken effect, with no read since. */
	isInDoubt(field) {
		const change = this.#unknown?.change;
		return change !== void 0 && change !== "begin" && change[field] !== void 0;
	}
	/** Notes the connector as just read, or as answered. */
	see(connector) {
		if (this.#connector) for (const field of FIELDS) {
			const mayBeOurs = this.twins.some((twin) => twin.#tried.has(field));
			this.#history(field).read(connector[field], mayBeOurs);
		}
		this.#connector = connector;
		this.#name = void 0;
		this.remainingDrift = findDrift(connector, this.target.desired);
		this.#unknown = void 0;
		this.isOutdated = false;
		this.unread = void 0;
	}
	/** Notes that the verification may be another by now, since a read of it failed for good. */
	forgetVerification() {
		if (this.#connector) this.#connector = {
			...this.#connector,
			verification_status: void 0
		};
		this.isOutdated = true;
	}
	/** Notes the connector as this run found it. */
	setFound(connector) {
		this.see(connector);
		this.found = connector;
		this.drift = this.remainingDrift;
	}
	/** Throws a Failure if there is no id, or one that no path can have. */
	ref() {
		const { id, name } = this;
		if (id !== void 0 && fitsPath(id)) return {
			id,
			name
		};
		throw new Failure({
			kind: "unexpected",
			problem: "no id to work with",
			message: `Cloudflare gives no usable id for the connector of ${name}, so no request can name it.`
		});
	}
	/** Records a failure as this connector's. */
	fail(failure) {
		const it = failure instanceof Failure ? failure : new Failure(failure);
		this.failures.push(...it.record(this.subject));
	}
	/**
	* Sends a change of these fields, or a begin of the verification, and keeps account of it. What the connector is
	* afterwards is unknown until it is read again.
	*/
	async send(change, request) {
		const fields = change === "begin" ? {} : change;
		for (const field of givenFields(fields)) this.#tried.add(field);
		const doubt = (inDoubt) => {
			this.#doubted = this.#doubted.filter((other) => other !== change);
			if (inDoubt) this.#doubted.push(change);
			this.#unknown = inDoubt ? {
				change,
				isAnswered: false
			} : void 0;
		};
		try {
			const answer = await request(doubt);
			this.#doubted = this.#doubted.filter((other) => other !== change);
			for (const field of givenFields(fields)) this.#history(field).set(fields[field] === true);
			this.#done.push(change);
			return answer;
		} catch (error) {
			if (this.#doubted.includes(change)) for (const field of givenFields(fields)) this.#history(field).doubt();
			if (error instanceof Failure && error.isAll("not_found")) this.isOutdated = true;
			throw error;
		}
	}
	/**
	* Whether the fields that were sent last took effect is unknown after all: the answer is not as asked. It is undefined
	* if it does not tell of this connector.
	*/
	takeBack(sent, fields, answer) {
		const doubted = pickFields(sent, fields);
		const kept = givenFields(sent).filter((field) => !fields.includes(field));
		this.#done.pop();
		if (kept.length > 0) this.#done.push(pickFields(sent, kept));
		this.#doubted.push(doubted);
		for (const field of fields) this.#history(field).doubt();
		if (answer) this.see(answer);
		this.#unknown = {
			change: doubted,
			isAnswered: answer !== void 0
		};
	}
};
/** What one and several of these are called: domains if each one's is known, entries if the list names one twice. */
function nounFor(outcomes) {
	if (outcomes.some(({ twins }) => twins.length > 0)) return ["entry", "entries"];
	return outcomes.every(({ domain }) => domain !== void 0) ? ["domain", "domains"] : ["connector", "connectors"];
}
// build/report/told.js
/** Kinds that say nothing of a single connector, so that one may stand for all. */
const SHARED = [
	"access",
	"rate_limited",
	"unavailable",
	"blocked"
];
/** Kinds that are told in whole sentences, and have no row in a table. */
const IN_SENTENCES = ["input", "cancelled"];
/** What one answer's advice has of its own: its Ray ID, and a time. */
const OF_ONE_ANSWER = /[0-9a-f]{16}(?:-[A-Z]+)?|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g;
/** Every failure in the order in which people need it. */
function tellFailures(result) {
	const { outcomes, failures } = result;
	if (failures.length === 0) return [];
	const pairs = outcomes.flatMap((owner) => owner.failures.map((record) => ({
		record,
		owner
	})));
	const pairsOf = Map.groupBy(pairs, ({ record }) => record);
	const shared = findShared(result);
	const records = shared.length > 0 ? [...shared, ...failures.filter((record) => !pairsOf.has(record))] : failures;
	const rank = ({ kind }) => kind === "cancelled" || kind === "runner" ? 0 : 1;
	return records.toSorted((one, other) => rank(one) - rank(other)).map((record) => {
		const isShared = shared.includes(record);
		const owners = isShared ? outcomes : (pairsOf.get(record) ?? []).map(({ owner }) => owner);
		const who = nameOwners(record, owners, outcomes);
		return {
			record,
			title: isShared ? makeTitle(who, record.problem) : record.title,
			who,
			outcomes: owners
		};
	});
}
/** The failures that have a row in a table. Unlisted connectors share one: they have a list of their own. */
function tellRows(result) {
	const told = tellFailures(result).filter(({ record }) => !IN_SENTENCES.includes(record.kind));
	const rows = told.filter(({ record }) => record.kind !== "unlisted");
	const unlisted = told.filter(({ record }) => record.kind === "unlisted");
	const [first] = unlisted;
	if (!first) return rows;
	const names = unlisted.map(({ who }) => who);
	const action = `Add ${names.length === 1 ? "it" : "them"} to the list (YAML below), or use unlisted: report.`;
	return [...rows, {
		...first,
		record: {
			...first.record,
			action
		},
		who: listed(names, 10)
	}];
}
/** The failures that all connectors have alike, such as a token that Cloudflare refuses; none if any has others. */
function findShared({ outcomes }) {
	const [first] = outcomes;
	if (!first?.failed || outcomes.length === 1) return [];
	const isAlike = ({ failures }) => failures.length === first.failures.length && first.failures.every((record, n) => failures[n] && isSame(failures[n], record));
	return outcomes.every(isAlike) ? first.failures : [];
}
/** Whether it is the same record, of no connector, or says the same of another. */
function isSame(one, other) {
	if (one === other && one.sso_connector_id === null) return true;
	return SHARED.includes(one.kind) && one.problem === other.problem && adviceOf(one) === adviceOf(other);
}
/**
* A limit is the same whether Cloudflare refused a request or it was not even sent. Changes that may have taken effect are
* alike only if they asked for the same.
*/
function adviceOf({ kind, name = "", action, message, may_have_taken_effect: mayHave }) {
	return [mayHave && message.replace(name, "").split(OF_ONE_ANSWER), kind !== "rate_limited" && action?.split(OF_ONE_ANSWER)].join();
}
function nameOwners(record, owners, all) {
	const { name = "", sso_connector_id: id, email_domain: domain } = record;
	const names = [...new Set(owners.map((owner) => owner.name))];
	if (names.length > 1 && owners.length === all.length) return counted(all.length, ...nounFor(all));
	if (owners.length === 0 || id !== null || domain !== null) return name;
	return listed(names, 10);
}
// build/report/annotations.js
/** The runner shows 10 of a type for a step: the tenth counts the rest. https://docs.github.com/en/rest/checks/runs */
const MOST = 9;
/** Title and text together: GitHub shows a few lines. */
const LONGEST = 399;
/** What a message keeps beside a long action: the log has all of it, and what to do is needed first. */
const LEAST_MESSAGE = 80;
const LONGEST_URL = 100;
/** Writes an annotation for each failure. A line of the log has what is left out of them. */
function writeAnnotations(result, log) {
	const texts = tellFailures(result).map(({ title, record: { kind, message, action, documentation_url } }) => {
		const url = kind === "not_verified" ? null : documentation_url;
		const full = [
			message,
			action,
			url && `See ${url}.`
		].filter((part) => part).join(" ");
		return {
			title,
			full,
			text: fit(full, message, action ?? "", url ?? "", LONGEST - title.length)
		};
	});
	const long = texts.filter(({ full, text }, n) => n >= MOST || text !== full).map(({ full }) => full);
	if (long.length > 0) log.group(`${counted(long.length, "failure")} in full`, long);
	for (const { title, text } of texts.slice(0, MOST)) log.error(text, title);
	const rest = texts.length - MOST;
	if (rest > 0) log.error("The log of this step and the job summary have them all.", counted(rest, "more failure"));
}
function fit(full, message, action, url, limit) {
	if (full.length <= limit) return full;
	const see = url !== "" && url.length <= LONGEST_URL ? ` See ${url}.` : "";
	const room = limit - see.length;
	const next = cut(action, room - LEAST_MESSAGE);
	return `${cut(message, room - next.length - 1)} ${next}`.trimEnd() + see;
}
/** Cut between words, so that no value looks whole and is not. */
function cut(text, limit) {
	if (text.length <= limit) return text;
	const short = text.slice(0, limit - 1).toWellFormed();
	return `${short.slice(0, Math.max(short.lastIndexOf(" "), limit / 2))}…`;
}
// build/verification/txt-record.js
/** What the vendor's guide and an older one put before the code: `cloudflare_dashboard_sso=` and `cloudflared_…`. */
const PREFIX = /^cloudflared?_dashboard_sso=/i;
/**
* What public DNS says of the TXT record that should be there. It tells near misses from the records at hand.
* https://developers.cloudflare.com/fundamentals/manage-members/dashboard-sso/
*/
function describeTxt(answer, value) {
	if ("unknown" in answer) return {
		says: `public DNS could not be asked from here (${answer.unknown})`,
		found: `unknown: ${answer.unknown}`,
		remedy: "Make sure that the TXT record is there."
	};
	if ("noDomain" in answer) return {
		says: "the domain does not exist in public DNS",
		found: "nothing: the domain does not exist",
		remedy: "Is the domain right and registered? Add the TXT record."
	};
	const remedy = "Add the TXT record.";
	const { records } = answer;
	if (records.length === 0) return {
		says: "public DNS has no TXT record there",
		found: "nothing",
		remedy
	};
	if (records.includes(value)) return {
		says: "it is there",
		found: "this record",
		remedy: ""
	};
	const miss = records.map((record) => findMiss(record, value)).find((one) => one !== void 0);
	if (miss) {
		const [how, correction] = miss;
		const found = `this record ${how}`;
		return {
			says: `public DNS has it ${how}`,
			found,
			remedy: `Correct the TXT record: ${correction}.`
		};
	}
	const other = records.map(unquoted).find((record) => PREFIX.test(record));
	if (other !== void 0) {
		const besides = "Add the TXT record beside the other, which may be that of another connector or account.";
		const found = `another TXT record: ${quoted(other)}`;
		return {
			says: `public DNS has ${quoted(other)} instead`,
			found,
			remedy: besides
		};
	}
	const others = counted(records.length, "other TXT record");
	return {
		says: `public DNS has ${others} there, not this one`,
		found: others,
		remedy
	};
}
/** How a record differs that was probably meant to be this value, and what to do; undefined for any other record. */
function findMiss(record, value) {
	const bare = unquoted(record);
	const prefix = PREFIX.exec(value)?.[0] ?? "";
	const bareCode = bare.replace(PREFIX, "");
	if (record.trim() === value) return ["with white space around it", "remove the white space"];
	if (bare === value) return ["within quotes that are part of the record", "remove the quotes"];
	if (bare.toLowerCase() === value.toLowerCase()) return ["with other capital letters", "copy it exactly"];
	if (`${prefix}${bareCode}` === value) {
		if (bareCode === bare) return ["without its prefix", `put ${quoted(prefix)} before it`];
		const wrongPrefix = bare.slice(0, bare.length - bareCode.length);
		const remedy = prefix === "" ? "remove the prefix" : `its prefix must be ${quoted(prefix)}`;
		return [`with the prefix ${quoted(wrongPrefix)}`, remedy];
	}
	if (bare.replace(/\s/g, "") === value) return ["with white space inside", "remove the white space"];
	if (bare.includes(value)) return ["joined with more text", "give its value a record of its own"];
}
function unquoted(record) {
	return record.trim().replace(/^["'“”]|["'“”]$/g, "");
}
// build/verification/explain.js
/**
* What is missing for the domain to be verified: the TXT record, what public DNS says of it within its limit, and the next
* step. The context goes behind "acme.example is not verified (pending)". Notes in the outcome that a failure tells it.
* https://developers.cloudflare.com/fundamentals/manage-members/dashboard-sso/
*/
async function explainUnverified(job, outcome, context, dnsLimitMs) {
	outcome.isToldUnverified = true;
	const { connector = {}, name } = outcome;
	const { email_domain: domain, verification_code: code, verification_status: status } = connector;
	const problem = `not verified (${status === void 0 ? "status unknown" : oneLine(status, 40)})`;
	const state = `${domain === void 0 ? "The domain of " : ""}${name} is ${problem}${context}.`;
	if (domain === void 0 || code === void 0) {
		const detail = "Cloudflare gives no TXT record to add.";
		return {
			kind: "not_verified",
			problem,
			message: `${state} ${detail}`,
			action: READ_AGAIN,
			detail
		};
	}
	const { says, found, remedy } = describeTxt(await job.lookUpTxt(domain, job.signal, dnsLimitMs), code);
	outcome.dnsSays = found;
	return {
		kind: "not_verified",
		problem,
		message: `${state} ${`The TXT record at ${nameOfConnector(void 0, domain)} must be ${oneLine(code)}`}; ${says}.`,
		action: `${remedy}${remedy && " "}${nextStep(status, remedy === "", job.settings)}`,
		detail: ""
	};
}
/** Fails connectors, as last read, because their domains are not verified. */
async function failUnverified(job, outcomes, context, dnsLimitMs) {
	const fail = async (outcome) => outcome.fail(await explainUnverified(job, outcome, context, dnsLimitMs));
	await Promise.all(outcomes.map(fail));
}
const READ_AGAIN = "Run this again to read the connector once more.";
function nextStep(status, isThere, settings) {
	const { mode, many, beginVerification, waitForVerification } = settings;
	if (status === "pending") return `Cloudflare checks DNS for two days after the verification began. ${mode === "plan" ? "Run this again later." : `Run this again later, or use ${`${waitForVerification === void 0 ? "" : "a longer "}wait_for_verification`}.`}`;
	if (status !== "awaiting" && status !== "failed") return READ_AGAIN;
	const isAlone = many && !beginVerification;
	const what = `${(isToWrite(settings) ? void 0 : "mode: update or mode: reconcile") ?? (isAlone ? "the action" : "this again")}${isAlone ? " for this domain alone" : ""}`;
	const missing = [...beginVerification ? [] : ["begin_verification: true"], ...isAlone || waitForVerification === void 0 ? ["wait_for_verification"] : []];
	return `${isThere ? "Run" : "Then run"} ${what}${missing.length > 0 ? ` with ${missing.join(" and ")}` : ""}.`;
}
// build/modes/intent.js
/** Why there is nothing to do. */
const NO_FIELD = "neither enabled nor use_fedramp_language is given.";
/** The usual cause of a field that is not given. */
const IF_EXPRESSION = "If one of them is an expression, it had no value.";
const MOST_LINES = 5;
/** Which targets have no field given: empty for all of them, ` for line 3 of the list` for some, undefined for none. */
function describeEmpty({ outcomes }) {
	const lines = outcomes.flatMap(({ target }) => givenFields(target.desired).length === 0 ? String(target.line) : []);
	if (lines.length === 0) return void 0;
	if (lines.length === outcomes.length) return "";
	return ` for ${lines.length === 1 ? "line" : "lines"} ${listed(lines, MOST_LINES)} of the list`;
}
/** Warns if no target has a field, as if the value of an expression is gone. Of some a line tells: they may be meant so. */
function warnIfEmpty(job) {
	const { settings, log } = job;
	const empty = describeEmpty(job);
	if (asksNothing(settings)) log.warning(`There is nothing to keep in sync: ${NO_FIELD} ${IF_EXPRESSION}`);
	else if (empty && countsFieldsAlone(settings)) log.info(`There is nothing to keep in sync${empty}: ${NO_FIELD}`);
}
/** The connectors that differ from what you asked for, as of the last read. */
function findDrifted({ outcomes }) {
	return outcomes.filter(({ remainingDrift }) => remainingDrift.length > 0);
}
/** The fields that differ as of the last read, with the values that they must have. */
function fieldsToSend({ remainingDrift }) {
	return Object.fromEntries(remainingDrift.map(({ field, expected }) => [field, expected]));
}
/** Whether SSO is to be enabled for a domain known not to be verified, which Cloudflare refuses. */
function isBlocked(outcome) {
	const { connector } = outcome;
	if (connector?.verification_status === void 0 || isVerified(connector)) return false;
	return fieldsToSend(outcome).enabled === true;
}
/**
* The fields that `plan` shows and `reconcile` sends for a connector that drifted. Throws a Failure if that is sure to
* fail: without an id, or for an unverified domain. If the API gives no verification at all, Cloudflare decides.
*/
async function decideFields(job, outcome) {
	outcome.ref();
	if (!isBlocked(outcome)) return fieldsToSend(outcome);
	const { problem, ...rest } = await explainUnverified(job, outcome, ", and Cloudflare enables SSO for verified domains only");
	throw new Failure({
		...rest,
		problem: `${problem}, so not enabled`
	});
}
// build/report/changes.js
const MOST_SENT = 5;
const MOST_TOLD = 3;
/** What was sent and done, and what was sent with an effect that is unknown, each for people and empty if there is none. */
function describeSent(outcomes) {
	const done = outcomes.flatMap((outcome) => outcome.done);
	const doubted = outcomes.flatMap((outcome) => outcome.doubted);
	return {
		done: listed(done, MOST_SENT),
		unknown: doubted.length > 0 ? `Sent, but its effect is unknown: ${listed(doubted, MOST_SENT)}.` : ""
	};
}
/** What this run changed, as far as known. */
function changesByUs(outcome) {
	return outcome.changedFields.map((field) => changeOf(field, outcome.ours(field)?.before, outcome.ours(field)?.after));
}
/** What others changed meanwhile, as far as known. */
function changesByOthers(outcome) {
	return outcome.movedByOthers.map((field) => changeOf(field, outcome.others(field)?.before, outcome.others(field)?.after));
}
/** What `reconcile` would change, as last seen: a gate that fails stops nothing but an enable that Cloudflare refuses. */
function plannedChanges(outcome) {
	if (isBlocked(outcome) || outcome.failures.some(({ kind }) => kind !== "not_verified")) return [];
	return outcome.remainingDrift.map(({ field, actual, expected }) => changeOf(field, actual, expected));
}
function changeOf(field, before, after) {
	return {
		field,
		before: String(before ?? "unknown"),
		after: String(after ?? "unknown")
	};
}
/** Whether this run switched SSO on or off for this connector, as far as anyone can know. */
function hasSwitched(outcome) {
	const move = outcome.ours("enabled");
	if (!move || move.before === move.after || outcome.current("enabled") !== move.after) return false;
	return move.before !== void 0 || !outcome.found;
}
/**
* What follows for people from what this run changed, in whole sentences.
* https://developers.cloudflare.com/fundamentals/manage-members/dashboard-sso/
*/
function describeConsequences(result) {
	const switched = result.outcomes.filter(hasSwitched);
	return [...[false, true].flatMap((enabled) => {
		const those = switched.filter((outcome) => outcome.current("enabled") === enabled);
		const names = [...new Set(those.map(({ name }) => name))];
		if (names.length === 0) return [];
		const who = names.length > MOST_TOLD ? `the domains switched ${onOrOff(enabled)}` : listed(names, MOST_TOLD);
		return enabled ? `Every user of ${who} must log in through SSO from now on, in every account that they belong to.` : `Users of ${who} log in with email and password from now on. Those without a password choose "Forgot password", and the mail must reach them without the identity provider.`;
	}), ...describeHealed(result)];
}
/** When the drift that this run has healed was made at the latest, and where to look for who made it; empty if there was none. */
function describeHealed({ outcomes, settings }) {
	if (settings?.mode !== "reconcile") return [];
	const healed = outcomes.filter(({ drift, changedFields }) => drift.some(({ field }) => changedFields.includes(field))).map(({ name, found }) => ({
		name,
		time: Date.parse(String(found?.updated_on))
	})).filter(({ time }) => !Number.isNaN(time));
	if (healed.length === 0) return [];
	const times = healed.map(({ time }) => time);
	const [first, last] = [describeMinute(Math.min(...times)), describeMinute(Math.max(...times))];
	const span = first === last ? `on ${first}` : `between ${first} and ${last}`;
	const each = [...Map.groupBy(healed, ({ time }) => describeMinute(time))].map(([minute, some]) => {
		return `${listed(some.map(({ name }) => name), MOST_TOLD)} on ${minute}`;
	});
	return [`The last change before this run: ${healed.length > MOST_TOLD ? `${healed.length} connectors ${span}` : each.join(", ")}. The audit log of the Cloudflare dashboard says who made it.`];
}
/** What a switch is, for people. */
function onOrOff(enabled) {
	return enabled ? "on" : "off";
}
// build/report/unlisted-text.js
/** How many there are, as a clause: `3 connectors of the account are not in the list`. */
function countUnlisted(count) {
	return `${counted(count, "connector of the account is", "connectors of the account are")} not in the list`;
}
/**
* The unlisted connectors as YAML in the shape of `connectors`, one text for each. The domain names a connector, and the
* id does where a domain does not, or not alone: the domain is the guard then, and tells people which one it is.
*/
function renderUnlisted({ unlisted = [], outcomes }) {
	if (unlisted.length === 0) return [];
	const domains = [...unlisted.map(({ email_domain }) => email_domain), ...outcomes.map(({ domain }) => domain)];
	const sharing = Map.groupBy(domains, (domain) => canonicalDomain(domain));
	return unlisted.map((item) => {
		const { id = "", email_domain: domain = "" } = item;
		const canonical = canonicalDomain(domain);
		const isAlone = canonical !== void 0 && sharing.get(canonical)?.length === 1;
		const isById = !isAlone && fitsPath(id);
		if (!isAlone && !isById) return "# A connector without a usable id or domain.\n";
		const names = [isById && `sso_connector_id: ${scalar(id)}`, canonical && `email_domain: ${scalar(domain)}`];
		const fields = givenFields(item).map((field) => `${field}: ${item[field]}`);
		return `- { ${[...names, ...fields].filter(Boolean).join(", ")} }${"failure" in item ? " # Its fields could not be read." : ""}\n`;
	});
}
const UNQUOTED = String.raw`^\p{L}[\p{L}\p{N}._-]{5,}$`;
const HIDDEN = String.raw`(?! )[\p{C}\p{Z}]`;
/**
* Text as a scalar of YAML: plain if nobody can take it for a number, a boolean, a date or a sign, or else within quotes.
* https://yaml.org/spec/1.2.2/#57-escaped-characters
*/
function scalar(text) {
	if (new RegExp(UNQUOTED, "u").test(text)) return text;
	const codeOf = (character) => `\\U${Number(character.codePointAt(0)).toString(16).padStart(8, "0")}`;
	return JSON.stringify(text).replaceAll(new RegExp(HIDDEN, "gu"), codeOf);
}
// build/report/verdict-single.js
/** What became of a run's only connector, as a sentence without its full stop: `SSO is now off for acme.example`. */
function describeSingle(outcome, settings) {
	const { name, connector, failed, begunAt, doubted } = outcome;
	if (failed) return describeFailed(outcome, settings);
	const isGate = mustBeVerified(settings);
	const state = settings.mode === "plan" ? describePlanned(outcome) : describeState(outcome);
	if (state === void 0) {
		const enabled = outcome.current("enabled");
		const unchecked = settings.mode === "check" && enabled !== void 0 ? ` (SSO is ${onOrOff(enabled)}, which was not checked)` : "";
		if (isGate || begunAt !== void 0 || doubted.length > 0) return `${name} is verified${unchecked}`;
		return settings.mode === "check" ? `${name} was found${unchecked}` : describeUnasked(outcome, settings);
	}
	return isGate && connector && isVerified(connector) ? `${state}, and the domain is verified` : state;
}
/** Nobody asked for a field, and nothing was begun. */
function describeUnasked(outcome, { beginVerification }) {
	const { name, connector } = outcome;
	if (beginVerification && connector) {
		if (connector.verification_status === "pending") return `The verification of ${name} is under way`;
		if (isVerified(connector)) return `${name} is verified`;
	}
	const enabled = outcome.current("enabled");
	return `No field is given for ${name}, so nothing was changed${enabled === void 0 ? "" : `, and SSO is ${onOrOff(enabled)}`}`;
}
/** Undefined if the run neither asked for a field nor changed anything. */
function describeState(outcome) {
	const { name, connector, target, changedFields, begunAt, doubted } = outcome;
	const { enabled, use_fedramp_language: language } = target.desired;
	if (hasSwitched(outcome)) return `SSO is now ${onOrOff(enabled)} for ${name}`;
	if (changedFields.includes("use_fedramp_language")) return `use_fedramp_language is now ${language} for ${name}`;
	if (connector && !isVerified(connector)) {
		if (begunAt !== void 0) return `The verification of ${name} has begun`;
		if (doubted.length > 0) return `The verification of ${name} is under way`;
	}
	if (enabled !== void 0) return `SSO is ${onOrOff(enabled)} for ${name}`;
	return language === void 0 ? void 0 : `use_fedramp_language is ${language} for ${name}`;
}
function describePlanned(outcome) {
	const { name, target } = outcome;
	const changes = plannedChanges(outcome);
	if (changes.length === 0) return `Nothing would change for ${name}`;
	return changes.some(({ field }) => field === "enabled") ? `SSO would be switched ${onOrOff(target.desired.enabled)} for ${name}` : `use_fedramp_language would change for ${name}`;
}
function describeFailed(outcome, settings) {
	const { name, connector, target, failures, isUncertain, isBeginInDoubt, unsent } = outcome;
	const { enabled } = target.desired;
	const isUnverified = failures.some(({ kind }) => kind === "not_verified");
	if (settings.mode === "plan" && plannedChanges(outcome).length > 0) return `${describePlanned(outcome)}, but the domain is not verified`;
	if (hasSwitched(outcome)) {
		const what = isUnverified ? "the domain is not verified" : "something else needs attention";
		return `SSO is now ${onOrOff(enabled)} for ${name}, but ${what}`;
	}
	if (isUncertain && !isBeginInDoubt) return (outcome.isInDoubt("enabled") || connector?.enabled !== enabled) && enabled !== void 0 ? `Whether SSO is now ${onOrOff(enabled)} for ${name} is unknown` : `What came of the change of ${name} is unknown`;
	if ((settings.mode === "update" || settings.mode === "reconcile" && connector !== void 0) && enabled !== void 0 && connector?.enabled !== enabled) {
		if (unsent.enabled !== void 0) return `SSO was not switched ${onOrOff(enabled)} for ${name}`;
		return connector?.enabled === void 0 ? `Whether SSO is now ${onOrOff(enabled)} for ${name} is unknown` : `SSO is ${onOrOff(connector.enabled)} again for ${name}`;
	}
	if (isBeginInDoubt) return `What came of the verification of ${name} is unknown`;
	if (isUnverified) return `${name} is not verified`;
	if (failures.some(({ kind }) => kind !== "drift")) return `${name} needs attention`;
	const drift = outcome.remainingDrift.find(({ field }) => field === "enabled");
	return typeof drift?.actual === "boolean" ? `SSO is ${onOrOff(drift.actual)} for ${name}, and must be ${onOrOff(drift.expected)}` : `${name} is not in sync`;
}
// build/report/verdict.js
/** The sign before the word of each verdict, in the order in which they are counted. */
const SIGNS = {
	"in sync": "✅",
	changed: "✏️",
	"would change": "📝",
	"not in sync": "⚠️",
	unknown: "❔",
	failed: "❌"
};
/** How many there are of each verdict: `19 in sync, 3 changed, 3 failed`. */
function countVerdicts({ groups }) {
	return Object.keys(SIGNS).filter((verdict) => groups.has(verdict)).map((verdict) => `${countOf(groups, verdict)} ${verdict}`).join(", ");
}
function countOf(groups, verdict) {
	return groups.get(verdict)?.length ?? 0;
}
/** The sign of a whole run. */
function signOf(result) {
	if (result.cancelled) return "⏹️";
	if (!isSuccess(result)) return "❌";
	if (result.groups.has("would change")) return "📝";
	return isAllWell(result) ? "✅" : "⚠️";
}
/** What a run came to, as a sentence without its full stop: `3 of 25 domains need attention`. */
function describeVerdict(result) {
	const { settings, outcomes, groups, failures, cancelled, tokenExpiry } = result;
	if (cancelled) return "The run was cancelled";
	const owned = new Set(outcomes.flatMap((outcome) => outcome.failures));
	const others = failures.filter((record) => !owned.has(record)).map(({ kind }) => kind);
	const unlisted = others.filter((kind) => kind === "unlisted").length;
	const notes = [
		unlisted > 0 && countUnlisted(unlisted),
		others.includes("ambiguous") && "Cloudflare's list of the connectors is incomplete",
		others.includes("runner") && "the outputs could not be handed over",
		tokenExpiry?.warning?.problem
	].filter((note) => typeof note === "string");
	const run = describeRun(result);
	if (notes.length === 0) return run;
	return `${run}, ${owned.size > 0 || !settings || groups.has("would change") ? "and" : "but"} ${notes.join(", and ")}`;
}
function describeRun(result) {
	const { outcomes, failures } = result;
	if (!result.settings) {
		const problems = failures.filter(({ kind }) => kind === "input").length;
		return `${counted(problems, "problem")} in the inputs, so nothing was sent to Cloudflare`;
	}
	const [single, ...others] = outcomes;
	return single && others.length === 0 ? describeSingle(single, result.settings) : describeMany(result);
}
function describeMany(result) {
	const { settings, outcomes, groups } = result;
	const count = (verdict) => countOf(groups, verdict);
	if (count("failed") > 0) return describeFailing(result, count("failed"));
	const { all, every, All } = namesOf(outcomes);
	if (groups.has("would change")) return `${count("would change")} of ${all} would change`;
	if (asksNothing(settings) && settings.mode !== "plan") return settings.mode === "check" ? `${All} were found` : `No field is given for ${every}, so nothing was changed`;
	if (settings.mode === "plan") return `Nothing would change, since ${every} are in sync`;
	const [enabled, ...others] = new Set(outcomes.map((one) => hasSwitched(one) ? one.current("enabled") : void 0));
	if (enabled !== void 0 && others.length === 0) return `SSO is now ${onOrOff(enabled)} for ${every}`;
	const changed = count("changed");
	const inSync = count("in sync") + changed;
	if (inSync < outcomes.length) return `${inSync} of ${all} ${inSync === 1 ? "is" : "are"} in sync`;
	if (changed === outcomes.length) return `${All} changed, and are in sync now`;
	return changed > 0 ? `${changed} of ${all} changed, and all are in sync now` : `${All} are in sync`;
}
function namesOf(outcomes) {
	const [one, several] = nounFor(outcomes);
	const all = counted(outcomes.length, one, several);
	const [every, All] = outcomes.length === 2 ? [`both ${several}`, `Both ${several}`] : [`all ${all}`, `All ${all}`];
	return {
		all,
		every,
		All
	};
}
function describeFailing(result, failed) {
	const { settings, outcomes, groups } = result;
	const { all, All } = namesOf(outcomes);
	const shared = findShared(result).length;
	const reason = shared === 0 ? "" : shared === 1 ? ", all for the same reason" : ", all for the same reasons";
	const switched = describeSwitch(result, reason);
	if (switched !== void 0) return switched;
	const planned = settings.mode === "plan" ? outcomes.filter((one) => plannedChanges(one).length > 0).length : 0;
	const others = countOf(groups, "would change");
	const plan = planned > 0 ? `, and ${planned}${others > 0 && planned > others ? " in all" : ""} would change` : "";
	if (failed === outcomes.length) return `${All} need attention${reason}${plan}`;
	return `${failed} of ${all} ${failed === 1 ? "needs" : "need"} attention${plan}`;
}
/** For how many SSO is as it was to be, if `update` was to switch it the same way for all; a state needs no reason. */
function describeSwitch({ settings, outcomes }, reason) {
	const [enabled, ...others] = new Set(outcomes.map(({ target }) => target.desired.enabled));
	if (settings.mode !== "update" || enabled === void 0 || others.length > 0) return void 0;
	const unknown = outcomes.filter((outcome) => outcome.isInDoubt("enabled")).length;
	const isSure = (one) => !one.isInDoubt("enabled") && (!one.isOutdated || one.ours("enabled") !== void 0);
	const reached = outcomes.filter((one) => one.current("enabled") === enabled && isSure(one)).length;
	const { all, every } = namesOf(outcomes);
	const now = `SSO is ${outcomes.some(hasSwitched) || unknown > 0 ? "now " : ""}${onOrOff(enabled)}`;
	if (reached === outcomes.length) return `${now} for ${every}, but something else needs attention`;
	if (reached > 0) return `${now} for ${reached} of ${all}${unknown > 0 ? `, and unknown for ${unknown}` : ""}`;
	if (unknown === outcomes.length) return `Whether ${now} for ${every} is unknown`;
	if (unknown > 0) return `Whether ${now} is unknown for ${unknown} of ${all}`;
	const noun = outcomes.length === 2 && nounFor(outcomes)[0];
	if (outcomes.some((one) => one.ours("enabled"))) return `${now} for ${noun ? `neither ${noun}` : `none of the ${all}`}`;
	const switched = `switched ${onOrOff(enabled)} for`;
	return `SSO was ${noun ? `not ${switched} either ${noun}` : `${switched} none of the ${all}`}${reason}`;
}
// build/report/log-lines.js
const WIDEST_NAME = 48;
const MOST_UNLISTED = 20;
/** Writes a line for each connector, those in sync folded and the failures last, and the verdict. */
function writeLines(result, log) {
	const { settings, outcomes, groups, unlisted = [] } = result;
	const rowsOf = (verdict) => (groups.get(verdict) ?? []).map((outcome) => {
		return {
			verdict,
			name: outcome.name,
			what: describeOutcome(outcome, verdict, result)
		};
	});
	const rows = [
		"changed",
		"would change",
		"not in sync",
		"unknown"
	].flatMap(rowsOf);
	const inSync = groups.get("in sync") ?? [];
	if (outcomes.length === 1) rows.unshift(...rowsOf("in sync"));
	else if (inSync.length > 0) log.group(`✅ ${counted(inSync.length, ...nounFor(inSync))} in sync`, align(rowsOf("in sync")));
	const lines = align([...rows, ...failedRows(result)]);
	for (const line of lines.slice(0, rows.length)) log.info(line);
	for (const outcome of outcomes) {
		const changes = changesByOthers(outcome);
		if (changes.length > 0) log.info(`${outcome.name}: someone else changed ${describeChanges(changes)} meanwhile.`);
	}
	if (unlisted.length > 0 && settings?.unlisted !== "fail") {
		const names = unlisted.map(({ id, email_domain: domain }) => nameOfConnector(id, domain));
		log.info(`${countUnlisted(names.length)}: ${listed(names, MOST_UNLISTED)}. The job summary has the YAML to paste.`);
	}
	for (const line of describeConsequences(result)) log.info(line);
	for (const line of lines.slice(rows.length)) log.info(line);
	const counts = settings?.many && groups.size > 1 ? ` (${countVerdicts(result)})` : "";
	log.info(`${signOf(result)} ${describeVerdict(result)}${counts}.`);
}
function describeOutcome(outcome, verdict, { settings, cancelled }) {
	const { connector, begunAt } = outcome;
	if (verdict === "unknown") {
		if (outcome.doubted.length > 0) return "sent, effect unknown";
		if (connector || outcome.done.length > 0) return "state unknown";
		return settings?.mode === "update" ? "not done" : "not read";
	}
	if (verdict === "in sync") {
		const status = oneLine(connector?.verification_status ?? "", 40);
		return [describeDesired(connector ?? {}), status && `verification ${status}`].filter(Boolean).join(", ");
	}
	const changes = [describeChanges(changesByUs(outcome)), begunAt === void 0 ? "" : "verification begun"].filter(Boolean).join(", ");
	if (verdict === "changed") return changes;
	const rest = cancelled ? "not finished" : "not verified";
	if (verdict === "would change") return describeChanges(plannedChanges(outcome)) || rest;
	return [describeDrift(outcome.remainingDrift) || rest, changes].filter(Boolean).join("; ");
}
function failedRows(result) {
	const [did, changesOf] = result.settings?.mode === "plan" ? ["would change", plannedChanges] : ["changed", changesByUs];
	return tellRows(result).map(({ record, who, outcomes }) => {
		const changes = outcomes.length === 1 ? describeChanges(outcomes.flatMap(changesOf)) : "";
		return {
			verdict: "failed",
			name: who || "all",
			what: `${record.problem}${changes && `; ${did} ${changes}`}`
		};
	});
}
function describeChanges(changes) {
	return changes.map(({ field, before, after }) => `${field} ${before} -> ${after}`).join(", ");
}
function align(rows) {
	const verdictWidth = Math.max(...rows.map(({ verdict }) => verdict.length));
	const nameWidth = Math.min(WIDEST_NAME, Math.max(...rows.map(({ name }) => name.length)));
	return rows.map(({ verdict, name, what }) => `${SIGNS[verdict]} ${verdict.padEnd(verdictWidth)}  ${name.padEnd(nameWidth)}  ${oneLine(what, 1e3)}`);
}
// build/report/outputs.js
/**
* Sets the step's outputs, as far as known. Returns a failure if they cannot be handed over. Without a runner, they are
* commands in the log.
*/
function setOutputs(result, summary, env) {
	const known = Object.entries(collectOutputs(result, summary)).filter((output) => output[1] !== void 0);
	if (!env["GITHUB_OUTPUT"] && env["GITHUB_ACTIONS"] !== "true") {
		for (const [name, value] of known) issueCommand("set-output", { name }, value);
		return [];
	}
	const obstacle = appendToRunnerFile("OUTPUT", known.map(([name, value]) => prepareKeyValueMessage(name, value)).join("\n"));
	if (obstacle === void 0) return [];
	return new Failure({
		kind: "runner",
		about: "Outputs",
		problem: "not handed over",
		message: `The outputs could not be written: ${obstacle}. ${describeDone(result)}`,
		action: "Later steps have no outputs of this one. Check the runner: GITHUB_OUTPUT must name a file that can be written, and the disk needs free space."
	}).record();
}
function describeDone({ settings, outcomes }) {
	if (!settings) return "Nothing was sent to Cloudflare.";
	const { done, unknown } = describeSent(outcomes);
	return [done && `Done before that: ${done}.`, unknown].filter(Boolean).join(" ") || "Nothing was changed.";
}
/** The outputs by their names in action.yml; undefined if unknown. */
function collectOutputs(result, summary) {
	const { outcomes, failures, unlisted = [], messages, tokenExpiry } = result;
	return {
		...result.settings ? outputsOfWork(result) : result.many ? OF_UNREAD_LIST : { changed: "false" },
		drift: JSON.stringify(outcomes.flatMap((outcome) => outcome.drift)),
		failures: JSON.stringify(failures.map(({ problem, name, entry, detail, isDeed, ...record }) => record)),
		unlisted: JSON.stringify(unlisted.map(({ id = null, email_domain = null, enabled, use_fedramp_language }) => {
			return {
				sso_connector_id: id,
				email_domain,
				enabled,
				use_fedramp_language
			};
		})),
		messages: JSON.stringify(messages),
		errors: JSON.stringify(failures.map(({ entry }) => entry).filter((entry) => entry !== void 0)),
		token_expires_on: tokenExpiry && (tokenExpiry.expiresOn ?? "never"),
		summary
	};
}
/** Of a list with a problem, no connector was looked at. */
const OF_UNREAD_LIST = {
	changed: "false",
	in_sync: "false",
	verified: "false",
	result: "[]"
};
function outputsOfWork(result) {
	const [single] = result.outcomes;
	return result.settings.many ? outputsOfMany(result) : single && outputsOfOne(single, result);
}
function outputsOfOne(outcome, { settings, decidingAnswer }) {
	const { connector } = outcome;
	return {
		http_status: decidingAnswer && String(decidingAnswer.status),
		cf_ray: decidingAnswer && rayId(decidingAnswer),
		changed: outcome.changed?.toString(),
		in_sync: isInSync(outcome, settings)?.toString(),
		...connector && {
			verification_status: connector.verification_status,
			verified: String(isSurelyVerified(outcome)),
			verification_code: connector.verification_code,
			sso_connector_id: connector.id,
			email_domain: connector.email_domain,
			enabled: outcome.current("enabled")?.toString(),
			use_fedramp_language: outcome.current("use_fedramp_language")?.toString(),
			created_on: connector.created_on,
			updated_on: connector.updated_on,
			result: JSON.stringify(connector.raw)
		}
	};
}
/** What is said of all is true only if it is known of each; `changed` is known once one has changed. */
function outputsOfMany({ outcomes, settings }) {
	const changes = outcomes.map((outcome) => outcome.changed);
	return {
		changed: (changes.includes(true) || (changes.includes(void 0) ? void 0 : false))?.toString(),
		in_sync: String(outcomes.every((outcome) => isInSync(outcome, settings) === true)),
		verified: String(outcomes.every(isSurelyVerified)),
		result: JSON.stringify(outcomes.map(({ connector }) => connector?.raw ?? null))
	};
}
// build/report/markdown.js
/**
* Words that GitHub makes something of even without Markdown: mentions, references, links, mathematics, emoji, commit
* ids. Names and values of the API are code for the eye. Without the flag `i`, which makes the start of a run slower.
* https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls
*/
const SPECIAL = /[@#$]|:\/\/|[Ww]{3}\.|[Gg][Hh]-\d|:[\w+-]+:|\b[0-9A-Fa-f]{7,40}\b|\w[_=]\w/;
/** The signs that may begin markup within a line. https://github.github.com/gfm/#inlines */
const MARKUP = /[\\`*_[\]<>&~|]/g;
/** What makes a list of a line that begins with it. https://github.github.com/gfm/#list-items */
const LIST = /^[-+]|(?<=^\d+)[.)]/g;
/** An input with its value, such as `mode: check`, an expression, or a word. */
const WORDS = /\$\{\{[^}]*\}\}[.,;)]*(?!\S)|(?:mode|enabled|unlisted|[a-z]+(?:_[a-z]+)+): (?:true or false|true|false|update|check|plan|reconcile|ignore|report|fail|acme\.example"?)[.,;)]*(?!\S)|\S+/g;
/** The vendor's own pages, the only ones that become links. */
const VENDOR = /^https:\/\/(?:developers|dash)\.cloudflare\.com\/[\w./:?=#~-]*$/;
/** Text from outside as prose that GitHub takes literally: no links but the vendor's, no mentions, no references. */
function prose(text, limit = 2e3) {
	const words = oneLine(text, limit).match(WORDS) ?? [];
	return words.map((word, n) => show(word, words[n - 1] === "Input")).join(" ").replace(LIST, reference);
}
function show(word, isInput) {
	if (!isInput && !word.includes(" ") && !SPECIAL.test(word)) return literal(word);
	const start = word.search(/[^"'(]|$/);
	const rest = word.slice(start);
	const end = rest.search(/(?<![.,:;!?"')…])[.,:;!?"')…]*$/);
	const name = rest.slice(0, end);
	return literal(word.slice(0, start)) + (VENDOR.test(name) ? `<${name}>` : span(name)) + literal(rest.slice(end));
}
/** Text from outside as inline code, where GitHub makes no links; fit for the cell of a table. */
function code(text, limit = 300) {
	return span(oneLine(text, limit));
}
/** A span of backticks, or an element if the text would end the span or the cell of a table. */
function span(line) {
	return /^[^`|\\]+$/.test(line) ? `\`${line}\`` : `<code>${line.replace(/[!-/:-@[-`{-~]/g, reference)}</code>`;
}
function literal(text) {
	return text.replace(MARKUP, reference);
}
/** https://github.github.com/gfm/#entity-and-numeric-character-references */
function reference(character) {
	return `&#${character.codePointAt(0)};`;
}
// build/report/page-limit.js
/** Room for the notes on what is left out, and the ends of open blocks. */
const RESERVE = 1200;
/** Text that grows up to a limit in bytes; a note says how much was left out. */
var Page = class {
	text = "";
	#left;
	constructor(limit) {
		this.#left = limit - RESERVE;
	}
	/** Adds it whole or not at all, and returns whether. */
	add(text) {
		const size = Buffer.byteLength(text);
		if (size > this.#left) return false;
		this.#left -= size;
		this.text += text;
		return true;
	}
	/** Adds items, each a `what`, as many as fit, between `before` and `after`; nothing if there are none. */
	addAll(items, what, before = "", after = "\n") {
		if (items.length === 0) return;
		if (this.add(`${before}${items.join("")}`)) {
			this.text += after;
			return;
		}
		let added = 0;
		while (added < items.length && this.add(`${added === 0 ? before : ""}${items[added]}`)) added += 1;
		if (added > 0) this.text += after;
		const left = items.length - added;
		const [are, them] = left === 1 ? ["is", "it"] : ["are", "them"];
		this.text += `*${counted(left, `more ${what}`)} ${are} left out here; the outputs of the step have ${them}.*\n\n`;
		this.#left = 0;
	}
	addTable({ what, title, head, rows }) {
		const heading = title === void 0 ? "" : `#### ${title}\n\n`;
		this.addAll(rows, what, `${heading}${row(head)}${row(head.map(() => "---"))}`);
	}
	/** Adds what `fill` adds, folded under a title. */
	fold(title, fill) {
		if (!this.add(`<details>\n<summary>${title}</summary>\n\n`)) return;
		fill();
		this.text += "</details>\n\n";
	}
};
/** A row of a table, of cells in Markdown. */
function row(cells) {
	return `| ${cells.join(" | ")} |\n`;
}
// build/report/page-rows.js
/** The failures, with a note below: what to do if that is the same for all, and a link to the audit log. */
function failureTable(result) {
	const told = tellRows(result);
	const [action = null, ...others] = new Set(told.map(({ record }) => record.action));
	const isBelow = others.length === 0 && (told.length > 1 || action === null);
	const notes = [isBelow && action ? `What to do: ${prose(action)}` : "", auditLog(result)];
	const rows = told.map(({ record, who, outcomes }) => {
		const on = record.kind === "drift" ? outcomes.map(changedOn).join() : "";
		return row([
			prose(who).replace(/(?<=^| and )(\d+) (?=\w+$)/, "$1&nbsp;"),
			`${prose(record.problem)}${on}`,
			...isBelow ? [] : [prose(record.action ?? "")]
		]);
	});
	return {
		what: "failure",
		head: [
			"Domain",
			"Problem",
			...isBelow ? [] : ["What to do"]
		],
		rows,
		note: notes.join(" ").trim()
	};
}
function changedOn({ connector }) {
	const on = Date.parse(String(connector?.updated_on));
	return Number.isNaN(on) ? "" : `; last changed ${describeMinute(on)}`;
}
/** Where a failure says that the audit log has who made a drift; other hosts of the API have a dashboard of their own. */
function auditLog({ settings, failures }) {
	const isPublic = settings?.apiBaseUrl.host === "api.cloudflare.com";
	const isDeed = failures.some((record) => record.isDeed);
	return isPublic && isDeed ? "[Audit log](https://dash.cloudflare.com/?to=/:account/audit-log)" : "";
}
/** The TXT records that a failure has told of, as they have to be entered. */
function txtTable({ outcomes }) {
	return {
		what: "TXT record",
		title: "TXT records",
		head: [
			"Name",
			"Type",
			"Content",
			"Public DNS now"
		],
		rows: outcomes.flatMap(({ connector, dnsSays }) => {
			const { email_domain: domain, verification_code: value } = connector ?? {};
			if (dnsSays === void 0 || domain === void 0 || value === void 0) return [];
			return row([
				code(canonicalDomain(domain) ?? domain),
				"TXT",
				code(value),
				prose(dnsSays)
			]);
		})
	};
}
/** What this run changed, or would change. */
function changeTable({ settings, outcomes }) {
	if (settings?.mode === "plan") return tableOfChanges("Would change", ["Now", "After"], outcomes, plannedChanges);
	const isSingle = !settings?.many;
	return tableOfChanges("Changed", ["Before", "After"], outcomes, (outcome) => {
		const changes = changesByUs(outcome);
		return isSingle && hasSwitched(outcome) && !outcome.failed && changes.length === 1 ? [] : changes;
	});
}
/** What others changed while the run was under way. */
function movedTable({ outcomes }) {
	return tableOfChanges("Changed by someone else meanwhile", ["Before", "After"], outcomes, changesByOthers);
}
const MOST_DOMAINS_IN_A_ROW = 10;
/** The same change of several connectors takes one row, up to ten of them. */
function tableOfChanges(title, columns, outcomes, changesOf) {
	const changes = outcomes.flatMap((outcome) => changesOf(outcome).map(({ field, before, after }) => ({
		name: prose(outcome.name),
		cells: `${code(field)} | ${before} | **${after}**`
	})));
	const rows = [...Map.groupBy(changes, ({ cells }) => cells)].flatMap(([cells, alike]) => {
		return [...Map.groupBy(alike, (_, n) => Math.floor(n / MOST_DOMAINS_IN_A_ROW)).values()].map((part) => row([part.map(({ name }) => name).join(", "), cells]));
	});
	return {
		what: "change",
		title,
		head: [
			"Domain",
			"Field",
			...columns
		],
		rows
	};
}
/** Every connector that was seen. */
function connectorTable(result) {
	const groups = [...result.groups];
	const signs = new Map(groups.flatMap(([verdict, some]) => some.map((one) => [one, `${SIGNS[verdict]} ${verdict}`])));
	return {
		what: "connector",
		head: [
			"Verdict",
			"Domain",
			"Connector",
			"Enabled",
			"FedRAMP",
			"Verification"
		],
		rows: result.outcomes.flatMap((outcome) => {
			const { connector } = outcome;
			if (!connector) return [];
			const { id, email_domain: domain, verification_status: status } = connector;
			return row([
				`${signs.get(outcome)}`.replaceAll(" ", "&nbsp;"),
				prose(domain === void 0 ? "unknown" : domainForPeople(domain)),
				id === void 0 ? "unknown" : code(id),
				String(outcome.current("enabled") ?? "unknown"),
				String(outcome.current("use_fedramp_language") ?? "unknown"),
				prose(status ?? "unknown", 40)
			]);
		})
	};
}
// build/report/page.js
/**
* A result as a page of Markdown, for the job summary, the issue and the output `summary`: what people need first comes
* first, each fact once. The function returned cuts it at a limit in bytes, with a note.
*/
function composePage(result) {
	const head = `### ${signOf(result)} ${prose(titleOfPage(result))}\n\n${lead(result)}`;
	const problems = sentences(result);
	const failures = failureTable(result);
	const tables = [txtTable(result), changeTable(result)];
	const consequences = describeConsequences(result).map((sentence) => `${prose(sentence)}\n\n`);
	const moved = movedTable(result);
	const unlisted = renderUnlisted(result);
	const addDetails = composeDetails(result);
	return (limit) => {
		const page = new Page(limit);
		page.add(head);
		page.addAll(problems, "problem");
		page.addTable(failures);
		if (failures.note) page.add(`${failures.note}\n\n`);
		for (const table of tables) page.addTable(table);
		for (const consequence of consequences) page.add(consequence);
		page.addTable(moved);
		if (unlisted.length > 0) {
			const which = counted(unlisted.length, "connector that is", "connectors that are");
			page.fold(`${which} not in the list, as YAML to paste`, () => page.addAll(unlisted, "unlisted connector", "```yaml\n", "```\n\n"));
		}
		addDetails(page);
		return page.text;
	};
}
/** The verdict with Cloudflare's name: a page may stand among those of other steps. */
function titleOfPage(result) {
	const verdict = describeVerdict(result);
	if (verdict.startsWith("SSO ")) return `Cloudflare ${verdict}`;
	return `Cloudflare SSO: ${verdict.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase())}`;
}
/** Account, mode and counts, and what to do about a token that expires. */
function lead(result) {
	const { settings, tokenExpiry } = result;
	if (!settings) return "";
	const counts = settings.many ? ` · ${countVerdicts(result)}` : "";
	const expiry = tokenExpiry?.warning ? `⚠️ ${prose(tokenExpiry.warning.action)}\n\n` : "";
	return `Account ${code(settings.accountId)} · mode ${code(settings.mode)}${counts}\n\n${expiry}${nameUnasked(result)}`;
}
/** The connectors that some others are asked for beside: an entry may have lost its field. */
function nameUnasked({ settings, outcomes }) {
	const isAsked = ({ target }) => givenFields(target.desired).length > 0;
	const empty = outcomes.filter((outcome) => !isAsked(outcome));
	if (!countsFieldsAlone(settings) || empty.length === 0 || empty.length === outcomes.length) return "";
	return `No field is given for ${prose(listed(empty.map(({ name }) => name), 10))}.\n\n`;
}
function sentences({ failures }) {
	const told = failures.filter(({ kind }) => IN_SENTENCES.includes(kind));
	const bullet = told.length > 1 ? "- " : "";
	return told.map(({ message, action }) => `${bullet}${prose(`${message} ${action ?? ""}`)}\n`);
}
function composeDetails(result) {
	const messages = tellFailures(result).filter(({ record: { kind, detail } }) => !IN_SENTENCES.includes(kind) && detail !== "").map(({ record: { detail, documentation_url: url } }) => `- ${prose(`${detail}${url ? ` See ${url}.` : ""}`)}\n`);
	const connectors = connectorTable(result);
	const seen = connectors.rows.length;
	const what = [...seen > 0 ? [counted(seen, ...nounFor(result.outcomes))] : [], ...messages.length > 0 ? [messages.length === 1 ? "the full message" : `${messages.length} full messages`] : []];
	return (page) => {
		if (what.length === 0) return;
		page.fold(`Details: ${what.join(" and ")}`, () => {
			page.addAll(messages, "message");
			page.addTable(connectors);
		});
	};
}
// build/report/report.js
/** GitHub drops a summary over 1 MiB whole. https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#adding-a-job-summary */
const SUMMARY_LIMIT = 1047e3;
/** The output `summary` has to fit into a comment, of 65,536 characters, with room for more text. */
const OUTPUT_LIMIT = 6e4;
/**
* Tells later steps, the log, the job summary and, if asked for, an issue of a run's result. The outputs come first, so
* that all others tell of their failing. Returns whether the step succeeds.
*/
async function report(told, world) {
	const { env, log } = world;
	const render = composePage(told);
	const page = render(SUMMARY_LIMIT);
	const lost = setOutputs(told, Buffer.byteLength(page) <= OUTPUT_LIMIT ? page : render(OUTPUT_LIMIT), env);
	const result = {
		...told,
		failures: [...told.failures, ...lost]
	};
	process.stdout.cork();
	try {
		writeLines(result, log);
		writeAnnotations(result, log);
	} finally {
		process.stdout.uncork();
	}
	const obstacle = appendToRunnerFile("STEP_SUMMARY", lost.length > 0 ? composePage(result)(SUMMARY_LIMIT) : page);
	if (obstacle !== void 0) log.debug(() => `No job summary: ${obstacle}`);
	const token = readIssueToken(env);
	if (token && !result.cancelled) {
		const { keepIssue } = await __nccwpck_require__.e(/* import() */ 795).then(__nccwpck_require__.bind(__nccwpck_require__, 7795));
		await keepIssue(result, token, world);
	}
	return isSuccess(result);
}
// build/cloudflare/direct.js
/** Straight to the API, by Node's own client, which loads fastest. */
function connectDirectly(apiBaseUrl) {
	const isSecure = apiBaseUrl.protocol === "https:";
	const { Agent, request } = isSecure ? (external_node_https_default()) : (external_node_http_default());
	const agent = new Agent({ keepAlive: true });
	return {
		send({ url, method, headers, body, signal, onLeave }) {
			const { promise, resolve, reject } = Promise.withResolvers();
			const sent = request(url, {
				agent,
				method,
				headers,
				signal
			}, (response) => {
				sent.on("error", (error) => response.complete || response.destroy(error));
				resolve({
					status: response.statusCode ?? 0,
					headers: response.headers,
					body: response
				});
			});
			sent.on("socket", (socket) => {
				if (socket.connecting) socket.once(isSecure ? "secureConnect" : "connect", onLeave);
				else onLeave();
			});
			sent.on("error", reject).end(body);
			sent.on("close", () => reject(Object.assign(/* @__PURE__ */ new Error(), { code: "ECONNRESET" })));
			return promise;
		},
		destroy: () => agent.destroy()
	};
}
// build/cloudflare/connect.js
/** The way to the API: through the proxy, if there is one. */
async function connect({ apiBaseUrl, proxy, requestTimeout }) {
	if (proxy === void 0) return connectDirectly(apiBaseUrl);
	const { connectThroughProxy } = await Promise.all(/* import() */[__nccwpck_require__.e(752), __nccwpck_require__.e(681)]).then(__nccwpck_require__.bind(__nccwpck_require__, 3681));
	return connectThroughProxy(proxy, requestTimeout);
}
// build/job/directory.js
/**
* Returns a function that picks the connector of a target out of an account's list. That returns undefined if the list
* may lack it, and throws a Failure if there is none, more than one, or if that is not sure.
*/
function pickerOf({ connectors, unreadable, missing }, { accountId, many, targets }) {
	const byId = Map.groupBy(connectors, ({ id }) => id);
	const byDomain = Map.groupBy(connectors, ({ email_domain: domain }) => canonicalDomain(domain));
	const obstacles = unreadable.map((item) => ({
		...item,
		spelling: canonicalDomain(item.email_domain)
	}));
	let others;
	let hints = 0;
	return ({ sso_connector_id: id, email_domain: domain }) => {
		const isById = id !== void 0;
		const spelling = canonicalDomain(domain);
		const matches = (isById ? byId.get(id) : byDomain.get(spelling)) ?? [];
		const match = matches[0];
		if (isById && !match && missing !== void 0) return void 0;
		const obstacle = obstacles.find((item) => isById ? item.id === id || item.id === void 0 && !match : item.email_domain === void 0 || item.spelling === spelling);
		if (obstacle) {
			const candidates = [...matches, ...obstacles.filter((item) => item.spelling === spelling)];
			const ids = candidates.flatMap((one) => one.id === void 0 ? [] : [oneLine(one.id, 64)]);
			if (isById || !match || ids.length < candidates.length) throw obstacle.failure;
			const each = [...new Set(ids)];
			const action = `Give sso_connector_id: ${each.length === 1 ? `${each}, which is` : `${each.join(" or ")}, which are`} of this domain.`;
			throw obstacle.failure.changed((problem) => ({
				...problem,
				action
			}));
		}
		if (match && matches.length === 1) return match;
		const wanted = isById ? `with the id ${id}` : `for ${nameOfConnector(void 0, domain)}`;
		if (match) {
			const ids = matches.map(describeMatch).join(", ");
			throw new Failure({
				kind: "ambiguous",
				problem: `${matches.length} connectors of this ${isById ? "id" : "domain"}`,
				message: `Account ${accountId} has ${matches.length} connectors ${wanted}: ${ids}.`,
				action: isById ? null : "Give sso_connector_id to say which."
			});
		}
		if (!isById) hints += 1;
		others ??= leaveOut(connectors, targets);
		const nearest = isById || hints > MOST_HINTS ? void 0 : findNearest(domain, others);
		const isEmpty = many && connectors.length === 0;
		throw new Failure({
			kind: "not_found",
			problem: isById ? "no connector with this id" : "not in this account",
			message: `Account ${accountId} has no connector ${wanted}.${many ? "" : ` ${describeDomains(connectors)}`}`,
			action: `${isEmpty ? `${NONE_AT_ALL} ` : ""}${isById ? adviseId(domain, byDomain.get(spelling)) : adviseDomain(nearest)}`
		});
	};
}
/** Which of two it is that people mean shows by the switch. */
function describeMatch({ id = "", enabled }) {
	const isOn = enabled === void 0 ? "" : ` (SSO is ${enabled ? "on" : "off"})`;
	return `${quoted(id, 64)}${isOn}`;
}
const CREATE_FIRST = "create the connector first: this action does not.";
/** What to do about an id that no connector has; `ofDomain` are those of the domain that is given beside it. */
function adviseId(domain, ofDomain = []) {
	if (domain === void 0 || ofDomain.length === 0) return "Check sso_connector_id and account_id.";
	const ids = ofDomain.map(describeMatch).join(" and ");
	return `${nameOfConnector(void 0, domain)} has ${ids}: if it was created anew, give that id.`;
}
/** What to do about a domain that no connector has. */
function adviseDomain(nearest) {
	if (nearest === void 0) return `Check email_domain and account_id, or ${CREATE_FIRST}`;
	return `Did you mean ${nearest}? If not, ${CREATE_FIRST}`;
}
const NONE_AT_ALL = "The account has no connectors at all.";
const MOST_DOMAINS = 20;
/** Whoever gives so many wrong domains has them of another account. */
const MOST_HINTS = 20;
/** The domains that an account has connectors for, with their ids if one of these was looked for. */
function describeDomains(connectors, hasIds = false) {
	if (connectors.length === 0) return NONE_AT_ALL;
	return `The account has connectors for: ${listed(connectors.map(({ id, email_domain: domain = "no domain" }) => {
		const name = nameOfConnector(void 0, domain);
		return hasIds && id !== void 0 ? `${name} (${oneLine(id, 64)})` : name;
	}), MOST_DOMAINS)}.`;
}
const MOST_KNOWN = 20;
/** The ids that a list has for the domains of these targets: at 3 a.m., nobody can look them up. */
function describeKnown({ connectors }, targets) {
	const byDomain = Map.groupBy(connectors, ({ email_domain: domain }) => canonicalDomain(domain));
	const known = targets.flatMap(({ email_domain: domain }) => (byDomain.get(canonicalDomain(domain)) ?? []).flatMap(({ id }) => id === void 0 ? [] : `${oneLine(id, 64)} for ${nameOfConnector(void 0, domain)}`));
	return known.length > 0 ? ` It has ${listed(known, MOST_KNOWN)}.` : "";
}
/** The connectors of no entry: nobody means what stands in the list anyway. */
function leaveOut(connectors, targets) {
	const domains = new Set(targets.map(({ email_domain: domain }) => canonicalDomain(domain)));
	const ids = new Set(targets.map(({ sso_connector_id: id }) => id));
	return connectors.filter(({ id, email_domain: domain }) => !ids.has(id) && !domains.has(canonicalDomain(domain)));
}
/** The domain that is nearest in spelling, if it differs by no more than half of what stands before the last dot. */
function findNearest(domain, connectors) {
	const spell = (text) => unicodeDomain(canonicalDomain(text) ?? "");
	const wanted = spell(domain);
	const nearest = (0,mod/* closest */.kp)(wanted, ["", ...connectors.map((connector) => spell(connector.email_domain))]);
	return (0,mod/* distance */.Io)(wanted, nearest) <= wanted.lastIndexOf(".") / 2 ? nameOfConnector(void 0, nearest) : void 0;
}
// build/job/read.js
/**
* Reads these with one request. A list that may lack some is followed by one for each id that is not in it. Returns a
* function that gives each one's connector, or throws a Failure, as the request does.
*/
async function readFor(job, outcomes, signal = job.signal) {
	const { client, settings } = job;
	const get = (outcome) => client.get(outcome.ref(), signal);
	const [first] = outcomes;
	if (!settings.many && first?.id !== void 0) {
		const connector = await get(first);
		return async (outcome) => guarded(connector, outcome);
	}
	const find = await readListFor(job, outcomes, signal);
	return async (outcome) => find(outcome) ?? guarded(await get(outcome), outcome);
}
/** Reads the list for these, keeps it, and notes what it says of the others. */
async function readListFor(job, asked, signal) {
	const list = await job.client.list(signal);
	if (!job.list || list.missing === void 0) job.list = list;
	const pick = pickerOf(list, job.settings);
	const find = (outcome) => {
		const connector = pick({
			...outcome.target,
			sso_connector_id: outcome.id
		});
		return connector && guarded(connector, outcome);
	};
	noteOthers(job, asked, find);
	return find;
}
/** With a domain given too, the connector must be of this domain. */
function guarded(connector, { target: { email_domain: domain }, done }) {
	const { id = "without an id", email_domain: actual } = connector;
	if (domain === void 0 || sameDomain(actual, domain)) return connector;
	const has = actual === void 0 ? "no domain" : `the domain ${quoted(actual)}`;
	throw new Failure({
		kind: "wrong_domain",
		problem: "another domain",
		message: `Connector ${oneLine(id, 64)} has ${has}, not ${quoted(domain)} as given.${done.length === 0 ? " Nothing was changed." : ""}`,
		action: "Check which of sso_connector_id and email_domain is right."
	});
}
/**
* Notes what a list says of connectors besides those that it was read for, so that reports have them as they are now.
* One that was there and is gone, or is of another domain, fails.
*/
function noteOthers({ outcomes }, asked, find) {
	if (asked.length === outcomes.length) return;
	const known = new Set(asked);
	const isKnown = (one) => !one.isUncertain || one.isBeginInDoubt;
	for (const outcome of outcomes.filter((one) => !known.has(one) && isKnown(one))) try {
		const latest = find(outcome);
		if (latest && outcome.connector) outcome.see(latest);
		else if (latest && !outcome.failed) outcome.setFound(latest);
	} catch (failure) {
		if (!(failure instanceof Failure)) throw failure;
		if (!outcome.connector || outcome.isOutdated) continue;
		if (failure.isAll("unexpected")) outcome.unread = failure;
		else if (outcome.failed) outcome.isOutdated = true;
		else outcome.fail(lost(failure, [outcome]));
	}
}
const OTHER_BEFORE = "It was of this domain earlier in this run.";
const FIND_AGAIN = "Run this again: the domain may have another connector now.";
/** The failure of some that were read before, and now cannot be. */
function lost(failure, outcomes) {
	for (const outcome of outcomes) outcome.isOutdated = true;
	const isFixed = outcomes.some(({ target }) => target.sso_connector_id !== void 0);
	const actionOf = ({ kind, action = null }) => {
		if (kind === "not_found") return THERE_BEFORE;
		return kind === "wrong_domain" ? `${OTHER_BEFORE} ${isFixed ? action : FIND_AGAIN}` : action;
	};
	return failure.changed((problem) => ({
		...problem,
		action: actionOf(problem)
	}));
}
/** Fails those that the last list did not tell of, as no later one did either. */
function failUnread({ outcomes }) {
	for (const outcome of outcomes) {
		if (!outcome.unread) continue;
		outcome.isOutdated = true;
		if (!outcome.failed) outcome.fail(outcome.unread);
	}
}
// build/job/token-expiry.js
/**
* Asks when the API token expires, if the settings say so, and warns if that is soon. It never fails the step: undefined
* if no clear answer came.
*/
async function checkTokenExpiry(job) {
	const { settings, client, clock, log, signal } = job;
	const limit = settings.tokenExpiryWarning;
	if (limit === void 0) return void 0;
	const isUnknown = (reason) => {
		log.debug(() => `The end of the API token is unknown: ${reason}`);
	};
	if (job.outcomes.some(({ failures }) => failures.some(({ kind }) => kind === "rate_limited"))) return isUnknown("the rate limit is reached.");
	const token = await client.verifyToken(signal);
	if (typeof token === "string") return isUnknown(token);
	const { status, expires_on: expiresOn } = token;
	if (!expiresOn) return status === "active" ? { expiresOn: void 0 } : isUnknown(`its status is "${status}".`);
	const left = Date.parse(expiresOn) - clock.now();
	if (left >= limit) return { expiresOn };
	const date = new Date(expiresOn).toISOString().slice(0, 10);
	const loss = settings.mode === "reconcile" ? "SSO cannot be switched off from here" : "every step that uses it fails";
	const [what, action] = left <= 0 ? [`API token expired on ${date}`, "Create a new token and update the secret."] : [`API token expires on ${date}`, `Renew the token before then, or ${loss}.`];
	log.warning(`The ${what}. ${action}`);
	return {
		expiresOn,
		warning: {
			problem: `the ${what}`,
			action
		}
	};
}
// build/job/unlisted.js
/**
* The connectors of the account that no entry names, those that cannot be read among them. Undefined if `unlisted` is
* `ignore`, for a single connector, and if the whole list was not read.
*/
function findUnlisted({ settings, list, outcomes, log }) {
	if (!settings.many || settings.unlisted === "ignore" || !list) return void 0;
	if (list.missing !== void 0) {
		const line = `Whether the account has unlisted connectors is unknown: Cloudflare's list is incomplete, ${list.missing}.`;
		if (settings.unlisted === "report") log.info(line);
		return;
	}
	const ids = new Set(outcomes.map(({ id }) => id));
	ids.delete(void 0);
	const lost = outcomes.filter(({ found, isOutdated }) => found?.id === void 0 || isOutdated);
	const domains = new Set(lost.map(({ target }) => canonicalDomain(target.email_domain)));
	domains.delete(void 0);
	return [...list.connectors, ...list.unreadable].filter(({ id, email_domain: domain }) => !ids.has(id) && !domains.has(canonicalDomain(domain)));
}
/** The failures that `unlisted: fail` makes of unlisted connectors, or of a list that may lack some. */
function failUnlisted({ settings, list }, unlisted) {
	if (settings.unlisted !== "fail") return [];
	if (list?.missing !== void 0) return new Failure({
		kind: "ambiguous",
		about: `Account ${settings.accountId}`,
		problem: "incomplete list of connectors",
		message: `Cloudflare's list of the connectors of account ${settings.accountId} is incomplete: ${list.missing}. Whether it has unlisted connectors is unknown.`,
		action: "Run it again. If that does not help, use unlisted: report."
	}).record();
	return (unlisted ?? []).flatMap(({ id, email_domain }) => {
		const name = nameOfConnector(id, email_domain);
		return new Failure({
			kind: "unlisted",
			problem: "not in the list",
			detail: "",
			message: `The account has ${name}, which is not in the list.`,
			action: "Add what is missing to the list, or use unlisted: report. The job summary has the YAML to paste."
		}).record({
			sso_connector_id: id,
			email_domain,
			name
		});
	});
}
// build/job/attempt.js
/** Works side by side on those that have not failed. A Failure is recorded, so that it does not stop the others. */
async function attemptEach(outcomes, work) {
	await attemptAll(outcomes.filter(({ failed }) => !failed), work);
}
/** As `attemptEach`, and works on those too that have failed before. */
async function attemptAll(outcomes, work) {
	const attempt = async (outcome) => {
		try {
			await work(outcome);
		} catch (failure) {
			if (!(failure instanceof Failure)) throw failure;
			outcome.fail(failure);
		}
	};
	await Promise.all(outcomes.map(attempt));
}
/** Records one failure of all of these, once for all of them; by default under their number. */
function failAll(outcomes, failure, subject) {
	const [first, ...others] = outcomes;
	const all = others.length === 0 ? first?.subject : { name: counted(outcomes.length, ...nounFor(outcomes)) };
	const records = failure.record(subject ?? all);
	for (const { failures } of outcomes) failures.push(...records);
}
// build/job/twins.js
/** A connector that is given once by id and once by domain may be asked to be two things. Nothing stops a disable. */
function refuseTwins({ outcomes, log }) {
	const entries = outcomes.filter(({ failures }) => failures.every(({ kind }) => kind !== "wrong_domain"));
	for (const same of Map.groupBy(entries, (outcome) => outcome.id).values()) {
		const id = same[0]?.id;
		if (id === void 0 || same.length === 1) continue;
		for (const outcome of same) outcome.twins = same.filter((other) => other !== outcome);
		const lines = same.map(({ target }) => target.line).join(" and ");
		const state = `Lines ${lines} of the list name the same connector, ${oneLine(id, 64)}.`;
		const action = "Remove one of these entries.";
		if (isDisable(same)) {
			log.warning(`${state} ${action}`);
			continue;
		}
		const message = `${state}${same.every(({ done, doubted }) => done.length === 0 && doubted.length === 0) ? " Nothing was changed for it." : ""}`;
		failAll(same, new Failure({
			kind: "ambiguous",
			problem: `twice in the list (lines ${lines})`,
			message,
			action
		}), same[0]?.subject);
	}
}
/** Whether one of these asks for a disable, and no other for the opposite of anything. */
function isDisable(outcomes) {
	const wishes = outcomes.map(({ target }) => target.desired);
	return FIELDS.every((field) => new Set(wishes.flatMap((wish) => wish[field] ?? [])).size < 2) && wishes.some(({ enabled }) => enabled === false);
}
// build/job/find.js
/**
* Reads the connectors before anything is changed: one by its id with one request, all others by the account's list,
* which is read once. Targets that are not found for sure fail, each with its reason.
*/
async function findConnectors(job, outcomes = job.outcomes) {
	if (outcomes.length === 0) return;
	try {
		const read = await readFor(job, outcomes);
		refuseIncomplete(job, outcomes);
		await attemptEach(outcomes, async (outcome) => outcome.setFound(await read(outcome)));
	} catch (failure) {
		if (!(failure instanceof Failure)) throw failure;
		failAll(outcomes, withShortcut(failure, job, outcomes));
		return;
	}
	tellDomains(job);
	refuseTwins(job);
}
/** A disable by id alone reads nothing before: the way past a read that fails. */
function withShortcut(failure, { settings }, outcomes) {
	if (!(settings.mode === "update" && outcomes.some(({ target }) => target.desired.enabled === false))) return failure;
	return failure.changed((problem) => {
		const action = [problem.action, SHORTCUT].filter(Boolean).join(" ");
		return UNREACHED.includes(problem.kind) ? {
			...problem,
			action
		} : problem;
	});
}
const UNREACHED = [
	"unavailable",
	"blocked",
	"unexpected"
];
const SHORTCUT = "With sso_connector_id alone, nothing is read before SSO is switched off.";
/** In a list that may lack some, no domain is found for sure: it may be there twice. */
function refuseIncomplete({ list, settings }, outcomes) {
	if (list?.missing === void 0) return;
	const byDomain = outcomes.filter(({ id }) => id === void 0);
	failAll(byDomain, new Failure({
		kind: "ambiguous",
		problem: "incomplete list of connectors",
		message: `Cloudflare's list of the connectors of account ${settings.accountId} is incomplete: ${list.missing}. No domain can be found in it for sure.${describeKnown(list, byDomain.map(({ target }) => target))}`,
		action: "Give sso_connector_id, or run this again."
	}));
}
/** Many targets that miss are told the account's domains once, in the log, unless some may be missing. */
function tellDomains({ settings, list, outcomes, log }) {
	const misses = outcomes.filter(({ failures }) => failures.some(({ kind }) => kind === "not_found"));
	if (!settings.many || !list || list.missing !== void 0 || misses.length === 0) return;
	const hasIds = misses.some(({ target }) => target.sso_connector_id !== void 0);
	log.info(describeDomains(list.connectors, hasIds));
}
// build/job/read-again.js
/**
* Reads connectors again, with one request if it can. One that cannot be read any more fails by what `tell` makes of it.
* Throws a Failure that stops all of them, or may well pass.
*/
async function readAgain(job, outcomes, signal = job.signal, tell = (failure) => failure) {
	let passing;
	try {
		const read = await readFor(job, outcomes, signal);
		await attemptEach(outcomes, async (outcome) => {
			try {
				outcome.see(await read(outcome));
			} catch (failure) {
				if (!(failure instanceof Failure)) throw failure;
				if (!failure.passing) throw tell(lost(failure, [outcome]));
				passing = failure;
			}
		});
	} catch (failure) {
		if (!(failure instanceof Failure) || failure.passing) throw failure;
		throw lost(failure, outcomes);
	}
	if (passing) throw passing;
}
/** Reads a connector to explain why Cloudflare refused something; undefined if that fails too. */
async function readToExplain({ client, signal }, outcome, refusal, options = {}) {
	try {
		outcome.see(await client.get(outcome.ref(), signal, {
			...options,
			onlyExplains: true
		}));
		return outcome.connector;
	} catch (failure) {
		if (failure instanceof Failure) {
			if (failure.isAll("not_found")) outcome.isOutdated = true;
			return;
		}
		outcome.fail(refusal);
		throw failure;
	}
}
// build/verification/wait.js
/** For so long after a verification has begun, the status `failed` may still be that of the one before. */
const GRACE_MS = 6e4;
/** Why a status is `failed`: at the end of the two days, or for a reason unknown. */
const POLLED = ": Cloudflare did not find the TXT record within two days";
const BEGUN = " after this run began the verification";
const MOST_DONE = 20;
/** Of a look that the end of the wait cut off. */
const NO_ANSWER = {
	kind: "unavailable",
	problem: "no valid answer in time",
	message: ""
};
/** So long before the time runs out there is a last check, whatever the interval is. */
const LAST_CHECK_MS = 1e3;
/** Once the time has run out, DNS is asked for less than the second that the run may take on top. */
const LATE_DNS_MS = 500;
/**
* Waits, if `wait_for_verification` says so, until the domains are verified. One whose verification fails, or that is
* not verified in time, fails.
*/
async function waitForVerification(job) {
	const { settings, clock, log, signal } = job;
	const limit = settings.waitForVerification;
	if (limit === void 0) return;
	const start = clock.now();
	const deadline = clock.deadline(limit);
	const untilDeadline = AbortSignal.any([signal, deadline]);
	let open = await settle(job, job.outcomes);
	/** Why the last look did not read some or all; undefined if it read all. */
	let fault;
	let missed = [];
	const done = job.outcomes.filter((one) => FIELDS.some((field) => one.ours(field))).flatMap((one) => one.done);
	if (open.length > 0 && done.length > 0) log.info(`Done before the wait: ${listed(done, MOST_DONE)}.`);
	while (open.length > 0 && !deadline.aborted) {
		const elapsed = clock.now() - start;
		const left = Math.max(0, limit - elapsed);
		log.info(describeWait(open, elapsed, left));
		const before = new Map(job.outcomes.map((outcome) => [outcome, outcome.connector]));
		const isRead = (outcome) => outcome.connector !== before.get(outcome);
		try {
			await clock.sleep(Math.min(settings.pollInterval, Math.max(left - LAST_CHECK_MS, LAST_CHECK_MS)), untilDeadline);
			fault ??= NO_ANSWER;
			missed = open;
			await readAgain(job, open, untilDeadline);
			fault = void 0;
		} catch (failure) {
			if (failure instanceof Failure) fault = failure.problems[0];
			if (!deadline.aborted) {
				if (!(failure instanceof Failure)) throw failure;
				if (!failure.passing) {
					failAll(open, failure);
					return;
				}
				log.info(`${failure.message} Still waiting.`);
			}
		}
		for (const outcome of open) {
			const [earlier, now] = [shaken_status(before.get(outcome)), shaken_status(outcome.connector)];
			if (now !== earlier) log.info(`>>> ${outcome.name}: verification ${earlier} -> ${now}`);
		}
		missed = missed.filter((outcome) => !isRead(outcome));
		open = await settle(job, job.outcomes.filter(isRead));
	}
	const context = ` after a wait of ${describeSpan(limit)}`;
	const fail = (outcome) => fault && missed.includes(outcome) ? failMissed(job, outcome, context, fault) : failUnverified(job, [outcome], context, LATE_DNS_MS);
	await Promise.all(open.map(fail));
}
/** Of those just read, fails the ones whose verification has failed. Returns all to go on waiting for. */
async function settle(job, read) {
	const isInGrace = ({ begunAt = -Infinity }) => job.clock.now() - begunAt < GRACE_MS;
	const isLost = (outcome) => shaken_status(outcome.connector) === "failed" && !isInGrace(outcome);
	const fail = (outcome) => failUnverified(job, [outcome], outcome.begunAt === void 0 ? POLLED : BEGUN);
	await Promise.all(read.filter(isOpen).filter(isLost).map(fail));
	return job.outcomes.filter(isOpen);
}
/** Fails one that may be verified by now, since the last reads failed. */
async function failMissed(job, outcome, context, fault) {
	const { problem, action, ...rest } = await explainUnverified(job, outcome, `${context}, and could not be read at the end: ${fault.problem}`, LATE_DNS_MS);
	outcome.fail({
		...rest,
		problem: `${problem}, then ${fault.problem}`,
		action: `The last reads failed. ${fault.action ?? "Run this again first."} ${action}`
	});
}
function isOpen({ failed, connector }) {
	return !failed && connector !== void 0 && !isVerified(connector);
}
function describeWait(open, elapsed, left) {
	const [first] = open;
	const time = `${elapsed < 500 ? "0 s" : describeSpan(elapsed)} elapsed, ${describeSpan(left)} left`;
	const statusOf = ({ connector }) => shaken_status(connector);
	if (open.length === 1 && first) return `Waiting for ${first.name} to be verified: ${statusOf(first)}, ${time}.`;
	const counts = [...Map.groupBy(open, statusOf)].map(([name, of]) => `${of.length} ${name}`).join(", ");
	return `Waiting for ${open.length} domains to be verified: ${counts}, ${time}.`;
}
function shaken_status(connector) {
	return oneLine(connector?.verification_status ?? "no status", 40);
}
// build/modes/check.js
/** Only reads, and fails if a connector differs from the fields given. */
async function check(job) {
	const { settings, outcomes, log } = job;
	const empty = countsFieldsAlone(settings) ? describeEmpty(job) : void 0;
	if (empty !== void 0) log.warning(`There is nothing to check${empty}. Give enabled, use_fedramp_language or require_verified. Without them, every connector that exists passes.`);
	await findConnectors(job);
	const found = outcomes.filter(({ failed }) => !failed);
	await waitForVerification(job);
	for (const outcome of found) failDrift(outcome);
}
function failDrift(outcome) {
	const { connector, isOutdated, remainingDrift: drift, name } = outcome;
	if (!connector || isOutdated) return;
	outcome.drift = drift;
	if (drift.length === 0) return;
	const differences = describeDrift(drift);
	const since = connector.updated_on && ` The connector was last changed on ${oneLine(connector.updated_on, 40)}.`;
	const blocked = isBlocked(outcome);
	const purpose = drift.some(({ field, actual }) => field === "enabled" && actual === false) ? "If SSO is off on purpose, leave it. Otherwise run" : "Run";
	const remedy = blocked ? "Verify the domain first: until then Cloudflare refuses to enable SSO." : `${purpose} mode: reconcile to change it, or change what is expected.`;
	const isDeed = !blocked && drift.every(({ actual }) => actual !== null);
	outcome.fail({
		kind: "drift",
		problem: differences,
		message: `${name} is not in sync: ${differences}.${since ?? ""}`,
		detail: "",
		action: `${remedy}${isDeed ? " The audit log of the Cloudflare dashboard says who changed it." : ""}`,
		isDeed
	});
}
// build/modes/plan.js
/** Reads only, so that the drift shows what `reconcile` would send; what is sure to fail there fails here too. */
async function plan(job) {
	warnIfEmpty(job);
	await findConnectors(job);
	await attemptEach(findDrifted(job), async (outcome) => void await decideFields(job, outcome));
}
// build/verification/begin.js
const MOST_UNKNOWN = 5;
/**
* Asks Cloudflare to check for the TXT record (again) if `begin_verification` and the status say so, and then reads
* the connectors, of which the answer says nothing.
* https://developers.cloudflare.com/api/resources/iam/subresources/sso/
*/
async function beginVerification(job) {
	const { settings, log } = job;
	const waiting = job.outcomes.filter((outcome) => isToBegin(outcome, settings));
	const unknown = job.outcomes.filter(({ connector, failed }) => connector && !failed && connector.verification_status === void 0);
	if (settings.beginVerification && unknown.length > 0) {
		const names = unknown.map(({ name }) => name);
		log.warning(`Did not ask to begin the verification of ${listed(names, MOST_UNKNOWN)}: Cloudflare gives no verification status. Run this again later.`);
	}
	await attemptEach(waiting, (outcome) => begin(job, outcome));
	const begun = waiting.filter(({ begunAt }) => begunAt !== void 0);
	if (begun.length === 0) return;
	const state = "Cloudflare accepted the request to begin the verification, but what came of it is unknown.";
	const tell = (failure) => failure.changed((problem) => ({
		...problem,
		message: `${state} ${problem.message}`
	}), true);
	try {
		await readAgain(job, begun, job.signal, tell);
	} catch (failure) {
		if (!(failure instanceof Failure)) throw failure;
		if (failure.passing && settings.waitForVerification !== void 0) {
			log.info(`${failure.message} Still waiting.`);
			return;
		}
		failAll(begun.filter(({ isBeginInDoubt, failed }) => isBeginInDoubt && !failed), tell(failure));
	}
}
/** Whether Cloudflare is to be asked to check for the TXT record of this connector, if it was not asked yet. */
function isToBegin({ connector }, { beginVerification: isWanted }) {
	const status = connector?.verification_status;
	return isWanted && (status === "awaiting" || status === "failed");
}
async function begin(job, outcome) {
	const { client, clock, log, signal } = job;
	const { name } = outcome;
	const ref = outcome.ref();
	try {
		await outcome.send("begin", (doubt) => client.beginVerification(ref, signal, doubt));
		outcome.begunAt = clock.now();
		log.info(`Asked Cloudflare to begin the verification of ${name}.`);
	} catch (failure) {
		if (!(failure instanceof Failure) || !failure.isAll("refused")) throw failure;
		const connector = await readToExplain(job, outcome, failure);
		const status = connector?.verification_status;
		if (status === "verified") log.info(`${name} is verified already.`);
		else if (status === "pending") log.info(`The verification of ${name} is under way already.`);
		else if (connector) throw await withRecord(job, outcome, failure);
		else throw failure;
	}
}
/** A refusal without advice of its own says what is missing for the domain to be verified. */
async function withRecord(job, outcome, refusal) {
	if (refusal.problems.some(({ action }) => action)) return refusal;
	const { message, action } = await explainUnverified(job, outcome, "");
	const last = refusal.problems.at(-1);
	return refusal.changed((problem) => problem === last ? {
		...problem,
		message: `${problem.message} ${message}`,
		action: action ?? null,
		detail: problem.message
	} : problem);
}
// build/modes/apply.js
/** Sends these fields of one connector and makes sure that it has them afterwards. Throws a Failure if it has not. */
async function apply(job, outcome, fields) {
	const { client, signal } = job;
	const ref = outcome.ref();
	const asked = describeChange(outcome.name, fields);
	let answer;
	try {
		answer = await outcome.send(fields, (doubt) => client.update(ref, fields, signal, doubt));
	} catch (failure) {
		if (!(failure instanceof Failure)) throw failure;
		if (fields.enabled !== true) throw failure;
		throw await explainRefusedEnable(job, outcome, fields, failure);
	}
	const connector = answer ?? await readBack(job, outcome, asked);
	const said = answer ? "answered with" : "a read afterwards has";
	const { email_domain: domain } = connector;
	const { domain: known } = outcome;
	const other = domain !== void 0 && known !== void 0 && domain !== known && !sameDomain(domain, known) ? `of the domain ${quoted(domain)}` : void 0;
	const stranger = connector.id === ref.id ? other : describeId(connector.id);
	if (stranger !== void 0) {
		outcome.takeBack(fields, givenFields(fields));
		throw notAsAsked(outcome, fields, "no answer about this connector", `, and ${said} a connector ${stranger}. The state of connector ${ref.id} is unknown.`);
	}
	const latest = fillIn(connector, outcome.connector, fields);
	const ignored = findDrift(connector, fields);
	if (ignored.length > 0) {
		const actual = ignored.map(({ field, actual }) => actual === null ? `no ${field}` : `${field}=${actual}`).join(", ");
		const names = ignored.map(({ field }) => field);
		const what = `. It said that this was done, but ${said} ${actual}.`;
		outcome.takeBack(fields, names, latest);
		throw notAsAsked(outcome, fields, `${answer ? "Cloudflare answered with" : said} ${actual}`, what);
	}
	outcome.see(latest);
	if (connector.verification_status === void 0) await readVerification(job, outcome, asked);
	failMoved(outcome, fields);
}
/** Fails a connector that was changed as asked if it is not as you asked for all the same, as of the last read. */
function failMoved(outcome, sent) {
	const differences = describeDrift(outcome.remainingDrift);
	if (differences === "") return;
	const isLeftOut = outcome.remainingDrift.every(({ actual }) => actual === null);
	outcome.fail({
		kind: "unexpected",
		problem: differences,
		message: `Cloudflare was asked to ${describeChange(outcome.name, sent)}, which is done. But ${differences}.`,
		action: isLeftOut ? "The last answer leaves this out. Run mode: check to see." : "Someone else may have changed it meanwhile: the audit log of the Cloudflare dashboard says who. Run this again if it is to be as you asked.",
		isDeed: !isLeftOut
	});
}
/** What Cloudflare said to be done may not be. */
function notAsAsked(outcome, sent, problem, said) {
	return new Failure({
		kind: "unexpected",
		problem,
		message: `Cloudflare was asked to ${describeChange(outcome.name, sent)}${said}`,
		action: MAY_HAVE
	}, { mayHaveTakenEffect: true });
}
/** Reads the verification that an answer left out, if anything hangs on it. */
async function readVerification(job, outcome, asked) {
	const { client, settings, signal } = job;
	const isGate = mustBeVerified(settings);
	if (!settings.beginVerification && !isGate) return;
	try {
		outcome.see(await client.get(outcome.ref(), signal));
	} catch (failure) {
		if (!(failure instanceof Failure)) throw failure;
		if (!isGate && outcome.connector?.verification_status !== void 0) return;
		outcome.forgetVerification();
		const state = `Cloudflare was asked to ${asked}, which is done, but the verification could not be read afterwards.`;
		throw failure.changed((problem) => ({
			...problem,
			message: `${state} ${problem.message}`
		}));
	}
}
/** A success without a result says nothing of the connector, so it is read. */
async function readBack({ client, signal }, outcome, asked) {
	try {
		return await client.get(outcome.ref(), signal);
	} catch (failure) {
		if (!(failure instanceof Failure)) throw failure;
		const state = `Cloudflare was asked to ${asked} and said that this was done, but the connector could not be read afterwards.`;
		const explain = ({ message, action, ...rest }) => ({
			...rest,
			message: `${state} ${message}`,
			action: action ? `${CHECK_STATE} ${action}` : CHECK_STATE
		});
		throw failure.changed(explain, true);
	}
}
/** Cloudflare refuses to enable an unverified domain. One read, best effort, tells whether that is why. */
async function explainRefusedEnable(job, outcome, fields, failure) {
	if (failure.mayHaveTakenEffect || failure.problems.some(({ action }) => action)) return failure;
	const { connector: known } = outcome;
	const connector = await readToExplain(job, outcome, failure, { atOnce: true }) ?? (known && !outcome.isOutdated && isVerified(known) ? known : void 0);
	if (!connector) {
		const action = "Run mode: check to see whether the domain is verified.";
		return failure.changed((refused) => ({
			...refused,
			action
		}));
	}
	const isOfVerification = ({ problem }) => /verif/i.test(problem);
	const reason = failure.problems.find(isOfVerification) ?? failure.problems.at(-1);
	const explain = (explanation) => failure.changed((refused) => refused === reason ? {
		...refused,
		...explanation
	} : refused);
	if (findDrift(connector, fields).length === 0) return explain({ action: `${outcome.name} is in sync all the same: nothing is left to do.` });
	const isUnsaid = connector.verification_status === void 0 && !failure.problems.some(isOfVerification);
	if (isVerified(connector) || isUnsaid) return explain({ action: `${isUnsaid ? "Cloudflare does not say whether the domain is verified." : "The domain is verified."}${/\.(edu|ac)(\.[a-z]{2})?$/.test(canonicalDomain(outcome.domain) ?? "") ? " An academic domain needs an approval by Cloudflare support." : ""} Is SSO enabled for it in another account? Disable it there first.` });
	const refusal = reason?.message;
	const { problem, message, detail, ...rest } = await explainUnverified(job, outcome, "");
	return explain({
		...rest,
		problem: `${problem}, so not enabled`,
		message: `${message} ${refusal}`,
		detail: `${detail} ${refusal}`.trim()
	});
}
// build/modes/reconcile.js
/** Reads, and sends just the fields that differ. What is not to be enabled waits for nothing. */
async function reconcile(job) {
	const heal = async (outcome) => apply(job, outcome, await decideFields(job, outcome));
	warnIfEmpty(job);
	await findConnectors(job);
	await attemptEach(findDrifted(job).filter((outcome) => fieldsToSend(outcome).enabled !== true), heal);
	const healthy = new Set(job.outcomes.filter(({ failed }) => !failed));
	await beginVerification(job);
	await waitForVerification(job);
	const isDue = (outcome) => !outcome.failed || healthy.has(outcome) && !outcome.isOutdated && fieldsToSend(outcome).enabled !== true;
	await attemptAll(findDrifted(job).filter(isDue), heal);
}
// build/modes/update.js
/**
* Sends the fields given. Nothing is read first unless the inputs need it, and a disable by id comes before all else, so
* that nothing can stop it; only an enable waits for the verification. Among many, the others by id come after the list
* that some are found by, since that shows whether two of them are the same; its failing does not stop them.
*/
async function update(job) {
	const { settings, outcomes, log } = job;
	const waits = settings.beginVerification || settings.waitForVerification !== void 0;
	const enabling = outcomes.filter(({ target }) => waits && target.desired.enabled === true);
	const others = outcomes.filter((outcome) => !enabling.includes(outcome));
	const send = (outcome) => apply(job, outcome, outcome.target.desired);
	const empty = describeEmpty(job);
	if (empty !== void 0 && !settings.beginVerification) log.notice(`There is nothing to change${empty}: ${NO_FIELD} ${IF_EXPRESSION}`);
	await attemptEach(others.filter(isDisableById), send);
	await findConnectors(job, [...enabling, ...others.filter(({ target }) => target.email_domain !== void 0)]);
	await attemptEach(others.filter((outcome) => !isDisableById(outcome)), send);
	const changed = others.filter(({ failed }) => !failed);
	await beginVerification(job);
	await waitForVerification(job);
	for (const outcome of changed) failMoved(outcome, outcome.target.desired);
	await attemptEach(enabling, send);
}
/** What has no domain has an id. */
function isDisableById({ target: { email_domain: domain, desired } }) {
	return domain === void 0 && desired.enabled === false;
}
// build/report/cancelled.js
const MOST_UNDONE = 5;
/** The failure that a cancelled job is: what was done, what may have been, and what was not. */
function recordCancelled({ signal }, { settings, outcomes }) {
	const { done, unknown } = describeSent(outcomes);
	const undone = listUndone(outcomes, settings);
	const rest = undone.length > 0 ? `Not done: ${listed(undone, MOST_UNDONE)}.` : "Nothing else was to be done.";
	const mayHave = unknown !== "";
	const again = mayHave ? MAY_HAVE : "Run this again.";
	const ifOn = `${mayHave ? `${MAY_HAVE_UNWANTED} ` : ""}Run this again if SSO is to be on.`;
	return new Failure({
		kind: "cancelled",
		problem: "The run was cancelled",
		message: `The run was cancelled (${signal}). Done: ${done || "nothing"}.${unknown && ` ${unknown}`} ${rest}`,
		action: outcomes.some((outcome) => isToEnable(outcome, settings)) ? ifOn : again
	}, { mayHaveTakenEffect: mayHave }).record();
}
/** Whether a further run may well switch SSO on. */
function isToEnable({ target, connector }, settings) {
	return isToWrite(settings) && target.desired.enabled === true && connector?.enabled !== true;
}
function listUndone(outcomes, settings) {
	if (!isToWrite(settings)) return [`the rest of the ${settings.mode}`];
	const expiry = settings.tokenExpiryWarning === void 0 ? [] : ["the check when the API token expires"];
	return [...outcomes.flatMap((outcome) => describeUndone(outcome, settings)), ...expiry];
}
function describeUndone(outcome, settings) {
	const { name, target, connector, failed, done, doubted, unsent } = outcome;
	const isUntouched = done.length === 0 && doubted.length === 0;
	const begin = isUntouched && isToBegin(outcome, settings) ? [describeChange(name, "begin")] : [];
	if (isUntouched && !failed && settings.beginVerification && !connector) begin.push(`${describeChange(name, "begin")} if it needs that`);
	if (describeDesired(unsent) !== "") return [...begin, `${describeDesired(unsent)} for ${name}`];
	if (settings.mode === "update" && describeDesired(target.desired) === "" && isUntouched && begin.length === 0) return [`an update of no field for ${name}`];
	const isOpen = !failed && mustBeVerified(settings) && !(connector && isVerified(connector));
	return begin.length === 0 && isOpen ? [`the check whether ${name} is verified`] : begin;
}
// build/verification/gate.js
/**
* Judges `require_verified` on the final state, and a wait that came to its end: a domain may not stay verified. One that
* could not be read, or failed for this reason, has failed already.
*/
async function judgeGate(job) {
	const { settings, outcomes } = job;
	if (!mustBeVerified(settings)) return;
	const wish = settings.requireVerified ? "require_verified is true" : "wait_for_verification asks for that";
	await failUnverified(job, outcomes.filter(({ failed }) => settings.requireVerified || !failed).filter(({ connector, isOutdated }) => connector && !isOutdated && !isVerified(connector)).filter(({ isToldUnverified }) => !isToldUnverified), `, and ${wish}`);
}
// build/run.js
const WORK = {
	update,
	check,
	plan,
	reconcile
};
/** The whole job. Whatever fails foreseeably is in the result. */
async function run(world) {
	const { env, log } = world;
	let settings;
	try {
		settings = await readSettings(env, log.warning);
	} catch (failure) {
		if (!(failure instanceof Failure)) throw failure;
		const many = new Reader(env).givesList;
		const work = {
			outcomes: [],
			groups: /* @__PURE__ */ new Map(),
			messages: []
		};
		return {
			failures: failure.record(),
			many,
			asksNothing: await givesNothing(env),
			...work
		};
	}
	const connections = await connect(settings);
	const client = new Client({
		...settings,
		...world,
		connections,
		isToWrite: isToWrite(settings)
	});
	const job = {
		...world,
		settings,
		client,
		outcomes: settings.targets.map((target) => new Outcome(target))
	};
	log.info(describeStart(settings));
	try {
		await WORK[settings.mode](job);
		failUnread(job);
		await judgeGate(job);
		world.signal.throwIfAborted();
		const tokenExpiry = await checkTokenExpiry(job);
		return {
			...resultOf(job),
			tokenExpiry
		};
	} catch (cancelled) {
		if (!(cancelled instanceof Cancelled)) throw cancelled;
		const result = resultOf(job);
		return {
			...result,
			cancelled,
			failures: [...result.failures, ...recordCancelled(cancelled, result)]
		};
	} finally {
		connections.destroy();
	}
}
function describeStart({ mode, accountId, targets, many }) {
	return `Mode ${mode}, account ${accountId}: ${many ? counted(targets.length, "connector") : targets.map(describeTarget).join()}`;
}
function describeTarget({ sso_connector_id: id, email_domain: domain, desired }) {
	return [
		id && `connector ${id}`,
		domain && `domain ${domain}`,
		describeDesired(desired)
	].filter(Boolean).join(", ");
}
function resultOf(job) {
	const { settings, client, outcomes } = job;
	const unlisted = findUnlisted(job);
	const failures = [...new Set(outcomes.flatMap((outcome) => outcome.failures)), ...failUnlisted(job, unlisted)];
	const { messages, decidingAnswer } = client.requests;
	return {
		settings,
		outcomes,
		groups: judge(outcomes, settings),
		failures,
		unlisted,
		messages: [...messages.values()],
		decidingAnswer
	};
}
// build/runner/log.js
const LINE_LIMIT = 4e3;
/** The step's log: whatever is written is one line and never a workflow command. */
const log = {
	info: (line) => void process.stdout.write(columns(line) + external_node_os_namespaceObject.EOL),
	group: (title, lines) => {
		write("group", title);
		process.stdout.write(lines.map((line) => columns(line) + external_node_os_namespaceObject.EOL).join(""));
		write("endgroup", "");
	},
	notice: (message) => write("notice", message),
	warning: (message) => write("warning", message),
	error: (message, title) => write("error", message, title),
	debug: (line) => {
		if (process.env["RUNNER_DEBUG"] === "1") write("debug", line());
	}
};
function write(command, message, title) {
	issueCommand(command, title === void 0 ? {} : { title: oneLine(title, LINE_LIMIT) }, oneLine(message, LINE_LIMIT));
}
/** One line that keeps the spaces between its columns. Each column is made safe by itself. */
function columns(line) {
	if (line.length <= LINE_LIMIT && isUsual(line.replaceAll(/ {2,}/g, " "))) return line;
	return line.split(/( {2,})/).map((part, n) => n % 2 === 1 ? part : oneLine(part, LINE_LIMIT)).join("").trim().slice(0, LINE_LIMIT).toWellFormed();
}
/** Has the runner mask the tokens from here on, in the form in which they are sent. */
function maskSecrets(env) {
	for (const name of SECRETS.keys()) {
		const secret = strip(env[name] ?? "");
		if (secret) issueCommand("add-mask", {}, secret);
	}
}
// build/verification/dns.js
const DNS_LIMIT_MS = 3e3;
/** Asks the system's DNS servers for a domain's TXT records, for 3 seconds by default. Never throws: DNS can only add to a message. */
async function lookUpTxt(domain, signal, limitMs = DNS_LIMIT_MS) {
	const { default: dns } = await Promise.resolve(/* import() */).then(__nccwpck_require__.t.bind(__nccwpck_require__, 610, 23));
	const resolver = new dns.promises.Resolver();
	for (const end of [signal, AbortSignal.timeout(limitMs)]) end.addEventListener("abort", () => resolver.cancel());
	try {
		signal.throwIfAborted();
		resolver.setServers(dns.getServers());
		return { records: (await resolver.resolveTxt(canonicalDomain(domain) ?? domain)).map((strings) => strings.join("")) };
	} catch (error) {
		const { code } = error;
		if (code === "ENOTFOUND") return { noDomain: true };
		if (code === "ENODATA") return { records: [] };
		if (signal.aborted) return { unknown: "the run was cancelled" };
		return { unknown: code === "ECANCELLED" ? `no answer within ${describeSpan(limitMs)}` : String(code) };
	}
}
// build/index.js
/** A cancelled run has to be over within a second, whatever still hangs. */
const CANCEL_LIMIT_MS = 900;
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
const { env } = process;
const cancel = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => {
	cancel.abort(new Cancelled(signal));
	setTimeout(endAtOnce, CANCEL_LIMIT_MS, 1).unref();
});
process.exitCode = 1;
main();
/** With awaits at the top level instead, the bundler makes several modules, and a cold process takes some 7 ms longer. */
async function main() {
	let exitCode = 1;
	try {
		maskSecrets(env);
		const world = {
			env,
			clock: systemClock,
			log,
			lookUpTxt,
			signal: cancel.signal
		};
		if (await report(await run(world), world)) exitCode = 0;
	} catch (error) {
		const { message, stack } = error instanceof Error ? error : new Error(String(error));
		log.error(`This should not have happened, please report it: ${message}`);
		log.debug(() => String(stack));
	}
	process.stdout.write("", () => endAtOnce(exitCode));
}



/***/ }),

/***/ 1916:
/***/ ((__unused_webpack_module, exports) => {

var __webpack_unused_export__;

__webpack_unused_export__ = true;
exports.Io = exports.kp = void 0;
var peq = new Uint32Array(0x10000);
var myers_32 = function (a, b) {
    var n = a.length;
    var m = b.length;
    var lst = 1 << (n - 1);
    var pv = -1;
    var mv = 0;
    var sc = n;
    var i = n;
    while (i--) {
        peq[a.charCodeAt(i)] |= 1 << i;
    }
    for (i = 0; i < m; i++) {
        var eq = peq[b.charCodeAt(i)];
        var xv = eq | mv;
        eq |= ((eq & pv) + pv) ^ pv;
        mv |= ~(eq | pv);
        pv &= eq;
        if (mv & lst) {
            sc++;
        }
        if (pv & lst) {
            sc--;
        }
        mv = (mv << 1) | 1;
        pv = (pv << 1) | ~(xv | mv);
        mv &= xv;
    }
    i = n;
    while (i--) {
        peq[a.charCodeAt(i)] = 0;
    }
    return sc;
};
var myers_x = function (b, a) {
    var n = a.length;
    var m = b.length;
    var mhc = [];
    var phc = [];
    var hsize = Math.ceil(n / 32);
    var vsize = Math.ceil(m / 32);
    for (var i = 0; i < hsize; i++) {
        phc[i] = -1;
        mhc[i] = 0;
    }
    var j = 0;
    for (; j < vsize - 1; j++) {
        var mv_1 = 0;
        var pv_1 = -1;
        var start_1 = j * 32;
        var vlen_1 = Math.min(32, m) + start_1;
        for (var k = start_1; k < vlen_1; k++) {
            peq[b.charCodeAt(k)] |= 1 << k;
        }
        for (var i = 0; i < n; i++) {
            var eq = peq[a.charCodeAt(i)];
            var pb = (phc[(i / 32) | 0] >>> i) & 1;
            var mb = (mhc[(i / 32) | 0] >>> i) & 1;
            var xv = eq | mv_1;
            var xh = ((((eq | mb) & pv_1) + pv_1) ^ pv_1) | eq | mb;
            var ph = mv_1 | ~(xh | pv_1);
            var mh = pv_1 & xh;
            if ((ph >>> 31) ^ pb) {
                phc[(i / 32) | 0] ^= 1 << i;
            }
            if ((mh >>> 31) ^ mb) {
                mhc[(i / 32) | 0] ^= 1 << i;
            }
            ph = (ph << 1) | pb;
            mh = (mh << 1) | mb;
            pv_1 = mh | ~(xv | ph);
            mv_1 = ph & xv;
        }
        for (var k = start_1; k < vlen_1; k++) {
            peq[b.charCodeAt(k)] = 0;
        }
    }
    var mv = 0;
    var pv = -1;
    var start = j * 32;
    var vlen = Math.min(32, m - start) + start;
    for (var k = start; k < vlen; k++) {
        peq[b.charCodeAt(k)] |= 1 << k;
    }
    var score = m;
    for (var i = 0; i < n; i++) {
        var eq = peq[a.charCodeAt(i)];
        var pb = (phc[(i / 32) | 0] >>> i) & 1;
        var mb = (mhc[(i / 32) | 0] >>> i) & 1;
        var xv = eq | mv;
        var xh = ((((eq | mb) & pv) + pv) ^ pv) | eq | mb;
        var ph = mv | ~(xh | pv);
        var mh = pv & xh;
        score += (ph >>> (m - 1)) & 1;
        score -= (mh >>> (m - 1)) & 1;
        if ((ph >>> 31) ^ pb) {
            phc[(i / 32) | 0] ^= 1 << i;
        }
        if ((mh >>> 31) ^ mb) {
            mhc[(i / 32) | 0] ^= 1 << i;
        }
        ph = (ph << 1) | pb;
        mh = (mh << 1) | mb;
        pv = mh | ~(xv | ph);
        mv = ph & xv;
    }
    for (var k = start; k < vlen; k++) {
        peq[b.charCodeAt(k)] = 0;
    }
    return score;
};
var distance = function (a, b) {
    if (a.length < b.length) {
        var tmp = b;
        b = a;
        a = tmp;
    }
    if (b.length === 0) {
        return a.length;
    }
    if (a.length <= 32) {
        return myers_32(a, b);
    }
    return myers_x(a, b);
};
exports.Io = distance;
var closest = function (str, arr) {
    var min_distance = Infinity;
    var min_index = 0;
    for (var i = 0; i < arr.length; i++) {
        var dist = distance(str, arr[i]);
        if (dist < min_distance) {
            min_distance = dist;
            min_index = i;
        }
    }
    return arr[min_index];
};
exports.kp = closest;


/***/ }),

/***/ 2613:
/***/ ((module) => {

module.exports = require("assert");

/***/ }),

/***/ 181:
/***/ ((module) => {

module.exports = require("buffer");

/***/ }),

/***/ 4434:
/***/ ((module) => {

module.exports = require("events");

/***/ }),

/***/ 9896:
/***/ ((module) => {

module.exports = require("fs");

/***/ }),

/***/ 8611:
/***/ ((module) => {

module.exports = require("http");

/***/ }),

/***/ 5692:
/***/ ((module) => {

module.exports = require("https");

/***/ }),

/***/ 9278:
/***/ ((module) => {

module.exports = require("net");

/***/ }),

/***/ 4589:
/***/ ((module) => {

module.exports = require("node:assert");

/***/ }),

/***/ 6698:
/***/ ((module) => {

module.exports = require("node:async_hooks");

/***/ }),

/***/ 4573:
/***/ ((module) => {

module.exports = require("node:buffer");

/***/ }),

/***/ 7540:
/***/ ((module) => {

module.exports = require("node:console");

/***/ }),

/***/ 7598:
/***/ ((module) => {

module.exports = require("node:crypto");

/***/ }),

/***/ 3053:
/***/ ((module) => {

module.exports = require("node:diagnostics_channel");

/***/ }),

/***/ 610:
/***/ ((module) => {

module.exports = require("node:dns");

/***/ }),

/***/ 8474:
/***/ ((module) => {

module.exports = require("node:events");

/***/ }),

/***/ 1455:
/***/ ((module) => {

module.exports = require("node:fs/promises");

/***/ }),

/***/ 7067:
/***/ ((module) => {

module.exports = require("node:http");

/***/ }),

/***/ 2467:
/***/ ((module) => {

module.exports = require("node:http2");

/***/ }),

/***/ 7030:
/***/ ((module) => {

module.exports = require("node:net");

/***/ }),

/***/ 6760:
/***/ ((module) => {

module.exports = require("node:path");

/***/ }),

/***/ 643:
/***/ ((module) => {

module.exports = require("node:perf_hooks");

/***/ }),

/***/ 1792:
/***/ ((module) => {

module.exports = require("node:querystring");

/***/ }),

/***/ 99:
/***/ ((module) => {

module.exports = require("node:sqlite");

/***/ }),

/***/ 7075:
/***/ ((module) => {

module.exports = require("node:stream");

/***/ }),

/***/ 7830:
/***/ ((module) => {

module.exports = require("node:stream/web");

/***/ }),

/***/ 7997:
/***/ ((module) => {

module.exports = require("node:timers");

/***/ }),

/***/ 8500:
/***/ ((module) => {

module.exports = require("node:timers/promises");

/***/ }),

/***/ 1692:
/***/ ((module) => {

module.exports = require("node:tls");

/***/ }),

/***/ 3136:
/***/ ((module) => {

module.exports = require("node:url");

/***/ }),

/***/ 7975:
/***/ ((module) => {

module.exports = require("node:util");

/***/ }),

/***/ 3429:
/***/ ((module) => {

module.exports = require("node:util/types");

/***/ }),

/***/ 5919:
/***/ ((module) => {

module.exports = require("node:worker_threads");

/***/ }),

/***/ 8522:
/***/ ((module) => {

module.exports = require("node:zlib");

/***/ }),

/***/ 857:
/***/ ((module) => {

module.exports = require("os");

/***/ }),

/***/ 932:
/***/ ((module) => {

module.exports = require("process");

/***/ }),

/***/ 4756:
/***/ ((module) => {

module.exports = require("tls");

/***/ }),

/***/ 9023:
/***/ ((module) => {

module.exports = require("util");

/***/ })

/******/ 	});
/************************************************************************/
/******/ 	// The module cache
/******/ 	var __webpack_module_cache__ = {};
/******/ 	
/******/ 	// The require function
/******/ 	function __nccwpck_require__(moduleId) {
/******/ 		// Check if module is in cache
/******/ 		var cachedModule = __webpack_module_cache__[moduleId];
/******/ 		if (cachedModule !== undefined) {
/******/ 			return cachedModule.exports;
/******/ 		}
/******/ 		// Create a new module (and put it into the cache)
/******/ 		var module = __webpack_module_cache__[moduleId] = {
/******/ 			id: moduleId,
/******/ 			loaded: false,
/******/ 			exports: {}
/******/ 		};
/******/ 	
/******/ 		// Execute the module function
/******/ 		var threw = true;
/******/ 		try {
/******/ 			__webpack_modules__[moduleId](module, module.exports, __nccwpck_require__);
/******/ 			threw = false;
/******/ 		} finally {
/******/ 			if(threw) delete __webpack_module_cache__[moduleId];
/******/ 		}
/******/ 	
/******/ 		// Flag the module as loaded
/******/ 		module.loaded = true;
/******/ 	
/******/ 		// Return the exports of the module
/******/ 		return module.exports;
/******/ 	}
/******/ 	
/******/ 	// expose the modules object (__webpack_modules__)
/******/ 	__nccwpck_require__.m = __webpack_modules__;
/******/ 	
/************************************************************************/
/******/ 	/* webpack/runtime/asset-relocator-loader */
/******/ 	if (typeof __nccwpck_require__ !== 'undefined') __nccwpck_require__.ab = __dirname + "/";
/******/ 	
/******/ 	/* webpack/runtime/compat get default export */
/******/ 	(() => {
/******/ 		// getDefaultExport function for compatibility with non-harmony modules
/******/ 		__nccwpck_require__.n = (module) => {
/******/ 			var getter = module && module.__esModule ?
/******/ 				() => (module['default']) :
/******/ 				() => (module);
/******/ 			__nccwpck_require__.d(getter, { a: getter });
/******/ 			return getter;
/******/ 		};
/******/ 	})();
/******/ 	
/******/ 	/* webpack/runtime/create fake namespace object */
/******/ 	(() => {
/******/ 		var getProto = Object.getPrototypeOf ? (obj) => (Object.getPrototypeOf(obj)) : (obj) => (obj.__proto__);
/******/ 		var leafPrototypes;
/******/ 		// create a fake namespace object
/******/ 		// mode & 1: value is a module id, require it
/******/ 		// mode & 2: merge all properties of value into the ns
/******/ 		// mode & 4: return value when already ns object
/******/ 		// mode & 16: return value when it's Promise-like
/******/ 		// mode & 8|1: behave like require
/******/ 		__nccwpck_require__.t = function(value, mode) {
/******/ 			if(mode & 1) value = this(value);
/******/ 			if(mode & 8) return value;
/******/ 			if(typeof value === 'object' && value) {
/******/ 				if((mode & 4) && value.__esModule) return value;
/******/ 				if((mode & 16) && typeof value.then === 'function') return value;
/******/ 			}
/******/ 			var ns = Object.create(null);
/******/ 			__nccwpck_require__.r(ns);
/******/ 			var def = {};
/******/ 			leafPrototypes = leafPrototypes || [null, getProto({}), getProto([]), getProto(getProto)];
/******/ 			for(var current = mode & 2 && value; typeof current == 'object' && !~leafPrototypes.indexOf(current); current = getProto(current)) {
/******/ 				Object.getOwnPropertyNames(current).forEach((key) => (def[key] = () => (value[key])));
/******/ 			}
/******/ 			def['default'] = () => (value);
/******/ 			__nccwpck_require__.d(ns, def);
/******/ 			return ns;
/******/ 		};
/******/ 	})();
/******/ 	
/******/ 	/* webpack/runtime/define property getters */
/******/ 	(() => {
/******/ 		// define getter functions for harmony exports
/******/ 		__nccwpck_require__.d = (exports, definition) => {
/******/ 			for(var key in definition) {
/******/ 				if(__nccwpck_require__.o(definition, key) && !__nccwpck_require__.o(exports, key)) {
/******/ 					Object.defineProperty(exports, key, { enumerable: true, get: definition[key] });
/******/ 				}
/******/ 			}
/******/ 		};
/******/ 	})();
/******/ 	
/******/ 	/* webpack/runtime/ensure chunk */
/******/ 	(() => {
/******/ 		__nccwpck_require__.f = {};
/******/ 		// This file contains only the entry chunk.
/******/ 		// The chunk loading function for additional chunks
/******/ 		__nccwpck_require__.e = (chunkId) => {
/******/ 			return Promise.all(Object.keys(__nccwpck_require__.f).reduce((promises, key) => {
/******/ 				__nccwpck_require__.f[key](chunkId, promises);
/******/ 				return promises;
/******/ 			}, []));
/******/ 		};
/******/ 	})();
/******/ 	
/******/ 	/* webpack/runtime/get javascript chunk filename */
/******/ 	(() => {
/******/ 		// This function allow to reference async chunks
/******/ 		__nccwpck_require__.u = (chunkId) => {
/******/ 			// return url for filenames based on template
/******/ 			return "" + chunkId + ".index.js";
/******/ 		};
/******/ 	})();
/******/ 	
/******/ 	/* webpack/runtime/hasOwnProperty shorthand */
/******/ 	(() => {
/******/ 		__nccwpck_require__.o = (obj, prop) => (Object.prototype.hasOwnProperty.call(obj, prop))
/******/ 	})();
/******/ 	
/******/ 	/* webpack/runtime/make namespace object */
/******/ 	(() => {
/******/ 		// define __esModule on exports
/******/ 		__nccwpck_require__.r = (exports) => {
/******/ 			if(typeof Symbol !== 'undefined' && Symbol.toStringTag) {
/******/ 				Object.defineProperty(exports, Symbol.toStringTag, { value: 'Module' });
/******/ 			}
/******/ 			Object.defineProperty(exports, '__esModule', { value: true });
/******/ 		};
/******/ 	})();
/******/ 	
/******/ 	/* webpack/runtime/node module decorator */
/******/ 	(() => {
/******/ 		__nccwpck_require__.nmd = (module) => {
/******/ 			module.paths = [];
/******/ 			if (!module.children) module.children = [];
/******/ 			return module;
/******/ 		};
/******/ 	})();
/******/ 	
/******/ 	/* webpack/runtime/require chunk loading */
/******/ 	(() => {
/******/ 		// no baseURI
/******/ 		
/******/ 		// object to store loaded chunks
/******/ 		// "1" means "loaded", otherwise not loaded yet
/******/ 		var installedChunks = {
/******/ 			792: 1
/******/ 		};
/******/ 		
/******/ 		// no on chunks loaded
/******/ 		
/******/ 		var installChunk = (chunk) => {
/******/ 			var moreModules = chunk.modules, chunkIds = chunk.ids, runtime = chunk.runtime;
/******/ 			for(var moduleId in moreModules) {
/******/ 				if(__nccwpck_require__.o(moreModules, moduleId)) {
/******/ 					__nccwpck_require__.m[moduleId] = moreModules[moduleId];
/******/ 				}
/******/ 			}
/******/ 			if(runtime) runtime(__nccwpck_require__);
/******/ 			for(var i = 0; i < chunkIds.length; i++)
/******/ 				installedChunks[chunkIds[i]] = 1;
/******/ 		
/******/ 		};
/******/ 		
/******/ 		// require() chunk loading for javascript
/******/ 		__nccwpck_require__.f.require = (chunkId, promises) => {
/******/ 			// "1" is the signal for "already loaded"
/******/ 			if(!installedChunks[chunkId]) {
/******/ 				if(true) { // all chunks have JS
/******/ 					installChunk(require("./" + __nccwpck_require__.u(chunkId)));
/******/ 				} else installedChunks[chunkId] = 1;
/******/ 			}
/******/ 		};
/******/ 		
/******/ 		// no external install chunk
/******/ 		
/******/ 		// no HMR
/******/ 		
/******/ 		// no HMR manifest
/******/ 	})();
/******/ 	
/************************************************************************/
/******/ 	
/******/ 	// startup
/******/ 	// Load entry module and return exports
/******/ 	// This entry module is referenced by other modules so it can't be inlined
/******/ 	var __webpack_exports__ = __nccwpck_require__(6062);
/******/ 	module.exports = __webpack_exports__;
/******/ 	
/******/ })()
;