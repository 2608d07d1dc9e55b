import { createRequire as __WEBPACK_EXTERNAL_createRequire } from "module";
/******/ var __webpack_modules__ = ({

/***/ 1916:
/***/ ((__unused_webpack_module, exports) => {

var __webpack_unused_export__;

__webpack_unused_export__ = true;
exports.Io = __webpack_unused_export__ = void 0;
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
__webpack_unused_export__ = closest;


/***/ }),

/***/ 2613:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("assert");

/***/ }),

/***/ 181:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("buffer");

/***/ }),

/***/ 4434:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("events");

/***/ }),

/***/ 9896:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("fs");

/***/ }),

/***/ 8611:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("http");

/***/ }),

/***/ 5692:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("https");

/***/ }),

/***/ 9278:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("net");

/***/ }),

/***/ 4589:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:assert");

/***/ }),

/***/ 6698:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:async_hooks");

/***/ }),

/***/ 4573:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:buffer");

/***/ }),

/***/ 7540:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:console");

/***/ }),

/***/ 7598:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:crypto");

/***/ }),

/***/ 3053:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:diagnostics_channel");

/***/ }),

/***/ 610:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:dns");

/***/ }),

/***/ 8474:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:events");

/***/ }),

/***/ 1455:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:fs/promises");

/***/ }),

/***/ 7067:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:http");

/***/ }),

/***/ 2467:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:http2");

/***/ }),

/***/ 7030:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:net");

/***/ }),

/***/ 6760:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:path");

/***/ }),

/***/ 643:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:perf_hooks");

/***/ }),

/***/ 1792:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:querystring");

/***/ }),

/***/ 99:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:sqlite");

/***/ }),

/***/ 7075:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:stream");

/***/ }),

/***/ 7830:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:stream/web");

/***/ }),

/***/ 7997:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:timers");

/***/ }),

/***/ 8500:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:timers/promises");

/***/ }),

/***/ 1692:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:tls");

/***/ }),

/***/ 3136:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:url");

/***/ }),

/***/ 7975:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:util");

/***/ }),

/***/ 3429:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:util/types");

/***/ }),

/***/ 5919:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:worker_threads");

/***/ }),

/***/ 8522:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:zlib");

/***/ }),

/***/ 857:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("os");

/***/ }),

/***/ 932:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("process");

/***/ }),

/***/ 4756:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("tls");

/***/ }),

/***/ 9023:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("util");

/***/ }),

/***/ 7094:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   m: () => (/* binding */ systemClock),
/* harmony export */   u: () => (/* binding */ describeSpan)
/* harmony export */ });
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(8500);

const systemClock = {
    now: Date.now,
    random: Math.random,
    deadline: (milliseconds) => AbortSignal.timeout(milliseconds),
    async sleep(milliseconds, signal) {
        signal.throwIfAborted();
        await (0,node_timers_promises__WEBPACK_IMPORTED_MODULE_0__.setTimeout)(milliseconds, undefined, { signal }).catch(() => signal.throwIfAborted());
    },
};
/** A span of time for people: `450 ms`, `12 s`, `2 min 5 s`, `1 h 3 min`. */
function describeSpan(milliseconds) {
    if (milliseconds < 999.5)
        return `${Math.round(milliseconds)} ms`;
    const seconds = Math.round(milliseconds / 1000);
    if (seconds < 60)
        return `${seconds} s`;
    const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
    const parts = hours > 0 ? [`${hours} h`, `${minutes} min`] : [`${minutes} min`, `${seconds % 60} s`];
    return parts.filter((part) => !part.startsWith('0 ')).join(' ');
}


/***/ }),

/***/ 9622:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Gj: () => (/* binding */ rayId),
/* harmony export */   O1: () => (/* binding */ describeAnswer),
/* harmony export */   ar: () => (/* binding */ isSuccessStatus),
/* harmony export */   wx: () => (/* binding */ header)
/* harmony export */ });
/* harmony import */ var _untrusted_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(1730);

/** A header field's value; several of one name are joined, as HTTP has it. */
function header(answer, name) {
    const value = answer.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
}
/** The Ray ID, which names the request to Cloudflare's support. https://developers.cloudflare.com/fundamentals/reference/cloudflare-ray-id/ */
function rayId(answer) {
    const value = header(answer, 'cf-ray');
    return value === undefined ? undefined : (0,_untrusted_js__WEBPACK_IMPORTED_MODULE_0__/* .oneLine */ .T)(value, 64);
}
/** What names an answer: `HTTP 403, cf-ray 8f0c2b1e4d5a6b7c-FRA`. */
function describeAnswer(answer) {
    const ray = rayId(answer);
    return ray ? `HTTP ${answer.status}, cf-ray ${ray}` : `HTTP ${answer.status}`;
}
/** Whether a status is one of success. */
function isSuccessStatus({ status }) {
    return status >= 200 && status <= 299;
}


/***/ }),

/***/ 8520:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   d: () => (/* binding */ ProxyFault)
/* harmony export */ });
/** What went wrong, in its cause, on the way to the proxy of this host. */
class ProxyFault extends Error {
    name = 'ProxyFault';
    host;
    constructor(host, cause) {
        super('no connection to the proxy', { cause });
        this.host = host;
    }
}


/***/ }),

/***/ 7712:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  N: () => (/* binding */ connect),
  i: () => (/* binding */ proxyFor)
});

// EXTERNAL MODULE: ./build/failure.js
var failure = __nccwpck_require__(9874);
// EXTERNAL MODULE: ./build/inputs/values.js
var values = __nccwpck_require__(3368);
// EXTERNAL MODULE: external "node:http"
var external_node_http_ = __nccwpck_require__(7067);
;// CONCATENATED MODULE: external "node:https"
const external_node_https_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:https");
;// CONCATENATED MODULE: ./build/cloudflare/direct.js


/** Straight to the API, with nothing but Node's own client, which is the fastest to load. */
function connectDirectly(apiBaseUrl) {
    const isSecure = apiBaseUrl.protocol === 'https:';
    const { Agent, request } = isSecure ? external_node_https_namespaceObject : external_node_http_;
    const agent = new Agent({ keepAlive: true });
    return {
        send({ url, method, headers, body, signal, onLeave }) {
            const { promise, resolve, reject } = Promise.withResolvers();
            const sent = request(url, { agent, method, headers, signal }, (response) => {
                // Of an answer without a length, Node takes any end for a good one; that it was a fault, the request alone hears.
                sent.on('error', (error) => response.complete || response.destroy(error));
                resolve({ status: response.statusCode ?? 0, headers: response.headers, body: response });
            });
            sent.on('socket', (socket) => {
                if (socket.connecting)
                    socket.once(isSecure ? 'secureConnect' : 'connect', onLeave);
                else
                    onLeave();
            });
            sent.on('error', reject).end(body);
            // Some ends are no error to Node, such as a change of protocol.
            sent.on('close', () => reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' })));
            return promise;
        },
        destroy: () => agent.destroy(),
    };
}

;// CONCATENATED MODULE: ./build/cloudflare/proxy.js



/**
 * The connections to use: through the proxy of the environment, or direct if there is none. Times are in milliseconds.
 * Throws a Failure if the proxy's URL cannot be read.
 */
async function connect(env, apiBaseUrl, timeoutMs) {
    const proxy = proxyFor(env, apiBaseUrl);
    if (proxy === undefined)
        return connectDirectly(apiBaseUrl);
    const { connectThroughProxy } = await Promise.all(/* import() */[__nccwpck_require__.e(752), __nccwpck_require__.e(155)]).then(__nccwpck_require__.bind(__nccwpck_require__, 9155));
    return connectThroughProxy(proxy, timeoutMs);
}
/**
 * The proxy to reach a URL through: `HTTPS_PROXY` for https and `HTTP_PROXY` for http, lower case first, unless
 * `NO_PROXY` names the host. A loopback address has none. `proxy:3128` without a scheme is taken as http, as curl does.
 * Throws a Failure if the proxy's URL cannot be read; its text is not repeated, since it may have a password in it.
 * https://docs.github.com/en/actions/how-tos/manage-runners/self-hosted-runners/use-proxy-servers
 */
function proxyFor(env, url) {
    if ((0,values/* isLoopback */.U9)(url) || isExempt(url, env['no_proxy'] || env['NO_PROXY'] || ''))
        return undefined;
    const names = url.protocol === 'https:' ? ['https_proxy', 'HTTPS_PROXY'] : ['http_proxy', 'HTTP_PROXY'];
    const name = names.find((name) => env[name]?.trim());
    const value = env[name ?? '']?.trim();
    if (value === undefined)
        return undefined;
    const proxy = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`);
    if (proxy && /^https?:$/.test(proxy.protocol) && hasReadableCredentials(proxy))
        return proxy;
    throw new failure/* Failure */.HR({
        kind: 'input',
        about: `Variable ${name}`,
        problem: 'must be the URL of a proxy',
        message: `The environment variable ${name} must be the URL of a proxy.`,
        action: 'Examples are http://proxy.example:3128 and http://user:password@proxy.example:3128, with a % in the password written as %25.',
    });
}
/** Whether `NO_PROXY` names a host: itself, a domain that it is in (also `.example` and `*.example`), or `*`; also with a port. */
function isExempt({ hostname, port, protocol }, noProxy) {
    const host = hostname.replace(/\.$/, '');
    return noProxy
        .toLowerCase()
        .split(/[\s,]+/)
        .some((entry) => {
        const [, name = '', only] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
        if (only !== undefined && only !== (port || (protocol === 'https:' ? '443' : '80')))
            return false;
        const domain = name.replace(/^\*?\./, '');
        return name === '*' || (domain !== '' && (host === domain || host.endsWith(`.${domain}`)));
    });
}
/** A lone `%` in a user name or password stands for nothing. */
function hasReadableCredentials({ username, password }) {
    try {
        decodeURIComponent(username + password);
        return true;
    }
    catch {
        return false;
    }
}


/***/ }),

/***/ 6263:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   DW: () => (/* binding */ parseConnector),
/* harmony export */   Fh: () => (/* binding */ givenFields),
/* harmony export */   Sd: () => (/* binding */ nameOfConnector),
/* harmony export */   cJ: () => (/* binding */ FIELDS),
/* harmony export */   kU: () => (/* binding */ describeDesired),
/* harmony export */   p4: () => (/* binding */ isVerified)
/* harmony export */ });
/* harmony import */ var valibot__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(7934);
/* harmony import */ var _untrusted_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(1730);
/* harmony import */ var _domain_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(2074);



/** The fields of a connector that can be changed. */
const FIELDS = ['enabled', 'use_fedramp_language'];
const optionalText = valibot__WEBPACK_IMPORTED_MODULE_1__/* .nullish */ .cl6(valibot__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP());
const optionalFlag = valibot__WEBPACK_IMPORTED_MODULE_1__/* .nullish */ .cl6(valibot__WEBPACK_IMPORTED_MODULE_1__/* .boolean */ .zMY());
/**
 * A connector as the API documents it: every field is optional. Times are for show alone, so that a strange one is
 * passed over; anything that a decision hangs on must be of its type.
 * https://developers.cloudflare.com/api/resources/iam/subresources/sso/
 */
const ConnectorSchema = valibot__WEBPACK_IMPORTED_MODULE_1__/* .looseObject */ ._H3({
    id: optionalText,
    email_domain: optionalText,
    enabled: optionalFlag,
    use_fedramp_language: optionalFlag,
    verification: valibot__WEBPACK_IMPORTED_MODULE_1__/* .nullish */ .cl6(valibot__WEBPACK_IMPORTED_MODULE_1__/* .looseObject */ ._H3({ code: optionalText, status: optionalText })),
    created_on: valibot__WEBPACK_IMPORTED_MODULE_1__/* .fallback */ .NpB(optionalText, undefined),
    updated_on: valibot__WEBPACK_IMPORTED_MODULE_1__/* .fallback */ .NpB(optionalText, undefined),
});
/** Reads a connector. Throws a TypeError that says what is not as documented. */
function parseConnector(value) {
    const parsed = valibot__WEBPACK_IMPORTED_MODULE_1__/* .safeParse */ .xLC(ConnectorSchema, value);
    if (!parsed.success)
        throw new TypeError(describeIssue(parsed.issues[0]));
    const { verification, ...connector } = parsed.output;
    return {
        id: nonBlank(connector.id),
        email_domain: nonBlank(connector.email_domain),
        enabled: connector.enabled ?? undefined,
        use_fedramp_language: connector.use_fedramp_language ?? undefined,
        verification_status: nonBlank(verification?.status),
        verification_code: nonBlank(verification?.code),
        created_on: connector.created_on ?? undefined,
        updated_on: connector.updated_on ?? undefined,
        raw: value,
    };
}
/** The text, if there is one: an empty or invisible text names nothing. */
function nonBlank(value) {
    return (0,_untrusted_js__WEBPACK_IMPORTED_MODULE_2__/* .oneLine */ .T)(value ?? '') === '' ? undefined : (value ?? undefined);
}
/** A connector's name for people: its domain, or else `connector 023e…`. */
function nameOfConnector(id, domain) {
    if (domain !== undefined)
        return (0,_untrusted_js__WEBPACK_IMPORTED_MODULE_2__/* .oneLine */ .T)((0,_domain_js__WEBPACK_IMPORTED_MODULE_0__/* .domainForPeople */ .Nn)(domain), 255);
    return id === undefined ? 'a connector without a name' : `connector ${(0,_untrusted_js__WEBPACK_IMPORTED_MODULE_2__/* .oneLine */ .T)(id, 64)}`;
}
/** Whether the domain's ownership is verified: by the status `verified` and nothing else. */
function isVerified(connector) {
    return connector.verification_status === 'verified';
}
/** The fields that are given, in the order of the API's documentation. */
function givenFields(desired) {
    return FIELDS.filter((field) => desired[field] !== undefined);
}
/** The fields that are given, for people: `enabled=true, use_fedramp_language=false`. */
function describeDesired(desired) {
    return givenFields(desired)
        .map((field) => `${field}=${desired[field]}`)
        .join(', ');
}
function describeIssue(issue) {
    const path = valibot__WEBPACK_IMPORTED_MODULE_1__/* .getDotPath */ .BuJ(issue);
    const expected = issue.expected?.replace(/ \| (null|undefined)|[()]/g, '') ?? 'something else';
    return `${path ? `its ${path}` : 'it'} is ${(0,_untrusted_js__WEBPACK_IMPORTED_MODULE_2__/* .oneLine */ .T)(issue.received, 80)}, not ${(0,_untrusted_js__WEBPACK_IMPORTED_MODULE_2__/* .oneLine */ .T)(expected, 80)}`;
}


/***/ }),

/***/ 2074:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Hs: () => (/* binding */ sameDomain),
/* harmony export */   Nn: () => (/* binding */ domainForPeople),
/* harmony export */   T5: () => (/* binding */ canonicalDomain),
/* harmony export */   sZ: () => (/* binding */ unicodeDomain)
/* harmony export */ });
/* harmony import */ var node_url__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3136);

/** What IDNA takes for a dot too, such as the ideographic one. https://www.unicode.org/reports/tr46/#Notation */
const IDNA_DOTS = /[\u3002\uff0e\uff61]/g;
/** Names that Unicode and punycode spell alike, which are nearly all: they are spared the rules of IDNA. */
const PLAIN = /^[a-z0-9-]+(\.[a-z0-9-]+)*$/;
/**
 * The one spelling that domains are compared in: punycode, lower case, without the trailing dot. Undefined if the
 * text is no domain name (an address, a URL, a label that IDNA forbids).
 * https://nodejs.org/api/url.html#urldomaintoasciidomain
 */
function canonicalDomain(text) {
    const name = text.trim().replace(IDNA_DOTS, '.').replace(/\.$/, '');
    const lower = name.toLowerCase();
    if (PLAIN.test(lower) && !lower.includes('xn--'))
        return lower;
    if (!/^[^\s.:/@?#[\]\\%]+(\.[^\s.:/@?#[\]\\%]+)*$/u.test(name))
        return undefined;
    return (0,node_url__WEBPACK_IMPORTED_MODULE_0__.domainToASCII)(name) || undefined;
}
/** Whether two spellings name the same domain, without regard to case, a trailing dot, or Unicode and punycode. */
function sameDomain(one, other) {
    const canonical = canonicalDomain(one);
    return canonical !== undefined && canonical === canonicalDomain(other);
}
/** A domain for people, without a trailing dot: `bücher.example (xn--bcher-kva.example)` if the two spellings differ. */
function domainForPeople(domain) {
    const ascii = canonicalDomain(domain);
    if (ascii === undefined)
        return domain;
    const unicode = unicodeDomain(ascii);
    return unicode === ascii ? ascii : `${unicode} (${ascii})`;
}
/** The Unicode spelling of a domain in its canonical one. https://nodejs.org/api/url.html#urldomaintounicodedomain */
function unicodeDomain(canonical) {
    return (canonical.includes('xn--') && (0,node_url__WEBPACK_IMPORTED_MODULE_0__.domainToUnicode)(canonical)) || canonical;
}


/***/ }),

/***/ 603:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   L: () => (/* binding */ findDrift)
/* harmony export */ });
/* harmony import */ var _connector_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(6263);

/** The fields in which a connector differs from what you asked for. One that the API left out counts as differing. */
function findDrift(connector, desired) {
    return (0,_connector_js__WEBPACK_IMPORTED_MODULE_0__/* .givenFields */ .Fh)(desired).flatMap((field) => {
        const expected = desired[field] === true;
        if (connector[field] === expected)
            return [];
        return {
            sso_connector_id: connector.id ?? null,
            email_domain: connector.email_domain ?? null,
            field,
            expected,
            actual: connector[field] ?? null,
        };
    });
}


/***/ }),

/***/ 6317:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   m: () => (/* binding */ endAtOnce)
/* harmony export */ });
/** What runs on a thread of its own and cannot be called off: looking up a host name, or opening a file. */
const UNSTOPPABLE = /^(GetAddrInfo|GetNameInfo|FSReq)/;
/**
 * Ends the process with this exit code, whatever still hangs. `process.exit` waits for the threads of libuv, and so for
 * the look-up of a host name that hangs. A new program in the place of this one does not wait, nor does a kill, which
 * on Windows ends with exit code 1.
 * https://docs.libuv.org/en/v1.x/threadpool.html, https://nodejs.org/api/process.html#processexecvefile-args-env
 */
function endAtOnce(code) {
    if (process.getActiveResourcesInfo().some((resource) => UNSTOPPABLE.test(resource))) {
        if (process.execve !== undefined && process.platform !== 'win32') {
            process.execve(process.execPath, [process.execPath, '--eval', `process.exit(${code})`], {});
        }
        if (code === 1)
            process.kill(process.pid, 'SIGKILL');
    }
    process.exit(code);
}


/***/ }),

/***/ 9874:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   HR: () => (/* binding */ Failure),
/* harmony export */   XM: () => (/* binding */ makeTitle),
/* harmony export */   cJ: () => (/* binding */ Cancelled)
/* harmony export */ });
/** Why a piece of the work failed: one problem or several, before they are recorded as those of a connector. */
class Failure extends Error {
    name = 'Failure';
    problems;
    passing;
    retryAfterMs;
    mayHaveTakenEffect;
    constructor(problems, options = {}) {
        const list = 'kind' in problems ? [problems] : problems;
        super(list.map(({ message }) => message).join('\n'), options);
        this.problems = list;
        this.passing = options.passing ?? false;
        this.retryAfterMs = options.retryAfterMs;
        this.mayHaveTakenEffect = options.mayHaveTakenEffect ?? false;
    }
    /** The same failure with its problems, or what is known of their effect, changed. */
    changed(change, mayHaveTakenEffect = this.mayHaveTakenEffect) {
        const { problems, passing, retryAfterMs, cause } = this;
        return new Failure(problems.map(change), { passing, retryAfterMs, mayHaveTakenEffect, cause });
    }
    /** Whether all its problems are of this kind. */
    isAll(kind) {
        return this.problems.every((problem) => problem.kind === kind);
    }
    /** Records the problems as those of a connector, or of what each is about. */
    record(subject = {}) {
        return this.problems.map((problem) => recordOf(problem, subject, this.mayHaveTakenEffect));
    }
}
const TITLE_LIMIT = 80;
/** So much of a name stays in a title, however long the problem is. */
const NAME_LIMIT = 30;
/** A title in at most 80 characters: who and what. A long name gives way to the problem, so that both are seen. */
function makeTitle(name, problem) {
    if (name === undefined)
        return shorten(problem, TITLE_LIMIT);
    const room = Math.max(NAME_LIMIT, TITLE_LIMIT - ': '.length - problem.length);
    return shorten(`${shorten(name, room)}: ${problem}`, TITLE_LIMIT);
}
function shorten(text, limit) {
    return text.length > limit ? `${text.slice(0, limit - 1).toWellFormed()}…` : text;
}
function recordOf({ about, action = null, documentation_url = null, entry, detail, ...problem }, { sso_connector_id: id, email_domain: domain, name: subject }, mayHaveTakenEffect) {
    return {
        ...problem,
        detail: detail ?? problem.message,
        sso_connector_id: id ?? null,
        email_domain: domain ?? null,
        title: makeTitle(about ?? subject, problem.problem),
        action,
        may_have_taken_effect: mayHaveTakenEffect,
        documentation_url,
        entry,
    };
}
/** The job was cancelled: the process was asked to end by this signal. */
class Cancelled extends Error {
    name = 'Cancelled';
    signal;
    constructor(signal) {
        super(`cancelled by ${signal}`);
        this.signal = signal;
    }
}


/***/ }),

/***/ 1296:
/***/ ((__webpack_module__, __unused_webpack___webpack_exports__, __nccwpck_require__) => {

__nccwpck_require__.a(__webpack_module__, async (__webpack_handle_async_dependencies__, __webpack_async_result__) => { try {
/* harmony import */ var _node_version_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(9579);
/* harmony import */ var _clock_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(7094);
/* harmony import */ var _end_js__WEBPACK_IMPORTED_MODULE_7__ = __nccwpck_require__(6317);
/* harmony import */ var _failure_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(9874);
/* harmony import */ var _report_report_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(9328);
/* harmony import */ var _run_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(2887);
/* harmony import */ var _runner_log_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(4876);
/* harmony import */ var _verification_dns_js__WEBPACK_IMPORTED_MODULE_6__ = __nccwpck_require__(7321);








/** A cancelled run has to be over within a second, whatever still hangs. */
const CANCEL_LIMIT_MS = 900;
// What is done matters more than who reads of it: a reader that is gone stops nothing.
for (const stream of [process.stdout, process.stderr])
    stream.on('error', () => { });
const { env } = process;
const cancel = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => {
        cancel.abort(new _failure_js__WEBPACK_IMPORTED_MODULE_2__/* .Cancelled */ .cJ(signal));
        setTimeout(_end_js__WEBPACK_IMPORTED_MODULE_7__/* .endAtOnce */ .m, CANCEL_LIMIT_MS, 1).unref();
    });
}
// Whatever ends this early is no success.
process.exitCode = 1;
let exitCode = 1;
try {
    (0,_runner_log_js__WEBPACK_IMPORTED_MODULE_5__/* .maskSecrets */ .Q)(env);
    const world = { env, clock: _clock_js__WEBPACK_IMPORTED_MODULE_1__/* .systemClock */ .m, log: _runner_log_js__WEBPACK_IMPORTED_MODULE_5__/* .log */ .R, lookUpTxt: _verification_dns_js__WEBPACK_IMPORTED_MODULE_6__/* .lookUpTxt */ .J, signal: cancel.signal };
    const result = await (0,_run_js__WEBPACK_IMPORTED_MODULE_4__/* .run */ .e)(world);
    if (await (0,_report_report_js__WEBPACK_IMPORTED_MODULE_3__/* .report */ .z)(result, world))
        exitCode = 0;
}
catch (error) {
    _runner_log_js__WEBPACK_IMPORTED_MODULE_5__/* .log */ .R.error(`This should not have happened, please report it: ${error instanceof Error ? error.message : String(error)}`);
    _runner_log_js__WEBPACK_IMPORTED_MODULE_5__/* .log */ .R.debug(() => (error instanceof Error ? (error.stack ?? '') : ''));
}
// What is written has to be out before the end.
process.stdout.write('', () => (0,_end_js__WEBPACK_IMPORTED_MODULE_7__/* .endAtOnce */ .m)(exitCode));

__webpack_async_result__();
} catch(e) { __webpack_async_result__(e); } }, 1);

/***/ }),

/***/ 5839:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   HQ: () => (/* binding */ stripHead),
/* harmony export */   Ie: () => (/* binding */ parseVisible),
/* harmony export */   bB: () => (/* binding */ strip),
/* harmony export */   tO: () => (/* binding */ findInvisible)
/* harmony export */ });
/** Characters that nobody sees, such as U+200B and controls, and white space that only looks plain, such as U+00A0. */
const INVISIBLE = /(?![\t\r\n])[\p{Cc}\p{Cf}\p{DI}]|[^\S \t\r\n]/u;
/** From the first character that is seen to the last. In linear time, as a `+$` for what is around them would not be. */
const SEEN = /[^\s\p{Cf}](?:.*[^\s\p{Cf}])?/su;
/** Visible ASCII, which nearly every value is: it spares the start of a run the tables of Unicode. */
const VISIBLE = /^[!-~]*$/;
/** A value without white space and invisible characters around it. */
function strip(text) {
    return VISIBLE.test(text) ? text : (SEEN.exec(text)?.[0] ?? '');
}
/** A list without invisible characters at its head; white space stays, since it has a meaning in YAML. */
function stripHead(text) {
    return text.replace(/^[\s\p{Cf}]+/u, (head) => head.replace(/\p{Cf}/gu, ''));
}
/** The first invisible character and its place: `U+200B at position 5`. */
function findInvisible(text) {
    if (VISIBLE.test(text))
        return undefined;
    const position = text.search(INVISIBLE);
    if (position === -1)
        return undefined;
    const code = text.codePointAt(position) ?? 0;
    return `U+${code.toString(16).toUpperCase().padStart(4, '0')} at position ${position + 1}`;
}
/** Reads a value by its parser, unless an invisible character is in it. */
function parseVisible(text, parse) {
    const invisible = findInvisible(text);
    if (invisible === undefined)
        return parse(text);
    return { must: 'must have visible characters only', not: invisible, action: 'Type the value again.' };
}


/***/ }),

/***/ 3636:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   JR: () => (/* binding */ hintFor),
/* harmony export */   Rk: () => (/* binding */ KEYS),
/* harmony export */   d$: () => (/* binding */ findUndeclared),
/* harmony export */   mc: () => (/* binding */ INPUTS)
/* harmony export */ });
/* harmony import */ var fastest_levenshtein__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(1916);

/** The inputs of action.yml, in its order (a test holds the two together). */
const INPUTS = [
    'api_token',
    'account_id',
    'sso_connector_id',
    'email_domain',
    'connectors',
    'connectors_file',
    'mode',
    'enabled',
    'use_fedramp_language',
    'require_verified',
    'begin_verification',
    'wait_for_verification',
    'poll_interval',
    'unlisted',
    'token_expiry_warning',
    'request_timeout',
    'max_retries',
    'api_base_url',
    'report_issue',
    'issue_key',
    'github_token',
];
/** The inputs of a single connector, which are the keys of an entry of a list. */
const KEYS = ['sso_connector_id', 'email_domain', 'enabled', 'use_fedramp_language'];
/** Names that are not there but have a plain meaning, and what to use for them. */
const MEANINGS = new Map([
    ...['dry_run', 'dryrun', 'plan', 'check', 'check_only', 'simulate', 'confirm', 'preview'].map(useFor('mode: plan')),
    ...['disable', 'enable', 'disabled', 'active', 'state', 'status', 'enforce', 'sso'].map(useFor('enabled: true or false')),
    ...['apply', 'sync'].map(useFor('mode: reconcile')),
]);
function useFor(instead) {
    return (name) => [name, `Use ${instead}.`];
}
/**
 * What to use for a name that is none of these: the same in another spelling, what it plainly means, or the nearest
 * one if at most half of it differs.
 */
function hintFor(given, names) {
    const name = given.toLowerCase().replace(/[^a-z0-9]+/g, '_');
    const meaning = names.includes(name) ? undefined : MEANINGS.get(name);
    if (meaning !== undefined)
        return meaning;
    const [nearest] = names
        .map((other) => ({ other, differs: (0,fastest_levenshtein__WEBPACK_IMPORTED_MODULE_0__/* .distance */ .Io)(name, other) / Math.max(name.length, other.length) }))
        .sort((one, other) => one.differs - other.differs);
    return nearest && nearest.differs <= 0.5 ? `Did you mean ${nearest.other}?` : undefined;
}
/**
 * The `INPUT_*` variables, in any case, of inputs that action.yml does not declare. The runner only warns of them, and
 * passes on any variable of that name: https://github.com/actions/runner/blob/main/src/Runner.Worker/ActionRunner.cs
 */
function findUndeclared(env) {
    const declared = INPUTS;
    return Object.keys(env).filter((variable) => {
        const [, name] = /^INPUT_(.+)$/is.exec(variable) ?? [];
        return name !== undefined && !declared.includes(name.toLowerCase());
    });
}


/***/ }),

/***/ 787:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   EB: () => (/* binding */ anyOf),
/* harmony export */   ip: () => (/* binding */ USUAL_CAUSES),
/* harmony export */   oi: () => (/* binding */ inputProblem)
/* harmony export */ });
/** A problem of an input (`Input enabled` must be …), or at a place in one (`connectors, line 3`: …). */
function inputProblem(about, { must, not, action }, between = ' ') {
    const message = `${about}${between}${must}${not === undefined ? '' : `, not ${not}`}.`;
    return { kind: 'input', about, problem: must, message, action: action ?? null };
}
/** Why a value is empty that should not be. */
const USUAL_CAUSES = 'Usual causes: the secret or variable does not exist, it is in an environment that the job does not name, or the run is from a fork or Dependabot.';
/** Words as a choice: `a, b or c`. */
function anyOf(words) {
    return words.join(', ').replace(/, ([^,]*)$/, ' or $1');
}


/***/ }),

/***/ 401:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   m: () => (/* binding */ Reader)
/* harmony export */ });
/* harmony import */ var _invisible_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(5839);
/* harmony import */ var _names_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3636);
/* harmony import */ var _problem_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(787);



/** Reads single inputs as the runner passes them on, and collects every problem instead of stopping at the first. */
class Reader {
    warn;
    #env;
    #problems = [];
    constructor(env, warn) {
        this.#env = env;
        this.warn = warn;
    }
    /** All problems so far, in the order of action.yml; those of no input of it come last. */
    get problems() {
        return this.#problems.toSorted(([one], [other]) => one - other).map(([, problem]) => problem);
    }
    /** The text of an input as it is, for YAML, where white space at the start of a line has a meaning. */
    raw(name) {
        return this.#env[variableOf(name)];
    }
    /** The text of an input without what is invisible around it; undefined if it is empty, which means "not given". */
    text(name) {
        return (0,_invisible_js__WEBPACK_IMPORTED_MODULE_1__/* .strip */ .bB)(this.raw(name) ?? '') || undefined;
    }
    isGiven(name) {
        return this.text(name) !== undefined;
    }
    /** The value of an input, or undefined if it is not given or wrong (then with a problem noted). */
    optional(name, parse) {
        return this.#take(name, `Input ${name}`, this.text(name), parse);
    }
    /** As an object of one property, or none, to be spread: "not given" must stay apart from `false`. */
    field(name, parse) {
        const value = this.optional(name, parse);
        return value === undefined ? {} : { [name]: value };
    }
    /** The value of an input that has a default: the runner passes it if the input is left out, so empty is a mistake. */
    withDefault(name, parse, byDefault) {
        const wrong = parse('');
        if ('must' in wrong && this.raw(name) !== undefined && !this.isGiven(name)) {
            const action = `Its expression probably had no value. Give it one, or remove the input to use the default, ${byDefault}.`;
            this.problem(name, { must: wrong.must, not: 'empty', action });
            return undefined;
        }
        return this.optional(name, parse);
    }
    /** The value of an input or else of an environment variable. Neither is a problem, which an old variable may explain. */
    required(name, parse, variable, oldVariable) {
        const text = this.text(name);
        if (text !== undefined)
            return this.#take(name, `Input ${name}`, text, parse);
        const inherited = (0,_invisible_js__WEBPACK_IMPORTED_MODULE_1__/* .strip */ .bB)(this.#env[variable] ?? '') || undefined;
        if (inherited !== undefined)
            return this.#take(name, `Environment variable ${variable}`, inherited, parse);
        const isOld = (0,_invisible_js__WEBPACK_IMPORTED_MODULE_1__/* .strip */ .bB)(this.#env[oldVariable] ?? '') !== '';
        const action = isOld ? `Rename the environment variable ${oldVariable} to ${variable}.` : _problem_js__WEBPACK_IMPORTED_MODULE_2__/* .USUAL_CAUSES */ .ip;
        this.problem(name, { must: `must not be empty, unless ${variable} is set`, action });
        return undefined;
    }
    /** Notes what is wrong with an input. */
    problem(name, wrong) {
        this.add(name, (0,_problem_js__WEBPACK_IMPORTED_MODULE_2__/* .inputProblem */ .oi)(`Input ${name}`, wrong));
    }
    /** Notes problems that have to do with an input, or with none. */
    add(name, ...problems) {
        const position = name === undefined ? _names_js__WEBPACK_IMPORTED_MODULE_0__/* .INPUTS */ .mc.length : _names_js__WEBPACK_IMPORTED_MODULE_0__/* .INPUTS */ .mc.indexOf(name);
        for (const problem of problems)
            this.#problems.push([position, problem]);
    }
    #take(name, about, text, parse) {
        if (text === undefined)
            return undefined;
        const parsed = (0,_invisible_js__WEBPACK_IMPORTED_MODULE_1__/* .parseVisible */ .Ie)(text, parse);
        if ('must' in parsed) {
            this.add(name, (0,_problem_js__WEBPACK_IMPORTED_MODULE_2__/* .inputProblem */ .oi)(about, parsed));
            return undefined;
        }
        if (parsed.warning)
            this.warn(`${about} ${parsed.warning}`);
        return parsed.value;
    }
}
function variableOf(name) {
    return `INPUT_${name.toUpperCase()}`;
}


/***/ }),

/***/ 7801:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  Tn: () => (/* binding */ mustBeVerified),
  R_: () => (/* binding */ readIssueToken),
  sb: () => (/* binding */ readSettings)
});

// EXTERNAL MODULE: ./build/failure.js
var failure = __nccwpck_require__(9874);
// EXTERNAL MODULE: ./build/plural.js
var plural = __nccwpck_require__(3412);
// EXTERNAL MODULE: ./build/untrusted.js
var untrusted = __nccwpck_require__(1730);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __nccwpck_require__(1455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __nccwpck_require__(6760);
;// CONCATENATED MODULE: ./build/inputs/list-file.js



const LARGEST_FILE = 1_048_576;
/**
 * Reads a file of the workspace by its relative path: UTF-8, at most 1 MiB, and no path or link that leaves the
 * workspace. What is no regular file is not opened. `workspace` is the runner's `GITHUB_WORKSPACE`.
 */
async function readListFile(path, workspace) {
    const named = (0,external_node_path_.resolve)(workspace, path);
    if ((0,external_node_path_.isAbsolute)(path) || isOutside(workspace, named))
        return outside((0,untrusted/* quoted */.k)(path));
    try {
        const file = await (0,promises_.realpath)(named);
        if (isOutside(await (0,promises_.realpath)(workspace), file))
            return outside(`${(0,untrusted/* quoted */.k)(path)}, a link that leaves it`);
        const status = await (0,promises_.stat)(file);
        return refuseFile(path, status) ?? decode(path, await (0,promises_.readFile)(file));
    }
    catch (error) {
        return cannotRead(path, error);
    }
}
function isOutside(folder, path) {
    const way = (0,external_node_path_.relative)((0,external_node_path_.resolve)(folder), path);
    return way === '..' || way.startsWith(`..${external_node_path_.sep}`) || (0,external_node_path_.isAbsolute)(way);
}
function outside(not) {
    return { must: 'must be a relative path within the workspace', not };
}
function refuseFile(path, status) {
    const not = (0,untrusted/* quoted */.k)(path);
    if (status.isDirectory())
        return { must: 'must name a regular file', not: `${not}, which is a folder` };
    if (!status.isFile())
        return { must: 'must name a regular file', not: `${not}, which is no regular file` };
    if (status.size <= LARGEST_FILE)
        return undefined;
    return { must: 'must name a file of at most 1 MiB', not: `${not} of ${status.size} bytes` };
}
function decode(path, bytes) {
    try {
        return { value: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
    }
    catch {
        return { must: 'must name a file in UTF-8', not: `${(0,untrusted/* quoted */.k)(path)}, which has other bytes` };
    }
}
function cannotRead(path, error) {
    const { code } = error;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') {
        return { must: 'must name a file that can be read', not: `${(0,untrusted/* quoted */.k)(path)} (${code})` };
    }
    return {
        must: 'must name a file of the workspace',
        not: `${(0,untrusted/* quoted */.k)(path)}, which does not exist`,
        action: 'Is there a checkout step before this one? The path starts at the root of the workspace.',
    };
}

// EXTERNAL MODULE: ./build/inputs/names.js
var names = __nccwpck_require__(3636);
// EXTERNAL MODULE: ./build/inputs/problem.js
var problem = __nccwpck_require__(787);
// EXTERNAL MODULE: ./build/inputs/reader.js
var reader = __nccwpck_require__(401);
// EXTERNAL MODULE: ./build/inputs/values.js
var values = __nccwpck_require__(3368);
;// CONCATENATED MODULE: ./build/inputs/rules.js




/** Refuses inputs that make no sense together; `mode` is undefined if that input itself is wrong. */
function refuseCombinations(read, settings, mode) {
    const rules = [...rulesOfLists(read), ...rulesOfIssues(read, settings), ...(mode ? rulesOfMode(settings) : [])];
    for (const [applies, name, must, action] of rules) {
        if (applies)
            read.problem(name, { must, action });
    }
}
function rulesOfLists(read) {
    const isInline = read.isGiven('connectors');
    if (!isInline && !read.isGiven('connectors_file'))
        return [];
    const must = `must not be given together with ${isInline ? 'connectors' : 'connectors_file'}`;
    return [
        [isInline && read.isGiven('connectors_file'), 'connectors_file', must, 'Remove one of the two.'],
        ...names/* KEYS */.Rk.map((name) => [read.isGiven(name), name, must, 'Put it into the entries of the list.']),
    ];
}
function rulesOfIssues(read, { mode, reportIssue }) {
    const token = 'must not be empty with report_issue: true';
    const plan = 'must be false with mode: plan, which never writes';
    return [
        [reportIssue && mode === 'plan', 'report_issue', plan, 'Show the plan by its summary or by the output drift.'],
        [reportIssue && !read.isGiven('github_token'), 'github_token', token, 'Remove it to use the token of the job.'],
    ];
}
function rulesOfMode(settings) {
    const { mode, many, targets, beginVerification, tokenExpiryWarning } = settings;
    const isPlan = mode === 'plan';
    const isFail = settings.unlisted === 'fail';
    const waits = settings.waitForVerification !== undefined;
    const isById = targets.length > 0 && targets.every(({ email_domain: domain }) => domain === undefined);
    const listsNothing = many && mode === 'update' && isById && !waits && !beginVerification;
    const begin = `must be false with mode: ${mode}, which never writes`;
    const wait = 'must not be given with mode: plan, which never waits';
    const single = 'must be ignore or report for a single connector, not fail';
    const byId = 'must be ignore or report with mode: update if no entry has email_domain, not fail';
    const expiry = 'must not be given with mode: update';
    return [
        [beginVerification && (isPlan || mode === 'check'), 'begin_verification', begin, 'Use mode: update or reconcile.'],
        [waits && isPlan, 'wait_for_verification', wait, 'Use mode: check to wait without a change.'],
        [isFail && !many, 'unlisted', single, 'Use connectors or connectors_file, even for a list of one.'],
        [isFail && listsNothing, 'unlisted', byId, 'Use mode: check or reconcile, which read the list of the account.'],
        [tokenExpiryWarning !== undefined && mode === 'update', 'token_expiry_warning', expiry, 'Use check or reconcile.'],
    ];
}
/**
 * Refuses to send the token where certificates are not checked, but to this machine itself.
 * https://nodejs.org/api/cli.html#node_tls_reject_unauthorizedvalue
 */
function refuseUntrustedTls(read, env, { apiBaseUrl }) {
    if (env['NODE_TLS_REJECT_UNAUTHORIZED'] !== '0' || (0,values/* isLoopback */.U9)(apiBaseUrl))
        return;
    const must = 'must not be 0, or whoever answers gets the API token';
    const action = 'Remove it. If a proxy has a certificate of its own, set NODE_EXTRA_CA_CERTS to the file of its CA.';
    read.add('api_base_url', (0,problem/* inputProblem */.oi)('Environment variable NODE_TLS_REJECT_UNAUTHORIZED', { must, action }));
}
/** Refuses every input that action.yml does not declare: a gate or a dry run that is misspelt must not be passed over. */
function refuseUndeclared(read, env) {
    for (const variable of (0,names/* findUndeclared */.d$)(env)) {
        const name = variable.slice('INPUT_'.length).toLowerCase();
        const source = `It may come from the environment variable ${(0,untrusted/* oneLine */.T)(variable, 80)}.`;
        const action = `${(0,names/* hintFor */.JR)(name, names/* INPUTS */.mc) ?? 'Remove it.'} ${source}`;
        read.add(undefined, (0,problem/* inputProblem */.oi)(`Input ${(0,untrusted/* oneLine */.T)(name, 80)}`, { must: 'is not an input of this action', action }));
    }
}

;// CONCATENATED MODULE: ./build/inputs/shape.js
/** What `mode` may be. */
const MODES = ['update', 'check', 'plan', 'reconcile'];
/** What `unlisted` may be. */
const UNLISTED = ['ignore', 'report', 'fail'];

;// CONCATENATED MODULE: ./build/inputs/token.js
const CREATE = 'Create an API token with the permission "SSO Connector: Edit".';
const ALONE = 'The secret must have the token and nothing else.';
/** What is often given for a token, told by how it starts: a pattern, what it must be, and what to do. */
const IMPOSTORS = [
    [/^Bearer(\s|$)/i, 'must be the token alone, without "Bearer" before it', 'The action adds that word itself.'],
    [/^cfk_/, 'must be an API token, not a global API key (cfk_…)', CREATE],
    [
        /^\$|^(secrets|vars|env)\./,
        'must be a token, not the name of one',
        `Write $${'{{ secrets.NAME }}'}, with your name.`,
    ],
    [/^\w+=/, 'must be the token alone, without NAME= before it', ALONE],
    [/^\{/, 'must be the token alone, not JSON', ALONE],
    [/^["'`]|["'`]$/, 'must be the token alone, without quotes around it', ALONE],
];
/**
 * An API token: visible ASCII characters without white space. Nothing of the token is in what is said of it.
 * https://developers.cloudflare.com/fundamentals/api/get-started/create-token/
 */
function parseToken(text) {
    const impostor = IMPOSTORS.find(([pattern]) => pattern.test(text));
    if (impostor)
        return { must: impostor[1], action: impostor[2] };
    const position = text.search(/[^\x21-\x7e]/);
    if (position === -1)
        return { value: text };
    const what = describeCharacter(text.charAt(position));
    return {
        must: 'must be visible ASCII characters',
        not: `${what} at position ${position + 1} of ${text.length}`,
        action: 'Was the secret pasted with something in or around it?',
    };
}
function describeCharacter(character) {
    if (/[\r\n]/.test(character))
        return 'a line break';
    return /[ \t]/.test(character) ? 'white space' : 'a character that is not ASCII';
}

;// CONCATENATED MODULE: ./build/inputs/settings.js











/**
 * Reads the settings from the runner's `INPUT_*` variables, and the file of `connectors_file`. Says through `warn` what is
 * odd but possible. Throws a Failure with every problem of all inputs at once, in the order of action.yml.
 */
async function readSettings(env, warn) {
    const read = new reader/* Reader */.m(env, warn);
    const apiToken = read.required('api_token', parseToken, 'CLOUDFLARE_API_TOKEN', 'CF_API_TOKEN');
    const accountId = read.required('account_id', values/* parseId */.Fg, 'CLOUDFLARE_ACCOUNT_ID', 'CF_ACCOUNT_ID');
    const many = read.isGiven('connectors') || read.isGiven('connectors_file');
    const targets = many ? await readMany(read, env) : readSingle(read);
    const mode = read.withDefault('mode', parseMode, 'update');
    const settings = {
        // What is missing is a problem, and so never used.
        apiToken: apiToken ?? '',
        accountId: accountId ?? '',
        mode: mode ?? 'update',
        targets,
        many,
        requireVerified: read.withDefault('require_verified', values/* parseBoolean */.yG, 'false') ?? false,
        beginVerification: read.optional('begin_verification', values/* parseBoolean */.yG) ?? false,
        waitForVerification: read.optional('wait_for_verification', values/* parseDuration */.E9),
        pollInterval: read.optional('poll_interval', values/* parseDuration */.E9) ?? 15_000,
        unlisted: read.optional('unlisted', (0,values/* parseChoice */.HU)(UNLISTED)) ?? 'report',
        tokenExpiryWarning: read.optional('token_expiry_warning', values/* parseDays */.bs),
        requestTimeout: read.optional('request_timeout', values/* parseDuration */.E9) ?? 30_000,
        maxRetries: read.optional('max_retries', (0,values/* parseWholeNumber */.oA)(0, 10)) ?? 3,
        apiBaseUrl: read.optional('api_base_url', values/* parseBaseUrl */.Q2) ?? new URL('https://api.cloudflare.com/client/v4'),
        reportIssue: read.optional('report_issue', values/* parseBoolean */.yG) ?? false,
        issueKey: read.optional('issue_key', (value) => ({ value })) ?? '',
    };
    refuseCombinations(read, settings, mode);
    refuseUntrustedTls(read, env, settings);
    refuseUndeclared(read, env);
    if (read.problems.length > 0)
        throw new failure/* Failure */.HR(read.problems);
    return settings;
}
const parseMode = (0,values/* parseChoice */.HU)(MODES, (text) => (0,names/* hintFor */.JR)(text, MODES));
/** Whether the domain being verified is part of what is asked for, by the gate or by the wait. */
function mustBeVerified({ requireVerified, waitForVerification }) {
    return requireVerified || waitForVerification !== undefined;
}
function readSingle(read) {
    const target = {
        sso_connector_id: read.optional('sso_connector_id', values/* parseConnectorId */.OT),
        email_domain: read.optional('email_domain', values/* parseEmailDomain */.wp),
        desired: {
            ...read.field('enabled', values/* parseBoolean */.yG),
            ...read.field('use_fedramp_language', values/* parseBoolean */.yG),
        },
    };
    if (!read.isGiven('sso_connector_id') && !read.isGiven('email_domain')) {
        read.problem('sso_connector_id', {
            must: 'must not be empty, unless email_domain, connectors or connectors_file is given',
            action: `Name a connector. ${problem/* USUAL_CAUSES */.ip}`,
        });
    }
    return [target];
}
/** The runner shows 10 annotations of a type. */
const MOST_WARNINGS = 5;
async function readMany(read, env) {
    const { readConnectors } = await Promise.all(/* import() */[__nccwpck_require__.e(815), __nccwpck_require__.e(910)]).then(__nccwpck_require__.bind(__nccwpck_require__, 6910));
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
 * The token to report in a GitHub issue with; undefined if `report_issue` is not true, and with `mode: plan`, which never
 * writes. Apart from the settings, so that a problem in the other inputs can be reported too.
 */
function readIssueToken(env) {
    const read = new reader/* Reader */.m(env, () => { });
    if (read.text('mode') === 'plan')
        return undefined;
    return read.optional('report_issue', values/* parseBoolean */.yG) ? read.text('github_token') : undefined;
}


/***/ }),

/***/ 3368:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   E9: () => (/* binding */ parseDuration),
/* harmony export */   Fg: () => (/* binding */ parseId),
/* harmony export */   HU: () => (/* binding */ parseChoice),
/* harmony export */   OT: () => (/* binding */ parseConnectorId),
/* harmony export */   Q2: () => (/* binding */ parseBaseUrl),
/* harmony export */   U9: () => (/* binding */ isLoopback),
/* harmony export */   bs: () => (/* binding */ parseDays),
/* harmony export */   oA: () => (/* binding */ parseWholeNumber),
/* harmony export */   wp: () => (/* binding */ parseEmailDomain),
/* harmony export */   yG: () => (/* binding */ parseBoolean)
/* harmony export */ });
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7030);
/* harmony import */ var _connector_domain_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(2074);
/* harmony import */ var _plural_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(3412);
/* harmony import */ var _untrusted_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(1730);
/* harmony import */ var _problem_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(787);





const TRUE = ['true', 'True', 'TRUE'];
const FALSE = ['false', 'False', 'FALSE'];
/** A boolean of the YAML 1.2 core schema. https://yaml.org/spec/1.2.2/#1032-tag-resolution */
function parseBoolean(text) {
    if (TRUE.includes(text))
        return { value: true };
    if (FALSE.includes(text))
        return { value: false };
    return { must: 'must be true or false', not: (0,_untrusted_js__WEBPACK_IMPORTED_MODULE_2__/* .quoted */ .k)(text) };
}
/** One of a few words; `hint` says what to do about another one. */
function parseChoice(choices, hint) {
    return (text) => {
        const value = choices.find((choice) => choice === text);
        return value ? { value } : { must: `must be ${(0,_problem_js__WEBPACK_IMPORTED_MODULE_3__/* .anyOf */ .EB)(choices)}`, not: (0,_untrusted_js__WEBPACK_IMPORTED_MODULE_2__/* .quoted */ .k)(text), action: hint?.(text) };
    };
}
const UNITS = new Map([
    ['', 1000],
    ['s', 1000],
    ['m', 60_000],
    ['h', 3_600_000],
    ['d', 86_400_000],
]);
function durationUpTo(longest, longestMs, form, examples) {
    return (text) => {
        const [, digits, unit = ''] = form.exec(text) ?? [];
        const value = Number(digits) * (UNITS.get(unit) ?? Number.NaN);
        if (value >= 1000 && value <= longestMs)
            return { value };
        return { must: `must be a duration from 1s to ${longest}`, not: (0,_untrusted_js__WEBPACK_IMPORTED_MODULE_2__/* .quoted */ .k)(text), action: `Write it as ${examples}.` };
    };
}
/** A duration of 1 second to 120 hours, in milliseconds: `90s`, `10m`, `2h` or plain seconds. */
const parseDuration = durationUpTo('120h', 432_000_000, /^(\d{1,9})([smh]?)$/, '90s, 10m, 2h or plain seconds');
/** A duration of 1 second to 3650 days, in milliseconds: `30d`, or as `parseDuration` has it. */
const parseDays = durationUpTo('3650d', 315_360_000_000, /^(\d{1,9})([smhd]?)$/, '30d, 12h or plain seconds');
/** A whole number between two limits, both included. */
function parseWholeNumber(least, most) {
    return (text) => {
        const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
        if (value >= least && value <= most)
            return { value };
        return { must: `must be a whole number from ${least} to ${most}`, not: (0,_untrusted_js__WEBPACK_IMPORTED_MODULE_2__/* .quoted */ .k)(text) };
    };
}
/**
 * An id of an account or a connector. Another length than 32 is only worth a warning: the API's schema says 32, and
 * its own examples differ. https://developers.cloudflare.com/api/resources/iam/subresources/sso/
 */
function parseId(text) {
    if (!/^[A-Za-z0-9_-]+$/.test(text))
        return { must: 'must have only A-Z, a-z, 0-9, _ and -', not: (0,_untrusted_js__WEBPACK_IMPORTED_MODULE_2__/* .quoted */ .k)(text) };
    if (text.length === 32)
        return { value: text };
    const length = (0,_plural_js__WEBPACK_IMPORTED_MODULE_4__/* .counted */ .h)(text.length, 'character');
    return { value: text, warning: `has ${length}, but ids of Cloudflare have 32. Is it complete?` };
}
/** An id of a connector. One of the shape of a UUID is most likely that of something else, but may be tried. */
function parseConnectorId(text) {
    if (!/^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i.test(text))
        return parseId(text);
    const warning = 'has the shape of a UUID. It is probably the id of the Access application of type dash_sso, not of the connector.';
    return { value: text, warning };
}
/** An email domain, as it was given; how two are compared is a matter of domain.ts. */
function parseEmailDomain(text) {
    if ((0,_connector_domain_js__WEBPACK_IMPORTED_MODULE_1__/* .canonicalDomain */ .T5)(text))
        return { value: text };
    const [, afterAt = ''] = /^[^@\s]*@([^@\s]+)$/.exec(text) ?? [];
    const action = (0,_connector_domain_js__WEBPACK_IMPORTED_MODULE_1__/* .canonicalDomain */ .T5)(afterAt) ? `Did you mean ${(0,_untrusted_js__WEBPACK_IMPORTED_MODULE_2__/* .quoted */ .k)(afterAt)}?` : undefined;
    return { must: 'must be a domain name such as acme.example', not: (0,_untrusted_js__WEBPACK_IMPORTED_MODULE_2__/* .quoted */ .k)(text), action };
}
/** The API's base URL without a trailing slash: `https`, or `http` to a loopback address, and nothing but host and path. */
function parseBaseUrl(text) {
    const must = 'must be an https URL of host and path';
    const action = 'An example is https://api.cloudflare.com/client/v4.';
    // What may be a password is not repeated.
    if (text.includes('@'))
        return { must: `${must}, without a user name or password`, action };
    const url = URL.parse(text);
    if (!url || !/^https?:$/.test(url.protocol))
        return { must, not: (0,_untrusted_js__WEBPACK_IMPORTED_MODULE_2__/* .quoted */ .k)(text), action };
    if (/[?#]/.test(text))
        return { must: `${must}, without a query or fragment`, not: (0,_untrusted_js__WEBPACK_IMPORTED_MODULE_2__/* .quoted */ .k)(text), action };
    if (url.protocol === 'http:' && !isLoopback(url)) {
        return { must, not: (0,_untrusted_js__WEBPACK_IMPORTED_MODULE_2__/* .quoted */ .k)(text), action: 'By plain http, the token would travel in plain text.' };
    }
    url.pathname = /^.*[^/]/s.exec(url.pathname)?.[0] ?? '';
    return { value: url };
}
/** Whether a URL is of this machine itself. */
function isLoopback({ hostname }) {
    if (hostname === 'localhost' || hostname === '[::1]')
        return true;
    return (0,node_net__WEBPACK_IMPORTED_MODULE_0__.isIP)(hostname) === 4 && hostname.startsWith('127.');
}


/***/ }),

/***/ 5252:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   A: () => (/* binding */ nounFor),
/* harmony export */   P: () => (/* binding */ Outcome)
/* harmony export */ });
/* harmony import */ var _connector_connector_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(6263);
/* harmony import */ var _connector_drift_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(603);
/* harmony import */ var _failure_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(9874);



/** What became of one target, filled in as the job goes on. */
class Outcome {
    target;
    failures = [];
    /** The connector before this run changed it; undefined if nothing was read first. */
    found;
    /** The differences as found, before any change. */
    drift = [];
    /** What was sent and came to a good end: `set enabled=true for acme.example`. */
    done = [];
    /** What was sent and has no answer, or none that tells whether it took effect. */
    underWay;
    /** When this run asked to begin the verification, in milliseconds since the epoch. */
    begunAt;
    /** What public DNS says of the TXT record; defined once a failure has explained what is missing. */
    dnsSays;
    /** The fields of a change that may have taken effect, with the connector not read since. */
    fieldsInDoubt = [];
    /** The fields that this run tried to change, and those whose change came to a good end. */
    #tried = new Set();
    #sent = new Set();
    #connector;
    /** Whether a change was sent that may have taken effect, and the connector was not read since. */
    #isUncertain = false;
    constructor(target) {
        this.target = target;
    }
    /** The connector as last read. */
    get connector() {
        return this.#connector;
    }
    set connector(connector) {
        this.#connector = connector;
        this.#isUncertain = false;
        this.fieldsInDoubt = [];
    }
    get failed() {
        return this.failures.length > 0;
    }
    /** The id that requests go to: the given one, or that of the connector found by its domain. */
    get id() {
        return this.target.sso_connector_id ?? this.connector?.id;
    }
    /** The domain, from the API or as given. */
    get domain() {
        return this.connector?.email_domain ?? this.target.email_domain;
    }
    /** The connector's name for people: its domain, or else `connector 023e…`. */
    get name() {
        return (0,_connector_connector_js__WEBPACK_IMPORTED_MODULE_0__/* .nameOfConnector */ .Sd)(this.id, this.domain);
    }
    /** Whether the connector, as last read, may be out of date, since a change may have taken effect. */
    get isUncertain() {
        return this.#isUncertain;
    }
    set isUncertain(isUncertain) {
        this.#isUncertain = isUncertain;
    }
    /** Whether this run changed something; undefined if that is unknown. */
    get changed() {
        if (this.begunAt !== undefined)
            return true;
        if (this.done.length === 0 && this.underWay === undefined)
            return false;
        if (!this.found || !this.connector || this.#isUncertain)
            return undefined;
        if (this.underWay === undefined)
            return this.changedFields.length > 0;
        return this.#movedFields().length === 0 ? false : undefined;
    }
    /** The fields that this run changed; none if that is unknown. */
    get changedFields() {
        return this.#movedFields().filter((field) => this.#sent.has(field));
    }
    /** The fields that someone else changed while this run was under way. */
    get movedByOthers() {
        return this.#movedFields().filter((field) => !this.#tried.has(field));
    }
    /** The fields asked for that this run has not come to, with the values that they shall have. */
    get unsent() {
        const { desired } = this.target;
        const open = (0,_connector_connector_js__WEBPACK_IMPORTED_MODULE_0__/* .givenFields */ .Fh)(desired).filter((field) => !this.#sent.has(field) && !this.fieldsInDoubt.includes(field) && this.connector?.[field] !== desired[field]);
        return Object.fromEntries(open.map((field) => [field, desired[field] === true]));
    }
    /** A field as last read; undefined if it is unknown. */
    current(field) {
        return this.fieldsInDoubt.includes(field) ? undefined : this.connector?.[field];
    }
    #movedFields() {
        const { found, connector } = this;
        if (!found || !connector || this.#isUncertain)
            return [];
        return _connector_connector_js__WEBPACK_IMPORTED_MODULE_0__/* .FIELDS */ .cJ.filter((field) => found[field] !== connector[field]);
    }
    /** Whether the connector, as last read, has all that you asked for; undefined if that is unknown. */
    isInSync(mustBeVerified) {
        if (!this.connector || this.#isUncertain)
            return undefined;
        if (mustBeVerified && !(0,_connector_connector_js__WEBPACK_IMPORTED_MODULE_0__/* .isVerified */ .p4)(this.connector))
            return false;
        return (0,_connector_drift_js__WEBPACK_IMPORTED_MODULE_1__/* .findDrift */ .L)(this.connector, this.target.desired).length === 0;
    }
    /** Notes the connector before anything is changed. */
    find(connector) {
        this.connector = connector;
        this.found = connector;
        this.drift = (0,_connector_drift_js__WEBPACK_IMPORTED_MODULE_1__/* .findDrift */ .L)(connector, this.target.desired);
    }
    /** What requests go to. Throws a Failure if there is no id, or one that no path can have. */
    ref() {
        const { id, name } = this;
        if (id !== undefined && /^[A-Za-z0-9_-]+$/.test(id))
            return { id, name };
        throw new _failure_js__WEBPACK_IMPORTED_MODULE_2__/* .Failure */ .HR({
            kind: 'unexpected',
            problem: 'no id to work with',
            message: `Cloudflare gives no usable id for the connector of ${name}, so no request can name it.`,
        });
    }
    /** Records a failure as this connector's. */
    fail(failure) {
        const it = failure instanceof _failure_js__WEBPACK_IMPORTED_MODULE_2__/* .Failure */ .HR ? failure : new _failure_js__WEBPACK_IMPORTED_MODULE_2__/* .Failure */ .HR(failure);
        this.failures.push(...it.record(this.subject));
    }
    /** What a failure's record says of the connector. */
    get subject() {
        return { sso_connector_id: this.id, email_domain: this.domain, name: this.name };
    }
    /** Runs a piece of the work on this target; a Failure is recorded, so that it does not stop the other targets. */
    async attempt(work) {
        try {
            await work();
        }
        catch (failure) {
            if (!(failure instanceof _failure_js__WEBPACK_IMPORTED_MODULE_2__/* .Failure */ .HR))
                throw failure;
            this.fail(failure);
        }
    }
    /**
     * Sends a change and keeps account of it, in case its answer is lost or the job is cancelled. What the connector is
     * afterwards is unknown until it is read again.
     */
    async send(asked, fields, request) {
        const given = (0,_connector_connector_js__WEBPACK_IMPORTED_MODULE_0__/* .givenFields */ .Fh)(fields);
        for (const field of given)
            this.#tried.add(field);
        const answer = await request((inDoubt) => {
            this.underWay = inDoubt ? asked : undefined;
            this.#isUncertain = inDoubt;
            this.fieldsInDoubt = inDoubt ? given : [];
        });
        for (const field of given)
            this.#sent.add(field);
        this.done.push(asked);
        this.underWay = undefined;
        return answer;
    }
}
/** What these are called together: domains if each one's is known. */
function nounFor(outcomes) {
    return outcomes.every(({ domain }) => domain !== undefined) ? 'domain' : 'connector';
}


/***/ }),

/***/ 3207:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   QF: () => (/* binding */ isAllWell),
/* harmony export */   Vj: () => (/* binding */ verdictOf),
/* harmony export */   oJ: () => (/* binding */ isSuccess),
/* harmony export */   tU: () => (/* binding */ isInSync)
/* harmony export */ });
/* harmony import */ var _inputs_settings_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7801);

/** The verdict on one connector. */
function verdictOf(outcome, result) {
    if (outcome.failed)
        return 'failed';
    if (outcome.changed)
        return 'changed';
    const inSync = isInSync(outcome, result);
    if (inSync)
        return 'in sync';
    if (inSync === undefined)
        return 'unknown';
    return result.settings?.mode === 'plan' ? 'would change' : 'not in sync';
}
/** Whether a connector has all that you asked for, the verification included; undefined if that is unknown. */
function isInSync(outcome, { settings }) {
    return outcome.isInSync(settings !== undefined && (0,_inputs_settings_js__WEBPACK_IMPORTED_MODULE_0__/* .mustBeVerified */ .Tn)(settings));
}
/** Whether the step succeeds. */
function isSuccess(result) {
    return result.failures.length === 0;
}
/** Whether there is nothing that people must hear of, which a success with a token that expires soon is not. */
function isAllWell(result) {
    return isSuccess(result) && result.tokenExpiry?.isSoon !== true;
}


/***/ }),

/***/ 6957:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   C: () => (/* binding */ describeTokenExpiry),
/* harmony export */   V: () => (/* binding */ checkTokenExpiry)
/* harmony export */ });
/**
 * Asks when the API token expires, if the settings say so, and warns if that is soon. It never fails the step: undefined
 * if no clear answer came.
 */
async function checkTokenExpiry(job) {
    const { settings, client, clock, log, signal } = job;
    const limit = settings.tokenExpiryWarning;
    if (limit === undefined)
        return undefined;
    const token = await client.verifyToken(signal);
    if (token === undefined)
        return undefined;
    const { status, expiresOn } = token;
    if (expiresOn === undefined)
        return status === 'active' ? { expiresOn, isSoon: false, isOver: false } : undefined;
    const left = Date.parse(expiresOn) - clock.now();
    if (Number.isNaN(left))
        return undefined;
    const expiry = { expiresOn, isSoon: left < limit, isOver: left <= 0 };
    if (expiry.isSoon)
        log.warning(describeTokenExpiry(expiry));
    return expiry;
}
/** When the token expires, and what to do, for people. */
function describeTokenExpiry({ expiresOn, isOver }) {
    if (expiresOn === undefined)
        return 'The API token has no end date.';
    const date = new Date(expiresOn).toISOString().slice(0, 10);
    const what = isOver ? `expired on ${date}. Create a new one` : `expires on ${date}. Renew it before`;
    return `The API token ${what}: without it, SSO cannot be switched off from here.`;
}


/***/ }),

/***/ 9579:
/***/ (() => {

/** The oldest Node that this action runs on. A runner brings it since 2.327.1: https://github.com/actions/runner/releases */
const NEEDED = 24;
// This runs first of all, on whatever Node there is, so it has nothing that an old one cannot read.
const given = process.versions.node;
if (Number(given.split('.')[0]) < NEEDED) {
    process.stdout.write(`::error title=Node is too old::Node ${NEEDED} or newer is needed, not ${given}. A runner brings its own since version 2.327.1. By hand, start this with Node ${NEEDED}.\n`);
    process.exit(1);
}



/***/ }),

/***/ 3412:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   K: () => (/* binding */ listed),
/* harmony export */   h: () => (/* binding */ counted)
/* harmony export */ });
/** A number with its noun: `1 domain`, `3 domains`. The plural has an s by default. */
function counted(count, noun, plural = `${noun}s`) {
    return `${count} ${count === 1 ? noun : plural}`;
}
/** Items side by side, with those beyond `most` counted: `a, b and 3 more`. */
function listed(items, most) {
    const more = items.length > most ? ` and ${items.length - most} more` : '';
    return `${items.slice(0, most).join(', ')}${more}`;
}


/***/ }),

/***/ 4662:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   I: () => (/* binding */ plannedChanges),
/* harmony export */   T: () => (/* binding */ changesBy)
/* harmony export */ });
/* harmony import */ var _connector_drift_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(603);

/** What this run changed, or what others changed meanwhile; nothing if that is unknown. */
function changesBy(whom, outcome) {
    const { found, connector, changedFields, movedByOthers } = outcome;
    const fields = whom === 'us' ? changedFields : movedByOthers;
    return fields.map((field) => ({ field, before: showValue(found?.[field]), after: showValue(connector?.[field]) }));
}
/** What is still to change, as last seen. */
function plannedChanges({ connector, target }) {
    const drift = connector ? (0,_connector_drift_js__WEBPACK_IMPORTED_MODULE_0__/* .findDrift */ .L)(connector, target.desired) : [];
    return drift.map(({ field, actual, expected }) => ({ field, before: showValue(actual), after: showValue(expected) }));
}
function showValue(value) {
    return value === null || value === undefined ? 'unknown' : String(value);
}


/***/ }),

/***/ 7093:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   M: () => (/* binding */ describeConsequences),
/* harmony export */   a: () => (/* binding */ hasSwitched)
/* harmony export */ });
/** Whether this run switched SSO on or off for this connector, as far as anyone can know. */
function hasSwitched({ found, connector, changedFields, done, target, failures }) {
    const { enabled } = target.desired;
    if (found)
        return changedFields.includes('enabled');
    const mayBe = failures.some(({ may_have_taken_effect }) => may_have_taken_effect);
    return enabled !== undefined && done.length > 0 && !mayBe && connector?.enabled === enabled;
}
/**
 * What follows for people from what this run switched, in whole sentences.
 * https://developers.cloudflare.com/fundamentals/manage-members/dashboard-sso/
 */
function describeConsequences({ outcomes, settings }) {
    const switched = outcomes.filter(hasSwitched);
    const whose = (enabled) => {
        const names = switched.filter(({ connector }) => connector?.enabled === enabled).map(({ name }) => name);
        if (names.length === 0)
            return undefined;
        return settings?.many ? `the domains switched ${enabled ? 'on' : 'off'}` : names.join();
    };
    const [on, off] = [whose(true), whose(false)];
    return [
        ...(off ? [`Users of ${off} log in with e-mail and password from now on. ${WITHOUT_PASSWORD}`] : []),
        ...(on ? [`SSO holds from now on for every user of ${on}, in all accounts that they are members of.`] : []),
    ];
}
const WITHOUT_PASSWORD = 'Those without a password choose "Forgot password", and the mail must reach them without the identity provider.';


/***/ }),

/***/ 4902:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   C: () => (/* binding */ prose),
/* harmony export */   a: () => (/* binding */ code)
/* harmony export */ });
/* harmony import */ var _untrusted_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(1730);

/**
 * Words that GitHub makes something of even where nothing is Markdown: mentions, references, links, mathematics, emoji
 * and commit ids. Names and values of the API are code for the eye.
 * https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls
 */
const SPECIAL = /[@#$]|:\/\/|www\.|GH-\d|:[\w+-]+:|\b[0-9a-f]{7,40}\b|\w[_=]\w/i;
/** The signs that may begin markup within a line. https://github.github.com/gfm/#inlines */
const MARKUP = /[\\`*_[\]<>&~|]/g;
/** What makes a list of a line that begins with it. https://github.github.com/gfm/#list-items */
const LIST = /^[-+]|(?<=^\d+)[.)]/g;
/** An input with its value, which is one thing: `mode: check`. Or else a word. */
const WORDS = /(?:mode|enabled|unlisted|[a-z]+(?:_[a-z]+)+): (?:true|false|update|check|plan|reconcile|ignore|report|fail)[.,;)]*(?!\S)|\S+/g;
/** The vendor's own pages, the only ones that are worth a click. */
const VENDOR = /^https:\/\/(?:developers|dash)\.cloudflare\.com\/[\w./:?=#~-]*$/;
/** Signs that stand around a word and are no part of it. */
const BEFORE = /^["'(]+/;
const AFTER = /(?<![.,:;!?"')…])[.,:;!?"')…]+$/u;
/** Text from outside as prose that GitHub takes literally, with no links but the vendor's, no mentions, no references. */
function prose(text, limit = 2000) {
    const words = (0,_untrusted_js__WEBPACK_IMPORTED_MODULE_0__/* .oneLine */ .T)(text, limit).match(WORDS) ?? [];
    return words
        .map((word, n) => show(word, words[n - 1] === 'Input'))
        .join(' ')
        .replace(LIST, reference);
}
function show(word, isInput) {
    const before = BEFORE.exec(word)?.[0] ?? '';
    const after = AFTER.exec(word.slice(before.length))?.[0] ?? '';
    const name = word.slice(before.length, word.length - after.length);
    if (VENDOR.test(name))
        return `${literal(before)}<${name}>${literal(after)}`;
    return isInput || SPECIAL.test(word) || word.includes(' ')
        ? `${literal(before)}${span(name)}${literal(after)}`
        : literal(word);
}
/** Text from outside as inline code, where GitHub makes no links; fit for the cell of a table. */
function code(text, limit = 300) {
    return span((0,_untrusted_js__WEBPACK_IMPORTED_MODULE_0__/* .oneLine */ .T)(text, limit));
}
/** A span of backticks, or an element where the text has what would end the span or the cell of a table. */
function span(line) {
    return /^[^`|\\]+$/.test(line) ? `\`${line}\`` : `<code>${line.replace(/[^\p{L}\p{N} ]/gu, reference)}</code>`;
}
function literal(text) {
    return text.replace(MARKUP, reference);
}
/** https://github.github.com/gfm/#entity-and-numeric-character-references */
function reference(character) {
    return `&#${character.codePointAt(0)};`;
}


/***/ }),

/***/ 5063:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  C: () => (/* binding */ renderPage)
});

// EXTERNAL MODULE: ./build/job/outcome.js
var outcome = __nccwpck_require__(5252);
// EXTERNAL MODULE: ./build/job/token-expiry.js
var token_expiry = __nccwpck_require__(6957);
// EXTERNAL MODULE: ./build/plural.js
var plural = __nccwpck_require__(3412);
// EXTERNAL MODULE: ./build/report/consequences.js
var consequences = __nccwpck_require__(7093);
// EXTERNAL MODULE: ./build/report/markdown.js
var markdown = __nccwpck_require__(4902);
;// CONCATENATED MODULE: ./build/report/page-limit.js
/** Room for what ends a cut page: the notes on what is left out, and the ends of open blocks. */
const RESERVE = 1200;
/** Text that grows up to a limit in bytes; what does not fit is left out, with a note that says how much it was. */
class Page {
    text = '';
    #left;
    constructor(limit) {
        this.#left = limit - RESERVE;
    }
    /** Adds it whole or not at all, and returns whether. */
    add(text) {
        const size = Buffer.byteLength(text);
        if (size > this.#left)
            return false;
        this.#left -= size;
        this.text += text;
        return true;
    }
    /** Adds a section of items, as many as fit; none where there are none. */
    addAll(items, { what, before = '', after = '\n' }) {
        const [first] = items;
        if (first === undefined)
            return;
        let added = 0;
        if (this.add(before + first)) {
            added = 1;
            while (added < items.length && this.add(items[added] ?? ''))
                added += 1;
            this.text += after;
        }
        if (added < items.length) {
            this.text += `*${items.length - added} more ${what} are left out here; the outputs of the step have them.*\n\n`;
            this.#left = 0;
        }
    }
    /** Adds a table, as many rows as fit; none where there are none. */
    addTable(rows, { what, title, head }) {
        const heading = title === undefined ? '' : `#### ${title}\n\n`;
        this.addAll(rows.map(line), { what, before: `${heading}${line(head)}${line(head.map(() => '---'))}` });
    }
    /** Adds what `fill` adds, folded under a title. */
    fold(title, fill) {
        if (!this.add(`<details>\n<summary>${title}</summary>\n\n`))
            return;
        fill();
        this.text += '</details>\n\n';
    }
}
function line(cells) {
    return `| ${cells.join(' | ')} |\n`;
}

// EXTERNAL MODULE: ./build/connector/connector.js
var connector_connector = __nccwpck_require__(6263);
// EXTERNAL MODULE: ./build/connector/domain.js
var connector_domain = __nccwpck_require__(2074);
// EXTERNAL MODULE: ./build/job/result.js
var job_result = __nccwpck_require__(3207);
// EXTERNAL MODULE: ./build/report/changes.js
var report_changes = __nccwpck_require__(4662);
// EXTERNAL MODULE: ./build/report/told.js
var report_told = __nccwpck_require__(3782);
// EXTERNAL MODULE: ./build/report/verdict.js + 1 modules
var report_verdict = __nccwpck_require__(3620);
;// CONCATENATED MODULE: ./build/report/page-rows.js








/** The problems of the inputs, or what a cancelled run has done and has not, in whole sentences. */
function sentences({ failures }) {
    const told = failures.filter(({ kind }) => report_told/* IN_SENTENCES */.FJ.includes(kind));
    const bullet = told.length > 1 ? '- ' : '';
    return told.map(({ message, action }) => `${bullet}${(0,markdown/* prose */.C)([message, action].join(' ').trim())}\n`);
}
/** The failures. What to do stands below if it is the same for all. */
function failureRows(result) {
    const told = (0,report_told/* tellRows */.d7)(result);
    const actions = new Set(told.map(({ record }) => record.action));
    const [action] = actions;
    const isBelow = actions.size === 1 && (told.length > 1 || action === null);
    const rows = told.map(({ record, who, outcomes }) => {
        const on = record.kind === 'drift' ? changedOn(outcomes[0]) : '';
        // How many there are is a short text that is not to be broken.
        const name = outcomes.length > 1 ? (0,markdown/* prose */.C)(who ?? '').replaceAll(' ', '&nbsp;') : (0,markdown/* prose */.C)(who ?? '');
        const cells = [name, `${(0,markdown/* prose */.C)(record.problem)}${on}`];
        return isBelow ? cells : [...cells, (0,markdown/* prose */.C)(record.action ?? '')];
    });
    const isDrift = told.some(({ record }) => record.kind === 'drift');
    const notes = [isBelow && action ? `What to do: ${(0,markdown/* prose */.C)(action)}` : '', isDrift ? auditLog(result) : ''];
    const head = ['Domain', 'Problem', ...(isBelow ? [] : ['What to do'])];
    return { head, rows, note: notes.filter((note) => note !== '').join(' ') };
}
function changedOn(outcome) {
    const on = Date.parse(outcome?.connector?.updated_on ?? '');
    return Number.isNaN(on) ? '' : `; last changed ${new Date(on).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
/** Where the dashboard says who changed a connector; other hosts of the API have a dashboard of their own. */
function auditLog({ settings }) {
    const isPublic = settings?.apiBaseUrl.host === 'api.cloudflare.com';
    return isPublic ? `[Audit log](https://dash.cloudflare.com/?to=/:account/audit-log)` : '';
}
/** The TXT records that a failure has explained, as they have to be entered. */
function txtRows({ outcomes }) {
    return outcomes.flatMap(({ connector, dnsSays }) => {
        const { email_domain: domain, verification_code: value } = connector ?? {};
        if (dnsSays === undefined || domain === undefined || value === undefined)
            return [];
        return [[(0,markdown/* code */.a)((0,connector_domain/* canonicalDomain */.T5)(domain) ?? domain), 'TXT', (0,markdown/* code */.a)(value), (0,markdown/* prose */.C)(dnsSays)]];
    });
}
/** What this run changed, or would change. */
function changeRows(result) {
    const { settings, outcomes } = result;
    if (settings?.mode === 'plan') {
        const open = outcomes.filter((outcome) => (0,job_result/* verdictOf */.Vj)(outcome, result) === 'would change');
        return { title: 'Would change', columns: ['Now', 'Then'], rows: groupChanges(open, report_changes/* plannedChanges */.I) };
    }
    const changes = (outcome) => {
        // The verdict on a single connector tells of its switch.
        const isTold = !settings?.many && (0,consequences/* hasSwitched */.a)(outcome) && !outcome.failed;
        return (0,report_changes/* changesBy */.T)('us', outcome).filter(({ field }) => !isTold || field !== 'enabled');
    };
    return { title: 'Changed', columns: ['Before', 'After'], rows: groupChanges(outcomes, changes) };
}
/** What others changed while the run was under way. */
function movedRows({ outcomes }) {
    return groupChanges(outcomes, (outcome) => (0,report_changes/* changesBy */.T)('others', outcome));
}
const MOST_DOMAINS_IN_A_ROW = 10;
/** The same change of several connectors takes one row, up to ten of them. */
function groupChanges(outcomes, changesOf) {
    const rows = new Map();
    const counts = new Map();
    for (const { name, change } of outcomes.flatMap((outcome) => changesOf(outcome).map((change) => ({ name: outcome.name, change })))) {
        const kind = Object.values(change).join();
        const count = counts.get(kind) ?? 0;
        counts.set(kind, count + 1);
        const key = `${kind} ${Math.floor(count / MOST_DOMAINS_IN_A_ROW)}`;
        const row = rows.get(key) ?? { names: [], change };
        row.names.push((0,markdown/* prose */.C)(name));
        rows.set(key, row);
    }
    return [...rows.values()].map(({ names, change: { field, before, after } }) => [
        names.join(', '),
        (0,markdown/* code */.a)(field),
        before,
        `**${after}**`,
    ]);
}
/** Every connector that was seen. */
function connectorRows(result) {
    return result.outcomes.flatMap((outcome) => {
        const { connector } = outcome;
        if (!connector)
            return [];
        const verdict = (0,job_result/* verdictOf */.Vj)(outcome, result);
        const { email_domain: domain, verification_status: status } = connector;
        return [
            [
                `${report_verdict/* SIGNS */.B2[verdict]} ${verdict}`.replaceAll(' ', '&nbsp;'),
                domain === undefined ? 'unknown' : (0,markdown/* prose */.C)((0,connector_domain/* domainForPeople */.Nn)(domain)),
                connector.id === undefined ? 'unknown' : (0,markdown/* code */.a)(connector.id),
                ...connector_connector/* FIELDS */.cJ.map((field) => outcome.current(field)?.toString() ?? 'unknown'),
                status === undefined ? 'unknown' : (0,markdown/* prose */.C)(status, 40),
            ],
        ];
    });
}

// EXTERNAL MODULE: ./build/report/unlisted.js
var report_unlisted = __nccwpck_require__(2137);
;// CONCATENATED MODULE: ./build/report/page.js










/**
 * A result as a page of Markdown, for the job summary, the issue and the output `summary`: what people need first comes
 * first, and each fact once. Never larger than `limit` bytes: it is cut, with a note.
 */
function renderPage(result, limit) {
    const page = new Page(limit);
    page.add(`### ${(0,report_verdict/* signOf */.rL)(result)} ${(0,markdown/* prose */.C)(titleOfPage(result))}\n\n${lead(result)}`);
    page.addAll(sentences(result), { what: 'problems' });
    const failures = failureRows(result);
    page.addTable(failures.rows, { what: 'failures', head: failures.head });
    if (failures.note)
        page.add(`${failures.note}\n\n`);
    page.addTable(txtRows(result), {
        what: 'TXT records',
        title: 'TXT records',
        head: ['Name', 'Type', 'Content', 'Public DNS now'],
    });
    const changes = changeRows(result);
    page.addTable(changes.rows, { what: 'changes', title: changes.title, head: ['Domain', 'Field', ...changes.columns] });
    for (const sentence of (0,consequences/* describeConsequences */.M)(result))
        page.add(`${(0,markdown/* prose */.C)(sentence)}\n\n`);
    page.addTable(movedRows(result), {
        what: 'changes',
        title: 'Changed by someone else meanwhile',
        head: ['Domain', 'Field', 'Before', 'After'],
    });
    const unlisted = (0,report_unlisted/* renderUnlisted */.n)(result);
    if (unlisted.length > 0) {
        const title = `${(0,plural/* counted */.h)(unlisted.length, 'connector')} that no entry of the list names, as YAML to paste`;
        const section = { what: 'unlisted connectors', before: '```yaml\n', after: '```\n\n' };
        page.fold(title, () => page.addAll(unlisted, section));
    }
    addDetails(page, result);
    return page.text;
}
/** The verdict, which names Cloudflare: a page may stand among those of other steps. */
function titleOfPage(result) {
    const verdict = (0,report_verdict/* describeVerdict */.XZ)(result);
    if (verdict.startsWith('SSO '))
        return `Cloudflare ${verdict}`;
    return `Cloudflare SSO: ${verdict.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase())}`;
}
/** Account, mode and counts, and when the token expires. */
function lead(result) {
    const { settings, tokenExpiry } = result;
    if (!settings)
        return '';
    const counts = settings.many ? ` · ${(0,report_verdict/* countVerdicts */.qX)(result)}` : '';
    const expiry = tokenExpiry?.isSoon ? `⚠️ ${(0,markdown/* prose */.C)((0,token_expiry/* describeTokenExpiry */.C)(tokenExpiry))}\n\n` : '';
    return `Account ${(0,markdown/* code */.a)(settings.accountId)} · mode ${(0,markdown/* code */.a)(settings.mode)}${counts}\n\n${expiry}`;
}
/** All connectors with their ids, and all that is known of each failure, folded. */
function addDetails(page, result) {
    const { outcomes } = result;
    const told = (0,report_told/* tellFailures */.P7)(result).filter(({ record: { kind, detail } }) => kind !== 'input' && kind !== 'cancelled' && detail !== '');
    const rows = connectorRows(result);
    if (rows.length + told.length === 0)
        return;
    const what = [
        ...(rows.length > 0 ? [(0,plural/* counted */.h)(rows.length, (0,outcome/* nounFor */.A)(outcomes))] : []),
        ...(told.length > 0 ? [told.length === 1 ? 'the full message' : `${told.length} full messages`] : []),
    ];
    page.fold(`Details: ${what.join(' and ')}`, () => {
        page.addAll(told.map(({ record: { detail, documentation_url: url } }) => {
            return `- ${(0,markdown/* prose */.C)(`${detail}${url ? ` See ${url}.` : ''}`)}\n`;
        }), { what: 'messages' });
        page.addTable(rows, {
            what: 'connectors',
            head: ['Verdict', 'Domain', 'Connector', 'Enabled', 'FedRAMP', 'Verification'],
        });
    });
}


/***/ }),

/***/ 9328:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  z: () => (/* binding */ report)
});

// EXTERNAL MODULE: ./build/inputs/settings.js + 4 modules
var settings = __nccwpck_require__(7801);
// EXTERNAL MODULE: ./build/job/result.js
var job_result = __nccwpck_require__(3207);
// EXTERNAL MODULE: ./build/plural.js
var plural = __nccwpck_require__(3412);
// EXTERNAL MODULE: ./build/report/told.js
var report_told = __nccwpck_require__(3782);
;// CONCATENATED MODULE: ./build/report/annotations.js


/**
 * The runner shows 10 annotations of a type for a step, so the tenth counts the rest.
 * https://docs.github.com/en/rest/checks/runs
 */
const MOST = 9;
/** Title and text together. GitHub shows no more than a few lines. */
const LONGEST = 399;
/** Writes an annotation for each failure. A line of the log has what is left out of them. */
function writeAnnotations(result, log) {
    const texts = (0,report_told/* tellFailures */.P7)(result).map((told) => {
        const { message, action, documentation_url: url } = told.record;
        const title = (0,report_told/* titleOf */.Gg)(told);
        const full = [message, action, url && `See ${url}.`].filter((part) => part).join(' ');
        return { full, title, text: fit(full, message, action ?? '', LONGEST - title.length) };
    });
    const long = texts.filter(({ full, text }, n) => n >= MOST || text !== full).map(({ full }) => full);
    if (long.length > 0)
        log.group(`${(0,plural/* counted */.h)(long.length, 'failure')} in full`, long);
    for (const { title, text } of texts.slice(0, MOST))
        log.error(text, title);
    const rest = texts.length - MOST;
    if (rest > 0)
        log.error('The log of this step and the job summary have them all.', `${(0,plural/* counted */.h)(rest, 'more failure')}`);
}
/** A failure in at most so many characters. What to do is kept, if it leaves room for what it is about. */
function fit(full, message, action, limit) {
    if (full.length <= limit)
        return full;
    if (action === '')
        return cut(message, limit);
    const next = cut(action, limit - LEAST_MESSAGE);
    return `${cut(message, limit - next.length - 1)} ${next}`;
}
/** A message of fewer characters says too little. */
const LEAST_MESSAGE = 150;
/** Cut between words, so that no value looks whole and is not. */
function cut(text, limit) {
    if (text.length <= limit)
        return text;
    const short = text.slice(0, limit - 1).toWellFormed();
    return `${short.slice(0, Math.max(short.lastIndexOf(' '), limit / 2))}…`;
}

// EXTERNAL MODULE: ./build/connector/connector.js
var connector_connector = __nccwpck_require__(6263);
// EXTERNAL MODULE: ./build/job/outcome.js
var outcome = __nccwpck_require__(5252);
// EXTERNAL MODULE: ./build/untrusted.js
var untrusted = __nccwpck_require__(1730);
// EXTERNAL MODULE: ./build/report/changes.js
var report_changes = __nccwpck_require__(4662);
// EXTERNAL MODULE: ./build/report/consequences.js
var consequences = __nccwpck_require__(7093);
// EXTERNAL MODULE: ./build/report/verdict.js + 1 modules
var report_verdict = __nccwpck_require__(3620);
;// CONCATENATED MODULE: ./build/report/log-lines.js









const WIDEST_NAME = 48;
const MOST_UNLISTED = 20;
/** Writes a line for each connector, those in sync folded and the failures last, and the verdict. */
function writeLines(result, log) {
    const { settings, outcomes, unlisted = [] } = result;
    const byVerdict = Map.groupBy(outcomes, (outcome) => (0,job_result/* verdictOf */.Vj)(outcome, result));
    const rowsOf = (verdict) => (byVerdict.get(verdict) ?? []).map((outcome) => rowOf(outcome, verdict, result));
    const inSync = rowsOf('in sync');
    const others = ['changed', 'would change', 'not in sync', 'unknown'].flatMap(rowsOf);
    const failed = failedRows(result);
    if (settings?.many && inSync.length > 0) {
        const title = `${report_verdict/* SIGNS */.B2['in sync']} ${(0,plural/* counted */.h)(inSync.length, (0,outcome/* nounFor */.A)(byVerdict.get('in sync') ?? []))} in sync`;
        log.group(title, align(inSync));
    }
    const lines = align([...(settings?.many ? [] : inSync), ...others, ...failed]);
    const firstFailed = lines.length - failed.length;
    for (const line of lines.slice(0, firstFailed))
        log.info(line);
    for (const outcome of outcomes) {
        const moved = (0,report_changes/* changesBy */.T)('others', outcome).map(describeChange);
        if (moved.length > 0)
            log.info(`${outcome.name}: someone else changed ${moved.join(', ')} meanwhile.`);
    }
    if (unlisted.length > 0) {
        const names = (0,plural/* listed */.K)(unlisted.map(({ email_domain: domain, sso_connector_id: id }) => (0,connector_connector/* nameOfConnector */.Sd)(id, domain)), MOST_UNLISTED);
        const what = (0,plural/* counted */.h)(unlisted.length, 'connector');
        log.info(`No entry of the list names ${what} of the account: ${names}. The job summary has the YAML to paste.`);
    }
    for (const line of [...(0,consequences/* describeConsequences */.M)(result), ...lines.slice(firstFailed)])
        log.info(line);
    const counts = settings?.many && byVerdict.size > 1 ? ` (${(0,report_verdict/* countVerdicts */.qX)(result)})` : '';
    log.info(`${(0,report_verdict/* signOf */.rL)(result)} ${(0,report_verdict/* describeVerdict */.XZ)(result)}${counts}.`);
}
function rowOf(outcome, verdict, result) {
    const changes = (0,report_changes/* changesBy */.T)('us', outcome).map(describeChange);
    const planned = (0,report_changes/* plannedChanges */.I)(outcome).map(describeChange);
    const begun = outcome.begunAt === undefined ? [] : ['verification begun'];
    const what = {
        changed: [...changes, ...begun],
        'would change': planned,
        'not in sync': planned,
        'in sync': describeConnector(outcome.connector),
        unknown: [outcome.connector ? 'state unknown' : 'not read'],
        failed: [],
    };
    return [verdict, outcome.name, what[verdict].join(', ') || describeGate(result)];
}
/** What stands where no field differs: then it is the verification. */
function describeGate({ cancelled }) {
    return cancelled ? 'not finished' : 'not verified';
}
/** The connector as last seen, as far as the API gives it. */
function describeConnector(connector) {
    const status = connector?.verification_status;
    const fields = connector_connector/* FIELDS */.cJ.filter((field) => connector?.[field] !== undefined);
    return [
        ...fields.map((field) => `${field}=${connector?.[field]}`),
        ...(status === undefined ? [] : [`verification ${(0,untrusted/* oneLine */.T)(status, 40)}`]),
    ];
}
function failedRows(result) {
    return (0,report_told/* tellRows */.d7)(result).flatMap(({ record, who, outcomes }) => {
        const changes = outcomes.flatMap((outcome) => (0,report_changes/* changesBy */.T)('us', outcome).map(describeChange));
        const also = changes.length > 0 ? `; changed ${changes.join(', ')}` : '';
        return [['failed', who ?? 'all', `${record.problem}${also}`]];
    });
}
function describeChange({ field, before, after }) {
    return `${field} ${before} -> ${after}`;
}
function align(rows) {
    const verdictWidth = Math.max(...rows.map(([verdict]) => verdict.length));
    const nameWidth = Math.min(WIDEST_NAME, Math.max(...rows.map(([, name]) => name.length)));
    return rows.map(([verdict, name, what]) => `${report_verdict/* SIGNS */.B2[verdict]} ${verdict.padEnd(verdictWidth)}  ${name.padEnd(nameWidth)}  ${(0,untrusted/* oneLine */.T)(what, 1000)}`);
}

// EXTERNAL MODULE: ./build/cloudflare/answer.js
var answer = __nccwpck_require__(9622);
// EXTERNAL MODULE: ./build/failure.js
var failure = __nccwpck_require__(9874);
// EXTERNAL MODULE: ./build/runner/commands.js + 4 modules
var commands = __nccwpck_require__(7514);
;// CONCATENATED MODULE: external "node:fs"
const external_node_fs_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:fs");
;// CONCATENATED MODULE: ./build/runner/files.js


/**
 * Appends to a file that the runner reads when the step ends. Throws an Error that says why that cannot be. A pipe is
 * not opened, since one that nobody reads would hold the step for ever.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#environment-files
 */
function appendToRunnerFile(name, text) {
    const variable = `GITHUB_${name}`;
    const path = process.env[variable];
    if (!path)
        throw new Error(`${variable} is not set`);
    const file = (0,external_node_fs_namespaceObject.statSync)(path, { throwIfNoEntry: false });
    if (file === undefined)
        throw new Error(`the file of ${variable} does not exist`);
    if (file.isDirectory())
        throw new Error(`${variable} is a folder`);
    if (file.isFIFO() || file.isSocket())
        throw new Error(`${variable} is a pipe, which may have no reader`);
    (0,commands/* issueFileCommand */.n0)(name, text);
}
/** Outputs as the lines that the runner's file of them has. */
function composeOutputs(outputs) {
    return Object.entries(outputs)
        .map(([name, value]) => (0,commands/* prepareKeyValueMessage */.vC)(name, value))
        .join('\n');
}

// EXTERNAL MODULE: ./build/report/page.js + 2 modules
var page = __nccwpck_require__(5063);
// EXTERNAL MODULE: ./build/report/unlisted.js
var unlisted = __nccwpck_require__(2137);
;// CONCATENATED MODULE: ./build/report/outputs.js









/** The output `summary` has to fit into a comment, of 65,536 characters, with room for more text. */
const SUMMARY_LIMIT = 60_000;
/**
 * Sets the step's outputs, as far as known. Returns the failure that it is if they cannot be handed over. Run by hand,
 * without a runner, they are commands in the log.
 */
function setOutputs(result, env) {
    const all = Object.entries(collectOutputs(result));
    const outputs = Object.fromEntries(all.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
    if (!env['GITHUB_OUTPUT'] && env['GITHUB_ACTIONS'] !== 'true') {
        for (const [name, value] of Object.entries(outputs))
            (0,commands/* issueCommand */.Lb)('set-output', { name }, value);
        return [];
    }
    try {
        appendToRunnerFile('OUTPUT', composeOutputs(outputs));
        return [];
    }
    catch (error) {
        return new failure/* Failure */.HR({
            kind: 'runner',
            about: 'Outputs',
            problem: 'not handed over',
            message: `The outputs could not be written: ${error instanceof Error ? error.message : String(error)}. ${describeDone(result)}`,
            action: 'Later steps have no outputs of this one. Check the runner: GITHUB_OUTPUT must name a file that can be written, and the disk needs free space.',
        }).record();
    }
}
const MOST_DONE = 5;
function describeDone({ settings, outcomes }) {
    if (!settings)
        return 'Nothing was sent to Cloudflare.';
    const done = outcomes.flatMap((outcome) => outcome.done);
    return done.length > 0 ? `Done before that: ${(0,plural/* listed */.K)(done, MOST_DONE)}.` : 'Nothing was changed.';
}
/** The outputs by their names in action.yml; undefined for what is unknown. Lists are always there. */
function collectOutputs(result) {
    const { settings, outcomes, tokenExpiry } = result;
    const [single] = outcomes;
    return {
        ...(settings?.many ? outputsOfMany(result) : single && outputsOfOne(single, result)),
        drift: JSON.stringify(outcomes.flatMap((outcome) => outcome.drift)),
        failures: JSON.stringify(result.failures.map(({ problem: _, entry: __, detail: ___, ...record }) => record)),
        unlisted: JSON.stringify((result.unlisted ?? []).map(unlisted/* describeUnlisted */.k)),
        messages: JSON.stringify(result.messages ?? []),
        errors: JSON.stringify(result.failures.flatMap(({ entry }) => (entry === undefined ? [] : [entry]))),
        token_expires_on: tokenExpiry && (tokenExpiry.expiresOn ?? 'never'),
        summary: (0,page/* renderPage */.C)(result, SUMMARY_LIMIT),
    };
}
function outputsOfOne(outcome, result) {
    const { connector } = outcome;
    const { decidingAnswer } = result;
    return {
        http_status: decidingAnswer && String(decidingAnswer.status),
        cf_ray: decidingAnswer && (0,answer/* rayId */.Gj)(decidingAnswer),
        changed: flag(outcome.changed),
        in_sync: flag((0,job_result/* isInSync */.tU)(outcome, result)),
        ...(connector && {
            verification_status: connector.verification_status,
            verified: flag((0,connector_connector/* isVerified */.p4)(connector)),
            verification_code: connector.verification_code,
            sso_connector_id: connector.id,
            email_domain: connector.email_domain,
            enabled: flag(outcome.current('enabled')),
            use_fedramp_language: flag(outcome.current('use_fedramp_language')),
            created_on: connector.created_on,
            updated_on: connector.updated_on,
            result: JSON.stringify(connector.raw),
        }),
    };
}
/** Of many, what is said of all is true only if it is known of each, and `changed` is known once one has changed. */
function outputsOfMany(result) {
    const { outcomes } = result;
    const changes = outcomes.map((outcome) => outcome.changed);
    const changed = changes.includes(true) || (changes.includes(undefined) ? undefined : false);
    return {
        changed: flag(changed),
        in_sync: flag(outcomes.every((outcome) => (0,job_result/* isInSync */.tU)(outcome, result) === true)),
        verified: flag(outcomes.every(({ connector }) => connector !== undefined && (0,connector_connector/* isVerified */.p4)(connector))),
        result: JSON.stringify(outcomes.map((outcome) => outcome.connector?.raw ?? null)),
    };
}
function flag(value) {
    return value === undefined ? undefined : String(value);
}

;// CONCATENATED MODULE: ./build/report/summary.js


/** GitHub drops a summary over 1 MiB whole. https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#adding-a-job-summary */
const LARGEST_SUMMARY = 1024 * 1024 - 1024;
/** Writes the job summary, best effort: if that cannot be done, the step's result stays as it is. */
function writeSummary(result, log) {
    try {
        appendToRunnerFile('STEP_SUMMARY', (0,page/* renderPage */.C)(result, LARGEST_SUMMARY));
    }
    catch (error) {
        log.debug(() => `No job summary: ${error instanceof Error ? error.message : String(error)}`);
    }
}

;// CONCATENATED MODULE: ./build/report/report.js






/**
 * Tells all who have to know of a run's result: later steps, the log, the run's page, and an issue if that is asked for.
 * The outputs come first, so that all others tell of their failing. Returns whether the step succeeds.
 */
async function report(told, world) {
    const { env, log } = world;
    const result = { ...told, failures: [...told.failures, ...setOutputs(told, env)] };
    // A thousand lines go out at once.
    process.stdout.cork();
    try {
        writeLines(result, log);
        writeAnnotations(result, log);
    }
    finally {
        process.stdout.uncork();
    }
    writeSummary(result, log);
    const token = (0,settings/* readIssueToken */.R_)(env);
    // A cancelled run says nothing of the connectors, and has no time left.
    if (token && !result.cancelled) {
        // Loaded here, since few runs need it.
        const { keepIssue } = await __nccwpck_require__.e(/* import() */ 598).then(__nccwpck_require__.bind(__nccwpck_require__, 4598));
        await keepIssue(result, token, world);
    }
    return (0,job_result/* isSuccess */.oJ)(result);
}


/***/ }),

/***/ 3782:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   FJ: () => (/* binding */ IN_SENTENCES),
/* harmony export */   Gg: () => (/* binding */ titleOf),
/* harmony export */   LS: () => (/* binding */ findShared),
/* harmony export */   P7: () => (/* binding */ tellFailures),
/* harmony export */   d7: () => (/* binding */ tellRows)
/* harmony export */ });
/* harmony import */ var _connector_connector_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(6263);
/* harmony import */ var _failure_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(9874);
/* harmony import */ var _job_outcome_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(5252);
/* harmony import */ var _plural_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(3412);




/** Kinds that say nothing of a single connector, so that one may stand for all. */
const SHARED = ['access', 'rate_limited', 'unavailable', 'blocked'];
/** Kinds that are told first, since they are about the run as a whole. */
const FIRST = ['cancelled', 'runner'];
const MOST_NAMED = 3;
/** Every failure of a result as people are told it, in the order in which they need it. */
function tellFailures(result) {
    const { outcomes, failures } = result;
    const first = failures.filter(({ kind }) => FIRST.includes(kind));
    const shared = findShared(result);
    const rest = shared ? [shared] : failures.filter(({ kind }) => !FIRST.includes(kind));
    const ownersOf = new Map();
    for (const outcome of outcomes) {
        for (const record of outcome.failures)
            ownersOf.set(record, [...(ownersOf.get(record) ?? []), outcome]);
    }
    const others = shared ? failures.filter((record) => !first.includes(record) && !ownersOf.has(record)) : [];
    return [...first, ...rest, ...others].map((record) => {
        const owners = record === shared ? outcomes : (ownersOf.get(record) ?? []);
        return { record, who: whoHas(record, owners, outcomes), outcomes: owners };
    });
}
/** The kinds that are told in whole sentences. */
const IN_SENTENCES = ['input', 'cancelled'];
/** The failures that have a row of their own in a table. Many unlisted connectors stand in a list of theirs. */
function tellRows(result) {
    const isLong = result.failures.filter(({ kind }) => kind === 'unlisted').length > MOST_NAMED;
    return tellFailures(result).filter(({ record: { kind } }) => !IN_SENTENCES.includes(kind) && !(isLong && kind === 'unlisted'));
}
/** The one failure that all connectors have, such as a token that Cloudflare refuses; undefined if there is none. */
function findShared({ outcomes }) {
    const [first] = outcomes;
    const [record, ...more] = first?.failures ?? [];
    if (record === undefined || more.length > 0 || outcomes.length < 2)
        return undefined;
    const isSame = (other) => (other === record && record.sso_connector_id === null) ||
        (SHARED.includes(record.kind) &&
            other?.kind === record.kind &&
            other.problem === record.problem &&
            other.action === record.action);
    return outcomes.every(({ failures }) => failures.length === 1 && isSame(failures[0])) ? record : undefined;
}
/** The title of a failure, in at most 80 characters. */
function titleOf({ record, who, outcomes }) {
    const isOne = outcomes.every(({ failures }) => failures.includes(record));
    return isOne ? record.title : (0,_failure_js__WEBPACK_IMPORTED_MODULE_1__/* .makeTitle */ .XM)(who ?? undefined, record.problem);
}
function whoHas(record, owners, all) {
    const { kind, sso_connector_id: id, email_domain: domain } = record;
    if (owners.length > 1 && owners.length === all.length)
        return (0,_plural_js__WEBPACK_IMPORTED_MODULE_3__/* .counted */ .h)(all.length, (0,_job_outcome_js__WEBPACK_IMPORTED_MODULE_2__/* .nounFor */ .A)(all));
    if (id !== null || domain !== null)
        return (0,_connector_connector_js__WEBPACK_IMPORTED_MODULE_0__/* .nameOfConnector */ .Sd)(id ?? undefined, domain ?? undefined);
    if (kind === 'runner')
        return 'Outputs';
    const names = owners.map(({ name }) => name);
    return names.length > 0 ? (0,_plural_js__WEBPACK_IMPORTED_MODULE_3__/* .listed */ .K)(names, MOST_NAMED) : null;
}


/***/ }),

/***/ 2137:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   k: () => (/* binding */ describeUnlisted),
/* harmony export */   n: () => (/* binding */ renderUnlisted)
/* harmony export */ });
/* harmony import */ var _connector_connector_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(6263);
/* harmony import */ var _connector_domain_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(2074);


/** An unlisted connector in the shape of an entry of `connectors`, for a later step. */
function describeUnlisted({ sso_connector_id: id, email_domain: domain, connector }) {
    return {
        sso_connector_id: id ?? null,
        email_domain: domain ?? null,
        enabled: connector?.enabled,
        use_fedramp_language: connector?.use_fedramp_language,
    };
}
/**
 * The unlisted connectors as YAML in the shape of `connectors`, one text for each. The domain names a connector, and the
 * id does where a domain does not, or not alone.
 */
function renderUnlisted({ unlisted = [], outcomes }) {
    const domains = [...unlisted.map(({ email_domain }) => email_domain), ...outcomes.map(({ domain }) => domain)];
    const sharing = Map.groupBy(domains, (domain = '') => (0,_connector_domain_js__WEBPACK_IMPORTED_MODULE_1__/* .canonicalDomain */ .T5)(domain));
    return unlisted.map(({ sso_connector_id: id, email_domain: domain, connector }) => {
        const canonical = (0,_connector_domain_js__WEBPACK_IMPORTED_MODULE_1__/* .canonicalDomain */ .T5)(domain ?? '');
        const isAlone = canonical !== undefined && sharing.get(canonical)?.length === 1;
        const isUsable = /^[A-Za-z0-9_-]+$/.test(id ?? '');
        const byDomain = canonical === undefined ? [] : [`email_domain: ${scalar(domain ?? '')}`];
        // A list has each domain once, so that one which several connectors share takes their ids.
        const names = isUsable && !isAlone ? [`sso_connector_id: ${scalar(id ?? '')}`] : byDomain;
        if (names.length === 0)
            return '# A connector without a usable id or domain.\n';
        const fields = _connector_connector_js__WEBPACK_IMPORTED_MODULE_0__/* .FIELDS */ .cJ.flatMap((field) => (connector?.[field] === undefined ? [] : `${field}: ${connector[field]}`));
        return `- { ${[...names, ...fields].join(', ')} }${connector ? '' : ' # Its fields could not be read.'}\n`;
    });
}
/**
 * Text as a scalar of YAML: plain if nobody can take it for a number, a boolean, a date or a sign, or else within quotes,
 * where YAML has JSON's escapes. https://yaml.org/spec/1.2.2/#57-escaped-characters
 */
function scalar(text) {
    if (/^\p{L}[\p{L}\p{N}._-]{5,}$/u.test(text))
        return text;
    return JSON.stringify(text).replace(/[^\P{C}]|[^\P{Z} ]/gu, (character) => Array.from({ length: character.length }, (_, n) => `\\u${character.charCodeAt(n).toString(16).padStart(4, '0')}`).join(''));
}


/***/ }),

/***/ 3620:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  B2: () => (/* binding */ SIGNS),
  qX: () => (/* binding */ countVerdicts),
  XZ: () => (/* binding */ describeVerdict),
  rL: () => (/* binding */ signOf)
});

// EXTERNAL MODULE: ./build/job/outcome.js
var outcome = __nccwpck_require__(5252);
// EXTERNAL MODULE: ./build/job/result.js
var job_result = __nccwpck_require__(3207);
// EXTERNAL MODULE: ./build/plural.js
var plural = __nccwpck_require__(3412);
// EXTERNAL MODULE: ./build/report/consequences.js
var consequences = __nccwpck_require__(7093);
// EXTERNAL MODULE: ./build/report/told.js
var told = __nccwpck_require__(3782);
// EXTERNAL MODULE: ./build/connector/connector.js
var connector_connector = __nccwpck_require__(6263);
// EXTERNAL MODULE: ./build/inputs/settings.js + 4 modules
var inputs_settings = __nccwpck_require__(7801);
;// CONCATENATED MODULE: ./build/report/verdict-single.js




/** What became of a run's only connector, as a sentence without its full stop: `SSO is now off for acme.example`. */
function describeSingle(outcome, result) {
    const { name, connector } = outcome;
    const { settings } = result;
    if (outcome.failed)
        return describeFailed(outcome, result);
    const plain = settings?.mode === 'plan' ? describePlanned(outcome, result) : describeState(outcome, result);
    const isGate = settings && (0,inputs_settings/* mustBeVerified */.Tn)(settings) && connector && (0,connector_connector/* isVerified */.p4)(connector);
    return isGate && plain !== `${name} is verified` ? `${plain}, and the domain is verified` : plain;
}
function describeState(outcome, { settings }) {
    const { name, connector, target, changedFields, begunAt } = outcome;
    const { enabled, use_fedramp_language: language } = target.desired;
    if ((0,consequences/* hasSwitched */.a)(outcome))
        return `SSO is now ${onOrOff(enabled)} for ${name}`;
    if (changedFields.includes('use_fedramp_language'))
        return `use_fedramp_language is now ${language} for ${name}`;
    if (begunAt !== undefined && connector && !(0,connector_connector/* isVerified */.p4)(connector))
        return `The verification of ${name} has begun`;
    if (enabled !== undefined)
        return `SSO is ${onOrOff(enabled)} for ${name}`;
    if (language !== undefined)
        return `use_fedramp_language is ${language} for ${name}`;
    return settings && (0,inputs_settings/* mustBeVerified */.Tn)(settings) ? `${name} is verified` : `Nothing was to change for ${name}`;
}
function describePlanned(outcome, result) {
    const { name, drift, target } = outcome;
    if ((0,job_result/* verdictOf */.Vj)(outcome, result) !== 'would change')
        return `Nothing would change for ${name}`;
    return drift.some(({ field }) => field === 'enabled')
        ? `SSO would be switched ${onOrOff(target.desired.enabled)} for ${name}`
        : `use_fedramp_language would change for ${name}`;
}
function describeFailed(outcome, { settings }) {
    const { name, connector, target, failures } = outcome;
    const { enabled } = target.desired;
    const kinds = failures.map(({ kind }) => kind);
    const writes = settings?.mode === 'update' || settings?.mode === 'reconcile';
    const isUnverified = kinds.includes('not_verified');
    if ((0,consequences/* hasSwitched */.a)(outcome)) {
        return `SSO is now ${onOrOff(enabled)} for ${name}, but ${isUnverified ? 'the domain is not verified' : 'something else needs attention'}`;
    }
    if (writes && outcome.isUncertain && !outcome.fieldsInDoubt.includes('enabled') && connector?.enabled === enabled) {
        return `What came of the change of ${name} is unknown`;
    }
    if (writes && enabled !== undefined) {
        if (outcome.isUncertain)
            return `Whether SSO is now ${onOrOff(enabled)} for ${name} is unknown`;
        const isDifferent = connector ? connector.enabled !== enabled : settings.mode === 'update';
        if (isDifferent)
            return `SSO was not switched ${onOrOff(enabled)} for ${name}`;
    }
    if (kinds.every((kind) => kind === 'drift'))
        return `${name} is not in sync`;
    return isUnverified ? `${name} is not verified` : `${name} needs attention`;
}
function onOrOff(enabled) {
    return enabled ? 'on' : 'off';
}

;// CONCATENATED MODULE: ./build/report/verdict.js






/** The sign before each verdict, which never stands without its word. In the order in which people are told. */
const SIGNS = {
    'in sync': '✅',
    changed: '✏️',
    'would change': '📝',
    'not in sync': '⚠️',
    unknown: '❔',
    failed: '❌',
};
/** The sign of a whole run. */
function signOf(result) {
    if (result.cancelled)
        return '⏹️';
    if (!(0,job_result/* isSuccess */.oJ)(result))
        return '❌';
    if (result.outcomes.some((outcome) => (0,job_result/* verdictOf */.Vj)(outcome, result) === 'would change'))
        return '📝';
    return (0,job_result/* isAllWell */.QF)(result) ? '✅' : '⚠️';
}
/** What a run came to, as a sentence without its full stop: `3 of 25 domains need attention`. */
function describeVerdict(result) {
    const { settings, outcomes, failures, cancelled } = result;
    if (cancelled)
        return 'The run was cancelled';
    if (!settings) {
        const count = failures.filter(({ kind }) => kind === 'input').length;
        return [`${(0,plural/* counted */.h)(count, 'problem')} in the inputs: nothing was sent to Cloudflare`, ...beside(result)].join(', and ');
    }
    const [single] = outcomes;
    const sentence = single && outcomes.length === 1 ? describeSingle(single, result) : describeMany(result);
    return [sentence, ...beside(result)].join(outcomes.some(({ failed }) => failed) ? ', and ' : ', but ');
}
/** How many there are of each verdict: `19 in sync, 3 changed, 3 failed`. */
function countVerdicts(result) {
    const byVerdict = Map.groupBy(result.outcomes, (outcome) => (0,job_result/* verdictOf */.Vj)(outcome, result));
    const verdicts = Object.keys(SIGNS);
    return verdicts
        .flatMap((verdict) => (byVerdict.has(verdict) ? `${byVerdict.get(verdict)?.length} ${verdict}` : []))
        .join(', ');
}
function describeMany(result) {
    const { settings, outcomes } = result;
    const noun = (0,outcome/* nounFor */.A)(outcomes);
    const all = `${outcomes.length} ${noun}s`;
    const have = (verdict) => outcomes.filter((outcome) => (0,job_result/* verdictOf */.Vj)(outcome, result) === verdict).length;
    if ((0,told/* findShared */.LS)(result))
        return `All ${all} need attention, for one reason`;
    const failed = have('failed');
    if (failed > 0)
        return failed === outcomes.length
            ? `All ${all} need attention`
            : `${failed} of ${all} ${failed === 1 ? 'needs' : 'need'} attention`;
    const wouldChange = have('would change');
    if (wouldChange > 0)
        return `${wouldChange} of ${all} would change`;
    if (settings?.mode === 'plan')
        return `Nothing would change: all ${all} are in sync`;
    const switched = outcomes.every(consequences/* hasSwitched */.a)
        ? new Set(outcomes.map(({ connector }) => connector?.enabled))
        : new Set();
    if (switched.size === 1)
        return `SSO is now ${switched.has(true) ? 'on' : 'off'} for all ${all}`;
    const changed = have('changed');
    const inSync = have('in sync') + changed;
    if (inSync < outcomes.length)
        return `${inSync} of ${all} are in sync`;
    return changed > 0 ? `${changed} of ${all} changed: all are in sync now` : `All ${all} are in sync`;
}
const BESIDE = {
    runner: 'the outputs could not be handed over',
    ambiguous: "Cloudflare's list of the connectors is incomplete",
};
/** Failures that are no connector's of the list. */
function beside({ outcomes, failures }) {
    const others = failures.filter((record) => !outcomes.some((outcome) => outcome.failures.includes(record)));
    const unlisted = others.filter(({ kind }) => kind === 'unlisted').length;
    const more = unlisted > 0
        ? [`${(0,plural/* counted */.h)(unlisted, 'connector')} of the account ${unlisted === 1 ? 'is' : 'are'} not in the list`]
        : [];
    return [...more, ...others.flatMap(({ kind }) => BESIDE[kind] ?? [])];
}


/***/ }),

/***/ 2887:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  e: () => (/* binding */ run)
});

// EXTERNAL MODULE: ./build/connector/connector.js
var connector_connector = __nccwpck_require__(6263);
// EXTERNAL MODULE: ./build/failure.js
var build_failure = __nccwpck_require__(9874);
// EXTERNAL MODULE: ./build/cloudflare/answer.js
var cloudflare_answer = __nccwpck_require__(9622);
// EXTERNAL MODULE: ./build/untrusted.js
var untrusted = __nccwpck_require__(1730);
;// CONCATENATED MODULE: ./build/cloudflare/connectors.js



/**
 * The one item of a result, which may come as an object or as a list of one; undefined if there is none. Throws a
 * Failure for a list of several.
 */
function onlyItem(result, asked) {
    if (!Array.isArray(result))
        return result ?? undefined;
    if (result.length > 1)
        throw noConnector(asked, `${result.length} connectors instead of one`);
    return result[0] ?? undefined;
}
/** The connector of a result. Throws a Failure if it is not one. */
function readConnector(item, asked) {
    if (item === undefined)
        throw noConnector(asked, 'a success without a result');
    const read = tryConnector(item);
    if (typeof read === 'string')
        throw noConnector(asked, read);
    return read;
}
/** A connector, or what is there instead. */
function tryConnector(item) {
    try {
        return (0,connector_connector/* parseConnector */.DW)(item);
    }
    catch (error) {
        return `something that is no connector: ${error instanceof Error ? error.message : String(error)}`;
    }
}
function noConnector(asked, what) {
    return new build_failure/* Failure */.HR({
        kind: 'unexpected',
        problem: 'no valid answer',
        message: `Cloudflare was asked to ${asked}, and answered with ${what}.`,
    });
}
/** The connectors of a list. One that cannot be read is no reason to pass over the others, so it is kept apart. */
function readItems(items, asked) {
    const connectors = [];
    const unreadable = [];
    for (const item of items) {
        const read = tryConnector(item);
        if (typeof read !== 'string')
            connectors.push(read);
        else
            unreadable.push({
                id: textOf(item, 'id'),
                email_domain: textOf(item, 'email_domain'),
                failure: noConnector(asked, read),
            });
    }
    return { connectors, unreadable };
}
/** A field that is a text with something in it. */
function textOf(item, key) {
    const value = typeof item === 'object' && item !== null ? Reflect.get(item, key) : undefined;
    return typeof value === 'string' && value !== '' ? value : undefined;
}
/** An id from the API, for people. */
function describeId(id) {
    return id === undefined ? 'without an id' : (0,untrusted/* quoted */.k)(id);
}

// EXTERNAL MODULE: ./node_modules/valibot/dist/index.mjs
var dist = __nccwpck_require__(7934);
;// CONCATENATED MODULE: ./build/cloudflare/list-info.js

const InfoSchema = dist/* looseObject */._H3({
    count: dist/* optional */.lqM(dist/* unknown */.L5J()),
    per_page: dist/* optional */.lqM(dist/* unknown */.L5J()),
    total_count: dist/* optional */.lqM(dist/* unknown */.L5J()),
    total_pages: dist/* optional */.lqM(dist/* unknown */.L5J()),
    cursors: dist/* fallback */.NpB(dist/* nullish */.cl6(dist/* looseObject */._H3({ after: dist/* optional */.lqM(dist/* unknown */.L5J()) })), undefined),
});
/** Reads `result_info`. What an earlier page said of the whole list holds as long as no other says something else. */
function readListInfo(resultInfo, earlier) {
    const parsed = dist/* safeParse */.xLC(InfoSchema, resultInfo);
    const info = parsed.success ? parsed.output : undefined;
    return {
        count: readCount(info?.count),
        perPage: readCount(info?.per_page) ?? earlier?.perPage,
        totalCount: readCount(info?.total_count) ?? earlier?.totalCount,
        totalPages: readCount(info?.total_pages) ?? earlier?.totalPages,
        hasCursor: Boolean(info?.cursors?.after),
    };
}
function readCount(count) {
    if (count === null || count === undefined)
        return undefined;
    return typeof count === 'number' || (typeof count === 'string' && count.trim() !== '') ? Number(count) : Number.NaN;
}
/** Whether a list goes on after a page: by what it counts, or, if it counts nothing, by the page being full. */
function goesOn(info, { page, items, onPage }) {
    const { totalCount, totalPages, perPage = 0, hasCursor } = info;
    if (hasCursor || (totalCount ?? 0) > items || (totalPages ?? 0) > page)
        return true;
    return totalCount === undefined && totalPages === undefined && perPage > 0 && onPage >= perPage;
}
/** What a list that is read to its end lacks by its own counts: `it has 20 of 2600`. Undefined if they add up. */
function findGap(info, { page, items, onPage }) {
    const { count = 0, totalCount = items, totalPages = page, hasCursor } = info;
    const counts = { count, total_count: totalCount, total_pages: totalPages };
    const odd = Object.entries(counts).find(([, value]) => !Number.isSafeInteger(value) || value < 0);
    if (odd)
        return `its ${odd[0]} is no count`;
    if (totalCount !== items)
        return `it has ${items} of ${totalCount}`;
    if (totalPages > page)
        return `it has ${page} of ${totalPages} pages`;
    if (count > onPage)
        return `its page ${page} has ${onPage} of ${count}`;
    return hasCursor ? `it has no page ${page + 1}` : undefined;
}

;// CONCATENATED MODULE: ./build/cloudflare/list.js



const MOST_PAGES = 1000;
/** A page has room for far more items that are no connectors, and each takes its time. */
const MOST_ITEMS = 10_000;
/**
 * Reads a list, page by page as long as it says that it goes on. `readPage` gets the number of a page, from 1 on; `asked`
 * says for people what is asked for. Throws a Failure if a page is no list.
 */
async function readList(readPage, asked) {
    const connectors = [];
    const unreadable = [];
    const end = (missing) => ({ connectors, unreadable, missing });
    const pageOf = new Map();
    let info;
    let last = { page: 0, items: 0, onPage: 0 };
    for (let page = 1; page <= MOST_PAGES; page += 1) {
        const { result, resultInfo } = await readPage(page);
        const items = itemsOf(result, asked);
        // What follows the last page says nothing of the list.
        if (info && items.length === 0)
            return end(findGap(info, last));
        const keys = items.map((item) => textOf(item, 'id') ?? JSON.stringify(item));
        const fresh = items.filter((_, n) => !pageOf.has(keys[n] ?? ''));
        if (items.length > 0 && fresh.length === 0)
            return end(`page ${page} repeats page ${pageOf.get(keys[0] ?? '')}`);
        for (const key of keys)
            if (!pageOf.has(key))
                pageOf.set(key, page);
        const list = readItems(fresh, asked);
        connectors.push(...list.connectors);
        unreadable.push(...list.unreadable);
        info = readListInfo(resultInfo, info);
        last = { page, items: last.items + fresh.length, onPage: items.length };
        if (!goesOn(info, last) || items.length === 0)
            return end(findGap(info, last));
    }
    return end(`it has more than ${MOST_PAGES} pages`);
}
/** The items of a page; `null` is how some products of the API spell an empty list. */
function itemsOf(result, asked) {
    if (result === null)
        return [];
    if (Array.isArray(result) && result.length <= MOST_ITEMS)
        return result;
    throw new build_failure/* Failure */.HR({
        kind: 'unexpected',
        problem: 'no valid answer',
        message: Array.isArray(result)
            ? `Could not ${asked}: Cloudflare's answer has ${result.length} items on one page, which no list of connectors has.`
            : `Could not ${asked}: Cloudflare's answer has no list of them.`,
    });
}

;// CONCATENATED MODULE: ./build/cloudflare/effect.js

const MAY_HAVE = 'The change may have taken effect: run mode: check to see.';
/**
 * Whether a change that is sent, in one attempt or several, may have taken effect. The one rule: it has not for sure only
 * if nothing can have left, or if an envelope with `success: false` says so, whose status is none of 3xx, 408 and 5xx.
 */
class Effect {
    #doubt;
    #isEarlierInDoubt = false;
    #isInDoubt = false;
    constructor(doubt) {
        this.#doubt = doubt;
    }
    /** An attempt begins; what became of those before stays. */
    begin() {
        this.#isEarlierInDoubt = this.#isInDoubt;
    }
    /** The attempt has a connection, so that its request may leave. */
    leave() {
        this.#set(true);
    }
    /** Cloudflare's word on the attempt. */
    hear({ status }, success) {
        const isRedirect = status >= 300 && status <= 399;
        if (success === false && status < 500 && status !== 408 && !isRedirect)
            this.#set(this.#isEarlierInDoubt);
    }
    /** What the change ends with: a Failure says whether it may have taken effect. */
    tell(failure) {
        if (!this.#isInDoubt || !(failure instanceof build_failure/* Failure */.HR))
            return failure;
        return failure.changed((problem) => ({
            ...problem,
            action: problem.action ? `${MAY_HAVE} ${problem.action}` : MAY_HAVE,
        }), true);
    }
    #set(inDoubt) {
        this.#isInDoubt = inDoubt;
        this.#doubt(inDoubt);
    }
}

;// CONCATENATED MODULE: ./build/cloudflare/api-errors.js



const lenient = (schema) => dist/* fallback */.NpB(dist/* nullish */.cl6(schema), undefined);
/** https://developers.cloudflare.com/fundamentals/api/reference/response-envelope/ */
const EntrySchema = dist/* looseObject */._H3({
    code: lenient(dist/* union */.KCZ([dist/* number */.aig(), dist/* string */.YjP()])),
    message: lenient(dist/* string */.YjP()),
    error: lenient(dist/* string */.YjP()),
    documentation_url: lenient(dist/* string */.YjP()),
    source: lenient(dist/* looseObject */._H3({ pointer: lenient(dist/* string */.YjP()) })),
    error_chain: lenient(dist/* array */.YOg(dist/* unknown */.L5J())),
});
const CHAIN_LIMIT = 5;
/** The entries of a list that may be null or absent; anything else than a list counts as one entry. */
function listEntries(value) {
    if (value === null || value === undefined)
        return [];
    return Array.isArray(value) ? value : [value];
}
/** Reads an entry of any shape seen: as documented, a plain string, or something else, which is shown as JSON. */
function readEntry(value) {
    const parsed = dist/* safeParse */.xLC(EntrySchema, value);
    if (!parsed.success)
        return entryOfText(typeof value === 'string' ? value : asJson(value));
    const { code, message, error, documentation_url, source, error_chain } = parsed.output;
    return {
        code: code === null || code === undefined ? undefined : (0,untrusted/* oneLine */.T)(String(code), 40),
        message: (0,untrusted/* oneLine */.T)(message || error || (code === null || code === undefined ? asJson(value) : '')),
        pointer: source?.pointer ? (0,untrusted/* oneLine */.T)(source.pointer, 200) : undefined,
        documentationUrl: documentation_url?.startsWith('https://') ? (0,untrusted/* oneLine */.T)(documentation_url, 300) : undefined,
        chain: (error_chain ?? [])
            .slice(0, CHAIN_LIMIT)
            .flatMap((nested) => {
            const entry = readEntry(nested);
            return [entry, ...entry.chain];
        })
            .slice(0, CHAIN_LIMIT),
    };
}
/** An error for a person: code, message, pointer, chain, HTTP status and Ray ID. */
function describeError(entry, answer) {
    const pointer = entry.pointer ? ` at ${entry.pointer}` : '';
    const causes = entry.chain.map((cause) => `, caused by ${nameEntry(cause)}`).join('');
    return `Cloudflare ${nameEntry(entry)}${pointer}${causes} (${(0,cloudflare_answer/* describeAnswer */.O1)(answer)}).`;
}
/** A message for the log: `10000: Something to know`. */
function describeMessage(entry) {
    return entry.code === undefined ? entry.message : `${entry.code}: ${entry.message}`;
}
function nameEntry({ code, message }) {
    if (code === undefined)
        return `error "${message}"`;
    return message ? `error ${code} "${message}"` : `error ${code}`;
}
function entryOfText(text) {
    return { code: undefined, message: (0,untrusted/* oneLine */.T)(text), pointer: undefined, documentationUrl: undefined, chain: [] };
}
function asJson(value) {
    return JSON.stringify(value) ?? String(value);
}

;// CONCATENATED MODULE: ./build/cloudflare/hints.js
const RATE_LIMIT = 'Cloudflare allows a user or token 1,200 requests in 5 minutes, then refuses all for 5 minutes.';
const LATER = 'Run this again later.';
const FAULT = "The fault is Cloudflare's own: see https://www.cloudflarestatus.com and run this again later.";
const NOT_A_TOKEN = 'The secret is no API token. It may be a global API key, stand within quotes, or be cut off. Create an API token and put that alone into the secret.';
const NO_TOKEN = 'The token did not arrive as it should. Check api_base_url and any gateway on the way, and that the secret has the token alone.';
const INVALID = 'The token may have expired or been revoked. Create a new one and update the secret.';
const INVALID_HERE = `${INVALID} A token that an account owns is for that account alone.`;
const LOCATION = "The token's client IP address filter leaves this runner out. Change the filter, or use a runner with an address that it has.";
const ACCEPTED_BEFORE = 'Cloudflare accepted the token earlier in this run. It may have expired or been revoked meanwhile.';
const SHOWN_BEFORE = 'The token could do the same earlier in this run. Its permissions may have changed meanwhile.';
/**
 * Errors of the token by their codes and, with several meanings of one, their text. The first that fits counts.
 * https://developers.cloudflare.com/fundamentals/api/troubleshooting/
 */
const OF_THE_TOKEN = [
    [['6003', '6103', '6111'], /^/, firstUse(NOT_A_TOKEN)],
    [['9106'], /^/, firstUse(NO_TOKEN)],
    [['9109'], /location/i, () => ({ problem: 'token not accepted from here', action: LOCATION })],
    [['9109'], /unauthori[sz]ed|resource/i, lackOfPermission],
    [['9109'], /^/, () => ({ problem: 'token not accepted', action: INVALID })],
    [['1000'], /api token/i, () => ({ problem: 'token not accepted', action: INVALID_HERE })],
    [['10000', '10001'], /^/, anyCause],
];
/** A hint that cannot be true once the token was accepted. */
function firstUse(action) {
    return ({ use }) => ({ problem: 'token not accepted', action: use.isAccepted ? ACCEPTED_BEFORE : action });
}
/** What a 403 says that is about the token, whatever its code. */
const ABOUT_ACCESS = /^$|token|authenticat|authori[sz]|permission|forbidden|access denied/i;
/**
 * What an error of Cloudflare's means, by its code, its text, the HTTP status and what the token has been accepted for:
 * no hint that cannot be true. Without an entry, it is no refusal, but an answer that cannot be taken for one.
 */
function interpret(entry, { status }, circumstances) {
    if (status === 429)
        return { kind: 'rate_limited', problem: 'rate limit reached', action: RATE_LIMIT };
    if (status === 408)
        return { kind: 'unavailable', problem: 'no answer in time (HTTP 408)', action: LATER };
    if (status >= 500)
        return { kind: 'unavailable', problem: `Cloudflare failed (HTTP ${status})`, action: FAULT };
    if (!entry)
        return { kind: 'unexpected', problem: 'no valid answer', action: null };
    const codes = [entry, ...entry.chain].map(({ code }) => code ?? '');
    const has = (...wanted) => codes.some((code) => wanted.includes(code));
    const [, , hint] = OF_THE_TOKEN.find(([known, text]) => has(...known) && text.test(entry.message)) ?? [];
    if (hint && status !== 405)
        return { kind: 'access', ...hint(circumstances) };
    if (has('7000', '7001') || status === 405) {
        return { kind: 'refused', problem: 'no such route in the API', action: 'Check api_base_url.' };
    }
    if (has('7003') || status === 404)
        return absent(circumstances);
    if (status === 401)
        return { kind: 'access', ...anyCause(circumstances) };
    if (status === 403 && ABOUT_ACCESS.test(entry.message))
        return { kind: 'access', ...lackOfPermission(circumstances) };
    const reason = entry.message || (entry.code === undefined ? 'no reason given' : `error ${entry.code}`);
    return { kind: 'refused', problem: `Cloudflare refused: ${reason}`, action: null };
}
function absent({ call }) {
    return call.isOfConnector
        ? { kind: 'not_found', problem: 'no such connector', action: 'Check sso_connector_id and account_id.' }
        : { kind: 'refused', problem: 'no such account', action: 'Check account_id.' };
}
/** The error that Cloudflare has for each of four causes. */
function anyCause({ call, use }) {
    if (use.isShownFor(call))
        return { problem: 'token not accepted', action: ACCEPTED_BEFORE };
    const permission = permissionFor(call);
    if (use.isAccepted) {
        return {
            problem: 'no permission',
            action: `Cloudflare accepted the token for reading earlier in this run. It probably lacks the permission ${permission} on this account.`,
        };
    }
    return {
        problem: 'token not accepted',
        action: `The token may have expired or been revoked, lack the permission ${permission}, be for another account, or have a client IP address filter that leaves this runner out.`,
    };
}
function lackOfPermission({ call, use }) {
    const action = use.isShownFor(call)
        ? SHOWN_BEFORE
        : `Give the token the permission ${permissionFor(call)} on this account, and check account_id.`;
    return { problem: 'no permission', action };
}
/** https://developers.cloudflare.com/api/resources/iam/subresources/sso/ */
function permissionFor({ method }) {
    return method === 'GET' ? '"SSO Connector: Read" or "SSO Connector: Edit"' : '"SSO Connector: Edit"';
}

;// CONCATENATED MODULE: ./build/cloudflare/json.js
const NOT_JSON = 'is not JSON';
/** No answer of the API is nested as deeply by far. */
const DEEPEST = 100;
/** Brackets, and texts; one that a colon follows is a key. */
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*(?:"(\s*:)?|\\?$)|[{}[\]]/gs;
/** The fields that something hangs on, by the object that has them. Of others, such as those of `meta`, the last counts. */
const DECIDING = {
    envelope: ['success', 'errors', 'messages', 'result', 'result_info'],
    list: [],
    connector: ['id', 'email_domain', 'enabled', 'use_fedramp_language', 'verification', 'created_on', 'updated_on'],
    verification: ['code', 'status'],
};
/**
 * Reads JSON in UTF-8. JSON that is nested too deeply, or that says two things by a key that is there twice in an
 * envelope, a connector or its verification, has no value.
 */
function parseJson(body) {
    let text;
    let value;
    try {
        text = new TextDecoder('utf-8', { fatal: true }).decode(body);
        value = JSON.parse(text);
    }
    catch {
        return { fault: NOT_JSON };
    }
    const fault = findFault(text);
    return fault === undefined ? { value } : { fault };
}
/** Goes once over text that is JSON. */
function findFault(json) {
    const open = [];
    for (const [token, colon] of json.matchAll(TOKENS)) {
        const here = open.at(-1);
        if (token === '{' || token === '[') {
            if (open.length === DEEPEST)
                return `is JSON that is nested more than ${DEEPEST} levels deep`;
            open.push({ place: placeIn(here, token), seen: [], key: '' });
        }
        else if (token === '}' || token === ']') {
            open.pop();
        }
        else if (colon !== undefined && here?.place !== undefined) {
            here.key = JSON.parse(token.slice(0, token.length - colon.length));
            if (here.seen.includes(here.key))
                return `contradicts itself: it has the key "${here.key}" twice`;
            const fields = DECIDING[here.place];
            if (fields.includes(here.key))
                here.seen.push(here.key);
        }
    }
    return undefined;
}
function placeIn(parent, bracket) {
    if (parent === undefined)
        return bracket === '{' ? 'envelope' : undefined;
    const { place, key } = parent;
    if (place === 'envelope' && key === 'result')
        return bracket === '{' ? 'connector' : 'list';
    if (bracket === '[')
        return undefined;
    if (place === 'list')
        return 'connector';
    return place === 'connector' && key === 'verification' ? 'verification' : undefined;
}

;// CONCATENATED MODULE: ./build/cloudflare/page.js
/** What is read of a page. What says why it is there stands at its beginning. */
const MOST_BYTES = 100_000;
/** The words of a body for people: of HTML its title and first heading, or its text; else the body as it is. */
function readPage(body) {
    const page = new TextDecoder().decode(body.subarray(0, MOST_BYTES)).trim();
    if (!/^[\s\ufeff]*</.test(page))
        return page;
    const title = /<title\b[^<>]*>([^<]*)/i.exec(page)?.[1]?.trim();
    const heading = readHeading(page);
    const words = [title, heading === title ? '' : heading].filter(Boolean).join(': ');
    return words || withoutTags(page) || page;
}
function readHeading(page) {
    const start = /<h[1-6]\b[^<>]*>/i.exec(page);
    if (!start)
        return '';
    const rest = page.slice(start.index + start[0].length);
    const end = rest.search(/<\/h[1-6]/i);
    return withoutTags(end === -1 ? '' : rest.slice(0, end));
}
function withoutTags(html) {
    return html
        .replace(/<[^<>]*>/g, ' ')
        .replace(/\s+/g, ' ')
        .trim();
}

// EXTERNAL MODULE: ./build/clock.js
var build_clock = __nccwpck_require__(7094);
// EXTERNAL MODULE: ./build/plural.js
var plural = __nccwpck_require__(3412);
;// CONCATENATED MODULE: ./build/cloudflare/retry.js





/** The longest `Retry-After` that is waited for. */
const LONGEST_RETRY_AFTER_MS = 60_000;
/** For so long the API refuses everything once its limit is exceeded. https://developers.cloudflare.com/fundamentals/api/reference/limits/ */
const BLOCK_SECONDS = 300;
/** Some 30 years, so that every time that is named is one that a Date can hold. */
const LONGEST_SECONDS = 999_999_999;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 8000;
/** Whether a status tells of a fault that may well have passed a little later: 408, 429 and all 5xx. */
function isPassingStatus(status) {
    return status === 408 || status === 429 || status >= 500;
}
/**
 * How long the answer asks to wait, in milliseconds: `Retry-After` as seconds or as a date, or else `retry_after` in the
 * body of an error of Cloudflare's edge. Undefined if it does not say, but for 429: then it is 5 minutes.
 * https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
function retryAfter(answer, now) {
    if (!isPassingStatus(answer.status))
        return undefined;
    const value = (0,cloudflare_answer/* header */.wx)(answer, 'retry-after')?.trim() ?? '';
    const date = /^[A-Z][a-z]{2}/.test(value) ? Date.parse(value) : Number.NaN;
    if (!Number.isNaN(date))
        return Math.max(0, date - now);
    const seconds = /^\d+$/.test(value) ? Number(value) : secondsInBody(answer);
    const wait = seconds ?? (answer.status === 429 ? BLOCK_SECONDS : undefined);
    return wait === undefined ? undefined : Math.min(wait, LONGEST_SECONDS) * 1000;
}
function secondsInBody({ body }) {
    const json = parseJson(body);
    const fields = Object('value' in json ? json.value : undefined);
    const { cloudflare_error: isOfEdge, retry_after: seconds } = fields;
    return isOfEdge === true && typeof seconds === 'number' && seconds >= 0 ? seconds : undefined;
}
/**
 * Sends a request, and again after a passing fault, up to `maxRetries` times, each with a line in the log. Throws the
 * last Failure, which tells of the retries, or the signal's reason when that is aborted.
 */
async function withRetries(send, { maxRetries, clock, log }, signal) {
    for (let retry = 1;; retry += 1) {
        try {
            return await send();
        }
        catch (failure) {
            if (!(failure instanceof build_failure/* Failure */.HR))
                throw failure;
            const pause = pauseBefore(retry, failure, clock);
            // A stray refusal of the token is tried once more whatever the number of retries.
            const isStray = failure.isAll('access');
            if (pause === undefined || (retry > maxRetries && !isStray))
                throw tellRetries(failure, retry - 1);
            const next = isStray ? 'Trying once more' : `Retry ${retry} of ${maxRetries}`;
            log.info(`${failure.problems[0]?.message} ${next} in ${(0,build_clock/* describeSpan */.u)(pause)}.`);
            await clock.sleep(pause, signal);
        }
    }
}
/**
 * The pause before a retry: as long as the answer asks, up to 60 s. Undefined if a retry is of no use. A refusal for the
 * rate that asks for longer is one; the edge, by contrast, asks for two minutes as a matter of course.
 */
function pauseBefore(retry, failure, clock) {
    const { passing, retryAfterMs = 0 } = failure;
    const isTooLong = retryAfterMs > LONGEST_RETRY_AFTER_MS;
    if (!passing || (isTooLong && failure.isAll('rate_limited')))
        return undefined;
    return retryAfterMs === 0 || isTooLong ? backoff(retry, clock.random()) : retryAfterMs;
}
/**
 * The pause in milliseconds before a retry, which is counted from 1: it doubles from 500 ms up to 8 s, and of that it is
 * between half and all by chance (from 0 up to 1), so that runs that failed together do not come back together.
 */
function backoff(retry, chance) {
    const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (retry - 1));
    return Math.round(longest * (0.5 + chance / 2));
}
function tellRetries(failure, retries) {
    if (retries === 0)
        return failure;
    const tried = `${(0,plural/* counted */.h)(retries, 'retry', 'retries')} did not help.`;
    return failure.changed((problem) => ({ ...problem, message: `${problem.message} ${tried}` }));
}

;// CONCATENATED MODULE: ./build/cloudflare/problem-details.js





const someText = dist/* fallback */.NpB(dist/* optional */.lqM(dist/* string */.YjP()), undefined);
const someCode = dist/* fallback */.NpB(dist/* optional */.lqM(dist/* union */.KCZ([dist/* number */.aig(), dist/* string */.YjP()])), undefined);
/**
 * JSON that tells of a problem: that of Cloudflare's edge, by RFC 9457, and that of gateways and proxies.
 * https://developers.cloudflare.com/support/troubleshooting/http-status-codes/
 */
const DetailsSchema = dist/* looseObject */._H3({
    title: someText,
    detail: someText,
    message: someText,
    error: dist/* fallback */.NpB(dist/* optional */.lqM(dist/* union */.KCZ([dist/* string */.YjP(), dist/* looseObject */._H3({ message: someText })])), undefined),
    error_code: someCode,
    code: someCode,
    cloudflare_error: dist/* optional */.lqM(dist/* unknown */.L5J()),
    what_you_should_do: someText,
});
/**
 * The problem that an answer is that is no envelope: something between the runner and the API answered. `value` is what
 * it has as JSON; undefined if it is none. The message is the end of a sentence.
 */
function readDetails(answer, value) {
    const { says, code, advice, isOfEdge } = readWords(answer, value);
    const ray = (0,cloudflare_answer/* rayId */.Gj)(answer);
    const place = isOfEdge || ray ? "Cloudflare's edge" : 'a proxy or gateway';
    const who = isOfEdge ? place : ray ? `${place} or firewall` : `probably ${place}`;
    const name = [(0,cloudflare_answer/* describeAnswer */.O1)(answer), code && `error ${code}`].filter(Boolean).join(', ');
    const ask = ray ? `Give the cf-ray ${ray} to Cloudflare support.` : 'Ask whoever runs the network of this runner.';
    const help = ray && advice?.includes(ray.replace(/-.*/s, '')) ? undefined : ask;
    const kind = kindOfOther(answer);
    return {
        kind,
        problem: `${PROBLEMS[kind] ?? `blocked by ${place}`} (${code ?? `HTTP ${answer.status}`})`,
        message: `something before the API answered, ${who} (${name}): ${says}.`,
        action: [advice ?? (kind === 'unavailable' && 'Run this again later.'), help].filter(Boolean).join(' '),
    };
}
const PROBLEMS = {
    rate_limited: 'rate limit reached',
    unavailable: 'no answer from the API',
    unexpected: 'no answer from the API',
};
/** The kind of failure that an answer is that is no envelope, by its status. */
function kindOfOther(answer) {
    if (answer.status === 429)
        return 'rate_limited';
    if (isPassingStatus(answer.status))
        return 'unavailable';
    return (0,cloudflare_answer/* isSuccessStatus */.ar)(answer) ? 'unexpected' : 'blocked';
}
const CHALLENGE = 'Cloudflare takes this runner for a bot. Run this from another network.';
const REDIRECT = 'Redirects are not followed. Check api_base_url.';
function readWords(answer, value) {
    if ((0,cloudflare_answer/* header */.wx)(answer, 'cf-mitigated') === 'challenge') {
        return { says: 'a challenge for browsers', isOfEdge: true, advice: CHALLENGE };
    }
    if (answer.status >= 300 && answer.status <= 399) {
        const place = (0,cloudflare_answer/* header */.wx)(answer, 'location');
        return { says: place === undefined ? 'a redirect' : `a redirect to ${(0,untrusted/* quoted */.k)(place, 120)}`, advice: REDIRECT };
    }
    const coding = (0,cloudflare_answer/* header */.wx)(answer, 'content-encoding') ?? 'identity';
    if (coding !== 'identity')
        return { says: `a body in ${(0,untrusted/* oneLine */.T)(coding, 40)}, which was not asked for` };
    const parsed = dist/* safeParse */.xLC(DetailsSchema, value);
    if (!parsed.success || Array.isArray(value))
        return readText(answer.body);
    const { title, detail, message, error, what_you_should_do: advice, ...other } = parsed.output;
    const words = [title, detail, message, typeof error === 'string' ? error : error?.message].filter(Boolean);
    const code = other.error_code ?? other.code;
    return {
        says: words.length > 0 ? quoteWords(words.join('. '), 300) : readText(answer.body).says,
        code: code === undefined ? undefined : (0,untrusted/* oneLine */.T)(String(code), 40),
        advice: advice ? (0,untrusted/* oneLine */.T)(advice, 300) : undefined,
        isOfEdge: other.cloudflare_error === true,
    };
}
/** A page, text, or JSON without a word that is known. The edge says `error code: 1010` as plain text. */
function readText(body) {
    const page = readPage(body);
    const code = /^error code: (\d{3,4})$/.exec(page)?.[1];
    return { says: page === '' ? 'an empty body' : quoteWords(page, 200), code, isOfEdge: code !== undefined };
}
/** Without the full stop, since the sentence around it has its own. */
function quoteWords(words, limit) {
    return (0,untrusted/* quoted */.k)(words.trim().replace(/\.$/, ''), limit);
}

;// CONCATENATED MODULE: ./build/cloudflare/envelope.js








const EnvelopeSchema = dist/* looseObject */._H3({
    success: dist/* optional */.lqM(dist/* unknown */.L5J()),
    result: dist/* optional */.lqM(dist/* unknown */.L5J()),
    errors: dist/* optional */.lqM(dist/* unknown */.L5J()),
    messages: dist/* optional */.lqM(dist/* unknown */.L5J()),
    result_info: dist/* optional */.lqM(dist/* unknown */.L5J()),
});
/** An answer may have some 30,000 errors within its limit; so many are told. */
const MOST_ERRORS = 100;
/**
 * Reads an answer by one rule: it is a success only if it is 2xx, JSON, `success` is `true`, and `errors` is empty,
 * null or absent. Throws a Failure for anything else, with a problem for each error.
 * https://developers.cloudflare.com/fundamentals/api/reference/response-envelope/
 */
function readEnvelope(answer, reading, hear) {
    const json = parseJson(answer.body);
    const word = 'value' in json ? cloudflaresWord(json.value) : undefined;
    if (word === undefined)
        throw failureOf(answer, reading, [describeOther(answer, json, reading)]);
    const { success, result, result_info: resultInfo } = word;
    const messages = listEntries(word.messages);
    hear?.(success, messages);
    const errors = listEntries(word.errors);
    if (success === true && errors.length === 0 && (0,cloudflare_answer/* isSuccessStatus */.ar)(answer))
        return { result, messages, resultInfo };
    throw failureOf(answer, reading, describeErrors(answer, errors, success, reading));
}
/** Only an object with a boolean `success` or with entries in `errors` is Cloudflare's word. */
function cloudflaresWord(value) {
    const parsed = dist/* safeParse */.xLC(EnvelopeSchema, value);
    if (!parsed.success || Array.isArray(value))
        return undefined;
    const { success, errors } = parsed.output;
    const isWord = typeof success === 'boolean' || (Array.isArray(errors) && errors.length > 0);
    return isWord ? parsed.output : undefined;
}
/** What is no word of Cloudflare's, or one that contradicts itself. */
function describeOther(answer, json, circumstances) {
    if ('value' in json)
        return readDetails(answer, json.value);
    if (json.fault === NOT_JSON)
        return readDetails(answer, undefined);
    const message = `the answer ${json.fault} (${(0,cloudflare_answer/* describeAnswer */.O1)(answer)}).`;
    return { ...interpret(undefined, answer, circumstances), message };
}
function describeErrors(answer, errors, success, circumstances) {
    // A success by its word that is none by its status or its errors is no refusal.
    const read = (entry) => interpret(success === true ? undefined : entry, answer, circumstances);
    const describe = (what) => {
        return { ...read(readEntry('')), message: `the answer has ${what} (${(0,cloudflare_answer/* describeAnswer */.O1)(answer)}).` };
    };
    if (errors.length === 0)
        return [describe(`"success": ${success} and names no error`)];
    const problems = errors.slice(0, MOST_ERRORS).map((value) => {
        const entry = readEntry(value);
        const documentation_url = entry.documentationUrl ?? null;
        return { ...read(entry), message: describeError(entry, answer), documentation_url, entry: value };
    });
    const more = errors.length - problems.length;
    return more === 0 ? problems : [...problems, describe(`${more} more errors`)];
}
function failureOf(answer, { call, use, now }, problems) {
    const { status } = answer;
    const retryAfterMs = retryAfter(answer, now);
    const time = status === 429 && retryAfterMs
        ? `Run this again after ${new Date(now + retryAfterMs).toISOString().replace(/\.\d+/, '')}.`
        : '';
    const told = problems.map((problem) => ({
        ...problem,
        message: `Could not ${call.asked}: ${problem.message}`,
        // The edge's own advice names a time too.
        action: `${time === '' || problem.entry !== undefined ? (problem.action ?? '') : ''} ${time}`.trim() || null,
    }));
    const isOfToken = (status === 401 || status === 403) && problems.some(({ entry }) => readEntry(entry).code === '10000');
    return new build_failure/* Failure */.HR(told, { passing: isPassingStatus(status) || (isOfToken && use.takeStray(call)), retryAfterMs });
}

;// CONCATENATED MODULE: ./build/cloudflare/messages.js

/** So many entries of one answer are heard. */
const MOST_MESSAGES = 100;
/** The entries under `messages` of all answers, each once, as the API gave them; the log has each for people. */
class Messages {
    all = [];
    #known = new Set();
    #log;
    constructor(log) {
        this.#log = log;
    }
    add(messages) {
        for (const message of messages.slice(0, MOST_MESSAGES)) {
            const text = JSON.stringify(message);
            if (this.#known.has(text))
                continue;
            this.#known.add(text);
            this.all.push(message);
            this.#log(`Cloudflare says: ${describeMessage(readEntry(message))}`);
        }
        const more = messages.length - MOST_MESSAGES;
        if (more > 0)
            this.#log(`Cloudflare says ${more} more things in this answer.`);
    }
}

;// CONCATENATED MODULE: ./build/cloudflare/rate-limit.js


/** The header's seconds are whole ones: the window may turn up to one later than they say. */
const ROUNDING_MS = 1000;
/** The window of Cloudflare's API. https://developers.cloudflare.com/fundamentals/api/reference/limits/ */
const LONGEST_WINDOW_MS = 300_000 + ROUNDING_MS;
/** What an answer leaves: nothing after a refusal for the rate for as long as it asks, else what `Ratelimit` says. */
function readLimit(answer, now) {
    if (answer.status !== 429)
        return parseRateLimit((0,cloudflare_answer/* header */.wx)(answer, 'ratelimit') ?? '');
    const turnsInMs = retryAfter(answer, now);
    return turnsInMs ? { left: 0, turnsInMs } : undefined;
}
/**
 * What a `Ratelimit` header such as `"default";r=50;t=30` leaves; of several policies the one that leaves least.
 * Its seconds are whole ones, so that one more is taken. Undefined if the header says nothing of the kind.
 * https://developers.cloudflare.com/fundamentals/api/reference/limits/
 */
function parseRateLimit(value) {
    const policies = value.split(',').flatMap((policy) => {
        const left = /;\s*r=(\d{1,9})\b/.exec(policy)?.[1];
        const seconds = /;\s*t=(\d{1,9})\b/.exec(policy)?.[1];
        return left === undefined || seconds === undefined
            ? []
            : [{ left: Number(left), turnsInMs: Number(seconds) * 1000 + ROUNDING_MS }];
    });
    return policies.sort((one, other) => one.left - other.left || other.turnsInMs - one.turnsInMs)[0];
}

;// CONCATENATED MODULE: ./build/cloudflare/pace.js



/** At most this many requests under way at once, so that a fleet is no burst. */
const MOST_IN_FLIGHT = 8;
/**
 * Holds requests back so that the rate limit is never run into, which would block everything else that uses the token
 * for five minutes: no more requests are in flight than the last `Ratelimit` header says are left, and if none is
 * left, they wait for the window to turn. Without the header only the number at once is limited, to 8.
 */
class Pace {
    #clock;
    #log;
    #waiting = [];
    #inFlight = 0;
    #left = Number.POSITIVE_INFINITY;
    #turnsAt = 0;
    #alarm;
    constructor(clock, log) {
        this.#clock = clock;
        this.#log = log;
    }
    /**
     * Runs a request in its turn and heeds what the answer says of the limit. Throws the signal's reason when that is
     * aborted, and a Failure, with `asked` in its words, if the window turns only after more than 5 minutes.
     */
    async run(asked, request, signal) {
        await this.#admission(asked, signal);
        try {
            const answer = await request();
            this.#heed(answer);
            return answer;
        }
        finally {
            this.#inFlight -= 1;
            this.#admitWaiting();
        }
    }
    async #admission(asked, signal) {
        signal.throwIfAborted();
        const { promise, resolve, reject } = Promise.withResolvers();
        const waiter = { asked, admit: resolve, refuse: reject };
        const leave = () => {
            const place = this.#waiting.indexOf(waiter);
            if (place !== -1)
                this.#waiting.splice(place, 1);
            reject(signal.reason);
            this.#admitWaiting();
        };
        this.#waiting.push(waiter);
        signal.addEventListener('abort', leave, { once: true });
        this.#admitWaiting();
        await promise.finally(() => signal.removeEventListener('abort', leave));
    }
    #admitWaiting() {
        while (this.#inFlight < Math.min(MOST_IN_FLIGHT, this.#left)) {
            const next = this.#waiting.shift();
            if (!next)
                break;
            this.#inFlight += 1;
            next.admit();
        }
        if (this.#waiting.length === 0) {
            this.#alarm?.abort();
            this.#alarm = undefined;
        }
        else if (this.#left === 0 && !this.#alarm) {
            this.#waitForTurn();
        }
    }
    #waitForTurn() {
        const wait = Math.max(0, this.#turnsAt - this.#clock.now());
        if (wait > LONGEST_WINDOW_MS) {
            for (const { asked, refuse } of this.#waiting.splice(0))
                refuse(this.#refusal(asked, wait));
            return;
        }
        // A timer may be a millisecond early, which is not worth a line.
        if (wait > 1) {
            this.#log(`Cloudflare's rate limit leaves no request: waiting ${(0,build_clock/* describeSpan */.u)(wait)} for its window to turn.`);
        }
        const alarm = new AbortController();
        this.#alarm = alarm;
        const turned = () => {
            this.#alarm = undefined;
            // One request finds out what the new window leaves; the others follow by its answer. Unless an answer that came
            // meanwhile has moved the turn.
            if (this.#clock.now() >= this.#turnsAt)
                this.#left = 1;
            this.#admitWaiting();
        };
        this.#clock.sleep(wait, alarm.signal).then(turned, () => { });
    }
    #refusal(asked, wait) {
        return new build_failure/* Failure */.HR({
            kind: 'rate_limited',
            problem: 'rate limit reached',
            message: `Could not ${asked}: Cloudflare's rate limit leaves no request for ${(0,build_clock/* describeSpan */.u)(wait)}, longer than this action waits.`,
            action: `Run this again after ${new Date(this.#turnsAt).toISOString().replace(/\.\d+/, '')}.`,
        }, { passing: true, retryAfterMs: wait });
    }
    #heed(answer) {
        const now = this.#clock.now();
        const limit = readLimit(answer, now);
        if (limit) {
            // Within a window the least counts, and the latest turn, since answers may overtake each other.
            const isWithin = now < this.#turnsAt;
            if (isWithin && limit.left > this.#left)
                return;
            const turnsAt = now + limit.turnsInMs;
            this.#turnsAt = isWithin && limit.left === this.#left ? Math.max(this.#turnsAt, turnsAt) : turnsAt;
            this.#left = limit.left;
        }
        else if (now >= this.#turnsAt) {
            this.#left = Number.POSITIVE_INFINITY;
        }
    }
}

;// CONCATENATED MODULE: ./build/cloudflare/token-use.js
/** What this run knows of its token, by what the API has accepted it for. */
class TokenUse {
    /** The permissions that it has shown to have. */
    #shown = new Set();
    /** The requests that one refusal was taken for stray of, and that have not succeeded since. */
    #strays = new Set();
    /** A request has succeeded. */
    accept(call) {
        this.#shown.add(permissionOf(call));
        this.#strays.delete(keyOf(call));
    }
    /** Whether the token was accepted for anything. */
    get isAccepted() {
        return this.#shown.size > 0;
    }
    /** Whether the token has shown to have the permission that a request takes. Who may write may read. */
    isShownFor(call) {
        return this.#shown.has('write') || this.#shown.has(permissionOf(call));
    }
    /** Whether a refusal of the token may be a stray one: once for each request, after the token was accepted. */
    takeStray(call) {
        if (!this.isAccepted || this.#strays.has(keyOf(call)))
            return false;
        this.#strays.add(keyOf(call));
        return true;
    }
}
function permissionOf({ method }) {
    return method === 'GET' ? 'read' : 'write';
}
function keyOf({ method, url }) {
    return `${method} ${url.href}`;
}

// EXTERNAL MODULE: external "node:buffer"
var external_node_buffer_ = __nccwpck_require__(4573);
;// CONCATENATED MODULE: ./build/version.js
/** The version of the action, as in package.json and the changelog (a test holds them together). */
const VERSION = '1.0.0';

// EXTERNAL MODULE: ./build/cloudflare/connection.js
var connection = __nccwpck_require__(8520);
;// CONCATENATED MODULE: ./build/cloudflare/network-errors.js




const CLOSED = 'the connection was closed before the answer was whole';
const TOO_LARGE_HEADER = 'the header of the answer is too large';
const NO_TLS = 'the server does not speak TLS';
const NO_HTTP = 'the answer is not HTTP';
/** What the codes of the system, of Node and of undici (behind a proxy) mean, for people. https://nodejs.org/api/errors.html#common-system-errors */
const FAULTS = {
    ECONNREFUSED: 'the connection was refused',
    ECONNRESET: 'the connection was reset',
    EPIPE: 'the connection was closed',
    ETIMEDOUT: 'connecting timed out',
    EHOSTUNREACH: 'the host cannot be reached',
    ENETUNREACH: 'the network cannot be reached',
    ENOTFOUND: 'the host name was not found',
    EAI_AGAIN: 'the host name could not be looked up',
    UND_ERR_CONNECT_TIMEOUT: 'connecting timed out',
    UND_ERR_PRX_CONN: 'the proxy closed the connection',
    UND_ERR_SOCKET: CLOSED,
    UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the answer has another length than it says',
    ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS,
    ERR_SSL_PACKET_LENGTH_TOO_LONG: NO_TLS,
    EPROTO: NO_TLS,
    HTTPParserError: NO_HTTP,
    HPE_HEADER_OVERFLOW: TOO_LARGE_HEADER,
    UND_ERR_HEADERS_OVERFLOW: TOO_LARGE_HEADER,
};
/** The codes of a certificate that was not accepted. https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const UNTRUSTED = /^(CERT_|CRL_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|ERR_TLS_CERT_|INVALID_CA|HOSTNAME_MISMATCH)/;
const TRUST = "If a proxy opens TLS, or the CA is a private one, set NODE_EXTRA_CA_CERTS in the step's env to the path of a PEM file with its certificate.";
/** What to do if there was no way to the API. */
const CHECK_NETWORK = 'Check the network of this runner and api_base_url, then run this again.';
const ASK_PROXY = 'Ask whoever runs the proxy of this runner.';
const LOGIN = 'Put the right user name and password into the URL of the proxy in HTTPS_PROXY.';
/** Turns what the connection threw into a Failure for people: what was asked, what came instead, what to do. */
function explainFault(error, call) {
    const { what, passing, ...problem } = interpretFault(error, call.url.host);
    const message = `Could not ${call.asked}: ${what}.`;
    return new build_failure/* Failure */.HR({ ...problem, message }, { passing, cause: error });
}
function interpretFault(error, host) {
    const proxy = causesOf(error).find((cause) => cause instanceof connection/* ProxyFault */.d)?.host;
    const code = findCode(error);
    const status = findProxyStatus(error);
    if (UNTRUSTED.test(code)) {
        const what = `the certificate of ${proxy === undefined ? host : `the proxy ${proxy}`} is not trusted (${code})`;
        return { kind: 'unavailable', problem: 'certificate not trusted', what, action: TRUST, passing: false };
    }
    if (status === undefined) {
        const place = proxy === undefined ? host : `the proxy ${proxy} on the way to ${host}`;
        const what = `${describeCode(code, error)} (${code}), at ${place}`;
        return { kind: 'unavailable', problem: `no answer (${code})`, what, action: CHECK_NETWORK, passing: true };
    }
    if (status === 407) {
        const what = 'the proxy wants a user name and password (HTTP 407)';
        return { kind: 'blocked', problem: 'proxy login needed', what, action: LOGIN, passing: false };
    }
    const passing = isPassingStatus(status);
    const problem = `no way through the proxy (HTTP ${status})`;
    const what = `the proxy did not connect to ${host} (HTTP ${status})`;
    return { kind: passing ? 'unavailable' : 'blocked', problem, what, action: ASK_PROXY, passing };
}
function describeCode(code, error) {
    // Node has the same code for a connection that was closed, but there no system call failed.
    const isClosed = code === 'ECONNRESET' && error instanceof Error && !('syscall' in error) && !error.cause;
    if (isClosed)
        return CLOSED;
    return FAULTS[code] ?? (code.startsWith('HPE_') ? NO_HTTP : 'the connection failed');
}
/** The error code, of the first cause that has one. */
function findCode(error) {
    for (const cause of causesOf(error)) {
        const code = codeOf(cause);
        if (cause.cause === undefined || FAULTS[code] || UNTRUSTED.test(code))
            return (0,untrusted/* oneLine */.T)(code, 60);
    }
    return 'unknown';
}
function causesOf(error) {
    return error instanceof Error ? [error, ...causesOf(error.cause)] : [];
}
function codeOf(error) {
    return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
/** undici tells a proxy's refusal by its message alone. */
function findProxyStatus(error) {
    const message = error instanceof Error ? error.message : '';
    const status = /^Proxy response \((\d{3})\)/.exec(message)?.[1];
    return status === undefined ? undefined : Number(status);
}

;// CONCATENATED MODULE: ./build/cloudflare/redact.js

/** Tokens have 40 characters and more. What is much shorter would be found in the middle of words. */
const LEAST_LENGTH = 16;
/** JSON may spell any character as `\uXXXX`, and a slash with a backslash before it. */
const ESCAPES = /\\(?:u00([2-7][\da-f])|.)/gis;
/**
 * The answer with `***` wherever it repeats the token, however JSON spells it. The runner masks the log alone: without
 * this, an error text that echoes the request's header would carry the token into outputs, the summary and the issue.
 */
function redactToken(answer, token) {
    if (token.length < LEAST_LENGTH)
        return answer;
    const spellings = [token, spellInJson(token)];
    const redact = (text) => spellings.reduce((rest, spelling) => rest.replaceAll(spelling, '***'), text);
    const headers = Object.entries(answer.headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.map(redact) : value && redact(value),
    ]);
    // A token is ASCII, so that it can be found without decoding the rest, whatever that is.
    const body = external_node_buffer_.Buffer.from(answer.body.buffer, answer.body.byteOffset, answer.body.byteLength).toString('latin1');
    const plain = redact(body.includes('\\') ? body.replace(ESCAPES, spellPlainly) : body);
    return { status: answer.status, headers: Object.fromEntries(headers), body: external_node_buffer_.Buffer.from(plain, 'latin1') };
}
/** An escape of visible ASCII as the character itself, or as the shortest escape that JSON has for it. */
function spellPlainly(spelling, hex) {
    if (hex !== undefined)
        return spellInJson(String.fromCharCode(Number.parseInt(hex, 16)));
    return spelling === '\\/' ? '/' : spelling;
}
function spellInJson(text) {
    return JSON.stringify(text).slice(1, -1);
}

;// CONCATENATED MODULE: ./build/cloudflare/transport.js









const BODY_LIMIT = 1024 * 1024;
/**
 * One attempt of a request, from connecting to the last byte of the answer, within the time limit. `onLeave` hears when
 * something may leave. Bodies over 1 MiB are refused while they are read; redirects are not followed; nothing of the
 * answer has the token in it. Throws a Failure if no whole answer came (`passing` if another attempt may fare better), or
 * the signal's reason.
 */
async function attempt(call, way, signal, onLeave) {
    const { apiToken, connections, requestTimeout, clock } = way;
    const timeout = clock.deadline(requestTimeout);
    const end = AbortSignal.any([signal, timeout]);
    let hasLeft = false;
    try {
        const { status, headers, body } = await connections.send({
            url: call.url,
            method: call.method,
            headers: {
                authorization: `Bearer ${apiToken}`,
                accept: 'application/json',
                'accept-encoding': 'identity',
                'user-agent': `cloudflare-sso-connector/${VERSION}`,
                ...(call.body !== undefined && { 'content-type': 'application/json' }),
            },
            body: call.body === undefined ? undefined : JSON.stringify(call.body),
            signal: end,
            onLeave() {
                hasLeft = true;
                onLeave();
            },
        });
        const head = redactToken({ status, headers, body: external_node_buffer_.Buffer.alloc(0) }, apiToken);
        const whole = await readBody(body, head, call);
        // An answer of no told length ends with its connection, also if it was this action that ended that.
        end.throwIfAborted();
        return redactToken({ ...head, body: whole }, apiToken);
    }
    catch (error) {
        signal.throwIfAborted();
        if (error instanceof build_failure/* Failure */.HR)
            throw error;
        throw timeout.aborted ? tooLate(call, requestTimeout, hasLeft, error) : explainFault(error, call);
    }
}
async function readBody(stream, head, call) {
    const chunks = [];
    let size = 0;
    for await (const chunk of stream) {
        size += chunk.length;
        if (size > BODY_LIMIT)
            throw tooLarge(call, head);
        chunks.push(chunk);
    }
    return external_node_buffer_.Buffer.concat(chunks);
}
function tooLate({ asked }, timeoutMs, hasLeft, cause) {
    const limit = (0,build_clock/* describeSpan */.u)(timeoutMs);
    const message = `Could not ${asked}: no ${hasLeft ? 'whole answer' : 'connection'} within ${limit} (request_timeout).`;
    const problem = `no ${hasLeft ? 'answer' : 'connection'} within ${limit}`;
    const action = hasLeft ? 'Run this again, or raise request_timeout.' : CHECK_NETWORK;
    return new build_failure/* Failure */.HR({ kind: 'unavailable', problem, message, action }, { passing: true, cause });
}
function tooLarge({ asked }, head) {
    const message = `Could not ${asked}: the answer (${(0,cloudflare_answer/* describeAnswer */.O1)(head)}) is larger than 1 MiB, which no answer of the API is.`;
    return new build_failure/* Failure */.HR({ kind: kindOfOther(head), problem: 'answer too large', message }, { passing: isPassingStatus(head.status) });
}

;// CONCATENATED MODULE: ./build/cloudflare/requests.js








/** The requests of a run: in their turn, tried again after a passing fault, and kept account of. */
class Requests {
    decidingAnswer;
    messages;
    #options;
    #pace;
    #use = new TokenUse();
    constructor(options) {
        this.#options = options;
        this.messages = new Messages(options.log.info);
        this.#pace = new Pace(options.clock, options.log.info);
    }
    /** Sends a request. Throws a Failure if it has no success to the end, or the signal's reason. */
    async send(call, signal, options = {}) {
        return await withRetries(() => this.#sendOnce(call, signal, options), this.#options, signal);
    }
    /** Sends a change and reads its answer; a failure of either says whether the change may have taken effect. */
    async change(call, signal, doubt, read) {
        const effect = new Effect(doubt);
        try {
            return read(await this.send(call, signal, { effect }));
        }
        catch (failure) {
            throw effect.tell(failure);
        }
    }
    /** One request in its turn, and its answer, whatever that is. */
    async exchange(call, signal, effect) {
        const { log } = this.#options;
        const send = () => {
            log.debug(() => `${call.method} ${call.url.href} ${JSON.stringify(call.body) ?? ''}`);
            return attempt(call, this.#options, signal, () => effect?.leave());
        };
        const answer = await this.#pace.run(call.asked, send, signal);
        log.debug(() => `${(0,cloudflare_answer/* describeAnswer */.O1)(answer)}: ${new TextDecoder().decode(answer.body)}`);
        return answer;
    }
    /** What an answer carries. Throws a Failure if it is no success. */
    read(answer, call, hear) {
        return readEnvelope(answer, { call, use: this.#use, now: this.#options.clock.now() }, hear);
    }
    async #sendOnce(call, signal, { effect, explains }) {
        if (!explains)
            this.decidingAnswer = undefined;
        effect?.begin();
        const answer = await this.exchange(call, signal, effect);
        if (!explains)
            this.decidingAnswer = answer;
        const envelope = this.read(answer, call, (success, messages) => {
            effect?.hear(answer, success);
            this.messages.add(messages);
        });
        this.#use.accept(call);
        return envelope;
    }
}

;// CONCATENATED MODULE: ./build/cloudflare/token.js

/**
 * Where to ask how long a token may be used, the likelier path first: account owned tokens begin with `cfat_`, those of
 * users with `cfut_`, and older ones with neither.
 * https://developers.cloudflare.com/fundamentals/api/get-started/token-formats/
 */
function verifyPaths(apiToken, accountId) {
    const ofAccount = `/accounts/${accountId}/tokens/verify`;
    const ofUser = '/user/tokens/verify';
    if (apiToken.startsWith('cfat_'))
        return [ofAccount];
    return apiToken.startsWith('cfut_') ? [ofUser] : [ofAccount, ofUser];
}
/** https://developers.cloudflare.com/api/resources/user/subresources/tokens/methods/verify/ */
const StateSchema = dist/* looseObject */._H3({
    status: dist/* string */.YjP(),
    expires_on: dist/* nullish */.cl6(dist/* pipe */.FsL(dist/* string */.YjP(), dist/* check */.z6Y((time) => !Number.isNaN(Date.parse(time))))),
});
/** The state of a token out of a result; undefined if that does not say it clearly. */
function readTokenState(result) {
    const parsed = dist/* safeParse */.xLC(StateSchema, result);
    if (!parsed.success)
        return undefined;
    return { status: parsed.output.status, expiresOn: parsed.output.expires_on ?? undefined };
}

;// CONCATENATED MODULE: ./build/cloudflare/client.js







/**
 * The SSO connector endpoints, one method each. Every method throws a Failure that says what was asked, what came back
 * and what to do, or the signal's reason when that is aborted.
 * https://developers.cloudflare.com/api/resources/iam/subresources/sso/
 */
class Client {
    #options;
    #requests;
    constructor(options) {
        this.#options = options;
        this.#requests = new Requests(options);
    }
    /** The answer that decided how the run ends, if one came at last. One that only explains is none. */
    get decidingAnswer() {
        return this.#requests.decidingAnswer;
    }
    /** The entries under `messages` of all answers, each once, as the API gave them. */
    get messages() {
        return this.#requests.messages.all;
    }
    /** All connectors of the account. */
    async list(signal) {
        const path = `/accounts/${this.#options.accountId}/sso_connectors`;
        const asked = `list the connectors of account ${this.#options.accountId}`;
        const readPage = (page) => page === 1
            ? this.#requests.send(this.#call('GET', path, asked), signal)
            : this.#requests.send(this.#call('GET', `${path}?page=${page}`, `${asked} (page ${page})`), signal);
        return await readList(readPage, asked);
    }
    /** One connector. `explains` says that the answer only explains a failure, and decides nothing. */
    async get(ref, signal, { explains = false } = {}) {
        const asked = `read ${ref.name}`;
        const { result } = await this.#requests.send(this.#callOf(ref, 'GET', asked), signal, { explains });
        const connector = readConnector(onlyItem(result, asked), asked);
        if (connector.id === ref.id)
            return connector;
        throw new build_failure/* Failure */.HR({
            kind: 'unexpected',
            problem: 'another connector answered',
            message: `Could not ${asked}: Cloudflare answered with connector ${describeId(connector.id)}.`,
        });
    }
    /** Sends just these fields. Returns the connector of the answer, or undefined for a success without a result. */
    async update(ref, desired, signal, doubt) {
        const asked = describeUpdate(ref.name, desired);
        const call = this.#callOf(ref, 'PATCH', asked, { body: desired });
        return await this.#requests.change(call, signal, doubt, ({ result }) => {
            const item = onlyItem(result, asked);
            return item === undefined ? undefined : readConnector(item, asked);
        });
    }
    /** Asks Cloudflare to check for the TXT record (again). The answer says nothing of the connector. */
    async beginVerification(ref, signal, doubt) {
        const call = this.#callOf(ref, 'POST', `begin the verification of ${ref.name}`, { end: '/begin_verification' });
        await this.#requests.change(call, signal, doubt, () => { });
    }
    /** How long the API token may be used; undefined if no clear answer says so. Never throws a Failure. */
    async verifyToken(signal) {
        const { apiToken, accountId, log } = this.#options;
        let reason = 'the answer is not clear';
        try {
            for (const path of verifyPaths(apiToken, accountId)) {
                const call = this.#call('GET', path, 'verify the API token');
                const answer = await this.#requests.exchange(call, signal);
                reason = (0,cloudflare_answer/* describeAnswer */.O1)(answer);
                // The token may be one of the other kind.
                if (answer.status === 401)
                    continue;
                const state = readTokenState(this.#requests.read(answer, call).result);
                if (state)
                    return state;
                break;
            }
        }
        catch (failure) {
            if (!(failure instanceof build_failure/* Failure */.HR))
                throw failure;
            reason = failure.message;
        }
        log.debug(() => `The end of the API token is unknown: ${reason}`);
        return undefined;
    }
    #call(method, path, asked, body) {
        const url = new URL(`${this.#options.apiBaseUrl.href.replace(/\/$/, '')}${path}`);
        return { method, url, body, asked };
    }
    #callOf({ id }, method, asked, { body, end = '' } = {}) {
        // An id may come from the API, so it is not to be trusted in a path.
        if (!/^[A-Za-z0-9_-]+$/.test(id)) {
            throw new build_failure/* Failure */.HR({
                kind: 'unexpected',
                problem: 'no id to work with',
                message: `Could not ${asked}: that is no id of a connector.`,
            });
        }
        const path = `/accounts/${this.#options.accountId}/sso_connectors/${id}${end}`;
        return { ...this.#call(method, path, asked, body), isOfConnector: true };
    }
}
/** What an update asks for, for people: `set enabled=true for acme.example`. */
function describeUpdate(name, desired) {
    const fields = (0,connector_connector/* describeDesired */.kU)(desired);
    return fields ? `set ${fields} for ${name}` : `send an update of no field for ${name}`;
}

// EXTERNAL MODULE: ./build/cloudflare/proxy.js + 2 modules
var proxy = __nccwpck_require__(7712);
// EXTERNAL MODULE: ./build/inputs/settings.js + 4 modules
var inputs_settings = __nccwpck_require__(7801);
// EXTERNAL MODULE: ./build/job/outcome.js
var outcome = __nccwpck_require__(5252);
// EXTERNAL MODULE: ./build/job/token-expiry.js
var token_expiry = __nccwpck_require__(6957);
// EXTERNAL MODULE: ./build/connector/domain.js
var connector_domain = __nccwpck_require__(2074);
;// CONCATENATED MODULE: ./build/job/unlisted.js



/**
 * The connectors of the account that no entry of the list names, those that cannot be read among them. Undefined if
 * `unlisted` is `ignore`, for a single connector, and if this run has not read the account's whole list.
 */
function findUnlisted({ settings, list, outcomes }) {
    if (!settings.many || settings.unlisted === 'ignore' || list === undefined || list.missing !== undefined) {
        return undefined;
    }
    const ids = new Set(outcomes.flatMap(({ id }) => id ?? []));
    // An entry whose connector was not found, for whatever reason, still names its domain.
    const lost = outcomes.filter(({ found }) => found === undefined);
    const domains = new Set(lost.flatMap(({ target }) => (0,connector_domain/* canonicalDomain */.T5)(target.email_domain ?? '') ?? []));
    const isListed = (id, domain) => ids.has(id ?? '') || domains.has((0,connector_domain/* canonicalDomain */.T5)(domain ?? '') ?? '');
    const readable = list.connectors.map((connector) => ({
        sso_connector_id: connector.id,
        email_domain: connector.email_domain,
        connector,
    }));
    const unreadable = list.unreadable.map(({ id, email_domain }) => ({
        sso_connector_id: id,
        email_domain,
        connector: undefined,
    }));
    return [...readable, ...unreadable].filter((item) => !isListed(item.sso_connector_id, item.email_domain));
}
/** The failures that `unlisted: fail` makes of unlisted connectors, or of a list that may lack some. */
function failUnlisted({ settings, list }, unlisted) {
    if (settings.unlisted !== 'fail')
        return [];
    if (list?.missing !== undefined) {
        return new build_failure/* Failure */.HR({
            kind: 'ambiguous',
            about: `Account ${settings.accountId}`,
            problem: 'incomplete list of connectors',
            message: `Cloudflare's list of the connectors of account ${settings.accountId} is incomplete: ${list.missing}. Whether it has unlisted connectors is unknown.`,
            action: 'Run it again. If that does not help, use unlisted: report.',
        }).record();
    }
    return (unlisted ?? []).flatMap(({ sso_connector_id, email_domain }) => {
        const name = (0,connector_connector/* nameOfConnector */.Sd)(sso_connector_id, email_domain);
        return new build_failure/* Failure */.HR({
            kind: 'unlisted',
            problem: 'not in the list',
            detail: '',
            message: `No entry of the list names ${name}, which the account has.`,
            action: 'Add it to the list (the job summary has the entry to paste), or use unlisted: report.',
        }).record({ sso_connector_id, email_domain, name });
    });
}

// EXTERNAL MODULE: ./build/connector/drift.js
var connector_drift = __nccwpck_require__(603);
// EXTERNAL MODULE: ./node_modules/fastest-levenshtein/mod.js
var mod = __nccwpck_require__(1916);
;// CONCATENATED MODULE: ./build/job/absent.js





/** That an account has no such connector, with the domain that may be meant. */
function describeAbsent(target, settings, connectors) {
    const { sso_connector_id: id, email_domain: domain = '' } = target;
    const wanted = id === undefined ? `for ${(0,untrusted/* oneLine */.T)((0,connector_domain/* domainForPeople */.Nn)(domain), 255)}` : `with the id ${id}`;
    const input = id === undefined ? 'email_domain' : 'sso_connector_id';
    const nearest = id === undefined ? findNearest((0,connector_domain/* canonicalDomain */.T5)(domain) ?? domain, connectors) : undefined;
    return new build_failure/* Failure */.HR({
        kind: 'not_found',
        problem: 'not in this account',
        message: `Account ${settings.accountId} has no connector ${wanted}.${settings.many ? '' : ` ${describeDomains(connectors)}`}`,
        action: nearest === undefined ? `Check ${input} and account_id.` : `Did you mean ${nearest}?`,
    });
}
const MOST_DOMAINS = 20;
/** The domains that an account has connectors for. */
function describeDomains(connectors) {
    const domains = connectors.map((connector) => (0,untrusted/* oneLine */.T)((0,connector_domain/* domainForPeople */.Nn)(connector.email_domain ?? 'no domain'), 255));
    if (domains.length === 0)
        return 'The account has no connectors at all.';
    return `The account has connectors for: ${(0,plural/* listed */.K)(domains, MOST_DOMAINS)}.`;
}
/** The domain that is nearest in spelling, if it differs by no more than half of what stands before the last dot. */
function findNearest(domain, connectors) {
    const wanted = (0,connector_domain/* unicodeDomain */.sZ)(domain);
    const named = connectors.flatMap(({ email_domain: other }) => {
        const canonical = (0,connector_domain/* canonicalDomain */.T5)(other ?? '');
        return canonical === undefined ? [] : { canonical, away: (0,mod/* distance */.Io)(wanted, (0,connector_domain/* unicodeDomain */.sZ)(canonical)) };
    });
    const [nearest] = named.sort((one, other) => one.away - other.away);
    if (nearest === undefined || nearest.away > wanted.lastIndexOf('.') / 2)
        return undefined;
    return (0,untrusted/* oneLine */.T)((0,connector_domain/* domainForPeople */.Nn)(nearest.canonical), 255);
}

;// CONCATENATED MODULE: ./build/job/attempt.js


/** Runs a piece of the work on many targets side by side; those that have failed already are passed over. */
async function attemptEach(outcomes, work) {
    const going = outcomes.filter((outcome) => !outcome.failed);
    await Promise.all(going.map((outcome) => outcome.attempt(() => work(outcome))));
}
/** Records one failure that stops all of these, once for all of them. */
function failAll(outcomes, failure) {
    const [first] = outcomes;
    if (outcomes.length === 1)
        first?.fail(failure);
    else
        share(outcomes, failure.record({ name: (0,plural/* counted */.h)(outcomes.length, (0,outcome/* nounFor */.A)(outcomes)) }));
}
/** Has several connectors fail by the same records. */
function share(outcomes, records) {
    for (const { failures } of outcomes)
        failures.push(...records);
}

;// CONCATENATED MODULE: ./build/job/directory.js




/** The connectors of an account by id and by domain, so that a thousand of them are found at once. */
class Directory {
    #list;
    #settings;
    #byId;
    #byDomain;
    constructor(list, settings) {
        this.#list = list;
        this.#settings = settings;
        this.#byId = Map.groupBy(list.connectors, ({ id }) => id);
        this.#byDomain = Map.groupBy(list.connectors, ({ email_domain: domain = '' }) => (0,connector_domain/* canonicalDomain */.T5)(domain));
    }
    /** Whether a connector of this id is in the list. */
    has(id) {
        return this.#byId.has(id);
    }
    /** The connector of a target. Throws a Failure if there is none, more than one, or if that is not sure. */
    pick(target) {
        const { accountId } = this.#settings;
        const { connectors, unreadable } = this.#list;
        const { sso_connector_id: id, email_domain: domain = '' } = target;
        const matches = (id === undefined ? this.#byDomain.get((0,connector_domain/* canonicalDomain */.T5)(domain)) : this.#byId.get(id)) ?? [];
        const [match, ...others] = matches;
        const obstacle = unreadable.find((item) => mayBe(item, target, match !== undefined));
        if (obstacle)
            throw obstacle.failure;
        if (!match)
            throw describeAbsent(target, this.#settings, connectors);
        if (others.length === 0)
            return match;
        const ids = matches.map((connector) => (0,untrusted/* quoted */.k)(connector.id ?? '', 64)).join(', ');
        const wanted = id === undefined ? `for ${(0,untrusted/* oneLine */.T)((0,connector_domain/* domainForPeople */.Nn)(domain), 255)}` : `with the id ${id}`;
        throw new build_failure/* Failure */.HR({
            kind: 'ambiguous',
            problem: `${matches.length} connectors of this domain`,
            message: `Account ${accountId} has ${matches.length} connectors ${wanted}: ${ids}.`,
            action: id === undefined ? 'Give sso_connector_id to say which.' : null,
        });
    }
}
/** Whether an item that cannot be read may be the connector wanted, or a second one of its domain. */
function mayBe(item, { sso_connector_id: id, email_domain: domain = '' }, isFound) {
    if (id !== undefined)
        return item.id === id || (item.id === undefined && !isFound);
    return item.email_domain === undefined || (0,connector_domain/* sameDomain */.Hs)(item.email_domain, domain);
}

;// CONCATENATED MODULE: ./build/job/find.js






/**
 * Reads the connectors before anything is changed: one by its id with one request, all others by the account's list,
 * which is read once. Targets that are not found for sure fail, each with its reason.
 */
async function findConnectors(job, outcomes) {
    if (outcomes.length === 0)
        return;
    let read;
    try {
        read = await readFor(job, outcomes, job.signal);
    }
    catch (failure) {
        if (!(failure instanceof build_failure/* Failure */.HR))
            throw failure;
        failAll(outcomes, failure);
        return;
    }
    refuseIncomplete(job, outcomes);
    await attemptEach(outcomes, async (outcome) => outcome.find(await read(outcome)));
    noteOthers(job);
    tellDomains(job);
    refuseSameConnector(job.outcomes);
}
/** In a list that may lack some, no domain is found for sure: it may be there twice. */
function refuseIncomplete({ list, settings }, outcomes) {
    const byDomain = outcomes.filter(({ id }) => id === undefined);
    if (list?.missing === undefined || byDomain.length === 0)
        return;
    const failure = new build_failure/* Failure */.HR({
        kind: 'ambiguous',
        problem: 'incomplete list of connectors',
        message: `Cloudflare's list of the connectors of account ${settings.accountId} is incomplete: ${list.missing}. No domain can be found in it for sure.`,
        action: 'Give sso_connector_id, or run this again.',
    });
    failAll(byDomain, failure);
}
/** Notes what the list says of connectors that need no read, so that reports can name their domain and what changed. */
function noteOthers({ list, outcomes }) {
    const known = new Map(list?.connectors.map((connector) => [connector.id, connector]));
    for (const outcome of outcomes) {
        const connector = outcome.found || outcome.failed ? undefined : known.get(outcome.id);
        if (connector)
            outcome.find(connector);
    }
}
/** Many targets that miss are told the account's domains once, in the log. */
function tellDomains({ settings, list, outcomes, log }) {
    const misses = outcomes.some(({ failures }) => failures.some(({ kind }) => kind === 'not_found'));
    if (settings.many && list !== undefined && misses)
        log.info(describeDomains(list.connectors));
}
/**
 * Reads connectors again that were found already, with one request if it can. Throws what stops all of them, or may
 * well pass.
 */
async function readAgain(job, outcomes, signal) {
    const read = await readFor(job, outcomes, signal);
    let passing;
    await attemptEach(outcomes, async (outcome) => {
        try {
            outcome.connector = await read(outcome);
        }
        catch (failure) {
            if (!(failure instanceof build_failure/* Failure */.HR) || !failure.passing)
                throw failure;
            passing = failure;
        }
    });
    if (passing)
        throw passing;
}
/** One request for all of these. A list that may lack some is followed by one for each id that is not in it. */
async function readFor(job, outcomes, signal) {
    const { client, settings } = job;
    const [first] = outcomes;
    if (!settings.many && first?.id !== undefined) {
        const connector = await client.get(first.ref(), signal);
        return async (outcome) => guarded(connector, outcome);
    }
    const list = await client.list(signal);
    job.list ??= list;
    const directory = new Directory(list, settings);
    return async (outcome) => {
        const isElsewhere = outcome.id !== undefined && list.missing !== undefined && !directory.has(outcome.id);
        const target = { ...outcome.target, sso_connector_id: outcome.id };
        return guarded(isElsewhere ? await client.get(outcome.ref(), signal) : directory.pick(target), outcome);
    };
}
/** With a domain given too, the connector must be of this domain. */
function guarded(connector, { target: { email_domain: domain }, done }) {
    if (domain === undefined || (0,connector_domain/* sameDomain */.Hs)(connector.email_domain ?? '', domain))
        return connector;
    const actual = connector.email_domain === undefined ? 'no domain' : `the domain ${(0,untrusted/* quoted */.k)(connector.email_domain)}`;
    throw new build_failure/* Failure */.HR({
        kind: 'wrong_domain',
        problem: 'another domain',
        message: `Connector ${(0,untrusted/* oneLine */.T)(connector.id ?? 'without an id', 64)} has ${actual}, not ${(0,untrusted/* quoted */.k)(domain)} as given.${done.length === 0 ? ' Nothing was changed.' : ''}`,
        action: 'Check which of sso_connector_id and email_domain is right.',
    });
}
/** The same connector given once by id and once by domain would be asked to be two things. */
function refuseSameConnector(outcomes) {
    for (const [id, same] of Map.groupBy(outcomes, (outcome) => outcome.id)) {
        const [first] = same;
        if (id === undefined || first === undefined || same.length < 2)
            continue;
        const lines = same.map((outcome) => outcome.target.line).join(' and ');
        const failure = new build_failure/* Failure */.HR({
            kind: 'ambiguous',
            problem: 'twice in the list',
            message: `Lines ${lines} of the list name the same connector, ${(0,untrusted/* oneLine */.T)(id, 64)}. Nothing was changed for it.`,
            action: 'Remove one of these entries.',
        });
        share(same, failure.record(first.subject));
    }
}

;// CONCATENATED MODULE: ./build/verification/txt-record.js

/** What the vendor's guide and an older one put before the code: `cloudflare_dashboard_sso=` and `cloudflared_…`. */
const PREFIX = /^cloudflared?_dashboard_sso=/i;
/**
 * What public DNS says of the TXT record that should be there, as a clause for people. It tells near misses from the
 * records at hand.
 * https://developers.cloudflare.com/fundamentals/manage-members/dashboard-sso/
 */
function describeTxt(answer, value) {
    if ('unknown' in answer)
        return `public DNS could not be asked from here (${answer.unknown})`;
    if ('absent' in answer) {
        return answer.absent === 'domain'
            ? 'the domain does not exist in public DNS'
            : 'public DNS has no TXT record there';
    }
    const { records } = answer;
    if (records.length === 0)
        return 'public DNS has no TXT record there';
    if (records.includes(value))
        return 'it is there: have Cloudflare look for it';
    const nearest = records.map((record) => describeNearMiss(record, value)).find((miss) => miss !== undefined);
    if (nearest !== undefined)
        return nearest;
    const other = records.map(unquoted).find((record) => PREFIX.test(record));
    if (other !== undefined)
        return `public DNS has ${(0,untrusted/* quoted */.k)(other)} instead: is that of another connector or account?`;
    return `public DNS has ${records.length === 1 ? '1 other TXT record' : `${records.length} other TXT records`} there, not this one`;
}
/** Whether a record is there that was probably meant to be this value, so that it is to be corrected. */
function isNearMiss(answer, value) {
    return 'records' in answer && answer.records.some((record) => describeNearMiss(record, value) !== undefined);
}
/** What is wrong with a record that was probably meant to be this value; undefined if it was meant for something else. */
function describeNearMiss(record, value) {
    const trimmed = record.trim();
    const bare = unquoted(record);
    const [prefix = ''] = PREFIX.exec(value) ?? [];
    const [wrongPrefix = ''] = PREFIX.exec(bare) ?? [];
    const spaceless = bare.replace(/\s/g, '');
    if (trimmed === value)
        return 'public DNS has it with white space around it: remove that';
    if (bare === value)
        return 'public DNS has it within quotes that are part of the record: remove them';
    if (`${prefix}${bare}` === value)
        return `public DNS has it without its prefix: add ${(0,untrusted/* quoted */.k)(prefix)}`;
    if (bare.toLowerCase() === value.toLowerCase()) {
        return 'public DNS has it in other case: write it exactly as it stands here';
    }
    if (wrongPrefix !== '' && `${prefix}${bare.slice(wrongPrefix.length)}` === value) {
        return `public DNS has it with the prefix ${(0,untrusted/* quoted */.k)(wrongPrefix)}: it must be ${(0,untrusted/* quoted */.k)(prefix)}`;
    }
    if (spaceless === value)
        return 'public DNS has it with white space inside: remove that';
    if (bare.includes(value))
        return 'public DNS has it joined with more text: give it a TXT record of its own';
    return undefined;
}
function unquoted(record) {
    return record.trim().replace(/^["'“”]|["'“”]$/g, '');
}

;// CONCATENATED MODULE: ./build/verification/explain.js



/**
 * What is missing for the domain to be verified: the TXT record, what public DNS says of it, and the next step.
 * https://developers.cloudflare.com/fundamentals/manage-members/dashboard-sso/
 */
async function explainUnverified(job, outcome, connector, { context = '', dnsLimitMs } = {}) {
    const { email_domain: domain, verification_code: code, verification_status: status } = connector;
    const problem = `not verified (${status === undefined ? 'status unknown' : (0,untrusted/* oneLine */.T)(status, 40)})`;
    const state = `${domain === undefined ? 'The domain of ' : ''}${outcome.name} is ${problem}${context}.`;
    if (domain === undefined || code === undefined) {
        outcome.dnsSays = '';
        const lack = 'Cloudflare gives no TXT record to add.';
        return { problem, message: `${state} ${lack}`, action: READ_AGAIN, detail: lack };
    }
    const answer = await job.lookUpTxt(domain, job.signal, dnsLimitMs);
    outcome.dnsSays = describeTxt(answer, code);
    const record = `The TXT record at ${(0,untrusted/* oneLine */.T)((0,connector_domain/* domainForPeople */.Nn)(domain), 255)} must be ${(0,untrusted/* oneLine */.T)(code)}`;
    const isThere = 'records' in answer && answer.records.includes(code);
    const remedy = isThere ? '' : `${isNearMiss(answer, code) ? 'Correct' : 'Add'} the TXT record. `;
    // The record and what DNS says stand in a table of their own.
    return {
        problem,
        message: `${state} ${record}; ${outcome.dnsSays}.`.replace('?.', '?'),
        action: describeNextStep(status, remedy),
        detail: '',
    };
}
/** Has a connector, as last read, fail because its domain is not verified. */
async function failUnverified(job, outcome, options) {
    const { connector } = outcome;
    if (!connector)
        return;
    outcome.fail({ kind: 'not_verified', ...(await explainUnverified(job, outcome, connector, options)) });
}
const READ_AGAIN = 'Run this again to read the connector once more.';
function describeNextStep(status, remedy) {
    if (status === 'pending')
        return `${remedy}Cloudflare checks for it for two days after the verification began.`;
    if (status !== 'awaiting' && status !== 'failed')
        return `${remedy}${READ_AGAIN}`;
    return `${remedy}${remedy === '' ? 'Run' : 'Then run'} mode: update or mode: reconcile with begin_verification: true.`;
}

;// CONCATENATED MODULE: ./build/verification/wait.js







/** For so long after a verification has begun, the status `failed` may still be that of the one before. */
const GRACE_MS = 60_000;
/** So long before the time runs out there is a last check. */
const LAST_CHECK_MS = 1000;
/** Once the time has run out, DNS is asked for less than the second that the run may take on top. */
const LATE_DNS_MS = 500;
/** What the status `failed` means. */
const NOT_FOUND_IN_TIME = ': Cloudflare did not find the TXT record within two days';
/**
 * Waits, if `wait_for_verification` says so, until the domains are verified; one request a check, whatever their
 * number. A domain whose verification fails, or that is not verified in time, fails.
 */
async function waitForVerification(job, outcomes) {
    const { settings, clock, log, signal } = job;
    const limit = settings.waitForVerification;
    if (limit === undefined)
        return;
    const start = clock.now();
    const deadline = clock.deadline(limit);
    const untilDeadline = AbortSignal.any([signal, deadline]);
    let open = await settle(job, outcomes);
    let isUnread = false;
    while (open.length > 0) {
        const elapsed = clock.now() - start;
        const left = Math.max(0, limit - elapsed);
        log.info(describeWait(open, elapsed, left));
        const before = new Map(open.map((outcome) => [outcome, wait_status(outcome)]));
        try {
            // Whatever the interval is, the last check comes shortly before the end.
            await clock.sleep(Math.min(settings.pollInterval, Math.max(left - LAST_CHECK_MS, LAST_CHECK_MS)), untilDeadline);
            await readAgain(job, open, untilDeadline);
        }
        catch (failure) {
            signal.throwIfAborted();
            if (deadline.aborted)
                break;
            if (!(failure instanceof build_failure/* Failure */.HR))
                throw failure;
            if (!failure.passing) {
                failAll(open, failure);
                return;
            }
            log.info(`${failure.message} Still waiting.`);
            isUnread = true;
            continue;
        }
        isUnread = false;
        for (const [outcome, earlier] of before) {
            if (wait_status(outcome) === earlier)
                continue;
            log.info(`>>> ${outcome.name}: verification ${earlier} -> ${wait_status(outcome)}`);
        }
        open = await settle(job, open);
    }
    const unread = isUnread ? ', and could not be read at the end' : '';
    const late = { context: ` after a wait of ${(0,build_clock/* describeSpan */.u)(limit)}${unread}`, dnsLimitMs: LATE_DNS_MS };
    await Promise.all(open.map((outcome) => failUnverified(job, outcome, late)));
}
/** Takes out those that are verified, have failed already, or whose verification has failed; the rest goes on waiting. */
async function settle(job, outcomes) {
    const open = outcomes.filter(({ failed, connector }) => !failed && connector && !(0,connector_connector/* isVerified */.p4)(connector));
    const lost = open.filter((outcome) => wait_status(outcome) === 'failed' && !isInGrace(job, outcome));
    await Promise.all(lost.map((outcome) => failUnverified(job, outcome, { context: NOT_FOUND_IN_TIME })));
    return open.filter((outcome) => !outcome.failed);
}
function isInGrace({ clock }, { begunAt }) {
    return begunAt !== undefined && clock.now() - begunAt < GRACE_MS;
}
function describeWait(open, elapsed, left) {
    const [first] = open;
    // The first check is at the start, give or take.
    const time = `${elapsed < 500 ? '0 s' : (0,build_clock/* describeSpan */.u)(elapsed)} elapsed, ${(0,build_clock/* describeSpan */.u)(left)} left`;
    if (open.length === 1 && first)
        return `Waiting for ${first.name} to be verified: ${wait_status(first)}, ${time}.`;
    const counts = [...Map.groupBy(open, wait_status)].map(([name, of]) => `${of.length} ${name}`).join(', ');
    return `Waiting for ${open.length} domains to be verified: ${counts}, ${time}.`;
}
function wait_status({ connector }) {
    return (0,untrusted/* oneLine */.T)(connector?.verification_status ?? 'no status', 40);
}

;// CONCATENATED MODULE: ./build/modes/empty.js


const MOST_LINES = 5;
/**
 * Which targets have no field given, to be put behind "there is nothing to check": empty for all of them, ` for line 3 of
 * the list` for some, undefined for none.
 */
function describeEmpty({ outcomes }) {
    const lines = outcomes.flatMap(({ target }) => ((0,connector_connector/* givenFields */.Fh)(target.desired).length === 0 ? [target.line] : []));
    if (lines.length === 0)
        return undefined;
    if (lines.length === outcomes.length)
        return '';
    return ` for ${lines.length === 1 ? 'line' : 'lines'} ${(0,plural/* listed */.K)(lines.map(String), MOST_LINES)} of the list`;
}

;// CONCATENATED MODULE: ./build/modes/intent.js




/** The fields that `reconcile` sends: those that differ as of the last read, with the values that they must have. */
function fieldsToSend({ connector, target }) {
    const drift = connector ? (0,connector_drift/* findDrift */.L)(connector, target.desired) : [];
    return Object.fromEntries(drift.map(({ field, expected }) => [field, expected]));
}
/** Whether there is nothing to send. */
function isNothing(fields) {
    return (0,connector_connector/* givenFields */.Fh)(fields).length === 0;
}
/** Whether SSO is to be enabled for a domain that is known not to be verified, which Cloudflare refuses. */
function isBlocked({ connector }, fields) {
    return fields.enabled === true && connector?.verification_status !== undefined && !(0,connector_connector/* isVerified */.p4)(connector);
}
/**
 * The fields to send to a connector, for `plan` to show and for `reconcile` to send. Throws a Failure if that is sure to
 * fail: without an id, or if Cloudflare refuses to enable SSO because the domain is not verified. If the API gives no
 * verification at all, Cloudflare decides.
 */
async function decideFields(job, outcome) {
    const fields = fieldsToSend(outcome);
    if (isNothing(fields))
        return fields;
    outcome.ref();
    const { connector } = outcome;
    if (!connector || !isBlocked(outcome, fields))
        return fields;
    const { problem, ...rest } = await explainUnverified(job, outcome, connector, {
        context: ', and Cloudflare enables SSO for verified domains only',
    });
    throw new build_failure/* Failure */.HR({ kind: 'not_verified', problem: `${problem}, so not enabled`, ...rest });
}

;// CONCATENATED MODULE: ./build/modes/check.js








/** Only reads, and fails if a connector differs from the fields given. */
async function check(job) {
    warnOfNothing(job);
    await findConnectors(job, job.outcomes);
    const found = job.outcomes.filter((outcome) => !outcome.failed);
    await waitForVerification(job, found);
    // Also if the wait has failed: drift is another thing to know of.
    await Promise.all(found.map((outcome) => outcome.attempt(() => failDrift(outcome))));
}
/** A gate without a condition is open; whoever wrote it will want to know. */
function warnOfNothing(job) {
    const where = (0,inputs_settings/* mustBeVerified */.Tn)(job.settings) ? undefined : describeEmpty(job);
    if (where === undefined)
        return;
    job.log.warning(`There is nothing to check${where}. Give enabled, use_fedramp_language or require_verified. Without them, every connector that exists passes.`);
}
function failDrift(outcome) {
    const { connector, target } = outcome;
    if (!connector)
        return;
    outcome.drift = (0,connector_drift/* findDrift */.L)(connector, target.desired);
    if (outcome.drift.length === 0)
        return;
    const differences = outcome.drift
        .map(({ field, expected, actual }) => `${field} is ${actual ?? 'unknown'}, must be ${expected}`)
        .join('; ');
    const since = connector.updated_on === undefined
        ? ''
        : ` The connector was last changed on ${(0,untrusted/* oneLine */.T)(connector.updated_on, 40)}.`;
    throw new build_failure/* Failure */.HR({
        kind: 'drift',
        problem: differences,
        message: `${outcome.name} is not in sync: ${differences}.${since}`,
        detail: '',
        action: `${describeRemedy(outcome)} The audit log of the Cloudflare dashboard says who changed it.`,
    });
}
/** `reconcile` cannot help if it is to enable SSO for a domain that is not verified. */
function describeRemedy(outcome) {
    return isBlocked(outcome, fieldsToSend(outcome))
        ? 'Verify the domain first: until then Cloudflare refuses to enable SSO.'
        : 'Run mode: reconcile to change it, or change what is expected.';
}

;// CONCATENATED MODULE: ./build/modes/plan.js



/** Reads only, so that the drift shows what `reconcile` would send; what is sure to fail there fails here too. */
async function plan(job) {
    await findConnectors(job, job.outcomes);
    await attemptEach(job.outcomes, async (outcome) => void (await decideFields(job, outcome)));
}

;// CONCATENATED MODULE: ./build/verification/begin.js




/**
 * If `begin_verification` is given and the status is `awaiting` or `failed`, asks Cloudflare to check for the TXT record
 * (again), and then reads the connectors, since the answer says nothing of them.
 * https://developers.cloudflare.com/api/resources/iam/subresources/sso/
 */
async function beginVerification(job, outcomes) {
    const waiting = outcomes.filter((outcome) => !outcome.failed && isToBegin(outcome, job.settings));
    await attemptEach(waiting, (outcome) => begin(job, outcome));
    const begun = waiting.filter(({ begunAt }) => begunAt !== undefined);
    if (begun.length === 0)
        return;
    try {
        await readAgain(job, begun, job.signal);
    }
    catch (failure) {
        if (!(failure instanceof build_failure/* Failure */.HR))
            throw failure;
        if (failure.passing && job.settings.waitForVerification !== undefined) {
            job.log.info(`${failure.message} Still waiting.`);
            return;
        }
        failAll(begun, failure.changed((problem) => ({ ...problem, message: `${BEGUN} ${problem.message}` }), true));
    }
}
const BEGUN = 'Cloudflare accepted to begin the verification, but what came of it is unknown.';
/** Whether Cloudflare is still to be asked to check for the TXT record of this connector. */
function isToBegin({ connector, begunAt }, { beginVerification: isWanted }) {
    return isWanted && begunAt === undefined && ['awaiting', 'failed'].includes(connector?.verification_status ?? '');
}
async function begin(job, outcome) {
    const { client, clock, log, signal } = job;
    const ref = outcome.ref();
    try {
        await outcome.send(`begin the verification of ${outcome.name}`, {}, (doubt) => client.beginVerification(ref, signal, doubt));
    }
    catch (failure) {
        if (!(await isUnderWay(job, outcome, failure)))
            throw failure;
        const isOver = outcome.connector !== undefined && (0,connector_connector/* isVerified */.p4)(outcome.connector);
        log.info(isOver ? `${outcome.name} is verified already.` : `The verification of ${outcome.name} is under way already.`);
        return;
    }
    outcome.begunAt = clock.now();
    log.info(`Asked Cloudflare to begin the verification of ${outcome.name}.`);
}
/** Cloudflare may refuse to begin because a verification is under way: one read, best effort, tells. */
async function isUnderWay({ client, signal }, outcome, failure) {
    if (!(failure instanceof build_failure/* Failure */.HR) || !failure.isAll('refused'))
        return false;
    try {
        outcome.connector = await client.get(outcome.ref(), signal, { explains: true });
    }
    catch (secondary) {
        if (secondary instanceof build_failure/* Failure */.HR)
            return false;
        throw secondary;
    }
    return ['pending', 'verified'].includes(outcome.connector.verification_status ?? '');
}

;// CONCATENATED MODULE: ./build/modes/apply.js








/** Sends these fields of one connector and makes sure that it has them afterwards. Throws a Failure if it has not. */
async function apply(job, outcome, fields) {
    const { client, signal } = job;
    const ref = outcome.ref();
    const asked = describeUpdate(outcome.name, fields);
    let answer;
    try {
        answer = await outcome.send(asked, fields, (doubt) => client.update(ref, fields, signal, doubt));
    }
    catch (failure) {
        throw await explainRefusedEnable(job, outcome, fields, failure);
    }
    const connector = answer ?? (await readBack(job, outcome, asked));
    if (connector.id !== ref.id) {
        throw notAsAsked(connector.id === undefined ? 'no id in the answer' : 'another connector answered', `Cloudflare was asked to ${asked}, and answered with a connector ${describeId(connector.id)}. The state of connector ${ref.id} is unknown.`);
    }
    refuseOtherDomain(outcome, connector, asked);
    outcome.connector = connector;
    refuseOther(outcome, connector, asked);
}
function notAsAsked(problem, message) {
    return new build_failure/* Failure */.HR({ kind: 'unexpected', problem, message, action: 'The change may have taken effect: run mode: check to see.' }, { mayHaveTakenEffect: true });
}
/** A success without a result says nothing of the connector, so it is read. */
async function readBack({ client, signal }, outcome, asked) {
    try {
        return await client.get(outcome.ref(), signal);
    }
    catch (failure) {
        if (!(failure instanceof build_failure/* Failure */.HR))
            throw failure;
        const state = `Cloudflare was asked to ${asked} and said that this was done, but the connector could not be read afterwards.`;
        throw failure.changed((problem) => ({ ...problem, message: `${state} ${problem.message}` }), true);
    }
}
/** The connector must still be of the domain that it was given or found by. */
function refuseOtherDomain({ domain }, { email_domain: actual }, asked) {
    if (domain === undefined || actual === undefined || (0,connector_domain/* sameDomain */.Hs)(domain, actual))
        return;
    throw notAsAsked('another domain answered', `Cloudflare was asked to ${asked}, and answered with a connector of the domain ${(0,untrusted/* quoted */.k)(actual)}.`);
}
/** After a change the connector must have each field that you asked for. */
function refuseOther(outcome, connector, asked) {
    const drift = (0,connector_drift/* findDrift */.L)(connector, outcome.target.desired);
    if (drift.length === 0)
        return;
    outcome.isUncertain = true;
    const actual = drift.map(({ field, actual }) => (actual === null ? `no ${field}` : `${field}=${actual}`)).join(', ');
    throw notAsAsked(`Cloudflare answered with ${actual}`, `Cloudflare was asked to ${asked}. It said that this was done, but answered with ${actual}.`);
}
/** Cloudflare refuses to enable an unverified domain. One read, best effort, tells whether that is why. */
async function explainRefusedEnable(job, outcome, fields, failure) {
    if (fields.enabled !== true || !(failure instanceof build_failure/* Failure */.HR))
        return failure;
    // A refusal with advice of its own needs no other.
    const isUnexplained = failure.problems.every(({ kind, action }) => kind === 'refused' && !action);
    if (failure.mayHaveTakenEffect || !isUnexplained)
        return failure;
    try {
        outcome.connector = await job.client.get(outcome.ref(), job.signal, { explains: true });
    }
    catch (secondary) {
        if (secondary instanceof build_failure/* Failure */.HR)
            return failure.changed((refused) => ({ ...refused, action: refused.action ?? ASK }));
        // The job was cancelled: the refusal is known all the same.
        outcome.fail(failure);
        throw secondary;
    }
    const last = failure.problems.at(-1);
    const explain = (change) => failure.changed((refused) => (refused === last ? change(refused) : refused));
    if ((0,connector_drift/* findDrift */.L)(outcome.connector, fields).length === 0) {
        return explain((refused) => ({
            ...refused,
            action: `${outcome.name} is in sync all the same: nothing is left to do.`,
        }));
    }
    if ((0,connector_connector/* isVerified */.p4)(outcome.connector)) {
        const action = /\.(edu|ac)(\.[a-z]{2})?$/.test((0,connector_domain/* canonicalDomain */.T5)(outcome.domain ?? '') ?? '') ? ACADEMIC : ELSEWHERE;
        return explain((refused) => ({ ...refused, action: `The domain is verified. ${action}` }));
    }
    const { problem, message, action, detail } = await explainUnverified(job, outcome, outcome.connector);
    return explain((refused) => ({
        ...refused,
        kind: 'not_verified',
        problem: `${problem}, so not enabled`,
        message: `${message} ${refused.message}`,
        action,
        detail: `${detail} ${refused.message}`.trim(),
    }));
}
/** https://developers.cloudflare.com/fundamentals/manage-members/dashboard-sso/ */
const ELSEWHERE = 'Is SSO enabled for it in another account? Disable it there first.';
const ACADEMIC = `An academic domain needs an approval by Cloudflare support. ${ELSEWHERE}`;
const ASK = 'Run mode: check to see whether the domain is verified.';

;// CONCATENATED MODULE: ./build/modes/reconcile.js






/** Reads, and sends just the fields that differ. What is not to be enabled waits for nothing. */
async function reconcile(job) {
    const { outcomes } = job;
    await findConnectors(job, outcomes);
    const enabling = outcomes.filter((outcome) => fieldsToSend(outcome).enabled === true);
    const others = outcomes.filter((outcome) => !enabling.includes(outcome));
    await attemptEach(others, (outcome) => heal(job, outcome));
    await beginVerification(job, outcomes);
    await waitForVerification(job, outcomes);
    // All once more: a wait is long enough for something else to have changed.
    await attemptEach(outcomes, (outcome) => heal(job, outcome));
}
async function heal(job, outcome) {
    const fields = await decideFields(job, outcome);
    if (!isNothing(fields))
        await apply(job, outcome, fields);
}

;// CONCATENATED MODULE: ./build/modes/update.js






/**
 * Sends the fields given. Nothing is read first unless the inputs need it, so that nothing can stop a disable: only an
 * enable waits for the verification, if that is asked for. Among many, those given by id come after the list
 * that others are found by, which also shows whether two of them are the same; its failing does not stop them.
 */
async function update(job) {
    const { settings, outcomes } = job;
    const waits = settings.beginVerification || settings.waitForVerification !== undefined;
    const enabling = waits ? outcomes.filter(({ target }) => target.desired.enabled === true) : [];
    const others = outcomes.filter((outcome) => !enabling.includes(outcome));
    noteNothing(job);
    await findConnectors(job, outcomes.filter((outcome) => outcome.target.email_domain !== undefined || enabling.includes(outcome)));
    await attemptEach(others, (outcome) => apply(job, outcome, outcome.target.desired));
    await beginVerification(job, outcomes);
    await waitForVerification(job, outcomes);
    await attemptEach(enabling, (outcome) => apply(job, outcome, outcome.target.desired));
}
function noteNothing(job) {
    const where = describeEmpty(job);
    if (where === undefined)
        return;
    job.log.notice(`There is nothing to change${where}: neither enabled nor use_fedramp_language is given.`);
}

;// CONCATENATED MODULE: ./build/report/cancelled.js




const MOST_CHANGES = 5;
/** The failure that a cancelled job is: what was done, what may have been, and what was not. */
function recordCancelled(result) {
    const mayHaveTakenEffect = result.outcomes.some(({ underWay }) => underWay !== undefined);
    const problem = { kind: 'cancelled', problem: 'The run was cancelled', message: describeCancelled(result) };
    const [record] = new build_failure/* Failure */.HR(problem, { mayHaveTakenEffect }).record();
    if (record === undefined)
        throw new Error('a failure without a record');
    return record;
}
function describeCancelled({ cancelled, settings, outcomes }) {
    const done = outcomes.flatMap((outcome) => outcome.done);
    const underWay = outcomes.flatMap((outcome) => outcome.underWay ?? []);
    const undone = settings && (settings.mode === 'update' || settings.mode === 'reconcile')
        ? outcomes.flatMap((outcome) => describeUndone(outcome, settings))
        : [];
    return [
        `The run was cancelled (${cancelled?.signal}).`,
        `Done: ${(0,plural/* listed */.K)(done, MOST_CHANGES) || 'nothing'}.`,
        underWay.length > 0 ? `Sent, but its effect is unknown: ${(0,plural/* listed */.K)(underWay, MOST_CHANGES)}.` : '',
        `Not done: ${(0,plural/* listed */.K)(undone, MOST_CHANGES) || 'nothing, no further change was to be made'}.`,
    ]
        .filter((sentence) => sentence !== '')
        .join(' ');
}
function describeUndone(outcome, settings) {
    const { name, target, done, underWay, unsent } = outcome;
    const isUntouched = done.length === 0 && underWay === undefined;
    const begin = isUntouched && isToBegin(outcome, settings) ? [`begin the verification of ${name}`] : [];
    const isEmpty = settings.mode === 'update' && (0,connector_connector/* describeDesired */.kU)(target.desired) === '';
    const fields = (0,connector_connector/* describeDesired */.kU)(unsent) || (isEmpty && isUntouched && begin.length === 0 ? 'an update of no field' : '');
    return fields === '' ? begin : [...begin, `${fields} for ${name}`];
}

;// CONCATENATED MODULE: ./build/verification/gate.js


/**
 * Judges `require_verified` on the final state: only the status `verified` passes. A connector that was never read has
 * failed for another reason already, and one that failed for this reason says so already.
 */
async function judgeGate(job) {
    if (!job.settings.requireVerified)
        return;
    const open = job.outcomes.filter(({ connector, dnsSays }) => connector && !(0,connector_connector/* isVerified */.p4)(connector) && dnsSays === undefined);
    await Promise.all(open.map((outcome) => failUnverified(job, outcome, { context: ', and require_verified is true' })));
}

;// CONCATENATED MODULE: ./build/run.js















const WORK = { update: update, check: check, plan: plan, reconcile: reconcile };
/** The whole job: the settings, the mode, the gate. Never throws for anything foreseeable: what failed is in the result. */
async function run(world) {
    const { env, log } = world;
    let settings;
    let connections;
    try {
        settings = await (0,inputs_settings/* readSettings */.sb)(env, log.warning);
        connections = await (0,proxy/* connect */.N)(env, settings.apiBaseUrl, settings.requestTimeout);
    }
    catch (failure) {
        if (!(failure instanceof build_failure/* Failure */.HR))
            throw failure;
        return { failures: failure.record(), outcomes: [] };
    }
    const client = new Client({ ...settings, ...world, connections });
    const job = { ...world, settings, client, outcomes: settings.targets.map((target) => new outcome/* Outcome */.P(target)) };
    log.info(describeStart(settings));
    try {
        await WORK[settings.mode](job);
        await judgeGate(job);
        const tokenExpiry = await (0,token_expiry/* checkTokenExpiry */.V)(job);
        return { ...resultOf(job), tokenExpiry };
    }
    catch (error) {
        if (error instanceof build_failure/* Cancelled */.cJ)
            return cancelledResult(job, error);
        throw error;
    }
    finally {
        connections.destroy();
    }
}
function describeStart({ mode, accountId, targets, many }) {
    const [single] = targets;
    const what = many || !single ? (0,plural/* counted */.h)(targets.length, 'connector') : describeTarget(single);
    return `Mode ${mode}, account ${accountId}: ${what}`;
}
function describeTarget({ sso_connector_id: id, email_domain: domain, desired }) {
    const names = [id && `connector ${id}`, domain && `domain ${domain}`].filter((name) => name !== undefined);
    return [...names, (0,connector_connector/* describeDesired */.kU)(desired)].filter((part) => part !== '').join(', ');
}
function resultOf(job) {
    const { settings, client, outcomes } = job;
    const unlisted = findUnlisted(job);
    // One failure may be that of many connectors, such as a list that could not be read.
    const failures = [...new Set(outcomes.flatMap((outcome) => outcome.failures)), ...failUnlisted(job, unlisted)];
    const { messages, decidingAnswer } = client;
    return { settings, outcomes, failures, unlisted, messages, decidingAnswer };
}
function cancelledResult(job, cancelled) {
    const result = { ...resultOf(job), cancelled };
    return { ...result, failures: [...result.failures, recordCancelled(result)] };
}


/***/ }),

/***/ 7514:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  Lb: () => (/* reexport */ issueCommand),
  n0: () => (/* reexport */ issueFileCommand),
  vC: () => (/* reexport */ prepareKeyValueMessage)
});

// EXTERNAL MODULE: external "os"
var external_os_ = __nccwpck_require__(857);
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/utils.js
// We use any as a valid input type
/* eslint-disable @typescript-eslint/no-explicit-any */
/**
 * Sanitizes an input into a string so it can be passed into issueCommand safely
 * @param input input to sanitize into a string
 */
function toCommandValue(input) {
    if (input === null || input === undefined) {
        return '';
    }
    else if (typeof input === 'string' || input instanceof String) {
        return input;
    }
    return JSON.stringify(input);
}
/**
 *
 * @param annotationProperties
 * @returns The command properties to send with the actual annotation command
 * See IssueCommandProperties: https://github.com/actions/runner/blob/main/src/Runner.Worker/ActionCommandManager.cs#L646
 */
function toCommandProperties(annotationProperties) {
    if (!Object.keys(annotationProperties).length) {
        return {};
    }
    return {
        title: annotationProperties.title,
        file: annotationProperties.file,
        line: annotationProperties.startLine,
        endLine: annotationProperties.endLine,
        col: annotationProperties.startColumn,
        endColumn: annotationProperties.endColumn
    };
}
//# sourceMappingURL=utils.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/command.js


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
function issue(name, message = '') {
    issueCommand(name, {}, message);
}
const CMD_STRING = '::';
class Command {
    constructor(command, properties, message) {
        if (!command) {
            command = 'missing.command';
        }
        this.command = command;
        this.properties = properties;
        this.message = message;
    }
    toString() {
        let cmdStr = CMD_STRING + this.command;
        if (this.properties && Object.keys(this.properties).length > 0) {
            cmdStr += ' ';
            let first = true;
            for (const key in this.properties) {
                if (this.properties.hasOwnProperty(key)) {
                    const val = this.properties[key];
                    if (val) {
                        if (first) {
                            first = false;
                        }
                        else {
                            cmdStr += ',';
                        }
                        cmdStr += `${key}=${escapeProperty(val)}`;
                    }
                }
            }
        }
        cmdStr += `${CMD_STRING}${escapeData(this.message)}`;
        return cmdStr;
    }
}
function escapeData(s) {
    return toCommandValue(s)
        .replace(/%/g, '%25')
        .replace(/\r/g, '%0D')
        .replace(/\n/g, '%0A');
}
function escapeProperty(s) {
    return toCommandValue(s)
        .replace(/%/g, '%25')
        .replace(/\r/g, '%0D')
        .replace(/\n/g, '%0A')
        .replace(/:/g, '%3A')
        .replace(/,/g, '%2C');
}
//# sourceMappingURL=command.js.map
;// CONCATENATED MODULE: external "crypto"
const external_crypto_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("crypto");
// EXTERNAL MODULE: external "fs"
var external_fs_ = __nccwpck_require__(9896);
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/file-command.js
// For internal use, subject to change.
// We use any as a valid input type
/* eslint-disable @typescript-eslint/no-explicit-any */




function issueFileCommand(command, message) {
    const filePath = process.env[`GITHUB_${command}`];
    if (!filePath) {
        throw new Error(`Unable to find environment variable for file command ${command}`);
    }
    if (!external_fs_.existsSync(filePath)) {
        throw new Error(`Missing file at path: ${filePath}`);
    }
    external_fs_.appendFileSync(filePath, `${toCommandValue(message)}${external_os_.EOL}`, {
        encoding: 'utf8'
    });
}
function prepareKeyValueMessage(key, value) {
    const delimiter = `ghadelimiter_${external_crypto_namespaceObject.randomUUID()}`;
    const convertedValue = toCommandValue(value);
    // These should realistically never happen, but just in case someone finds a
    // way to exploit uuid generation let's not allow keys or values that contain
    // the delimiter.
    if (key.includes(delimiter)) {
        throw new Error(`Unexpected input: name should not contain the delimiter "${delimiter}"`);
    }
    if (convertedValue.includes(delimiter)) {
        throw new Error(`Unexpected input: value should not contain the delimiter "${delimiter}"`);
    }
    return `${key}<<${delimiter}${external_os_.EOL}${convertedValue}${external_os_.EOL}${delimiter}`;
}
//# sourceMappingURL=file-command.js.map
;// CONCATENATED MODULE: ./build/runner/commands.js
/**
 * The runner's commands, by the toolkit's own code. Not by its front door: that loads, at every start, an HTTP client for
 * OpenID Connect tokens and a way to run programs, of which this action uses nothing.
 */




/***/ }),

/***/ 4876:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  R: () => (/* binding */ log),
  Q: () => (/* binding */ maskSecrets)
});

;// CONCATENATED MODULE: external "node:os"
const external_node_os_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:os");
// EXTERNAL MODULE: ./build/inputs/invisible.js
var invisible = __nccwpck_require__(5839);
// EXTERNAL MODULE: ./build/untrusted.js
var untrusted = __nccwpck_require__(1730);
// EXTERNAL MODULE: ./build/runner/commands.js + 4 modules
var commands = __nccwpck_require__(7514);
;// CONCATENATED MODULE: ./build/runner/log.js




const LINE_LIMIT = 4000;
/** The step's log. Whatever is written is one line and never a workflow command. */
const log = {
    info: (line) => void process.stdout.write(columns(line) + external_node_os_namespaceObject.EOL),
    group: (title, lines) => {
        (0,commands/* issueCommand */.Lb)('group', {}, (0,untrusted/* oneLine */.T)(title, LINE_LIMIT));
        for (const line of lines)
            log.info(line);
        (0,commands/* issueCommand */.Lb)('endgroup', {}, '');
    },
    notice: (message) => (0,commands/* issueCommand */.Lb)('notice', {}, (0,untrusted/* oneLine */.T)(message, LINE_LIMIT)),
    warning: (message) => (0,commands/* issueCommand */.Lb)('warning', {}, (0,untrusted/* oneLine */.T)(message, LINE_LIMIT)),
    error: (message, title) => {
        (0,commands/* issueCommand */.Lb)('error', title === undefined ? {} : { title: (0,untrusted/* oneLine */.T)(title, LINE_LIMIT) }, (0,untrusted/* oneLine */.T)(message, LINE_LIMIT));
    },
    debug: (line) => {
        if (process.env['RUNNER_DEBUG'] === '1')
            (0,commands/* issueCommand */.Lb)('debug', {}, (0,untrusted/* oneLine */.T)(line(), LINE_LIMIT));
    },
};
/** One line that keeps the spaces between its columns. Each column is made safe by itself. */
function columns(line) {
    const safe = line.split(/(?<! ) {2,}/).map((column) => (0,untrusted/* oneLine */.T)(column, LINE_LIMIT));
    const gaps = line.match(/(?<! ) {2,}/g) ?? [];
    return safe
        .map((column, n) => column + (gaps[n] ?? ''))
        .join('')
        .trim()
        .slice(0, LINE_LIMIT)
        .toWellFormed();
}
const SECRETS = ['INPUT_API_TOKEN', 'CLOUDFLARE_API_TOKEN', 'INPUT_GITHUB_TOKEN'];
/** Has the runner mask the tokens from here on, in the form in which they are sent. */
function maskSecrets(env) {
    for (const name of SECRETS) {
        const secret = (0,invisible/* strip */.bB)(env[name] ?? '');
        if (secret)
            (0,commands/* issueCommand */.Lb)('add-mask', {}, secret);
    }
}


/***/ }),

/***/ 1730:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   T: () => (/* binding */ oneLine),
/* harmony export */   k: () => (/* binding */ quoted)
/* harmony export */ });
/** Anything that ends a line, is invisible or ignored, or changes the direction of what follows. */
const UNPRINTABLE = /[\s\p{Cc}\p{Cf}\p{DI}\p{Zl}\p{Zp}]+/gu;
/** Visible ASCII with single spaces, which nearly all text is, and which needs no second look. */
const PRINTABLE = /^[!-~]+( [!-~]+)*$/;
/** Under some locales, the runner takes these wide and small forms for the signs themselves. */
const COMMAND_ANYWHERE = /[#＃﹟](?=[#＃﹟][[［])/g;
const COMMAND_AT_START = /^[:：﹕︓](?=[:：﹕︓])|[：﹕︓](?=[：﹕︓])/g;
/**
 * Makes text from outside printable: one line, without control or invisible characters, well-formed, without the
 * runner's `##[command]` and without `::` at the start, and never longer than `limit` characters (default 500).
 * The runner's two command syntaxes: https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
 */
function oneLine(text, limit = 500) {
    const line = PRINTABLE.test(text) ? text : text.toWellFormed().replace(UNPRINTABLE, ' ').trim();
    const inert = line.replace(COMMAND_ANYWHERE, '$& ').replace(COMMAND_AT_START, '$& ');
    if (inert.length <= limit)
        return inert;
    return `${inert.slice(0, limit - 1).toWellFormed()}…`;
}
/** Text from outside within quotes, for messages: `"yes"`. At most 80 characters by default. */
function quoted(text, limit = 80) {
    return `"${oneLine(text, limit)}"`;
}


/***/ }),

/***/ 7321:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   J: () => (/* binding */ lookUpTxt)
/* harmony export */ });
/* harmony import */ var _clock_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7094);
/* harmony import */ var _connector_domain_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(2074);


const DNS_LIMIT_MS = 3000;
/**
 * Asks the system's DNS servers for a domain's TXT records, for 3 seconds by default. Never throws but the signal's
 * reason when that is aborted: DNS can only ever add to a message.
 */
async function lookUpTxt(domain, signal, limitMs = DNS_LIMIT_MS) {
    // Loaded here, since few runs need it.
    const { default: dns } = await Promise.resolve(/* import() */).then(__nccwpck_require__.t.bind(__nccwpck_require__, 610, 19));
    signal.throwIfAborted();
    const resolver = new dns.promises.Resolver();
    const limit = setTimeout(() => resolver.cancel(), limitMs);
    const cancel = () => resolver.cancel();
    signal.addEventListener('abort', cancel);
    try {
        // By the module's object, whose functions are others after dns.setServers.
        resolver.setServers(dns.getServers());
        const records = await resolver.resolveTxt((0,_connector_domain_js__WEBPACK_IMPORTED_MODULE_1__/* .canonicalDomain */ .T5)(domain) ?? domain);
        return { records: records.map((strings) => strings.join('')) };
    }
    catch (error) {
        signal.throwIfAborted();
        const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
        if (code === 'ENOTFOUND')
            return { absent: 'domain' };
        if (code === 'ENODATA')
            return { absent: 'records' };
        return { unknown: code === 'ECANCELLED' ? `no answer within ${(0,_clock_js__WEBPACK_IMPORTED_MODULE_0__/* .describeSpan */ .u)(limitMs)}` : code };
    }
    finally {
        clearTimeout(limit);
        signal.removeEventListener('abort', cancel);
    }
}


/***/ }),

/***/ 7934:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   BuJ: () => (/* binding */ getDotPath),
/* harmony export */   FsL: () => (/* binding */ pipe),
/* harmony export */   Ikc: () => (/* binding */ object),
/* harmony export */   KCZ: () => (/* binding */ union),
/* harmony export */   L5J: () => (/* binding */ unknown),
/* harmony export */   NpB: () => (/* binding */ fallback),
/* harmony export */   YOg: () => (/* binding */ array),
/* harmony export */   YjP: () => (/* binding */ string),
/* harmony export */   _H3: () => (/* binding */ looseObject),
/* harmony export */   aig: () => (/* binding */ number),
/* harmony export */   cl6: () => (/* binding */ nullish),
/* harmony export */   lqM: () => (/* binding */ optional),
/* harmony export */   xLC: () => (/* binding */ safeParse),
/* harmony export */   z6Y: () => (/* binding */ check),
/* harmony export */   zMY: () => (/* binding */ boolean)
/* harmony export */ });
/* unused harmony exports BASE64_REGEX, BIC_REGEX, CUID2_REGEX, DECIMAL_REGEX, DIGITS_REGEX, DOMAIN_REGEX, EMAIL_REGEX, EMOJI_REGEX, HEXADECIMAL_REGEX, HEX_COLOR_REGEX, IMEI_REGEX, IPV4_REGEX, IPV6_REGEX, IP_REGEX, ISO_DATE_REGEX, ISO_DATE_TIME_REGEX, ISO_DATE_TIME_SECOND_REGEX, ISO_TIMESTAMP_REGEX, ISO_TIME_REGEX, ISO_TIME_SECOND_REGEX, ISO_WEEK_REGEX, ISRC_REGEX, JWS_COMPACT_REGEX, KSUID_REGEX, MAC48_REGEX, MAC64_REGEX, MAC_REGEX, NANO_ID_REGEX, OCTAL_REGEX, RFC_EMAIL_REGEX, SLUG_REGEX, ULID_REGEX, UUID_REGEX, ValiError, _addIssue, _cloneDataset, _formatCase, _getByteCount, _getCodePointCount, _getGraphemeCount, _getLastMetadata, _getWordCount, _isLuhnAlgo, _isSameValueZero, _isValidObjectKey, _isValueMatch, _joinExpects, _standardSchema, _stringify, any, args, argsAsync, arrayAsync, assert, awaitAsync, base64, bic, bigint, blob, brand, bytes, cache, cacheAsync, checkAsync, checkItems, checkItemsAsync, codePoints, config, creditCard, cuid2, custom, customAsync, date, decimal, deleteGlobalConfig, deleteGlobalMessage, deleteSchemaMessage, deleteSpecificMessage, description, digits, domain, email, emoji, empty, endsWith, entries, entriesFromList, entriesFromObjects, enum, enum_, everyItem, exactOptional, exactOptionalAsync, examples, excludes, fallbackAsync, file, filterItems, findItem, finite, flatten, flavor, forward, forwardAsync, function, function_, getDefault, getDefaults, getDefaultsAsync, getDescription, getExamples, getFallback, getFallbacks, getFallbacksAsync, getGlobalConfig, getGlobalMessage, getMetadata, getSchemaMessage, getSpecificMessage, getTitle, graphemes, gtValue, guard, hash, hexColor, hexadecimal, imei, includes, instance, integer, intersect, intersectAsync, ip, ipv4, ipv6, is, isOfKind, isOfType, isValiError, isbn, isoDate, isoDateTime, isoDateTimeSecond, isoTime, isoTimeSecond, isoTimestamp, isoWeek, isrc, jwsCompact, keyof, ksuid, lazy, lazyAsync, length, literal, looseObjectAsync, looseTuple, looseTupleAsync, ltValue, mac, mac48, mac64, map, mapAsync, mapItems, maxBytes, maxCodePoints, maxEntries, maxGraphemes, maxLength, maxSize, maxValue, maxWords, message, metadata, mimeType, minBytes, minCodePoints, minEntries, minGraphemes, minLength, minSize, minValue, minWords, multipleOf, nan, nanoid, never, nonEmpty, nonNullable, nonNullableAsync, nonNullish, nonNullishAsync, nonOptional, nonOptionalAsync, normalize, notBytes, notCodePoints, notEntries, notGraphemes, notLength, notSize, notValue, notValues, notWords, null, null_, nullable, nullableAsync, nullishAsync, objectAsync, objectWithRest, objectWithRestAsync, octal, omit, optionalAsync, parse, parseAsync, parseBoolean, parseJson, parser, parserAsync, partial, partialAsync, partialCheck, partialCheckAsync, pick, picklist, pipeAsync, promise, rawCheck, rawCheckAsync, rawTransform, rawTransformAsync, readonly, record, recordAsync, reduceItems, regex, required, requiredAsync, returns, returnsAsync, rfcEmail, safeInteger, safeParseAsync, safeParser, safeParserAsync, set, setAsync, setGlobalConfig, setGlobalMessage, setSchemaMessage, setSpecificMessage, size, slug, someItem, sortItems, startsWith, strictObject, strictObjectAsync, strictTuple, strictTupleAsync, stringifyJson, summarize, symbol, title, toBigint, toBoolean, toCamelCase, toDate, toKebabCase, toLowerCase, toMaxValue, toMinValue, toNumber, toPascalCase, toSnakeCase, toString, toUpperCase, transform, transformAsync, trim, trimEnd, trimStart, tuple, tupleAsync, tupleWithRest, tupleWithRestAsync, ulid, undefined, undefined_, undefinedable, undefinedableAsync, unionAsync, unwrap, url, uuid, value, values, variant, variantAsync, void, void_, words */
//#region src/storages/globalConfig/globalConfig.ts
let store$4;
const DEFAULT_CONFIG = {
	lang: void 0,
	message: void 0,
	abortEarly: void 0,
	abortPipeEarly: void 0
};
/**
* Sets the global configuration.
*
* @param config The configuration.
*/
function setGlobalConfig(config$1) {
	store$4 = {
		...store$4,
		...config$1
	};
}
/**
* Returns the global configuration.
*
* @param config The config to merge.
*
* @returns The configuration.
*/
/* @__NO_SIDE_EFFECTS__ */
function getGlobalConfig(config$1) {
	if (!config$1 && !store$4) return DEFAULT_CONFIG;
	return {
		lang: config$1?.lang ?? store$4?.lang,
		message: config$1?.message,
		abortEarly: config$1?.abortEarly ?? store$4?.abortEarly,
		abortPipeEarly: config$1?.abortPipeEarly ?? store$4?.abortPipeEarly
	};
}
/**
* Deletes the global configuration.
*/
function deleteGlobalConfig() {
	store$4 = void 0;
}

//#endregion
//#region src/storages/globalMessage/globalMessage.ts
let store$3;
/**
* Sets a global error message.
*
* @param message The error message.
* @param lang The language of the message.
*/
function setGlobalMessage(message$1, lang) {
	if (!store$3) store$3 = /* @__PURE__ */ new Map();
	store$3.set(lang, message$1);
}
/**
* Returns a global error message.
*
* @param lang The language of the message.
*
* @returns The error message.
*/
/* @__NO_SIDE_EFFECTS__ */
function getGlobalMessage(lang) {
	return store$3?.get(lang);
}
/**
* Deletes a global error message.
*
* @param lang The language of the message.
*/
function deleteGlobalMessage(lang) {
	store$3?.delete(lang);
}

//#endregion
//#region src/storages/schemaMessage/schemaMessage.ts
let store$2;
/**
* Sets a schema error message.
*
* @param message The error message.
* @param lang The language of the message.
*/
function setSchemaMessage(message$1, lang) {
	if (!store$2) store$2 = /* @__PURE__ */ new Map();
	store$2.set(lang, message$1);
}
/**
* Returns a schema error message.
*
* @param lang The language of the message.
*
* @returns The error message.
*/
/* @__NO_SIDE_EFFECTS__ */
function getSchemaMessage(lang) {
	return store$2?.get(lang);
}
/**
* Deletes a schema error message.
*
* @param lang The language of the message.
*/
function deleteSchemaMessage(lang) {
	store$2?.delete(lang);
}

//#endregion
//#region src/storages/specificMessage/specificMessage.ts
let store$1;
/**
* Sets a specific error message.
*
* @param reference The identifier reference.
* @param message The error message.
* @param lang The language of the message.
*/
function setSpecificMessage(reference, message$1, lang) {
	if (!store$1) store$1 = /* @__PURE__ */ new Map();
	if (!store$1.get(reference)) store$1.set(reference, /* @__PURE__ */ new Map());
	store$1.get(reference).set(lang, message$1);
}
/**
* Returns a specific error message.
*
* @param reference The identifier reference.
* @param lang The language of the message.
*
* @returns The error message.
*/
/* @__NO_SIDE_EFFECTS__ */
function getSpecificMessage(reference, lang) {
	return store$1?.get(reference)?.get(lang);
}
/**
* Deletes a specific error message.
*
* @param reference The identifier reference.
* @param lang The language of the message.
*/
function deleteSpecificMessage(reference, lang) {
	store$1?.get(reference)?.delete(lang);
}

//#endregion
//#region src/utils/_stringify/_stringify.ts
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

//#endregion
//#region src/utils/_addIssue/_addIssue.ts
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
	const message$1 = other?.message ?? context.message ?? /* @__PURE__ */ getSpecificMessage(context.reference, issue.lang) ?? (isSchema ? /* @__PURE__ */ getSchemaMessage(issue.lang) : null) ?? config$1.message ?? /* @__PURE__ */ getGlobalMessage(issue.lang);
	if (message$1 !== void 0) issue.message = typeof message$1 === "function" ? message$1(issue) : message$1;
	if (isSchema) dataset.typed = false;
	if (dataset.issues) dataset.issues.push(issue);
	else dataset.issues = [issue];
}

//#endregion
//#region src/utils/_cloneDataset/_cloneDataset.ts
/**
* Creates a shallow copy of a dataset.
*
* Hint: The `value` is copied by reference, but the `issues` array, its issues
* and their `path` arrays are cloned to avoid reusing mutable dataset state
* across multiple runs. Mutating a returned object or array value can
* therefore affect later cache hits that reuse the same cached output.
*
* @param dataset The output dataset.
*
* @returns The copied output dataset.
*/
/* @__NO_SIDE_EFFECTS__ */
function _cloneDataset(dataset) {
	return {
		typed: dataset.typed,
		value: dataset.value,
		issues: dataset.issues?.map((issue) => ({
			...issue,
			path: issue.path && [...issue.path]
		}))
	};
}

//#endregion
//#region src/utils/_formatCase/_formatCase.ts
/**
* Splits a string into lowercase words and rejoins them with the given
* separator and capitalization rules.
*
* Words are separated by `_`, `-` and ASCII whitespace, as well as by case
* and acronym boundaries. Whether the first or subsequent words are
* capitalized is controlled by `capFirst` and `capRest`.
*
* Hint: Implemented in a single pass that emits directly to the result
* string to avoid an intermediate `string[]` allocation. ASCII chars are
* classified via char codes to skip `.toLowerCase()` and `.toUpperCase()`
* method calls in the common case.
*
* Hint: Digits are treated as a separate character class, so `item2Name`
* yields `item2` and `name` rather than `item`, `2` and `name`.
*
* @param input The input string.
* @param separator The string inserted between words.
* @param capFirst Whether to capitalize the first word.
* @param capRest Whether to capitalize subsequent words.
*
* @returns The formatted string.
*
* @internal
*/
/* @__NO_SIDE_EFFECTS__ */
function _formatCase(input, separator, capFirst, capRest) {
	let result = "";
	let firstWord = true;
	let start = 0;
	let prev = 0;
	let prevPrev = 0;
	const flush = (end) => {
		if (end > start) {
			let word = input.slice(start, end).toLowerCase();
			if (firstWord ? capFirst : capRest) {
				const firstCode = word.charCodeAt(0);
				if (firstCode >= 97 && firstCode <= 122) word = String.fromCharCode(firstCode - 32) + word.slice(1);
				else {
					const charLen = firstCode >= 55296 && firstCode <= 56319 ? 2 : 1;
					word = word.slice(0, charLen).toUpperCase() + word.slice(charLen);
				}
			}
			result += firstWord ? word : separator + word;
			firstWord = false;
		}
	};
	for (let index = 0; index < input.length; index++) {
		const code = input.charCodeAt(index);
		let type;
		if (code === 32 || code === 9 || code === 10 || code === 11 || code === 12 || code === 13 || code === 45 || code === 95) {
			flush(index);
			start = index + 1;
			type = 0;
		} else if (code < 128) type = code >= 65 && code <= 90 ? 1 : code >= 97 && code <= 122 ? 2 : 3;
		else {
			const char = input[index];
			const charLower = char.toLowerCase();
			type = charLower === char.toUpperCase() ? 3 : char === charLower ? 2 : 1;
		}
		if (type === 1 && (prev === 2 || prev === 3) && index > start) {
			flush(index);
			start = index;
		} else if (type === 2 && prev === 1 && prevPrev === 1 && index - 1 > start) {
			flush(index - 1);
			start = index - 1;
		}
		prevPrev = prev;
		prev = type;
	}
	flush(input.length);
	return result;
}

//#endregion
//#region src/utils/_getByteCount/_getByteCount.ts
let textEncoder;
/**
* Returns the byte count of the input.
*
* @param input The input to be measured.
*
* @returns The byte count.
*
* @internal
*/
/* @__NO_SIDE_EFFECTS__ */
function _getByteCount(input) {
	if (!textEncoder) textEncoder = new TextEncoder();
	return textEncoder.encode(input).length;
}

//#endregion
//#region src/utils/_getCodePointCount/_getCodePointCount.ts
/**
* Returns the code point count of the input.
*
* @param input The input to be measured.
*
* @returns The code point count.
*
* @internal
*/
/* @__NO_SIDE_EFFECTS__ */
function _getCodePointCount(input) {
	let count = input.length;
	const lengthMinus1 = input.length - 1;
	for (let i = 0; i < lengthMinus1;) if (input.codePointAt(i) <= 65535) i++;
	else {
		i += 2;
		count--;
	}
	return count;
}

//#endregion
//#region src/utils/_getGraphemeCount/_getGraphemeCount.ts
let segmenter;
/**
* Returns the grapheme count of the input.
*
* @param input The input to be measured.
*
* @returns The grapheme count.
*
* @internal
*/
/* @__NO_SIDE_EFFECTS__ */
function _getGraphemeCount(input) {
	if (!segmenter) segmenter = new Intl.Segmenter();
	const segments = segmenter.segment(input);
	let count = 0;
	for (const _ of segments) count++;
	return count;
}

//#endregion
//#region src/utils/_getLastMetadata/_getLastMetadata.ts
/**
* Returns the last top-level value of a given metadata type from a schema
* using a breadth-first search that starts with the last item in the pipeline.
*
* @param schema The schema to search.
* @param type The metadata type.
*
* @returns The value, if any.
*
* @internal
*/
/* @__NO_SIDE_EFFECTS__ */
function _getLastMetadata(schema, type) {
	if ("pipe" in schema) {
		const nestedSchemas = [];
		for (let index = schema.pipe.length - 1; index >= 0; index--) {
			const item = schema.pipe[index];
			if (item.kind === "schema" && "pipe" in item) nestedSchemas.push(item);
			else if (item.kind === "metadata" && item.type === type) return item[type];
		}
		for (const nestedSchema of nestedSchemas) {
			const result = /* @__PURE__ */ _getLastMetadata(nestedSchema, type);
			if (result !== void 0) return result;
		}
	}
}

//#endregion
//#region src/utils/_getWordCount/_getWordCount.ts
let store;
/**
* Returns the word count of the input.
*
* @param locales The locales to be used.
* @param input The input to be measured.
*
* @returns The word count.
*
* @internal
*/
/* @__NO_SIDE_EFFECTS__ */
function _getWordCount(locales, input) {
	if (!store) store = /* @__PURE__ */ new Map();
	const key = String(locales);
	let segmenter$1 = store.get(key);
	if (!segmenter$1) {
		segmenter$1 = new Intl.Segmenter(locales, { granularity: "word" });
		store.set(key, segmenter$1);
	}
	const segments = segmenter$1.segment(input);
	let count = 0;
	for (const segment of segments) if (segment.isWordLike) count++;
	return count;
}

//#endregion
//#region src/utils/_isLuhnAlgo/_isLuhnAlgo.ts
/**
* Non-digit regex.
*/
const NON_DIGIT_REGEX = /\D/gu;
/**
* Checks whether a string with numbers corresponds to the luhn algorithm.
*
* @param input The input to be checked.
*
* @returns Whether input is valid.
*
* @internal
*/
/* @__NO_SIDE_EFFECTS__ */
function _isLuhnAlgo(input) {
	const number$1 = input.replace(NON_DIGIT_REGEX, "");
	let length$1 = number$1.length;
	let bit = 1;
	let sum = 0;
	while (length$1) {
		const value$1 = +number$1[--length$1];
		bit ^= 1;
		sum += bit ? [
			0,
			2,
			4,
			6,
			8,
			1,
			3,
			5,
			7,
			9
		][value$1] : value$1;
	}
	return sum % 10 === 0;
}

//#endregion
//#region src/utils/_isSameValueZero/_isSameValueZero.ts
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

//#endregion
//#region src/utils/_isValidObjectKey/_isValidObjectKey.ts
/**
* Disallows inherited object properties and prevents object prototype
* pollution by disallowing certain keys.
*
* @param object The object to check.
* @param key The key to check.
*
* @returns Whether the key is allowed.
*
* @internal
*/
/* @__NO_SIDE_EFFECTS__ */
function _isValidObjectKey(object$1, key) {
	return Object.prototype.hasOwnProperty.call(object$1, key) && key !== "__proto__" && key !== "prototype" && key !== "constructor";
}

//#endregion
//#region src/utils/_isValueMatch/_isValueMatch.ts
/**
* Checks whether a value matches a value action requirement.
*
* @param requirement The value action requirement.
* @param value The value to check.
*
* @returns Whether the value matches the requirement.
*
* @internal
*/
/* @__NO_SIDE_EFFECTS__ */
function _isValueMatch(requirement, value$1) {
	return Number.isNaN(requirement) && Number.isNaN(value$1) || requirement <= value$1 && requirement >= value$1;
}

//#endregion
//#region src/utils/_joinExpects/_joinExpects.ts
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

//#endregion
//#region src/utils/_standardSchema/_standardSchema.ts
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

//#endregion
//#region src/utils/entriesFromList/entriesFromList.ts
/**
* Creates an object entries definition from a list of keys and a schema.
*
* @param list A list of keys.
* @param schema The schema of the keys.
*
* @returns The object entries.
*/
/* @__NO_SIDE_EFFECTS__ */
function entriesFromList(list, schema) {
	const entries$1 = {};
	for (const key of list) entries$1[key] = schema;
	return entries$1;
}

//#endregion
//#region src/utils/entriesFromObjects/entriesFromObjects.ts
/* @__NO_SIDE_EFFECTS__ */
function entriesFromObjects(schemas) {
	const entries$1 = {};
	for (const schema of schemas) Object.assign(entries$1, schema.entries);
	return entries$1;
}

//#endregion
//#region src/utils/getDotPath/getDotPath.ts
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

//#endregion
//#region src/utils/isOfKind/isOfKind.ts
/**
* A generic type guard to check the kind of an object.
*
* @param kind The kind to check for.
* @param object The object to check.
*
* @returns Whether it matches.
*/
/* @__NO_SIDE_EFFECTS__ */
function isOfKind(kind, object$1) {
	return object$1.kind === kind;
}

//#endregion
//#region src/utils/isOfType/isOfType.ts
/**
* A generic type guard to check the type of an object.
*
* @param type The type to check for.
* @param object The object to check.
*
* @returns Whether it matches.
*/
/* @__NO_SIDE_EFFECTS__ */
function isOfType(type, object$1) {
	return object$1.type === type;
}

//#endregion
//#region src/utils/ValiError/ValiError.ts
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

//#endregion
//#region src/utils/isValiError/isValiError.ts
/**
* A type guard to check if an error is a ValiError.
*
* @param error The error to check.
*
* @returns Whether its a ValiError.
*/
/* @__NO_SIDE_EFFECTS__ */
function isValiError(error) {
	return error instanceof ValiError;
}

//#endregion
//#region src/actions/args/args.ts
/* @__NO_SIDE_EFFECTS__ */
function args(schema) {
	return {
		kind: "transformation",
		type: "args",
		reference: args,
		async: false,
		schema,
		"~run"(dataset, config$1) {
			const func = dataset.value;
			dataset.value = (...args_) => {
				const argsDataset = this.schema["~run"]({ value: args_ }, config$1);
				if (argsDataset.issues) throw new ValiError(argsDataset.issues);
				return func(...argsDataset.value);
			};
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/args/argsAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function argsAsync(schema) {
	return {
		kind: "transformation",
		type: "args",
		reference: argsAsync,
		async: false,
		schema,
		"~run"(dataset, config$1) {
			const func = dataset.value;
			dataset.value = async (...args$1) => {
				const argsDataset = await schema["~run"]({ value: args$1 }, config$1);
				if (argsDataset.issues) throw new ValiError(argsDataset.issues);
				return func(...argsDataset.value);
			};
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/await/awaitAsync.ts
/**
* Creates an await transformation action.
*
* @returns An await action.
*/
/* @__NO_SIDE_EFFECTS__ */
function awaitAsync() {
	return {
		kind: "transformation",
		type: "await",
		reference: awaitAsync,
		async: true,
		async "~run"(dataset) {
			dataset.value = await dataset.value;
			return dataset;
		}
	};
}

//#endregion
//#region src/regex.ts
/**
* [Base64](https://en.wikipedia.org/wiki/Base64) regex.
*/
const BASE64_REGEX = /^(?:[\da-z+/]{4})*(?:[\da-z+/]{2}==|[\da-z+/]{3}=)?$/iu;
/**
* [BIC](https://en.wikipedia.org/wiki/ISO_9362) regex.
*/
const BIC_REGEX = /^[A-Z]{6}(?!00)[\dA-Z]{2}(?:[\dA-Z]{3})?$/u;
/**
* [Cuid2](https://github.com/paralleldrive/cuid2) regex.
*/
const CUID2_REGEX = /^[a-z][\da-z]*$/u;
/**
* [Decimal](https://en.wikipedia.org/wiki/Decimal) regex.
*/
const DECIMAL_REGEX = /^[+-]?(?:\d*\.)?\d+$/u;
/**
* [Digits](https://en.wikipedia.org/wiki/Numerical_digit) regex.
*/
const DIGITS_REGEX = /^\d+$/u;
/**
* [Domain name](https://en.wikipedia.org/wiki/Domain_name) regex.
*
* Hint: We decided against the `i` flag for better JSON Schema compatibility.
* ASCII-only validation. Internationalized domain names (IDNs) are not
* supported, including Punycode-encoded labels.
*/
const DOMAIN_REGEX = /^(?=.{1,253}$)(?:(?![Xx][Nn]--)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$/u;
/**
* [Email address](https://en.wikipedia.org/wiki/Email_address) regex.
*
* Hint: We decided against the `i` flag to avoid matching non-ASCII characters.
*/
const EMAIL_REGEX = /^[\w+-]+(?:\.[\w+-]+)*@[\da-zA-Z]+(?:[.-][\da-zA-Z]+)*\.[a-zA-Z]{2,}$/u;
/**
* Emoji regex from [emoji-regex-xs](https://github.com/slevithan/emoji-regex-xs) v1.0.0 (MIT license).
*
* Hint: We decided against the newer `/^\p{RGI_Emoji}+$/v` regex because it is
* not supported in older runtimes and does not match all emoji.
*/
const EMOJI_REGEX = /^(?:[\u{1F1E6}-\u{1F1FF}]{2}|\u{1F3F4}[\u{E0061}-\u{E007A}]{2}[\u{E0030}-\u{E0039}\u{E0061}-\u{E007A}]{1,3}\u{E007F}|(?:\p{Emoji}\uFE0F\u20E3?|\p{Emoji_Modifier_Base}\p{Emoji_Modifier}?|(?![\p{Emoji_Modifier_Base}\u{1F1E6}-\u{1F1FF}])\p{Emoji_Presentation})(?:\u200D(?:\p{Emoji}\uFE0F\u20E3?|\p{Emoji_Modifier_Base}\p{Emoji_Modifier}?|(?![\p{Emoji_Modifier_Base}\u{1F1E6}-\u{1F1FF}])\p{Emoji_Presentation}))*)+$/u;
/**
* [Hexadecimal](https://en.wikipedia.org/wiki/Hexadecimal) regex.
*
* Hint: We decided against the `i` flag for better JSON Schema compatibility.
*/
const HEXADECIMAL_REGEX = /^(?:0[hx])?[\da-fA-F]+$/u;
/**
* [Hex color](https://en.wikipedia.org/wiki/Web_colors#Hex_triplet) regex.
*
* Hint: We decided against the `i` flag for better JSON Schema compatibility.
*/
const HEX_COLOR_REGEX = /^#(?:[\da-fA-F]{3,4}|[\da-fA-F]{6}|[\da-fA-F]{8})$/u;
/**
* [IMEI](https://en.wikipedia.org/wiki/International_Mobile_Equipment_Identity) regex.
*/
const IMEI_REGEX = /^\d{15}$|^\d{2}-\d{6}-\d{6}-\d$/u;
/**
* [IPv4](https://en.wikipedia.org/wiki/IPv4) regex.
*/
const IPV4_REGEX = /^(?:(?:[1-9]|1\d|2[0-4])?\d|25[0-5])(?:\.(?:(?:[1-9]|1\d|2[0-4])?\d|25[0-5])){3}$/u;
/**
* [IPv6](https://en.wikipedia.org/wiki/IPv6) regex.
*/
const IPV6_REGEX = /^(?:(?:[\da-f]{1,4}:){7}[\da-f]{1,4}|(?:[\da-f]{1,4}:){1,7}:|(?:[\da-f]{1,4}:){1,6}:[\da-f]{1,4}|(?:[\da-f]{1,4}:){1,5}(?::[\da-f]{1,4}){1,2}|(?:[\da-f]{1,4}:){1,4}(?::[\da-f]{1,4}){1,3}|(?:[\da-f]{1,4}:){1,3}(?::[\da-f]{1,4}){1,4}|(?:[\da-f]{1,4}:){1,2}(?::[\da-f]{1,4}){1,5}|[\da-f]{1,4}:(?::[\da-f]{1,4}){1,6}|:(?:(?::[\da-f]{1,4}){1,7}|:)|fe80:(?::[\da-f]{0,4}){0,4}%[\da-z]+|::(?:f{4}(?::0{1,4})?:)?(?:(?:25[0-5]|(?:2[0-4]|1?\d)?\d)\.){3}(?:25[0-5]|(?:2[0-4]|1?\d)?\d)|(?:[\da-f]{1,4}:){1,4}:(?:(?:25[0-5]|(?:2[0-4]|1?\d)?\d)\.){3}(?:25[0-5]|(?:2[0-4]|1?\d)?\d))$/iu;
/**
* [IP](https://en.wikipedia.org/wiki/IP_address) regex.
*/
const IP_REGEX = /^(?:(?:[1-9]|1\d|2[0-4])?\d|25[0-5])(?:\.(?:(?:[1-9]|1\d|2[0-4])?\d|25[0-5])){3}$|^(?:(?:[\da-f]{1,4}:){7}[\da-f]{1,4}|(?:[\da-f]{1,4}:){1,7}:|(?:[\da-f]{1,4}:){1,6}:[\da-f]{1,4}|(?:[\da-f]{1,4}:){1,5}(?::[\da-f]{1,4}){1,2}|(?:[\da-f]{1,4}:){1,4}(?::[\da-f]{1,4}){1,3}|(?:[\da-f]{1,4}:){1,3}(?::[\da-f]{1,4}){1,4}|(?:[\da-f]{1,4}:){1,2}(?::[\da-f]{1,4}){1,5}|[\da-f]{1,4}:(?::[\da-f]{1,4}){1,6}|:(?:(?::[\da-f]{1,4}){1,7}|:)|fe80:(?::[\da-f]{0,4}){0,4}%[\da-z]+|::(?:f{4}(?::0{1,4})?:)?(?:(?:25[0-5]|(?:2[0-4]|1?\d)?\d)\.){3}(?:25[0-5]|(?:2[0-4]|1?\d)?\d)|(?:[\da-f]{1,4}:){1,4}:(?:(?:25[0-5]|(?:2[0-4]|1?\d)?\d)\.){3}(?:25[0-5]|(?:2[0-4]|1?\d)?\d))$/iu;
/**
* [ISO 8601](https://en.wikipedia.org/wiki/ISO_8601) date regex.
*/
const ISO_DATE_REGEX = /^\d{4}-(?:0[1-9]|1[0-2])-(?:[12]\d|0[1-9]|3[01])$/u;
/**
* [ISO 8601](https://en.wikipedia.org/wiki/ISO_8601) date-time regex.
*/
const ISO_DATE_TIME_REGEX = /^\d{4}-(?:0[1-9]|1[0-2])-(?:[12]\d|0[1-9]|3[01])[T ](?:0\d|1\d|2[0-3]):[0-5]\d$/u;
/**
* [ISO 8601](https://en.wikipedia.org/wiki/ISO_8601) date-time with seconds regex.
*/
const ISO_DATE_TIME_SECOND_REGEX = /^\d{4}-(?:0[1-9]|1[0-2])-(?:[12]\d|0[1-9]|3[01])[T ](?:0\d|1\d|2[0-3])(?::[0-5]\d){2}$/u;
/**
* [ISO 8601](https://en.wikipedia.org/wiki/ISO_8601) time regex.
*/
const ISO_TIME_REGEX = /^(?:0\d|1\d|2[0-3]):[0-5]\d$/u;
/**
* [ISO 8601](https://en.wikipedia.org/wiki/ISO_8601) time with seconds regex.
*/
const ISO_TIME_SECOND_REGEX = /^(?:0\d|1\d|2[0-3])(?::[0-5]\d){2}$/u;
/**
* [ISO 8601](https://en.wikipedia.org/wiki/ISO_8601) timestamp regex. Allows a
* space as a date/time separator and an optional space before the UTC offset.
*/
const ISO_TIMESTAMP_REGEX = /^\d{4}-(?:0[1-9]|1[0-2])-(?:[12]\d|0[1-9]|3[01])[T ](?:0\d|1\d|2[0-3])(?::[0-5]\d){2}(?:\.\d{1,9})?(?:Z| ?[+-](?:0\d|1\d|2[0-3])(?::?[0-5]\d)?)$/u;
/**
* [ISO 8601](https://en.wikipedia.org/wiki/ISO_8601) week regex.
*/
const ISO_WEEK_REGEX = /^\d{4}-W(?:0[1-9]|[1-4]\d|5[0-3])$/u;
/**
* [JWS compact serialization](https://datatracker.ietf.org/doc/html/rfc7515#section-3.1)
* regex.
*
* Hint: Empty payload and signature segments are allowed because the
* Base64URL-encoded representation of an empty octet sequence is an empty
* string.
*/
const JWS_COMPACT_REGEX = /^(?:[\w-]{2,3}|(?:[\w-]{4})+(?:[\w-]{2,3})?)\.(?:[\w-]{2,3}|(?:[\w-]{4})+(?:[\w-]{2,3})?)?\.(?:[\w-]{2,3}|(?:[\w-]{4})+(?:[\w-]{2,3})?)?$/u;
/**
* [ISRC](https://en.wikipedia.org/wiki/International_Standard_Recording_Code) regex.
*/
const ISRC_REGEX = /^(?:[A-Z]{2}[A-Z\d]{3}\d{7}|[A-Z]{2}-[A-Z\d]{3}-\d{2}-\d{5})$/u;
/**
* [KSUID](https://github.com/segmentio/ksuid) regex.
*/
const KSUID_REGEX = /^[a-zA-Z0-9]{27}$/u;
/**
* [MAC](https://en.wikipedia.org/wiki/MAC_address) 48 bit regex.
*
* Hint: We decided against the `i` flag for better JSON Schema compatibility.
*/
const MAC48_REGEX = /^(?:[\da-fA-F]{2}:){5}[\da-fA-F]{2}$|^(?:[\da-fA-F]{2}-){5}[\da-fA-F]{2}$|^(?:[\da-fA-F]{4}\.){2}[\da-fA-F]{4}$/u;
/**
* [MAC](https://en.wikipedia.org/wiki/MAC_address) 64 bit regex.
*
* Hint: We decided against the `i` flag for better JSON Schema compatibility.
*/
const MAC64_REGEX = /^(?:[\da-fA-F]{2}:){7}[\da-fA-F]{2}$|^(?:[\da-fA-F]{2}-){7}[\da-fA-F]{2}$|^(?:[\da-fA-F]{4}\.){3}[\da-fA-F]{4}$|^(?:[\da-fA-F]{4}:){3}[\da-fA-F]{4}$/u;
/**
* [MAC](https://en.wikipedia.org/wiki/MAC_address) regex.
*
* Hint: We decided against the `i` flag for better JSON Schema compatibility.
*/
const MAC_REGEX = /^(?:[\da-fA-F]{2}:){5}[\da-fA-F]{2}$|^(?:[\da-fA-F]{2}-){5}[\da-fA-F]{2}$|^(?:[\da-fA-F]{4}\.){2}[\da-fA-F]{4}$|^(?:[\da-fA-F]{2}:){7}[\da-fA-F]{2}$|^(?:[\da-fA-F]{2}-){7}[\da-fA-F]{2}$|^(?:[\da-fA-F]{4}\.){3}[\da-fA-F]{4}$|^(?:[\da-fA-F]{4}:){3}[\da-fA-F]{4}$/u;
/**
* [Nano ID](https://github.com/ai/nanoid) regex.
*/
const NANO_ID_REGEX = /^[\w-]+$/u;
/**
* [Octal](https://en.wikipedia.org/wiki/Octal) regex.
*/
const OCTAL_REGEX = /^(?:0o)?[0-7]+$/u;
/**
* [RFC 5322 email address](https://datatracker.ietf.org/doc/html/rfc5322#section-3.4.1) regex.
*
* Hint: This regex was taken from the [HTML Living Standard Specification](https://html.spec.whatwg.org/multipage/input.html#valid-e-mail-address) and does not perfectly represent RFC 5322.
*/
const RFC_EMAIL_REGEX = /^[a-zA-Z0-9.!#$%&'*+\/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/;
/**
* [Slug](https://en.wikipedia.org/wiki/Clean_URL#Slug) regex.
*/
const SLUG_REGEX = /^[\da-z]+(?:[-_][\da-z]+)*$/u;
/**
* [ULID](https://github.com/ulid/spec) regex.
*
* Hint: We decided against the `i` flag for better JSON Schema compatibility.
* Hint: The first character is restricted to `[0-7]` because the 48-bit
* timestamp cannot exceed 2^48-1, making the maximum valid ULID
* `7ZZZZZZZZZZZZZZZZZZZZZZZZZ` in Crockford's Base32 encoding.
*/
const ULID_REGEX = /^[0-7][\da-hjkmnp-tv-zA-HJKMNP-TV-Z]{25}$/u;
/**
* [UUID](https://en.wikipedia.org/wiki/Universally_unique_identifier) regex.
*/
const UUID_REGEX = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/iu;

//#endregion
//#region src/actions/base64/base64.ts
/* @__NO_SIDE_EFFECTS__ */
function base64(message$1) {
	return {
		kind: "validation",
		type: "base64",
		reference: base64,
		async: false,
		expects: null,
		requirement: BASE64_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "Base64", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/bic/bic.ts
/* @__NO_SIDE_EFFECTS__ */
function bic(message$1) {
	return {
		kind: "validation",
		type: "bic",
		reference: bic,
		async: false,
		expects: null,
		requirement: BIC_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "BIC", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/brand/brand.ts
/**
* Creates a brand transformation action.
*
* @param name The brand name.
*
* @returns A brand action.
*/
/* @__NO_SIDE_EFFECTS__ */
function brand(name) {
	return {
		kind: "transformation",
		type: "brand",
		reference: brand,
		async: false,
		name,
		"~run"(dataset) {
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/bytes/bytes.ts
/* @__NO_SIDE_EFFECTS__ */
function bytes(requirement, message$1) {
	return {
		kind: "validation",
		type: "bytes",
		reference: bytes,
		async: false,
		expects: `${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed) {
				const length$1 = /* @__PURE__ */ _getByteCount(dataset.value);
				if (length$1 !== this.requirement) _addIssue(this, "bytes", dataset, config$1, { received: `${length$1}` });
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/check/check.ts
/* @__NO_SIDE_EFFECTS__ */
function check(requirement, message$1) {
	return {
		kind: "validation",
		type: "check",
		reference: check,
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

//#endregion
//#region src/actions/check/checkAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function checkAsync(requirement, message$1) {
	return {
		kind: "validation",
		type: "check",
		reference: checkAsync,
		async: true,
		expects: null,
		requirement,
		message: message$1,
		async "~run"(dataset, config$1) {
			if (dataset.typed && !await this.requirement(dataset.value)) _addIssue(this, "input", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/checkItems/checkItems.ts
/* @__NO_SIDE_EFFECTS__ */
function checkItems(requirement, message$1) {
	return {
		kind: "validation",
		type: "check_items",
		reference: checkItems,
		async: false,
		expects: null,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed) for (let index = 0; index < dataset.value.length; index++) {
				const item = dataset.value[index];
				if (!this.requirement(item, index, dataset.value)) _addIssue(this, "item", dataset, config$1, {
					input: item,
					path: [{
						type: "array",
						origin: "value",
						input: dataset.value,
						key: index,
						value: item
					}]
				});
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/checkItems/checkItemsAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function checkItemsAsync(requirement, message$1) {
	return {
		kind: "validation",
		type: "check_items",
		reference: checkItemsAsync,
		async: true,
		expects: null,
		requirement,
		message: message$1,
		async "~run"(dataset, config$1) {
			if (dataset.typed) {
				const requirementResults = await Promise.all(dataset.value.map(this.requirement));
				for (let index = 0; index < dataset.value.length; index++) if (!requirementResults[index]) {
					const item = dataset.value[index];
					_addIssue(this, "item", dataset, config$1, {
						input: item,
						path: [{
							type: "array",
							origin: "value",
							input: dataset.value,
							key: index,
							value: item
						}]
					});
				}
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/codePoints/codePoints.ts
/* @__NO_SIDE_EFFECTS__ */
function codePoints(requirement, message$1) {
	return {
		kind: "validation",
		type: "code_points",
		reference: codePoints,
		async: false,
		expects: `${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed) {
				const count = /* @__PURE__ */ _getCodePointCount(dataset.value);
				if (count !== this.requirement) _addIssue(this, "code points", dataset, config$1, { received: `${count}` });
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/creditCard/creditCard.ts
/**
* Credit card regex.
*/
const CREDIT_CARD_REGEX = /^(?:\d{13,19}|\d{4}(?: \d{3,6}){2,4}|\d{4}(?:-\d{3,6}){2,4})$/u;
/**
* Sanitize regex.
*/
const SANITIZE_REGEX = /[- ]/gu;
/**
* Provider regex list.
*/
const PROVIDER_REGEX_LIST = (/* unused pure expression or super */ null && ([
	/^3[47]\d{13}$/u,
	/^3(?:0[0-5]|[68]\d)\d{11,13}$/u,
	/^6(?:011|5\d{2})\d{12,15}$/u,
	/^(?:2131|1800|35\d{3})\d{11}$/u,
	/^(?:5[1-5]\d{2}|222\d|22[3-9]\d|2[3-6]\d{2}|27[01]\d|2720)\d{12}$/u,
	/^(?:6[27]\d{14,17}|81\d{14,17})$/u,
	/^4\d{12}(?:\d{3,6})?$/u
]));
/* @__NO_SIDE_EFFECTS__ */
function creditCard(message$1) {
	return {
		kind: "validation",
		type: "credit_card",
		reference: creditCard,
		async: false,
		expects: null,
		requirement(input) {
			let sanitized;
			return CREDIT_CARD_REGEX.test(input) && (sanitized = input.replace(SANITIZE_REGEX, "")) && PROVIDER_REGEX_LIST.some((regex$1) => regex$1.test(sanitized)) && /* @__PURE__ */ _isLuhnAlgo(sanitized);
		},
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement(dataset.value)) _addIssue(this, "credit card", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/cuid2/cuid2.ts
/* @__NO_SIDE_EFFECTS__ */
function cuid2(message$1) {
	return {
		kind: "validation",
		type: "cuid2",
		reference: cuid2,
		async: false,
		expects: null,
		requirement: CUID2_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "Cuid2", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/decimal/decimal.ts
/* @__NO_SIDE_EFFECTS__ */
function decimal(message$1) {
	return {
		kind: "validation",
		type: "decimal",
		reference: decimal,
		async: false,
		expects: null,
		requirement: DECIMAL_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "decimal", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/description/description.ts
/**
* Creates a description metadata action.
*
* @param description_ The description text.
*
* @returns A description action.
*/
/* @__NO_SIDE_EFFECTS__ */
function description(description_) {
	return {
		kind: "metadata",
		type: "description",
		reference: description,
		description: description_
	};
}

//#endregion
//#region src/actions/digits/digits.ts
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

//#endregion
//#region src/actions/domain/domain.ts
/* @__NO_SIDE_EFFECTS__ */
function domain(message$1) {
	return {
		kind: "validation",
		type: "domain",
		reference: domain,
		expects: null,
		async: false,
		requirement: DOMAIN_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "domain", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/email/email.ts
/* @__NO_SIDE_EFFECTS__ */
function email(message$1) {
	return {
		kind: "validation",
		type: "email",
		reference: email,
		expects: null,
		async: false,
		requirement: EMAIL_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "email", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/emoji/emoji.ts
/* @__NO_SIDE_EFFECTS__ */
function emoji(message$1) {
	return {
		kind: "validation",
		type: "emoji",
		reference: emoji,
		async: false,
		expects: null,
		requirement: EMOJI_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "emoji", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/empty/empty.ts
/* @__NO_SIDE_EFFECTS__ */
function empty(message$1) {
	return {
		kind: "validation",
		type: "empty",
		reference: empty,
		async: false,
		expects: "0",
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && dataset.value.length > 0) _addIssue(this, "length", dataset, config$1, { received: `${dataset.value.length}` });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/endsWith/endsWith.ts
/* @__NO_SIDE_EFFECTS__ */
function endsWith(requirement, message$1) {
	return {
		kind: "validation",
		type: "ends_with",
		reference: endsWith,
		async: false,
		expects: `"${requirement}"`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !dataset.value.endsWith(this.requirement)) _addIssue(this, "end", dataset, config$1, { received: `"${dataset.value.slice(-this.requirement.length)}"` });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/entries/entries.ts
/* @__NO_SIDE_EFFECTS__ */
function entries(requirement, message$1) {
	return {
		kind: "validation",
		type: "entries",
		reference: entries,
		async: false,
		expects: `${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (!dataset.typed) return dataset;
			const count = Object.keys(dataset.value).length;
			if (dataset.typed && count !== this.requirement) _addIssue(this, "entries", dataset, config$1, { received: `${count}` });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/everyItem/everyItem.ts
/* @__NO_SIDE_EFFECTS__ */
function everyItem(requirement, message$1) {
	return {
		kind: "validation",
		type: "every_item",
		reference: everyItem,
		async: false,
		expects: null,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !dataset.value.every(this.requirement)) _addIssue(this, "item", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/examples/examples.ts
/**
* Creates an examples metadata action.
*
* @param examples_ The examples.
*
* @returns An examples action.
*
* @beta
*/
/* @__NO_SIDE_EFFECTS__ */
function examples(examples_) {
	return {
		kind: "metadata",
		type: "examples",
		reference: examples,
		examples: examples_
	};
}

//#endregion
//#region src/actions/excludes/excludes.ts
/* @__NO_SIDE_EFFECTS__ */
function excludes(requirement, message$1) {
	const received = /* @__PURE__ */ _stringify(requirement);
	return {
		kind: "validation",
		type: "excludes",
		reference: excludes,
		async: false,
		expects: `!${received}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && dataset.value.includes(this.requirement)) _addIssue(this, "content", dataset, config$1, { received });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/filterItems/filterItems.ts
/* @__NO_SIDE_EFFECTS__ */
function filterItems(operation) {
	return {
		kind: "transformation",
		type: "filter_items",
		reference: filterItems,
		async: false,
		operation,
		"~run"(dataset) {
			dataset.value = dataset.value.filter(this.operation);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/findItem/findItem.ts
/* @__NO_SIDE_EFFECTS__ */
function findItem(operation) {
	return {
		kind: "transformation",
		type: "find_item",
		reference: findItem,
		async: false,
		operation,
		"~run"(dataset) {
			dataset.value = dataset.value.find(this.operation);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/finite/finite.ts
/* @__NO_SIDE_EFFECTS__ */
function finite(message$1) {
	return {
		kind: "validation",
		type: "finite",
		reference: finite,
		async: false,
		expects: null,
		requirement: Number.isFinite,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement(dataset.value)) _addIssue(this, "finite", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/flavor/flavor.ts
/**
* Creates a flavor transformation action.
*
* @param name The flavor name.
*
* @returns A flavor action.
*
* @beta
*/
/* @__NO_SIDE_EFFECTS__ */
function flavor(name) {
	return {
		kind: "transformation",
		type: "flavor",
		reference: flavor,
		async: false,
		name,
		"~run"(dataset) {
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/graphemes/graphemes.ts
/* @__NO_SIDE_EFFECTS__ */
function graphemes(requirement, message$1) {
	return {
		kind: "validation",
		type: "graphemes",
		reference: graphemes,
		async: false,
		expects: `${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed) {
				const count = /* @__PURE__ */ _getGraphemeCount(dataset.value);
				if (count !== this.requirement) _addIssue(this, "graphemes", dataset, config$1, { received: `${count}` });
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/gtValue/gtValue.ts
/* @__NO_SIDE_EFFECTS__ */
function gtValue(requirement, message$1) {
	return {
		kind: "validation",
		type: "gt_value",
		reference: gtValue,
		async: false,
		expects: `>${requirement instanceof Date ? requirement.toJSON() : /* @__PURE__ */ _stringify(requirement)}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !(dataset.value > this.requirement)) _addIssue(this, "value", dataset, config$1, { received: dataset.value instanceof Date ? dataset.value.toJSON() : /* @__PURE__ */ _stringify(dataset.value) });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/guard/guard.ts
/* @__NO_SIDE_EFFECTS__ */
function guard(requirement, message$1) {
	return {
		kind: "transformation",
		type: "guard",
		reference: guard,
		async: false,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement(dataset.value)) {
				_addIssue(this, "input", dataset, config$1);
				dataset.typed = false;
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/hash/hash.ts
/**
* Hash lengths object.
*/
const HASH_LENGTHS = {
	md4: 32,
	md5: 32,
	sha1: 40,
	sha256: 64,
	sha384: 96,
	sha512: 128,
	ripemd128: 32,
	ripemd160: 40,
	tiger128: 32,
	tiger160: 40,
	tiger192: 48,
	crc32: 8,
	crc32b: 8,
	adler32: 8
};
/* @__NO_SIDE_EFFECTS__ */
function hash(types, message$1) {
	return {
		kind: "validation",
		type: "hash",
		reference: hash,
		expects: null,
		async: false,
		requirement: RegExp(types.map((type) => `^[a-fA-F0-9]{${HASH_LENGTHS[type]}}$`).join("|"), "u"),
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "hash", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/hexadecimal/hexadecimal.ts
/* @__NO_SIDE_EFFECTS__ */
function hexadecimal(message$1) {
	return {
		kind: "validation",
		type: "hexadecimal",
		reference: hexadecimal,
		async: false,
		expects: null,
		requirement: HEXADECIMAL_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "hexadecimal", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/hexColor/hexColor.ts
/* @__NO_SIDE_EFFECTS__ */
function hexColor(message$1) {
	return {
		kind: "validation",
		type: "hex_color",
		reference: hexColor,
		async: false,
		expects: null,
		requirement: HEX_COLOR_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "hex color", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/imei/imei.ts
/* @__NO_SIDE_EFFECTS__ */
function imei(message$1) {
	return {
		kind: "validation",
		type: "imei",
		reference: imei,
		async: false,
		expects: null,
		requirement(input) {
			return IMEI_REGEX.test(input) && /* @__PURE__ */ _isLuhnAlgo(input);
		},
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement(dataset.value)) _addIssue(this, "IMEI", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/includes/includes.ts
/* @__NO_SIDE_EFFECTS__ */
function includes(requirement, message$1) {
	const expects = /* @__PURE__ */ _stringify(requirement);
	return {
		kind: "validation",
		type: "includes",
		reference: includes,
		async: false,
		expects,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !dataset.value.includes(this.requirement)) _addIssue(this, "content", dataset, config$1, { received: `!${expects}` });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/integer/integer.ts
/* @__NO_SIDE_EFFECTS__ */
function integer(message$1) {
	return {
		kind: "validation",
		type: "integer",
		reference: integer,
		async: false,
		expects: null,
		requirement: Number.isInteger,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement(dataset.value)) _addIssue(this, "integer", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/ip/ip.ts
/* @__NO_SIDE_EFFECTS__ */
function ip(message$1) {
	return {
		kind: "validation",
		type: "ip",
		reference: ip,
		async: false,
		expects: null,
		requirement: IP_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "IP", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/ipv4/ipv4.ts
/* @__NO_SIDE_EFFECTS__ */
function ipv4(message$1) {
	return {
		kind: "validation",
		type: "ipv4",
		reference: ipv4,
		async: false,
		expects: null,
		requirement: IPV4_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "IPv4", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/ipv6/ipv6.ts
/* @__NO_SIDE_EFFECTS__ */
function ipv6(message$1) {
	return {
		kind: "validation",
		type: "ipv6",
		reference: ipv6,
		async: false,
		expects: null,
		requirement: IPV6_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "IPv6", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/isbn/utils/_isIsbn10.ts
/**
* [Validates an ISBN-10](https://en.wikipedia.org/wiki/ISBN#ISBN-10_check_digits).
*
* @param input The input value.
*
* @returns `true` if the input is a valid ISBN-10, `false` otherwise.
*
* @internal
*/
function _isIsbn10(input) {
	const digits$1 = input.split("").map((c) => c === "X" ? 10 : parseInt(c));
	let sum = 0;
	for (let i = 0; i < 10; i++) sum += digits$1[i] * (10 - i);
	return sum % 11 === 0;
}

//#endregion
//#region src/actions/isbn/utils/_isIsbn13.ts
/**
* [Validates an ISBN-13](https://en.wikipedia.org/wiki/ISBN#ISBN-13_check_digit_calculation).
*
* @param input The input value.
*
* @returns `true` if the input is a valid ISBN-13, `false` otherwise.
*
* @internal
*/
function _isIsbn13(input) {
	const digits$1 = input.split("").map((c) => parseInt(c));
	let sum = 0;
	for (let i = 0; i < 13; i++) sum += digits$1[i] * (i % 2 === 0 ? 1 : 3);
	return sum % 10 === 0;
}

//#endregion
//#region src/actions/isbn/isbn.ts
/**
* ISBN separator regex.
*/
const ISBN_SEPARATOR_REGEX = /[- ]/gu;
/**
* ISBN-10 detection regex.
*/
const ISBN_10_DETECTION_REGEX = /^\d{9}[\dX]$/u;
/**
* ISBN-13 detection regex.
*/
const ISBN_13_DETECTION_REGEX = /^\d{13}$/u;
/* @__NO_SIDE_EFFECTS__ */
function isbn(message$1) {
	return {
		kind: "validation",
		type: "isbn",
		reference: isbn,
		async: false,
		expects: null,
		requirement(input) {
			const replacedInput = input.replace(ISBN_SEPARATOR_REGEX, "");
			if (ISBN_10_DETECTION_REGEX.test(replacedInput)) return _isIsbn10(replacedInput);
			else if (ISBN_13_DETECTION_REGEX.test(replacedInput)) return _isIsbn13(replacedInput);
			return false;
		},
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement(dataset.value)) _addIssue(this, "ISBN", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/isrc/isrc.ts
/* @__NO_SIDE_EFFECTS__ */
function isrc(message$1) {
	return {
		kind: "validation",
		type: "isrc",
		reference: isrc,
		async: false,
		expects: null,
		requirement: ISRC_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "ISRC", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/isoDate/isoDate.ts
/* @__NO_SIDE_EFFECTS__ */
function isoDate(message$1) {
	return {
		kind: "validation",
		type: "iso_date",
		reference: isoDate,
		async: false,
		expects: null,
		requirement: ISO_DATE_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "date", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/isoDateTime/isoDateTime.ts
/* @__NO_SIDE_EFFECTS__ */
function isoDateTime(message$1) {
	return {
		kind: "validation",
		type: "iso_date_time",
		reference: isoDateTime,
		async: false,
		expects: null,
		requirement: ISO_DATE_TIME_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "date-time", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/isoDateTimeSecond/isoDateTimeSecond.ts
/* @__NO_SIDE_EFFECTS__ */
function isoDateTimeSecond(message$1) {
	return {
		kind: "validation",
		type: "iso_date_time_second",
		reference: isoDateTimeSecond,
		async: false,
		expects: null,
		requirement: ISO_DATE_TIME_SECOND_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "date-time-second", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/isoTime/isoTime.ts
/* @__NO_SIDE_EFFECTS__ */
function isoTime(message$1) {
	return {
		kind: "validation",
		type: "iso_time",
		reference: isoTime,
		async: false,
		expects: null,
		requirement: ISO_TIME_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "time", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/isoTimeSecond/isoTimeSecond.ts
/* @__NO_SIDE_EFFECTS__ */
function isoTimeSecond(message$1) {
	return {
		kind: "validation",
		type: "iso_time_second",
		reference: isoTimeSecond,
		async: false,
		expects: null,
		requirement: ISO_TIME_SECOND_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "time-second", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/isoTimestamp/isoTimestamp.ts
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

//#endregion
//#region src/actions/isoWeek/isoWeek.ts
/* @__NO_SIDE_EFFECTS__ */
function isoWeek(message$1) {
	return {
		kind: "validation",
		type: "iso_week",
		reference: isoWeek,
		async: false,
		expects: null,
		requirement: ISO_WEEK_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "week", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/jwsCompact/jwsCompact.ts
/* @__NO_SIDE_EFFECTS__ */
function jwsCompact(message$1) {
	return {
		kind: "validation",
		type: "jws_compact",
		reference: jwsCompact,
		async: false,
		expects: null,
		requirement: JWS_COMPACT_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "JWS compact", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/ksuid/ksuid.ts
/* @__NO_SIDE_EFFECTS__ */
function ksuid(message$1) {
	return {
		kind: "validation",
		type: "ksuid",
		reference: ksuid,
		async: false,
		expects: null,
		requirement: KSUID_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "KSUID", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/length/length.ts
/* @__NO_SIDE_EFFECTS__ */
function length(requirement, message$1) {
	return {
		kind: "validation",
		type: "length",
		reference: length,
		async: false,
		expects: `${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && dataset.value.length !== this.requirement) _addIssue(this, "length", dataset, config$1, { received: `${dataset.value.length}` });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/ltValue/ltValue.ts
/* @__NO_SIDE_EFFECTS__ */
function ltValue(requirement, message$1) {
	return {
		kind: "validation",
		type: "lt_value",
		reference: ltValue,
		async: false,
		expects: `<${requirement instanceof Date ? requirement.toJSON() : /* @__PURE__ */ _stringify(requirement)}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !(dataset.value < this.requirement)) _addIssue(this, "value", dataset, config$1, { received: dataset.value instanceof Date ? dataset.value.toJSON() : /* @__PURE__ */ _stringify(dataset.value) });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/mac/mac.ts
/* @__NO_SIDE_EFFECTS__ */
function mac(message$1) {
	return {
		kind: "validation",
		type: "mac",
		reference: mac,
		async: false,
		expects: null,
		requirement: MAC_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "MAC", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/mac48/mac48.ts
/* @__NO_SIDE_EFFECTS__ */
function mac48(message$1) {
	return {
		kind: "validation",
		type: "mac48",
		reference: mac48,
		async: false,
		expects: null,
		requirement: MAC48_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "48-bit MAC", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/mac64/mac64.ts
/* @__NO_SIDE_EFFECTS__ */
function mac64(message$1) {
	return {
		kind: "validation",
		type: "mac64",
		reference: mac64,
		async: false,
		expects: null,
		requirement: MAC64_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "64-bit MAC", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/mapItems/mapItems.ts
/* @__NO_SIDE_EFFECTS__ */
function mapItems(operation) {
	return {
		kind: "transformation",
		type: "map_items",
		reference: mapItems,
		async: false,
		operation,
		"~run"(dataset) {
			dataset.value = dataset.value.map(this.operation);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/maxBytes/maxBytes.ts
/* @__NO_SIDE_EFFECTS__ */
function maxBytes(requirement, message$1) {
	return {
		kind: "validation",
		type: "max_bytes",
		reference: maxBytes,
		async: false,
		expects: `<=${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed) {
				const length$1 = /* @__PURE__ */ _getByteCount(dataset.value);
				if (length$1 > this.requirement) _addIssue(this, "bytes", dataset, config$1, { received: `${length$1}` });
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/maxCodePoints/maxCodePoints.ts
/* @__NO_SIDE_EFFECTS__ */
function maxCodePoints(requirement, message$1) {
	return {
		kind: "validation",
		type: "max_code_points",
		reference: maxCodePoints,
		async: false,
		expects: `<=${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed) {
				const count = /* @__PURE__ */ _getCodePointCount(dataset.value);
				if (count > this.requirement) _addIssue(this, "code points", dataset, config$1, { received: `${count}` });
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/maxEntries/maxEntries.ts
/* @__NO_SIDE_EFFECTS__ */
function maxEntries(requirement, message$1) {
	return {
		kind: "validation",
		type: "max_entries",
		reference: maxEntries,
		async: false,
		expects: `<=${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (!dataset.typed) return dataset;
			const count = Object.keys(dataset.value).length;
			if (dataset.typed && count > this.requirement) _addIssue(this, "entries", dataset, config$1, { received: `${count}` });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/maxGraphemes/maxGraphemes.ts
/* @__NO_SIDE_EFFECTS__ */
function maxGraphemes(requirement, message$1) {
	return {
		kind: "validation",
		type: "max_graphemes",
		reference: maxGraphemes,
		async: false,
		expects: `<=${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed) {
				const count = /* @__PURE__ */ _getGraphemeCount(dataset.value);
				if (count > this.requirement) _addIssue(this, "graphemes", dataset, config$1, { received: `${count}` });
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/maxLength/maxLength.ts
/* @__NO_SIDE_EFFECTS__ */
function maxLength(requirement, message$1) {
	return {
		kind: "validation",
		type: "max_length",
		reference: maxLength,
		async: false,
		expects: `<=${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && dataset.value.length > this.requirement) _addIssue(this, "length", dataset, config$1, { received: `${dataset.value.length}` });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/maxSize/maxSize.ts
/* @__NO_SIDE_EFFECTS__ */
function maxSize(requirement, message$1) {
	return {
		kind: "validation",
		type: "max_size",
		reference: maxSize,
		async: false,
		expects: `<=${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && dataset.value.size > this.requirement) _addIssue(this, "size", dataset, config$1, { received: `${dataset.value.size}` });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/maxValue/maxValue.ts
/* @__NO_SIDE_EFFECTS__ */
function maxValue(requirement, message$1) {
	return {
		kind: "validation",
		type: "max_value",
		reference: maxValue,
		async: false,
		expects: `<=${requirement instanceof Date ? requirement.toJSON() : /* @__PURE__ */ _stringify(requirement)}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !(dataset.value <= this.requirement)) _addIssue(this, "value", dataset, config$1, { received: dataset.value instanceof Date ? dataset.value.toJSON() : /* @__PURE__ */ _stringify(dataset.value) });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/maxWords/maxWords.ts
/* @__NO_SIDE_EFFECTS__ */
function maxWords(locales, requirement, message$1) {
	return {
		kind: "validation",
		type: "max_words",
		reference: maxWords,
		async: false,
		expects: `<=${requirement}`,
		locales,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed) {
				const count = /* @__PURE__ */ _getWordCount(this.locales, dataset.value);
				if (count > this.requirement) _addIssue(this, "words", dataset, config$1, { received: `${count}` });
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/metadata/metadata.ts
/**
* Creates a custom metadata action.
*
* @param metadata_ The metadata object.
*
* @returns A metadata action.
*/
/* @__NO_SIDE_EFFECTS__ */
function metadata(metadata_) {
	return {
		kind: "metadata",
		type: "metadata",
		reference: metadata,
		metadata: metadata_
	};
}

//#endregion
//#region src/actions/mimeType/mimeType.ts
/* @__NO_SIDE_EFFECTS__ */
function mimeType(requirement, message$1) {
	return {
		kind: "validation",
		type: "mime_type",
		reference: mimeType,
		async: false,
		expects: /* @__PURE__ */ _joinExpects(requirement.map((option) => `"${option}"`), "|"),
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.includes(dataset.value.type)) _addIssue(this, "MIME type", dataset, config$1, { received: `"${dataset.value.type}"` });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/minBytes/minBytes.ts
/* @__NO_SIDE_EFFECTS__ */
function minBytes(requirement, message$1) {
	return {
		kind: "validation",
		type: "min_bytes",
		reference: minBytes,
		async: false,
		expects: `>=${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed) {
				const length$1 = /* @__PURE__ */ _getByteCount(dataset.value);
				if (length$1 < this.requirement) _addIssue(this, "bytes", dataset, config$1, { received: `${length$1}` });
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/minCodePoints/minCodePoints.ts
/* @__NO_SIDE_EFFECTS__ */
function minCodePoints(requirement, message$1) {
	return {
		kind: "validation",
		type: "min_code_points",
		reference: minCodePoints,
		async: false,
		expects: `>=${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed) {
				const count = /* @__PURE__ */ _getCodePointCount(dataset.value);
				if (count < this.requirement) _addIssue(this, "code points", dataset, config$1, { received: `${count}` });
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/minEntries/minEntries.ts
/* @__NO_SIDE_EFFECTS__ */
function minEntries(requirement, message$1) {
	return {
		kind: "validation",
		type: "min_entries",
		reference: minEntries,
		async: false,
		expects: `>=${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (!dataset.typed) return dataset;
			const count = Object.keys(dataset.value).length;
			if (dataset.typed && count < this.requirement) _addIssue(this, "entries", dataset, config$1, { received: `${count}` });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/minGraphemes/minGraphemes.ts
/* @__NO_SIDE_EFFECTS__ */
function minGraphemes(requirement, message$1) {
	return {
		kind: "validation",
		type: "min_graphemes",
		reference: minGraphemes,
		async: false,
		expects: `>=${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed) {
				const count = /* @__PURE__ */ _getGraphemeCount(dataset.value);
				if (count < this.requirement) _addIssue(this, "graphemes", dataset, config$1, { received: `${count}` });
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/minLength/minLength.ts
/* @__NO_SIDE_EFFECTS__ */
function minLength(requirement, message$1) {
	return {
		kind: "validation",
		type: "min_length",
		reference: minLength,
		async: false,
		expects: `>=${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && dataset.value.length < this.requirement) _addIssue(this, "length", dataset, config$1, { received: `${dataset.value.length}` });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/minSize/minSize.ts
/* @__NO_SIDE_EFFECTS__ */
function minSize(requirement, message$1) {
	return {
		kind: "validation",
		type: "min_size",
		reference: minSize,
		async: false,
		expects: `>=${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && dataset.value.size < this.requirement) _addIssue(this, "size", dataset, config$1, { received: `${dataset.value.size}` });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/minValue/minValue.ts
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

//#endregion
//#region src/actions/minWords/minWords.ts
/* @__NO_SIDE_EFFECTS__ */
function minWords(locales, requirement, message$1) {
	return {
		kind: "validation",
		type: "min_words",
		reference: minWords,
		async: false,
		expects: `>=${requirement}`,
		locales,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed) {
				const count = /* @__PURE__ */ _getWordCount(this.locales, dataset.value);
				if (count < this.requirement) _addIssue(this, "words", dataset, config$1, { received: `${count}` });
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/multipleOf/multipleOf.ts
/* @__NO_SIDE_EFFECTS__ */
function multipleOf(requirement, message$1) {
	return {
		kind: "validation",
		type: "multiple_of",
		reference: multipleOf,
		async: false,
		expects: `%${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && dataset.value % this.requirement != 0) _addIssue(this, "multiple", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/nanoid/nanoid.ts
/* @__NO_SIDE_EFFECTS__ */
function nanoid(message$1) {
	return {
		kind: "validation",
		type: "nanoid",
		reference: nanoid,
		async: false,
		expects: null,
		requirement: NANO_ID_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "Nano ID", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/nonEmpty/nonEmpty.ts
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

//#endregion
//#region src/actions/normalize/normalize.ts
/* @__NO_SIDE_EFFECTS__ */
function normalize(form) {
	return {
		kind: "transformation",
		type: "normalize",
		reference: normalize,
		async: false,
		form,
		"~run"(dataset) {
			dataset.value = dataset.value.normalize(this.form);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/notBytes/notBytes.ts
/* @__NO_SIDE_EFFECTS__ */
function notBytes(requirement, message$1) {
	return {
		kind: "validation",
		type: "not_bytes",
		reference: notBytes,
		async: false,
		expects: `!${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed) {
				const length$1 = /* @__PURE__ */ _getByteCount(dataset.value);
				if (length$1 === this.requirement) _addIssue(this, "bytes", dataset, config$1, { received: `${length$1}` });
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/notCodePoints/notCodePoints.ts
/* @__NO_SIDE_EFFECTS__ */
function notCodePoints(requirement, message$1) {
	return {
		kind: "validation",
		type: "not_code_points",
		reference: notCodePoints,
		async: false,
		expects: `!${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed) {
				const count = /* @__PURE__ */ _getCodePointCount(dataset.value);
				if (count === this.requirement) _addIssue(this, "code points", dataset, config$1, { received: `${count}` });
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/notEntries/notEntries.ts
/* @__NO_SIDE_EFFECTS__ */
function notEntries(requirement, message$1) {
	return {
		kind: "validation",
		type: "not_entries",
		reference: notEntries,
		async: false,
		expects: `!${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (!dataset.typed) return dataset;
			const count = Object.keys(dataset.value).length;
			if (dataset.typed && count === this.requirement) _addIssue(this, "entries", dataset, config$1, { received: `${count}` });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/notGraphemes/notGraphemes.ts
/* @__NO_SIDE_EFFECTS__ */
function notGraphemes(requirement, message$1) {
	return {
		kind: "validation",
		type: "not_graphemes",
		reference: notGraphemes,
		async: false,
		expects: `!${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed) {
				const count = /* @__PURE__ */ _getGraphemeCount(dataset.value);
				if (count === this.requirement) _addIssue(this, "graphemes", dataset, config$1, { received: `${count}` });
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/notLength/notLength.ts
/* @__NO_SIDE_EFFECTS__ */
function notLength(requirement, message$1) {
	return {
		kind: "validation",
		type: "not_length",
		reference: notLength,
		async: false,
		expects: `!${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && dataset.value.length === this.requirement) _addIssue(this, "length", dataset, config$1, { received: `${dataset.value.length}` });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/notSize/notSize.ts
/* @__NO_SIDE_EFFECTS__ */
function notSize(requirement, message$1) {
	return {
		kind: "validation",
		type: "not_size",
		reference: notSize,
		async: false,
		expects: `!${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && dataset.value.size === this.requirement) _addIssue(this, "size", dataset, config$1, { received: `${dataset.value.size}` });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/notValue/notValue.ts
/* @__NO_SIDE_EFFECTS__ */
function notValue(requirement, message$1) {
	return {
		kind: "validation",
		type: "not_value",
		reference: notValue,
		async: false,
		expects: requirement instanceof Date ? `!${requirement.toJSON()}` : `!${/* @__PURE__ */ _stringify(requirement)}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && /* @__PURE__ */ _isValueMatch(this.requirement, dataset.value)) _addIssue(this, "value", dataset, config$1, { received: dataset.value instanceof Date ? dataset.value.toJSON() : /* @__PURE__ */ _stringify(dataset.value) });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/notValues/notValues.ts
/* @__NO_SIDE_EFFECTS__ */
function notValues(requirement, message$1) {
	return {
		kind: "validation",
		type: "not_values",
		reference: notValues,
		async: false,
		expects: `!${/* @__PURE__ */ _joinExpects(requirement.map((value$1) => value$1 instanceof Date ? value$1.toJSON() : /* @__PURE__ */ _stringify(value$1)), "|")}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && this.requirement.some((requirement$1) => /* @__PURE__ */ _isValueMatch(requirement$1, dataset.value))) _addIssue(this, "value", dataset, config$1, { received: dataset.value instanceof Date ? dataset.value.toJSON() : /* @__PURE__ */ _stringify(dataset.value) });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/notWords/notWords.ts
/* @__NO_SIDE_EFFECTS__ */
function notWords(locales, requirement, message$1) {
	return {
		kind: "validation",
		type: "not_words",
		reference: notWords,
		async: false,
		expects: `!${requirement}`,
		locales,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed) {
				const count = /* @__PURE__ */ _getWordCount(this.locales, dataset.value);
				if (count === this.requirement) _addIssue(this, "words", dataset, config$1, { received: `${count}` });
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/octal/octal.ts
/* @__NO_SIDE_EFFECTS__ */
function octal(message$1) {
	return {
		kind: "validation",
		type: "octal",
		reference: octal,
		async: false,
		expects: null,
		requirement: OCTAL_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "octal", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/parseBoolean/parseBoolean.ts
const TRUTHY = (/* unused pure expression or super */ null && ([
	true,
	1,
	"true",
	"1",
	"yes",
	"y",
	"on",
	"enabled"
]));
const FALSY = (/* unused pure expression or super */ null && ([
	false,
	0,
	"false",
	"0",
	"no",
	"n",
	"off",
	"disabled"
]));
/* @__NO_SIDE_EFFECTS__ */
function parseBoolean(config$1, message$1) {
	const normalize$1 = (v) => typeof v === "string" ? v.toLowerCase() : v;
	const truthyRaw = config$1?.truthy ?? TRUTHY;
	const falsyRaw = config$1?.falsy ?? FALSY;
	const truthy = config$1?.truthy ? config$1.truthy.map(normalize$1) : TRUTHY;
	const falsy = config$1?.falsy ? config$1.falsy.map(normalize$1) : FALSY;
	return {
		kind: "transformation",
		type: "parse_boolean",
		reference: parseBoolean,
		expects: /* @__PURE__ */ _joinExpects([...truthyRaw, ...falsyRaw].map(_stringify), "|"),
		config: config$1,
		message: message$1,
		async: false,
		"~run"(dataset, config$2) {
			const input = normalize$1(dataset.value);
			if (truthy.includes(input)) dataset.value = true;
			else if (falsy.includes(input)) dataset.value = false;
			else {
				_addIssue(this, "boolean", dataset, config$2);
				dataset.typed = false;
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/parseJson/parseJson.ts
/* @__NO_SIDE_EFFECTS__ */
function parseJson(config$1, message$1) {
	return {
		kind: "transformation",
		type: "parse_json",
		reference: parseJson,
		config: config$1,
		message: message$1,
		async: false,
		"~run"(dataset, config$2) {
			try {
				dataset.value = JSON.parse(dataset.value, this.config?.reviver);
			} catch (error) {
				if (error instanceof Error) {
					_addIssue(this, "JSON", dataset, config$2, { received: `"${error.message}"` });
					dataset.typed = false;
				} else throw error;
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/partialCheck/utils/_isPartiallyTyped/_isPartiallyTyped.ts
/**
* Checks if a dataset is partially typed.
*
* @param dataset The dataset to check.
* @param paths The paths to check.
*
* @returns Whether it is partially typed.
*
* @internal
*/
/* @__NO_SIDE_EFFECTS__ */
function _isPartiallyTyped(dataset, paths) {
	if (dataset.issues) for (const path of paths) for (const issue of dataset.issues) {
		let typed = false;
		const bound = Math.min(path.length, issue.path?.length ?? 0);
		for (let index = 0; index < bound; index++) if (path[index] !== issue.path[index].key && (path[index] !== "$" || issue.path[index].type !== "array")) {
			typed = true;
			break;
		}
		if (!typed) return false;
	}
	return true;
}

//#endregion
//#region src/actions/partialCheck/partialCheck.ts
/* @__NO_SIDE_EFFECTS__ */
function partialCheck(paths, requirement, message$1) {
	return {
		kind: "validation",
		type: "partial_check",
		reference: partialCheck,
		async: false,
		expects: null,
		paths,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if ((dataset.typed || /* @__PURE__ */ _isPartiallyTyped(dataset, paths)) && !this.requirement(dataset.value)) _addIssue(this, "input", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/partialCheck/partialCheckAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function partialCheckAsync(paths, requirement, message$1) {
	return {
		kind: "validation",
		type: "partial_check",
		reference: partialCheckAsync,
		async: true,
		expects: null,
		paths,
		requirement,
		message: message$1,
		async "~run"(dataset, config$1) {
			if ((dataset.typed || /* @__PURE__ */ _isPartiallyTyped(dataset, paths)) && !await this.requirement(dataset.value)) _addIssue(this, "input", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/rawCheck/rawCheck.ts
/**
* Creates a raw check validation action.
*
* @param action The validation action.
*
* @returns A raw check action.
*/
/* @__NO_SIDE_EFFECTS__ */
function rawCheck(action) {
	return {
		kind: "validation",
		type: "raw_check",
		reference: rawCheck,
		async: false,
		expects: null,
		"~run"(dataset, config$1) {
			action({
				dataset,
				config: config$1,
				addIssue: (info) => _addIssue(this, info?.label ?? "input", dataset, config$1, info)
			});
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/rawCheck/rawCheckAsync.ts
/**
* Creates a raw check validation action.
*
* @param action The validation action.
*
* @returns A raw check action.
*/
/* @__NO_SIDE_EFFECTS__ */
function rawCheckAsync(action) {
	return {
		kind: "validation",
		type: "raw_check",
		reference: rawCheckAsync,
		async: true,
		expects: null,
		async "~run"(dataset, config$1) {
			await action({
				dataset,
				config: config$1,
				addIssue: (info) => _addIssue(this, info?.label ?? "input", dataset, config$1, info)
			});
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/rawTransform/rawTransform.ts
/**
* Creates a raw transformation action.
*
* @param action The transformation action.
*
* @returns A raw transform action.
*/
/* @__NO_SIDE_EFFECTS__ */
function rawTransform(action) {
	return {
		kind: "transformation",
		type: "raw_transform",
		reference: rawTransform,
		async: false,
		"~run"(dataset, config$1) {
			const output = action({
				dataset,
				config: config$1,
				addIssue: (info) => _addIssue(this, info?.label ?? "input", dataset, config$1, info),
				NEVER: null
			});
			if (dataset.issues) dataset.typed = false;
			else dataset.value = output;
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/rawTransform/rawTransformAsync.ts
/**
* Creates a raw transformation action.
*
* @param action The transformation action.
*
* @returns A raw transform action.
*/
/* @__NO_SIDE_EFFECTS__ */
function rawTransformAsync(action) {
	return {
		kind: "transformation",
		type: "raw_transform",
		reference: rawTransformAsync,
		async: true,
		async "~run"(dataset, config$1) {
			const output = await action({
				dataset,
				config: config$1,
				addIssue: (info) => _addIssue(this, info?.label ?? "input", dataset, config$1, info),
				NEVER: null
			});
			if (dataset.issues) dataset.typed = false;
			else dataset.value = output;
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/readonly/readonly.ts
/* @__NO_SIDE_EFFECTS__ */
function readonly() {
	return {
		kind: "transformation",
		type: "readonly",
		reference: readonly,
		async: false,
		"~run"(dataset) {
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/reduceItems/reduceItems.ts
/* @__NO_SIDE_EFFECTS__ */
function reduceItems(operation, initial) {
	return {
		kind: "transformation",
		type: "reduce_items",
		reference: reduceItems,
		async: false,
		operation,
		initial,
		"~run"(dataset) {
			dataset.value = dataset.value.reduce(this.operation, this.initial);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/regex/regex.ts
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

//#endregion
//#region src/actions/returns/returns.ts
/* @__NO_SIDE_EFFECTS__ */
function returns(schema) {
	return {
		kind: "transformation",
		type: "returns",
		reference: returns,
		async: false,
		schema,
		"~run"(dataset, config$1) {
			const func = dataset.value;
			dataset.value = (...args_) => {
				const returnsDataset = this.schema["~run"]({ value: func(...args_) }, config$1);
				if (returnsDataset.issues) throw new ValiError(returnsDataset.issues);
				return returnsDataset.value;
			};
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/returns/returnsAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function returnsAsync(schema) {
	return {
		kind: "transformation",
		type: "returns",
		reference: returnsAsync,
		async: false,
		schema,
		"~run"(dataset, config$1) {
			const func = dataset.value;
			dataset.value = async (...args_) => {
				const returnsDataset = await this.schema["~run"]({ value: await func(...args_) }, config$1);
				if (returnsDataset.issues) throw new ValiError(returnsDataset.issues);
				return returnsDataset.value;
			};
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/rfcEmail/rfcEmail.ts
/* @__NO_SIDE_EFFECTS__ */
function rfcEmail(message$1) {
	return {
		kind: "validation",
		type: "rfc_email",
		reference: rfcEmail,
		expects: null,
		async: false,
		requirement: RFC_EMAIL_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "email", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/safeInteger/safeInteger.ts
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

//#endregion
//#region src/actions/size/size.ts
/* @__NO_SIDE_EFFECTS__ */
function size(requirement, message$1) {
	return {
		kind: "validation",
		type: "size",
		reference: size,
		async: false,
		expects: `${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && dataset.value.size !== this.requirement) _addIssue(this, "size", dataset, config$1, { received: `${dataset.value.size}` });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/slug/slug.ts
/* @__NO_SIDE_EFFECTS__ */
function slug(message$1) {
	return {
		kind: "validation",
		type: "slug",
		reference: slug,
		async: false,
		expects: null,
		requirement: SLUG_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "slug", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/someItem/someItem.ts
/* @__NO_SIDE_EFFECTS__ */
function someItem(requirement, message$1) {
	return {
		kind: "validation",
		type: "some_item",
		reference: someItem,
		async: false,
		expects: null,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !dataset.value.some(this.requirement)) _addIssue(this, "item", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/sortItems/sortItems.ts
/* @__NO_SIDE_EFFECTS__ */
function sortItems(operation) {
	return {
		kind: "transformation",
		type: "sort_items",
		reference: sortItems,
		async: false,
		operation,
		"~run"(dataset) {
			dataset.value = dataset.value.sort(this.operation);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/startsWith/startsWith.ts
/* @__NO_SIDE_EFFECTS__ */
function startsWith(requirement, message$1) {
	return {
		kind: "validation",
		type: "starts_with",
		reference: startsWith,
		async: false,
		expects: `"${requirement}"`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !dataset.value.startsWith(this.requirement)) _addIssue(this, "start", dataset, config$1, { received: `"${dataset.value.slice(0, this.requirement.length)}"` });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/stringifyJson/stringifyJson.ts
/* @__NO_SIDE_EFFECTS__ */
function stringifyJson(config$1, message$1) {
	return {
		kind: "transformation",
		type: "stringify_json",
		reference: stringifyJson,
		message: message$1,
		config: config$1,
		async: false,
		"~run"(dataset, config$2) {
			try {
				const output = JSON.stringify(dataset.value, this.config?.replacer, this.config?.space);
				if (output === void 0) {
					_addIssue(this, "JSON", dataset, config$2);
					dataset.typed = false;
				} else dataset.value = output;
			} catch (error) {
				if (error instanceof Error) {
					_addIssue(this, "JSON", dataset, config$2, { received: `"${error.message}"` });
					dataset.typed = false;
				} else throw error;
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/title/title.ts
/**
* Creates a title metadata action.
*
* @param title_ The title text.
*
* @returns A title action.
*/
/* @__NO_SIDE_EFFECTS__ */
function title(title_) {
	return {
		kind: "metadata",
		type: "title",
		reference: title,
		title: title_
	};
}

//#endregion
//#region src/actions/toBigint/toBigint.ts
/* @__NO_SIDE_EFFECTS__ */
function toBigint(message$1) {
	return {
		kind: "transformation",
		type: "to_bigint",
		reference: toBigint,
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			try {
				dataset.value = BigInt(dataset.value);
			} catch {
				_addIssue(this, "bigint", dataset, config$1);
				dataset.typed = false;
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/toBoolean/toBoolean.ts
/**
* Creates a to boolean transformation action.
*
* @returns A to boolean action.
*
* @beta
*/
/* @__NO_SIDE_EFFECTS__ */
function toBoolean() {
	return {
		kind: "transformation",
		type: "to_boolean",
		reference: toBoolean,
		async: false,
		"~run"(dataset) {
			dataset.value = Boolean(dataset.value);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/toCamelCase/toCamelCase.ts
/**
* Creates a to camel case transformation action.
*
* Words are separated by `_`, `-` and ASCII whitespace, as well as by case
* and acronym boundaries.
*
* Hint: Acronym runs are normalized to lowercase (e.g. `parseURLValue` →
* `parseUrlValue`) and digits stay attached to the preceding token (e.g.
* `item2Name` → `item2Name`).
*
* @returns A to camel case action.
*
* @beta
*/
/* @__NO_SIDE_EFFECTS__ */
function toCamelCase() {
	return {
		kind: "transformation",
		type: "to_camel_case",
		reference: toCamelCase,
		async: false,
		"~run"(dataset) {
			dataset.value = /* @__PURE__ */ _formatCase(dataset.value, "", false, true);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/toDate/toDate.ts
/* @__NO_SIDE_EFFECTS__ */
function toDate(message$1) {
	return {
		kind: "transformation",
		type: "to_date",
		reference: toDate,
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			try {
				dataset.value = new Date(dataset.value);
				if (isNaN(dataset.value)) {
					_addIssue(this, "date", dataset, config$1, { received: "\"Invalid Date\"" });
					dataset.typed = false;
				}
			} catch {
				_addIssue(this, "date", dataset, config$1);
				dataset.typed = false;
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/toKebabCase/toKebabCase.ts
/**
* Creates a to kebab case transformation action.
*
* Words are separated by `_`, `-` and ASCII whitespace, as well as by case
* and acronym boundaries.
*
* Hint: Acronym runs are normalized to lowercase (e.g. `parseURLValue` →
* `parse-url-value`) and digits stay attached to the preceding token (e.g.
* `item2Name` → `item2-name`).
*
* @returns A to kebab case action.
*
* @beta
*/
/* @__NO_SIDE_EFFECTS__ */
function toKebabCase() {
	return {
		kind: "transformation",
		type: "to_kebab_case",
		reference: toKebabCase,
		async: false,
		"~run"(dataset) {
			dataset.value = /* @__PURE__ */ _formatCase(dataset.value, "-", false, false);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/toLowerCase/toLowerCase.ts
/**
* Creates a to lower case transformation action.
*
* @returns A to lower case action.
*/
/* @__NO_SIDE_EFFECTS__ */
function toLowerCase() {
	return {
		kind: "transformation",
		type: "to_lower_case",
		reference: toLowerCase,
		async: false,
		"~run"(dataset) {
			dataset.value = dataset.value.toLowerCase();
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/toMaxValue/toMaxValue.ts
/**
* Creates a to max value transformation action.
*
* @param requirement The maximum value.
*
* @returns A to max value action.
*/
/* @__NO_SIDE_EFFECTS__ */
function toMaxValue(requirement) {
	return {
		kind: "transformation",
		type: "to_max_value",
		reference: toMaxValue,
		async: false,
		requirement,
		"~run"(dataset) {
			dataset.value = dataset.value > this.requirement ? this.requirement : dataset.value;
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/toMinValue/toMinValue.ts
/**
* Creates a to min value transformation action.
*
* @param requirement The minimum value.
*
* @returns A to min value action.
*/
/* @__NO_SIDE_EFFECTS__ */
function toMinValue(requirement) {
	return {
		kind: "transformation",
		type: "to_min_value",
		reference: toMinValue,
		async: false,
		requirement,
		"~run"(dataset) {
			dataset.value = dataset.value < this.requirement ? this.requirement : dataset.value;
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/toNumber/toNumber.ts
/* @__NO_SIDE_EFFECTS__ */
function toNumber(message$1) {
	return {
		kind: "transformation",
		type: "to_number",
		reference: toNumber,
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			try {
				dataset.value = Number(dataset.value);
				if (isNaN(dataset.value)) {
					_addIssue(this, "number", dataset, config$1);
					dataset.typed = false;
				}
			} catch {
				_addIssue(this, "number", dataset, config$1);
				dataset.typed = false;
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/toPascalCase/toPascalCase.ts
/**
* Creates a to pascal case transformation action.
*
* Words are separated by `_`, `-` and ASCII whitespace, as well as by case
* and acronym boundaries.
*
* Hint: Acronym runs are normalized to lowercase (e.g. `parseURLValue` →
* `ParseUrlValue`) and digits stay attached to the preceding token (e.g.
* `item2Name` → `Item2Name`).
*
* @returns A to pascal case action.
*
* @beta
*/
/* @__NO_SIDE_EFFECTS__ */
function toPascalCase() {
	return {
		kind: "transformation",
		type: "to_pascal_case",
		reference: toPascalCase,
		async: false,
		"~run"(dataset) {
			dataset.value = /* @__PURE__ */ _formatCase(dataset.value, "", true, true);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/toSnakeCase/toSnakeCase.ts
/**
* Creates a to snake case transformation action.
*
* Words are separated by `_`, `-` and ASCII whitespace, as well as by case
* and acronym boundaries.
*
* Hint: Acronym runs are normalized to lowercase (e.g. `parseURLValue` →
* `parse_url_value`) and digits stay attached to the preceding token (e.g.
* `item2Name` → `item2_name`).
*
* @returns A to snake case action.
*
* @beta
*/
/* @__NO_SIDE_EFFECTS__ */
function toSnakeCase() {
	return {
		kind: "transformation",
		type: "to_snake_case",
		reference: toSnakeCase,
		async: false,
		"~run"(dataset) {
			dataset.value = /* @__PURE__ */ _formatCase(dataset.value, "_", false, false);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/toString/toString.ts
/* @__NO_SIDE_EFFECTS__ */
function toString(message$1) {
	return {
		kind: "transformation",
		type: "to_string",
		reference: toString,
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			try {
				dataset.value = String(dataset.value);
			} catch {
				_addIssue(this, "string", dataset, config$1);
				dataset.typed = false;
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/toUpperCase/toUpperCase.ts
/**
* Creates a to upper case transformation action.
*
* @returns A to upper case action.
*/
/* @__NO_SIDE_EFFECTS__ */
function toUpperCase() {
	return {
		kind: "transformation",
		type: "to_upper_case",
		reference: toUpperCase,
		async: false,
		"~run"(dataset) {
			dataset.value = dataset.value.toUpperCase();
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/transform/transform.ts
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

//#endregion
//#region src/actions/transform/transformAsync.ts
/**
* Creates a custom transformation action.
*
* @param operation The transformation operation.
*
* @returns A transform action.
*/
/* @__NO_SIDE_EFFECTS__ */
function transformAsync(operation) {
	return {
		kind: "transformation",
		type: "transform",
		reference: transformAsync,
		async: true,
		operation,
		async "~run"(dataset) {
			dataset.value = await this.operation(dataset.value);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/trim/trim.ts
/**
* Creates a trim transformation action.
*
* @returns A trim action.
*/
/* @__NO_SIDE_EFFECTS__ */
function trim() {
	return {
		kind: "transformation",
		type: "trim",
		reference: trim,
		async: false,
		"~run"(dataset) {
			dataset.value = dataset.value.trim();
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/trimEnd/trimEnd.ts
/**
* Creates a trim end transformation action.
*
* @returns A trim end action.
*/
/* @__NO_SIDE_EFFECTS__ */
function trimEnd() {
	return {
		kind: "transformation",
		type: "trim_end",
		reference: trimEnd,
		async: false,
		"~run"(dataset) {
			dataset.value = dataset.value.trimEnd();
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/trimStart/trimStart.ts
/**
* Creates a trim start transformation action.
*
* @returns A trim start action.
*/
/* @__NO_SIDE_EFFECTS__ */
function trimStart() {
	return {
		kind: "transformation",
		type: "trim_start",
		reference: trimStart,
		async: false,
		"~run"(dataset) {
			dataset.value = dataset.value.trimStart();
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/ulid/ulid.ts
/* @__NO_SIDE_EFFECTS__ */
function ulid(message$1) {
	return {
		kind: "validation",
		type: "ulid",
		reference: ulid,
		async: false,
		expects: null,
		requirement: ULID_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "ULID", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/url/url.ts
/* @__NO_SIDE_EFFECTS__ */
function url(message$1) {
	return {
		kind: "validation",
		type: "url",
		reference: url,
		async: false,
		expects: null,
		requirement(input) {
			try {
				if (URL.canParse) return URL.canParse(input);
				new URL(input);
				return true;
			} catch {
				return false;
			}
		},
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement(dataset.value)) _addIssue(this, "URL", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/uuid/uuid.ts
/* @__NO_SIDE_EFFECTS__ */
function uuid(message$1) {
	return {
		kind: "validation",
		type: "uuid",
		reference: uuid,
		async: false,
		expects: null,
		requirement: UUID_REGEX,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "UUID", dataset, config$1);
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/value/value.ts
/* @__NO_SIDE_EFFECTS__ */
function value(requirement, message$1) {
	return {
		kind: "validation",
		type: "value",
		reference: value,
		async: false,
		expects: requirement instanceof Date ? requirement.toJSON() : /* @__PURE__ */ _stringify(requirement),
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !/* @__PURE__ */ _isValueMatch(this.requirement, dataset.value)) _addIssue(this, "value", dataset, config$1, { received: dataset.value instanceof Date ? dataset.value.toJSON() : /* @__PURE__ */ _stringify(dataset.value) });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/values/values.ts
/* @__NO_SIDE_EFFECTS__ */
function values(requirement, message$1) {
	return {
		kind: "validation",
		type: "values",
		reference: values,
		async: false,
		expects: `${/* @__PURE__ */ _joinExpects(requirement.map((value$1) => value$1 instanceof Date ? value$1.toJSON() : /* @__PURE__ */ _stringify(value$1)), "|")}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.some((requirement$1) => /* @__PURE__ */ _isValueMatch(requirement$1, dataset.value))) _addIssue(this, "value", dataset, config$1, { received: dataset.value instanceof Date ? dataset.value.toJSON() : /* @__PURE__ */ _stringify(dataset.value) });
			return dataset;
		}
	};
}

//#endregion
//#region src/actions/words/words.ts
/* @__NO_SIDE_EFFECTS__ */
function words(locales, requirement, message$1) {
	return {
		kind: "validation",
		type: "words",
		reference: words,
		async: false,
		expects: `${requirement}`,
		locales,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed) {
				const count = /* @__PURE__ */ _getWordCount(this.locales, dataset.value);
				if (count !== this.requirement) _addIssue(this, "words", dataset, config$1, { received: `${count}` });
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/const.ts
const ABORT_EARLY_CONFIG = { abortEarly: true };

//#endregion
//#region src/methods/assert/assert.ts
/**
* Checks if the input matches the schema. As this is an assertion function, it
* can be used as a type guard.
*
* @param schema The schema to be used.
* @param input The input to be tested.
*/
function assert(schema, input) {
	const issues = schema["~run"]({ value: input }, ABORT_EARLY_CONFIG).issues;
	if (issues) throw new ValiError(issues);
}

//#endregion
//#region src/methods/cache/_LruCache.ts
/**
* Efficient LRU cache using Map iteration order.
*/
var _LruCache = class {
	constructor(config$1) {
		this.refCount = 0;
		this.maxSize = config$1?.maxSize ?? 1e3;
		this.maxAge = config$1?.maxAge ?? Infinity;
		this.hasMaxAge = isFinite(this.maxAge);
	}
	/**
	* Stringifies an unknown input to a cache key component.
	*
	* @param input The unknown input.
	*
	* @returns A cache key component.
	*/
	stringify(input) {
		const type = typeof input;
		if (type === "string") return `"${input}"`;
		if (type === "number" || type === "boolean") return `${input}`;
		if (type === "bigint") return `${input}n`;
		if (type === "object" || type === "function") {
			if (input) {
				this.refIds ?? (this.refIds = /* @__PURE__ */ new WeakMap());
				let id = this.refIds.get(input);
				if (!id) {
					id = ++this.refCount;
					this.refIds.set(input, id);
				}
				return `#${id}`;
			}
			return "null";
		}
		return type;
	}
	/**
	* Creates a cache key from input and config.
	*
	* @param input The input value.
	* @param config The parse configuration.
	*
	* @returns The cache key.
	*/
	key(input, config$1 = {}) {
		return `${this.stringify(input)}|${this.stringify(config$1.lang)}|${this.stringify(config$1.message)}|${this.stringify(config$1.abortEarly)}|${this.stringify(config$1.abortPipeEarly)}`;
	}
	/**
	* Gets a value from the cache by key.
	*
	* @param key The cache key.
	*
	* @returns The cached value.
	*/
	get(key) {
		if (!this.store) return void 0;
		const entry = this.store.get(key);
		if (!entry) return void 0;
		if (this.hasMaxAge && Date.now() - entry[1] > this.maxAge) {
			this.store.delete(key);
			return;
		}
		this.store.delete(key);
		this.store.set(key, entry);
		return entry[0];
	}
	/**
	* Sets a value in the cache by key.
	*
	* @param key The cache key.
	* @param value The cached value.
	*/
	set(key, value$1) {
		this.store ?? (this.store = /* @__PURE__ */ new Map());
		this.store.delete(key);
		const timestamp = this.hasMaxAge ? Date.now() : 0;
		this.store.set(key, [value$1, timestamp]);
		if (this.store.size > this.maxSize) this.store.delete(this.store.keys().next().value);
	}
	/**
	* Clears all entries from the cache.
	*/
	clear() {
		this.store?.clear();
	}
};

//#endregion
//#region src/methods/cache/cache.ts
/* @__NO_SIDE_EFFECTS__ */
function cache(schema, config$1) {
	return _standardSchema({
		...schema,
		cacheConfig: config$1,
		cache: new _LruCache(config$1),
		"~run"(dataset, runConfig) {
			const key = this.cache.key(dataset.value, runConfig);
			let outputDataset = this.cache.get(key);
			if (!outputDataset) this.cache.set(key, outputDataset = schema["~run"](dataset, runConfig));
			return /* @__PURE__ */ _cloneDataset(outputDataset);
		}
	});
}

//#endregion
//#region src/methods/cache/cacheAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function cacheAsync(schema, config$1) {
	let activeRuns;
	return _standardSchema({
		...schema,
		async: true,
		cacheConfig: config$1,
		cache: new _LruCache(config$1),
		async "~run"(dataset, runConfig) {
			const key = this.cache.key(dataset.value, runConfig);
			const cached = this.cache.get(key);
			if (cached) return /* @__PURE__ */ _cloneDataset(cached);
			let promise$1 = activeRuns?.get(key);
			if (!promise$1) {
				activeRuns ?? (activeRuns = /* @__PURE__ */ new Map());
				promise$1 = Promise.resolve(schema["~run"](dataset, runConfig));
				activeRuns.set(key, promise$1);
			}
			try {
				const outputDataset = await promise$1;
				this.cache.set(key, outputDataset);
				return /* @__PURE__ */ _cloneDataset(outputDataset);
			} finally {
				activeRuns?.delete(key);
			}
		}
	});
}

//#endregion
//#region src/methods/config/config.ts
/**
* Changes the local configuration of a schema.
*
* @param schema The schema to configure.
* @param config The parse configuration.
*
* @returns The configured schema.
*/
/* @__NO_SIDE_EFFECTS__ */
function config(schema, config$1) {
	return _standardSchema({
		...schema,
		"~run"(dataset, config_) {
			return schema["~run"](dataset, {
				...config_,
				...config$1
			});
		}
	});
}

//#endregion
//#region src/methods/getFallback/getFallback.ts
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

//#endregion
//#region src/methods/fallback/fallback.ts
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

//#endregion
//#region src/methods/fallback/fallbackAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function fallbackAsync(schema, fallback$1) {
	return _standardSchema({
		...schema,
		fallback: fallback$1,
		async: true,
		async "~run"(dataset, config$1) {
			const outputDataset = await schema["~run"](dataset, config$1);
			return outputDataset.issues ? {
				typed: true,
				value: await /* @__PURE__ */ getFallback(this, outputDataset, config$1)
			} : outputDataset;
		}
	});
}

//#endregion
//#region src/methods/flatten/flatten.ts
/* @__NO_SIDE_EFFECTS__ */
function flatten(issues) {
	const flatErrors = {};
	for (const issue of issues) if (issue.path) {
		const dotPath = /* @__PURE__ */ getDotPath(issue);
		if (dotPath) {
			if (!flatErrors.nested) flatErrors.nested = {};
			if (Object.prototype.hasOwnProperty.call(flatErrors.nested, dotPath)) flatErrors.nested[dotPath].push(issue.message);
			else flatErrors.nested[dotPath] = [issue.message];
		} else if (flatErrors.other) flatErrors.other.push(issue.message);
		else flatErrors.other = [issue.message];
	} else if (flatErrors.root) flatErrors.root.push(issue.message);
	else flatErrors.root = [issue.message];
	return flatErrors;
}

//#endregion
//#region src/methods/forward/forward.ts
/**
* Forwards the issues of the passed validation action.
*
* @param action The validation action.
* @param path The path to forward the issues to.
*
* @returns The modified action.
*/
/* @__NO_SIDE_EFFECTS__ */
function forward(action, path) {
	return {
		...action,
		"~run"(dataset, config$1) {
			const prevIssues = dataset.issues && [...dataset.issues];
			dataset = action["~run"](dataset, config$1);
			if (dataset.issues) {
				for (const issue of dataset.issues) if (!prevIssues?.includes(issue)) {
					let pathInput = dataset.value;
					for (const key of path) {
						const pathValue = pathInput[key];
						const pathItem = {
							type: "unknown",
							origin: "value",
							input: pathInput,
							key,
							value: pathValue
						};
						if (issue.path) issue.path.push(pathItem);
						else issue.path = [pathItem];
						if (!pathValue) break;
						pathInput = pathValue;
					}
				}
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/methods/forward/forwardAsync.ts
/**
* Forwards the issues of the passed validation action.
*
* @param action The validation action.
* @param path The path to forward the issues to.
*
* @returns The modified action.
*/
/* @__NO_SIDE_EFFECTS__ */
function forwardAsync(action, path) {
	return {
		...action,
		async: true,
		async "~run"(dataset, config$1) {
			const prevIssues = dataset.issues && [...dataset.issues];
			dataset = await action["~run"](dataset, config$1);
			if (dataset.issues) {
				for (const issue of dataset.issues) if (!prevIssues?.includes(issue)) {
					let pathInput = dataset.value;
					for (const key of path) {
						const pathValue = pathInput[key];
						const pathItem = {
							type: "unknown",
							origin: "value",
							input: pathInput,
							key,
							value: pathValue
						};
						if (issue.path) issue.path.push(pathItem);
						else issue.path = [pathItem];
						if (!pathValue) break;
						pathInput = pathValue;
					}
				}
			}
			return dataset;
		}
	};
}

//#endregion
//#region src/methods/getDefault/getDefault.ts
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

//#endregion
//#region src/methods/getDefaults/getDefaults.ts
/**
* Returns the default values of the schema.
*
* Hint: The difference to `getDefault` is that for object and tuple schemas
* this function recursively returns the default values of the subschemas
* instead of `undefined`.
*
* @param schema The schema to get them from.
*
* @returns The default values.
*/
/* @__NO_SIDE_EFFECTS__ */
function getDefaults(schema) {
	if ("entries" in schema) {
		const object$1 = {};
		for (const key in schema.entries) object$1[key] = /* @__PURE__ */ getDefaults(schema.entries[key]);
		return object$1;
	}
	if ("items" in schema) return schema.items.map(getDefaults);
	return /* @__PURE__ */ getDefault(schema);
}

//#endregion
//#region src/methods/getDefaults/getDefaultsAsync.ts
/**
* Returns the default values of the schema.
*
* Hint: The difference to `getDefault` is that for object and tuple schemas
* this function recursively returns the default values of the subschemas
* instead of `undefined`.
*
* @param schema The schema to get them from.
*
* @returns The default values.
*/
/* @__NO_SIDE_EFFECTS__ */
async function getDefaultsAsync(schema) {
	if ("entries" in schema) return Object.fromEntries(await Promise.all(Object.entries(schema.entries).map(async ([key, value$1]) => [key, await /* @__PURE__ */ getDefaultsAsync(value$1)])));
	if ("items" in schema) return Promise.all(schema.items.map(getDefaultsAsync));
	return /* @__PURE__ */ getDefault(schema);
}

//#endregion
//#region src/methods/getDescription/getDescription.ts
/**
* Returns the description of the schema.
*
* If multiple descriptions are defined, the last one of the highest level is
* returned. If no description is defined, `undefined` is returned.
*
* @param schema The schema to get the description from.
*
* @returns The description, if any.
*
* @beta
*/
/* @__NO_SIDE_EFFECTS__ */
function getDescription(schema) {
	return /* @__PURE__ */ _getLastMetadata(schema, "description");
}

//#endregion
//#region src/methods/getExamples/getExamples.ts
/**
* Returns the examples of a schema.
*
* If multiple examples are defined, it concatenates them using depth-first
* search. If no examples are defined, an empty array is returned.
*
* @param schema The schema to get the examples from.
*
* @returns The examples, if any.
*
* @beta
*/
/* @__NO_SIDE_EFFECTS__ */
function getExamples(schema) {
	const examples$1 = [];
	function depthFirstCollect(schema$1) {
		if ("pipe" in schema$1) {
			for (const item of schema$1.pipe) if (item.kind === "schema" && "pipe" in item) depthFirstCollect(item);
			else if (item.kind === "metadata" && item.type === "examples") for (const example of item.examples) examples$1.push(example);
		}
	}
	depthFirstCollect(schema);
	return examples$1;
}

//#endregion
//#region src/methods/getFallbacks/getFallbacks.ts
/**
* Returns the fallback values of the schema.
*
* Hint: The difference to `getFallback` is that for object and tuple schemas
* this function recursively returns the fallback values of the subschemas
* instead of `undefined`.
*
* @param schema The schema to get them from.
*
* @returns The fallback values.
*/
/* @__NO_SIDE_EFFECTS__ */
function getFallbacks(schema) {
	if ("entries" in schema) {
		const object$1 = {};
		for (const key in schema.entries) object$1[key] = /* @__PURE__ */ getFallbacks(schema.entries[key]);
		return object$1;
	}
	if ("items" in schema) return schema.items.map(getFallbacks);
	return /* @__PURE__ */ getFallback(schema);
}

//#endregion
//#region src/methods/getFallbacks/getFallbacksAsync.ts
/**
* Returns the fallback values of the schema.
*
* Hint: The difference to `getFallback` is that for object and tuple schemas
* this function recursively returns the fallback values of the subschemas
* instead of `undefined`.
*
* @param schema The schema to get them from.
*
* @returns The fallback values.
*/
/* @__NO_SIDE_EFFECTS__ */
async function getFallbacksAsync(schema) {
	if ("entries" in schema) return Object.fromEntries(await Promise.all(Object.entries(schema.entries).map(async ([key, value$1]) => [key, await /* @__PURE__ */ getFallbacksAsync(value$1)])));
	if ("items" in schema) return Promise.all(schema.items.map(getFallbacksAsync));
	return /* @__PURE__ */ getFallback(schema);
}

//#endregion
//#region src/methods/getMetadata/getMetadata.ts
/**
* Returns the metadata of a schema.
*
* If multiple metadata are defined, it shallowly merges them using depth-first
* search. If no metadata is defined, an empty object is returned.
*
* @param schema Schema to get the metadata from.
*
* @returns The metadata, if any.
*
* @beta
*/
/* @__NO_SIDE_EFFECTS__ */
function getMetadata(schema) {
	const result = {};
	function depthFirstMerge(schema$1) {
		if ("pipe" in schema$1) {
			for (const item of schema$1.pipe) if (item.kind === "schema" && "pipe" in item) depthFirstMerge(item);
			else if (item.kind === "metadata" && item.type === "metadata") Object.assign(result, item.metadata);
		}
	}
	depthFirstMerge(schema);
	return result;
}

//#endregion
//#region src/methods/getTitle/getTitle.ts
/**
* Returns the title of the schema.
*
* If multiple titles are defined, the last one of the highest level is
* returned. If no title is defined, `undefined` is returned.
*
* @param schema The schema to get the title from.
*
* @returns The title, if any.
*
* @beta
*/
/* @__NO_SIDE_EFFECTS__ */
function getTitle(schema) {
	return /* @__PURE__ */ _getLastMetadata(schema, "title");
}

//#endregion
//#region src/methods/is/is.ts
/**
* Checks if the input matches the schema. By using a type predicate, this
* function can be used as a type guard.
*
* @param schema The schema to be used.
* @param input The input to be tested.
*
* @returns Whether the input matches the schema.
*/
/* @__NO_SIDE_EFFECTS__ */
function is(schema, input) {
	return !schema["~run"]({ value: input }, ABORT_EARLY_CONFIG).issues;
}

//#endregion
//#region src/schemas/any/any.ts
/**
* Creates an any schema.
*
* Hint: This schema function exists only for completeness and is not
* recommended in practice. Instead, `unknown` should be used to accept
* unknown data.
*
* @returns An any schema.
*/
/* @__NO_SIDE_EFFECTS__ */
function any() {
	return _standardSchema({
		kind: "schema",
		type: "any",
		reference: any,
		expects: "any",
		async: false,
		"~run"(dataset) {
			dataset.typed = true;
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/array/array.ts
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

//#endregion
//#region src/schemas/array/arrayAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function arrayAsync(item, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "array",
		reference: arrayAsync,
		expects: "Array",
		async: true,
		item,
		message: message$1,
		async "~run"(dataset, config$1) {
			const input = dataset.value;
			if (Array.isArray(input)) {
				dataset.typed = true;
				dataset.value = [];
				const itemDatasets = await Promise.all(input.map((value$1) => this.item["~run"]({ value: value$1 }, config$1)));
				for (let key = 0; key < itemDatasets.length; key++) {
					const itemDataset = itemDatasets[key];
					if (itemDataset.issues) {
						const pathItem = {
							type: "array",
							origin: "value",
							input,
							key,
							value: input[key]
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

//#endregion
//#region src/schemas/bigint/bigint.ts
/* @__NO_SIDE_EFFECTS__ */
function bigint(message$1) {
	return _standardSchema({
		kind: "schema",
		type: "bigint",
		reference: bigint,
		expects: "bigint",
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			if (typeof dataset.value === "bigint") dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/blob/blob.ts
/* @__NO_SIDE_EFFECTS__ */
function blob(message$1) {
	return _standardSchema({
		kind: "schema",
		type: "blob",
		reference: blob,
		expects: "Blob",
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.value instanceof Blob) dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/boolean/boolean.ts
/* @__NO_SIDE_EFFECTS__ */
function boolean(message$1) {
	return _standardSchema({
		kind: "schema",
		type: "boolean",
		reference: boolean,
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

//#endregion
//#region src/schemas/custom/custom.ts
/* @__NO_SIDE_EFFECTS__ */
function custom(check$1, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "custom",
		reference: custom,
		expects: "unknown",
		async: false,
		check: check$1,
		message: message$1,
		"~run"(dataset, config$1) {
			if (this.check(dataset.value)) dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/custom/customAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function customAsync(check$1, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "custom",
		reference: customAsync,
		expects: "unknown",
		async: true,
		check: check$1,
		message: message$1,
		async "~run"(dataset, config$1) {
			if (await this.check(dataset.value)) dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/date/date.ts
/* @__NO_SIDE_EFFECTS__ */
function date(message$1) {
	return _standardSchema({
		kind: "schema",
		type: "date",
		reference: date,
		expects: "Date",
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.value instanceof Date) if (!isNaN(dataset.value)) dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1, { received: "\"Invalid Date\"" });
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/enum/enum.ts
/* @__NO_SIDE_EFFECTS__ */
function enum_(enum__, message$1) {
	const options = [];
	for (const key in enum__) if (`${+key}` !== key || typeof enum__[key] !== "string" || !Object.is(enum__[enum__[key]], +key)) options.push(enum__[key]);
	return _standardSchema({
		kind: "schema",
		type: "enum",
		reference: enum_,
		expects: /* @__PURE__ */ _joinExpects(options.map(_stringify), "|"),
		async: false,
		enum: enum__,
		options,
		message: message$1,
		"~run"(dataset, config$1) {
			if (this.options.includes(dataset.value)) dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/exactOptional/exactOptional.ts
/* @__NO_SIDE_EFFECTS__ */
function exactOptional(wrapped, default_) {
	return _standardSchema({
		kind: "schema",
		type: "exact_optional",
		reference: exactOptional,
		expects: wrapped.expects,
		async: false,
		wrapped,
		default: default_,
		"~run"(dataset, config$1) {
			return this.wrapped["~run"](dataset, config$1);
		}
	});
}

//#endregion
//#region src/schemas/exactOptional/exactOptionalAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function exactOptionalAsync(wrapped, default_) {
	return _standardSchema({
		kind: "schema",
		type: "exact_optional",
		reference: exactOptionalAsync,
		expects: wrapped.expects,
		async: true,
		wrapped,
		default: default_,
		async "~run"(dataset, config$1) {
			return this.wrapped["~run"](dataset, config$1);
		}
	});
}

//#endregion
//#region src/schemas/file/file.ts
/* @__NO_SIDE_EFFECTS__ */
function file(message$1) {
	return _standardSchema({
		kind: "schema",
		type: "file",
		reference: file,
		expects: "File",
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.value instanceof File) dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/function/function.ts
/* @__NO_SIDE_EFFECTS__ */
function function_(message$1) {
	return _standardSchema({
		kind: "schema",
		type: "function",
		reference: function_,
		expects: "Function",
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			if (typeof dataset.value === "function") dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/instance/instance.ts
/* @__NO_SIDE_EFFECTS__ */
function instance(class_, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "instance",
		reference: instance,
		expects: class_.name,
		async: false,
		class: class_,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.value instanceof this.class) dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/intersect/utils/_merge/_merge.ts
/**
* Merges two values into one single output.
*
* @param value1 First value.
* @param value2 Second value.
*
* @returns The merge dataset.
*
* @internal
*/
/* @__NO_SIDE_EFFECTS__ */
function _merge(value1, value2) {
	if (typeof value1 === typeof value2) {
		if (/* @__PURE__ */ _isSameValueZero(value1, value2) || value1 instanceof Date && value2 instanceof Date && /* @__PURE__ */ _isSameValueZero(+value1, +value2)) return { value: value1 };
		if (value1 && value2 && value1.constructor === Object && value2.constructor === Object) {
			const nextValue = {
				...value1,
				...value2
			};
			for (const key in value2) if (Object.prototype.hasOwnProperty.call(value1, key) && Object.prototype.hasOwnProperty.call(value2, key)) {
				const dataset = /* @__PURE__ */ _merge(value1[key], value2[key]);
				if (dataset.issue) return dataset;
				nextValue[key] = dataset.value;
			}
			return { value: nextValue };
		}
		if (Array.isArray(value1) && Array.isArray(value2)) {
			if (value1.length === value2.length) {
				const nextValue = [...value1];
				for (let index = 0; index < value1.length; index++) {
					const dataset = /* @__PURE__ */ _merge(value1[index], value2[index]);
					if (dataset.issue) return dataset;
					nextValue[index] = dataset.value;
				}
				return { value: nextValue };
			}
		}
	}
	return { issue: true };
}

//#endregion
//#region src/schemas/intersect/intersect.ts
/* @__NO_SIDE_EFFECTS__ */
function intersect(options, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "intersect",
		reference: intersect,
		expects: /* @__PURE__ */ _joinExpects(options.map((option) => option.expects), "&"),
		async: false,
		options,
		message: message$1,
		"~run"(dataset, config$1) {
			if (this.options.length) {
				const input = dataset.value;
				let outputs;
				dataset.typed = true;
				for (const schema of this.options) {
					const optionDataset = schema["~run"]({ value: input }, config$1);
					if (optionDataset.issues) {
						if (dataset.issues) for (const issue of optionDataset.issues) dataset.issues.push(issue);
						else dataset.issues = optionDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!optionDataset.typed) dataset.typed = false;
					if (dataset.typed) if (outputs) outputs.push(optionDataset.value);
					else outputs = [optionDataset.value];
				}
				if (dataset.typed) {
					dataset.value = outputs[0];
					for (let index = 1; index < outputs.length; index++) {
						const mergeDataset = /* @__PURE__ */ _merge(dataset.value, outputs[index]);
						if (mergeDataset.issue) {
							_addIssue(this, "type", dataset, config$1, { received: "unknown" });
							break;
						}
						dataset.value = mergeDataset.value;
					}
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/intersect/intersectAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function intersectAsync(options, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "intersect",
		reference: intersectAsync,
		expects: /* @__PURE__ */ _joinExpects(options.map((option) => option.expects), "&"),
		async: true,
		options,
		message: message$1,
		async "~run"(dataset, config$1) {
			if (this.options.length) {
				const input = dataset.value;
				let outputs;
				dataset.typed = true;
				const optionDatasets = await Promise.all(this.options.map((schema) => schema["~run"]({ value: input }, config$1)));
				for (const optionDataset of optionDatasets) {
					if (optionDataset.issues) {
						if (dataset.issues) for (const issue of optionDataset.issues) dataset.issues.push(issue);
						else dataset.issues = optionDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!optionDataset.typed) dataset.typed = false;
					if (dataset.typed) if (outputs) outputs.push(optionDataset.value);
					else outputs = [optionDataset.value];
				}
				if (dataset.typed) {
					dataset.value = outputs[0];
					for (let index = 1; index < outputs.length; index++) {
						const mergeDataset = /* @__PURE__ */ _merge(dataset.value, outputs[index]);
						if (mergeDataset.issue) {
							_addIssue(this, "type", dataset, config$1, { received: "unknown" });
							break;
						}
						dataset.value = mergeDataset.value;
					}
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/lazy/lazy.ts
/**
* Creates a lazy schema.
*
* @param getter The schema getter.
*
* @returns A lazy schema.
*/
/* @__NO_SIDE_EFFECTS__ */
function lazy(getter) {
	return _standardSchema({
		kind: "schema",
		type: "lazy",
		reference: lazy,
		expects: "unknown",
		async: false,
		getter,
		"~run"(dataset, config$1) {
			return this.getter(dataset.value)["~run"](dataset, config$1);
		}
	});
}

//#endregion
//#region src/schemas/lazy/lazyAsync.ts
/**
* Creates a lazy schema.
*
* @param getter The schema getter.
*
* @returns A lazy schema.
*/
/* @__NO_SIDE_EFFECTS__ */
function lazyAsync(getter) {
	return _standardSchema({
		kind: "schema",
		type: "lazy",
		reference: lazyAsync,
		expects: "unknown",
		async: true,
		getter,
		async "~run"(dataset, config$1) {
			return (await this.getter(dataset.value))["~run"](dataset, config$1);
		}
	});
}

//#endregion
//#region src/schemas/literal/literal.ts
/* @__NO_SIDE_EFFECTS__ */
function literal(literal_, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "literal",
		reference: literal,
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

//#endregion
//#region src/schemas/looseObject/looseObject.ts
/* @__NO_SIDE_EFFECTS__ */
function looseObject(entries$1, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "loose_object",
		reference: looseObject,
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
				if (!dataset.issues || !config$1.abortEarly) {
					for (const key in input) if (/* @__PURE__ */ _isValidObjectKey(input, key) && !Object.prototype.hasOwnProperty.call(this.entries, key)) dataset.value[key] = input[key];
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/looseObject/looseObjectAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function looseObjectAsync(entries$1, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "loose_object",
		reference: looseObjectAsync,
		expects: "Object",
		async: true,
		entries: entries$1,
		message: message$1,
		async "~run"(dataset, config$1) {
			const input = dataset.value;
			if (input && typeof input === "object") {
				dataset.typed = true;
				dataset.value = {};
				const valueDatasets = await Promise.all(Object.entries(this.entries).map(async ([key, valueSchema]) => {
					if (key in input || (valueSchema.type === "exact_optional" || valueSchema.type === "optional" || valueSchema.type === "nullish") && valueSchema.default !== void 0) {
						const value$1 = key in input ? input[key] : await /* @__PURE__ */ getDefault(valueSchema);
						return [
							key,
							value$1,
							valueSchema,
							await valueSchema["~run"]({ value: value$1 }, config$1)
						];
					}
					return [
						key,
						input[key],
						valueSchema,
						null
					];
				}));
				for (const [key, value$1, valueSchema, valueDataset] of valueDatasets) if (valueDataset) {
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
				} else if (valueSchema.fallback !== void 0) dataset.value[key] = await /* @__PURE__ */ getFallback(valueSchema);
				else if (valueSchema.type !== "exact_optional" && valueSchema.type !== "optional" && valueSchema.type !== "nullish") {
					_addIssue(this, "key", dataset, config$1, {
						input: void 0,
						expected: `"${key}"`,
						path: [{
							type: "object",
							origin: "key",
							input,
							key,
							value: value$1
						}]
					});
					if (config$1.abortEarly) break;
				}
				if (!dataset.issues || !config$1.abortEarly) {
					for (const key in input) if (/* @__PURE__ */ _isValidObjectKey(input, key) && !Object.prototype.hasOwnProperty.call(this.entries, key)) dataset.value[key] = input[key];
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/looseTuple/looseTuple.ts
/* @__NO_SIDE_EFFECTS__ */
function looseTuple(items, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "loose_tuple",
		reference: looseTuple,
		expects: "Array",
		async: false,
		items,
		message: message$1,
		"~run"(dataset, config$1) {
			const input = dataset.value;
			if (Array.isArray(input)) {
				dataset.typed = true;
				dataset.value = [];
				for (let key = 0; key < this.items.length; key++) {
					const value$1 = input[key];
					const itemDataset = this.items[key]["~run"]({ value: value$1 }, config$1);
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
				if (!dataset.issues || !config$1.abortEarly) for (let key = this.items.length; key < input.length; key++) dataset.value.push(input[key]);
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/looseTuple/looseTupleAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function looseTupleAsync(items, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "loose_tuple",
		reference: looseTupleAsync,
		expects: "Array",
		async: true,
		items,
		message: message$1,
		async "~run"(dataset, config$1) {
			const input = dataset.value;
			if (Array.isArray(input)) {
				dataset.typed = true;
				dataset.value = [];
				const itemDatasets = await Promise.all(this.items.map(async (item, key) => {
					const value$1 = input[key];
					return [
						key,
						value$1,
						await item["~run"]({ value: value$1 }, config$1)
					];
				}));
				for (const [key, value$1, itemDataset] of itemDatasets) {
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
				if (!dataset.issues || !config$1.abortEarly) for (let key = this.items.length; key < input.length; key++) dataset.value.push(input[key]);
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/map/map.ts
/* @__NO_SIDE_EFFECTS__ */
function map(key, value$1, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "map",
		reference: map,
		expects: "Map",
		async: false,
		key,
		value: value$1,
		message: message$1,
		"~run"(dataset, config$1) {
			const input = dataset.value;
			if (input instanceof Map) {
				dataset.typed = true;
				dataset.value = /* @__PURE__ */ new Map();
				for (const [inputKey, inputValue] of input) {
					const keyDataset = this.key["~run"]({ value: inputKey }, config$1);
					if (keyDataset.issues) {
						const pathItem = {
							type: "map",
							origin: "key",
							input,
							key: inputKey,
							value: inputValue
						};
						for (const issue of keyDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = keyDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					const valueDataset = this.value["~run"]({ value: inputValue }, config$1);
					if (valueDataset.issues) {
						const pathItem = {
							type: "map",
							origin: "value",
							input,
							key: inputKey,
							value: inputValue
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
					if (!keyDataset.typed || !valueDataset.typed) dataset.typed = false;
					dataset.value.set(keyDataset.value, valueDataset.value);
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/map/mapAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function mapAsync(key, value$1, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "map",
		reference: mapAsync,
		expects: "Map",
		async: true,
		key,
		value: value$1,
		message: message$1,
		async "~run"(dataset, config$1) {
			const input = dataset.value;
			if (input instanceof Map) {
				dataset.typed = true;
				dataset.value = /* @__PURE__ */ new Map();
				const datasets = await Promise.all([...input].map(([inputKey, inputValue]) => Promise.all([
					inputKey,
					inputValue,
					this.key["~run"]({ value: inputKey }, config$1),
					this.value["~run"]({ value: inputValue }, config$1)
				])));
				for (const [inputKey, inputValue, keyDataset, valueDataset] of datasets) {
					if (keyDataset.issues) {
						const pathItem = {
							type: "map",
							origin: "key",
							input,
							key: inputKey,
							value: inputValue
						};
						for (const issue of keyDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = keyDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (valueDataset.issues) {
						const pathItem = {
							type: "map",
							origin: "value",
							input,
							key: inputKey,
							value: inputValue
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
					if (!keyDataset.typed || !valueDataset.typed) dataset.typed = false;
					dataset.value.set(keyDataset.value, valueDataset.value);
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/nan/nan.ts
/* @__NO_SIDE_EFFECTS__ */
function nan(message$1) {
	return _standardSchema({
		kind: "schema",
		type: "nan",
		reference: nan,
		expects: "NaN",
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			if (Number.isNaN(dataset.value)) dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/never/never.ts
/* @__NO_SIDE_EFFECTS__ */
function never(message$1) {
	return _standardSchema({
		kind: "schema",
		type: "never",
		reference: never,
		expects: "never",
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			_addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/nonNullable/nonNullable.ts
/* @__NO_SIDE_EFFECTS__ */
function nonNullable(wrapped, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "non_nullable",
		reference: nonNullable,
		expects: "!null",
		async: false,
		wrapped,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.value !== null) dataset = this.wrapped["~run"](dataset, config$1);
			if (dataset.value === null) _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/nonNullable/nonNullableAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function nonNullableAsync(wrapped, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "non_nullable",
		reference: nonNullableAsync,
		expects: "!null",
		async: true,
		wrapped,
		message: message$1,
		async "~run"(dataset, config$1) {
			if (dataset.value !== null) dataset = await this.wrapped["~run"](dataset, config$1);
			if (dataset.value === null) _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/nonNullish/nonNullish.ts
/* @__NO_SIDE_EFFECTS__ */
function nonNullish(wrapped, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "non_nullish",
		reference: nonNullish,
		expects: "(!null & !undefined)",
		async: false,
		wrapped,
		message: message$1,
		"~run"(dataset, config$1) {
			if (!(dataset.value === null || dataset.value === void 0)) dataset = this.wrapped["~run"](dataset, config$1);
			if (dataset.value === null || dataset.value === void 0) _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/nonNullish/nonNullishAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function nonNullishAsync(wrapped, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "non_nullish",
		reference: nonNullishAsync,
		expects: "(!null & !undefined)",
		async: true,
		wrapped,
		message: message$1,
		async "~run"(dataset, config$1) {
			if (!(dataset.value === null || dataset.value === void 0)) dataset = await this.wrapped["~run"](dataset, config$1);
			if (dataset.value === null || dataset.value === void 0) _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/nonOptional/nonOptional.ts
/* @__NO_SIDE_EFFECTS__ */
function nonOptional(wrapped, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "non_optional",
		reference: nonOptional,
		expects: "!undefined",
		async: false,
		wrapped,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.value !== void 0) dataset = this.wrapped["~run"](dataset, config$1);
			if (dataset.value === void 0) _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/nonOptional/nonOptionalAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function nonOptionalAsync(wrapped, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "non_optional",
		reference: nonOptionalAsync,
		expects: "!undefined",
		async: true,
		wrapped,
		message: message$1,
		async "~run"(dataset, config$1) {
			if (dataset.value !== void 0) dataset = await this.wrapped["~run"](dataset, config$1);
			if (dataset.value === void 0) _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/null/null.ts
/* @__NO_SIDE_EFFECTS__ */
function null_(message$1) {
	return _standardSchema({
		kind: "schema",
		type: "null",
		reference: null_,
		expects: "null",
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.value === null) dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/nullable/nullable.ts
/* @__NO_SIDE_EFFECTS__ */
function nullable(wrapped, default_) {
	return _standardSchema({
		kind: "schema",
		type: "nullable",
		reference: nullable,
		expects: `(${wrapped.expects} | null)`,
		async: false,
		wrapped,
		default: default_,
		"~run"(dataset, config$1) {
			if (dataset.value === null) {
				if (this.default !== void 0) dataset.value = /* @__PURE__ */ getDefault(this, dataset, config$1);
				if (dataset.value === null) {
					dataset.typed = true;
					return dataset;
				}
			}
			return this.wrapped["~run"](dataset, config$1);
		}
	});
}

//#endregion
//#region src/schemas/nullable/nullableAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function nullableAsync(wrapped, default_) {
	return _standardSchema({
		kind: "schema",
		type: "nullable",
		reference: nullableAsync,
		expects: `(${wrapped.expects} | null)`,
		async: true,
		wrapped,
		default: default_,
		async "~run"(dataset, config$1) {
			if (dataset.value === null) {
				if (this.default !== void 0) dataset.value = await /* @__PURE__ */ getDefault(this, dataset, config$1);
				if (dataset.value === null) {
					dataset.typed = true;
					return dataset;
				}
			}
			return this.wrapped["~run"](dataset, config$1);
		}
	});
}

//#endregion
//#region src/schemas/nullish/nullish.ts
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

//#endregion
//#region src/schemas/nullish/nullishAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function nullishAsync(wrapped, default_) {
	return _standardSchema({
		kind: "schema",
		type: "nullish",
		reference: nullishAsync,
		expects: `(${wrapped.expects} | null | undefined)`,
		async: true,
		wrapped,
		default: default_,
		async "~run"(dataset, config$1) {
			if (dataset.value === null || dataset.value === void 0) {
				if (this.default !== void 0) dataset.value = await /* @__PURE__ */ getDefault(this, dataset, config$1);
				if (dataset.value === null || dataset.value === void 0) {
					dataset.typed = true;
					return dataset;
				}
			}
			return this.wrapped["~run"](dataset, config$1);
		}
	});
}

//#endregion
//#region src/schemas/number/number.ts
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

//#endregion
//#region src/schemas/object/object.ts
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

//#endregion
//#region src/schemas/object/objectAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function objectAsync(entries$1, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "object",
		reference: objectAsync,
		expects: "Object",
		async: true,
		entries: entries$1,
		message: message$1,
		async "~run"(dataset, config$1) {
			const input = dataset.value;
			if (input && typeof input === "object") {
				dataset.typed = true;
				dataset.value = {};
				const valueDatasets = await Promise.all(Object.entries(this.entries).map(async ([key, valueSchema]) => {
					if (key in input || (valueSchema.type === "exact_optional" || valueSchema.type === "optional" || valueSchema.type === "nullish") && valueSchema.default !== void 0) {
						const value$1 = key in input ? input[key] : await /* @__PURE__ */ getDefault(valueSchema);
						return [
							key,
							value$1,
							valueSchema,
							await valueSchema["~run"]({ value: value$1 }, config$1)
						];
					}
					return [
						key,
						input[key],
						valueSchema,
						null
					];
				}));
				for (const [key, value$1, valueSchema, valueDataset] of valueDatasets) if (valueDataset) {
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
				} else if (valueSchema.fallback !== void 0) dataset.value[key] = await /* @__PURE__ */ getFallback(valueSchema);
				else if (valueSchema.type !== "exact_optional" && valueSchema.type !== "optional" && valueSchema.type !== "nullish") {
					_addIssue(this, "key", dataset, config$1, {
						input: void 0,
						expected: `"${key}"`,
						path: [{
							type: "object",
							origin: "key",
							input,
							key,
							value: value$1
						}]
					});
					if (config$1.abortEarly) break;
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/objectWithRest/objectWithRest.ts
/* @__NO_SIDE_EFFECTS__ */
function objectWithRest(entries$1, rest, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "object_with_rest",
		reference: objectWithRest,
		expects: "Object",
		async: false,
		entries: entries$1,
		rest,
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
				if (!dataset.issues || !config$1.abortEarly) {
					for (const key in input) if (/* @__PURE__ */ _isValidObjectKey(input, key) && !Object.prototype.hasOwnProperty.call(this.entries, key)) {
						const valueDataset = this.rest["~run"]({ value: input[key] }, config$1);
						if (valueDataset.issues) {
							const pathItem = {
								type: "object",
								origin: "value",
								input,
								key,
								value: input[key]
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
					}
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/objectWithRest/objectWithRestAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function objectWithRestAsync(entries$1, rest, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "object_with_rest",
		reference: objectWithRestAsync,
		expects: "Object",
		async: true,
		entries: entries$1,
		rest,
		message: message$1,
		async "~run"(dataset, config$1) {
			const input = dataset.value;
			if (input && typeof input === "object") {
				dataset.typed = true;
				dataset.value = {};
				const [normalDatasets, restDatasets] = await Promise.all([Promise.all(Object.entries(this.entries).map(async ([key, valueSchema]) => {
					if (key in input || (valueSchema.type === "exact_optional" || valueSchema.type === "optional" || valueSchema.type === "nullish") && valueSchema.default !== void 0) {
						const value$1 = key in input ? input[key] : await /* @__PURE__ */ getDefault(valueSchema);
						return [
							key,
							value$1,
							valueSchema,
							await valueSchema["~run"]({ value: value$1 }, config$1)
						];
					}
					return [
						key,
						input[key],
						valueSchema,
						null
					];
				})), Promise.all(Object.entries(input).filter(([key]) => /* @__PURE__ */ _isValidObjectKey(input, key) && !Object.prototype.hasOwnProperty.call(this.entries, key)).map(async ([key, value$1]) => [
					key,
					value$1,
					await this.rest["~run"]({ value: value$1 }, config$1)
				]))]);
				for (const [key, value$1, valueSchema, valueDataset] of normalDatasets) if (valueDataset) {
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
				} else if (valueSchema.fallback !== void 0) dataset.value[key] = await /* @__PURE__ */ getFallback(valueSchema);
				else if (valueSchema.type !== "exact_optional" && valueSchema.type !== "optional" && valueSchema.type !== "nullish") {
					_addIssue(this, "key", dataset, config$1, {
						input: void 0,
						expected: `"${key}"`,
						path: [{
							type: "object",
							origin: "key",
							input,
							key,
							value: value$1
						}]
					});
					if (config$1.abortEarly) break;
				}
				if (!dataset.issues || !config$1.abortEarly) for (const [key, value$1, valueDataset] of restDatasets) {
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
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/optional/optional.ts
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

//#endregion
//#region src/schemas/optional/optionalAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function optionalAsync(wrapped, default_) {
	return _standardSchema({
		kind: "schema",
		type: "optional",
		reference: optionalAsync,
		expects: `(${wrapped.expects} | undefined)`,
		async: true,
		wrapped,
		default: default_,
		async "~run"(dataset, config$1) {
			if (dataset.value === void 0) {
				if (this.default !== void 0) dataset.value = await /* @__PURE__ */ getDefault(this, dataset, config$1);
				if (dataset.value === void 0) {
					dataset.typed = true;
					return dataset;
				}
			}
			return this.wrapped["~run"](dataset, config$1);
		}
	});
}

//#endregion
//#region src/schemas/picklist/picklist.ts
/* @__NO_SIDE_EFFECTS__ */
function picklist(options, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "picklist",
		reference: picklist,
		expects: /* @__PURE__ */ _joinExpects(options.map(_stringify), "|"),
		async: false,
		options,
		message: message$1,
		"~run"(dataset, config$1) {
			if (this.options.includes(dataset.value)) dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/promise/promise.ts
/* @__NO_SIDE_EFFECTS__ */
function promise(message$1) {
	return _standardSchema({
		kind: "schema",
		type: "promise",
		reference: promise,
		expects: "Promise",
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.value instanceof Promise) dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/record/record.ts
/* @__NO_SIDE_EFFECTS__ */
function record(key, value$1, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "record",
		reference: record,
		expects: "Object",
		async: false,
		key,
		value: value$1,
		message: message$1,
		"~run"(dataset, config$1) {
			const input = dataset.value;
			if (input && typeof input === "object") {
				dataset.typed = true;
				dataset.value = {};
				for (const entryKey in input) if (/* @__PURE__ */ _isValidObjectKey(input, entryKey)) {
					const entryValue = input[entryKey];
					const keyDataset = this.key["~run"]({ value: entryKey }, config$1);
					if (keyDataset.issues) {
						const pathItem = {
							type: "object",
							origin: "key",
							input,
							key: entryKey,
							value: entryValue
						};
						for (const issue of keyDataset.issues) {
							issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = keyDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					const valueDataset = this.value["~run"]({ value: entryValue }, config$1);
					if (valueDataset.issues) {
						const pathItem = {
							type: "object",
							origin: "value",
							input,
							key: entryKey,
							value: entryValue
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
					if (!keyDataset.typed || !valueDataset.typed) dataset.typed = false;
					if (keyDataset.typed) dataset.value[keyDataset.value] = valueDataset.value;
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/record/recordAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function recordAsync(key, value$1, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "record",
		reference: recordAsync,
		expects: "Object",
		async: true,
		key,
		value: value$1,
		message: message$1,
		async "~run"(dataset, config$1) {
			const input = dataset.value;
			if (input && typeof input === "object") {
				dataset.typed = true;
				dataset.value = {};
				const datasets = await Promise.all(Object.entries(input).filter(([key$1]) => /* @__PURE__ */ _isValidObjectKey(input, key$1)).map(([entryKey, entryValue]) => Promise.all([
					entryKey,
					entryValue,
					this.key["~run"]({ value: entryKey }, config$1),
					this.value["~run"]({ value: entryValue }, config$1)
				])));
				for (const [entryKey, entryValue, keyDataset, valueDataset] of datasets) {
					if (keyDataset.issues) {
						const pathItem = {
							type: "object",
							origin: "key",
							input,
							key: entryKey,
							value: entryValue
						};
						for (const issue of keyDataset.issues) {
							issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = keyDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (valueDataset.issues) {
						const pathItem = {
							type: "object",
							origin: "value",
							input,
							key: entryKey,
							value: entryValue
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
					if (!keyDataset.typed || !valueDataset.typed) dataset.typed = false;
					if (keyDataset.typed) dataset.value[keyDataset.value] = valueDataset.value;
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/set/set.ts
/* @__NO_SIDE_EFFECTS__ */
function set(value$1, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "set",
		reference: set,
		expects: "Set",
		async: false,
		value: value$1,
		message: message$1,
		"~run"(dataset, config$1) {
			const input = dataset.value;
			if (input instanceof Set) {
				dataset.typed = true;
				dataset.value = /* @__PURE__ */ new Set();
				for (const inputValue of input) {
					const valueDataset = this.value["~run"]({ value: inputValue }, config$1);
					if (valueDataset.issues) {
						const pathItem = {
							type: "set",
							origin: "value",
							input,
							key: null,
							value: inputValue
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
					dataset.value.add(valueDataset.value);
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/set/setAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function setAsync(value$1, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "set",
		reference: setAsync,
		expects: "Set",
		async: true,
		value: value$1,
		message: message$1,
		async "~run"(dataset, config$1) {
			const input = dataset.value;
			if (input instanceof Set) {
				dataset.typed = true;
				dataset.value = /* @__PURE__ */ new Set();
				const valueDatasets = await Promise.all([...input].map(async (inputValue) => [inputValue, await this.value["~run"]({ value: inputValue }, config$1)]));
				for (const [inputValue, valueDataset] of valueDatasets) {
					if (valueDataset.issues) {
						const pathItem = {
							type: "set",
							origin: "value",
							input,
							key: null,
							value: inputValue
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
					dataset.value.add(valueDataset.value);
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/strictObject/strictObject.ts
/* @__NO_SIDE_EFFECTS__ */
function strictObject(entries$1, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "strict_object",
		reference: strictObject,
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
				if (!dataset.issues || !config$1.abortEarly) {
					for (const key in input) if (!Object.prototype.hasOwnProperty.call(this.entries, key)) {
						_addIssue(this, "key", dataset, config$1, {
							input: key,
							expected: "never",
							path: [{
								type: "object",
								origin: "key",
								input,
								key,
								value: input[key]
							}]
						});
						break;
					}
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/strictObject/strictObjectAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function strictObjectAsync(entries$1, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "strict_object",
		reference: strictObjectAsync,
		expects: "Object",
		async: true,
		entries: entries$1,
		message: message$1,
		async "~run"(dataset, config$1) {
			const input = dataset.value;
			if (input && typeof input === "object") {
				dataset.typed = true;
				dataset.value = {};
				const valueDatasets = await Promise.all(Object.entries(this.entries).map(async ([key, valueSchema]) => {
					if (key in input || (valueSchema.type === "exact_optional" || valueSchema.type === "optional" || valueSchema.type === "nullish") && valueSchema.default !== void 0) {
						const value$1 = key in input ? input[key] : await /* @__PURE__ */ getDefault(valueSchema);
						return [
							key,
							value$1,
							valueSchema,
							await valueSchema["~run"]({ value: value$1 }, config$1)
						];
					}
					return [
						key,
						input[key],
						valueSchema,
						null
					];
				}));
				for (const [key, value$1, valueSchema, valueDataset] of valueDatasets) if (valueDataset) {
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
				} else if (valueSchema.fallback !== void 0) dataset.value[key] = await /* @__PURE__ */ getFallback(valueSchema);
				else if (valueSchema.type !== "exact_optional" && valueSchema.type !== "optional" && valueSchema.type !== "nullish") {
					_addIssue(this, "key", dataset, config$1, {
						input: void 0,
						expected: `"${key}"`,
						path: [{
							type: "object",
							origin: "key",
							input,
							key,
							value: value$1
						}]
					});
					if (config$1.abortEarly) break;
				}
				if (!dataset.issues || !config$1.abortEarly) {
					for (const key in input) if (!Object.prototype.hasOwnProperty.call(this.entries, key)) {
						_addIssue(this, "key", dataset, config$1, {
							input: key,
							expected: "never",
							path: [{
								type: "object",
								origin: "key",
								input,
								key,
								value: input[key]
							}]
						});
						break;
					}
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/strictTuple/strictTuple.ts
/* @__NO_SIDE_EFFECTS__ */
function strictTuple(items, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "strict_tuple",
		reference: strictTuple,
		expects: "Array",
		async: false,
		items,
		message: message$1,
		"~run"(dataset, config$1) {
			const input = dataset.value;
			if (Array.isArray(input)) {
				dataset.typed = true;
				dataset.value = [];
				for (let key = 0; key < this.items.length; key++) {
					const value$1 = input[key];
					const itemDataset = this.items[key]["~run"]({ value: value$1 }, config$1);
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
				if (!(dataset.issues && config$1.abortEarly) && this.items.length < input.length) _addIssue(this, "type", dataset, config$1, {
					input: input[this.items.length],
					expected: "never",
					path: [{
						type: "array",
						origin: "value",
						input,
						key: this.items.length,
						value: input[this.items.length]
					}]
				});
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/strictTuple/strictTupleAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function strictTupleAsync(items, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "strict_tuple",
		reference: strictTupleAsync,
		expects: "Array",
		async: true,
		items,
		message: message$1,
		async "~run"(dataset, config$1) {
			const input = dataset.value;
			if (Array.isArray(input)) {
				dataset.typed = true;
				dataset.value = [];
				const itemDatasets = await Promise.all(this.items.map(async (item, key) => {
					const value$1 = input[key];
					return [
						key,
						value$1,
						await item["~run"]({ value: value$1 }, config$1)
					];
				}));
				for (const [key, value$1, itemDataset] of itemDatasets) {
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
				if (!(dataset.issues && config$1.abortEarly) && this.items.length < input.length) _addIssue(this, "type", dataset, config$1, {
					input: input[this.items.length],
					expected: "never",
					path: [{
						type: "array",
						origin: "value",
						input,
						key: this.items.length,
						value: input[this.items.length]
					}]
				});
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/string/string.ts
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

//#endregion
//#region src/schemas/symbol/symbol.ts
/* @__NO_SIDE_EFFECTS__ */
function symbol(message$1) {
	return _standardSchema({
		kind: "schema",
		type: "symbol",
		reference: symbol,
		expects: "symbol",
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			if (typeof dataset.value === "symbol") dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/tuple/tuple.ts
/* @__NO_SIDE_EFFECTS__ */
function tuple(items, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "tuple",
		reference: tuple,
		expects: "Array",
		async: false,
		items,
		message: message$1,
		"~run"(dataset, config$1) {
			const input = dataset.value;
			if (Array.isArray(input)) {
				dataset.typed = true;
				dataset.value = [];
				for (let key = 0; key < this.items.length; key++) {
					const value$1 = input[key];
					const itemDataset = this.items[key]["~run"]({ value: value$1 }, config$1);
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

//#endregion
//#region src/schemas/tuple/tupleAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function tupleAsync(items, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "tuple",
		reference: tupleAsync,
		expects: "Array",
		async: true,
		items,
		message: message$1,
		async "~run"(dataset, config$1) {
			const input = dataset.value;
			if (Array.isArray(input)) {
				dataset.typed = true;
				dataset.value = [];
				const itemDatasets = await Promise.all(this.items.map(async (item, key) => {
					const value$1 = input[key];
					return [
						key,
						value$1,
						await item["~run"]({ value: value$1 }, config$1)
					];
				}));
				for (const [key, value$1, itemDataset] of itemDatasets) {
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

//#endregion
//#region src/schemas/tupleWithRest/tupleWithRest.ts
/* @__NO_SIDE_EFFECTS__ */
function tupleWithRest(items, rest, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "tuple_with_rest",
		reference: tupleWithRest,
		expects: "Array",
		async: false,
		items,
		rest,
		message: message$1,
		"~run"(dataset, config$1) {
			const input = dataset.value;
			if (Array.isArray(input)) {
				dataset.typed = true;
				dataset.value = [];
				for (let key = 0; key < this.items.length; key++) {
					const value$1 = input[key];
					const itemDataset = this.items[key]["~run"]({ value: value$1 }, config$1);
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
				if (!dataset.issues || !config$1.abortEarly) for (let key = this.items.length; key < input.length; key++) {
					const value$1 = input[key];
					const itemDataset = this.rest["~run"]({ value: value$1 }, config$1);
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

//#endregion
//#region src/schemas/tupleWithRest/tupleWithRestAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function tupleWithRestAsync(items, rest, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "tuple_with_rest",
		reference: tupleWithRestAsync,
		expects: "Array",
		async: true,
		items,
		rest,
		message: message$1,
		async "~run"(dataset, config$1) {
			const input = dataset.value;
			if (Array.isArray(input)) {
				dataset.typed = true;
				dataset.value = [];
				const [normalDatasets, restDatasets] = await Promise.all([Promise.all(this.items.map(async (item, key) => {
					const value$1 = input[key];
					return [
						key,
						value$1,
						await item["~run"]({ value: value$1 }, config$1)
					];
				})), Promise.all(input.slice(this.items.length).map(async (value$1, key) => {
					return [
						key + this.items.length,
						value$1,
						await this.rest["~run"]({ value: value$1 }, config$1)
					];
				}))]);
				for (const [key, value$1, itemDataset] of normalDatasets) {
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
				if (!dataset.issues || !config$1.abortEarly) for (const [key, value$1, itemDataset] of restDatasets) {
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

//#endregion
//#region src/schemas/undefined/undefined.ts
/* @__NO_SIDE_EFFECTS__ */
function undefined_(message$1) {
	return _standardSchema({
		kind: "schema",
		type: "undefined",
		reference: undefined_,
		expects: "undefined",
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.value === void 0) dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/undefinedable/undefinedable.ts
/* @__NO_SIDE_EFFECTS__ */
function undefinedable(wrapped, default_) {
	return _standardSchema({
		kind: "schema",
		type: "undefinedable",
		reference: undefinedable,
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

//#endregion
//#region src/schemas/undefinedable/undefinedableAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function undefinedableAsync(wrapped, default_) {
	return _standardSchema({
		kind: "schema",
		type: "undefinedable",
		reference: undefinedableAsync,
		expects: `(${wrapped.expects} | undefined)`,
		async: true,
		wrapped,
		default: default_,
		async "~run"(dataset, config$1) {
			if (dataset.value === void 0) {
				if (this.default !== void 0) dataset.value = await /* @__PURE__ */ getDefault(this, dataset, config$1);
				if (dataset.value === void 0) {
					dataset.typed = true;
					return dataset;
				}
			}
			return this.wrapped["~run"](dataset, config$1);
		}
	});
}

//#endregion
//#region src/schemas/union/utils/_subIssues/_subIssues.ts
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

//#endregion
//#region src/schemas/union/union.ts
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

//#endregion
//#region src/schemas/union/unionAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function unionAsync(options, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "union",
		reference: unionAsync,
		expects: /* @__PURE__ */ _joinExpects(options.map((option) => option.expects), "|"),
		async: true,
		options,
		message: message$1,
		async "~run"(dataset, config$1) {
			let validDataset;
			let typedDatasets;
			let untypedDatasets;
			for (const schema of this.options) {
				const optionDataset = await schema["~run"]({ value: dataset.value }, config$1);
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

//#endregion
//#region src/schemas/unknown/unknown.ts
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

//#endregion
//#region src/schemas/variant/variant.ts
/* @__NO_SIDE_EFFECTS__ */
function variant(key, options, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "variant",
		reference: variant,
		expects: "Object",
		async: false,
		key,
		options,
		message: message$1,
		"~run"(dataset, config$1) {
			const input = dataset.value;
			if (input && typeof input === "object") {
				let outputDataset;
				let maxDiscriminatorPriority = 0;
				let invalidDiscriminatorKey = this.key;
				let expectedDiscriminators = [];
				const parseOptions = (variant$1, allKeys) => {
					for (const schema of variant$1.options) {
						if (schema.type === "variant") parseOptions(schema, new Set(allKeys).add(schema.key));
						else {
							let keysAreValid = true;
							let currentPriority = 0;
							for (const currentKey of allKeys) {
								const discriminatorSchema = schema.entries[currentKey];
								if (currentKey in input ? discriminatorSchema["~run"]({
									typed: false,
									value: input[currentKey]
								}, ABORT_EARLY_CONFIG).issues : discriminatorSchema.type !== "exact_optional" && discriminatorSchema.type !== "optional" && discriminatorSchema.type !== "nullish") {
									keysAreValid = false;
									if (invalidDiscriminatorKey !== currentKey && (maxDiscriminatorPriority < currentPriority || maxDiscriminatorPriority === currentPriority && currentKey in input && !(invalidDiscriminatorKey in input))) {
										maxDiscriminatorPriority = currentPriority;
										invalidDiscriminatorKey = currentKey;
										expectedDiscriminators = [];
									}
									if (invalidDiscriminatorKey === currentKey) expectedDiscriminators.push(schema.entries[currentKey].expects);
									break;
								}
								currentPriority++;
							}
							if (keysAreValid) {
								const optionDataset = schema["~run"]({ value: input }, config$1);
								if (!outputDataset || !outputDataset.typed && optionDataset.typed) outputDataset = optionDataset;
							}
						}
						if (outputDataset && !outputDataset.issues) break;
					}
				};
				parseOptions(this, new Set([this.key]));
				if (outputDataset) return outputDataset;
				_addIssue(this, "type", dataset, config$1, {
					input: input[invalidDiscriminatorKey],
					expected: /* @__PURE__ */ _joinExpects(expectedDiscriminators, "|"),
					path: [{
						type: "object",
						origin: "value",
						input,
						key: invalidDiscriminatorKey,
						value: input[invalidDiscriminatorKey]
					}]
				});
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/variant/variantAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function variantAsync(key, options, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "variant",
		reference: variantAsync,
		expects: "Object",
		async: true,
		key,
		options,
		message: message$1,
		async "~run"(dataset, config$1) {
			const input = dataset.value;
			if (input && typeof input === "object") {
				let outputDataset;
				let maxDiscriminatorPriority = 0;
				let invalidDiscriminatorKey = this.key;
				let expectedDiscriminators = [];
				const parseOptions = async (variant$1, allKeys) => {
					for (const schema of variant$1.options) {
						if (schema.type === "variant") await parseOptions(schema, new Set(allKeys).add(schema.key));
						else {
							let keysAreValid = true;
							let currentPriority = 0;
							for (const currentKey of allKeys) {
								const discriminatorSchema = schema.entries[currentKey];
								if (currentKey in input ? (await discriminatorSchema["~run"]({
									typed: false,
									value: input[currentKey]
								}, ABORT_EARLY_CONFIG)).issues : discriminatorSchema.type !== "exact_optional" && discriminatorSchema.type !== "optional" && discriminatorSchema.type !== "nullish") {
									keysAreValid = false;
									if (invalidDiscriminatorKey !== currentKey && (maxDiscriminatorPriority < currentPriority || maxDiscriminatorPriority === currentPriority && currentKey in input && !(invalidDiscriminatorKey in input))) {
										maxDiscriminatorPriority = currentPriority;
										invalidDiscriminatorKey = currentKey;
										expectedDiscriminators = [];
									}
									if (invalidDiscriminatorKey === currentKey) expectedDiscriminators.push(schema.entries[currentKey].expects);
									break;
								}
								currentPriority++;
							}
							if (keysAreValid) {
								const optionDataset = await schema["~run"]({ value: input }, config$1);
								if (!outputDataset || !outputDataset.typed && optionDataset.typed) outputDataset = optionDataset;
							}
						}
						if (outputDataset && !outputDataset.issues) break;
					}
				};
				await parseOptions(this, new Set([this.key]));
				if (outputDataset) return outputDataset;
				_addIssue(this, "type", dataset, config$1, {
					input: input[invalidDiscriminatorKey],
					expected: /* @__PURE__ */ _joinExpects(expectedDiscriminators, "|"),
					path: [{
						type: "object",
						origin: "value",
						input,
						key: invalidDiscriminatorKey,
						value: input[invalidDiscriminatorKey]
					}]
				});
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/schemas/void/void.ts
/* @__NO_SIDE_EFFECTS__ */
function void_(message$1) {
	return _standardSchema({
		kind: "schema",
		type: "void",
		reference: void_,
		expects: "void",
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.value === void 0) dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}

//#endregion
//#region src/methods/keyof/keyof.ts
/* @__NO_SIDE_EFFECTS__ */
function keyof(schema, message$1) {
	return /* @__PURE__ */ picklist(Object.keys(schema.entries), message$1);
}

//#endregion
//#region src/methods/message/message.ts
/**
* Changes the local message configuration of a schema.
*
* @param schema The schema to configure.
* @param message_ The error message.
*
* @returns The configured schema.
*/
/* @__NO_SIDE_EFFECTS__ */
function message(schema, message_) {
	return _standardSchema({
		...schema,
		"~run"(dataset, config$1) {
			return schema["~run"](dataset, {
				...config$1,
				message: message_
			});
		}
	});
}

//#endregion
//#region src/methods/omit/omit.ts
/**
* Creates a modified copy of an object schema that does not contain the
* selected entries.
*
* @param schema The schema to omit from.
* @param keys The selected entries.
*
* @returns An object schema.
*/
/* @__NO_SIDE_EFFECTS__ */
function omit(schema, keys) {
	const entries$1 = { ...schema.entries };
	for (const key of keys) delete entries$1[key];
	return _standardSchema({
		...schema,
		entries: entries$1
	});
}

//#endregion
//#region src/methods/parse/parse.ts
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

//#endregion
//#region src/methods/parse/parseAsync.ts
/**
* Parses an unknown input based on a schema.
*
* @param schema The schema to be used.
* @param input The input to be parsed.
* @param config The parse configuration.
*
* @returns The parsed input.
*/
async function parseAsync(schema, input, config$1) {
	const dataset = await schema["~run"]({ value: input }, /* @__PURE__ */ getGlobalConfig(config$1));
	if (dataset.issues) throw new ValiError(dataset.issues);
	return dataset.value;
}

//#endregion
//#region src/methods/parser/parser.ts
/* @__NO_SIDE_EFFECTS__ */
function parser(schema, config$1) {
	const func = (input) => parse(schema, input, config$1);
	func.schema = schema;
	func.config = config$1;
	return func;
}

//#endregion
//#region src/methods/parser/parserAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function parserAsync(schema, config$1) {
	const func = (input) => parseAsync(schema, input, config$1);
	func.schema = schema;
	func.config = config$1;
	return func;
}

//#endregion
//#region src/methods/partial/partial.ts
/* @__NO_SIDE_EFFECTS__ */
function partial(schema, keys) {
	const entries$1 = {};
	for (const key in schema.entries) entries$1[key] = !keys || keys.includes(key) ? /* @__PURE__ */ optional(schema.entries[key]) : schema.entries[key];
	return _standardSchema({
		...schema,
		entries: entries$1
	});
}

//#endregion
//#region src/methods/partial/partialAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function partialAsync(schema, keys) {
	const entries$1 = {};
	for (const key in schema.entries) entries$1[key] = !keys || keys.includes(key) ? /* @__PURE__ */ optionalAsync(schema.entries[key]) : schema.entries[key];
	return _standardSchema({
		...schema,
		entries: entries$1
	});
}

//#endregion
//#region src/methods/pick/pick.ts
/**
* Creates a modified copy of an object schema that contains only the selected
* entries.
*
* @param schema The schema to pick from.
* @param keys The selected entries.
*
* @returns An object schema.
*/
/* @__NO_SIDE_EFFECTS__ */
function pick(schema, keys) {
	const entries$1 = {};
	for (const key of keys) entries$1[key] = schema.entries[key];
	return _standardSchema({
		...schema,
		entries: entries$1
	});
}

//#endregion
//#region src/methods/pipe/pipe.ts
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

//#endregion
//#region src/methods/pipe/pipeAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function pipeAsync(...pipe$1) {
	return _standardSchema({
		...pipe$1[0],
		pipe: pipe$1,
		async: true,
		async "~run"(dataset, config$1) {
			for (const item of pipe$1) if (item.kind !== "metadata") {
				if (dataset.issues && (item.kind === "schema" || item.kind === "transformation")) {
					dataset.typed = false;
					break;
				}
				if (!dataset.issues || !config$1.abortEarly && !config$1.abortPipeEarly) dataset = await item["~run"](dataset, config$1);
			}
			return dataset;
		}
	});
}

//#endregion
//#region src/methods/required/required.ts
/* @__NO_SIDE_EFFECTS__ */
function required(schema, arg2, arg3) {
	const keys = Array.isArray(arg2) ? arg2 : void 0;
	const message$1 = Array.isArray(arg2) ? arg3 : arg2;
	const entries$1 = {};
	for (const key in schema.entries) entries$1[key] = !keys || keys.includes(key) ? /* @__PURE__ */ nonOptional(schema.entries[key], message$1) : schema.entries[key];
	return _standardSchema({
		...schema,
		entries: entries$1
	});
}

//#endregion
//#region src/methods/required/requiredAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function requiredAsync(schema, arg2, arg3) {
	const keys = Array.isArray(arg2) ? arg2 : void 0;
	const message$1 = Array.isArray(arg2) ? arg3 : arg2;
	const entries$1 = {};
	for (const key in schema.entries) entries$1[key] = !keys || keys.includes(key) ? /* @__PURE__ */ nonOptionalAsync(schema.entries[key], message$1) : schema.entries[key];
	return _standardSchema({
		...schema,
		entries: entries$1
	});
}

//#endregion
//#region src/methods/safeParse/safeParse.ts
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

//#endregion
//#region src/methods/safeParse/safeParseAsync.ts
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
async function safeParseAsync(schema, input, config$1) {
	const dataset = await schema["~run"]({ value: input }, /* @__PURE__ */ getGlobalConfig(config$1));
	return {
		typed: dataset.typed,
		success: !dataset.issues,
		output: dataset.value,
		issues: dataset.issues
	};
}

//#endregion
//#region src/methods/safeParser/safeParser.ts
/* @__NO_SIDE_EFFECTS__ */
function safeParser(schema, config$1) {
	const func = (input) => /* @__PURE__ */ safeParse(schema, input, config$1);
	func.schema = schema;
	func.config = config$1;
	return func;
}

//#endregion
//#region src/methods/safeParser/safeParserAsync.ts
/* @__NO_SIDE_EFFECTS__ */
function safeParserAsync(schema, config$1) {
	const func = (input) => /* @__PURE__ */ safeParseAsync(schema, input, config$1);
	func.schema = schema;
	func.config = config$1;
	return func;
}

//#endregion
//#region src/methods/summarize/summarize.ts
/**
* Summarize the error messages of issues in a pretty-printable multi-line string.
*
* @param issues The list of issues.
*
* @returns A summary of the issues.
*
* @beta
*/
/* @__NO_SIDE_EFFECTS__ */
function summarize(issues) {
	let summary = "";
	for (const issue of issues) {
		if (summary) summary += "\n";
		summary += `× ${issue.message}`;
		const dotPath = /* @__PURE__ */ getDotPath(issue);
		if (dotPath) summary += `\n  → at ${dotPath}`;
	}
	return summary;
}

//#endregion
//#region src/methods/unwrap/unwrap.ts
/**
* Unwraps the wrapped schema.
*
* @param schema The schema to be unwrapped.
*
* @returns The unwrapped schema.
*/
/* @__NO_SIDE_EFFECTS__ */
function unwrap(schema) {
	return schema.wrapped;
}

//#endregion


/***/ })

/******/ });
/************************************************************************/
/******/ // The module cache
/******/ var __webpack_module_cache__ = {};
/******/ 
/******/ // The require function
/******/ function __nccwpck_require__(moduleId) {
/******/ 	// Check if module is in cache
/******/ 	var cachedModule = __webpack_module_cache__[moduleId];
/******/ 	if (cachedModule !== undefined) {
/******/ 		return cachedModule.exports;
/******/ 	}
/******/ 	// Create a new module (and put it into the cache)
/******/ 	var module = __webpack_module_cache__[moduleId] = {
/******/ 		id: moduleId,
/******/ 		loaded: false,
/******/ 		exports: {}
/******/ 	};
/******/ 
/******/ 	// Execute the module function
/******/ 	var threw = true;
/******/ 	try {
/******/ 		__webpack_modules__[moduleId](module, module.exports, __nccwpck_require__);
/******/ 		threw = false;
/******/ 	} finally {
/******/ 		if(threw) delete __webpack_module_cache__[moduleId];
/******/ 	}
/******/ 
/******/ 	// Flag the module as loaded
/******/ 	module.loaded = true;
/******/ 
/******/ 	// Return the exports of the module
/******/ 	return module.exports;
/******/ }
/******/ 
/******/ // expose the modules object (__webpack_modules__)
/******/ __nccwpck_require__.m = __webpack_modules__;
/******/ 
/************************************************************************/
/******/ /* webpack/runtime/asset-relocator-loader */
/******/ if (typeof __nccwpck_require__ !== 'undefined') __nccwpck_require__.ab = decodeURIComponent(new URL('.', import.meta.url).pathname).slice(import.meta.url.match(/^file:\/\/\/\w:/) ? 1 : 0, -1) + "/";
/******/ 
/******/ /* webpack/runtime/async module */
/******/ (() => {
/******/ 	var webpackQueues = typeof Symbol === "function" ? Symbol("webpack queues") : "__webpack_queues__";
/******/ 	var webpackExports = typeof Symbol === "function" ? Symbol("webpack exports") : "__webpack_exports__";
/******/ 	var webpackError = typeof Symbol === "function" ? Symbol("webpack error") : "__webpack_error__";
/******/ 	var resolveQueue = (queue) => {
/******/ 		if(queue && queue.d < 1) {
/******/ 			queue.d = 1;
/******/ 			queue.forEach((fn) => (fn.r--));
/******/ 			queue.forEach((fn) => (fn.r-- ? fn.r++ : fn()));
/******/ 		}
/******/ 	}
/******/ 	var wrapDeps = (deps) => (deps.map((dep) => {
/******/ 		if(dep !== null && typeof dep === "object") {
/******/ 			if(dep[webpackQueues]) return dep;
/******/ 			if(dep.then) {
/******/ 				var queue = [];
/******/ 				queue.d = 0;
/******/ 				dep.then((r) => {
/******/ 					obj[webpackExports] = r;
/******/ 					resolveQueue(queue);
/******/ 				}, (e) => {
/******/ 					obj[webpackError] = e;
/******/ 					resolveQueue(queue);
/******/ 				});
/******/ 				var obj = {};
/******/ 				obj[webpackQueues] = (fn) => (fn(queue));
/******/ 				return obj;
/******/ 			}
/******/ 		}
/******/ 		var ret = {};
/******/ 		ret[webpackQueues] = x => {};
/******/ 		ret[webpackExports] = dep;
/******/ 		return ret;
/******/ 	}));
/******/ 	__nccwpck_require__.a = (module, body, hasAwait) => {
/******/ 		var queue;
/******/ 		hasAwait && ((queue = []).d = -1);
/******/ 		var depQueues = new Set();
/******/ 		var exports = module.exports;
/******/ 		var currentDeps;
/******/ 		var outerResolve;
/******/ 		var reject;
/******/ 		var promise = new Promise((resolve, rej) => {
/******/ 			reject = rej;
/******/ 			outerResolve = resolve;
/******/ 		});
/******/ 		promise[webpackExports] = exports;
/******/ 		promise[webpackQueues] = (fn) => (queue && fn(queue), depQueues.forEach(fn), promise["catch"](x => {}));
/******/ 		module.exports = promise;
/******/ 		body((deps) => {
/******/ 			currentDeps = wrapDeps(deps);
/******/ 			var fn;
/******/ 			var getResult = () => (currentDeps.map((d) => {
/******/ 				if(d[webpackError]) throw d[webpackError];
/******/ 				return d[webpackExports];
/******/ 			}))
/******/ 			var promise = new Promise((resolve) => {
/******/ 				fn = () => (resolve(getResult));
/******/ 				fn.r = 0;
/******/ 				var fnQueue = (q) => (q !== queue && !depQueues.has(q) && (depQueues.add(q), q && !q.d && (fn.r++, q.push(fn))));
/******/ 				currentDeps.map((dep) => (dep[webpackQueues](fnQueue)));
/******/ 			});
/******/ 			return fn.r ? promise : getResult();
/******/ 		}, (err) => ((err ? reject(promise[webpackError] = err) : outerResolve(exports)), resolveQueue(queue)));
/******/ 		queue && queue.d < 0 && (queue.d = 0);
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/create fake namespace object */
/******/ (() => {
/******/ 	var getProto = Object.getPrototypeOf ? (obj) => (Object.getPrototypeOf(obj)) : (obj) => (obj.__proto__);
/******/ 	var leafPrototypes;
/******/ 	// create a fake namespace object
/******/ 	// mode & 1: value is a module id, require it
/******/ 	// mode & 2: merge all properties of value into the ns
/******/ 	// mode & 4: return value when already ns object
/******/ 	// mode & 16: return value when it's Promise-like
/******/ 	// mode & 8|1: behave like require
/******/ 	__nccwpck_require__.t = function(value, mode) {
/******/ 		if(mode & 1) value = this(value);
/******/ 		if(mode & 8) return value;
/******/ 		if(typeof value === 'object' && value) {
/******/ 			if((mode & 4) && value.__esModule) return value;
/******/ 			if((mode & 16) && typeof value.then === 'function') return value;
/******/ 		}
/******/ 		var ns = Object.create(null);
/******/ 		__nccwpck_require__.r(ns);
/******/ 		var def = {};
/******/ 		leafPrototypes = leafPrototypes || [null, getProto({}), getProto([]), getProto(getProto)];
/******/ 		for(var current = mode & 2 && value; typeof current == 'object' && !~leafPrototypes.indexOf(current); current = getProto(current)) {
/******/ 			Object.getOwnPropertyNames(current).forEach((key) => (def[key] = () => (value[key])));
/******/ 		}
/******/ 		def['default'] = () => (value);
/******/ 		__nccwpck_require__.d(ns, def);
/******/ 		return ns;
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/define property getters */
/******/ (() => {
/******/ 	// define getter functions for harmony exports
/******/ 	__nccwpck_require__.d = (exports, definition) => {
/******/ 		for(var key in definition) {
/******/ 			if(__nccwpck_require__.o(definition, key) && !__nccwpck_require__.o(exports, key)) {
/******/ 				Object.defineProperty(exports, key, { enumerable: true, get: definition[key] });
/******/ 			}
/******/ 		}
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/ensure chunk */
/******/ (() => {
/******/ 	__nccwpck_require__.f = {};
/******/ 	// This file contains only the entry chunk.
/******/ 	// The chunk loading function for additional chunks
/******/ 	__nccwpck_require__.e = (chunkId) => {
/******/ 		return Promise.all(Object.keys(__nccwpck_require__.f).reduce((promises, key) => {
/******/ 			__nccwpck_require__.f[key](chunkId, promises);
/******/ 			return promises;
/******/ 		}, []));
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/get javascript chunk filename */
/******/ (() => {
/******/ 	// This function allow to reference async chunks
/******/ 	__nccwpck_require__.u = (chunkId) => {
/******/ 		// return url for filenames based on template
/******/ 		return "" + chunkId + ".index.js";
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/hasOwnProperty shorthand */
/******/ (() => {
/******/ 	__nccwpck_require__.o = (obj, prop) => (Object.prototype.hasOwnProperty.call(obj, prop))
/******/ })();
/******/ 
/******/ /* webpack/runtime/make namespace object */
/******/ (() => {
/******/ 	// define __esModule on exports
/******/ 	__nccwpck_require__.r = (exports) => {
/******/ 		if(typeof Symbol !== 'undefined' && Symbol.toStringTag) {
/******/ 			Object.defineProperty(exports, Symbol.toStringTag, { value: 'Module' });
/******/ 		}
/******/ 		Object.defineProperty(exports, '__esModule', { value: true });
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/node module decorator */
/******/ (() => {
/******/ 	__nccwpck_require__.nmd = (module) => {
/******/ 		module.paths = [];
/******/ 		if (!module.children) module.children = [];
/******/ 		return module;
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/import chunk loading */
/******/ (() => {
/******/ 	// no baseURI
/******/ 	
/******/ 	// object to store loaded and loading chunks
/******/ 	// undefined = chunk not loaded, null = chunk preloaded/prefetched
/******/ 	// [resolve, Promise] = chunk loading, 0 = chunk loaded
/******/ 	var installedChunks = {
/******/ 		792: 0
/******/ 	};
/******/ 	
/******/ 	var installChunk = (data) => {
/******/ 		var {ids, modules, runtime} = data;
/******/ 		// add "modules" to the modules object,
/******/ 		// then flag all "ids" as loaded and fire callback
/******/ 		var moduleId, chunkId, i = 0;
/******/ 		for(moduleId in modules) {
/******/ 			if(__nccwpck_require__.o(modules, moduleId)) {
/******/ 				__nccwpck_require__.m[moduleId] = modules[moduleId];
/******/ 			}
/******/ 		}
/******/ 		if(runtime) runtime(__nccwpck_require__);
/******/ 		for(;i < ids.length; i++) {
/******/ 			chunkId = ids[i];
/******/ 			if(__nccwpck_require__.o(installedChunks, chunkId) && installedChunks[chunkId]) {
/******/ 				installedChunks[chunkId][0]();
/******/ 			}
/******/ 			installedChunks[ids[i]] = 0;
/******/ 		}
/******/ 	
/******/ 	}
/******/ 	
/******/ 	__nccwpck_require__.f.j = (chunkId, promises) => {
/******/ 			// import() chunk loading for javascript
/******/ 			var installedChunkData = __nccwpck_require__.o(installedChunks, chunkId) ? installedChunks[chunkId] : undefined;
/******/ 			if(installedChunkData !== 0) { // 0 means "already installed".
/******/ 	
/******/ 				// a Promise means "currently loading".
/******/ 				if(installedChunkData) {
/******/ 					promises.push(installedChunkData[1]);
/******/ 				} else {
/******/ 					if(true) { // all chunks have JS
/******/ 						// setup Promise in chunk cache
/******/ 						var promise = import("./" + __nccwpck_require__.u(chunkId)).then(installChunk, (e) => {
/******/ 							if(installedChunks[chunkId] !== 0) installedChunks[chunkId] = undefined;
/******/ 							throw e;
/******/ 						});
/******/ 						var promise = Promise.race([promise, new Promise((resolve) => (installedChunkData = installedChunks[chunkId] = [resolve]))])
/******/ 						promises.push(installedChunkData[1] = promise);
/******/ 					}
/******/ 				}
/******/ 			}
/******/ 	};
/******/ 	
/******/ 	// no prefetching
/******/ 	
/******/ 	// no preloaded
/******/ 	
/******/ 	// no external install chunk
/******/ 	
/******/ 	// no on chunks loaded
/******/ })();
/******/ 
/************************************************************************/
/******/ 
/******/ // startup
/******/ // Load entry module and return exports
/******/ // This entry module used 'module' so it can't be inlined
/******/ var __webpack_exports__ = __nccwpck_require__(1296);
/******/ __webpack_exports__ = await __webpack_exports__;
/******/ 
