import type { TxtAnswer } from '../job/job.ts';
import { counted } from '../plural.ts';
import { quoted } from '../untrusted.ts';

/** What the vendor's guide and an older one put before the code: `cloudflare_dashboard_sso=` and `cloudflared_…`. */
const PREFIX = /^cloudflared?_dashboard_sso=/i;

/** What public DNS says of a TXT record. */
interface TxtFinding {
  /** As a clause. */
  readonly says: string;
  /** What was found, in the fewest words: `this record`, `nothing`. */
  readonly found: string;
  /** What to do about it, in sentences; empty if the record is there. */
  readonly remedy: string;
}

/**
 * What public DNS says of the TXT record that should be there. It tells near misses from the records at hand.
 * https://developers.cloudflare.com/fundamentals/manage-members/dashboard-sso/
 */
export function describeTxt(answer: TxtAnswer, value: string): TxtFinding {
  if ('unknown' in answer) {
    const says = `public DNS could not be asked from here (${answer.unknown})`;
    return { says, found: `unknown: ${answer.unknown}`, remedy: 'Make sure that the TXT record is there.' };
  }
  if ('noDomain' in answer) {
    const remedy = 'Is the domain right and registered? Add the TXT record.';
    return { says: 'the domain does not exist in public DNS', found: 'nothing: the domain does not exist', remedy };
  }
  const remedy = 'Add the TXT record.';
  const { records } = answer;
  if (records.length === 0) return { says: 'public DNS has no TXT record there', found: 'nothing', remedy };
  if (records.includes(value)) return { says: 'it is there', found: 'this record', remedy: '' };
  const miss = records.map((record) => findMiss(record, value)).find((one) => one !== undefined);
  if (miss) {
    const [how, correction] = miss;
    const found = `this record ${how}`;
    return { says: `public DNS has it ${how}`, found, remedy: `Correct the TXT record: ${correction}.` };
  }
  const other = records.map(unquoted).find((record) => PREFIX.test(record));
  if (other !== undefined) {
    const besides = 'Add the TXT record beside the other, which may be that of another connector or account.';
    const found = `another TXT record: ${quoted(other)}`;
    return { says: `public DNS has ${quoted(other)} instead`, found, remedy: besides };
  }
  const others = counted(records.length, 'other TXT record');
  return { says: `public DNS has ${others} there, not this one`, found: others, remedy };
}

/** How a record differs that was probably meant to be this value, and what to do; undefined for any other record. */
function findMiss(record: string, value: string): readonly [how: string, remedy: string] | undefined {
  const bare = unquoted(record);
  const prefix = PREFIX.exec(value)?.[0] ?? '';
  const bareCode = bare.replace(PREFIX, '');
  if (record.trim() === value) return ['with white space around it', 'remove the white space'];
  if (bare === value) return ['within quotes that are part of the record', 'remove the quotes'];
  if (bare.toLowerCase() === value.toLowerCase()) return ['with other capital letters', 'copy it exactly'];
  if (`${prefix}${bareCode}` === value) {
    if (bareCode === bare) return ['without its prefix', `put ${quoted(prefix)} before it`];
    const wrongPrefix = bare.slice(0, bare.length - bareCode.length);
    const remedy = prefix === '' ? 'remove the prefix' : `its prefix must be ${quoted(prefix)}`;
    return [`with the prefix ${quoted(wrongPrefix)}`, remedy];
  }
  if (bare.replace(/\s/g, '') === value) return ['with white space inside', 'remove the white space'];
  if (bare.includes(value)) return ['joined with more text', 'give its value a record of its own'];
  return undefined;
}

function unquoted(record: string): string {
  return record.trim().replace(/^["'“”]|["'“”]$/g, '');
}
