/**
 * Nearly all text has visible ASCII, Latin letters, dashes, quotes and signs such as ✅ alone, with single spaces, and
 * nothing like a command.
 */
const UNUSUAL = /[^ -~\u00c0-\u024f\u2010-\u2027\u2190-\u27bf]|^ | {2}| $|##|::/;

/** Under some locales, the runner takes wide and small forms for the signs themselves. */
const COMMAND_ANYWHERE = /[#＃﹟](?=[#＃﹟][[［])/g;
const COMMAND_AT_START = /^[:：﹕︓](?=[:：﹕︓])|[：﹕︓](?=[：﹕︓])/g;

/**
 * Text from outside as one well-formed line of at most `limit` characters, without invisible ones and the runner's two
 * forms of commands, `##[x]` anywhere and `::x::` at the start: https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
 */
export function oneLine(text: string, limit = 500): string {
  const inert = isUsual(text) ? text : disarm(text);
  return inert.length <= limit ? inert : `${inert.slice(0, limit - 1).toWellFormed()}…`;
}

/** Whether `oneLine` has nothing to do but to cut: so it is with nearly all text. */
export function isUsual(text: string): boolean {
  return !UNUSUAL.test(text);
}

/** A text: for a literal with `\p{…}`, V8 reads the tables of Unicode in every run, even if it is never used. */
const SPACE = String.raw`[\s\p{Cc}\p{Cf}\p{DI}\p{Zl}\p{Zp}]+`;

function disarm(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(new RegExp(SPACE, 'gu'), ' ')
    .trim()
    .replace(COMMAND_ANYWHERE, '$& ')
    .replace(COMMAND_AT_START, '$& ');
}

/** Text from outside within quotes: `"yes"`. */
export function quoted(text: string, limit = 80): string {
  return `"${oneLine(text, limit)}"`;
}
