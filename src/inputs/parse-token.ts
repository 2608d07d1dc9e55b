import type { Parsed } from './problem.ts';

const CREATE = 'Create an API token with the permission "SSO Connector: Edit".';
const ALONE = 'The secret must contain only the token.';
const REFERENCE = `Write $${'{{ secrets.NAME }}'}, with the name of your secret for NAME.`;

/** What is often given for a token. */
const IMPOSTORS: readonly (readonly [pattern: RegExp, must: string, action: string])[] = [
  [/^Bearer(\s|$)/i, 'must be the token alone, without "Bearer" before it', 'The action adds that word itself.'],
  [/^cfk_/, 'must be an API token, not a global API key (cfk_…)', CREATE],
  [/^\$|^(secrets|vars|env)\./, 'must be a token, not the name of one', REFERENCE],
  [/^\w+=/, 'must be the token alone, without NAME= before it', ALONE],
  [/^\{/, 'must be the token alone, not JSON', ALONE],
  [/^["'`]|["'`]$/, 'must be the token alone, without quotes around it', ALONE],
];

/**
 * An API token, of which nothing is repeated.
 * https://developers.cloudflare.com/fundamentals/api/get-started/create-token/
 */
export function parseToken(text: string): Parsed<string> {
  const impostor = IMPOSTORS.find(([pattern]) => pattern.test(text));
  if (impostor) return { must: impostor[1], action: impostor[2] };
  const position = text.search(/[^!-~]/);
  if (position === -1) return { value: text };
  return {
    must: 'must be visible ASCII characters',
    not: `${describeCharacter(text.charAt(position))} at position ${position + 1} of ${text.length}`,
    action: 'Was the secret pasted with something in or around it?',
  };
}

function describeCharacter(character: string): string {
  if (/[\r\n]/.test(character)) return 'a line break';
  return /[ \t]/.test(character) ? 'white space' : 'a character that is not ASCII';
}
