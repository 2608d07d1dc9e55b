import { expect, it } from 'vitest';
import { explainFault } from '../../src/cloudflare/network-errors.ts';

const CALL = {
  method: 'GET',
  url: new URL('https://api.cloudflare.com/client/v4'),
  asked: 'read acme.example',
} as const;

it.each([
  [
    'CERT_NOT_YET_VALID',
    'Check the clock of this runner. If it is right, whoever runs that host has to renew the certificate.',
  ],
  [
    'HOSTNAME_MISMATCH',
    'The certificate is that of another host. Check api_base_url, or ask whoever runs the network of this runner whether a proxy opens TLS.',
  ],
  [
    'CERT_UNTRUSTED',
    "If a proxy opens TLS, or the CA is a private one, set NODE_EXTRA_CA_CERTS in the step's env to the path of a PEM file with its certificate.",
  ],
])('a certificate with the fault %s has the advice that cures it', (code, action) => {
  expect(explainFault(Object.assign(new Error('x'), { code }), CALL).problems).toEqual([
    {
      kind: 'unavailable',
      problem: 'certificate not trusted',
      message: `Could not read acme.example: the certificate of api.cloudflare.com is not trusted (${code}).`,
      action,
    },
  ]);
});

it.each([
  ['ECONNREFUSED', 'the connection was refused'],
  ['ECONNRESET', 'the connection was reset'],
  ['EPIPE', 'the connection was closed'],
  ['ETIMEDOUT', 'connecting timed out'],
  ['EHOSTUNREACH', 'the host cannot be reached'],
  ['ENETUNREACH', 'the network cannot be reached'],
  ['ENOTFOUND', 'the host name was not found'],
  ['EAI_AGAIN', 'the host name could not be looked up'],
])('the fault %s is told in words', (code, words) => {
  const [problem] = explainFault(Object.assign(new Error('x'), { code, syscall: 'read' }), CALL).problems;
  expect(problem?.message).toContain(`Could not read acme.example: ${words}`);
});
