// SPDX-License-Identifier: Apache-2.0

/**
 * The syntax in which options name attributes:
 *
 * - `user.email`, `user["email"]`, `user['email']`: one attribute, whether it is a flat key or nested maps
 * - `items[0]`, `items.0`: an item of an array
 * - `*`, `[*]`: exactly one segment; `**`: any number of segments, also none
 * - segments match by their words: case, `-` and `_` do not matter, so `apiKey` is `api_key` is `API-KEY`
 */
import { LogferryError } from './errors.ts';

/** One step of a path: a name in the form of `attributePathSegments`, any one segment, or any number of segments. */
export type AttributePathStep =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'one' }
  | { readonly kind: 'any' };

/** A parsed path. */
export interface AttributePath {
  /** As it was written. */
  readonly text: string;
  readonly steps: readonly AttributePathStep[];
}

const ONE: AttributePathStep = { kind: 'one' };
const ANY: AttributePathStep = { kind: 'any' };

/** Longer ones are a mistake, and the matcher's work grows with the number of steps. */
const MAX_LENGTH = 1024;

/** Characters that stand for nothing yet, so that they can mean something later. In brackets and quotes they are literal. */
const RESERVED = /[[\]*?{}()|!^$'"`\\,\s]/u;

// Zero-width and other invisible characters, combining marks included, are no part of a word.
const INVISIBLE = /[\p{Cf}\p{Mn}]/gu;

/**
 * The segments of a key, each in the form in which they are compared: `http.request.apiKey` is `http`, `request`,
 * `apikey`. A key and the nested maps that it is short for have the same segments.
 */
export function attributePathSegments(key: string): readonly string[] {
  return key.split('.').map(comparedForm);
}

function comparedForm(segment: string): string {
  // Most keys are ASCII. The test keeps normalisation, which costs a microsecond, away from them.
  // oxlint-disable-next-line no-control-regex -- the range is ASCII
  const folded = /^[\u0000-\u007f]*$/.test(segment)
    ? segment
    : segment.normalize('NFKD').replace(INVISIBLE, '').normalize('NFKC');
  return folded.toLowerCase().replace(/[-_]/g, '');
}

/**
 * Parses a path.
 *
 * @param option the name of the option that holds it, for the error.
 * @throws LogferryError `INVALID_OPTION` that shows where the text is no path.
 */
export function parseAttributePath(text: string, option: string = 'path'): AttributePath {
  if (typeof text !== 'string') throw new LogferryError('INVALID_OPTION', `${option} must be a text`);
  return new PathParser(text, option).parse();
}

class PathParser {
  readonly #text: string;
  readonly #option: string;
  readonly #steps: AttributePathStep[] = [];
  #at = 0;

  constructor(text: string, option: string) {
    this.#text = text;
    this.#option = option;
  }

  parse(): AttributePath {
    const text = this.#text;
    if (text === '') throw this.#error('is empty', 0);
    if (text.length > MAX_LENGTH) throw this.#error(`is longer than ${MAX_LENGTH} characters`, MAX_LENGTH);
    this.#segment();
    while (this.#at < text.length) {
      const next = text[this.#at];
      if (next === '[') {
        this.#bracket();
      } else if (next === '.') {
        this.#at += 1;
        this.#segment();
      } else {
        throw this.#error('needs "." or "[" between segments', this.#at);
      }
    }
    return { text, steps: this.#steps };
  }

  /** What stands at the start or behind a dot. */
  #segment(): void {
    const text = this.#text;
    const start = this.#at;
    if (text[start] === '[') {
      if (start > 0) throw this.#error('has an empty segment', start);
      return this.#bracket();
    }
    let end = start;
    while (end < text.length && text[end] !== '.' && text[end] !== '[') end += 1;
    const segment = text.slice(start, end);
    if (segment === '') throw this.#error('has an empty segment', start);
    this.#at = end;
    if (segment === '*') return void this.#steps.push(ONE);
    if (segment === '**') return this.#any(start);
    const reserved = RESERVED.exec(segment);
    if (reserved !== null) {
      const hint = reserved[0] === '*' ? ' ("*" and "**" stand for whole segments)' : '';
      throw this.#error(`has an unexpected ${JSON.stringify(reserved[0])}${hint}`, start + reserved.index);
    }
    this.#names(segment, start);
  }

  #bracket(): void {
    const text = this.#text;
    const start = this.#at;
    const quote = text[start + 1];
    if (quote === '"' || quote === "'") {
      const end = this.#closingQuote(start + 2, quote);
      if (text[end + 1] !== ']') throw this.#error('needs "]" behind the quoted name', end + 1);
      this.#at = end + 2;
      return this.#names(text.slice(start + 2, end).replace(/\\(.)/gsu, '$1'), start + 2);
    }
    const end = text.indexOf(']', start);
    if (end < 0) throw this.#error('has a "[" without its "]"', start);
    const content = text.slice(start + 1, end);
    this.#at = end + 1;
    if (content === '*') this.#steps.push(ONE);
    else if (content === '**') this.#any(start);
    else if (/^\d{1,10}$/.test(content)) this.#steps.push({ kind: 'name', name: String(Number(content)) });
    else throw this.#error('needs a number, "*", or a name in quotes between "[" and "]"', start + 1);
  }

  #closingQuote(from: number, quote: string): number {
    for (let at = from; at < this.#text.length; at += 1) {
      if (this.#text[at] === '\\') at += 1;
      else if (this.#text[at] === quote) return at;
    }
    throw this.#error(`has a name without its closing ${quote}`, from - 1);
  }

  #names(segment: string, start: number): void {
    for (const name of attributePathSegments(segment)) {
      // Such a segment would match every other one that consists of separators.
      if (name === '' && segment !== '') throw this.#error('has a segment without a word', start);
      this.#steps.push({ kind: 'name', name });
    }
  }

  #any(start: number): void {
    if (this.#steps.at(-1) === ANY) throw this.#error('has "**" twice in a row', start);
    this.#steps.push(ANY);
  }

  #error(problem: string, at: number): LogferryError {
    const shown = this.#text.length > MAX_LENGTH ? `${this.#text.slice(0, 80)}…` : this.#text;
    return new LogferryError(
      'INVALID_OPTION',
      `${this.#option} is no attribute path: ${JSON.stringify(shown)} ${problem}, at character ${at + 1}`,
    );
  }
}
