/**
 * The one place that has the name of this repository. A fork changes it here and runs `npm run readme`, which puts the
 * name into the README, docs/, examples/, SECURITY.md, CONTRIBUTING.md and .github/. A test tells if one was left out.
 */
export const REPOSITORY = 'cloudflare-sso-connector/action';

/** How the README, docs/ and examples/ name the action: the zeros stand for the commit of a release. */
export const USES = `${REPOSITORY}@${'0'.repeat(40)}`;
