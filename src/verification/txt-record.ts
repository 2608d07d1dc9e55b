import type { TxtAnswer } from '../job/job.ts';
import { quoted } from '../untrusted.ts';

/** What the vendor's guide and an older one put before the code: `cloudflare_dashboard_sso=` and `cloudflared_…`. */
const PREFIX = /^cloudflared?_dashboard_sso=/i;

/**
 * What public DNS says of the TXT record that should be there, as a clause for people. It tells near misses from the
 * records at hand.
 * https://developers.cloudflare.com/fundamentals/manage-members/dashboard-sso/
 */
export function describeTxt(answer: TxtAnswer, value: string): string {
  if ('unknown' in answer) return `public DNS could not be asked from here (${answer.unknown})`;
  if ('absent' in answer) {
    return answer.absent === 'domain'
      ? 'the domain does not exist in public DNS'
      : 'public DNS has no TXT record there';
  }
  const { records } = answer;
  if (records.length === 0) return 'public DNS has no TXT record there';
  if (records.includes(value)) return 'it is there: have Cloudflare look for it';
  const nearest = records.map((record) => describeNearMiss(record, value)).find((miss) => miss !== undefined);
  if (nearest !== undefined) return nearest;
  const other = records.map(unquoted).find((record) => PREFIX.test(record));
  if (other !== undefined) return `public DNS has ${quoted(other)} instead: is that of another connector or account?`;
  return `public DNS has ${records.length === 1 ? '1 other TXT record' : `${records.length} other TXT records`} there, not this one`;
}

/** Whether a record is there that was probably meant to be this value, so that it is to be corrected. */
export function isNearMiss(answer: TxtAnswer, value: string): boolean {
  return 'records' in answer && answer.records.some((record) => describeNearMiss(record, value) !== undefined);
}

/** What is wrong with a record that was probably meant to be this value; undefined if it was meant for something else. */
function describeNearMiss(record: string, value: string): string | undefined {
  const trimmed = record.trim();
  const bare = unquoted(record);
  const [prefix = ''] = PREFIX.exec(value) ?? [];
  const [wrongPrefix = ''] = PREFIX.exec(bare) ?? [];
  const spaceless = bare.replace(/\s/g, '');
  if (trimmed === value) return 'public DNS has it with white space around it: remove that';
  if (bare === value) return 'public DNS has it within quotes that are part of the record: remove them';
  if (`${prefix}${bare}` === value) return `public DNS has it without its prefix: add ${quoted(prefix)}`;
  if (bare.toLowerCase() === value.toLowerCase()) {
    return 'public DNS has it in other case: write it exactly as it stands here';
  }
  if (wrongPrefix !== '' && `${prefix}${bare.slice(wrongPrefix.length)}` === value) {
    return `public DNS has it with the prefix ${quoted(wrongPrefix)}: it must be ${quoted(prefix)}`;
  }
  if (spaceless === value) return 'public DNS has it with white space inside: remove that';
  if (bare.includes(value)) return 'public DNS has it joined with more text: give it a TXT record of its own';
  return undefined;
}

function unquoted(record: string): string {
  return record.trim().replace(/^["'“”]|["'“”]$/g, '');
}
