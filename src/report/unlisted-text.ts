import { givenFields } from '../connector/connector.ts';
import { canonicalDomain } from '../connector/domain.ts';
import { fitsPath } from '../connector/id.ts';
import type { Result } from '../job/result.ts';
import { counted } from '../plural.ts';

/** How many there are, as a clause: `3 connectors of the account are not in the list`. */
export function countUnlisted(count: number): string {
  return `${counted(count, 'connector of the account is', 'connectors of the account are')} not in the list`;
}

/**
 * The unlisted connectors as YAML in the shape of `connectors`, one text for each. The domain names a connector, and the
 * id does where a domain does not, or not alone: the domain is the guard then, and tells people which one it is.
 */
export function renderUnlisted({ unlisted = [], outcomes }: Result): string[] {
  if (unlisted.length === 0) return [];
  const domains = [...unlisted.map(({ email_domain }) => email_domain), ...outcomes.map(({ domain }) => domain)];
  const sharing = Map.groupBy(domains, (domain) => canonicalDomain(domain));
  return unlisted.map((item) => {
    const { id = '', email_domain: domain = '' } = item;
    const canonical = canonicalDomain(domain);
    const isAlone = canonical !== undefined && sharing.get(canonical)?.length === 1;
    const isById = !isAlone && fitsPath(id);
    if (!isAlone && !isById) return '# A connector without a usable id or domain.\n';
    const names = [isById && `sso_connector_id: ${scalar(id)}`, canonical && `email_domain: ${scalar(domain)}`];
    const fields = givenFields(item).map((field) => `${field}: ${item[field]}`);
    return `- { ${[...names, ...fields].filter(Boolean).join(', ')} }${'failure' in item ? ' # Its fields could not be read.' : ''}\n`;
  });
}

// Texts: for a literal with `\p{…}`, V8 reads the tables of Unicode in every run, even if it is never used.
const UNQUOTED = String.raw`^\p{L}[\p{L}\p{N}._-]{5,}$`;
const HIDDEN = String.raw`(?! )[\p{C}\p{Z}]`;

/**
 * Text as a scalar of YAML: plain if nobody can take it for a number, a boolean, a date or a sign, or else within quotes.
 * https://yaml.org/spec/1.2.2/#57-escaped-characters
 */
function scalar(text: string): string {
  if (new RegExp(UNQUOTED, 'u').test(text)) return text;
  const codeOf = (character: string) => `\\U${Number(character.codePointAt(0)).toString(16).padStart(8, '0')}`;
  return JSON.stringify(text).replaceAll(new RegExp(HIDDEN, 'gu'), codeOf);
}
