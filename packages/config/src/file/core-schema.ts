// SPDX-License-Identifier: Apache-2.0

/** The value of a scalar. */
export type ScalarValue = string | number | boolean | null;

const NULL = /^(?:~|null|Null|NULL)?$/;
const TRUE = /^(?:true|True|TRUE)$/;
const FALSE = /^(?:false|False|FALSE)$/;
const DECIMAL = /^[-+]?[0-9]+$/;
const OCTAL = /^0o[0-7]+$/;
const HEXADECIMAL = /^0x[0-9a-fA-F]+$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const INFINITY = /^([-+]?)(?:\.inf|\.Inf|\.INF)$/;
const NOT_A_NUMBER = /^(?:\.nan|\.NaN|\.NAN)$/;

/**
 * The value that a plain scalar stands for (YAML 1.2.2, 10.3.2). It is asked after substitution, so that what a variable
 * holds has the type that it would have had in the file.
 */
export function plainValue(text: string): ScalarValue {
  // As the file would have it: blanks around a plain scalar are not part of it.
  const plain = text.trim();
  if (NULL.test(plain)) return null;
  if (TRUE.test(plain)) return true;
  if (FALSE.test(plain)) return false;
  // Without a sign: YAML has none there, and JavaScript's reading of hexadecimal and octal is the same.
  if (OCTAL.test(plain) || HEXADECIMAL.test(plain)) return Number(plain);
  if (DECIMAL.test(plain) || FLOAT.test(plain)) return Number(plain);
  const infinity = INFINITY.exec(plain);
  if (infinity !== null) return infinity[1] === '-' ? -Infinity : Infinity;
  return NOT_A_NUMBER.test(plain) ? NaN : text;
}
