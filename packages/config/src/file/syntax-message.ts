// SPDX-License-Identifier: Apache-2.0
import type { ErrorCode } from 'yaml';

/** In place of the parser's messages, some of which quote the file. */
const MESSAGES: Partial<Record<ErrorCode, string>> = {
  BAD_ALIAS: 'an alias (*name) stands for no anchor before it',
  BAD_DIRECTIVE: 'a directive (%…) can not be read',
  BAD_DQ_ESCAPE: 'a text in double quotes has an escape that YAML does not know',
  BAD_INDENT: 'the indentation does not fit the lines above',
  BAD_SCALAR_START: 'a text that begins with @, `, %, or > or | out of place must be put in quotes',
  BLOCK_AS_IMPLICIT_KEY:
    'a mapping stands in the line of its key; begin it on a new, indented line, or put the text in quotes',
  BLOCK_IN_FLOW: 'a block stands inside of brackets or braces',
  DUPLICATE_KEY: 'the key stands here for the second time',
  KEY_OVER_1024_CHARS: 'a key is longer than 1024 characters',
  MISSING_CHAR: 'a character is missing, such as a closing quote, bracket or brace, a comma, or a blank after a colon',
  MULTILINE_IMPLICIT_KEY: 'a key reaches over several lines; is a colon missing?',
  MULTIPLE_ANCHORS: 'a value has two anchors',
  MULTIPLE_DOCS: 'the file holds a second document; only one is read',
  MULTIPLE_TAGS: 'a value has two tags',
  NON_STRING_KEY: 'a key must be a text',
  TAB_AS_INDENT: 'a tab stands where YAML wants blanks',
  UNEXPECTED_TOKEN:
    'this is not expected here; inside of braces and brackets a reference such as ${NAME} must be in quotes',
  BAD_COLLECTION_TYPE: 'a tag does not fit its value',
};

/** How the parser tells that brackets or braces are not closed; most often it takes that for a mistake of the indentation. */
const UNCLOSED = /must .*end with a ([\]}])$/;

/**
 * What is wrong with the syntax, without a word of the file.
 * @param parsed what the parser says of it.
 */
export function syntaxMessage(code: ErrorCode, parsed: string): string {
  const closing = UNCLOSED.exec(parsed)?.[1];
  if (closing !== undefined) {
    const opening = closing === ']' ? '[' : '{';
    const indented = code === 'BAD_INDENT' ? ', or is not indented more than the line in which they begin' : '';
    return `"${opening}" is not closed: what belongs to it ends here, and "${closing}" is missing${indented}`;
  }
  return MESSAGES[code] ?? 'this can not be read as YAML';
}
