/** Anything that ends a line, is invisible, or changes the direction of what follows. */
const UNPRINTABLE = /[\s\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

/** Visible ASCII with single spaces, which nearly all text is, and which needs no second look. */
const PRINTABLE = /^[!-~]+( [!-~]+)*$/;

/**
 * Makes text from outside printable: one line, without control or invisible characters, well-formed, without the
 * runner's `##[command]` and without `::` at the start, and never longer than `limit` characters (default 500).
 * The runner's two command syntaxes: https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
 */
export function oneLine(text: string, limit = 500): string {
  const line = neutral(PRINTABLE.test(text) ? text : text.toWellFormed().replace(UNPRINTABLE, ' ').trim());
  if (line.length <= limit) return line;
  return `${line.slice(0, limit - 1).toWellFormed()}…`;
}

/** Takes the meaning of a workflow command out of one line: `##[x]` anywhere, `::x::` at its start. */
function neutral(line: string): string {
  const inert = line.replaceAll('##[', '# #[');
  return inert.startsWith('::') ? `: ${inert.slice(1)}` : inert;
}

/** Text from outside within quotes, for messages: `"yes"`. At most 80 characters by default. */
export function quoted(text: string, limit = 80): string {
  return `"${oneLine(text, limit)}"`;
}
