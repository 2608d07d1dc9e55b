"use strict";
exports.id = 681;
exports.ids = [681];
exports.modules = {

/***/ 3681:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   connectThroughProxy: () => (/* binding */ connectThroughProxy),
/* harmony export */   makeProxyAgent: () => (/* binding */ makeProxyAgent)
/* harmony export */ });
/* harmony import */ var _index_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6062);
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8500);
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_timers_promises__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var undici__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4371);



// build/cloudflare/proxied.js
/** Through a proxy, by undici, which a run without proxy and issue need not load. The limit is in milliseconds. */
function connectThroughProxy(proxy, timeoutMs) {
	const agent = makeProxyAgent(proxy, timeoutMs);
	return {
		proxy: proxy.host,
		async send({ url, method, headers, body = null, signal, onLeave }) {
			const options = {
				dispatcher: agent.compose(onStart(onLeave)),
				method,
				headers,
				body,
				signal,
				headersTimeout: 0,
				bodyTimeout: 0
			};
			const response = await (0,undici__WEBPACK_IMPORTED_MODULE_2__.request)(url, options);
			return {
				status: response.statusCode,
				headers: response.headers,
				body: readThenRest(response.body)
			};
		},
		destroy: () => void agent.destroy()
	};
}
/** An agent for a proxy. The limit for connecting is in milliseconds. */
function makeProxyAgent(proxy, connectTimeout) {
	return new undici__WEBPACK_IMPORTED_MODULE_2__.ProxyAgent({
		uri: proxy.href,
		allowH2: false,
		proxyTls: { allowH2: false },
		connectTimeout,
		clientFactory: (origin, options) => new undici__WEBPACK_IMPORTED_MODULE_2__.Pool(origin, {
			...options,
			connect: withoutName(options)
		}).compose(markProxyFault(proxy.host)),
		factory: (origin, options) => new undici__WEBPACK_IMPORTED_MODULE_2__.Pool(origin, {
			...options,
			connect: hideReset(options)
		})
	});
}
/** Without `servername`, TLS asks for the host's name, and for none of an address, of which undici would make one. */
function withoutName({ connect }) {
	return ({ servername: _, ...options }, callback) => connect(options, callback);
}
/** Names the proxy in a fault on the way to it, or before its tunnel is made, which would look like a fault of the API. */
function markProxyFault(host) {
	return (dispatch) => (options, handler) => {
		const fail = handler.onResponseError?.bind(handler);
		handler.onResponseError = (controller, error) => fail?.(controller, new _index_js__WEBPACK_IMPORTED_MODULE_0__.i(host, error));
		return dispatch(options, handler);
	};
}
/** undici takes ECONNRESET for a good end of an answer without a length, so the code is hidden until undici has read it. */
function hideReset({ connect }) {
	return (options, callback) => connect(options, (...connected) => {
		const [, socket] = connected;
		socket?.prependListener("error", (error) => {
			if (error.code !== "ECONNRESET") return;
			error.code = void 0;
			process.nextTick(() => Object.assign(error, { code: "ECONNRESET" }));
		});
		callback(...connected);
	});
}
/** undici starts a request once the proxy has made its tunnel. */
function onStart(onLeave) {
	return (dispatch) => (options, handler) => {
		const start = handler.onRequestStart?.bind(handler);
		handler.onRequestStart = (...context) => {
			onLeave();
			start?.(...context);
		};
		return dispatch(options, handler);
	};
}
/** A turn later undici has the connection back for the next request, which otherwise opens another. */
async function* readThenRest(body) {
	yield* body;
	await (0,node_timers_promises__WEBPACK_IMPORTED_MODULE_1__.setImmediate)();
}



/***/ })

};
;