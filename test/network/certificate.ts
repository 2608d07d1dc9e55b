import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A certificate with its key, in PEM, as `tls` and `https` servers take it. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** The authority that signed them all: for `ca` of a client, or, as a file, for NODE_EXTRA_CA_CERTS of a step. */
export const caFile = fileURLToPath(locate('ca.pem'));
export const ca = readFileSync(caFile, 'utf8');

/** For `127.0.0.1`, `localhost`, `api.cloudflare.test` and `api.github.test`. */
export const serverCertificate = read('server');

/** For the same hosts, out of date. */
export const expiredCertificate = read('expired');

/** Good, but for `other-host.test` alone. */
export const otherHostCertificate = read('other-host');

function read(name: string): Certificate {
  return {
    cert: readFileSync(locate(`${name}.pem`), 'utf8'),
    key: readFileSync(locate(`${name}.key`), 'utf8'),
  };
}

function locate(file: string): URL {
  return new URL(`../fixtures/tls/${file}`, import.meta.url);
}
