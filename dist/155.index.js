export const id = 155;
export const ids = [155];
export const modules = {

/***/ 9155:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   connectThroughProxies: () => (/* binding */ connectThroughProxies)
/* harmony export */ });
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8500);
/* harmony import */ var undici__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4371);


/** Through proxies, by their URLs (an empty text is no proxy). Few runs need this, and the rest are spared loading undici. */
function connectThroughProxies(httpProxy, httpsProxy, noProxy, timeoutMs) {
    const dispatcher = new undici__WEBPACK_IMPORTED_MODULE_1__/* .EnvHttpProxyAgent */ .J2({
        httpProxy,
        httpsProxy,
        noProxy,
        // HTTP/1.1 alone: the calls are few, and a proxy on the way is met as every other client meets it.
        allowH2: false,
        connect: { timeout: timeoutMs },
        connectTimeout: timeoutMs,
    });
    return {
        async send({ url, method, headers, body = null, signal }) {
            // The signal alone keeps the time, for the attempt as a whole.
            const options = { dispatcher, method, headers, body, signal, headersTimeout: 0, bodyTimeout: 0 };
            const response = await (0,undici__WEBPACK_IMPORTED_MODULE_1__/* .request */ .Em)(url, options);
            return { status: response.statusCode, headers: response.headers, body: readThenRest(response.body) };
        },
        destroy: () => void dispatcher.destroy(),
    };
}
/** Only a turn later undici has the connection back for the next request, which otherwise opens one of its own. */
async function* readThenRest(body) {
    yield* body;
    await (0,node_timers_promises__WEBPACK_IMPORTED_MODULE_0__.setImmediate)();
}


/***/ })

};
