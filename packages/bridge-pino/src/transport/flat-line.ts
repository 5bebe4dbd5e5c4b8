// SPDX-License-Identifier: Apache-2.0
import type { FieldRole } from './field-role.ts';
import { type KnownName, KnownNames } from './known-names.ts';
import type { LineWindow } from './line-window.ts';

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const UPPER_E = 0x45;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const LOWER_E = 0x65;
const OPEN_MAP = 0x7b;
const CLOSE_MAP = 0x7d;

/** "true", "alse" and "null", read as four bytes. */
const TRUE_WORD = 0x65757274;
const ALSE_WORD = 0x65736c61;
const NULL_WORD = 0x6c6c756e;

/** A line with more fields is left to `JSON.parse`. */
const MAX_FIELDS = 256;

/** A decimal of so many digits is the quotient of two exact doubles, and so rounded as `JSON.parse` rounds it. */
const EXACT_DIGITS = 15;

const POWERS_OF_TEN = Float64Array.from({ length: EXACT_DIGITS + 1 }, (_, power) => 10 ** power);

/** Stands in `values` for a text that is to be taken from the line. */
export const TEXT: unique symbol = Symbol('text');

/**
 * Reads the object of a line as pino writes them, without white space. What it reads it reads as `JSON.parse` does; it gives up
 * where it is not sure: a name twice, a name with an escape, white space, whatever is no JSON.
 */
export class FlatLine {
  /** Of the fields of the line that was read, in its order. What stands behind `count` is of earlier lines. */
  readonly names: KnownName[] = [];
  /** `TEXT` for a text without escapes. */
  readonly values: unknown[] = [];
  /** Where texts stand, without their quotes. */
  readonly starts: Int32Array = new Int32Array(MAX_FIELDS);
  readonly ends: Int32Array = new Int32Array(MAX_FIELDS);
  count = 0;
  /** Of the line that was read: the position of its newline. */
  end = 0;
  readonly #window: LineWindow;
  readonly #known: KnownNames;
  #line = 0;
  /** Behind the name or value that was read last. */
  #next = 0;

  /** @param roleOf what a name means to the caller. */
  constructor(window: LineWindow, roleOf: (name: string) => FieldRole) {
    this.#window = window;
    this.#known = new KnownNames(roleOf);
  }

  /** @returns whether the line that starts at a position of the window was read. */
  read(start: number): boolean {
    const { bytes, view } = this.#window;
    const { names, values } = this;
    if (bytes[start] !== OPEN_MAP) return false;
    this.#line += 1;
    const line = this.#line;
    let name = this.#known.first;
    let position = start + 1;
    let count = 0;
    for (;;) {
      const { next } = name;
      if (next !== undefined && next.standsAt(view, position)) {
        name = next;
        position += next.length;
      } else {
        const found = this.#nameAt(bytes, view, position);
        if (found === undefined) return false;
        name.next = found;
        name = found;
        position += found.length;
      }
      // A name that comes twice has its last value, but stands where it came first.
      if (name.line === line || count === MAX_FIELDS) return false;
      name.line = line;
      names[count] = name;
      const first = bytes[position]!;
      if (first === QUOTE) {
        const end = endOfText(view, position + 1);
        if (bytes[end] === QUOTE) {
          values[count] = TEXT;
          this.starts[count] = position + 1;
          this.ends[count] = end;
          position = end + 1;
        } else {
          const behind = endOfQuoted(bytes, position);
          const value = this.#parsed(position, behind);
          if (value === undefined) return false;
          values[count] = value;
          position = behind;
        }
      } else {
        const value =
          (first >= ZERO && first <= NINE) || first === MINUS
            ? this.#number(bytes, position)
            : this.#other(bytes, view, position, first);
        if (value === undefined) return false;
        values[count] = value;
        position = this.#next;
      }
      count += 1;
      if (bytes[position] !== COMMA) break;
      position += 1;
    }
    if (bytes[position] !== CLOSE_MAP) return false;
    position += 1;
    // Pino ends lines with CRLF where it is told to.
    if (bytes[position] === CARRIAGE_RETURN) position += 1;
    if (bytes[position] !== NEWLINE) return false;
    this.end = position;
    this.count = count;
    return true;
  }

  /** A value of the line that was read. */
  value(index: number): unknown {
    const value = this.values[index];
    return value === TEXT ? this.#window.text(this.starts[index]!, this.ends[index]!) : value;
  }

  #nameAt(bytes: Buffer, view: DataView, start: number): KnownName | undefined {
    if (bytes[start] !== QUOTE) return undefined;
    const end = endOfText(view, start + 1);
    if (bytes[end] !== QUOTE || bytes[end + 1] !== COLON) return undefined;
    return this.#known.find(bytes, view, start + 1, end);
  }

  /** Undefined where there is none that is understood. */
  #other(bytes: Buffer, view: DataView, start: number, first: number): unknown {
    if (first === OPEN_MAP || first === OPEN_LIST) return this.#parsed(start, endOfNested(bytes, start));
    const word = view.getInt32(start, true);
    this.#next = start + 4;
    if (word === TRUE_WORD) return true;
    if (word === NULL_WORD) return null;
    this.#next = start + 5;
    return first === 0x66 && view.getInt32(start + 1, true) === ALSE_WORD ? false : undefined;
  }

  #number(bytes: Buffer, start: number): number | undefined {
    const isNegative = bytes[start] === MINUS;
    const first = isNegative ? start + 1 : start;
    let position = first;
    let digits = 0;
    let byte = bytes[position]!;
    while (byte >= ZERO && byte <= NINE) {
      digits = digits * 10 + (byte - ZERO);
      position += 1;
      byte = bytes[position]!;
    }
    const whole = position - first;
    let decimals = 0;
    if (byte === POINT) {
      position += 1;
      const point = position;
      byte = bytes[position]!;
      while (byte >= ZERO && byte <= NINE) {
        digits = digits * 10 + (byte - ZERO);
        position += 1;
        byte = bytes[position]!;
      }
      decimals = position - point;
    }
    this.#next = position;
    const isWhole = whole === 1 || (whole > 1 && bytes[first] !== ZERO);
    const isDecimal = decimals > 0 || position === first + whole;
    if (!isWhole || !isDecimal || whole + decimals > EXACT_DIGITS || byte === LOWER_E || byte === UPPER_E) {
      return this.#parsed(start, endOfNumber(bytes, start)) as number | undefined;
    }
    const value = decimals === 0 ? digits : digits / POWERS_OF_TEN[decimals]!;
    return isNegative ? -value : value;
  }

  /** Undefined where it is no JSON. */
  #parsed(start: number, end: number): unknown {
    this.#next = end;
    try {
      return JSON.parse(this.#window.text(start, end)) as unknown;
    } catch {
      return undefined;
    }
  }
}

/**
 * The position of the first quote, backslash or control character; each line ends with one. Four bytes at a time: a bit of a byte
 * is left in each sum where that byte, or perhaps one above such a byte, is the wanted one, so the lowest bit is right.
 */
function endOfText(view: DataView, start: number): number {
  let position = start;
  for (;;) {
    const word = view.getInt32(position, true);
    const quote = word ^ 0x22222222;
    const backslash = word ^ 0x5c5c5c5c;
    const found =
      (((word - 0x20202020) & ~word) | ((quote - 0x01010101) & ~quote) | ((backslash - 0x01010101) & ~backslash)) &
      0x80808080;
    if (found !== 0) return position + ((31 - Math.clz32(found & -found)) >> 3);
    position += 4;
  }
}

/** The position behind a text in quotes, whatever it holds. */
function endOfQuoted(bytes: Buffer, start: number): number {
  let position = start + 1;
  for (;;) {
    const byte = bytes[position]!;
    if (byte < SPACE) return position;
    position += 1;
    if (byte === QUOTE) return position;
    if (byte === BACKSLASH && bytes[position]! >= SPACE) position += 1;
  }
}

/** The position behind a list or a map. Whether it is JSON is for `JSON.parse` to say. */
function endOfNested(bytes: Buffer, start: number): number {
  let depth = 0;
  let position = start;
  for (;;) {
    const byte = bytes[position]!;
    if (byte < SPACE) return position;
    if (byte === QUOTE) {
      position = endOfQuoted(bytes, position);
      continue;
    }
    position += 1;
    if (byte === OPEN_MAP || byte === OPEN_LIST) {
      depth += 1;
    } else if (byte === CLOSE_MAP || byte === CLOSE_LIST) {
      depth -= 1;
      if (depth === 0) return position;
    }
  }
}

function endOfNumber(bytes: Buffer, start: number): number {
  let position = start;
  for (;;) {
    const byte = bytes[position]!;
    const isOfNumber = (byte >= MINUS && byte <= NINE) || byte === LOWER_E || byte === UPPER_E || byte === 0x2b;
    if (!isOfNumber) return position;
    position += 1;
  }
}
