export const id = 959;
export const ids = [959];
export const modules = {

/***/ 9959:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  readConnectors: () => (/* binding */ readConnectors),
  readLists: () => (/* binding */ readLists)
});

// EXTERNAL MODULE: ./node_modules/yaml/dist/index.js
var dist = __webpack_require__(8815);
// EXTERNAL MODULE: ./build/connector/domain.js
var domain = __webpack_require__(2074);
// EXTERNAL MODULE: ./build/plural.js
var plural = __webpack_require__(3412);
// EXTERNAL MODULE: ./build/untrusted.js
var untrusted = __webpack_require__(1730);
// EXTERNAL MODULE: ./build/inputs/invisible.js
var inputs_invisible = __webpack_require__(5839);
// EXTERNAL MODULE: ./build/inputs/names.js
var names = __webpack_require__(3636);
// EXTERNAL MODULE: ./build/inputs/problem.js
var problem = __webpack_require__(787);
// EXTERNAL MODULE: ./build/inputs/values.js
var values = __webpack_require__(3368);
;// CONCATENATED MODULE: ./build/inputs/list-entry.js






/** The value of a key of an entry, undefined if it is empty, which means "not given". */
function readPair(name, node) {
    if (!isKey(name))
        return refuseKey(name);
    const isFlag = name === 'enabled' || name === 'use_fedramp_language';
    const wrong = { must: isFlag ? 'must be true or false' : 'must be a text', not: kindOf(node) };
    if (node === null)
        return { value: undefined };
    if (!(0,dist/* isScalar */.jn)(node))
        return wrong;
    const text = (0,inputs_invisible/* strip */.bB)(sourceText(node));
    if (node.value === null || text === '')
        return { value: undefined };
    if (isFlag) {
        if (typeof node.value === 'boolean')
            return { value: node.value };
        const parsed = (0,inputs_invisible/* parseVisible */.Ie)(text, values/* parseBoolean */.yG);
        return 'must' in parsed ? parsed : { must: 'must be true or false without quotes', not: (0,untrusted/* quoted */.k)(text) };
    }
    // A plain id may look like a number.
    if (name === 'sso_connector_id' && typeof node.value !== 'boolean')
        return (0,inputs_invisible/* parseVisible */.Ie)(text, values/* parseConnectorId */.OT);
    return typeof node.value === 'string' ? (0,inputs_invisible/* parseVisible */.Ie)(text, values/* parseEmailDomain */.wp) : wrong;
}
function refuseKey(name) {
    const invisible = (0,inputs_invisible/* findInvisible */.tO)(name);
    if (invisible !== undefined)
        return { must: 'must have visible characters only', not: invisible };
    const hint = names/* INPUTS */.mc.includes(name)
        ? `${name} is an input of the step, for all connectors.`
        : (0,names/* hintFor */.JR)(name, names/* KEYS */.Rk);
    return { must: 'is not a key of a connector', action: hint ?? `Its keys are ${(0,problem/* anyOf */.EB)(names/* KEYS */.Rk)}.` };
}
/** The text of a scalar as it is written: `4e10`, not what YAML makes of it. */
function sourceText(node) {
    if (!(0,dist/* isScalar */.jn)(node))
        return '';
    return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
}
/** What a node is, for people. */
function kindOf(node) {
    if ((0,dist/* isMap */.jh)(node))
        return 'a mapping';
    if ((0,dist/* isSeq */.oP)(node))
        return 'a list';
    if ((0,dist/* isAlias */.Vj)(node))
        return 'an alias';
    if (!(0,dist/* isScalar */.jn)(node) || node.value === null)
        return 'empty';
    return typeof node.value === 'string' ? 'a text' : (0,untrusted/* oneLine */.T)(sourceText(node), 80);
}
function isKey(name) {
    return names/* KEYS */.Rk.includes(name);
}

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
;// CONCATENATED MODULE: ./build/inputs/list-file.js



const LARGEST_FILE = 1_048_576;
/**
 * Reads a file of the workspace by its relative path: UTF-8, at most 1 MiB, and no path or link that leaves the
 * workspace. What is no regular file is not opened. `workspace` is the runner's `GITHUB_WORKSPACE`.
 */
async function readListFile(path, workspace) {
    const given = (0,untrusted/* quoted */.k)(path);
    const within = 'must be a relative path within the workspace';
    const named = (0,external_node_path_.resolve)(workspace, path);
    if ((0,external_node_path_.isAbsolute)(path) || isOutside(workspace, named))
        return { must: within, not: given };
    try {
        const file = await (0,promises_.realpath)(named);
        if (isOutside(await (0,promises_.realpath)(workspace), file))
            return { must: within, not: `${given}, a link that leaves it` };
        const status = await (0,promises_.stat)(file);
        if (!status.isFile()) {
            const what = status.isDirectory() ? 'a folder' : 'no regular file';
            return { must: 'must name a regular file', not: `${given}, which is ${what}` };
        }
        const { size } = status;
        if (size > LARGEST_FILE)
            return { must: 'must name a file of at most 1 MiB', not: `${given} of ${size} bytes` };
        return { value: new TextDecoder('utf-8', { fatal: true }).decode(await (0,promises_.readFile)(file)) };
    }
    catch (error) {
        const { code } = error;
        if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
            return { must: 'must name a file in UTF-8', not: `${given}, which has other bytes` };
        }
        if (code !== 'ENOENT' && code !== 'ENOTDIR') {
            return { must: 'must name a file that can be read', not: `${given} (${code})` };
        }
        return {
            must: 'must name a file of the workspace',
            not: `${given}, which does not exist`,
            action: 'Is there a checkout step before this one? The path starts at the root of the workspace.',
        };
    }
}
function isOutside(folder, path) {
    const way = (0,external_node_path_.relative)(folder, path);
    return /^\.\.(?:$|[\\/])/.test(way) || (0,external_node_path_.isAbsolute)(way);
}

;// CONCATENATED MODULE: ./build/inputs/list.js









/** The runner shows 10 annotations of a type. */
const MOST_WARNINGS = 5;
/** Reads `connectors` and `connectors_file`, and notes what is wrong with them. */
async function readLists(read, env) {
    const targets = [];
    const take = (name, text, source) => {
        const list = readConnectors(text, source);
        targets.push(...list.targets);
        read.add(name, ...list.problems);
        for (const warning of list.warnings.slice(0, MOST_WARNINGS))
            read.warn(warning);
        const more = list.warnings.length - MOST_WARNINGS;
        if (more > 0)
            read.warn(`${source}: ${(0,plural/* counted */.h)(more, 'more id')} of an unusual length.`);
    };
    if (read.isGiven('connectors'))
        take('connectors', read.raw('connectors') ?? '', 'connectors');
    const path = read.optional('connectors_file', (value) => ({ value }));
    if (path !== undefined) {
        const file = await readListFile(path, env['GITHUB_WORKSPACE'] || '.');
        if ('must' in file)
            read.problem('connectors_file', file);
        else
            take('connectors_file', file.value, `connectors_file ${(0,untrusted/* oneLine */.T)(path, 60)}`);
    }
    return targets;
}
/**
 * Reads a list of connectors, YAML and so also JSON. Every problem and warning names its source (`connectors`, or
 * `connectors_file` with its path) and its line.
 */
function readConnectors(text, source) {
    const lines = new dist/* LineCounter */.HN();
    // The core schema also where a directive asks for that of YAML 1.1, in which `no` and `off` are booleans.
    const options = {
        lineCounter: lines,
        prettyErrors: false,
        logLevel: 'error',
        schema: 'core',
        uniqueKeys: false,
    };
    const { errors, warnings, contents } = (0,dist/* parseDocument */.Tp)((0,inputs_invisible/* stripHead */.HQ)(text), options);
    const reader = new ListReader(source, lines);
    // One mistake is often many to the library: the first says enough.
    const [fault] = [...errors, ...warnings];
    if (fault)
        reader.refuseYaml(fault, text);
    else
        reader.readList(contents);
    return reader;
}
const SHAPE = `Each entry starts with "- " and has keys of these: ${names/* KEYS */.Rk.join(', ')}.`;
class ListReader {
    targets = [];
    problems = [];
    warnings = [];
    #source;
    #lines;
    #lineOfName = new Map();
    constructor(source, lines) {
        this.#source = source;
        this.#lines = lines;
    }
    refuseYaml({ code, message, pos }, text) {
        const line = this.#lineAt(pos[0]);
        if (code === 'MULTIPLE_DOCS') {
            this.#problem(line, { must: 'the list must be one document, not two' });
            return;
        }
        const invisible = (0,inputs_invisible/* findInvisible */.tO)(text.split('\n')[line - 1] ?? '');
        const where = invisible === undefined ? '' : ` (there is ${invisible})`;
        this.#problem(line, {
            must: `this cannot be read as YAML: ${(0,untrusted/* oneLine */.T)(message, 200).replace(/\.$/, '')}${where}`,
            action: 'Check the indentation, the brackets and the quotes, here and above.',
        });
    }
    readList(list) {
        const line = this.#lineOf(list);
        if (!(0,dist/* isSeq */.oP)(list)) {
            const text = sourceText(list);
            const isPath = /\.(ya?ml|json)$/i.test(text) || (text.includes('/') && !/\s/.test(text));
            const action = isPath ? 'For a list in a file, use connectors_file.' : SHAPE;
            this.#problem(line, { must: 'this must be a list of connectors', not: kindOf(list), action });
            return;
        }
        if (list.items.length === 0)
            this.#problem(line, { must: 'the list must have an entry', not: 'none', action: SHAPE });
        for (const item of list.items) {
            if ((0,dist/* isMap */.jh)(item))
                this.#readEntry(item.items, this.#lineOf(item));
            else
                this.#problem(this.#lineOf(item), { must: 'an entry must be a mapping', not: kindOf(item), action: SHAPE });
        }
    }
    #readEntry(pairs, line) {
        const entry = new Map();
        const problemsBefore = this.problems.length;
        for (const { key, value } of pairs) {
            const name = sourceText(key);
            const at = this.#lineOf(key);
            const parsed = entry.has(name) ? { must: 'must be given once', not: 'twice' } : readPair(name, value);
            entry.set(name, 'must' in parsed ? undefined : parsed.value);
            if ('must' in parsed) {
                this.#problem(at, { ...parsed, must: `${isKey(name) ? name : (0,untrusted/* quoted */.k)(name)} ${parsed.must}` });
            }
            else if (parsed.warning) {
                this.warnings.push(`${this.#source}, line ${at}: ${name} ${parsed.warning}`);
            }
        }
        if (this.problems.length > problemsBefore)
            return;
        const { sso_connector_id, email_domain, ...desired } = Object.fromEntries(entry);
        const names = [
            ...(sso_connector_id === undefined ? [] : [`sso_connector_id ${sso_connector_id}`]),
            ...(email_domain === undefined ? [] : [`email_domain ${(0,domain/* canonicalDomain */.T5)(email_domain)}`]),
        ];
        if (names.length === 0) {
            const action = entry.has('sso_connector_id') || entry.has('email_domain') ? problem/* USUAL_CAUSES */.ip : undefined;
            this.#problem(line, { must: 'an entry must have sso_connector_id or email_domain', action });
            return;
        }
        this.targets.push({ sso_connector_id, email_domain, desired, line });
        // The same connector twice would be asked to be two things. Once by id and once by domain shows in the API's list.
        const repeated = names.find((name) => this.#lineOfName.has(name));
        if (repeated !== undefined) {
            const must = `${repeated} is in the list already, on line ${this.#lineOfName.get(repeated)}`;
            this.#problem(line, { must, action: 'Remove one of these entries.' });
        }
        for (const name of names)
            this.#lineOfName.set(name, line);
    }
    #problem(line, wrong) {
        this.problems.push((0,problem/* inputProblem */.oi)(`${this.#source}, line ${line}`, wrong, ': '));
    }
    #lineOf(node) {
        return this.#lineAt(node?.range?.[0] ?? 0);
    }
    #lineAt(offset) {
        return this.#lines.linePos(offset).line || 1;
    }
}


/***/ })

};
