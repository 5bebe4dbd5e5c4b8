// SPDX-License-Identifier: Apache-2.0

/**
 * References to environment variables in values (OpenTelemetry specification, configuration data model, "Environment
 * variable substitution"): `${NAME}`, `${env:NAME}`, `${NAME:-default}`, and `$$` for a dollar sign. What a variable
 * holds is text: no reference in it is followed.
 */

/** A text after substitution. */
interface Substitution {
  readonly text: string;
  /** The variables whose values are part of the text. */
  readonly variables: readonly string[];
  /** Whether there was a reference, also one that gave nothing or its default. */
  readonly isSubstituted: boolean;
}

/** A reference that can't be read. */
interface InvalidReference {
  /** Where it begins in the text. */
  readonly offset: number;
}

export type SubstitutionResult = Substitution | { readonly invalid: InvalidReference };

/** As far as the next `}`, as the specification bounds a reference. */
const REFERENCE = /\$\{([^}]*)\}/g;
const VALID = /^(?:env:)?([A-Za-z_][A-Za-z0-9_]*)(?::-([^\r\n]*))?$/;

/** @param variables an empty one counts as undefined. */
export function substitute(text: string, variables: Readonly<Record<string, string | undefined>>): SubstitutionResult {
  const used: string[] = [];
  const parts: string[] = [];
  let isSubstituted = false;
  let from = 0;
  // Between escapes, because a reference never reaches over one.
  for (;;) {
    const escape = text.indexOf('$$', from);
    const end = escape < 0 ? text.length : escape;
    const piece = text.slice(from, end);
    let at = 0;
    for (const match of piece.matchAll(REFERENCE)) {
      const [, name, fallback] = VALID.exec(match[1] ?? '') ?? [];
      if (name === undefined) return { invalid: { offset: from + match.index } };
      const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
      if (value !== undefined && value !== '') used.push(name);
      isSubstituted = true;
      parts.push(piece.slice(at, match.index), value === undefined || value === '' ? (fallback ?? '') : value);
      at = match.index + match[0].length;
    }
    parts.push(piece.slice(at));
    if (escape < 0) return { text: parts.join(''), variables: [...new Set(used)], isSubstituted };
    parts.push('$');
    from = escape + 2;
  }
}
