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

/***/ 7971:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   m: () => (/* binding */ systemClock),
/* harmony export */   u: () => (/* binding */ describeSpan)
/* harmony export */ });
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(8500);

// build/clock.js
const systemClock = {
	now: Date.now,
	random: Math.random,
	deadline: (milliseconds) => AbortSignal.timeout(milliseconds),
	async sleep(milliseconds, signal) {
		signal.throwIfAborted();
		await (0,node_timers_promises__WEBPACK_IMPORTED_MODULE_0__.setTimeout)(milliseconds, void 0, { signal }).catch(() => signal.throwIfAborted());
	}
};
/** A span of time for people: `450 ms`, `12 s`, `2 min 5 s`, `1 h 3 min`. */
function describeSpan(milliseconds) {
	if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`;
	const seconds = Math.round(milliseconds / 1e3);
	if (seconds < 60) return `${seconds} s`;
	const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds % 3600 / 60)];
	return (hours > 0 ? [`${hours} h`, `${minutes} min`] : [`${minutes} min`, `${seconds % 60} s`]).filter((part) => !part.startsWith("0 ")).join(" ");
}



/***/ }),

/***/ 3711:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Gj: () => (/* binding */ rayId),
/* harmony export */   O1: () => (/* binding */ describeAnswer),
/* harmony export */   ar: () => (/* binding */ isSuccessStatus),
/* harmony export */   wx: () => (/* binding */ header)
/* harmony export */ });
/* harmony import */ var _untrusted_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3279);

// build/cloudflare/answer.js
/** A header field's value; several of one name are joined, as HTTP has it. */
function header(answer, name) {
	const value = answer.headers[name];
	return Array.isArray(value) ? value.join(", ") : value;
}
/** The Ray ID, which names the request to Cloudflare's support. https://developers.cloudflare.com/fundamentals/reference/cloudflare-ray-id/ */
function rayId(answer) {
	const value = header(answer, "cf-ray");
	return value === void 0 ? void 0 : (0,_untrusted_js__WEBPACK_IMPORTED_MODULE_0__/* .oneLine */ .T)(value, 64);
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

/***/ 8485:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   d: () => (/* binding */ ProxyFault)
/* harmony export */ });
// build/cloudflare/connection.js
/** What went wrong, in its cause, on the way to the proxy of this host. */
var ProxyFault = class extends Error {
	name = "ProxyFault";
	host;
	constructor(host, cause) {
		super("no connection to the proxy", { cause });
		this.host = host;
	}
};



/***/ }),

/***/ 4817:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  N: () => (/* binding */ connect),
  i: () => (/* binding */ proxyFor)
});

// EXTERNAL MODULE: ./build/shaken/failure.js
var failure = __nccwpck_require__(2095);
// EXTERNAL MODULE: ./build/shaken/inputs/values.js
var values = __nccwpck_require__(7233);
// EXTERNAL MODULE: external "node:http"
var external_node_http_ = __nccwpck_require__(7067);
;// CONCATENATED MODULE: external "node:https"
const external_node_https_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:https");
;// CONCATENATED MODULE: ./build/shaken/cloudflare/direct.js


// build/cloudflare/direct.js
/** Straight to the API, with nothing but Node's own client, which is the fastest to load. */
function connectDirectly(apiBaseUrl) {
	const isSecure = apiBaseUrl.protocol === "https:";
	const { Agent, request } = isSecure ? external_node_https_namespaceObject : external_node_http_;
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
			sent.on("close", () => reject(Object.assign(/* @__PURE__ */ new Error("closed"), { code: "ECONNRESET" })));
			return promise;
		},
		destroy: () => agent.destroy()
	};
}


;// CONCATENATED MODULE: ./build/shaken/cloudflare/proxy.js



// build/cloudflare/proxy.js
/**
* The connections to use: through the proxy of the environment, or direct if there is none. Times are in milliseconds.
* Throws a Failure if the proxy's URL cannot be read.
*/
async function connect(env, apiBaseUrl, timeoutMs) {
	const proxy = proxyFor(env, apiBaseUrl);
	if (proxy === void 0) return connectDirectly(apiBaseUrl);
	const { connectThroughProxy } = await Promise.all(/* import() */[__nccwpck_require__.e(752), __nccwpck_require__.e(72)]).then(__nccwpck_require__.bind(__nccwpck_require__, 5072));
	return connectThroughProxy(proxy, timeoutMs);
}
/**
* The proxy to reach a URL through: `HTTPS_PROXY` for https and `HTTP_PROXY` for http, lower case first, unless
* `NO_PROXY` names the host. A loopback address has none. `proxy:3128` without a scheme is taken as http, as curl does.
* Throws a Failure if the proxy's URL cannot be read; its text is not repeated, since it may have a password in it.
* https://docs.github.com/en/actions/how-tos/manage-runners/self-hosted-runners/use-proxy-servers
*/
function proxyFor(env, url) {
	if ((0,values/* isLoopback */.U9)(url) || isExempt(url, env["no_proxy"] || env["NO_PROXY"] || "")) return void 0;
	const name = (url.protocol === "https:" ? ["https_proxy", "HTTPS_PROXY"] : ["http_proxy", "HTTP_PROXY"]).find((name) => env[name]?.trim());
	const value = env[name ?? ""]?.trim();
	if (value === void 0) return void 0;
	const proxy = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`);
	if (proxy && /^https?:$/.test(proxy.protocol) && hasReadableCredentials(proxy)) return proxy;
	throw new failure/* Failure */.HR({
		kind: "input",
		about: `Variable ${name}`,
		problem: "must be the URL of a proxy",
		message: `The environment variable ${name} must be the URL of a proxy.`,
		action: "Examples are http://proxy.example:3128 and http://user:password@proxy.example:3128, with a % in the password written as %25."
	});
}
/** Whether `NO_PROXY` names a host: itself, a domain that it is in (also `.example` and `*.example`), or `*`; also with a port. */
function isExempt({ hostname, port, protocol }, noProxy) {
	const host = hostname.replace(/\.$/, "");
	return noProxy.toLowerCase().split(/[\s,]+/).some((entry) => {
		const [, name = "", only] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
		if (only !== void 0 && only !== (port || (protocol === "https:" ? "443" : "80"))) return false;
		const domain = name.replace(/^\*?\./, "");
		return name === "*" || domain !== "" && (host === domain || host.endsWith(`.${domain}`));
	});
}
/** A lone `%` in a user name or password stands for nothing. */
function hasReadableCredentials({ username, password }) {
	try {
		decodeURIComponent(username + password);
		return true;
	} catch {
		return false;
	}
}



/***/ }),

/***/ 9405:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   DW: () => (/* binding */ parseConnector),
/* harmony export */   Fh: () => (/* binding */ givenFields),
/* harmony export */   Sd: () => (/* binding */ nameOfConnector),
/* harmony export */   cJ: () => (/* binding */ FIELDS),
/* harmony export */   kU: () => (/* binding */ describeDesired),
/* harmony export */   p4: () => (/* binding */ isVerified)
/* harmony export */ });
/* harmony import */ var _node_modules_valibot_dist_index_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(4441);
/* harmony import */ var _untrusted_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(3279);
/* harmony import */ var _domain_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(9677);



// build/connector/connector.js
/** The fields of a connector that can be changed. */
const FIELDS = ["enabled", "use_fedramp_language"];
const optionalText = (0,_node_modules_valibot_dist_index_js__WEBPACK_IMPORTED_MODULE_0__/* .nullish */ .cl)((0,_node_modules_valibot_dist_index_js__WEBPACK_IMPORTED_MODULE_0__/* .string */ .Yj)());
const optionalFlag = (0,_node_modules_valibot_dist_index_js__WEBPACK_IMPORTED_MODULE_0__/* .nullish */ .cl)((0,_node_modules_valibot_dist_index_js__WEBPACK_IMPORTED_MODULE_0__/* .boolean */ .zM)());
/**
* A connector as the API documents it: every field is optional. Times are for show alone, so that a strange one is
* passed over; anything that a decision hangs on must be of its type.
* https://developers.cloudflare.com/api/resources/iam/subresources/sso/
*/
const ConnectorSchema = (0,_node_modules_valibot_dist_index_js__WEBPACK_IMPORTED_MODULE_0__/* .looseObject */ ._H)({
	id: optionalText,
	email_domain: optionalText,
	enabled: optionalFlag,
	use_fedramp_language: optionalFlag,
	verification: (0,_node_modules_valibot_dist_index_js__WEBPACK_IMPORTED_MODULE_0__/* .nullish */ .cl)((0,_node_modules_valibot_dist_index_js__WEBPACK_IMPORTED_MODULE_0__/* .looseObject */ ._H)({
		code: optionalText,
		status: optionalText
	})),
	created_on: (0,_node_modules_valibot_dist_index_js__WEBPACK_IMPORTED_MODULE_0__/* .fallback */ .Np)(optionalText, void 0),
	updated_on: (0,_node_modules_valibot_dist_index_js__WEBPACK_IMPORTED_MODULE_0__/* .fallback */ .Np)(optionalText, void 0)
});
/** Reads a connector. Throws a TypeError that says what is not as documented. */
function parseConnector(value) {
	const parsed = (0,_node_modules_valibot_dist_index_js__WEBPACK_IMPORTED_MODULE_0__/* .safeParse */ .xL)(ConnectorSchema, value);
	if (!parsed.success) throw new TypeError(describeIssue(parsed.issues[0]));
	const { verification, ...connector } = parsed.output;
	return {
		id: nonBlank(connector.id),
		email_domain: nonBlank(connector.email_domain),
		enabled: connector.enabled ?? void 0,
		use_fedramp_language: connector.use_fedramp_language ?? void 0,
		verification_status: nonBlank(verification?.status),
		verification_code: nonBlank(verification?.code),
		created_on: connector.created_on ?? void 0,
		updated_on: connector.updated_on ?? void 0,
		raw: value
	};
}
/** The text, if there is one: an empty or invisible text names nothing. */
function nonBlank(value) {
	return (0,_untrusted_js__WEBPACK_IMPORTED_MODULE_2__/* .oneLine */ .T)(value ?? "") === "" ? void 0 : value ?? void 0;
}
/** A connector's name for people: its domain, or else `connector 023e…`. */
function nameOfConnector(id, domain) {
	if (domain !== void 0) return (0,_untrusted_js__WEBPACK_IMPORTED_MODULE_2__/* .oneLine */ .T)((0,_domain_js__WEBPACK_IMPORTED_MODULE_1__/* .domainForPeople */ .Nn)(domain), 255);
	return id === void 0 ? "a connector without a name" : `connector ${(0,_untrusted_js__WEBPACK_IMPORTED_MODULE_2__/* .oneLine */ .T)(id, 64)}`;
}
/** Whether the domain's ownership is verified: by the status `verified` and nothing else. */
function isVerified(connector) {
	return connector.verification_status === "verified";
}
/** The fields that are given, in the order of the API's documentation. */
function givenFields(desired) {
	return FIELDS.filter((field) => desired[field] !== void 0);
}
/** The fields that are given, for people: `enabled=true, use_fedramp_language=false`. */
function describeDesired(desired) {
	return givenFields(desired).map((field) => `${field}=${desired[field]}`).join(", ");
}
function describeIssue(issue) {
	const path = (0,_node_modules_valibot_dist_index_js__WEBPACK_IMPORTED_MODULE_0__/* .getDotPath */ .Bu)(issue);
	const expected = issue.expected?.replace(/ \| (null|undefined)|[()]/g, "") ?? "something else";
	return `${path ? `its ${path}` : "it"} is ${(0,_untrusted_js__WEBPACK_IMPORTED_MODULE_2__/* .oneLine */ .T)(issue.received, 80)}, not ${(0,_untrusted_js__WEBPACK_IMPORTED_MODULE_2__/* .oneLine */ .T)(expected, 80)}`;
}



/***/ }),

/***/ 9677:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Hs: () => (/* binding */ sameDomain),
/* harmony export */   Nn: () => (/* binding */ domainForPeople),
/* harmony export */   T5: () => (/* binding */ canonicalDomain),
/* harmony export */   sZ: () => (/* binding */ unicodeDomain)
/* harmony export */ });
/* harmony import */ var node_url__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3136);

// build/connector/domain.js
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
	const name = text.trim().replace(IDNA_DOTS, ".").replace(/\.$/, "");
	const lower = name.toLowerCase();
	if (PLAIN.test(lower) && !lower.includes("xn--")) return lower;
	if (!/^[^\s.:/@?#[\]\\%]+(\.[^\s.:/@?#[\]\\%]+)*$/u.test(name)) return void 0;
	return (0,node_url__WEBPACK_IMPORTED_MODULE_0__.domainToASCII)(name) || void 0;
}
/** Whether two spellings name the same domain, without regard to case, a trailing dot, or Unicode and punycode. */
function sameDomain(one, other) {
	const canonical = canonicalDomain(one);
	return canonical !== void 0 && canonical === canonicalDomain(other);
}
/** A domain for people, without a trailing dot: `bücher.example (xn--bcher-kva.example)` if the two spellings differ. */
function domainForPeople(domain) {
	const ascii = canonicalDomain(domain);
	if (ascii === void 0) return domain;
	const unicode = unicodeDomain(ascii);
	return unicode === ascii ? ascii : `${unicode} (${ascii})`;
}
/** The Unicode spelling of a domain in its canonical one. https://nodejs.org/api/url.html#urldomaintounicodedomain */
function unicodeDomain(canonical) {
	return canonical.includes("xn--") && (0,node_url__WEBPACK_IMPORTED_MODULE_0__.domainToUnicode)(canonical) || canonical;
}



/***/ }),

/***/ 3854:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   L: () => (/* binding */ findDrift)
/* harmony export */ });
/* harmony import */ var _connector_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(9405);

// build/connector/drift.js
/** The fields in which a connector differs from what you asked for. One that the API left out counts as differing. */
function findDrift(connector, desired) {
	return (0,_connector_js__WEBPACK_IMPORTED_MODULE_0__/* .givenFields */ .Fh)(desired).flatMap((field) => {
		const expected = desired[field] === true;
		if (connector[field] === expected) return [];
		return {
			sso_connector_id: connector.id ?? null,
			email_domain: connector.email_domain ?? null,
			field,
			expected,
			actual: connector[field] ?? null
		};
	});
}



/***/ }),

/***/ 7396:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   m: () => (/* binding */ endAtOnce)
/* harmony export */ });
// build/end.js
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
		if (process.execve !== void 0 && process.platform !== "win32") process.execve(process.execPath, [
			process.execPath,
			"--eval",
			`process.exit(${code})`
		], {});
		if (code === 1) process.kill(process.pid, "SIGKILL");
	}
	process.exit(code);
}



/***/ }),

/***/ 2095:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   HR: () => (/* binding */ Failure),
/* harmony export */   XM: () => (/* binding */ makeTitle),
/* harmony export */   cJ: () => (/* binding */ Cancelled)
/* harmony export */ });
// build/failure.js
/** Why a piece of the work failed: one problem or several, before they are recorded as those of a connector. */
var Failure = class Failure extends Error {
	name = "Failure";
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
	/** The same failure with its problems, or what is known of their effect, changed. */
	changed(change, mayHaveTakenEffect = this.mayHaveTakenEffect) {
		const { problems, passing, retryAfterMs, cause } = this;
		return new Failure(problems.map(change), {
			passing,
			retryAfterMs,
			mayHaveTakenEffect,
			cause
		});
	}
	/** Whether all its problems are of this kind. */
	isAll(kind) {
		return this.problems.every((problem) => problem.kind === kind);
	}
	/** Records the problems as those of a connector, or of what each is about. */
	record(subject = {}) {
		return this.problems.map((problem) => recordOf(problem, subject, this.mayHaveTakenEffect));
	}
};
const TITLE_LIMIT = 80;
/** So much of a name stays in a title, however long the problem is. */
const NAME_LIMIT = 30;
/** A title in at most 80 characters: who and what. A long name gives way to the problem, so that both are seen. */
function makeTitle(name, problem) {
	if (name === void 0) return shorten(problem, TITLE_LIMIT);
	return shorten(`${shorten(name, Math.max(NAME_LIMIT, 78 - problem.length))}: ${problem}`, TITLE_LIMIT);
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
		entry
	};
}
/** The job was cancelled: the process was asked to end by this signal. */
var Cancelled = class extends Error {
	name = "Cancelled";
	signal;
	constructor(signal) {
		super(`cancelled by ${signal}`);
		this.signal = signal;
	}
};



/***/ }),

/***/ 9545:
/***/ ((__webpack_module__, __unused_webpack___webpack_exports__, __nccwpck_require__) => {

__nccwpck_require__.a(__webpack_module__, async (__webpack_handle_async_dependencies__, __webpack_async_result__) => { try {
/* harmony import */ var _node_version_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(344);
/* harmony import */ var _clock_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(7971);
/* harmony import */ var _end_js__WEBPACK_IMPORTED_MODULE_7__ = __nccwpck_require__(7396);
/* harmony import */ var _failure_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(2095);
/* harmony import */ var _report_report_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(4884);
/* harmony import */ var _run_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(6202);
/* harmony import */ var _runner_log_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(58);
/* harmony import */ var _verification_dns_js__WEBPACK_IMPORTED_MODULE_6__ = __nccwpck_require__(2242);








// build/index.js
/** A cancelled run has to be over within a second, whatever still hangs. */
const CANCEL_LIMIT_MS = 900;
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
const { env } = process;
const cancel = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => {
	cancel.abort(new _failure_js__WEBPACK_IMPORTED_MODULE_2__/* .Cancelled */ .cJ(signal));
	setTimeout(_end_js__WEBPACK_IMPORTED_MODULE_7__/* .endAtOnce */ .m, CANCEL_LIMIT_MS, 1).unref();
});
process.exitCode = 1;
let exitCode = 1;
try {
	(0,_runner_log_js__WEBPACK_IMPORTED_MODULE_5__/* .maskSecrets */ .Q)(env);
	const world = {
		env,
		clock: _clock_js__WEBPACK_IMPORTED_MODULE_1__/* .systemClock */ .m,
		log: _runner_log_js__WEBPACK_IMPORTED_MODULE_5__/* .log */ .R,
		lookUpTxt: _verification_dns_js__WEBPACK_IMPORTED_MODULE_6__/* .lookUpTxt */ .J,
		signal: cancel.signal
	};
	const result = await (0,_run_js__WEBPACK_IMPORTED_MODULE_4__/* .run */ .e)(world);
	if (await (0,_report_report_js__WEBPACK_IMPORTED_MODULE_3__/* .report */ .z)(result, world)) exitCode = 0;
} catch (error) {
	_runner_log_js__WEBPACK_IMPORTED_MODULE_5__/* .log */ .R.error(`This should not have happened, please report it: ${error instanceof Error ? error.message : String(error)}`);
	_runner_log_js__WEBPACK_IMPORTED_MODULE_5__/* .log */ .R.debug(() => error instanceof Error ? error.stack ?? "" : "");
}
process.stdout.write("", () => (0,_end_js__WEBPACK_IMPORTED_MODULE_7__/* .endAtOnce */ .m)(exitCode));


__webpack_async_result__();
} catch(e) { __webpack_async_result__(e); } }, 1);

/***/ }),

/***/ 1936:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   HQ: () => (/* binding */ stripHead),
/* harmony export */   Ie: () => (/* binding */ parseVisible),
/* harmony export */   bB: () => (/* binding */ strip),
/* harmony export */   tO: () => (/* binding */ findInvisible)
/* harmony export */ });
// build/inputs/invisible.js
/** Characters that nobody sees, such as U+200B and controls, and white space that only looks plain, such as U+00A0. */
const INVISIBLE = /(?![\t\r\n])[\p{Cc}\p{Cf}\p{DI}]|[^\S \t\r\n]/u;
/** From the first character that is seen to the last. In linear time, as a `+$` for what is around them would not be. */
const SEEN = /[^\s\p{Cf}](?:.*[^\s\p{Cf}])?/su;
/** Visible ASCII, which nearly every value is: it spares the start of a run the tables of Unicode. */
const VISIBLE = /^[!-~]*$/;
/** A value without white space and invisible characters around it. */
function strip(text) {
	return VISIBLE.test(text) ? text : SEEN.exec(text)?.[0] ?? "";
}
/** A list without invisible characters at its head; white space stays, since it has a meaning in YAML. */
function stripHead(text) {
	return text.replace(/^[\s\p{Cf}]+/u, (head) => head.replace(/\p{Cf}/gu, ""));
}
/** The first invisible character and its place: `U+200B at position 5`. */
function findInvisible(text) {
	if (VISIBLE.test(text)) return void 0;
	const position = text.search(INVISIBLE);
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



/***/ }),

/***/ 7983:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   JR: () => (/* binding */ hintFor),
/* harmony export */   Rk: () => (/* binding */ KEYS),
/* harmony export */   d$: () => (/* binding */ findUndeclared),
/* harmony export */   mc: () => (/* binding */ INPUTS)
/* harmony export */ });
/* harmony import */ var fastest_levenshtein__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(1916);

// build/inputs/names.js
/** The inputs of action.yml, in its order (a test holds the two together). */
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
/** The inputs of a single connector, which are the keys of an entry of a list. */
const KEYS = [
	"sso_connector_id",
	"email_domain",
	"enabled",
	"use_fedramp_language"
];
/** Names that are not there but have a plain meaning, and what to use for them. */
const MEANINGS = new Map([
	...[
		"dry_run",
		"dryrun",
		"plan",
		"check",
		"check_only",
		"simulate",
		"confirm",
		"preview"
	].map(useFor("mode: plan")),
	...[
		"disable",
		"enable",
		"disabled",
		"active",
		"state",
		"status",
		"enforce",
		"sso"
	].map(useFor("enabled: true or false")),
	...["apply", "sync"].map(useFor("mode: reconcile"))
]);
function useFor(instead) {
	return (name) => [name, `Use ${instead}.`];
}
/**
* What to use for a name that is none of these: the same in another spelling, what it plainly means, or the nearest
* one if at most half of it differs.
*/
function hintFor(given, names) {
	const name = given.toLowerCase().replace(/[^a-z0-9]+/g, "_");
	const meaning = names.includes(name) ? void 0 : MEANINGS.get(name);
	if (meaning !== void 0) return meaning;
	const [nearest] = names.map((other) => ({
		other,
		differs: (0,fastest_levenshtein__WEBPACK_IMPORTED_MODULE_0__/* .distance */ .Io)(name, other) / Math.max(name.length, other.length)
	})).sort((one, other) => one.differs - other.differs);
	return nearest && nearest.differs <= .5 ? `Did you mean ${nearest.other}?` : void 0;
}
/**
* The `INPUT_*` variables, in any case, of inputs that action.yml does not declare. The runner only warns of them, and
* passes on any variable of that name: https://github.com/actions/runner/blob/main/src/Runner.Worker/ActionRunner.cs
*/
function findUndeclared(env) {
	const declared = INPUTS;
	return Object.keys(env).filter((variable) => {
		const [, name] = /^INPUT_(.+)$/is.exec(variable) ?? [];
		return name !== void 0 && !declared.includes(name.toLowerCase());
	});
}



/***/ }),

/***/ 316:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   EB: () => (/* binding */ anyOf),
/* harmony export */   ip: () => (/* binding */ USUAL_CAUSES),
/* harmony export */   oi: () => (/* binding */ inputProblem)
/* harmony export */ });
// build/inputs/problem.js
/** A problem of an input (`Input enabled` must be …), or at a place in one (`connectors, line 3`: …). */
function inputProblem(about, { must, not, action }, between = " ") {
	return {
		kind: "input",
		about,
		problem: must,
		message: `${about}${between}${must}${not === void 0 ? "" : `, not ${not}`}.`,
		action: action ?? null
	};
}
/** Why a value is empty that should not be. */
const USUAL_CAUSES = "Usual causes: the secret or variable does not exist, it is in an environment that the job does not name, or the run is from a fork or Dependabot.";
/** Words as a choice: `a, b or c`. */
function anyOf(words) {
	return words.join(", ").replace(/, ([^,]*)$/, " or $1");
}



/***/ }),

/***/ 3344:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   m: () => (/* binding */ Reader)
/* harmony export */ });
/* harmony import */ var _invisible_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(1936);
/* harmony import */ var _names_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7983);
/* harmony import */ var _problem_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(316);



// build/inputs/reader.js
/** Reads single inputs as the runner passes them on, and collects every problem instead of stopping at the first. */
var Reader = class {
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
		return (0,_invisible_js__WEBPACK_IMPORTED_MODULE_1__/* .strip */ .bB)(this.raw(name) ?? "") || void 0;
	}
	isGiven(name) {
		return this.text(name) !== void 0;
	}
	/** The value of an input, or undefined if it is not given or wrong (then with a problem noted). */
	optional(name, parse) {
		return this.#take(name, `Input ${name}`, this.text(name), parse);
	}
	/** As an object of one property, or none, to be spread: "not given" must stay apart from `false`. */
	field(name, parse) {
		const value = this.optional(name, parse);
		return value === void 0 ? {} : { [name]: value };
	}
	/** The value of an input that has a default: the runner passes it if the input is left out, so empty is a mistake. */
	withDefault(name, parse, byDefault) {
		const wrong = parse("");
		if ("must" in wrong && this.raw(name) !== void 0 && !this.isGiven(name)) {
			const action = `Its expression probably had no value. Give it one, or remove the input to use the default, ${byDefault}.`;
			this.problem(name, {
				must: wrong.must,
				not: "empty",
				action
			});
			return;
		}
		return this.optional(name, parse);
	}
	/** The value of an input or else of an environment variable. Neither is a problem, which an old variable may explain. */
	required(name, parse, variable, oldVariable) {
		const text = this.text(name);
		if (text !== void 0) return this.#take(name, `Input ${name}`, text, parse);
		const inherited = (0,_invisible_js__WEBPACK_IMPORTED_MODULE_1__/* .strip */ .bB)(this.#env[variable] ?? "") || void 0;
		if (inherited !== void 0) return this.#take(name, `Environment variable ${variable}`, inherited, parse);
		const action = (0,_invisible_js__WEBPACK_IMPORTED_MODULE_1__/* .strip */ .bB)(this.#env[oldVariable] ?? "") !== "" ? `Rename the environment variable ${oldVariable} to ${variable}.` : _problem_js__WEBPACK_IMPORTED_MODULE_2__/* .USUAL_CAUSES */ .ip;
		this.problem(name, {
			must: `must not be empty, unless ${variable} is set`,
			action
		});
	}
	/** Notes what is wrong with an input. */
	problem(name, wrong) {
		this.add(name, (0,_problem_js__WEBPACK_IMPORTED_MODULE_2__/* .inputProblem */ .oi)(`Input ${name}`, wrong));
	}
	/** Notes problems that have to do with an input, or with none. */
	add(name, ...problems) {
		const position = name === void 0 ? _names_js__WEBPACK_IMPORTED_MODULE_0__/* .INPUTS */ .mc.length : _names_js__WEBPACK_IMPORTED_MODULE_0__/* .INPUTS */ .mc.indexOf(name);
		for (const problem of problems) this.#problems.push([position, problem]);
	}
	#take(name, about, text, parse) {
		if (text === void 0) return void 0;
		const parsed = (0,_invisible_js__WEBPACK_IMPORTED_MODULE_1__/* .parseVisible */ .Ie)(text, parse);
		if ("must" in parsed) {
			this.add(name, (0,_problem_js__WEBPACK_IMPORTED_MODULE_2__/* .inputProblem */ .oi)(about, parsed));
			return;
		}
		if (parsed.warning) this.warn(`${about} ${parsed.warning}`);
		return parsed.value;
	}
};
function variableOf(name) {
	return `INPUT_${name.toUpperCase()}`;
}



/***/ }),

/***/ 1786:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  Tn: () => (/* binding */ mustBeVerified),
  R_: () => (/* binding */ readIssueToken),
  sb: () => (/* binding */ readSettings)
});

// EXTERNAL MODULE: ./build/shaken/failure.js
var failure = __nccwpck_require__(2095);
// EXTERNAL MODULE: ./build/shaken/plural.js
var plural = __nccwpck_require__(9827);
// EXTERNAL MODULE: ./build/shaken/untrusted.js
var untrusted = __nccwpck_require__(3279);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __nccwpck_require__(1455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __nccwpck_require__(6760);
;// CONCATENATED MODULE: ./build/shaken/inputs/list-file.js



// build/inputs/list-file.js
const LARGEST_FILE = 1048576;
/**
* Reads a file of the workspace by its relative path: UTF-8, at most 1 MiB, and no path or link that leaves the
* workspace. What is no regular file is not opened. `workspace` is the runner's `GITHUB_WORKSPACE`.
*/
async function readListFile(path, workspace) {
	const named = (0,external_node_path_.resolve)(workspace, path);
	if ((0,external_node_path_.isAbsolute)(path) || isOutside(workspace, named)) return outside((0,untrusted/* quoted */.k)(path));
	try {
		const file = await (0,promises_.realpath)(named);
		if (isOutside(await (0,promises_.realpath)(workspace), file)) return outside(`${(0,untrusted/* quoted */.k)(path)}, a link that leaves it`);
		return refuseFile(path, await (0,promises_.stat)(file)) ?? decode(path, await (0,promises_.readFile)(file));
	} catch (error) {
		return cannotRead(path, error);
	}
}
function isOutside(folder, path) {
	const way = (0,external_node_path_.relative)((0,external_node_path_.resolve)(folder), path);
	return way === ".." || way.startsWith(`..${external_node_path_.sep}`) || (0,external_node_path_.isAbsolute)(way);
}
function outside(not) {
	return {
		must: "must be a relative path within the workspace",
		not
	};
}
function refuseFile(path, status) {
	const not = (0,untrusted/* quoted */.k)(path);
	if (status.isDirectory()) return {
		must: "must name a regular file",
		not: `${not}, which is a folder`
	};
	if (!status.isFile()) return {
		must: "must name a regular file",
		not: `${not}, which is no regular file`
	};
	if (status.size <= LARGEST_FILE) return void 0;
	return {
		must: "must name a file of at most 1 MiB",
		not: `${not} of ${status.size} bytes`
	};
}
function decode(path, bytes) {
	try {
		return { value: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
	} catch {
		return {
			must: "must name a file in UTF-8",
			not: `${(0,untrusted/* quoted */.k)(path)}, which has other bytes`
		};
	}
}
function cannotRead(path, error) {
	const { code } = error;
	if (code !== "ENOENT" && code !== "ENOTDIR") return {
		must: "must name a file that can be read",
		not: `${(0,untrusted/* quoted */.k)(path)} (${code})`
	};
	return {
		must: "must name a file of the workspace",
		not: `${(0,untrusted/* quoted */.k)(path)}, which does not exist`,
		action: "Is there a checkout step before this one? The path starts at the root of the workspace."
	};
}


// EXTERNAL MODULE: ./build/shaken/inputs/names.js
var names = __nccwpck_require__(7983);
// EXTERNAL MODULE: ./build/shaken/inputs/problem.js
var problem = __nccwpck_require__(316);
// EXTERNAL MODULE: ./build/shaken/inputs/reader.js
var reader = __nccwpck_require__(3344);
// EXTERNAL MODULE: ./build/shaken/inputs/values.js
var values = __nccwpck_require__(7233);
;// CONCATENATED MODULE: ./build/shaken/inputs/rules.js




// build/inputs/rules.js
/** Refuses inputs that make no sense together; `mode` is undefined if that input itself is wrong. */
function refuseCombinations(read, settings, mode) {
	const rules = [
		...rulesOfLists(read),
		...rulesOfIssues(read, settings),
		...mode ? rulesOfMode(settings) : []
	];
	for (const [applies, name, must, action] of rules) if (applies) read.problem(name, {
		must,
		action
	});
}
function rulesOfLists(read) {
	const isInline = read.isGiven("connectors");
	if (!isInline && !read.isGiven("connectors_file")) return [];
	const must = `must not be given together with ${isInline ? "connectors" : "connectors_file"}`;
	return [[
		isInline && read.isGiven("connectors_file"),
		"connectors_file",
		must,
		"Remove one of the two."
	], ...names/* KEYS */.Rk.map((name) => [
		read.isGiven(name),
		name,
		must,
		"Put it into the entries of the list."
	])];
}
function rulesOfIssues(read, { mode, reportIssue }) {
	return [[
		reportIssue && mode === "plan",
		"report_issue",
		"must be false with mode: plan, which never writes",
		"Show the plan by its summary or by the output drift."
	], [
		reportIssue && !read.isGiven("github_token"),
		"github_token",
		"must not be empty with report_issue: true",
		"Remove it to use the token of the job."
	]];
}
function rulesOfMode(settings) {
	const { mode, many, targets, beginVerification, tokenExpiryWarning } = settings;
	const isPlan = mode === "plan";
	const isFail = settings.unlisted === "fail";
	const waits = settings.waitForVerification !== void 0;
	const isById = targets.length > 0 && targets.every(({ email_domain: domain }) => domain === void 0);
	const listsNothing = many && mode === "update" && isById && !waits && !beginVerification;
	const begin = `must be false with mode: ${mode}, which never writes`;
	return [
		[
			beginVerification && (isPlan || mode === "check"),
			"begin_verification",
			begin,
			"Use mode: update or reconcile."
		],
		[
			waits && isPlan,
			"wait_for_verification",
			"must not be given with mode: plan, which never waits",
			"Use mode: check to wait without a change."
		],
		[
			isFail && !many,
			"unlisted",
			"must be ignore or report for a single connector, not fail",
			"Use connectors or connectors_file, even for a list of one."
		],
		[
			isFail && listsNothing,
			"unlisted",
			"must be ignore or report with mode: update if no entry has email_domain, not fail",
			"Use mode: check or reconcile, which read the list of the account."
		],
		[
			tokenExpiryWarning !== void 0 && mode === "update",
			"token_expiry_warning",
			"must not be given with mode: update",
			"Use check or reconcile."
		]
	];
}
/**
* Refuses to send the token where certificates are not checked, but to this machine itself.
* https://nodejs.org/api/cli.html#node_tls_reject_unauthorizedvalue
*/
function refuseUntrustedTls(read, env, { apiBaseUrl }) {
	if (env["NODE_TLS_REJECT_UNAUTHORIZED"] !== "0" || (0,values/* isLoopback */.U9)(apiBaseUrl)) return;
	read.add("api_base_url", (0,problem/* inputProblem */.oi)("Environment variable NODE_TLS_REJECT_UNAUTHORIZED", {
		must: "must not be 0, or whoever answers gets the API token",
		action: "Remove it. If a proxy has a certificate of its own, set NODE_EXTRA_CA_CERTS to the file of its CA."
	}));
}
/** Refuses every input that action.yml does not declare: a gate or a dry run that is misspelt must not be passed over. */
function refuseUndeclared(read, env) {
	for (const variable of (0,names/* findUndeclared */.d$)(env)) {
		const name = variable.slice(6).toLowerCase();
		const source = `It may come from the environment variable ${(0,untrusted/* oneLine */.T)(variable, 80)}.`;
		const action = `${(0,names/* hintFor */.JR)(name, names/* INPUTS */.mc) ?? "Remove it."} ${source}`;
		read.add(void 0, (0,problem/* inputProblem */.oi)(`Input ${(0,untrusted/* oneLine */.T)(name, 80)}`, {
			must: "is not an input of this action",
			action
		}));
	}
}


;// CONCATENATED MODULE: ./build/shaken/inputs/shape.js
// build/inputs/shape.js
/** What `mode` may be. */
const MODES = [
	"update",
	"check",
	"plan",
	"reconcile"
];
/** What `unlisted` may be. */
const UNLISTED = [
	"ignore",
	"report",
	"fail"
];


;// CONCATENATED MODULE: ./build/shaken/inputs/token.js
// build/inputs/token.js
const CREATE = "Create an API token with the permission \"SSO Connector: Edit\".";
const ALONE = "The secret must have the token and nothing else.";
/** What is often given for a token, told by how it starts: a pattern, what it must be, and what to do. */
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
		`Write $\{{ secrets.NAME }}, with your name.`
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
* An API token: visible ASCII characters without white space. Nothing of the token is in what is said of it.
* https://developers.cloudflare.com/fundamentals/api/get-started/create-token/
*/
function parseToken(text) {
	const impostor = IMPOSTORS.find(([pattern]) => pattern.test(text));
	if (impostor) return {
		must: impostor[1],
		action: impostor[2]
	};
	const position = text.search(/[^\x21-\x7e]/);
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


;// CONCATENATED MODULE: ./build/shaken/inputs/settings.js











// build/inputs/settings.js
/**
* Reads the settings from the runner's `INPUT_*` variables, and the file of `connectors_file`. Says through `warn` what is
* odd but possible. Throws a Failure with every problem of all inputs at once, in the order of action.yml.
*/
async function readSettings(env, warn) {
	const read = new reader/* Reader */.m(env, warn);
	const apiToken = read.required("api_token", parseToken, "CLOUDFLARE_API_TOKEN", "CF_API_TOKEN");
	const accountId = read.required("account_id", values/* parseId */.Fg, "CLOUDFLARE_ACCOUNT_ID", "CF_ACCOUNT_ID");
	const many = read.isGiven("connectors") || read.isGiven("connectors_file");
	const targets = many ? await readMany(read, env) : readSingle(read);
	const mode = read.withDefault("mode", parseMode, "update");
	const settings = {
		apiToken: apiToken ?? "",
		accountId: accountId ?? "",
		mode: mode ?? "update",
		targets,
		many,
		requireVerified: read.withDefault("require_verified", values/* parseBoolean */.yG, "false") ?? false,
		beginVerification: read.optional("begin_verification", values/* parseBoolean */.yG) ?? false,
		waitForVerification: read.optional("wait_for_verification", values/* parseDuration */.E9),
		pollInterval: read.optional("poll_interval", values/* parseDuration */.E9) ?? 15e3,
		unlisted: read.optional("unlisted", (0,values/* parseChoice */.HU)(UNLISTED)) ?? "report",
		tokenExpiryWarning: read.optional("token_expiry_warning", values/* parseDays */.bs),
		requestTimeout: read.optional("request_timeout", values/* parseDuration */.E9) ?? 3e4,
		maxRetries: read.optional("max_retries", (0,values/* parseWholeNumber */.oA)(0, 10)) ?? 3,
		apiBaseUrl: read.optional("api_base_url", values/* parseBaseUrl */.Q2) ?? new URL("https://api.cloudflare.com/client/v4"),
		reportIssue: read.optional("report_issue", values/* parseBoolean */.yG) ?? false,
		issueKey: read.optional("issue_key", (value) => ({ value })) ?? ""
	};
	refuseCombinations(read, settings, mode);
	refuseUntrustedTls(read, env, settings);
	refuseUndeclared(read, env);
	if (read.problems.length > 0) throw new failure/* Failure */.HR(read.problems);
	return settings;
}
const parseMode = (0,values/* parseChoice */.HU)(MODES, (text) => (0,names/* hintFor */.JR)(text, MODES));
/** Whether the domain being verified is part of what is asked for, by the gate or by the wait. */
function mustBeVerified({ requireVerified, waitForVerification }) {
	return requireVerified || waitForVerification !== void 0;
}
function readSingle(read) {
	const target = {
		sso_connector_id: read.optional("sso_connector_id", values/* parseConnectorId */.OT),
		email_domain: read.optional("email_domain", values/* parseEmailDomain */.wp),
		desired: {
			...read.field("enabled", values/* parseBoolean */.yG),
			...read.field("use_fedramp_language", values/* parseBoolean */.yG)
		}
	};
	if (!read.isGiven("sso_connector_id") && !read.isGiven("email_domain")) read.problem("sso_connector_id", {
		must: "must not be empty, unless email_domain, connectors or connectors_file is given",
		action: `Name a connector. ${problem/* USUAL_CAUSES */.ip}`
	});
	return [target];
}
/** The runner shows 10 annotations of a type. */
const MOST_WARNINGS = 5;
async function readMany(read, env) {
	const { readConnectors } = await Promise.all(/* import() */[__nccwpck_require__.e(815), __nccwpck_require__.e(525)]).then(__nccwpck_require__.bind(__nccwpck_require__, 4525));
	const targets = [];
	const take = (name, text, source) => {
		const list = readConnectors(text, source);
		targets.push(...list.targets);
		read.add(name, ...list.problems);
		for (const warning of list.warnings.slice(0, MOST_WARNINGS)) read.warn(warning);
		const more = list.warnings.length - MOST_WARNINGS;
		if (more > 0) read.warn(`${source}: ${(0,plural/* counted */.h)(more, "more id")} of an unusual length.`);
	};
	if (read.isGiven("connectors")) take("connectors", read.raw("connectors") ?? "", "connectors");
	const path = read.optional("connectors_file", (value) => ({ value }));
	if (path !== void 0) {
		const file = await readListFile(path, env["GITHUB_WORKSPACE"] || ".");
		if ("must" in file) read.problem("connectors_file", file);
		else take("connectors_file", file.value, `connectors_file ${(0,untrusted/* oneLine */.T)(path, 60)}`);
	}
	return targets;
}
/**
* The token to report in a GitHub issue with; undefined if `report_issue` is not true, and with `mode: plan`, which never
* writes. Apart from the settings, so that a problem in the other inputs can be reported too.
*/
function readIssueToken(env) {
	const read = new reader/* Reader */.m(env, () => {});
	if (read.text("mode") === "plan") return void 0;
	return read.optional("report_issue", values/* parseBoolean */.yG) ? read.text("github_token") : void 0;
}



/***/ }),

/***/ 7233:
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
/* harmony import */ var _connector_domain_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(9677);
/* harmony import */ var _plural_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(9827);
/* harmony import */ var _untrusted_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(3279);
/* harmony import */ var _problem_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(316);
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(7030);





// build/inputs/values.js
const TRUE = [
	"true",
	"True",
	"TRUE"
];
const FALSE = [
	"false",
	"False",
	"FALSE"
];
/** A boolean of the YAML 1.2 core schema. https://yaml.org/spec/1.2.2/#1032-tag-resolution */
function parseBoolean(text) {
	if (TRUE.includes(text)) return { value: true };
	if (FALSE.includes(text)) return { value: false };
	return {
		must: "must be true or false",
		not: (0,_untrusted_js__WEBPACK_IMPORTED_MODULE_2__/* .quoted */ .k)(text)
	};
}
/** One of a few words; `hint` says what to do about another one. */
function parseChoice(choices, hint) {
	return (text) => {
		const value = choices.find((choice) => choice === text);
		return value ? { value } : {
			must: `must be ${(0,_problem_js__WEBPACK_IMPORTED_MODULE_3__/* .anyOf */ .EB)(choices)}`,
			not: (0,_untrusted_js__WEBPACK_IMPORTED_MODULE_2__/* .quoted */ .k)(text),
			action: hint?.(text)
		};
	};
}
const UNITS = /* @__PURE__ */ new Map([
	["", 1e3],
	["s", 1e3],
	["m", 6e4],
	["h", 36e5],
	["d", 864e5]
]);
function durationUpTo(longest, longestMs, form, examples) {
	return (text) => {
		const [, digits, unit = ""] = form.exec(text) ?? [];
		const value = Number(digits) * (UNITS.get(unit) ?? NaN);
		if (value >= 1e3 && value <= longestMs) return { value };
		return {
			must: `must be a duration from 1s to ${longest}`,
			not: (0,_untrusted_js__WEBPACK_IMPORTED_MODULE_2__/* .quoted */ .k)(text),
			action: `Write it as ${examples}.`
		};
	};
}
/** A duration of 1 second to 120 hours, in milliseconds: `90s`, `10m`, `2h` or plain seconds. */
const parseDuration = durationUpTo("120h", 432e6, /^(\d{1,9})([smh]?)$/, "90s, 10m, 2h or plain seconds");
/** A duration of 1 second to 3650 days, in milliseconds: `30d`, or as `parseDuration` has it. */
const parseDays = durationUpTo("3650d", 31536e7, /^(\d{1,9})([smhd]?)$/, "30d, 12h or plain seconds");
/** A whole number between two limits, both included. */
function parseWholeNumber(least, most) {
	return (text) => {
		const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
		if (value >= least && value <= most) return { value };
		return {
			must: `must be a whole number from ${least} to ${most}`,
			not: (0,_untrusted_js__WEBPACK_IMPORTED_MODULE_2__/* .quoted */ .k)(text)
		};
	};
}
/**
* An id of an account or a connector. Another length than 32 is only worth a warning: the API's schema says 32, and
* its own examples differ. https://developers.cloudflare.com/api/resources/iam/subresources/sso/
*/
function parseId(text) {
	if (!/^[A-Za-z0-9_-]+$/.test(text)) return {
		must: "must have only A-Z, a-z, 0-9, _ and -",
		not: (0,_untrusted_js__WEBPACK_IMPORTED_MODULE_2__/* .quoted */ .k)(text)
	};
	if (text.length === 32) return { value: text };
	return {
		value: text,
		warning: `has ${(0,_plural_js__WEBPACK_IMPORTED_MODULE_4__/* .counted */ .h)(text.length, "character")}, but ids of Cloudflare have 32. Is it complete?`
	};
}
/** An id of a connector. One of the shape of a UUID is most likely that of something else, but may be tried. */
function parseConnectorId(text) {
	if (!/^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i.test(text)) return parseId(text);
	return {
		value: text,
		warning: "has the shape of a UUID. It is probably the id of the Access application of type dash_sso, not of the connector."
	};
}
/** An email domain, as it was given; how two are compared is a matter of domain.ts. */
function parseEmailDomain(text) {
	if ((0,_connector_domain_js__WEBPACK_IMPORTED_MODULE_0__/* .canonicalDomain */ .T5)(text)) return { value: text };
	const [, afterAt = ""] = /^[^@\s]*@([^@\s]+)$/.exec(text) ?? [];
	const action = (0,_connector_domain_js__WEBPACK_IMPORTED_MODULE_0__/* .canonicalDomain */ .T5)(afterAt) ? `Did you mean ${(0,_untrusted_js__WEBPACK_IMPORTED_MODULE_2__/* .quoted */ .k)(afterAt)}?` : void 0;
	return {
		must: "must be a domain name such as acme.example",
		not: (0,_untrusted_js__WEBPACK_IMPORTED_MODULE_2__/* .quoted */ .k)(text),
		action
	};
}
/** The API's base URL without a trailing slash: `https`, or `http` to a loopback address, and nothing but host and path. */
function parseBaseUrl(text) {
	const must = "must be an https URL of host and path";
	const action = "An example is https://api.cloudflare.com/client/v4.";
	if (text.includes("@")) return {
		must: `${must}, without a user name or password`,
		action
	};
	const url = URL.parse(text);
	if (!url || !/^https?:$/.test(url.protocol)) return {
		must,
		not: (0,_untrusted_js__WEBPACK_IMPORTED_MODULE_2__/* .quoted */ .k)(text),
		action
	};
	if (/[?#]/.test(text)) return {
		must: `${must}, without a query or fragment`,
		not: (0,_untrusted_js__WEBPACK_IMPORTED_MODULE_2__/* .quoted */ .k)(text),
		action
	};
	if (url.protocol === "http:" && !isLoopback(url)) return {
		must,
		not: (0,_untrusted_js__WEBPACK_IMPORTED_MODULE_2__/* .quoted */ .k)(text),
		action: "By plain http, the token would travel in plain text."
	};
	url.pathname = /^.*[^/]/s.exec(url.pathname)?.[0] ?? "";
	return { value: url };
}
/** Whether a URL is of this machine itself. */
function isLoopback({ hostname }) {
	if (hostname === "localhost" || hostname === "[::1]") return true;
	return (0,node_net__WEBPACK_IMPORTED_MODULE_1__.isIP)(hostname) === 4 && hostname.startsWith("127.");
}



/***/ }),

/***/ 7373:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   A: () => (/* binding */ nounFor),
/* harmony export */   P: () => (/* binding */ Outcome)
/* harmony export */ });
/* harmony import */ var _connector_connector_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(9405);
/* harmony import */ var _connector_drift_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(3854);
/* harmony import */ var _failure_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(2095);



// build/job/outcome.js
/** What became of one target, filled in as the job goes on. */
var Outcome = class {
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
	#tried = /* @__PURE__ */ new Set();
	#sent = /* @__PURE__ */ new Set();
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
		if (this.begunAt !== void 0) return true;
		if (this.done.length === 0 && this.underWay === void 0) return false;
		if (!this.found || !this.connector || this.#isUncertain) return void 0;
		if (this.underWay === void 0) return this.changedFields.length > 0;
		return this.#movedFields().length === 0 ? false : void 0;
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
		return this.fieldsInDoubt.includes(field) ? void 0 : this.connector?.[field];
	}
	#movedFields() {
		const { found, connector } = this;
		if (!found || !connector || this.#isUncertain) return [];
		return _connector_connector_js__WEBPACK_IMPORTED_MODULE_0__/* .FIELDS */ .cJ.filter((field) => found[field] !== connector[field]);
	}
	/** Whether the connector, as last read, has all that you asked for; undefined if that is unknown. */
	isInSync(mustBeVerified) {
		if (!this.connector || this.#isUncertain) return void 0;
		if (mustBeVerified && !(0,_connector_connector_js__WEBPACK_IMPORTED_MODULE_0__/* .isVerified */ .p4)(this.connector)) return false;
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
		if (id !== void 0 && /^[A-Za-z0-9_-]+$/.test(id)) return {
			id,
			name
		};
		throw new _failure_js__WEBPACK_IMPORTED_MODULE_2__/* .Failure */ .HR({
			kind: "unexpected",
			problem: "no id to work with",
			message: `Cloudflare gives no usable id for the connector of ${name}, so no request can name it.`
		});
	}
	/** Records a failure as this connector's. */
	fail(failure) {
		const it = failure instanceof _failure_js__WEBPACK_IMPORTED_MODULE_2__/* .Failure */ .HR ? failure : new _failure_js__WEBPACK_IMPORTED_MODULE_2__/* .Failure */ .HR(failure);
		this.failures.push(...it.record(this.subject));
	}
	/** What a failure's record says of the connector. */
	get subject() {
		return {
			sso_connector_id: this.id,
			email_domain: this.domain,
			name: this.name
		};
	}
	/** Runs a piece of the work on this target; a Failure is recorded, so that it does not stop the other targets. */
	async attempt(work) {
		try {
			await work();
		} catch (failure) {
			if (!(failure instanceof _failure_js__WEBPACK_IMPORTED_MODULE_2__/* .Failure */ .HR)) throw failure;
			this.fail(failure);
		}
	}
	/**
	* Sends a change and keeps account of it, in case its answer is lost or the job is cancelled. What the connector is
	* afterwards is unknown until it is read again.
	*/
	async send(asked, fields, request) {
		const given = (0,_connector_connector_js__WEBPACK_IMPORTED_MODULE_0__/* .givenFields */ .Fh)(fields);
		for (const field of given) this.#tried.add(field);
		const answer = await request((inDoubt) => {
			this.underWay = inDoubt ? asked : void 0;
			this.#isUncertain = inDoubt;
			this.fieldsInDoubt = inDoubt ? given : [];
		});
		for (const field of given) this.#sent.add(field);
		this.done.push(asked);
		this.underWay = void 0;
		return answer;
	}
};
/** What these are called together: domains if each one's is known. */
function nounFor(outcomes) {
	return outcomes.every(({ domain }) => domain !== void 0) ? "domain" : "connector";
}



/***/ }),

/***/ 6108:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   QF: () => (/* binding */ isAllWell),
/* harmony export */   Vj: () => (/* binding */ verdictOf),
/* harmony export */   oJ: () => (/* binding */ isSuccess),
/* harmony export */   tU: () => (/* binding */ isInSync)
/* harmony export */ });
/* harmony import */ var _inputs_settings_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(1786);

// build/job/result.js
/** The verdict on one connector. */
function verdictOf(outcome, result) {
	if (outcome.failed) return "failed";
	if (outcome.changed) return "changed";
	const inSync = isInSync(outcome, result);
	if (inSync) return "in sync";
	if (inSync === void 0) return "unknown";
	return result.settings?.mode === "plan" ? "would change" : "not in sync";
}
/** Whether a connector has all that you asked for, the verification included; undefined if that is unknown. */
function isInSync(outcome, { settings }) {
	return outcome.isInSync(settings !== void 0 && (0,_inputs_settings_js__WEBPACK_IMPORTED_MODULE_0__/* .mustBeVerified */ .Tn)(settings));
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

/***/ 6866:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   C: () => (/* binding */ describeTokenExpiry),
/* harmony export */   V: () => (/* binding */ checkTokenExpiry)
/* harmony export */ });
// build/job/token-expiry.js
/**
* Asks when the API token expires, if the settings say so, and warns if that is soon. It never fails the step: undefined
* if no clear answer came.
*/
async function checkTokenExpiry(job) {
	const { settings, client, clock, log, signal } = job;
	const limit = settings.tokenExpiryWarning;
	if (limit === void 0) return void 0;
	const token = await client.verifyToken(signal);
	if (token === void 0) return void 0;
	const { status, expiresOn } = token;
	if (expiresOn === void 0) return status === "active" ? {
		expiresOn,
		isSoon: false,
		isOver: false
	} : void 0;
	const left = Date.parse(expiresOn) - clock.now();
	if (Number.isNaN(left)) return void 0;
	const expiry = {
		expiresOn,
		isSoon: left < limit,
		isOver: left <= 0
	};
	if (expiry.isSoon) log.warning(describeTokenExpiry(expiry));
	return expiry;
}
/** When the token expires, and what to do, for people. */
function describeTokenExpiry({ expiresOn, isOver }) {
	if (expiresOn === void 0) return "The API token has no end date.";
	const date = new Date(expiresOn).toISOString().slice(0, 10);
	return `The API token ${isOver ? `expired on ${date}. Create a new one` : `expires on ${date}. Renew it before`}: without it, SSO cannot be switched off from here.`;
}



/***/ }),

/***/ 344:
/***/ (() => {

// build/node-version.js
/** The oldest Node that this action runs on. A runner brings it since 2.327.1: https://github.com/actions/runner/releases */
const NEEDED = 24;
const given = process.versions.node;
if (Number(given.split(".")[0]) < NEEDED) {
	process.stdout.write(`::error title=Node is too old::Node ${NEEDED} or newer is needed, not ${given}. A runner brings its own since version 2.327.1. By hand, start this with Node ${NEEDED}.\n`);
	process.exit(1);
}



/***/ }),

/***/ 8577:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   L: () => (/* binding */ issueCommand)
/* harmony export */ });
/* harmony import */ var _utils_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(5317);
/* harmony import */ var os__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(857);


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
	process.stdout.write(cmd.toString() + os__WEBPACK_IMPORTED_MODULE_0__.EOL);
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
	return (0,_utils_js__WEBPACK_IMPORTED_MODULE_1__/* .toCommandValue */ .E)(s).replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
}
function escapeProperty(s) {
	return (0,_utils_js__WEBPACK_IMPORTED_MODULE_1__/* .toCommandValue */ .E)(s).replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A").replace(/:/g, "%3A").replace(/,/g, "%2C");
}



/***/ }),

/***/ 5317:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   E: () => (/* binding */ toCommandValue)
/* harmony export */ });
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



/***/ }),

/***/ 4441:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Bu: () => (/* binding */ getDotPath),
/* harmony export */   Fs: () => (/* binding */ pipe),
/* harmony export */   Ik: () => (/* binding */ object),
/* harmony export */   KC: () => (/* binding */ union),
/* harmony export */   L5: () => (/* binding */ unknown),
/* harmony export */   Np: () => (/* binding */ fallback),
/* harmony export */   YO: () => (/* binding */ array),
/* harmony export */   Yj: () => (/* binding */ string),
/* harmony export */   _H: () => (/* binding */ looseObject),
/* harmony export */   ai: () => (/* binding */ number),
/* harmony export */   cl: () => (/* binding */ nullish),
/* harmony export */   lq: () => (/* binding */ optional),
/* harmony export */   xL: () => (/* binding */ safeParse),
/* harmony export */   z6: () => (/* binding */ check),
/* harmony export */   zM: () => (/* binding */ boolean)
/* harmony export */ });
/* unused harmony exports _addIssue, _isValidObjectKey, _joinExpects, _standardSchema, _stringify, getDefault, getFallback, getGlobalConfig, getGlobalMessage, getSchemaMessage, getSpecificMessage */
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
* Returns a global error message.
*
* @param lang The language of the message.
*
* @returns The error message.
*/
/* @__NO_SIDE_EFFECTS__ */
function getGlobalMessage(lang) {}
/**
* Returns a schema error message.
*
* @param lang The language of the message.
*
* @returns The error message.
*/
/* @__NO_SIDE_EFFECTS__ */
function getSchemaMessage(lang) {}
/**
* Returns a specific error message.
*
* @param reference The identifier reference.
* @param lang The language of the message.
*
* @returns The error message.
*/
/* @__NO_SIDE_EFFECTS__ */
function getSpecificMessage(reference, lang) {}
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



/***/ }),

/***/ 9827:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   K: () => (/* binding */ listed),
/* harmony export */   h: () => (/* binding */ counted)
/* harmony export */ });
// build/plural.js
/** A number with its noun: `1 domain`, `3 domains`. The plural has an s by default. */
function counted(count, noun, plural = `${noun}s`) {
	return `${count} ${count === 1 ? noun : plural}`;
}
/** Items side by side, with those beyond `most` counted: `a, b and 3 more`. */
function listed(items, most) {
	const more = items.length > most ? ` and ${items.length - most} more` : "";
	return `${items.slice(0, most).join(", ")}${more}`;
}



/***/ }),

/***/ 8589:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   I: () => (/* binding */ plannedChanges),
/* harmony export */   T: () => (/* binding */ changesBy)
/* harmony export */ });
/* harmony import */ var _connector_drift_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3854);

// build/report/changes.js
/** What this run changed, or what others changed meanwhile; nothing if that is unknown. */
function changesBy(whom, outcome) {
	const { found, connector, changedFields, movedByOthers } = outcome;
	return (whom === "us" ? changedFields : movedByOthers).map((field) => ({
		field,
		before: showValue(found?.[field]),
		after: showValue(connector?.[field])
	}));
}
/** What is still to change, as last seen. */
function plannedChanges({ connector, target }) {
	return (connector ? (0,_connector_drift_js__WEBPACK_IMPORTED_MODULE_0__/* .findDrift */ .L)(connector, target.desired) : []).map(({ field, actual, expected }) => ({
		field,
		before: showValue(actual),
		after: showValue(expected)
	}));
}
function showValue(value) {
	return value === null || value === void 0 ? "unknown" : String(value);
}



/***/ }),

/***/ 6968:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   M: () => (/* binding */ describeConsequences),
/* harmony export */   a: () => (/* binding */ hasSwitched)
/* harmony export */ });
// build/report/consequences.js
/** Whether this run switched SSO on or off for this connector, as far as anyone can know. */
function hasSwitched({ found, connector, changedFields, done, target, failures }) {
	const { enabled } = target.desired;
	if (found) return changedFields.includes("enabled");
	const mayBe = failures.some(({ may_have_taken_effect }) => may_have_taken_effect);
	return enabled !== void 0 && done.length > 0 && !mayBe && connector?.enabled === enabled;
}
/**
* What follows for people from what this run switched, in whole sentences.
* https://developers.cloudflare.com/fundamentals/manage-members/dashboard-sso/
*/
function describeConsequences({ outcomes, settings }) {
	const switched = outcomes.filter(hasSwitched);
	const whose = (enabled) => {
		const names = switched.filter(({ connector }) => connector?.enabled === enabled).map(({ name }) => name);
		if (names.length === 0) return void 0;
		return settings?.many ? `the domains switched ${enabled ? "on" : "off"}` : names.join();
	};
	const [on, off] = [whose(true), whose(false)];
	return [...off ? [`Users of ${off} log in with e-mail and password from now on. ${WITHOUT_PASSWORD}`] : [], ...on ? [`SSO holds from now on for every user of ${on}, in all accounts that they are members of.`] : []];
}
const WITHOUT_PASSWORD = "Those without a password choose \"Forgot password\", and the mail must reach them without the identity provider.";



/***/ }),

/***/ 2827:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   C: () => (/* binding */ prose),
/* harmony export */   a: () => (/* binding */ code)
/* harmony export */ });
/* harmony import */ var _untrusted_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3279);

// build/report/markdown.js
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
function prose(text, limit = 2e3) {
	const words = (0,_untrusted_js__WEBPACK_IMPORTED_MODULE_0__/* .oneLine */ .T)(text, limit).match(WORDS) ?? [];
	return words.map((word, n) => show(word, words[n - 1] === "Input")).join(" ").replace(LIST, reference);
}
function show(word, isInput) {
	const before = BEFORE.exec(word)?.[0] ?? "";
	const after = AFTER.exec(word.slice(before.length))?.[0] ?? "";
	const name = word.slice(before.length, word.length - after.length);
	if (VENDOR.test(name)) return `${literal(before)}<${name}>${literal(after)}`;
	return isInput || SPECIAL.test(word) || word.includes(" ") ? `${literal(before)}${span(name)}${literal(after)}` : literal(word);
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

/***/ 8036:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  C: () => (/* binding */ renderPage)
});

// EXTERNAL MODULE: ./build/shaken/job/outcome.js
var outcome = __nccwpck_require__(7373);
// EXTERNAL MODULE: ./build/shaken/job/token-expiry.js
var token_expiry = __nccwpck_require__(6866);
// EXTERNAL MODULE: ./build/shaken/plural.js
var plural = __nccwpck_require__(9827);
// EXTERNAL MODULE: ./build/shaken/report/consequences.js
var consequences = __nccwpck_require__(6968);
// EXTERNAL MODULE: ./build/shaken/report/markdown.js
var markdown = __nccwpck_require__(2827);
;// CONCATENATED MODULE: ./build/shaken/report/page-limit.js
// build/report/page-limit.js
/** Room for what ends a cut page: the notes on what is left out, and the ends of open blocks. */
const RESERVE = 1200;
/** Text that grows up to a limit in bytes; what does not fit is left out, with a note that says how much it was. */
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
	/** Adds a section of items, as many as fit; none where there are none. */
	addAll(items, { what, before = "", after = "\n" }) {
		const [first] = items;
		if (first === void 0) return;
		let added = 0;
		if (this.add(before + first)) {
			added = 1;
			while (added < items.length && this.add(items[added] ?? "")) added += 1;
			this.text += after;
		}
		if (added < items.length) {
			this.text += `*${items.length - added} more ${what} are left out here; the outputs of the step have them.*\n\n`;
			this.#left = 0;
		}
	}
	/** Adds a table, as many rows as fit; none where there are none. */
	addTable(rows, { what, title, head }) {
		const heading = title === void 0 ? "" : `#### ${title}\n\n`;
		this.addAll(rows.map(line), {
			what,
			before: `${heading}${line(head)}${line(head.map(() => "---"))}`
		});
	}
	/** Adds what `fill` adds, folded under a title. */
	fold(title, fill) {
		if (!this.add(`<details>\n<summary>${title}</summary>\n\n`)) return;
		fill();
		this.text += "</details>\n\n";
	}
};
function line(cells) {
	return `| ${cells.join(" | ")} |\n`;
}


// EXTERNAL MODULE: ./build/shaken/connector/connector.js
var connector_connector = __nccwpck_require__(9405);
// EXTERNAL MODULE: ./build/shaken/connector/domain.js
var connector_domain = __nccwpck_require__(9677);
// EXTERNAL MODULE: ./build/shaken/job/result.js
var job_result = __nccwpck_require__(6108);
// EXTERNAL MODULE: ./build/shaken/report/changes.js
var report_changes = __nccwpck_require__(8589);
// EXTERNAL MODULE: ./build/shaken/report/told.js
var report_told = __nccwpck_require__(27);
// EXTERNAL MODULE: ./build/shaken/report/verdict.js + 1 modules
var report_verdict = __nccwpck_require__(2921);
;// CONCATENATED MODULE: ./build/shaken/report/page-rows.js








// build/report/page-rows.js
/** The problems of the inputs, or what a cancelled run has done and has not, in whole sentences. */
function sentences({ failures }) {
	const told = failures.filter(({ kind }) => report_told/* IN_SENTENCES */.FJ.includes(kind));
	const bullet = told.length > 1 ? "- " : "";
	return told.map(({ message, action }) => `${bullet}${(0,markdown/* prose */.C)([message, action].join(" ").trim())}\n`);
}
/** The failures. What to do stands below if it is the same for all. */
function failureRows(result) {
	const told = (0,report_told/* tellRows */.d7)(result);
	const actions = new Set(told.map(({ record }) => record.action));
	const [action] = actions;
	const isBelow = actions.size === 1 && (told.length > 1 || action === null);
	const rows = told.map(({ record, who, outcomes }) => {
		const on = record.kind === "drift" ? changedOn(outcomes[0]) : "";
		const cells = [outcomes.length > 1 ? (0,markdown/* prose */.C)(who ?? "").replaceAll(" ", "&nbsp;") : (0,markdown/* prose */.C)(who ?? ""), `${(0,markdown/* prose */.C)(record.problem)}${on}`];
		return isBelow ? cells : [...cells, (0,markdown/* prose */.C)(record.action ?? "")];
	});
	const isDrift = told.some(({ record }) => record.kind === "drift");
	const notes = [isBelow && action ? `What to do: ${(0,markdown/* prose */.C)(action)}` : "", isDrift ? auditLog(result) : ""];
	return {
		head: [
			"Domain",
			"Problem",
			...isBelow ? [] : ["What to do"]
		],
		rows,
		note: notes.filter((note) => note !== "").join(" ")
	};
}
function changedOn(outcome) {
	const on = Date.parse(outcome?.connector?.updated_on ?? "");
	return Number.isNaN(on) ? "" : `; last changed ${new Date(on).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
/** Where the dashboard says who changed a connector; other hosts of the API have a dashboard of their own. */
function auditLog({ settings }) {
	return settings?.apiBaseUrl.host === "api.cloudflare.com" ? `[Audit log](https://dash.cloudflare.com/?to=/:account/audit-log)` : "";
}
/** The TXT records that a failure has explained, as they have to be entered. */
function txtRows({ outcomes }) {
	return outcomes.flatMap(({ connector, dnsSays }) => {
		const { email_domain: domain, verification_code: value } = connector ?? {};
		if (dnsSays === void 0 || domain === void 0 || value === void 0) return [];
		return [[
			(0,markdown/* code */.a)((0,connector_domain/* canonicalDomain */.T5)(domain) ?? domain),
			"TXT",
			(0,markdown/* code */.a)(value),
			(0,markdown/* prose */.C)(dnsSays)
		]];
	});
}
/** What this run changed, or would change. */
function changeRows(result) {
	const { settings, outcomes } = result;
	if (settings?.mode === "plan") return {
		title: "Would change",
		columns: ["Now", "Then"],
		rows: groupChanges(outcomes.filter((outcome) => (0,job_result/* verdictOf */.Vj)(outcome, result) === "would change"), report_changes/* plannedChanges */.I)
	};
	const changes = (outcome) => {
		const isTold = !settings?.many && (0,consequences/* hasSwitched */.a)(outcome) && !outcome.failed;
		return (0,report_changes/* changesBy */.T)("us", outcome).filter(({ field }) => !isTold || field !== "enabled");
	};
	return {
		title: "Changed",
		columns: ["Before", "After"],
		rows: groupChanges(outcomes, changes)
	};
}
/** What others changed while the run was under way. */
function movedRows({ outcomes }) {
	return groupChanges(outcomes, (outcome) => (0,report_changes/* changesBy */.T)("others", outcome));
}
const MOST_DOMAINS_IN_A_ROW = 10;
/** The same change of several connectors takes one row, up to ten of them. */
function groupChanges(outcomes, changesOf) {
	const rows = /* @__PURE__ */ new Map();
	const counts = /* @__PURE__ */ new Map();
	for (const { name, change } of outcomes.flatMap((outcome) => changesOf(outcome).map((change) => ({
		name: outcome.name,
		change
	})))) {
		const kind = Object.values(change).join();
		const count = counts.get(kind) ?? 0;
		counts.set(kind, count + 1);
		const key = `${kind} ${Math.floor(count / MOST_DOMAINS_IN_A_ROW)}`;
		const row = rows.get(key) ?? {
			names: [],
			change
		};
		row.names.push((0,markdown/* prose */.C)(name));
		rows.set(key, row);
	}
	return [...rows.values()].map(({ names, change: { field, before, after } }) => [
		names.join(", "),
		(0,markdown/* code */.a)(field),
		before,
		`**${after}**`
	]);
}
/** Every connector that was seen. */
function connectorRows(result) {
	return result.outcomes.flatMap((outcome) => {
		const { connector } = outcome;
		if (!connector) return [];
		const verdict = (0,job_result/* verdictOf */.Vj)(outcome, result);
		const { email_domain: domain, verification_status: status } = connector;
		return [[
			`${report_verdict/* SIGNS */.B2[verdict]} ${verdict}`.replaceAll(" ", "&nbsp;"),
			domain === void 0 ? "unknown" : (0,markdown/* prose */.C)((0,connector_domain/* domainForPeople */.Nn)(domain)),
			connector.id === void 0 ? "unknown" : (0,markdown/* code */.a)(connector.id),
			...connector_connector/* FIELDS */.cJ.map((field) => outcome.current(field)?.toString() ?? "unknown"),
			status === void 0 ? "unknown" : (0,markdown/* prose */.C)(status, 40)
		]];
	});
}


// EXTERNAL MODULE: ./build/shaken/report/unlisted.js
var report_unlisted = __nccwpck_require__(7252);
;// CONCATENATED MODULE: ./build/shaken/report/page.js










// build/report/page.js
/**
* A result as a page of Markdown, for the job summary, the issue and the output `summary`: what people need first comes
* first, and each fact once. Never larger than `limit` bytes: it is cut, with a note.
*/
function renderPage(result, limit) {
	const page = new Page(limit);
	page.add(`### ${(0,report_verdict/* signOf */.rL)(result)} ${(0,markdown/* prose */.C)(titleOfPage(result))}\n\n${lead(result)}`);
	page.addAll(sentences(result), { what: "problems" });
	const failures = failureRows(result);
	page.addTable(failures.rows, {
		what: "failures",
		head: failures.head
	});
	if (failures.note) page.add(`${failures.note}\n\n`);
	page.addTable(txtRows(result), {
		what: "TXT records",
		title: "TXT records",
		head: [
			"Name",
			"Type",
			"Content",
			"Public DNS now"
		]
	});
	const changes = changeRows(result);
	page.addTable(changes.rows, {
		what: "changes",
		title: changes.title,
		head: [
			"Domain",
			"Field",
			...changes.columns
		]
	});
	for (const sentence of (0,consequences/* describeConsequences */.M)(result)) page.add(`${(0,markdown/* prose */.C)(sentence)}\n\n`);
	page.addTable(movedRows(result), {
		what: "changes",
		title: "Changed by someone else meanwhile",
		head: [
			"Domain",
			"Field",
			"Before",
			"After"
		]
	});
	const unlisted = (0,report_unlisted/* renderUnlisted */.n)(result);
	if (unlisted.length > 0) {
		const title = `${(0,plural/* counted */.h)(unlisted.length, "connector")} that no entry of the list names, as YAML to paste`;
		const section = {
			what: "unlisted connectors",
			before: "```yaml\n",
			after: "```\n\n"
		};
		page.fold(title, () => page.addAll(unlisted, section));
	}
	addDetails(page, result);
	return page.text;
}
/** The verdict, which names Cloudflare: a page may stand among those of other steps. */
function titleOfPage(result) {
	const verdict = (0,report_verdict/* describeVerdict */.XZ)(result);
	if (verdict.startsWith("SSO ")) return `Cloudflare ${verdict}`;
	return `Cloudflare SSO: ${verdict.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase())}`;
}
/** Account, mode and counts, and when the token expires. */
function lead(result) {
	const { settings, tokenExpiry } = result;
	if (!settings) return "";
	const counts = settings.many ? ` · ${(0,report_verdict/* countVerdicts */.qX)(result)}` : "";
	const expiry = tokenExpiry?.isSoon ? `⚠️ ${(0,markdown/* prose */.C)((0,token_expiry/* describeTokenExpiry */.C)(tokenExpiry))}\n\n` : "";
	return `Account ${(0,markdown/* code */.a)(settings.accountId)} · mode ${(0,markdown/* code */.a)(settings.mode)}${counts}\n\n${expiry}`;
}
/** All connectors with their ids, and all that is known of each failure, folded. */
function addDetails(page, result) {
	const { outcomes } = result;
	const told = (0,report_told/* tellFailures */.P7)(result).filter(({ record: { kind, detail } }) => kind !== "input" && kind !== "cancelled" && detail !== "");
	const rows = connectorRows(result);
	if (rows.length + told.length === 0) return;
	const what = [...rows.length > 0 ? [(0,plural/* counted */.h)(rows.length, (0,outcome/* nounFor */.A)(outcomes))] : [], ...told.length > 0 ? [told.length === 1 ? "the full message" : `${told.length} full messages`] : []];
	page.fold(`Details: ${what.join(" and ")}`, () => {
		page.addAll(told.map(({ record: { detail, documentation_url: url } }) => {
			return `- ${(0,markdown/* prose */.C)(`${detail}${url ? ` See ${url}.` : ""}`)}\n`;
		}), { what: "messages" });
		page.addTable(rows, {
			what: "connectors",
			head: [
				"Verdict",
				"Domain",
				"Connector",
				"Enabled",
				"FedRAMP",
				"Verification"
			]
		});
	});
}



/***/ }),

/***/ 4884:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  z: () => (/* binding */ report)
});

// EXTERNAL MODULE: ./build/shaken/inputs/settings.js + 4 modules
var settings = __nccwpck_require__(1786);
// EXTERNAL MODULE: ./build/shaken/job/result.js
var job_result = __nccwpck_require__(6108);
// EXTERNAL MODULE: ./build/shaken/plural.js
var plural = __nccwpck_require__(9827);
// EXTERNAL MODULE: ./build/shaken/report/told.js
var report_told = __nccwpck_require__(27);
;// CONCATENATED MODULE: ./build/shaken/report/annotations.js


// build/report/annotations.js
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
		const full = [
			message,
			action,
			url && `See ${url}.`
		].filter((part) => part).join(" ");
		return {
			full,
			title,
			text: fit(full, message, action ?? "", LONGEST - title.length)
		};
	});
	const long = texts.filter(({ full, text }, n) => n >= MOST || text !== full).map(({ full }) => full);
	if (long.length > 0) log.group(`${(0,plural/* counted */.h)(long.length, "failure")} in full`, long);
	for (const { title, text } of texts.slice(0, MOST)) log.error(text, title);
	const rest = texts.length - MOST;
	if (rest > 0) log.error("The log of this step and the job summary have them all.", `${(0,plural/* counted */.h)(rest, "more failure")}`);
}
/** A failure in at most so many characters. What to do is kept, if it leaves room for what it is about. */
function fit(full, message, action, limit) {
	if (full.length <= limit) return full;
	if (action === "") return cut(message, limit);
	const next = cut(action, limit - LEAST_MESSAGE);
	return `${cut(message, limit - next.length - 1)} ${next}`;
}
/** A message of fewer characters says too little. */
const LEAST_MESSAGE = 150;
/** Cut between words, so that no value looks whole and is not. */
function cut(text, limit) {
	if (text.length <= limit) return text;
	const short = text.slice(0, limit - 1).toWellFormed();
	return `${short.slice(0, Math.max(short.lastIndexOf(" "), limit / 2))}…`;
}


// EXTERNAL MODULE: ./build/shaken/connector/connector.js
var connector_connector = __nccwpck_require__(9405);
// EXTERNAL MODULE: ./build/shaken/job/outcome.js
var outcome = __nccwpck_require__(7373);
// EXTERNAL MODULE: ./build/shaken/untrusted.js
var untrusted = __nccwpck_require__(3279);
// EXTERNAL MODULE: ./build/shaken/report/changes.js
var report_changes = __nccwpck_require__(8589);
// EXTERNAL MODULE: ./build/shaken/report/consequences.js
var consequences = __nccwpck_require__(6968);
// EXTERNAL MODULE: ./build/shaken/report/verdict.js + 1 modules
var report_verdict = __nccwpck_require__(2921);
;// CONCATENATED MODULE: ./build/shaken/report/log-lines.js









// build/report/log-lines.js
const WIDEST_NAME = 48;
const MOST_UNLISTED = 20;
/** Writes a line for each connector, those in sync folded and the failures last, and the verdict. */
function writeLines(result, log) {
	const { settings, outcomes, unlisted = [] } = result;
	const byVerdict = Map.groupBy(outcomes, (outcome) => (0,job_result/* verdictOf */.Vj)(outcome, result));
	const rowsOf = (verdict) => (byVerdict.get(verdict) ?? []).map((outcome) => rowOf(outcome, verdict, result));
	const inSync = rowsOf("in sync");
	const others = [
		"changed",
		"would change",
		"not in sync",
		"unknown"
	].flatMap(rowsOf);
	const failed = failedRows(result);
	if (settings?.many && inSync.length > 0) {
		const title = `${report_verdict/* SIGNS */.B2["in sync"]} ${(0,plural/* counted */.h)(inSync.length, (0,outcome/* nounFor */.A)(byVerdict.get("in sync") ?? []))} in sync`;
		log.group(title, align(inSync));
	}
	const lines = align([
		...settings?.many ? [] : inSync,
		...others,
		...failed
	]);
	const firstFailed = lines.length - failed.length;
	for (const line of lines.slice(0, firstFailed)) log.info(line);
	for (const outcome of outcomes) {
		const moved = (0,report_changes/* changesBy */.T)("others", outcome).map(describeChange);
		if (moved.length > 0) log.info(`${outcome.name}: someone else changed ${moved.join(", ")} meanwhile.`);
	}
	if (unlisted.length > 0) {
		const names = (0,plural/* listed */.K)(unlisted.map(({ email_domain: domain, sso_connector_id: id }) => (0,connector_connector/* nameOfConnector */.Sd)(id, domain)), MOST_UNLISTED);
		const what = (0,plural/* counted */.h)(unlisted.length, "connector");
		log.info(`No entry of the list names ${what} of the account: ${names}. The job summary has the YAML to paste.`);
	}
	for (const line of [...(0,consequences/* describeConsequences */.M)(result), ...lines.slice(firstFailed)]) log.info(line);
	const counts = settings?.many && byVerdict.size > 1 ? ` (${(0,report_verdict/* countVerdicts */.qX)(result)})` : "";
	log.info(`${(0,report_verdict/* signOf */.rL)(result)} ${(0,report_verdict/* describeVerdict */.XZ)(result)}${counts}.`);
}
function rowOf(outcome, verdict, result) {
	const changes = (0,report_changes/* changesBy */.T)("us", outcome).map(describeChange);
	const planned = (0,report_changes/* plannedChanges */.I)(outcome).map(describeChange);
	const begun = outcome.begunAt === void 0 ? [] : ["verification begun"];
	const what = {
		changed: [...changes, ...begun],
		"would change": planned,
		"not in sync": planned,
		"in sync": describeConnector(outcome.connector),
		unknown: [outcome.connector ? "state unknown" : "not read"],
		failed: []
	};
	return [
		verdict,
		outcome.name,
		what[verdict].join(", ") || describeGate(result)
	];
}
/** What stands where no field differs: then it is the verification. */
function describeGate({ cancelled }) {
	return cancelled ? "not finished" : "not verified";
}
/** The connector as last seen, as far as the API gives it. */
function describeConnector(connector) {
	const status = connector?.verification_status;
	return [...connector_connector/* FIELDS */.cJ.filter((field) => connector?.[field] !== void 0).map((field) => `${field}=${connector?.[field]}`), ...status === void 0 ? [] : [`verification ${(0,untrusted/* oneLine */.T)(status, 40)}`]];
}
function failedRows(result) {
	return (0,report_told/* tellRows */.d7)(result).flatMap(({ record, who, outcomes }) => {
		const changes = outcomes.flatMap((outcome) => (0,report_changes/* changesBy */.T)("us", outcome).map(describeChange));
		const also = changes.length > 0 ? `; changed ${changes.join(", ")}` : "";
		return [[
			"failed",
			who ?? "all",
			`${record.problem}${also}`
		]];
	});
}
function describeChange({ field, before, after }) {
	return `${field} ${before} -> ${after}`;
}
function align(rows) {
	const verdictWidth = Math.max(...rows.map(([verdict]) => verdict.length));
	const nameWidth = Math.min(WIDEST_NAME, Math.max(...rows.map(([, name]) => name.length)));
	return rows.map(([verdict, name, what]) => `${report_verdict/* SIGNS */.B2[verdict]} ${verdict.padEnd(verdictWidth)}  ${name.padEnd(nameWidth)}  ${(0,untrusted/* oneLine */.T)(what, 1e3)}`);
}


// EXTERNAL MODULE: ./build/shaken/cloudflare/answer.js
var answer = __nccwpck_require__(3711);
// EXTERNAL MODULE: ./build/shaken/failure.js
var failure = __nccwpck_require__(2095);
// EXTERNAL MODULE: ./build/shaken/node_modules/@actions/core/lib/command.js
var command = __nccwpck_require__(8577);
// EXTERNAL MODULE: ./build/shaken/node_modules/@actions/core/lib/utils.js
var utils = __nccwpck_require__(5317);
// EXTERNAL MODULE: external "os"
var external_os_ = __nccwpck_require__(857);
;// CONCATENATED MODULE: external "crypto"
const external_crypto_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("crypto");
// EXTERNAL MODULE: external "fs"
var external_fs_ = __nccwpck_require__(9896);
;// CONCATENATED MODULE: ./build/shaken/node_modules/@actions/core/lib/file-command.js




// node_modules/@actions/core/lib/file-command.js
function issueFileCommand(command, message) {
	const filePath = process.env[`GITHUB_${command}`];
	if (!filePath) throw new Error(`Unable to find environment variable for file command ${command}`);
	if (!external_fs_.existsSync(filePath)) throw new Error(`Missing file at path: ${filePath}`);
	external_fs_.appendFileSync(filePath, `${(0,utils/* toCommandValue */.E)(message)}${external_os_.EOL}`, { encoding: "utf8" });
}
function prepareKeyValueMessage(key, value) {
	const delimiter = `ghadelimiter_${external_crypto_namespaceObject.randomUUID()}`;
	const convertedValue = (0,utils/* toCommandValue */.E)(value);
	if (key.includes(delimiter)) throw new Error(`Unexpected input: name should not contain the delimiter "${delimiter}"`);
	if (convertedValue.includes(delimiter)) throw new Error(`Unexpected input: value should not contain the delimiter "${delimiter}"`);
	return `${key}<<${delimiter}${external_os_.EOL}${convertedValue}${external_os_.EOL}${delimiter}`;
}


;// CONCATENATED MODULE: external "node:fs"
const external_node_fs_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:fs");
;// CONCATENATED MODULE: ./build/shaken/runner/files.js


// build/runner/files.js
/**
* Appends to a file that the runner reads when the step ends. Throws an Error that says why that cannot be. A pipe is
* not opened, since one that nobody reads would hold the step for ever.
* https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#environment-files
*/
function appendToRunnerFile(name, text) {
	const variable = `GITHUB_${name}`;
	const path = process.env[variable];
	if (!path) throw new Error(`${variable} is not set`);
	const file = (0,external_node_fs_namespaceObject.statSync)(path, { throwIfNoEntry: false });
	if (file === void 0) throw new Error(`the file of ${variable} does not exist`);
	if (file.isDirectory()) throw new Error(`${variable} is a folder`);
	if (file.isFIFO() || file.isSocket()) throw new Error(`${variable} is a pipe, which may have no reader`);
	issueFileCommand(name, text);
}
/** Outputs as the lines that the runner's file of them has. */
function composeOutputs(outputs) {
	return Object.entries(outputs).map(([name, value]) => prepareKeyValueMessage(name, value)).join("\n");
}


// EXTERNAL MODULE: ./build/shaken/report/page.js + 2 modules
var page = __nccwpck_require__(8036);
// EXTERNAL MODULE: ./build/shaken/report/unlisted.js
var unlisted = __nccwpck_require__(7252);
;// CONCATENATED MODULE: ./build/shaken/report/outputs.js









// build/report/outputs.js
/** The output `summary` has to fit into a comment, of 65,536 characters, with room for more text. */
const SUMMARY_LIMIT = 6e4;
/**
* Sets the step's outputs, as far as known. Returns the failure that it is if they cannot be handed over. Run by hand,
* without a runner, they are commands in the log.
*/
function setOutputs(result, env) {
	const all = Object.entries(collectOutputs(result));
	const outputs = Object.fromEntries(all.flatMap(([name, value]) => value === void 0 ? [] : [[name, value]]));
	if (!env["GITHUB_OUTPUT"] && env["GITHUB_ACTIONS"] !== "true") {
		for (const [name, value] of Object.entries(outputs)) (0,command/* issueCommand */.L)("set-output", { name }, value);
		return [];
	}
	try {
		appendToRunnerFile("OUTPUT", composeOutputs(outputs));
		return [];
	} catch (error) {
		return new failure/* Failure */.HR({
			kind: "runner",
			about: "Outputs",
			problem: "not handed over",
			message: `The outputs could not be written: ${error instanceof Error ? error.message : String(error)}. ${describeDone(result)}`,
			action: "Later steps have no outputs of this one. Check the runner: GITHUB_OUTPUT must name a file that can be written, and the disk needs free space."
		}).record();
	}
}
const MOST_DONE = 5;
function describeDone({ settings, outcomes }) {
	if (!settings) return "Nothing was sent to Cloudflare.";
	const done = outcomes.flatMap((outcome) => outcome.done);
	return done.length > 0 ? `Done before that: ${(0,plural/* listed */.K)(done, MOST_DONE)}.` : "Nothing was changed.";
}
/** The outputs by their names in action.yml; undefined for what is unknown. Lists are always there. */
function collectOutputs(result) {
	const { settings, outcomes, tokenExpiry } = result;
	const [single] = outcomes;
	return {
		...settings?.many ? outputsOfMany(result) : single && outputsOfOne(single, result),
		drift: JSON.stringify(outcomes.flatMap((outcome) => outcome.drift)),
		failures: JSON.stringify(result.failures.map(({ problem: _, entry: __, detail: ___, ...record }) => record)),
		unlisted: JSON.stringify((result.unlisted ?? []).map(unlisted/* describeUnlisted */.k)),
		messages: JSON.stringify(result.messages ?? []),
		errors: JSON.stringify(result.failures.flatMap(({ entry }) => entry === void 0 ? [] : [entry])),
		token_expires_on: tokenExpiry && (tokenExpiry.expiresOn ?? "never"),
		summary: (0,page/* renderPage */.C)(result, SUMMARY_LIMIT)
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
		...connector && {
			verification_status: connector.verification_status,
			verified: flag((0,connector_connector/* isVerified */.p4)(connector)),
			verification_code: connector.verification_code,
			sso_connector_id: connector.id,
			email_domain: connector.email_domain,
			enabled: flag(outcome.current("enabled")),
			use_fedramp_language: flag(outcome.current("use_fedramp_language")),
			created_on: connector.created_on,
			updated_on: connector.updated_on,
			result: JSON.stringify(connector.raw)
		}
	};
}
/** Of many, what is said of all is true only if it is known of each, and `changed` is known once one has changed. */
function outputsOfMany(result) {
	const { outcomes } = result;
	const changes = outcomes.map((outcome) => outcome.changed);
	return {
		changed: flag(changes.includes(true) || (changes.includes(void 0) ? void 0 : false)),
		in_sync: flag(outcomes.every((outcome) => (0,job_result/* isInSync */.tU)(outcome, result) === true)),
		verified: flag(outcomes.every(({ connector }) => connector !== void 0 && (0,connector_connector/* isVerified */.p4)(connector))),
		result: JSON.stringify(outcomes.map((outcome) => outcome.connector?.raw ?? null))
	};
}
function flag(value) {
	return value === void 0 ? void 0 : String(value);
}


;// CONCATENATED MODULE: ./build/shaken/report/summary.js


// build/report/summary.js
/** GitHub drops a summary over 1 MiB whole. https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#adding-a-job-summary */
const LARGEST_SUMMARY = 1047552;
/** Writes the job summary, best effort: if that cannot be done, the step's result stays as it is. */
function writeSummary(result, log) {
	try {
		appendToRunnerFile("STEP_SUMMARY", (0,page/* renderPage */.C)(result, LARGEST_SUMMARY));
	} catch (error) {
		log.debug(() => `No job summary: ${error instanceof Error ? error.message : String(error)}`);
	}
}


;// CONCATENATED MODULE: ./build/shaken/report/report.js






// build/report/report.js
/**
* Tells all who have to know of a run's result: later steps, the log, the run's page, and an issue if that is asked for.
* The outputs come first, so that all others tell of their failing. Returns whether the step succeeds.
*/
async function report(told, world) {
	const { env, log } = world;
	const result = {
		...told,
		failures: [...told.failures, ...setOutputs(told, env)]
	};
	process.stdout.cork();
	try {
		writeLines(result, log);
		writeAnnotations(result, log);
	} finally {
		process.stdout.uncork();
	}
	writeSummary(result, log);
	const token = (0,settings/* readIssueToken */.R_)(env);
	if (token && !result.cancelled) {
		const { keepIssue } = await __nccwpck_require__.e(/* import() */ 911).then(__nccwpck_require__.bind(__nccwpck_require__, 1911));
		await keepIssue(result, token, world);
	}
	return (0,job_result/* isSuccess */.oJ)(result);
}



/***/ }),

/***/ 27:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   FJ: () => (/* binding */ IN_SENTENCES),
/* harmony export */   Gg: () => (/* binding */ titleOf),
/* harmony export */   LS: () => (/* binding */ findShared),
/* harmony export */   P7: () => (/* binding */ tellFailures),
/* harmony export */   d7: () => (/* binding */ tellRows)
/* harmony export */ });
/* harmony import */ var _connector_connector_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(9405);
/* harmony import */ var _failure_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(2095);
/* harmony import */ var _job_outcome_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(7373);
/* harmony import */ var _plural_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(9827);




// build/report/told.js
/** Kinds that say nothing of a single connector, so that one may stand for all. */
const SHARED = [
	"access",
	"rate_limited",
	"unavailable",
	"blocked"
];
/** Kinds that are told first, since they are about the run as a whole. */
const FIRST = ["cancelled", "runner"];
const MOST_NAMED = 3;
/** Every failure of a result as people are told it, in the order in which they need it. */
function tellFailures(result) {
	const { outcomes, failures } = result;
	const first = failures.filter(({ kind }) => FIRST.includes(kind));
	const shared = findShared(result);
	const rest = shared ? [shared] : failures.filter(({ kind }) => !FIRST.includes(kind));
	const ownersOf = /* @__PURE__ */ new Map();
	for (const outcome of outcomes) for (const record of outcome.failures) ownersOf.set(record, [...ownersOf.get(record) ?? [], outcome]);
	const others = shared ? failures.filter((record) => !first.includes(record) && !ownersOf.has(record)) : [];
	return [
		...first,
		...rest,
		...others
	].map((record) => {
		const owners = record === shared ? outcomes : ownersOf.get(record) ?? [];
		return {
			record,
			who: whoHas(record, owners, outcomes),
			outcomes: owners
		};
	});
}
/** The kinds that are told in whole sentences. */
const IN_SENTENCES = ["input", "cancelled"];
/** The failures that have a row of their own in a table. Many unlisted connectors stand in a list of theirs. */
function tellRows(result) {
	const isLong = result.failures.filter(({ kind }) => kind === "unlisted").length > MOST_NAMED;
	return tellFailures(result).filter(({ record: { kind } }) => !IN_SENTENCES.includes(kind) && !(isLong && kind === "unlisted"));
}
/** The one failure that all connectors have, such as a token that Cloudflare refuses; undefined if there is none. */
function findShared({ outcomes }) {
	const [first] = outcomes;
	const [record, ...more] = first?.failures ?? [];
	if (record === void 0 || more.length > 0 || outcomes.length < 2) return void 0;
	const isSame = (other) => other === record && record.sso_connector_id === null || SHARED.includes(record.kind) && other?.kind === record.kind && other.problem === record.problem && other.action === record.action;
	return outcomes.every(({ failures }) => failures.length === 1 && isSame(failures[0])) ? record : void 0;
}
/** The title of a failure, in at most 80 characters. */
function titleOf({ record, who, outcomes }) {
	return outcomes.every(({ failures }) => failures.includes(record)) ? record.title : (0,_failure_js__WEBPACK_IMPORTED_MODULE_1__/* .makeTitle */ .XM)(who ?? void 0, record.problem);
}
function whoHas(record, owners, all) {
	const { kind, sso_connector_id: id, email_domain: domain } = record;
	if (owners.length > 1 && owners.length === all.length) return (0,_plural_js__WEBPACK_IMPORTED_MODULE_3__/* .counted */ .h)(all.length, (0,_job_outcome_js__WEBPACK_IMPORTED_MODULE_2__/* .nounFor */ .A)(all));
	if (id !== null || domain !== null) return (0,_connector_connector_js__WEBPACK_IMPORTED_MODULE_0__/* .nameOfConnector */ .Sd)(id ?? void 0, domain ?? void 0);
	if (kind === "runner") return "Outputs";
	const names = owners.map(({ name }) => name);
	return names.length > 0 ? (0,_plural_js__WEBPACK_IMPORTED_MODULE_3__/* .listed */ .K)(names, MOST_NAMED) : null;
}



/***/ }),

/***/ 7252:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   k: () => (/* binding */ describeUnlisted),
/* harmony export */   n: () => (/* binding */ renderUnlisted)
/* harmony export */ });
/* harmony import */ var _connector_connector_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(9405);
/* harmony import */ var _connector_domain_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(9677);


// build/report/unlisted.js
/** An unlisted connector in the shape of an entry of `connectors`, for a later step. */
function describeUnlisted({ sso_connector_id: id, email_domain: domain, connector }) {
	return {
		sso_connector_id: id ?? null,
		email_domain: domain ?? null,
		enabled: connector?.enabled,
		use_fedramp_language: connector?.use_fedramp_language
	};
}
/**
* The unlisted connectors as YAML in the shape of `connectors`, one text for each. The domain names a connector, and the
* id does where a domain does not, or not alone.
*/
function renderUnlisted({ unlisted = [], outcomes }) {
	const domains = [...unlisted.map(({ email_domain }) => email_domain), ...outcomes.map(({ domain }) => domain)];
	const sharing = Map.groupBy(domains, (domain = "") => (0,_connector_domain_js__WEBPACK_IMPORTED_MODULE_1__/* .canonicalDomain */ .T5)(domain));
	return unlisted.map(({ sso_connector_id: id, email_domain: domain, connector }) => {
		const canonical = (0,_connector_domain_js__WEBPACK_IMPORTED_MODULE_1__/* .canonicalDomain */ .T5)(domain ?? "");
		const isAlone = canonical !== void 0 && sharing.get(canonical)?.length === 1;
		const isUsable = /^[A-Za-z0-9_-]+$/.test(id ?? "");
		const byDomain = canonical === void 0 ? [] : [`email_domain: ${scalar(domain ?? "")}`];
		const names = isUsable && !isAlone ? [`sso_connector_id: ${scalar(id ?? "")}`] : byDomain;
		if (names.length === 0) return "# A connector without a usable id or domain.\n";
		const fields = _connector_connector_js__WEBPACK_IMPORTED_MODULE_0__/* .FIELDS */ .cJ.flatMap((field) => connector?.[field] === void 0 ? [] : `${field}: ${connector[field]}`);
		return `- { ${[...names, ...fields].join(", ")} }${connector ? "" : " # Its fields could not be read."}\n`;
	});
}
/**
* Text as a scalar of YAML: plain if nobody can take it for a number, a boolean, a date or a sign, or else within quotes,
* where YAML has JSON's escapes. https://yaml.org/spec/1.2.2/#57-escaped-characters
*/
function scalar(text) {
	if (/^\p{L}[\p{L}\p{N}._-]{5,}$/u.test(text)) return text;
	return JSON.stringify(text).replace(/[^\P{C}]|[^\P{Z} ]/gu, (character) => Array.from({ length: character.length }, (_, n) => `\\u${character.charCodeAt(n).toString(16).padStart(4, "0")}`).join(""));
}



/***/ }),

/***/ 2921:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  B2: () => (/* binding */ SIGNS),
  qX: () => (/* binding */ countVerdicts),
  XZ: () => (/* binding */ describeVerdict),
  rL: () => (/* binding */ signOf)
});

// EXTERNAL MODULE: ./build/shaken/job/outcome.js
var outcome = __nccwpck_require__(7373);
// EXTERNAL MODULE: ./build/shaken/job/result.js
var job_result = __nccwpck_require__(6108);
// EXTERNAL MODULE: ./build/shaken/plural.js
var plural = __nccwpck_require__(9827);
// EXTERNAL MODULE: ./build/shaken/report/consequences.js
var consequences = __nccwpck_require__(6968);
// EXTERNAL MODULE: ./build/shaken/report/told.js
var told = __nccwpck_require__(27);
// EXTERNAL MODULE: ./build/shaken/connector/connector.js
var connector_connector = __nccwpck_require__(9405);
// EXTERNAL MODULE: ./build/shaken/inputs/settings.js + 4 modules
var inputs_settings = __nccwpck_require__(1786);
;// CONCATENATED MODULE: ./build/shaken/report/verdict-single.js




// build/report/verdict-single.js
/** What became of a run's only connector, as a sentence without its full stop: `SSO is now off for acme.example`. */
function describeSingle(outcome, result) {
	const { name, connector } = outcome;
	const { settings } = result;
	if (outcome.failed) return describeFailed(outcome, result);
	const plain = settings?.mode === "plan" ? describePlanned(outcome, result) : describeState(outcome, result);
	return settings && (0,inputs_settings/* mustBeVerified */.Tn)(settings) && connector && (0,connector_connector/* isVerified */.p4)(connector) && plain !== `${name} is verified` ? `${plain}, and the domain is verified` : plain;
}
function describeState(outcome, { settings }) {
	const { name, connector, target, changedFields, begunAt } = outcome;
	const { enabled, use_fedramp_language: language } = target.desired;
	if ((0,consequences/* hasSwitched */.a)(outcome)) return `SSO is now ${onOrOff(enabled)} for ${name}`;
	if (changedFields.includes("use_fedramp_language")) return `use_fedramp_language is now ${language} for ${name}`;
	if (begunAt !== void 0 && connector && !(0,connector_connector/* isVerified */.p4)(connector)) return `The verification of ${name} has begun`;
	if (enabled !== void 0) return `SSO is ${onOrOff(enabled)} for ${name}`;
	if (language !== void 0) return `use_fedramp_language is ${language} for ${name}`;
	return settings && (0,inputs_settings/* mustBeVerified */.Tn)(settings) ? `${name} is verified` : `Nothing was to change for ${name}`;
}
function describePlanned(outcome, result) {
	const { name, drift, target } = outcome;
	if ((0,job_result/* verdictOf */.Vj)(outcome, result) !== "would change") return `Nothing would change for ${name}`;
	return drift.some(({ field }) => field === "enabled") ? `SSO would be switched ${onOrOff(target.desired.enabled)} for ${name}` : `use_fedramp_language would change for ${name}`;
}
function describeFailed(outcome, { settings }) {
	const { name, connector, target, failures } = outcome;
	const { enabled } = target.desired;
	const kinds = failures.map(({ kind }) => kind);
	const writes = settings?.mode === "update" || settings?.mode === "reconcile";
	const isUnverified = kinds.includes("not_verified");
	if ((0,consequences/* hasSwitched */.a)(outcome)) return `SSO is now ${onOrOff(enabled)} for ${name}, but ${isUnverified ? "the domain is not verified" : "something else needs attention"}`;
	if (writes && outcome.isUncertain && !outcome.fieldsInDoubt.includes("enabled") && connector?.enabled === enabled) return `What came of the change of ${name} is unknown`;
	if (writes && enabled !== void 0) {
		if (outcome.isUncertain) return `Whether SSO is now ${onOrOff(enabled)} for ${name} is unknown`;
		if (connector ? connector.enabled !== enabled : settings.mode === "update") return `SSO was not switched ${onOrOff(enabled)} for ${name}`;
	}
	if (kinds.every((kind) => kind === "drift")) return `${name} is not in sync`;
	return isUnverified ? `${name} is not verified` : `${name} needs attention`;
}
function onOrOff(enabled) {
	return enabled ? "on" : "off";
}


;// CONCATENATED MODULE: ./build/shaken/report/verdict.js






// build/report/verdict.js
/** The sign before each verdict, which never stands without its word. In the order in which people are told. */
const SIGNS = {
	"in sync": "✅",
	changed: "✏️",
	"would change": "📝",
	"not in sync": "⚠️",
	unknown: "❔",
	failed: "❌"
};
/** The sign of a whole run. */
function signOf(result) {
	if (result.cancelled) return "⏹️";
	if (!(0,job_result/* isSuccess */.oJ)(result)) return "❌";
	if (result.outcomes.some((outcome) => (0,job_result/* verdictOf */.Vj)(outcome, result) === "would change")) return "📝";
	return (0,job_result/* isAllWell */.QF)(result) ? "✅" : "⚠️";
}
/** What a run came to, as a sentence without its full stop: `3 of 25 domains need attention`. */
function describeVerdict(result) {
	const { settings, outcomes, failures, cancelled } = result;
	if (cancelled) return "The run was cancelled";
	if (!settings) {
		const count = failures.filter(({ kind }) => kind === "input").length;
		return [`${(0,plural/* counted */.h)(count, "problem")} in the inputs: nothing was sent to Cloudflare`, ...beside(result)].join(", and ");
	}
	const [single] = outcomes;
	return [single && outcomes.length === 1 ? describeSingle(single, result) : describeMany(result), ...beside(result)].join(outcomes.some(({ failed }) => failed) ? ", and " : ", but ");
}
/** How many there are of each verdict: `19 in sync, 3 changed, 3 failed`. */
function countVerdicts(result) {
	const byVerdict = Map.groupBy(result.outcomes, (outcome) => (0,job_result/* verdictOf */.Vj)(outcome, result));
	return Object.keys(SIGNS).flatMap((verdict) => byVerdict.has(verdict) ? `${byVerdict.get(verdict)?.length} ${verdict}` : []).join(", ");
}
function describeMany(result) {
	const { settings, outcomes } = result;
	const noun = (0,outcome/* nounFor */.A)(outcomes);
	const all = `${outcomes.length} ${noun}s`;
	const have = (verdict) => outcomes.filter((outcome) => (0,job_result/* verdictOf */.Vj)(outcome, result) === verdict).length;
	if ((0,told/* findShared */.LS)(result)) return `All ${all} need attention, for one reason`;
	const failed = have("failed");
	if (failed > 0) return failed === outcomes.length ? `All ${all} need attention` : `${failed} of ${all} ${failed === 1 ? "needs" : "need"} attention`;
	const wouldChange = have("would change");
	if (wouldChange > 0) return `${wouldChange} of ${all} would change`;
	if (settings?.mode === "plan") return `Nothing would change: all ${all} are in sync`;
	const switched = outcomes.every(consequences/* hasSwitched */.a) ? new Set(outcomes.map(({ connector }) => connector?.enabled)) : /* @__PURE__ */ new Set();
	if (switched.size === 1) return `SSO is now ${switched.has(true) ? "on" : "off"} for all ${all}`;
	const changed = have("changed");
	const inSync = have("in sync") + changed;
	if (inSync < outcomes.length) return `${inSync} of ${all} are in sync`;
	return changed > 0 ? `${changed} of ${all} changed: all are in sync now` : `All ${all} are in sync`;
}
const BESIDE = {
	runner: "the outputs could not be handed over",
	ambiguous: "Cloudflare's list of the connectors is incomplete"
};
/** Failures that are no connector's of the list. */
function beside({ outcomes, failures }) {
	const others = failures.filter((record) => !outcomes.some((outcome) => outcome.failures.includes(record)));
	const unlisted = others.filter(({ kind }) => kind === "unlisted").length;
	return [...unlisted > 0 ? [`${(0,plural/* counted */.h)(unlisted, "connector")} of the account ${unlisted === 1 ? "is" : "are"} not in the list`] : [], ...others.flatMap(({ kind }) => BESIDE[kind] ?? [])];
}



/***/ }),

/***/ 6202:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  e: () => (/* binding */ run)
});

// EXTERNAL MODULE: ./build/shaken/connector/connector.js
var connector_connector = __nccwpck_require__(9405);
// EXTERNAL MODULE: ./build/shaken/failure.js
var shaken_failure = __nccwpck_require__(2095);
// EXTERNAL MODULE: ./build/shaken/cloudflare/answer.js
var cloudflare_answer = __nccwpck_require__(3711);
// EXTERNAL MODULE: ./build/shaken/untrusted.js
var untrusted = __nccwpck_require__(3279);
;// CONCATENATED MODULE: ./build/shaken/cloudflare/connectors.js



// build/cloudflare/connectors.js
/**
* The one item of a result, which may come as an object or as a list of one; undefined if there is none. Throws a
* Failure for a list of several.
*/
function onlyItem(result, asked) {
	if (!Array.isArray(result)) return result ?? void 0;
	if (result.length > 1) throw noConnector(asked, `${result.length} connectors instead of one`);
	return result[0] ?? void 0;
}
/** The connector of a result. Throws a Failure if it is not one. */
function readConnector(item, asked) {
	if (item === void 0) throw noConnector(asked, "a success without a result");
	const read = tryConnector(item);
	if (typeof read === "string") throw noConnector(asked, read);
	return read;
}
/** A connector, or what is there instead. */
function tryConnector(item) {
	try {
		return (0,connector_connector/* parseConnector */.DW)(item);
	} catch (error) {
		return `something that is no connector: ${error instanceof Error ? error.message : String(error)}`;
	}
}
function noConnector(asked, what) {
	return new shaken_failure/* Failure */.HR({
		kind: "unexpected",
		problem: "no valid answer",
		message: `Cloudflare was asked to ${asked}, and answered with ${what}.`
	});
}
/** The connectors of a list. One that cannot be read is no reason to pass over the others, so it is kept apart. */
function readItems(items, asked) {
	const connectors = [];
	const unreadable = [];
	for (const item of items) {
		const read = tryConnector(item);
		if (typeof read !== "string") connectors.push(read);
		else unreadable.push({
			id: textOf(item, "id"),
			email_domain: textOf(item, "email_domain"),
			failure: noConnector(asked, read)
		});
	}
	return {
		connectors,
		unreadable
	};
}
/** A field that is a text with something in it. */
function textOf(item, key) {
	const value = typeof item === "object" && item !== null ? Reflect.get(item, key) : void 0;
	return typeof value === "string" && value !== "" ? value : void 0;
}
/** An id from the API, for people. */
function describeId(id) {
	return id === void 0 ? "without an id" : (0,untrusted/* quoted */.k)(id);
}


// EXTERNAL MODULE: ./build/shaken/node_modules/valibot/dist/index.js
var dist = __nccwpck_require__(4441);
;// CONCATENATED MODULE: ./build/shaken/cloudflare/list-info.js

// build/cloudflare/list-info.js
const InfoSchema = (0,dist/* looseObject */._H)({
	count: (0,dist/* optional */.lq)((0,dist/* unknown */.L5)()),
	per_page: (0,dist/* optional */.lq)((0,dist/* unknown */.L5)()),
	total_count: (0,dist/* optional */.lq)((0,dist/* unknown */.L5)()),
	total_pages: (0,dist/* optional */.lq)((0,dist/* unknown */.L5)()),
	cursors: (0,dist/* fallback */.Np)((0,dist/* nullish */.cl)((0,dist/* looseObject */._H)({ after: (0,dist/* optional */.lq)((0,dist/* unknown */.L5)()) })), void 0)
});
/** Reads `result_info`. What an earlier page said of the whole list holds as long as no other says something else. */
function readListInfo(resultInfo, earlier) {
	const parsed = (0,dist/* safeParse */.xL)(InfoSchema, resultInfo);
	const info = parsed.success ? parsed.output : void 0;
	return {
		count: readCount(info?.count),
		perPage: readCount(info?.per_page) ?? earlier?.perPage,
		totalCount: readCount(info?.total_count) ?? earlier?.totalCount,
		totalPages: readCount(info?.total_pages) ?? earlier?.totalPages,
		hasCursor: Boolean(info?.cursors?.after)
	};
}
function readCount(count) {
	if (count === null || count === void 0) return void 0;
	return typeof count === "number" || typeof count === "string" && count.trim() !== "" ? Number(count) : NaN;
}
/** Whether a list goes on after a page: by what it counts, or, if it counts nothing, by the page being full. */
function goesOn(info, { page, items, onPage }) {
	const { totalCount, totalPages, perPage = 0, hasCursor } = info;
	if (hasCursor || (totalCount ?? 0) > items || (totalPages ?? 0) > page) return true;
	return totalCount === void 0 && totalPages === void 0 && perPage > 0 && onPage >= perPage;
}
/** What a list that is read to its end lacks by its own counts: `it has 20 of 2600`. Undefined if they add up. */
function findGap(info, { page, items, onPage }) {
	const { count = 0, totalCount = items, totalPages = page, hasCursor } = info;
	const odd = Object.entries({
		count,
		total_count: totalCount,
		total_pages: totalPages
	}).find(([, value]) => !Number.isSafeInteger(value) || value < 0);
	if (odd) return `its ${odd[0]} is no count`;
	if (totalCount !== items) return `it has ${items} of ${totalCount}`;
	if (totalPages > page) return `it has ${page} of ${totalPages} pages`;
	if (count > onPage) return `its page ${page} has ${onPage} of ${count}`;
	return hasCursor ? `it has no page ${page + 1}` : void 0;
}


;// CONCATENATED MODULE: ./build/shaken/cloudflare/list.js



// build/cloudflare/list.js
const MOST_PAGES = 1e3;
/** A page has room for far more items that are no connectors, and each takes its time. */
const MOST_ITEMS = 1e4;
/**
* Reads a list, page by page as long as it says that it goes on. `readPage` gets the number of a page, from 1 on; `asked`
* says for people what is asked for. Throws a Failure if a page is no list.
*/
async function readList(readPage, asked) {
	const connectors = [];
	const unreadable = [];
	const end = (missing) => ({
		connectors,
		unreadable,
		missing
	});
	const pageOf = /* @__PURE__ */ new Map();
	let info;
	let last = {
		page: 0,
		items: 0,
		onPage: 0
	};
	for (let page = 1; page <= MOST_PAGES; page += 1) {
		const { result, resultInfo } = await readPage(page);
		const items = itemsOf(result, asked);
		if (info && items.length === 0) return end(findGap(info, last));
		const keys = items.map((item) => textOf(item, "id") ?? JSON.stringify(item));
		const fresh = items.filter((_, n) => !pageOf.has(keys[n] ?? ""));
		if (items.length > 0 && fresh.length === 0) return end(`page ${page} repeats page ${pageOf.get(keys[0] ?? "")}`);
		for (const key of keys) if (!pageOf.has(key)) pageOf.set(key, page);
		const list = readItems(fresh, asked);
		connectors.push(...list.connectors);
		unreadable.push(...list.unreadable);
		info = readListInfo(resultInfo, info);
		last = {
			page,
			items: last.items + fresh.length,
			onPage: items.length
		};
		if (!goesOn(info, last) || items.length === 0) return end(findGap(info, last));
	}
	return end(`it has more than ${MOST_PAGES} pages`);
}
/** The items of a page; `null` is how some products of the API spell an empty list. */
function itemsOf(result, asked) {
	if (result === null) return [];
	if (Array.isArray(result) && result.length <= MOST_ITEMS) return result;
	throw new shaken_failure/* Failure */.HR({
		kind: "unexpected",
		problem: "no valid answer",
		message: Array.isArray(result) ? `Could not ${asked}: Cloudflare's answer has ${result.length} items on one page, which no list of connectors has.` : `Could not ${asked}: Cloudflare's answer has no list of them.`
	});
}


;// CONCATENATED MODULE: ./build/shaken/cloudflare/effect.js

// build/cloudflare/effect.js
const MAY_HAVE = "The change may have taken effect: run mode: check to see.";
/**
* Whether a change that is sent, in one attempt or several, may have taken effect. The one rule: it has not for sure only
* if nothing can have left, or if an envelope with `success: false` says so, whose status is none of 3xx, 408 and 5xx.
*/
var Effect = class {
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
		if (success === false && status < 500 && status !== 408 && !(status >= 300 && status <= 399)) this.#set(this.#isEarlierInDoubt);
	}
	/** What the change ends with: a Failure says whether it may have taken effect. */
	tell(failure) {
		if (!this.#isInDoubt || !(failure instanceof shaken_failure/* Failure */.HR)) return failure;
		return failure.changed((problem) => ({
			...problem,
			action: problem.action ? `${MAY_HAVE} ${problem.action}` : MAY_HAVE
		}), true);
	}
	#set(inDoubt) {
		this.#isInDoubt = inDoubt;
		this.#doubt(inDoubt);
	}
};


;// CONCATENATED MODULE: ./build/shaken/cloudflare/api-errors.js



// build/cloudflare/api-errors.js
const lenient = (schema) => (0,dist/* fallback */.Np)((0,dist/* nullish */.cl)(schema), void 0);
/** https://developers.cloudflare.com/fundamentals/api/reference/response-envelope/ */
const EntrySchema = (0,dist/* looseObject */._H)({
	code: lenient((0,dist/* union */.KC)([(0,dist/* number */.ai)(), (0,dist/* string */.Yj)()])),
	message: lenient((0,dist/* string */.Yj)()),
	error: lenient((0,dist/* string */.Yj)()),
	documentation_url: lenient((0,dist/* string */.Yj)()),
	source: lenient((0,dist/* looseObject */._H)({ pointer: lenient((0,dist/* string */.Yj)()) })),
	error_chain: lenient((0,dist/* array */.YO)((0,dist/* unknown */.L5)()))
});
const CHAIN_LIMIT = 5;
/** The entries of a list that may be null or absent; anything else than a list counts as one entry. */
function listEntries(value) {
	if (value === null || value === void 0) return [];
	return Array.isArray(value) ? value : [value];
}
/** Reads an entry of any shape seen: as documented, a plain string, or something else, which is shown as JSON. */
function readEntry(value) {
	const parsed = (0,dist/* safeParse */.xL)(EntrySchema, value);
	if (!parsed.success) return entryOfText(typeof value === "string" ? value : asJson(value));
	const { code, message, error, documentation_url, source, error_chain } = parsed.output;
	return {
		code: code === null || code === void 0 ? void 0 : (0,untrusted/* oneLine */.T)(String(code), 40),
		message: (0,untrusted/* oneLine */.T)(message || error || (code === null || code === void 0 ? asJson(value) : "")),
		pointer: source?.pointer ? (0,untrusted/* oneLine */.T)(source.pointer, 200) : void 0,
		documentationUrl: documentation_url?.startsWith("https://") ? (0,untrusted/* oneLine */.T)(documentation_url, 300) : void 0,
		chain: (error_chain ?? []).slice(0, CHAIN_LIMIT).flatMap((nested) => {
			const entry = readEntry(nested);
			return [entry, ...entry.chain];
		}).slice(0, CHAIN_LIMIT)
	};
}
/** An error for a person: code, message, pointer, chain, HTTP status and Ray ID. */
function describeError(entry, answer) {
	const pointer = entry.pointer ? ` at ${entry.pointer}` : "";
	const causes = entry.chain.map((cause) => `, caused by ${nameEntry(cause)}`).join("");
	return `Cloudflare ${nameEntry(entry)}${pointer}${causes} (${(0,cloudflare_answer/* describeAnswer */.O1)(answer)}).`;
}
/** A message for the log: `10000: Something to know`. */
function describeMessage(entry) {
	return entry.code === void 0 ? entry.message : `${entry.code}: ${entry.message}`;
}
function nameEntry({ code, message }) {
	if (code === void 0) return `error "${message}"`;
	return message ? `error ${code} "${message}"` : `error ${code}`;
}
function entryOfText(text) {
	return {
		code: void 0,
		message: (0,untrusted/* oneLine */.T)(text),
		pointer: void 0,
		documentationUrl: void 0,
		chain: []
	};
}
function asJson(value) {
	return JSON.stringify(value) ?? String(value);
}


;// CONCATENATED MODULE: ./build/shaken/cloudflare/hints.js
// build/cloudflare/hints.js
const RATE_LIMIT = "Cloudflare allows a user or token 1,200 requests in 5 minutes, then refuses all for 5 minutes.";
const LATER = "Run this again later.";
const FAULT = "The fault is Cloudflare's own: see https://www.cloudflarestatus.com and run this again later.";
const NOT_A_TOKEN = "The secret is no API token. It may be a global API key, stand within quotes, or be cut off. Create an API token and put that alone into the secret.";
const NO_TOKEN = "The token did not arrive as it should. Check api_base_url and any gateway on the way, and that the secret has the token alone.";
const INVALID = "The token may have expired or been revoked. Create a new one and update the secret.";
const INVALID_HERE = `${INVALID} A token that an account owns is for that account alone.`;
const LOCATION = "The token's client IP address filter leaves this runner out. Change the filter, or use a runner with an address that it has.";
const ACCEPTED_BEFORE = "Cloudflare accepted the token earlier in this run. It may have expired or been revoked meanwhile.";
const SHOWN_BEFORE = "The token could do the same earlier in this run. Its permissions may have changed meanwhile.";
/**
* Errors of the token by their codes and, with several meanings of one, their text. The first that fits counts.
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
		() => ({
			problem: "token not accepted from here",
			action: LOCATION
		})
	],
	[
		["9109"],
		/unauthori[sz]ed|resource/i,
		lackOfPermission
	],
	[
		["9109"],
		/^/,
		() => ({
			problem: "token not accepted",
			action: INVALID
		})
	],
	[
		["1000"],
		/api token/i,
		() => ({
			problem: "token not accepted",
			action: INVALID_HERE
		})
	],
	[
		["10000", "10001"],
		/^/,
		anyCause
	]
];
/** A hint that cannot be true once the token was accepted. */
function firstUse(action) {
	return ({ use }) => ({
		problem: "token not accepted",
		action: use.isAccepted ? ACCEPTED_BEFORE : action
	});
}
/** What a 403 says that is about the token, whatever its code. */
const ABOUT_ACCESS = /^$|token|authenticat|authori[sz]|permission|forbidden|access denied/i;
/**
* What an error of Cloudflare's means, by its code, its text, the HTTP status and what the token has been accepted for:
* no hint that cannot be true. Without an entry, it is no refusal, but an answer that cannot be taken for one.
*/
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
	const codes = [entry, ...entry.chain].map(({ code }) => code ?? "");
	const has = (...wanted) => codes.some((code) => wanted.includes(code));
	const [, , hint] = OF_THE_TOKEN.find(([known, text]) => has(...known) && text.test(entry.message)) ?? [];
	if (hint && status !== 405) return {
		kind: "access",
		...hint(circumstances)
	};
	if (has("7000", "7001") || status === 405) return {
		kind: "refused",
		problem: "no such route in the API",
		action: "Check api_base_url."
	};
	if (has("7003") || status === 404) return absent(circumstances);
	if (status === 401) return {
		kind: "access",
		...anyCause(circumstances)
	};
	if (status === 403 && ABOUT_ACCESS.test(entry.message)) return {
		kind: "access",
		...lackOfPermission(circumstances)
	};
	return {
		kind: "refused",
		problem: `Cloudflare refused: ${entry.message || (entry.code === void 0 ? "no reason given" : `error ${entry.code}`)}`,
		action: null
	};
}
function absent({ call }) {
	return call.isOfConnector ? {
		kind: "not_found",
		problem: "no such connector",
		action: "Check sso_connector_id and account_id."
	} : {
		kind: "refused",
		problem: "no such account",
		action: "Check account_id."
	};
}
/** The error that Cloudflare has for each of four causes. */
function anyCause({ call, use }) {
	if (use.isShownFor(call)) return {
		problem: "token not accepted",
		action: ACCEPTED_BEFORE
	};
	const permission = permissionFor(call);
	if (use.isAccepted) return {
		problem: "no permission",
		action: `Cloudflare accepted the token for reading earlier in this run. It probably lacks the permission ${permission} on this account.`
	};
	return {
		problem: "token not accepted",
		action: `The token may have expired or been revoked, lack the permission ${permission}, be for another account, or have a client IP address filter that leaves this runner out.`
	};
}
function lackOfPermission({ call, use }) {
	return {
		problem: "no permission",
		action: use.isShownFor(call) ? SHOWN_BEFORE : `Give the token the permission ${permissionFor(call)} on this account, and check account_id.`
	};
}
/** https://developers.cloudflare.com/api/resources/iam/subresources/sso/ */
function permissionFor({ method }) {
	return method === "GET" ? "\"SSO Connector: Read\" or \"SSO Connector: Edit\"" : "\"SSO Connector: Edit\"";
}


;// CONCATENATED MODULE: ./build/shaken/cloudflare/json.js
// build/cloudflare/json.js
const NOT_JSON = "is not JSON";
/** No answer of the API is nested as deeply by far. */
const DEEPEST = 100;
/** Brackets, and texts; one that a colon follows is a key. */
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*(?:"(\s*:)?|\\?$)|[{}[\]]/gs;
/** The fields that something hangs on, by the object that has them. Of others, such as those of `meta`, the last counts. */
const DECIDING = {
	envelope: [
		"success",
		"errors",
		"messages",
		"result",
		"result_info"
	],
	list: [],
	connector: [
		"id",
		"email_domain",
		"enabled",
		"use_fedramp_language",
		"verification",
		"created_on",
		"updated_on"
	],
	verification: ["code", "status"]
};
/**
* Reads JSON in UTF-8. JSON that is nested too deeply, or that says two things by a key that is there twice in an
* envelope, a connector or its verification, has no value.
*/
function parseJson(body) {
	let text;
	let value;
	try {
		text = new TextDecoder("utf-8", { fatal: true }).decode(body);
		value = JSON.parse(text);
	} catch {
		return { fault: NOT_JSON };
	}
	const fault = findFault(text);
	return fault === void 0 ? { value } : { fault };
}
/** Goes once over text that is JSON. */
function findFault(json) {
	const open = [];
	for (const [token, colon] of json.matchAll(TOKENS)) {
		const here = open.at(-1);
		if (token === "{" || token === "[") {
			if (open.length === DEEPEST) return `is JSON that is nested more than ${DEEPEST} levels deep`;
			open.push({
				place: placeIn(here, token),
				seen: [],
				key: ""
			});
		} else if (token === "}" || token === "]") open.pop();
		else if (colon !== void 0 && here?.place !== void 0) {
			here.key = JSON.parse(token.slice(0, token.length - colon.length));
			if (here.seen.includes(here.key)) return `contradicts itself: it has the key "${here.key}" twice`;
			if (DECIDING[here.place].includes(here.key)) here.seen.push(here.key);
		}
	}
}
function placeIn(parent, bracket) {
	if (parent === void 0) return bracket === "{" ? "envelope" : void 0;
	const { place, key } = parent;
	if (place === "envelope" && key === "result") return bracket === "{" ? "connector" : "list";
	if (bracket === "[") return void 0;
	if (place === "list") return "connector";
	return place === "connector" && key === "verification" ? "verification" : void 0;
}


;// CONCATENATED MODULE: ./build/shaken/cloudflare/page.js
// build/cloudflare/page.js
/** What is read of a page. What says why it is there stands at its beginning. */
const MOST_BYTES = 1e5;
/** The words of a body for people: of HTML its title and first heading, or its text; else the body as it is. */
function readPage(body) {
	const page = new TextDecoder().decode(body.subarray(0, MOST_BYTES)).trim();
	if (!/^[\s\ufeff]*</.test(page)) return page;
	const title = /<title\b[^<>]*>([^<]*)/i.exec(page)?.[1]?.trim();
	const heading = readHeading(page);
	return [title, heading === title ? "" : heading].filter(Boolean).join(": ") || withoutTags(page) || page;
}
function readHeading(page) {
	const start = /<h[1-6]\b[^<>]*>/i.exec(page);
	if (!start) return "";
	const rest = page.slice(start.index + start[0].length);
	const end = rest.search(/<\/h[1-6]/i);
	return withoutTags(end === -1 ? "" : rest.slice(0, end));
}
function withoutTags(html) {
	return html.replace(/<[^<>]*>/g, " ").replace(/\s+/g, " ").trim();
}


// EXTERNAL MODULE: ./build/shaken/clock.js
var shaken_clock = __nccwpck_require__(7971);
// EXTERNAL MODULE: ./build/shaken/plural.js
var plural = __nccwpck_require__(9827);
;// CONCATENATED MODULE: ./build/shaken/cloudflare/retry.js





// build/cloudflare/retry.js
/** The longest `Retry-After` that is waited for. */
const LONGEST_RETRY_AFTER_MS = 6e4;
/** For so long the API refuses everything once its limit is exceeded. https://developers.cloudflare.com/fundamentals/api/reference/limits/ */
const BLOCK_SECONDS = 300;
/** Some 30 years, so that every time that is named is one that a Date can hold. */
const LONGEST_SECONDS = 999999999;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 8e3;
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
	if (!isPassingStatus(answer.status)) return void 0;
	const value = (0,cloudflare_answer/* header */.wx)(answer, "retry-after")?.trim() ?? "";
	const date = /^[A-Z][a-z]{2}/.test(value) ? Date.parse(value) : NaN;
	if (!Number.isNaN(date)) return Math.max(0, date - now);
	const wait = (/^\d+$/.test(value) ? Number(value) : secondsInBody(answer)) ?? (answer.status === 429 ? BLOCK_SECONDS : void 0);
	return wait === void 0 ? void 0 : Math.min(wait, LONGEST_SECONDS) * 1e3;
}
function secondsInBody({ body }) {
	const json = parseJson(body);
	const { cloudflare_error: isOfEdge, retry_after: seconds } = Object("value" in json ? json.value : void 0);
	return isOfEdge === true && typeof seconds === "number" && seconds >= 0 ? seconds : void 0;
}
/**
* Sends a request, and again after a passing fault, up to `maxRetries` times, each with a line in the log. Throws the
* last Failure, which tells of the retries, or the signal's reason when that is aborted.
*/
async function withRetries(send, { maxRetries, clock, log }, signal) {
	for (let retry = 1;; retry += 1) try {
		return await send();
	} catch (failure) {
		if (!(failure instanceof shaken_failure/* Failure */.HR)) throw failure;
		const pause = pauseBefore(retry, failure, clock);
		const isStray = failure.isAll("access");
		if (pause === void 0 || retry > maxRetries && !isStray) throw tellRetries(failure, retry - 1);
		const next = isStray ? "Trying once more" : `Retry ${retry} of ${maxRetries}`;
		log.info(`${failure.problems[0]?.message} ${next} in ${(0,shaken_clock/* describeSpan */.u)(pause)}.`);
		await clock.sleep(pause, signal);
	}
}
/**
* The pause before a retry: as long as the answer asks, up to 60 s. Undefined if a retry is of no use. A refusal for the
* rate that asks for longer is one; the edge, by contrast, asks for two minutes as a matter of course.
*/
function pauseBefore(retry, failure, clock) {
	const { passing, retryAfterMs = 0 } = failure;
	const isTooLong = retryAfterMs > LONGEST_RETRY_AFTER_MS;
	if (!passing || isTooLong && failure.isAll("rate_limited")) return void 0;
	return retryAfterMs === 0 || isTooLong ? backoff(retry, clock.random()) : retryAfterMs;
}
/**
* The pause in milliseconds before a retry, which is counted from 1: it doubles from 500 ms up to 8 s, and of that it is
* between half and all by chance (from 0 up to 1), so that runs that failed together do not come back together.
*/
function backoff(retry, chance) {
	const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (retry - 1));
	return Math.round(longest * (.5 + chance / 2));
}
function tellRetries(failure, retries) {
	if (retries === 0) return failure;
	const tried = `${(0,plural/* counted */.h)(retries, "retry", "retries")} did not help.`;
	return failure.changed((problem) => ({
		...problem,
		message: `${problem.message} ${tried}`
	}));
}


;// CONCATENATED MODULE: ./build/shaken/cloudflare/problem-details.js





// build/cloudflare/problem-details.js
const someText = (0,dist/* fallback */.Np)((0,dist/* optional */.lq)((0,dist/* string */.Yj)()), void 0);
const someCode = (0,dist/* fallback */.Np)((0,dist/* optional */.lq)((0,dist/* union */.KC)([(0,dist/* number */.ai)(), (0,dist/* string */.Yj)()])), void 0);
/**
* JSON that tells of a problem: that of Cloudflare's edge, by RFC 9457, and that of gateways and proxies.
* https://developers.cloudflare.com/support/troubleshooting/http-status-codes/
*/
const DetailsSchema = (0,dist/* looseObject */._H)({
	title: someText,
	detail: someText,
	message: someText,
	error: (0,dist/* fallback */.Np)((0,dist/* optional */.lq)((0,dist/* union */.KC)([(0,dist/* string */.Yj)(), (0,dist/* looseObject */._H)({ message: someText })])), void 0),
	error_code: someCode,
	code: someCode,
	cloudflare_error: (0,dist/* optional */.lq)((0,dist/* unknown */.L5)()),
	what_you_should_do: someText
});
/**
* The problem that an answer is that is no envelope: something between the runner and the API answered. `value` is what
* it has as JSON; undefined if it is none. The message is the end of a sentence.
*/
function readDetails(answer, value) {
	const { says, code, advice, isOfEdge } = readWords(answer, value);
	const ray = (0,cloudflare_answer/* rayId */.Gj)(answer);
	const place = isOfEdge || ray ? "Cloudflare's edge" : "a proxy or gateway";
	const who = isOfEdge ? place : ray ? `${place} or firewall` : `probably ${place}`;
	const name = [(0,cloudflare_answer/* describeAnswer */.O1)(answer), code && `error ${code}`].filter(Boolean).join(", ");
	const ask = ray ? `Give the cf-ray ${ray} to Cloudflare support.` : "Ask whoever runs the network of this runner.";
	const help = ray && advice?.includes(ray.replace(/-.*/s, "")) ? void 0 : ask;
	const kind = kindOfOther(answer);
	return {
		kind,
		problem: `${PROBLEMS[kind] ?? `blocked by ${place}`} (${code ?? `HTTP ${answer.status}`})`,
		message: `something before the API answered, ${who} (${name}): ${says}.`,
		action: [advice ?? (kind === "unavailable" && "Run this again later."), help].filter(Boolean).join(" ")
	};
}
const PROBLEMS = {
	rate_limited: "rate limit reached",
	unavailable: "no answer from the API",
	unexpected: "no answer from the API"
};
/** The kind of failure that an answer is that is no envelope, by its status. */
function kindOfOther(answer) {
	if (answer.status === 429) return "rate_limited";
	if (isPassingStatus(answer.status)) return "unavailable";
	return (0,cloudflare_answer/* isSuccessStatus */.ar)(answer) ? "unexpected" : "blocked";
}
const CHALLENGE = "Cloudflare takes this runner for a bot. Run this from another network.";
const REDIRECT = "Redirects are not followed. Check api_base_url.";
function readWords(answer, value) {
	if ((0,cloudflare_answer/* header */.wx)(answer, "cf-mitigated") === "challenge") return {
		says: "a challenge for browsers",
		isOfEdge: true,
		advice: CHALLENGE
	};
	if (answer.status >= 300 && answer.status <= 399) {
		const place = (0,cloudflare_answer/* header */.wx)(answer, "location");
		return {
			says: place === void 0 ? "a redirect" : `a redirect to ${(0,untrusted/* quoted */.k)(place, 120)}`,
			advice: REDIRECT
		};
	}
	const coding = (0,cloudflare_answer/* header */.wx)(answer, "content-encoding") ?? "identity";
	if (coding !== "identity") return { says: `a body in ${(0,untrusted/* oneLine */.T)(coding, 40)}, which was not asked for` };
	const parsed = (0,dist/* safeParse */.xL)(DetailsSchema, value);
	if (!parsed.success || Array.isArray(value)) return readText(answer.body);
	const { title, detail, message, error, what_you_should_do: advice, ...other } = parsed.output;
	const words = [
		title,
		detail,
		message,
		typeof error === "string" ? error : error?.message
	].filter(Boolean);
	const code = other.error_code ?? other.code;
	return {
		says: words.length > 0 ? quoteWords(words.join(". "), 300) : readText(answer.body).says,
		code: code === void 0 ? void 0 : (0,untrusted/* oneLine */.T)(String(code), 40),
		advice: advice ? (0,untrusted/* oneLine */.T)(advice, 300) : void 0,
		isOfEdge: other.cloudflare_error === true
	};
}
/** A page, text, or JSON without a word that is known. The edge says `error code: 1010` as plain text. */
function readText(body) {
	const page = readPage(body);
	const code = /^error code: (\d{3,4})$/.exec(page)?.[1];
	return {
		says: page === "" ? "an empty body" : quoteWords(page, 200),
		code,
		isOfEdge: code !== void 0
	};
}
/** Without the full stop, since the sentence around it has its own. */
function quoteWords(words, limit) {
	return (0,untrusted/* quoted */.k)(words.trim().replace(/\.$/, ""), limit);
}


;// CONCATENATED MODULE: ./build/shaken/cloudflare/envelope.js








// build/cloudflare/envelope.js
const EnvelopeSchema = (0,dist/* looseObject */._H)({
	success: (0,dist/* optional */.lq)((0,dist/* unknown */.L5)()),
	result: (0,dist/* optional */.lq)((0,dist/* unknown */.L5)()),
	errors: (0,dist/* optional */.lq)((0,dist/* unknown */.L5)()),
	messages: (0,dist/* optional */.lq)((0,dist/* unknown */.L5)()),
	result_info: (0,dist/* optional */.lq)((0,dist/* unknown */.L5)())
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
	const word = "value" in json ? cloudflaresWord(json.value) : void 0;
	if (word === void 0) throw failureOf(answer, reading, [describeOther(answer, json, reading)]);
	const { success, result, result_info: resultInfo } = word;
	const messages = listEntries(word.messages);
	hear?.(success, messages);
	const errors = listEntries(word.errors);
	if (success === true && errors.length === 0 && (0,cloudflare_answer/* isSuccessStatus */.ar)(answer)) return {
		result,
		messages,
		resultInfo
	};
	throw failureOf(answer, reading, describeErrors(answer, errors, success, reading));
}
/** Only an object with a boolean `success` or with entries in `errors` is Cloudflare's word. */
function cloudflaresWord(value) {
	const parsed = (0,dist/* safeParse */.xL)(EnvelopeSchema, value);
	if (!parsed.success || Array.isArray(value)) return void 0;
	const { success, errors } = parsed.output;
	return typeof success === "boolean" || Array.isArray(errors) && errors.length > 0 ? parsed.output : void 0;
}
/** What is no word of Cloudflare's, or one that contradicts itself. */
function describeOther(answer, json, circumstances) {
	if ("value" in json) return readDetails(answer, json.value);
	if (json.fault === "is not JSON") return readDetails(answer, void 0);
	const message = `the answer ${json.fault} (${(0,cloudflare_answer/* describeAnswer */.O1)(answer)}).`;
	return {
		...interpret(void 0, answer, circumstances),
		message
	};
}
function describeErrors(answer, errors, success, circumstances) {
	const read = (entry) => interpret(success === true ? void 0 : entry, answer, circumstances);
	const describe = (what) => {
		return {
			...read(readEntry("")),
			message: `the answer has ${what} (${(0,cloudflare_answer/* describeAnswer */.O1)(answer)}).`
		};
	};
	if (errors.length === 0) return [describe(`"success": ${success} and names no error`)];
	const problems = errors.slice(0, MOST_ERRORS).map((value) => {
		const entry = readEntry(value);
		const documentation_url = entry.documentationUrl ?? null;
		return {
			...read(entry),
			message: describeError(entry, answer),
			documentation_url,
			entry: value
		};
	});
	const more = errors.length - problems.length;
	return more === 0 ? problems : [...problems, describe(`${more} more errors`)];
}
function failureOf(answer, { call, use, now }, problems) {
	const { status } = answer;
	const retryAfterMs = retryAfter(answer, now);
	const time = status === 429 && retryAfterMs ? `Run this again after ${new Date(now + retryAfterMs).toISOString().replace(/\.\d+/, "")}.` : "";
	const told = problems.map((problem) => ({
		...problem,
		message: `Could not ${call.asked}: ${problem.message}`,
		action: `${time === "" || problem.entry !== void 0 ? problem.action ?? "" : ""} ${time}`.trim() || null
	}));
	const isOfToken = (status === 401 || status === 403) && problems.some(({ entry }) => readEntry(entry).code === "10000");
	return new shaken_failure/* Failure */.HR(told, {
		passing: isPassingStatus(status) || isOfToken && use.takeStray(call),
		retryAfterMs
	});
}


;// CONCATENATED MODULE: ./build/shaken/cloudflare/messages.js

// build/cloudflare/messages.js
/** So many entries of one answer are heard. */
const MOST_MESSAGES = 100;
/** The entries under `messages` of all answers, each once, as the API gave them; the log has each for people. */
var Messages = class {
	all = [];
	#known = /* @__PURE__ */ new Set();
	#log;
	constructor(log) {
		this.#log = log;
	}
	add(messages) {
		for (const message of messages.slice(0, MOST_MESSAGES)) {
			const text = JSON.stringify(message);
			if (this.#known.has(text)) continue;
			this.#known.add(text);
			this.all.push(message);
			this.#log(`Cloudflare says: ${describeMessage(readEntry(message))}`);
		}
		const more = messages.length - MOST_MESSAGES;
		if (more > 0) this.#log(`Cloudflare says ${more} more things in this answer.`);
	}
};


;// CONCATENATED MODULE: ./build/shaken/cloudflare/rate-limit.js


// build/cloudflare/rate-limit.js
/** The header's seconds are whole ones: the window may turn up to one later than they say. */
const ROUNDING_MS = 1e3;
/** The window of Cloudflare's API. https://developers.cloudflare.com/fundamentals/api/reference/limits/ */
const LONGEST_WINDOW_MS = 301e3;
/** What an answer leaves: nothing after a refusal for the rate for as long as it asks, else what `Ratelimit` says. */
function readLimit(answer, now) {
	if (answer.status !== 429) return parseRateLimit((0,cloudflare_answer/* header */.wx)(answer, "ratelimit") ?? "");
	const turnsInMs = retryAfter(answer, now);
	return turnsInMs ? {
		left: 0,
		turnsInMs
	} : void 0;
}
/**
* What a `Ratelimit` header such as `"default";r=50;t=30` leaves; of several policies the one that leaves least.
* Its seconds are whole ones, so that one more is taken. Undefined if the header says nothing of the kind.
* https://developers.cloudflare.com/fundamentals/api/reference/limits/
*/
function parseRateLimit(value) {
	return value.split(",").flatMap((policy) => {
		const left = /;\s*r=(\d{1,9})\b/.exec(policy)?.[1];
		const seconds = /;\s*t=(\d{1,9})\b/.exec(policy)?.[1];
		return left === void 0 || seconds === void 0 ? [] : [{
			left: Number(left),
			turnsInMs: Number(seconds) * 1e3 + ROUNDING_MS
		}];
	}).sort((one, other) => one.left - other.left || other.turnsInMs - one.turnsInMs)[0];
}


;// CONCATENATED MODULE: ./build/shaken/cloudflare/pace.js



// build/cloudflare/pace.js
/** At most this many requests under way at once, so that a fleet is no burst. */
const MOST_IN_FLIGHT = 8;
/**
* Holds requests back so that the rate limit is never run into, which would block everything else that uses the token
* for five minutes: no more requests are in flight than the last `Ratelimit` header says are left, and if none is
* left, they wait for the window to turn. Without the header only the number at once is limited, to 8.
*/
var Pace = class {
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
		} finally {
			this.#inFlight -= 1;
			this.#admitWaiting();
		}
	}
	async #admission(asked, signal) {
		signal.throwIfAborted();
		const { promise, resolve, reject } = Promise.withResolvers();
		const waiter = {
			asked,
			admit: resolve,
			refuse: reject
		};
		const leave = () => {
			const place = this.#waiting.indexOf(waiter);
			if (place !== -1) this.#waiting.splice(place, 1);
			reject(signal.reason);
			this.#admitWaiting();
		};
		this.#waiting.push(waiter);
		signal.addEventListener("abort", leave, { once: true });
		this.#admitWaiting();
		await promise.finally(() => signal.removeEventListener("abort", leave));
	}
	#admitWaiting() {
		while (this.#inFlight < Math.min(MOST_IN_FLIGHT, this.#left)) {
			const next = this.#waiting.shift();
			if (!next) break;
			this.#inFlight += 1;
			next.admit();
		}
		if (this.#waiting.length === 0) {
			this.#alarm?.abort();
			this.#alarm = void 0;
		} else if (this.#left === 0 && !this.#alarm) this.#waitForTurn();
	}
	#waitForTurn() {
		const wait = Math.max(0, this.#turnsAt - this.#clock.now());
		if (wait > 301e3) {
			for (const { asked, refuse } of this.#waiting.splice(0)) refuse(this.#refusal(asked, wait));
			return;
		}
		if (wait > 1) this.#log(`Cloudflare's rate limit leaves no request: waiting ${(0,shaken_clock/* describeSpan */.u)(wait)} for its window to turn.`);
		const alarm = new AbortController();
		this.#alarm = alarm;
		const turned = () => {
			this.#alarm = void 0;
			if (this.#clock.now() >= this.#turnsAt) this.#left = 1;
			this.#admitWaiting();
		};
		this.#clock.sleep(wait, alarm.signal).then(turned, () => {});
	}
	#refusal(asked, wait) {
		return new shaken_failure/* Failure */.HR({
			kind: "rate_limited",
			problem: "rate limit reached",
			message: `Could not ${asked}: Cloudflare's rate limit leaves no request for ${(0,shaken_clock/* describeSpan */.u)(wait)}, longer than this action waits.`,
			action: `Run this again after ${new Date(this.#turnsAt).toISOString().replace(/\.\d+/, "")}.`
		}, {
			passing: true,
			retryAfterMs: wait
		});
	}
	#heed(answer) {
		const now = this.#clock.now();
		const limit = readLimit(answer, now);
		if (limit) {
			const isWithin = now < this.#turnsAt;
			if (isWithin && limit.left > this.#left) return;
			const turnsAt = now + limit.turnsInMs;
			this.#turnsAt = isWithin && limit.left === this.#left ? Math.max(this.#turnsAt, turnsAt) : turnsAt;
			this.#left = limit.left;
		} else if (now >= this.#turnsAt) this.#left = Number.POSITIVE_INFINITY;
	}
};


;// CONCATENATED MODULE: ./build/shaken/cloudflare/token-use.js
// build/cloudflare/token-use.js
/** What this run knows of its token, by what the API has accepted it for. */
var TokenUse = class {
	/** The permissions that it has shown to have. */
	#shown = /* @__PURE__ */ new Set();
	/** The requests that one refusal was taken for stray of, and that have not succeeded since. */
	#strays = /* @__PURE__ */ new Set();
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
		return this.#shown.has("write") || this.#shown.has(permissionOf(call));
	}
	/** Whether a refusal of the token may be a stray one: once for each request, after the token was accepted. */
	takeStray(call) {
		if (!this.isAccepted || this.#strays.has(keyOf(call))) return false;
		this.#strays.add(keyOf(call));
		return true;
	}
};
function permissionOf({ method }) {
	return method === "GET" ? "read" : "write";
}
function keyOf({ method, url }) {
	return `${method} ${url.href}`;
}


;// CONCATENATED MODULE: ./build/shaken/version.js
// build/version.js
/** The version of the action, as in package.json and the changelog (a test holds them together). */
const VERSION = "1.0.0";


// EXTERNAL MODULE: ./build/shaken/cloudflare/connection.js
var connection = __nccwpck_require__(8485);
;// CONCATENATED MODULE: ./build/shaken/cloudflare/network-errors.js




// build/cloudflare/network-errors.js
const CLOSED = "the connection was closed before the answer was whole";
const TOO_LARGE_HEADER = "the header of the answer is too large";
const NO_TLS = "the server does not speak TLS";
const NO_HTTP = "the answer is not HTTP";
/** What the codes of the system, of Node and of undici (behind a proxy) mean, for people. https://nodejs.org/api/errors.html#common-system-errors */
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
	UND_ERR_PRX_CONN: "the proxy closed the connection",
	UND_ERR_SOCKET: CLOSED,
	UND_ERR_RES_CONTENT_LENGTH_MISMATCH: "the answer has another length than it says",
	ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS,
	ERR_SSL_PACKET_LENGTH_TOO_LONG: NO_TLS,
	EPROTO: NO_TLS,
	HTTPParserError: NO_HTTP,
	HPE_HEADER_OVERFLOW: TOO_LARGE_HEADER,
	UND_ERR_HEADERS_OVERFLOW: TOO_LARGE_HEADER
};
/** The codes of a certificate that was not accepted. https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const UNTRUSTED = /^(CERT_|CRL_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|ERR_TLS_CERT_|INVALID_CA|HOSTNAME_MISMATCH)/;
const TRUST = "If a proxy opens TLS, or the CA is a private one, set NODE_EXTRA_CA_CERTS in the step's env to the path of a PEM file with its certificate.";
/** What to do if there was no way to the API. */
const CHECK_NETWORK = "Check the network of this runner and api_base_url, then run this again.";
const ASK_PROXY = "Ask whoever runs the proxy of this runner.";
const LOGIN = "Put the right user name and password into the URL of the proxy in HTTPS_PROXY.";
/** Turns what the connection threw into a Failure for people: what was asked, what came instead, what to do. */
function explainFault(error, call) {
	const { what, passing, ...problem } = interpretFault(error, call.url.host);
	const message = `Could not ${call.asked}: ${what}.`;
	return new shaken_failure/* Failure */.HR({
		...problem,
		message
	}, {
		passing,
		cause: error
	});
}
function interpretFault(error, host) {
	const proxy = causesOf(error).find((cause) => cause instanceof connection/* ProxyFault */.d)?.host;
	const code = findCode(error);
	const status = findProxyStatus(error);
	if (UNTRUSTED.test(code)) return {
		kind: "unavailable",
		problem: "certificate not trusted",
		what: `the certificate of ${proxy === void 0 ? host : `the proxy ${proxy}`} is not trusted (${code})`,
		action: TRUST,
		passing: false
	};
	if (status === void 0) {
		const place = proxy === void 0 ? host : `the proxy ${proxy} on the way to ${host}`;
		const what = `${describeCode(code, error)} (${code}), at ${place}`;
		return {
			kind: "unavailable",
			problem: `no answer (${code})`,
			what,
			action: CHECK_NETWORK,
			passing: true
		};
	}
	if (status === 407) return {
		kind: "blocked",
		problem: "proxy login needed",
		what: "the proxy wants a user name and password (HTTP 407)",
		action: LOGIN,
		passing: false
	};
	const passing = isPassingStatus(status);
	const problem = `no way through the proxy (HTTP ${status})`;
	const what = `the proxy did not connect to ${host} (HTTP ${status})`;
	return {
		kind: passing ? "unavailable" : "blocked",
		problem,
		what,
		action: ASK_PROXY,
		passing
	};
}
function describeCode(code, error) {
	if (code === "ECONNRESET" && error instanceof Error && !("syscall" in error) && !error.cause) return CLOSED;
	return FAULTS[code] ?? (code.startsWith("HPE_") ? NO_HTTP : "the connection failed");
}
/** The error code, of the first cause that has one. */
function findCode(error) {
	for (const cause of causesOf(error)) {
		const code = codeOf(cause);
		if (cause.cause === void 0 || FAULTS[code] || UNTRUSTED.test(code)) return (0,untrusted/* oneLine */.T)(code, 60);
	}
	return "unknown";
}
function causesOf(error) {
	return error instanceof Error ? [error, ...causesOf(error.cause)] : [];
}
function codeOf(error) {
	return "code" in error && typeof error.code === "string" ? error.code : error.name;
}
/** undici tells a proxy's refusal by its message alone. */
function findProxyStatus(error) {
	const message = error instanceof Error ? error.message : "";
	const status = /^Proxy response \((\d{3})\)/.exec(message)?.[1];
	return status === void 0 ? void 0 : Number(status);
}


// EXTERNAL MODULE: external "node:buffer"
var external_node_buffer_ = __nccwpck_require__(4573);
;// CONCATENATED MODULE: ./build/shaken/cloudflare/redact.js

// build/cloudflare/redact.js
/** Tokens have 40 characters and more. What is much shorter would be found in the middle of words. */
const LEAST_LENGTH = 16;
/** JSON may spell any character as `\uXXXX`, and a slash with a backslash before it. */
const ESCAPES = /\\(?:u00([2-7][\da-f])|.)/gis;
/**
* The answer with `***` wherever it repeats the token, however JSON spells it. The runner masks the log alone: without
* this, an error text that echoes the request's header would carry the token into outputs, the summary and the issue.
*/
function redactToken(answer, token) {
	if (token.length < LEAST_LENGTH) return answer;
	const spellings = [token, spellInJson(token)];
	const redact = (text) => spellings.reduce((rest, spelling) => rest.replaceAll(spelling, "***"), text);
	const headers = Object.entries(answer.headers).map(([name, value]) => [name, Array.isArray(value) ? value.map(redact) : value && redact(value)]);
	const body = external_node_buffer_.Buffer.from(answer.body.buffer, answer.body.byteOffset, answer.body.byteLength).toString("latin1");
	const plain = redact(body.includes("\\") ? body.replace(ESCAPES, spellPlainly) : body);
	return {
		status: answer.status,
		headers: Object.fromEntries(headers),
		body: external_node_buffer_.Buffer.from(plain, "latin1")
	};
}
/** An escape of visible ASCII as the character itself, or as the shortest escape that JSON has for it. */
function spellPlainly(spelling, hex) {
	if (hex !== void 0) return spellInJson(String.fromCharCode(Number.parseInt(hex, 16)));
	return spelling === "\\/" ? "/" : spelling;
}
function spellInJson(text) {
	return JSON.stringify(text).slice(1, -1);
}


;// CONCATENATED MODULE: ./build/shaken/cloudflare/transport.js









// build/cloudflare/transport.js
const BODY_LIMIT = 1048576;
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
				accept: "application/json",
				"accept-encoding": "identity",
				"user-agent": `cloudflare-sso-connector/${VERSION}`,
				...call.body !== void 0 && { "content-type": "application/json" }
			},
			body: call.body === void 0 ? void 0 : JSON.stringify(call.body),
			signal: end,
			onLeave() {
				hasLeft = true;
				onLeave();
			}
		});
		const head = redactToken({
			status,
			headers,
			body: external_node_buffer_.Buffer.alloc(0)
		}, apiToken);
		const whole = await readBody(body, head, call);
		end.throwIfAborted();
		return redactToken({
			...head,
			body: whole
		}, apiToken);
	} catch (error) {
		signal.throwIfAborted();
		if (error instanceof shaken_failure/* Failure */.HR) throw error;
		throw timeout.aborted ? tooLate(call, requestTimeout, hasLeft, error) : explainFault(error, call);
	}
}
async function readBody(stream, head, call) {
	const chunks = [];
	let size = 0;
	for await (const chunk of stream) {
		size += chunk.length;
		if (size > BODY_LIMIT) throw tooLarge(call, head);
		chunks.push(chunk);
	}
	return external_node_buffer_.Buffer.concat(chunks);
}
function tooLate({ asked }, timeoutMs, hasLeft, cause) {
	const limit = (0,shaken_clock/* describeSpan */.u)(timeoutMs);
	const message = `Could not ${asked}: no ${hasLeft ? "whole answer" : "connection"} within ${limit} (request_timeout).`;
	const problem = `no ${hasLeft ? "answer" : "connection"} within ${limit}`;
	return new shaken_failure/* Failure */.HR({
		kind: "unavailable",
		problem,
		message,
		action: hasLeft ? "Run this again, or raise request_timeout." : CHECK_NETWORK
	}, {
		passing: true,
		cause
	});
}
function tooLarge({ asked }, head) {
	const message = `Could not ${asked}: the answer (${(0,cloudflare_answer/* describeAnswer */.O1)(head)}) is larger than 1 MiB, which no answer of the API is.`;
	return new shaken_failure/* Failure */.HR({
		kind: kindOfOther(head),
		problem: "answer too large",
		message
	}, { passing: isPassingStatus(head.status) });
}


;// CONCATENATED MODULE: ./build/shaken/cloudflare/requests.js








// build/cloudflare/requests.js
/** The requests of a run: in their turn, tried again after a passing fault, and kept account of. */
var Requests = class {
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
		} catch (failure) {
			throw effect.tell(failure);
		}
	}
	/** One request in its turn, and its answer, whatever that is. */
	async exchange(call, signal, effect) {
		const { log } = this.#options;
		const send = () => {
			log.debug(() => `${call.method} ${call.url.href} ${JSON.stringify(call.body) ?? ""}`);
			return attempt(call, this.#options, signal, () => effect?.leave());
		};
		const answer = await this.#pace.run(call.asked, send, signal);
		log.debug(() => `${(0,cloudflare_answer/* describeAnswer */.O1)(answer)}: ${new TextDecoder().decode(answer.body)}`);
		return answer;
	}
	/** What an answer carries. Throws a Failure if it is no success. */
	read(answer, call, hear) {
		return readEnvelope(answer, {
			call,
			use: this.#use,
			now: this.#options.clock.now()
		}, hear);
	}
	async #sendOnce(call, signal, { effect, explains }) {
		if (!explains) this.decidingAnswer = void 0;
		effect?.begin();
		const answer = await this.exchange(call, signal, effect);
		if (!explains) this.decidingAnswer = answer;
		const envelope = this.read(answer, call, (success, messages) => {
			effect?.hear(answer, success);
			this.messages.add(messages);
		});
		this.#use.accept(call);
		return envelope;
	}
};


;// CONCATENATED MODULE: ./build/shaken/cloudflare/token.js

// build/cloudflare/token.js
/**
* Where to ask how long a token may be used, the likelier path first: account owned tokens begin with `cfat_`, those of
* users with `cfut_`, and older ones with neither.
* https://developers.cloudflare.com/fundamentals/api/get-started/token-formats/
*/
function verifyPaths(apiToken, accountId) {
	const ofAccount = `/accounts/${accountId}/tokens/verify`;
	const ofUser = "/user/tokens/verify";
	if (apiToken.startsWith("cfat_")) return [ofAccount];
	return apiToken.startsWith("cfut_") ? [ofUser] : [ofAccount, ofUser];
}
/** https://developers.cloudflare.com/api/resources/user/subresources/tokens/methods/verify/ */
const StateSchema = (0,dist/* looseObject */._H)({
	status: (0,dist/* string */.Yj)(),
	expires_on: (0,dist/* nullish */.cl)((0,dist/* pipe */.Fs)((0,dist/* string */.Yj)(), (0,dist/* check */.z6)((time) => !Number.isNaN(Date.parse(time)))))
});
/** The state of a token out of a result; undefined if that does not say it clearly. */
function readTokenState(result) {
	const parsed = (0,dist/* safeParse */.xL)(StateSchema, result);
	if (!parsed.success) return void 0;
	return {
		status: parsed.output.status,
		expiresOn: parsed.output.expires_on ?? void 0
	};
}


;// CONCATENATED MODULE: ./build/shaken/cloudflare/client.js







// build/cloudflare/client.js
/**
* The SSO connector endpoints, one method each. Every method throws a Failure that says what was asked, what came back
* and what to do, or the signal's reason when that is aborted.
* https://developers.cloudflare.com/api/resources/iam/subresources/sso/
*/
var Client = class {
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
		const readPage = (page) => page === 1 ? this.#requests.send(this.#call("GET", path, asked), signal) : this.#requests.send(this.#call("GET", `${path}?page=${page}`, `${asked} (page ${page})`), signal);
		return await readList(readPage, asked);
	}
	/** One connector. `explains` says that the answer only explains a failure, and decides nothing. */
	async get(ref, signal, { explains = false } = {}) {
		const asked = `read ${ref.name}`;
		const { result } = await this.#requests.send(this.#callOf(ref, "GET", asked), signal, { explains });
		const connector = readConnector(onlyItem(result, asked), asked);
		if (connector.id === ref.id) return connector;
		throw new shaken_failure/* Failure */.HR({
			kind: "unexpected",
			problem: "another connector answered",
			message: `Could not ${asked}: Cloudflare answered with connector ${describeId(connector.id)}.`
		});
	}
	/** Sends just these fields. Returns the connector of the answer, or undefined for a success without a result. */
	async update(ref, desired, signal, doubt) {
		const asked = describeUpdate(ref.name, desired);
		const call = this.#callOf(ref, "PATCH", asked, { body: desired });
		return await this.#requests.change(call, signal, doubt, ({ result }) => {
			const item = onlyItem(result, asked);
			return item === void 0 ? void 0 : readConnector(item, asked);
		});
	}
	/** Asks Cloudflare to check for the TXT record (again). The answer says nothing of the connector. */
	async beginVerification(ref, signal, doubt) {
		const call = this.#callOf(ref, "POST", `begin the verification of ${ref.name}`, { end: "/begin_verification" });
		await this.#requests.change(call, signal, doubt, () => {});
	}
	/** How long the API token may be used; undefined if no clear answer says so. Never throws a Failure. */
	async verifyToken(signal) {
		const { apiToken, accountId, log } = this.#options;
		let reason = "the answer is not clear";
		try {
			for (const path of verifyPaths(apiToken, accountId)) {
				const call = this.#call("GET", path, "verify the API token");
				const answer = await this.#requests.exchange(call, signal);
				reason = (0,cloudflare_answer/* describeAnswer */.O1)(answer);
				if (answer.status === 401) continue;
				const state = readTokenState(this.#requests.read(answer, call).result);
				if (state) return state;
				break;
			}
		} catch (failure) {
			if (!(failure instanceof shaken_failure/* Failure */.HR)) throw failure;
			reason = failure.message;
		}
		log.debug(() => `The end of the API token is unknown: ${reason}`);
	}
	#call(method, path, asked, body) {
		return {
			method,
			url: new URL(`${this.#options.apiBaseUrl.href.replace(/\/$/, "")}${path}`),
			body,
			asked
		};
	}
	#callOf({ id }, method, asked, { body, end = "" } = {}) {
		if (!/^[A-Za-z0-9_-]+$/.test(id)) throw new shaken_failure/* Failure */.HR({
			kind: "unexpected",
			problem: "no id to work with",
			message: `Could not ${asked}: that is no id of a connector.`
		});
		const path = `/accounts/${this.#options.accountId}/sso_connectors/${id}${end}`;
		return {
			...this.#call(method, path, asked, body),
			isOfConnector: true
		};
	}
};
/** What an update asks for, for people: `set enabled=true for acme.example`. */
function describeUpdate(name, desired) {
	const fields = (0,connector_connector/* describeDesired */.kU)(desired);
	return fields ? `set ${fields} for ${name}` : `send an update of no field for ${name}`;
}


// EXTERNAL MODULE: ./build/shaken/cloudflare/proxy.js + 2 modules
var proxy = __nccwpck_require__(4817);
// EXTERNAL MODULE: ./build/shaken/inputs/settings.js + 4 modules
var inputs_settings = __nccwpck_require__(1786);
// EXTERNAL MODULE: ./build/shaken/job/outcome.js
var outcome = __nccwpck_require__(7373);
// EXTERNAL MODULE: ./build/shaken/job/token-expiry.js
var token_expiry = __nccwpck_require__(6866);
// EXTERNAL MODULE: ./build/shaken/connector/domain.js
var connector_domain = __nccwpck_require__(9677);
;// CONCATENATED MODULE: ./build/shaken/job/unlisted.js



// build/job/unlisted.js
/**
* The connectors of the account that no entry of the list names, those that cannot be read among them. Undefined if
* `unlisted` is `ignore`, for a single connector, and if this run has not read the account's whole list.
*/
function findUnlisted({ settings, list, outcomes }) {
	if (!settings.many || settings.unlisted === "ignore" || list === void 0 || list.missing !== void 0) return;
	const ids = new Set(outcomes.flatMap(({ id }) => id ?? []));
	const lost = outcomes.filter(({ found }) => found === void 0);
	const domains = new Set(lost.flatMap(({ target }) => (0,connector_domain/* canonicalDomain */.T5)(target.email_domain ?? "") ?? []));
	const isListed = (id, domain) => ids.has(id ?? "") || domains.has((0,connector_domain/* canonicalDomain */.T5)(domain ?? "") ?? "");
	const readable = list.connectors.map((connector) => ({
		sso_connector_id: connector.id,
		email_domain: connector.email_domain,
		connector
	}));
	const unreadable = list.unreadable.map(({ id, email_domain }) => ({
		sso_connector_id: id,
		email_domain,
		connector: void 0
	}));
	return [...readable, ...unreadable].filter((item) => !isListed(item.sso_connector_id, item.email_domain));
}
/** The failures that `unlisted: fail` makes of unlisted connectors, or of a list that may lack some. */
function failUnlisted({ settings, list }, unlisted) {
	if (settings.unlisted !== "fail") return [];
	if (list?.missing !== void 0) return new shaken_failure/* Failure */.HR({
		kind: "ambiguous",
		about: `Account ${settings.accountId}`,
		problem: "incomplete list of connectors",
		message: `Cloudflare's list of the connectors of account ${settings.accountId} is incomplete: ${list.missing}. Whether it has unlisted connectors is unknown.`,
		action: "Run it again. If that does not help, use unlisted: report."
	}).record();
	return (unlisted ?? []).flatMap(({ sso_connector_id, email_domain }) => {
		const name = (0,connector_connector/* nameOfConnector */.Sd)(sso_connector_id, email_domain);
		return new shaken_failure/* Failure */.HR({
			kind: "unlisted",
			problem: "not in the list",
			detail: "",
			message: `No entry of the list names ${name}, which the account has.`,
			action: "Add it to the list (the job summary has the entry to paste), or use unlisted: report."
		}).record({
			sso_connector_id,
			email_domain,
			name
		});
	});
}


// EXTERNAL MODULE: ./build/shaken/connector/drift.js
var connector_drift = __nccwpck_require__(3854);
// EXTERNAL MODULE: ./node_modules/fastest-levenshtein/mod.js
var mod = __nccwpck_require__(1916);
;// CONCATENATED MODULE: ./build/shaken/job/absent.js





// build/job/absent.js
/** That an account has no such connector, with the domain that may be meant. */
function describeAbsent(target, settings, connectors) {
	const { sso_connector_id: id, email_domain: domain = "" } = target;
	const wanted = id === void 0 ? `for ${(0,untrusted/* oneLine */.T)((0,connector_domain/* domainForPeople */.Nn)(domain), 255)}` : `with the id ${id}`;
	const input = id === void 0 ? "email_domain" : "sso_connector_id";
	const nearest = id === void 0 ? findNearest((0,connector_domain/* canonicalDomain */.T5)(domain) ?? domain, connectors) : void 0;
	return new shaken_failure/* Failure */.HR({
		kind: "not_found",
		problem: "not in this account",
		message: `Account ${settings.accountId} has no connector ${wanted}.${settings.many ? "" : ` ${describeDomains(connectors)}`}`,
		action: nearest === void 0 ? `Check ${input} and account_id.` : `Did you mean ${nearest}?`
	});
}
const MOST_DOMAINS = 20;
/** The domains that an account has connectors for. */
function describeDomains(connectors) {
	const domains = connectors.map((connector) => (0,untrusted/* oneLine */.T)((0,connector_domain/* domainForPeople */.Nn)(connector.email_domain ?? "no domain"), 255));
	if (domains.length === 0) return "The account has no connectors at all.";
	return `The account has connectors for: ${(0,plural/* listed */.K)(domains, MOST_DOMAINS)}.`;
}
/** The domain that is nearest in spelling, if it differs by no more than half of what stands before the last dot. */
function findNearest(domain, connectors) {
	const wanted = (0,connector_domain/* unicodeDomain */.sZ)(domain);
	const [nearest] = connectors.flatMap(({ email_domain: other }) => {
		const canonical = (0,connector_domain/* canonicalDomain */.T5)(other ?? "");
		return canonical === void 0 ? [] : {
			canonical,
			away: (0,mod/* distance */.Io)(wanted, (0,connector_domain/* unicodeDomain */.sZ)(canonical))
		};
	}).sort((one, other) => one.away - other.away);
	if (nearest === void 0 || nearest.away > wanted.lastIndexOf(".") / 2) return void 0;
	return (0,untrusted/* oneLine */.T)((0,connector_domain/* domainForPeople */.Nn)(nearest.canonical), 255);
}


;// CONCATENATED MODULE: ./build/shaken/job/attempt.js


// build/job/attempt.js
/** Runs a piece of the work on many targets side by side; those that have failed already are passed over. */
async function attemptEach(outcomes, work) {
	const going = outcomes.filter((outcome) => !outcome.failed);
	await Promise.all(going.map((outcome) => outcome.attempt(() => work(outcome))));
}
/** Records one failure that stops all of these, once for all of them. */
function failAll(outcomes, failure) {
	const [first] = outcomes;
	if (outcomes.length === 1) first?.fail(failure);
	else share(outcomes, failure.record({ name: (0,plural/* counted */.h)(outcomes.length, (0,outcome/* nounFor */.A)(outcomes)) }));
}
/** Has several connectors fail by the same records. */
function share(outcomes, records) {
	for (const { failures } of outcomes) failures.push(...records);
}


;// CONCATENATED MODULE: ./build/shaken/job/directory.js




// build/job/directory.js
/** The connectors of an account by id and by domain, so that a thousand of them are found at once. */
var Directory = class {
	#list;
	#settings;
	#byId;
	#byDomain;
	constructor(list, settings) {
		this.#list = list;
		this.#settings = settings;
		this.#byId = Map.groupBy(list.connectors, ({ id }) => id);
		this.#byDomain = Map.groupBy(list.connectors, ({ email_domain: domain = "" }) => (0,connector_domain/* canonicalDomain */.T5)(domain));
	}
	/** Whether a connector of this id is in the list. */
	has(id) {
		return this.#byId.has(id);
	}
	/** The connector of a target. Throws a Failure if there is none, more than one, or if that is not sure. */
	pick(target) {
		const { accountId } = this.#settings;
		const { connectors, unreadable } = this.#list;
		const { sso_connector_id: id, email_domain: domain = "" } = target;
		const matches = (id === void 0 ? this.#byDomain.get((0,connector_domain/* canonicalDomain */.T5)(domain)) : this.#byId.get(id)) ?? [];
		const [match, ...others] = matches;
		const obstacle = unreadable.find((item) => mayBe(item, target, match !== void 0));
		if (obstacle) throw obstacle.failure;
		if (!match) throw describeAbsent(target, this.#settings, connectors);
		if (others.length === 0) return match;
		const ids = matches.map((connector) => (0,untrusted/* quoted */.k)(connector.id ?? "", 64)).join(", ");
		const wanted = id === void 0 ? `for ${(0,untrusted/* oneLine */.T)((0,connector_domain/* domainForPeople */.Nn)(domain), 255)}` : `with the id ${id}`;
		throw new shaken_failure/* Failure */.HR({
			kind: "ambiguous",
			problem: `${matches.length} connectors of this domain`,
			message: `Account ${accountId} has ${matches.length} connectors ${wanted}: ${ids}.`,
			action: id === void 0 ? "Give sso_connector_id to say which." : null
		});
	}
};
/** Whether an item that cannot be read may be the connector wanted, or a second one of its domain. */
function mayBe(item, { sso_connector_id: id, email_domain: domain = "" }, isFound) {
	if (id !== void 0) return item.id === id || item.id === void 0 && !isFound;
	return item.email_domain === void 0 || (0,connector_domain/* sameDomain */.Hs)(item.email_domain, domain);
}


;// CONCATENATED MODULE: ./build/shaken/job/find.js






// build/job/find.js
/**
* Reads the connectors before anything is changed: one by its id with one request, all others by the account's list,
* which is read once. Targets that are not found for sure fail, each with its reason.
*/
async function findConnectors(job, outcomes) {
	if (outcomes.length === 0) return;
	let read;
	try {
		read = await readFor(job, outcomes, job.signal);
	} catch (failure) {
		if (!(failure instanceof shaken_failure/* Failure */.HR)) throw failure;
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
	const byDomain = outcomes.filter(({ id }) => id === void 0);
	if (list?.missing === void 0 || byDomain.length === 0) return;
	const failure = new shaken_failure/* Failure */.HR({
		kind: "ambiguous",
		problem: "incomplete list of connectors",
		message: `Cloudflare's list of the connectors of account ${settings.accountId} is incomplete: ${list.missing}. No domain can be found in it for sure.`,
		action: "Give sso_connector_id, or run this again."
	});
	failAll(byDomain, failure);
}
/** Notes what the list says of connectors that need no read, so that reports can name their domain and what changed. */
function noteOthers({ list, outcomes }) {
	const known = new Map(list?.connectors.map((connector) => [connector.id, connector]));
	for (const outcome of outcomes) {
		const connector = outcome.found || outcome.failed ? void 0 : known.get(outcome.id);
		if (connector) outcome.find(connector);
	}
}
/** Many targets that miss are told the account's domains once, in the log. */
function tellDomains({ settings, list, outcomes, log }) {
	const misses = outcomes.some(({ failures }) => failures.some(({ kind }) => kind === "not_found"));
	if (settings.many && list !== void 0 && misses) log.info(describeDomains(list.connectors));
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
		} catch (failure) {
			if (!(failure instanceof shaken_failure/* Failure */.HR) || !failure.passing) throw failure;
			passing = failure;
		}
	});
	if (passing) throw passing;
}
/** One request for all of these. A list that may lack some is followed by one for each id that is not in it. */
async function readFor(job, outcomes, signal) {
	const { client, settings } = job;
	const [first] = outcomes;
	if (!settings.many && first?.id !== void 0) {
		const connector = await client.get(first.ref(), signal);
		return async (outcome) => guarded(connector, outcome);
	}
	const list = await client.list(signal);
	job.list ??= list;
	const directory = new Directory(list, settings);
	return async (outcome) => {
		const isElsewhere = outcome.id !== void 0 && list.missing !== void 0 && !directory.has(outcome.id);
		const target = {
			...outcome.target,
			sso_connector_id: outcome.id
		};
		return guarded(isElsewhere ? await client.get(outcome.ref(), signal) : directory.pick(target), outcome);
	};
}
/** With a domain given too, the connector must be of this domain. */
function guarded(connector, { target: { email_domain: domain }, done }) {
	if (domain === void 0 || (0,connector_domain/* sameDomain */.Hs)(connector.email_domain ?? "", domain)) return connector;
	const actual = connector.email_domain === void 0 ? "no domain" : `the domain ${(0,untrusted/* quoted */.k)(connector.email_domain)}`;
	throw new shaken_failure/* Failure */.HR({
		kind: "wrong_domain",
		problem: "another domain",
		message: `Connector ${(0,untrusted/* oneLine */.T)(connector.id ?? "without an id", 64)} has ${actual}, not ${(0,untrusted/* quoted */.k)(domain)} as given.${done.length === 0 ? " Nothing was changed." : ""}`,
		action: "Check which of sso_connector_id and email_domain is right."
	});
}
/** The same connector given once by id and once by domain would be asked to be two things. */
function refuseSameConnector(outcomes) {
	for (const [id, same] of Map.groupBy(outcomes, (outcome) => outcome.id)) {
		const [first] = same;
		if (id === void 0 || first === void 0 || same.length < 2) continue;
		const lines = same.map((outcome) => outcome.target.line).join(" and ");
		const failure = new shaken_failure/* Failure */.HR({
			kind: "ambiguous",
			problem: "twice in the list",
			message: `Lines ${lines} of the list name the same connector, ${(0,untrusted/* oneLine */.T)(id, 64)}. Nothing was changed for it.`,
			action: "Remove one of these entries."
		});
		share(same, failure.record(first.subject));
	}
}


;// CONCATENATED MODULE: ./build/shaken/verification/txt-record.js

// build/verification/txt-record.js
/** What the vendor's guide and an older one put before the code: `cloudflare_dashboard_sso=` and `cloudflared_…`. */
const PREFIX = /^cloudflared?_dashboard_sso=/i;
/**
* What public DNS says of the TXT record that should be there, as a clause for people. It tells near misses from the
* records at hand.
* https://developers.cloudflare.com/fundamentals/manage-members/dashboard-sso/
*/
function describeTxt(answer, value) {
	if ("unknown" in answer) return `public DNS could not be asked from here (${answer.unknown})`;
	if ("absent" in answer) return answer.absent === "domain" ? "the domain does not exist in public DNS" : "public DNS has no TXT record there";
	const { records } = answer;
	if (records.length === 0) return "public DNS has no TXT record there";
	if (records.includes(value)) return "it is there: have Cloudflare look for it";
	const nearest = records.map((record) => describeNearMiss(record, value)).find((miss) => miss !== void 0);
	if (nearest !== void 0) return nearest;
	const other = records.map(unquoted).find((record) => PREFIX.test(record));
	if (other !== void 0) return `public DNS has ${(0,untrusted/* quoted */.k)(other)} instead: is that of another connector or account?`;
	return `public DNS has ${records.length === 1 ? "1 other TXT record" : `${records.length} other TXT records`} there, not this one`;
}
/** Whether a record is there that was probably meant to be this value, so that it is to be corrected. */
function isNearMiss(answer, value) {
	return "records" in answer && answer.records.some((record) => describeNearMiss(record, value) !== void 0);
}
/** What is wrong with a record that was probably meant to be this value; undefined if it was meant for something else. */
function describeNearMiss(record, value) {
	const trimmed = record.trim();
	const bare = unquoted(record);
	const [prefix = ""] = PREFIX.exec(value) ?? [];
	const [wrongPrefix = ""] = PREFIX.exec(bare) ?? [];
	const spaceless = bare.replace(/\s/g, "");
	if (trimmed === value) return "public DNS has it with white space around it: remove that";
	if (bare === value) return "public DNS has it within quotes that are part of the record: remove them";
	if (`${prefix}${bare}` === value) return `public DNS has it without its prefix: add ${(0,untrusted/* quoted */.k)(prefix)}`;
	if (bare.toLowerCase() === value.toLowerCase()) return "public DNS has it in other case: write it exactly as it stands here";
	if (wrongPrefix !== "" && `${prefix}${bare.slice(wrongPrefix.length)}` === value) return `public DNS has it with the prefix ${(0,untrusted/* quoted */.k)(wrongPrefix)}: it must be ${(0,untrusted/* quoted */.k)(prefix)}`;
	if (spaceless === value) return "public DNS has it with white space inside: remove that";
	if (bare.includes(value)) return "public DNS has it joined with more text: give it a TXT record of its own";
}
function unquoted(record) {
	return record.trim().replace(/^["'“”]|["'“”]$/g, "");
}


;// CONCATENATED MODULE: ./build/shaken/verification/explain.js



// build/verification/explain.js
/**
* What is missing for the domain to be verified: the TXT record, what public DNS says of it, and the next step.
* https://developers.cloudflare.com/fundamentals/manage-members/dashboard-sso/
*/
async function explainUnverified(job, outcome, connector, { context = "", dnsLimitMs } = {}) {
	const { email_domain: domain, verification_code: code, verification_status: status } = connector;
	const problem = `not verified (${status === void 0 ? "status unknown" : (0,untrusted/* oneLine */.T)(status, 40)})`;
	const state = `${domain === void 0 ? "The domain of " : ""}${outcome.name} is ${problem}${context}.`;
	if (domain === void 0 || code === void 0) {
		outcome.dnsSays = "";
		const lack = "Cloudflare gives no TXT record to add.";
		return {
			problem,
			message: `${state} ${lack}`,
			action: READ_AGAIN,
			detail: lack
		};
	}
	const answer = await job.lookUpTxt(domain, job.signal, dnsLimitMs);
	outcome.dnsSays = describeTxt(answer, code);
	const record = `The TXT record at ${(0,untrusted/* oneLine */.T)((0,connector_domain/* domainForPeople */.Nn)(domain), 255)} must be ${(0,untrusted/* oneLine */.T)(code)}`;
	const remedy = "records" in answer && answer.records.includes(code) ? "" : `${isNearMiss(answer, code) ? "Correct" : "Add"} the TXT record. `;
	return {
		problem,
		message: `${state} ${record}; ${outcome.dnsSays}.`.replace("?.", "?"),
		action: describeNextStep(status, remedy),
		detail: ""
	};
}
/** Has a connector, as last read, fail because its domain is not verified. */
async function failUnverified(job, outcome, options) {
	const { connector } = outcome;
	if (!connector) return;
	outcome.fail({
		kind: "not_verified",
		...await explainUnverified(job, outcome, connector, options)
	});
}
const READ_AGAIN = "Run this again to read the connector once more.";
function describeNextStep(status, remedy) {
	if (status === "pending") return `${remedy}Cloudflare checks for it for two days after the verification began.`;
	if (status !== "awaiting" && status !== "failed") return `${remedy}${READ_AGAIN}`;
	return `${remedy}${remedy === "" ? "Run" : "Then run"} mode: update or mode: reconcile with begin_verification: true.`;
}


;// CONCATENATED MODULE: ./build/shaken/verification/wait.js







// build/verification/wait.js
/** For so long after a verification has begun, the status `failed` may still be that of the one before. */
const GRACE_MS = 6e4;
/** So long before the time runs out there is a last check. */
const LAST_CHECK_MS = 1e3;
/** Once the time has run out, DNS is asked for less than the second that the run may take on top. */
const LATE_DNS_MS = 500;
/** What the status `failed` means. */
const NOT_FOUND_IN_TIME = ": Cloudflare did not find the TXT record within two days";
/**
* Waits, if `wait_for_verification` says so, until the domains are verified; one request a check, whatever their
* number. A domain whose verification fails, or that is not verified in time, fails.
*/
async function waitForVerification(job, outcomes) {
	const { settings, clock, log, signal } = job;
	const limit = settings.waitForVerification;
	if (limit === void 0) return;
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
			await clock.sleep(Math.min(settings.pollInterval, Math.max(left - LAST_CHECK_MS, LAST_CHECK_MS)), untilDeadline);
			await readAgain(job, open, untilDeadline);
		} catch (failure) {
			signal.throwIfAborted();
			if (deadline.aborted) break;
			if (!(failure instanceof shaken_failure/* Failure */.HR)) throw failure;
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
			if (wait_status(outcome) === earlier) continue;
			log.info(`>>> ${outcome.name}: verification ${earlier} -> ${wait_status(outcome)}`);
		}
		open = await settle(job, open);
	}
	const unread = isUnread ? ", and could not be read at the end" : "";
	const late = {
		context: ` after a wait of ${(0,shaken_clock/* describeSpan */.u)(limit)}${unread}`,
		dnsLimitMs: LATE_DNS_MS
	};
	await Promise.all(open.map((outcome) => failUnverified(job, outcome, late)));
}
/** Takes out those that are verified, have failed already, or whose verification has failed; the rest goes on waiting. */
async function settle(job, outcomes) {
	const open = outcomes.filter(({ failed, connector }) => !failed && connector && !(0,connector_connector/* isVerified */.p4)(connector));
	const lost = open.filter((outcome) => wait_status(outcome) === "failed" && !isInGrace(job, outcome));
	await Promise.all(lost.map((outcome) => failUnverified(job, outcome, { context: NOT_FOUND_IN_TIME })));
	return open.filter((outcome) => !outcome.failed);
}
function isInGrace({ clock }, { begunAt }) {
	return begunAt !== void 0 && clock.now() - begunAt < GRACE_MS;
}
function describeWait(open, elapsed, left) {
	const [first] = open;
	const time = `${elapsed < 500 ? "0 s" : (0,shaken_clock/* describeSpan */.u)(elapsed)} elapsed, ${(0,shaken_clock/* describeSpan */.u)(left)} left`;
	if (open.length === 1 && first) return `Waiting for ${first.name} to be verified: ${wait_status(first)}, ${time}.`;
	const counts = [...Map.groupBy(open, wait_status)].map(([name, of]) => `${of.length} ${name}`).join(", ");
	return `Waiting for ${open.length} domains to be verified: ${counts}, ${time}.`;
}
function wait_status({ connector }) {
	return (0,untrusted/* oneLine */.T)(connector?.verification_status ?? "no status", 40);
}


;// CONCATENATED MODULE: ./build/shaken/modes/empty.js


// build/modes/empty.js
const MOST_LINES = 5;
/**
* Which targets have no field given, to be put behind "there is nothing to check": empty for all of them, ` for line 3 of
* the list` for some, undefined for none.
*/
function describeEmpty({ outcomes }) {
	const lines = outcomes.flatMap(({ target }) => (0,connector_connector/* givenFields */.Fh)(target.desired).length === 0 ? [target.line] : []);
	if (lines.length === 0) return void 0;
	if (lines.length === outcomes.length) return "";
	return ` for ${lines.length === 1 ? "line" : "lines"} ${(0,plural/* listed */.K)(lines.map(String), MOST_LINES)} of the list`;
}


;// CONCATENATED MODULE: ./build/shaken/modes/intent.js




// build/modes/intent.js
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
	return fields.enabled === true && connector?.verification_status !== void 0 && !(0,connector_connector/* isVerified */.p4)(connector);
}
/**
* The fields to send to a connector, for `plan` to show and for `reconcile` to send. Throws a Failure if that is sure to
* fail: without an id, or if Cloudflare refuses to enable SSO because the domain is not verified. If the API gives no
* verification at all, Cloudflare decides.
*/
async function decideFields(job, outcome) {
	const fields = fieldsToSend(outcome);
	if (isNothing(fields)) return fields;
	outcome.ref();
	const { connector } = outcome;
	if (!connector || !isBlocked(outcome, fields)) return fields;
	const { problem, ...rest } = await explainUnverified(job, outcome, connector, { context: ", and Cloudflare enables SSO for verified domains only" });
	throw new shaken_failure/* Failure */.HR({
		kind: "not_verified",
		problem: `${problem}, so not enabled`,
		...rest
	});
}


;// CONCATENATED MODULE: ./build/shaken/modes/check.js








// build/modes/check.js
/** Only reads, and fails if a connector differs from the fields given. */
async function check(job) {
	warnOfNothing(job);
	await findConnectors(job, job.outcomes);
	const found = job.outcomes.filter((outcome) => !outcome.failed);
	await waitForVerification(job, found);
	await Promise.all(found.map((outcome) => outcome.attempt(() => failDrift(outcome))));
}
/** A gate without a condition is open; whoever wrote it will want to know. */
function warnOfNothing(job) {
	const where = (0,inputs_settings/* mustBeVerified */.Tn)(job.settings) ? void 0 : describeEmpty(job);
	if (where === void 0) return;
	job.log.warning(`There is nothing to check${where}. Give enabled, use_fedramp_language or require_verified. Without them, every connector that exists passes.`);
}
function failDrift(outcome) {
	const { connector, target } = outcome;
	if (!connector) return;
	outcome.drift = (0,connector_drift/* findDrift */.L)(connector, target.desired);
	if (outcome.drift.length === 0) return;
	const differences = outcome.drift.map(({ field, expected, actual }) => `${field} is ${actual ?? "unknown"}, must be ${expected}`).join("; ");
	const since = connector.updated_on === void 0 ? "" : ` The connector was last changed on ${(0,untrusted/* oneLine */.T)(connector.updated_on, 40)}.`;
	throw new shaken_failure/* Failure */.HR({
		kind: "drift",
		problem: differences,
		message: `${outcome.name} is not in sync: ${differences}.${since}`,
		detail: "",
		action: `${describeRemedy(outcome)} The audit log of the Cloudflare dashboard says who changed it.`
	});
}
/** `reconcile` cannot help if it is to enable SSO for a domain that is not verified. */
function describeRemedy(outcome) {
	return isBlocked(outcome, fieldsToSend(outcome)) ? "Verify the domain first: until then Cloudflare refuses to enable SSO." : "Run mode: reconcile to change it, or change what is expected.";
}


;// CONCATENATED MODULE: ./build/shaken/modes/plan.js



// build/modes/plan.js
/** Reads only, so that the drift shows what `reconcile` would send; what is sure to fail there fails here too. */
async function plan(job) {
	await findConnectors(job, job.outcomes);
	await attemptEach(job.outcomes, async (outcome) => void await decideFields(job, outcome));
}


;// CONCATENATED MODULE: ./build/shaken/verification/begin.js




// build/verification/begin.js
/**
* If `begin_verification` is given and the status is `awaiting` or `failed`, asks Cloudflare to check for the TXT record
* (again), and then reads the connectors, since the answer says nothing of them.
* https://developers.cloudflare.com/api/resources/iam/subresources/sso/
*/
async function beginVerification(job, outcomes) {
	const waiting = outcomes.filter((outcome) => !outcome.failed && isToBegin(outcome, job.settings));
	await attemptEach(waiting, (outcome) => begin(job, outcome));
	const begun = waiting.filter(({ begunAt }) => begunAt !== void 0);
	if (begun.length === 0) return;
	try {
		await readAgain(job, begun, job.signal);
	} catch (failure) {
		if (!(failure instanceof shaken_failure/* Failure */.HR)) throw failure;
		if (failure.passing && job.settings.waitForVerification !== void 0) {
			job.log.info(`${failure.message} Still waiting.`);
			return;
		}
		failAll(begun, failure.changed((problem) => ({
			...problem,
			message: `${BEGUN} ${problem.message}`
		}), true));
	}
}
const BEGUN = "Cloudflare accepted to begin the verification, but what came of it is unknown.";
/** Whether Cloudflare is still to be asked to check for the TXT record of this connector. */
function isToBegin({ connector, begunAt }, { beginVerification: isWanted }) {
	return isWanted && begunAt === void 0 && ["awaiting", "failed"].includes(connector?.verification_status ?? "");
}
async function begin(job, outcome) {
	const { client, clock, log, signal } = job;
	const ref = outcome.ref();
	try {
		await outcome.send(`begin the verification of ${outcome.name}`, {}, (doubt) => client.beginVerification(ref, signal, doubt));
	} catch (failure) {
		if (!await isUnderWay(job, outcome, failure)) throw failure;
		const isOver = outcome.connector !== void 0 && (0,connector_connector/* isVerified */.p4)(outcome.connector);
		log.info(isOver ? `${outcome.name} is verified already.` : `The verification of ${outcome.name} is under way already.`);
		return;
	}
	outcome.begunAt = clock.now();
	log.info(`Asked Cloudflare to begin the verification of ${outcome.name}.`);
}
/** Cloudflare may refuse to begin because a verification is under way: one read, best effort, tells. */
async function isUnderWay({ client, signal }, outcome, failure) {
	if (!(failure instanceof shaken_failure/* Failure */.HR) || !failure.isAll("refused")) return false;
	try {
		outcome.connector = await client.get(outcome.ref(), signal, { explains: true });
	} catch (secondary) {
		if (secondary instanceof shaken_failure/* Failure */.HR) return false;
		throw secondary;
	}
	return ["pending", "verified"].includes(outcome.connector.verification_status ?? "");
}


;// CONCATENATED MODULE: ./build/shaken/modes/apply.js








// build/modes/apply.js
/** Sends these fields of one connector and makes sure that it has them afterwards. Throws a Failure if it has not. */
async function apply(job, outcome, fields) {
	const { client, signal } = job;
	const ref = outcome.ref();
	const asked = describeUpdate(outcome.name, fields);
	let answer;
	try {
		answer = await outcome.send(asked, fields, (doubt) => client.update(ref, fields, signal, doubt));
	} catch (failure) {
		throw await explainRefusedEnable(job, outcome, fields, failure);
	}
	const connector = answer ?? await readBack(job, outcome, asked);
	if (connector.id !== ref.id) throw notAsAsked(connector.id === void 0 ? "no id in the answer" : "another connector answered", `Cloudflare was asked to ${asked}, and answered with a connector ${describeId(connector.id)}. The state of connector ${ref.id} is unknown.`);
	refuseOtherDomain(outcome, connector, asked);
	outcome.connector = connector;
	refuseOther(outcome, connector, asked);
}
function notAsAsked(problem, message) {
	return new shaken_failure/* Failure */.HR({
		kind: "unexpected",
		problem,
		message,
		action: "The change may have taken effect: run mode: check to see."
	}, { mayHaveTakenEffect: true });
}
/** A success without a result says nothing of the connector, so it is read. */
async function readBack({ client, signal }, outcome, asked) {
	try {
		return await client.get(outcome.ref(), signal);
	} catch (failure) {
		if (!(failure instanceof shaken_failure/* Failure */.HR)) throw failure;
		const state = `Cloudflare was asked to ${asked} and said that this was done, but the connector could not be read afterwards.`;
		throw failure.changed((problem) => ({
			...problem,
			message: `${state} ${problem.message}`
		}), true);
	}
}
/** The connector must still be of the domain that it was given or found by. */
function refuseOtherDomain({ domain }, { email_domain: actual }, asked) {
	if (domain === void 0 || actual === void 0 || (0,connector_domain/* sameDomain */.Hs)(domain, actual)) return;
	throw notAsAsked("another domain answered", `Cloudflare was asked to ${asked}, and answered with a connector of the domain ${(0,untrusted/* quoted */.k)(actual)}.`);
}
/** After a change the connector must have each field that you asked for. */
function refuseOther(outcome, connector, asked) {
	const drift = (0,connector_drift/* findDrift */.L)(connector, outcome.target.desired);
	if (drift.length === 0) return;
	outcome.isUncertain = true;
	const actual = drift.map(({ field, actual }) => actual === null ? `no ${field}` : `${field}=${actual}`).join(", ");
	throw notAsAsked(`Cloudflare answered with ${actual}`, `Cloudflare was asked to ${asked}. It said that this was done, but answered with ${actual}.`);
}
/** Cloudflare refuses to enable an unverified domain. One read, best effort, tells whether that is why. */
async function explainRefusedEnable(job, outcome, fields, failure) {
	if (fields.enabled !== true || !(failure instanceof shaken_failure/* Failure */.HR)) return failure;
	const isUnexplained = failure.problems.every(({ kind, action }) => kind === "refused" && !action);
	if (failure.mayHaveTakenEffect || !isUnexplained) return failure;
	try {
		outcome.connector = await job.client.get(outcome.ref(), job.signal, { explains: true });
	} catch (secondary) {
		if (secondary instanceof shaken_failure/* Failure */.HR) return failure.changed((refused) => ({
			...refused,
			action: refused.action ?? ASK
		}));
		outcome.fail(failure);
		throw secondary;
	}
	const last = failure.problems.at(-1);
	const explain = (change) => failure.changed((refused) => refused === last ? change(refused) : refused);
	if ((0,connector_drift/* findDrift */.L)(outcome.connector, fields).length === 0) return explain((refused) => ({
		...refused,
		action: `${outcome.name} is in sync all the same: nothing is left to do.`
	}));
	if ((0,connector_connector/* isVerified */.p4)(outcome.connector)) {
		const action = /\.(edu|ac)(\.[a-z]{2})?$/.test((0,connector_domain/* canonicalDomain */.T5)(outcome.domain ?? "") ?? "") ? ACADEMIC : ELSEWHERE;
		return explain((refused) => ({
			...refused,
			action: `The domain is verified. ${action}`
		}));
	}
	const { problem, message, action, detail } = await explainUnverified(job, outcome, outcome.connector);
	return explain((refused) => ({
		...refused,
		kind: "not_verified",
		problem: `${problem}, so not enabled`,
		message: `${message} ${refused.message}`,
		action,
		detail: `${detail} ${refused.message}`.trim()
	}));
}
/** https://developers.cloudflare.com/fundamentals/manage-members/dashboard-sso/ */
const ELSEWHERE = "Is SSO enabled for it in another account? Disable it there first.";
const ACADEMIC = `An academic domain needs an approval by Cloudflare support. ${ELSEWHERE}`;
const ASK = "Run mode: check to see whether the domain is verified.";


;// CONCATENATED MODULE: ./build/shaken/modes/reconcile.js






// build/modes/reconcile.js
/** Reads, and sends just the fields that differ. What is not to be enabled waits for nothing. */
async function reconcile(job) {
	const { outcomes } = job;
	await findConnectors(job, outcomes);
	const enabling = outcomes.filter((outcome) => fieldsToSend(outcome).enabled === true);
	const others = outcomes.filter((outcome) => !enabling.includes(outcome));
	await attemptEach(others, (outcome) => heal(job, outcome));
	await beginVerification(job, outcomes);
	await waitForVerification(job, outcomes);
	await attemptEach(outcomes, (outcome) => heal(job, outcome));
}
async function heal(job, outcome) {
	const fields = await decideFields(job, outcome);
	if (!isNothing(fields)) await apply(job, outcome, fields);
}


;// CONCATENATED MODULE: ./build/shaken/modes/update.js






// build/modes/update.js
/**
* Sends the fields given. Nothing is read first unless the inputs need it, so that nothing can stop a disable: only an
* enable waits for the verification, if that is asked for. Among many, those given by id come after the list
* that others are found by, which also shows whether two of them are the same; its failing does not stop them.
*/
async function update(job) {
	const { settings, outcomes } = job;
	const enabling = settings.beginVerification || settings.waitForVerification !== void 0 ? outcomes.filter(({ target }) => target.desired.enabled === true) : [];
	const others = outcomes.filter((outcome) => !enabling.includes(outcome));
	noteNothing(job);
	await findConnectors(job, outcomes.filter((outcome) => outcome.target.email_domain !== void 0 || enabling.includes(outcome)));
	await attemptEach(others, (outcome) => apply(job, outcome, outcome.target.desired));
	await beginVerification(job, outcomes);
	await waitForVerification(job, outcomes);
	await attemptEach(enabling, (outcome) => apply(job, outcome, outcome.target.desired));
}
function noteNothing(job) {
	const where = describeEmpty(job);
	if (where === void 0) return;
	job.log.notice(`There is nothing to change${where}: neither enabled nor use_fedramp_language is given.`);
}


;// CONCATENATED MODULE: ./build/shaken/report/cancelled.js




// build/report/cancelled.js
const MOST_CHANGES = 5;
/** The failure that a cancelled job is: what was done, what may have been, and what was not. */
function recordCancelled(result) {
	const mayHaveTakenEffect = result.outcomes.some(({ underWay }) => underWay !== void 0);
	const problem = {
		kind: "cancelled",
		problem: "The run was cancelled",
		message: describeCancelled(result)
	};
	const [record] = new shaken_failure/* Failure */.HR(problem, { mayHaveTakenEffect }).record();
	if (record === void 0) throw new Error("a failure without a record");
	return record;
}
function describeCancelled({ cancelled, settings, outcomes }) {
	const done = outcomes.flatMap((outcome) => outcome.done);
	const underWay = outcomes.flatMap((outcome) => outcome.underWay ?? []);
	const undone = settings && (settings.mode === "update" || settings.mode === "reconcile") ? outcomes.flatMap((outcome) => describeUndone(outcome, settings)) : [];
	return [
		`The run was cancelled (${cancelled?.signal}).`,
		`Done: ${(0,plural/* listed */.K)(done, MOST_CHANGES) || "nothing"}.`,
		underWay.length > 0 ? `Sent, but its effect is unknown: ${(0,plural/* listed */.K)(underWay, MOST_CHANGES)}.` : "",
		`Not done: ${(0,plural/* listed */.K)(undone, MOST_CHANGES) || "nothing, no further change was to be made"}.`
	].filter((sentence) => sentence !== "").join(" ");
}
function describeUndone(outcome, settings) {
	const { name, target, done, underWay, unsent } = outcome;
	const isUntouched = done.length === 0 && underWay === void 0;
	const begin = isUntouched && isToBegin(outcome, settings) ? [`begin the verification of ${name}`] : [];
	const isEmpty = settings.mode === "update" && (0,connector_connector/* describeDesired */.kU)(target.desired) === "";
	const fields = (0,connector_connector/* describeDesired */.kU)(unsent) || (isEmpty && isUntouched && begin.length === 0 ? "an update of no field" : "");
	return fields === "" ? begin : [...begin, `${fields} for ${name}`];
}


;// CONCATENATED MODULE: ./build/shaken/verification/gate.js


// build/verification/gate.js
/**
* Judges `require_verified` on the final state: only the status `verified` passes. A connector that was never read has
* failed for another reason already, and one that failed for this reason says so already.
*/
async function judgeGate(job) {
	if (!job.settings.requireVerified) return;
	const open = job.outcomes.filter(({ connector, dnsSays }) => connector && !(0,connector_connector/* isVerified */.p4)(connector) && dnsSays === void 0);
	await Promise.all(open.map((outcome) => failUnverified(job, outcome, { context: ", and require_verified is true" })));
}


;// CONCATENATED MODULE: ./build/shaken/run.js















// build/run.js
const WORK = {
	update: update,
	check: check,
	plan: plan,
	reconcile: reconcile
};
/** The whole job: the settings, the mode, the gate. Never throws for anything foreseeable: what failed is in the result. */
async function run(world) {
	const { env, log } = world;
	let settings;
	let connections;
	try {
		settings = await (0,inputs_settings/* readSettings */.sb)(env, log.warning);
		connections = await (0,proxy/* connect */.N)(env, settings.apiBaseUrl, settings.requestTimeout);
	} catch (failure) {
		if (!(failure instanceof shaken_failure/* Failure */.HR)) throw failure;
		return {
			failures: failure.record(),
			outcomes: []
		};
	}
	const client = new Client({
		...settings,
		...world,
		connections
	});
	const job = {
		...world,
		settings,
		client,
		outcomes: settings.targets.map((target) => new outcome/* Outcome */.P(target))
	};
	log.info(describeStart(settings));
	try {
		await WORK[settings.mode](job);
		await judgeGate(job);
		const tokenExpiry = await (0,token_expiry/* checkTokenExpiry */.V)(job);
		return {
			...resultOf(job),
			tokenExpiry
		};
	} catch (error) {
		if (error instanceof shaken_failure/* Cancelled */.cJ) return cancelledResult(job, error);
		throw error;
	} finally {
		connections.destroy();
	}
}
function describeStart({ mode, accountId, targets, many }) {
	const [single] = targets;
	return `Mode ${mode}, account ${accountId}: ${many || !single ? (0,plural/* counted */.h)(targets.length, "connector") : describeTarget(single)}`;
}
function describeTarget({ sso_connector_id: id, email_domain: domain, desired }) {
	return [...[id && `connector ${id}`, domain && `domain ${domain}`].filter((name) => name !== void 0), (0,connector_connector/* describeDesired */.kU)(desired)].filter((part) => part !== "").join(", ");
}
function resultOf(job) {
	const { settings, client, outcomes } = job;
	const unlisted = findUnlisted(job);
	const failures = [...new Set(outcomes.flatMap((outcome) => outcome.failures)), ...failUnlisted(job, unlisted)];
	const { messages, decidingAnswer } = client;
	return {
		settings,
		outcomes,
		failures,
		unlisted,
		messages,
		decidingAnswer
	};
}
function cancelledResult(job, cancelled) {
	const result = {
		...resultOf(job),
		cancelled
	};
	return {
		...result,
		failures: [...result.failures, recordCancelled(result)]
	};
}



/***/ }),

/***/ 58:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  R: () => (/* binding */ log),
  Q: () => (/* binding */ maskSecrets)
});

// EXTERNAL MODULE: ./build/shaken/inputs/invisible.js
var invisible = __nccwpck_require__(1936);
// EXTERNAL MODULE: ./build/shaken/untrusted.js
var untrusted = __nccwpck_require__(3279);
// EXTERNAL MODULE: ./build/shaken/node_modules/@actions/core/lib/command.js
var command = __nccwpck_require__(8577);
;// CONCATENATED MODULE: external "node:os"
const external_node_os_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:os");
;// CONCATENATED MODULE: ./build/shaken/runner/log.js




// build/runner/log.js
const LINE_LIMIT = 4e3;
/** The step's log. Whatever is written is one line and never a workflow command. */
const log = {
	info: (line) => void process.stdout.write(columns(line) + external_node_os_namespaceObject.EOL),
	group: (title, lines) => {
		(0,command/* issueCommand */.L)("group", {}, (0,untrusted/* oneLine */.T)(title, LINE_LIMIT));
		for (const line of lines) log.info(line);
		(0,command/* issueCommand */.L)("endgroup", {}, "");
	},
	notice: (message) => (0,command/* issueCommand */.L)("notice", {}, (0,untrusted/* oneLine */.T)(message, LINE_LIMIT)),
	warning: (message) => (0,command/* issueCommand */.L)("warning", {}, (0,untrusted/* oneLine */.T)(message, LINE_LIMIT)),
	error: (message, title) => {
		(0,command/* issueCommand */.L)("error", title === void 0 ? {} : { title: (0,untrusted/* oneLine */.T)(title, LINE_LIMIT) }, (0,untrusted/* oneLine */.T)(message, LINE_LIMIT));
	},
	debug: (line) => {
		if (process.env["RUNNER_DEBUG"] === "1") (0,command/* issueCommand */.L)("debug", {}, (0,untrusted/* oneLine */.T)(line(), LINE_LIMIT));
	}
};
/** One line that keeps the spaces between its columns. Each column is made safe by itself. */
function columns(line) {
	const safe = line.split(/(?<! ) {2,}/).map((column) => (0,untrusted/* oneLine */.T)(column, LINE_LIMIT));
	const gaps = line.match(/(?<! ) {2,}/g) ?? [];
	return safe.map((column, n) => column + (gaps[n] ?? "")).join("").trim().slice(0, LINE_LIMIT).toWellFormed();
}
const SECRETS = [
	"INPUT_API_TOKEN",
	"CLOUDFLARE_API_TOKEN",
	"INPUT_GITHUB_TOKEN"
];
/** Has the runner mask the tokens from here on, in the form in which they are sent. */
function maskSecrets(env) {
	for (const name of SECRETS) {
		const secret = (0,invisible/* strip */.bB)(env[name] ?? "");
		if (secret) (0,command/* issueCommand */.L)("add-mask", {}, secret);
	}
}



/***/ }),

/***/ 3279:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   T: () => (/* binding */ oneLine),
/* harmony export */   k: () => (/* binding */ quoted)
/* harmony export */ });
// build/untrusted.js
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
	const inert = (PRINTABLE.test(text) ? text : text.toWellFormed().replace(UNPRINTABLE, " ").trim()).replace(COMMAND_ANYWHERE, "$& ").replace(COMMAND_AT_START, "$& ");
	if (inert.length <= limit) return inert;
	return `${inert.slice(0, limit - 1).toWellFormed()}…`;
}
/** Text from outside within quotes, for messages: `"yes"`. At most 80 characters by default. */
function quoted(text, limit = 80) {
	return `"${oneLine(text, limit)}"`;
}



/***/ }),

/***/ 2242:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   J: () => (/* binding */ lookUpTxt)
/* harmony export */ });
/* harmony import */ var _clock_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7971);
/* harmony import */ var _connector_domain_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(9677);


// build/verification/dns.js
const DNS_LIMIT_MS = 3e3;
/**
* Asks the system's DNS servers for a domain's TXT records, for 3 seconds by default. Never throws but the signal's
* reason when that is aborted: DNS can only ever add to a message.
*/
async function lookUpTxt(domain, signal, limitMs = DNS_LIMIT_MS) {
	const { default: dns } = await Promise.resolve(/* import() */).then(__nccwpck_require__.t.bind(__nccwpck_require__, 610, 19));
	signal.throwIfAborted();
	const resolver = new dns.promises.Resolver();
	const limit = setTimeout(() => resolver.cancel(), limitMs);
	const cancel = () => resolver.cancel();
	signal.addEventListener("abort", cancel);
	try {
		resolver.setServers(dns.getServers());
		return { records: (await resolver.resolveTxt((0,_connector_domain_js__WEBPACK_IMPORTED_MODULE_1__/* .canonicalDomain */ .T5)(domain) ?? domain)).map((strings) => strings.join("")) };
	} catch (error) {
		signal.throwIfAborted();
		const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
		if (code === "ENOTFOUND") return { absent: "domain" };
		if (code === "ENODATA") return { absent: "records" };
		return { unknown: code === "ECANCELLED" ? `no answer within ${(0,_clock_js__WEBPACK_IMPORTED_MODULE_0__/* .describeSpan */ .u)(limitMs)}` : code };
	} finally {
		clearTimeout(limit);
		signal.removeEventListener("abort", cancel);
	}
}



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
/******/ var __webpack_exports__ = __nccwpck_require__(9545);
/******/ __webpack_exports__ = await __webpack_exports__;
/******/ 
