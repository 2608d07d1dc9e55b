import { describe, expect, it } from 'vitest';
import { LineReader, parseCommand, readLog } from './runner-log.ts';
import { parseOutputs } from './runner-outputs.ts';

// That the tests' runner reads as GitHub's does; runner-step.test.ts has the rest of it.
describe('the lines of a step', () => {
  const read = (...chunks: (string | Buffer)[]) => {
    const lines: string[] = [];
    const reader = new LineReader((line) => lines.push(line));
    for (const chunk of chunks) reader.write(Buffer.from(chunk));
    reader.end();
    return lines;
  };

  it.each([
    ['end in \\n, \\r\\n or \\r', ['a\nb\r\nc\rd'], ['a', 'b', 'c', 'd']],
    ['do not end in any other line break', ['a\u2028b\u2029c\x85d\x0be\x0cf'], ['a\u2028b\u2029c\x85d\x0be\x0cf']],
    ['are empty between two line breaks', ['a\n\r\r\nb\n\n'], ['a', '', '', 'b', '']],
    ['are not told apart by where the chunks end', ['a\r', '\nb', 'c\r', 'd\r', '\n'], ['a', 'bc', 'd']],
    ['may end without a line break', ['a\nb\r'], ['a', 'b']],
    ['are none where nothing is written', [], []],
  ])('%s', (_, chunks, lines) => {
    expect(read(...chunks)).toEqual(lines);
  });

  it('are UTF-8, also where a chunk ends within a character', () => {
    const [one, two] = [Buffer.from('ä€\n').subarray(0, 3), Buffer.from('ä€\n').subarray(3)];
    expect(read(one, two)).toEqual(['ä€']);
  });
});

describe('a workflow command', () => {
  it.each([
    ['stands at the start', '::error::no', ['error', {}, 'no']],
    ['stands after white space of any kind', '\t \x85\xa0\u2003\u2028::error::no', ['error', {}, 'no']],
    ['is known in any case', '::ERROR Title=x::no', ['error', { title: 'x' }, 'no']],
    ['may have no data', '::endgroup::', ['endgroup', {}, '']],
    ['has data up to the end', '::notice::a::b ##[error]c', ['notice', {}, 'a::b ##[error]c']],
    ['has properties', '::error file=a.ts,line=1,title=t::x', ['error', { file: 'a.ts', line: '1', title: 't' }, 'x']],
    ['has properties without the space around them', '::error  a=1 ,b=2 ::x', ['error', { a: '1 ', b: '2' }, 'x']],
    ['has a property up to the comma', '::error title=a=b,,c::x', ['error', { title: 'a=b' }, 'x']],
    ['has no property without a value', '::error title=,==c==d,e::x', ['error', { c: 'd' }, 'x']],
    ['has the last of two properties', '::error a=1,A=2::x', ['error', { a: '2' }, 'x']],
    ['has escapes in its data', '::error::%0D%0A%25%3A%2C%5D%3B', ['error', {}, '\r\n%%3A%2C%5D%3B']],
    ['has escapes in its properties', '::error a=%0D%0A%25%3A%2C%5D::x', ['error', { a: '\r\n%:,%5D' }, 'x']],
    ['has %25 unescaped last', '::error a=%253A::%250A', ['error', { a: '%3A' }, '%0A']],
    ['has no escapes in lower case', '::error::%0a%3b', ['error', {}, '%0a%3b']],
    ['may have brackets', '##[error]no', ['error', {}, 'no']],
    ['with brackets stands anywhere', 'told: a ##[debug]b]c', ['debug', {}, 'b]c']],
    ['with brackets has other separators', '##[error a=1,2;b=3]x', ['error', { a: '1,2', b: '3' }, 'x']],
    ['with brackets has other escapes', '##[error a=%3B%5D%3A]%3B%5D%0A%2C', ['error', { a: ';]%3A' }, ';]\n%2C']],
    ['with brackets has %25 unescaped last', '##[error a=%253B]%255D', ['error', { a: '%3B' }, '%5D']],
    ['with brackets is found behind an unknown one', '::x::y ##[error]no', ['error', {}, 'no']],
  ])('%s: %j', (_, line, [command, properties, message]) => {
    expect(parseCommand(line)).toEqual({ command, properties, message, registered: true });
  });

  it.each([
    ['', 'an empty line'],
    ['text ::error::no', 'colons that are not at the start'],
    ['\ufeff::error::no', 'a byte order mark, which is no white space to .NET'],
    [': :error::no', 'parted colons'],
    ['::error:no', 'no second pair of colons'],
    ['::::no', 'no name'],
    [':: error::no', 'a space before the name'],
    ['# #[error]no', 'a parted bracket'],
    ['##[error no', 'no closing bracket'],
    ['##[]no', 'no name in brackets'],
  ])('is not in %j: %s', (line) => {
    expect(parseCommand(line)).toBeUndefined();
  });

  it('that no runner knows is told, and printed as it stands', () => {
    const lines = ['::errors::a', 'b ##[section]c', '::error ::d'];
    const { commands, log } = readLog(lines);
    expect(commands.map(({ command, registered }) => [command, registered])).toEqual([
      ['errors', false],
      ['section', false],
      ['error', true],
    ]);
    expect(log).toEqual(lines.slice(0, 2));
  });

  it('does nothing between stop-commands and its token', () => {
    const { commands, log } = readLog(['::stop-commands::Tok', '::error::a', '::tok:: ##[error]b', '::error::c', 'd']);
    expect(commands.map(({ message }) => message)).toEqual(['Tok', 'c']);
    expect(log).toEqual(['::error::a', 'd']);
  });

  it.each(['', 'error'])('goes on after stop-commands with the token %j', (token) => {
    expect(readLog([`::stop-commands::${token}`, '::error::a']).commands).toHaveLength(2);
  });
});

describe('the output file', () => {
  it.each([
    ['is empty', '', {}],
    ['has a value in a line', 'a=b=c<<d\n', { a: 'b=c<<d' }],
    ['has a value in lines', 'a<<E\nb\n\nc=d\nE\n', { a: 'b\n\nc=d' }],
    ['has an empty value', 'a<<E\nE\nb=\n', { a: '', b: '' }],
    ['has a value that is an empty line', 'a<<E\n\nE\n', { a: '' }],
    ['has a value that ends in a line break', 'a<<E\nb\n\nE\n', { a: 'b\n' }],
    ['has a delimiter only where it is the whole line', 'a<<E\nE \n E\nEE\nE\n', { a: 'E \n E\nEE' }],
    ['has a delimiter with signs in it', 'a<<b=<<c\nd\nb=<<c\n', { a: 'd' }],
    ['has \\r within a value', 'a<<E\nb\rc\r\nE\n', { a: 'b\rc\r' }],
    ['has empty lines between', '\n\na=1\n\nb=2', { a: '1', b: '2' }],
    ['ends in a delimiter', 'a<<E\nb\nE', { a: 'b' }],
    ['has the last of two values', 'a=1\na=2\n', { a: '2' }],
  ])('%s: %j', (_, text, outputs) => {
    expect(parseOutputs(text, false)).toEqual(outputs);
  });

  it('has lines that end in \\r\\n on Windows', () => {
    expect(parseOutputs('a<<E\r\nb\nc\r\nE\r\nd=e\r\n', true)).toEqual({ a: 'b\nc', d: 'e' });
  });

  it.each([
    ['a\n', "Invalid format 'a'"],
    ['<<E\nE\n', "Invalid format '<<E'. Name must not be empty and delimiter must not be empty"],
    ['a<<\n\n', "Invalid format 'a<<'. Name must not be empty and delimiter must not be empty"],
    ['a<<E\nb\n', "Invalid value. Matching delimiter not found 'E'"],
    ['a<<E\n', "Invalid value. Matching delimiter not found 'E'"],
    ['a<<E\nb', 'Invalid value. EOF marker missing new line.'],
    ['a<<E\nE\nE\n', "Invalid format 'E'"],
  ])('is broken: %j', (text, message) => {
    expect(() => parseOutputs(text, false)).toThrow(new Error(message));
  });
});
