import { FIELDS } from '../connector/connector.ts';
import { canonicalDomain } from '../connector/domain.ts';
import type { Result, Unlisted } from '../job/result.ts';

/** An unlisted connector in the shape of an entry of `connectors`, for a later step. */
export function describeUnlisted({ sso_connector_id: id, email_domain: domain, connector }: Unlisted) {
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
export function renderUnlisted({ unlisted = [], outcomes }: Result): string[] {
  const domains = [...unlisted.map(({ email_domain }) => email_domain), ...outcomes.map(({ domain }) => domain)];
  const sharing = Map.groupBy(domains, (domain = '') => canonicalDomain(domain));
  return unlisted.map(({ sso_connector_id: id, email_domain: domain, connector }) => {
    const canonical = canonicalDomain(domain ?? '');
    const isAlone = canonical !== undefined && sharing.get(canonical)?.length === 1;
    const isUsable = /^[A-Za-z0-9_-]+$/.test(id ?? '');
    const byDomain = canonical === undefined ? [] : [`email_domain: ${scalar(domain ?? '')}`];
    // A list has each domain once, so that one which several connectors share takes their ids.
    const names = isUsable && !isAlone ? [`sso_connector_id: ${scalar(id ?? '')}`] : byDomain;
    if (names.length === 0) return '# A connector without a usable id or domain.\n';
    const fields = FIELDS.flatMap((field) => (connector?.[field] === undefined ? [] : `${field}: ${connector[field]}`));
    return `- { ${[...names, ...fields].join(', ')} }${connector ? '' : ' # Its fields could not be read.'}\n`;
  });
}

/**
 * Text as a scalar of YAML: plain if nobody can take it for a number, a boolean, a date or a sign, or else within quotes,
 * where YAML has JSON's escapes. https://yaml.org/spec/1.2.2/#57-escaped-characters
 */
function scalar(text: string): string {
  if (/^\p{L}[\p{L}\p{N}._-]{5,}$/u.test(text)) return text;
  return JSON.stringify(text).replace(/[^\P{C}]|[^\P{Z} ]/gu, (character) =>
    Array.from(
      { length: character.length },
      (_, n) => `\\u${character.charCodeAt(n).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}
