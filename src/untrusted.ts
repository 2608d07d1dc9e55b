/** Visible ASCII with single spaces, which nearly all text is, and which needs no second look. */
const PRINTABLE = /^[!-~]+( [!-~]+)*$/;

/** Under some locales, the runner takes these wide and small forms for the signs themselves. */
const COMMAND_ANYWHERE = /[#＃﹟](?=[#＃﹟][[［])/g;
const COMMAND_AT_START = /^[:：﹕︓](?=[:：﹕︓])|[：﹕︓](?=[：﹕︓])/g;

/**
 * Makes text from outside printable: one line, without control or invisible characters, well-formed, without the
 * runner's `##[command]` and without `::` at the start, and never longer than `limit` characters (default 500).
 * The runner's two command syntaxes: https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
 */
export function oneLine(text: string, limit = 500): string {
  const line = PRINTABLE.test(text) ? text : printable(text);
  const inert = line.replace(COMMAND_ANYWHERE, '$& ').replace(COMMAND_AT_START, '$& ');
  return inert.length <= limit ? inert : `${inert.slice(0, limit - 1).toWellFormed()}…`;
}

/** Apart, since a function that names tables of Unicode takes a millisecond to load. */
function printable(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\s\p{Cc}\p{Cf}\p{DI}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
}

/** Text from outside within quotes, for messages: `"yes"`. At most 80 characters by default. */
export function quoted(text: string, limit = 80): string {
  return `"${oneLine(text, limit)}"`;
}
