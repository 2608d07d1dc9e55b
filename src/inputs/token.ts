import type { Parsed } from './values.ts';

/**
 * An API token: visible ASCII characters without white space. Nothing of the token is in what is said of it.
 * https://developers.cloudflare.com/fundamentals/api/get-started/create-token/
 */
export function parseToken(text: string): Parsed<string> {
  if (/^Bearer(\s|$)/i.test(text)) {
    return { problem: 'starts with "Bearer "; accepted is the token alone, the action adds that word itself' };
  }
  const position = text.search(/[^\x21-\x7e]/);
  if (position === -1) return { value: text };
  const what = describeCharacter(text.charCodeAt(position));
  return {
    problem: `has ${what} at position ${position + 1} of ${text.length}; accepted are visible ASCII characters. Was the secret pasted with something around it?`,
  };
}

function describeCharacter(code: number): string {
  if (code === 0x0a || code === 0x0d) return 'a line break';
  if (code === 0x20 || code === 0x09) return 'white space';
  return code < 0x20 || code === 0x7f ? 'a control character' : 'a character that is not ASCII';
}
