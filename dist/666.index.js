export const id = 666;
export const ids = [666];
export const modules = {

/***/ 3666:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   readConnectors: () => (/* binding */ readConnectors)
/* harmony export */ });
/* harmony import */ var yaml__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8815);
/* harmony import */ var _connector_domain_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2074);
/* harmony import */ var _untrusted_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(1730);
/* harmony import */ var _names_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3636);
/* harmony import */ var _values_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(3368);





const KEYS = ['sso_connector_id', 'email_domain', 'enabled', 'use_fedramp_language'];
/** Reads the input `connectors`, a YAML (so also JSON) list. Every problem and warning names its line in the input. */
function readConnectors(text) {
    return new ListReader(text);
}
class ListReader {
    targets = [];
    problems = [];
    warnings = [];
    #lines = new yaml__WEBPACK_IMPORTED_MODULE_0__/* .LineCounter */ .HN();
    constructor(text) {
        // The core schema also where a directive asks for that of YAML 1.1, in which `no` and `off` are booleans.
        const options = { lineCounter: this.#lines, prettyErrors: false, logLevel: 'error', schema: 'core' };
        const document = (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .parseDocument */ .Tp)(text, options);
        for (const { code, message, pos } of [...document.errors, ...document.warnings]) {
            const isSecond = code === 'MULTIPLE_DOCS';
            const what = isSecond ? 'a second document begins here; accepted is one list' : `this is not YAML: ${message}`;
            this.#problem(this.#lines.linePos(pos[0]).line, `${(0,_untrusted_js__WEBPACK_IMPORTED_MODULE_4__/* .oneLine */ .T)(what, 200)}.`);
        }
        if (this.problems.length > 0)
            return;
        if (/[&*]/.test(text))
            this.#refuseReferences(document);
        this.#readList(document.contents);
        this.#refuseRepeated();
    }
    #readList(list) {
        if (!(0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isSeq */ .oP)(list) || list.items.length === 0) {
            const what = (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isSeq */ .oP)(list) ? 'this is an empty list' : 'this is no list';
            this.#problem(this.#lineOf(list), `${what}; accepted is a list of connectors, each with ${KEYS.join(', ')}.`);
            return;
        }
        for (const item of list.items) {
            const line = this.#lineOf(item);
            if ((0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isMap */ .jh)(item))
                this.#readEntry(item.items, line);
            else if (!(0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isAlias */ .Vj)(item))
                this.#problem(line, `this entry is not a connector; accepted are the keys ${KEYS.join(', ')} with values.`);
        }
    }
    #readEntry(pairs, line) {
        const problemsBefore = this.problems.length;
        const plain = pairs.filter(({ key, value }) => !(0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isAlias */ .Vj)(key) && !(0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isAlias */ .Vj)(value));
        const entry = Object.assign({}, ...plain.map((pair) => this.#readPair(pair)));
        if (this.problems.length > problemsBefore || plain.length < pairs.length)
            return;
        const { sso_connector_id, email_domain, ...desired } = entry;
        if (sso_connector_id === undefined && email_domain === undefined) {
            this.#problem(line, 'this entry has neither sso_connector_id nor email_domain; it needs one of them.');
        }
        else {
            this.targets.push({ sso_connector_id, email_domain, desired, line });
        }
    }
    #readPair({ key, value }) {
        const line = this.#lineOf(key);
        const name = sourceText(key);
        if (!isKey(name)) {
            const hint = (0,_names_js__WEBPACK_IMPORTED_MODULE_2__/* .didYouMean */ .au)(name, KEYS);
            this.#problem(line, `${(0,_untrusted_js__WEBPACK_IMPORTED_MODULE_4__/* .quoted */ .k)(name)} is no key of a connector; accepted are ${KEYS.join(', ')}.${hint}`);
            return {};
        }
        if (value === null || ((0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isScalar */ .jn)(value) && (value.value === null || value.value === '')))
            return {};
        const parsed = PARSERS[name](value);
        if ('problem' in parsed) {
            this.#problem(line, `${name} ${parsed.problem}.`);
            return {};
        }
        if (parsed.warning)
            this.warnings.push(`Input connectors, line ${line}: ${name} ${parsed.warning}`);
        return { [name]: parsed.value };
    }
    /** The same connector twice would be asked to be two things. Once by id and once by domain shows in the API's list. */
    #refuseRepeated() {
        const seen = new Map();
        for (const { sso_connector_id: id, email_domain: domain, line } of this.targets) {
            const names = [id && `sso_connector_id ${id}`, domain && `email_domain ${(0,_connector_domain_js__WEBPACK_IMPORTED_MODULE_1__/* .canonicalDomain */ .T5)(domain)}`];
            const known = names.filter((name) => name !== undefined);
            const repeated = known.find((name) => seen.has(name));
            if (repeated)
                this.#problem(line, `${repeated} is in the list already, on line ${seen.get(repeated)}.`);
            for (const name of known)
                seen.set(name, line);
        }
    }
    /** What an alias stands for is easily read over, and a switch should say in its own place what it is. */
    #refuseReferences(document) {
        (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .visit */ .YR)(document, {
            Alias: (_, node) => this.#problem(this.#lineOf(node), 'aliases are not accepted; write the value out.'),
            Value: (_, node) => {
                if (node.anchor)
                    this.#problem(this.#lineOf(node), 'anchors are not accepted; write each entry out.');
            },
        });
    }
    #problem(line, what) {
        this.problems.push(`Input connectors, line ${line}: ${what}`);
    }
    #lineOf(node) {
        const range = node?.range;
        return this.#lines.linePos(range?.[0] ?? 0).line || 1;
    }
}
const PARSERS = {
    sso_connector_id: (value) => parseText(value, _values_js__WEBPACK_IMPORTED_MODULE_3__/* .parseId */ .Fg),
    email_domain: (value) => parseText(value, _values_js__WEBPACK_IMPORTED_MODULE_3__/* .parseEmailDomain */ .wp),
    enabled: parseFlag,
    use_fedramp_language: parseFlag,
};
function parseText(value, parse) {
    return (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isScalar */ .jn)(value) ? parse(sourceText(value).trim()) : { problem: 'is a list or a mapping; accepted is a text' };
}
function parseFlag(value) {
    if ((0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isScalar */ .jn)(value) && typeof value.value === 'boolean')
        return { value: value.value };
    const given = (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isScalar */ .jn)(value) ? (0,_untrusted_js__WEBPACK_IMPORTED_MODULE_4__/* .quoted */ .k)(sourceText(value)) : 'a list or a mapping';
    return { problem: `is ${given}; accepted are true and false, without quotes (also True, TRUE, False, FALSE)` };
}
/** A plain id may look like a number (`4e10`): its text is what counts, not what YAML makes of it. */
function sourceText(node) {
    if (!(0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isScalar */ .jn)(node))
        return '';
    return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
}
function isKey(name) {
    return KEYS.includes(name);
}


/***/ })

};
