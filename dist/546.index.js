export const id = 546;
export const ids = [546];
export const modules = {

/***/ 7546:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   readConnectors: () => (/* binding */ readConnectors)
/* harmony export */ });
/* harmony import */ var yaml__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8815);
/* harmony import */ var _domain_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9914);
/* harmony import */ var _untrusted_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(1730);
/* harmony import */ var _declared_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2120);
/* harmony import */ var _values_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(3368);





const KEYS = ['sso_connector_id', 'email_domain', 'enabled', 'use_fedramp_language'];
/** Reads the input `connectors`, a YAML (so also JSON) list. Every problem names the line within the input. */
function readConnectors(text) {
    const list = { targets: [], problems: [], warnings: [] };
    const lines = new yaml__WEBPACK_IMPORTED_MODULE_0__/* .LineCounter */ .HN();
    const document = (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .parseDocument */ .Tp)(text, { lineCounter: lines, prettyErrors: false, version: '1.2', logLevel: 'error' });
    const at = (node, fallback = 0) => `Input connectors, line ${lines.linePos(node?.range?.[0] ?? fallback).line}:`;
    for (const error of [...document.errors, ...document.warnings]) {
        list.problems.push(`${at(null, error.pos[0])} this is not YAML: ${(0,_untrusted_js__WEBPACK_IMPORTED_MODULE_4__/* .oneLine */ .TN)(error.message, 200)}`);
    }
    refuseReferences(document, (node, what) => list.problems.push(`${at(node)} ${what}`));
    if (list.problems.length > 0)
        return list;
    if (!(0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isSeq */ .oP)(document.contents) || document.contents.items.length === 0) {
        list.problems.push(`${at(document.contents)} this is ${(0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isSeq */ .oP)(document.contents) ? 'an empty list' : 'no list'}; accepted is a list of connectors, each with sso_connector_id or email_domain`);
        return list;
    }
    for (const item of document.contents.items) {
        if ((0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isMap */ .jh)(item)) {
            readEntry(item.items, at, at(item), list);
        }
        else {
            list.problems.push(`${at(item)} this entry is no mapping; accepted are the keys ${KEYS.join(', ')} with their values`);
        }
    }
    refuseRepeated(list);
    return list;
}
function readEntry(pairs, at, start, list) {
    const entry = {};
    const problemsBefore = list.problems.length;
    for (const { key, value } of pairs) {
        const name = sourceText(key);
        const here = at(key);
        const take = (parsed) => {
            if ('problem' in parsed) {
                list.problems.push(`${here} ${name} ${parsed.problem}.`);
                return undefined;
            }
            if (parsed.warning)
                list.warnings.push(`${here} ${name} ${parsed.warning}`);
            return parsed.value;
        };
        if (!isKey(name)) {
            list.problems.push(`${here} ${(0,_untrusted_js__WEBPACK_IMPORTED_MODULE_4__/* .quoted */ .TL)(name)} is not a key of a connector; accepted are ${KEYS.join(', ')}.${(0,_declared_js__WEBPACK_IMPORTED_MODULE_2__/* .didYouMean */ .au)(name, KEYS)}`);
            continue;
        }
        if (value === null || ((0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isScalar */ .jn)(value) && (value.value === null || value.value === '')))
            continue;
        if (name === 'sso_connector_id')
            assign(entry, 'id', take(parseText(value, _values_js__WEBPACK_IMPORTED_MODULE_3__/* .parseId */ .Fg)));
        else if (name === 'email_domain')
            assign(entry, 'domain', take(parseText(value, _values_js__WEBPACK_IMPORTED_MODULE_3__/* .parseEmailDomain */ .wp)));
        else
            assign(entry, name, take(parseFlag(value)));
    }
    if (list.problems.length > problemsBefore)
        return;
    const { id, domain, ...desired } = entry;
    if (id === undefined && domain === undefined) {
        list.problems.push(`${start} this entry has neither sso_connector_id nor email_domain; it needs one of them.`);
        return;
    }
    list.targets.push({
        sso_connector_id: id,
        email_domain: domain,
        desired,
        line: Number(/line (\d+)/.exec(start)?.[1]),
    });
}
/** The same connector twice would be asked to be two things. The same one by id and by domain shows in the API's list. */
function refuseRepeated(list) {
    const seen = new Map();
    for (const { sso_connector_id: id, email_domain: domain, line } of list.targets) {
        const names = [id && `sso_connector_id ${id}`, domain && `email_domain ${(0,_domain_js__WEBPACK_IMPORTED_MODULE_1__/* .canonicalDomain */ .T5)(domain)}`];
        for (const name of names.filter((name) => name !== undefined)) {
            if (seen.has(name)) {
                list.problems.push(`Input connectors, line ${line}: ${(0,_untrusted_js__WEBPACK_IMPORTED_MODULE_4__/* .oneLine */ .TN)(name)} is in the list already, on line ${seen.get(name)}.`);
                break;
            }
            seen.set(name, line);
        }
    }
}
function refuseReferences(document, refuse) {
    (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .visit */ .YR)(document, {
        Alias: (_, node) => refuse(node, 'aliases are not accepted; write the value out.'),
        Node: (_, node) => {
            if ('anchor' in node && node.anchor)
                refuse(node, 'anchors are not accepted; write each entry out.');
            if (node.tag && !node.tag.startsWith('tag:yaml.org,2002:'))
                refuse(node, 'tags are not accepted.');
        },
    });
}
/** Plain ids may look like numbers (`4e10…`): their text is what counts, not what YAML makes of it. */
function sourceText(node) {
    if (!(0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isScalar */ .jn)(node))
        return '';
    return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
}
function parseText(value, parse) {
    if (!(0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isScalar */ .jn)(value))
        return { problem: 'is a list or a mapping; accepted is one text' };
    return parse(sourceText(value).trim());
}
function parseFlag(value) {
    if ((0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isScalar */ .jn)(value) && typeof value.value === 'boolean')
        return { value: value.value };
    const given = (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isScalar */ .jn)(value)
        ? `${(0,_untrusted_js__WEBPACK_IMPORTED_MODULE_4__/* .quoted */ .TL)(sourceText(value))}${typeof value.value === 'string' ? ', a text' : ''}`
        : 'a list or a mapping';
    return { problem: `is ${given}; accepted are true and false without quotes (also True, TRUE, False, FALSE)` };
}
function isKey(name) {
    return KEYS.includes(name);
}
function assign(object, key, value) {
    if (value !== undefined)
        object[key] = value;
}


/***/ })

};
