// SPDX-License-Identifier: Apache-2.0

/**
 * Bounds the steps that a backtracking engine can take for one start of a pattern. Every quantifier must have an upper
 * bound; then each part has a finite number of ways to match, and their product bounds the steps, whatever the text. What
 * it can't bound (back references, look-behind, unbounded quantifiers) it refuses, also where an engine would be fast.
 */

/** Ways to match, and what is looked at in one of them at most: units, and what takes none. */
interface Cost {
  readonly ways: number;
  readonly units: number;
}

/** More is as good as no bound. */
const MOST = Number.MAX_SAFE_INTEGER;

class Refusal extends Error {}

/** @returns the steps for each start, or the reason why there is no bound. */
export function stepsOfPattern(pattern: RegExp): number | string {
  if (pattern.flags.includes('v')) return 'it has the flag "v", whose classes are not understood';
  try {
    const { ways, units } = new PatternCost(pattern.source, pattern.flags.includes('u')).parse();
    return Math.min(ways * units, MOST);
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
}

const BOUNDS = /\{(\d+)(,(\d*))?\}/y;

class PatternCost {
  readonly #source: string;
  readonly #isUnicode: boolean;
  #at = 0;

  constructor(source: string, isUnicode: boolean) {
    this.#source = source;
    this.#isUnicode = isUnicode;
  }

  parse(): Cost {
    const cost = this.#alternatives();
    if (this.#at < this.#source.length) throw this.#refusal('has a group without its end');
    return cost;
  }

  #alternatives(): Cost {
    let ways = 0;
    let units = 0;
    for (;;) {
      const branch = this.#sequence();
      ways += branch.ways;
      units = Math.max(units, branch.units);
      if (this.#source[this.#at] !== '|') return { ways, units };
      this.#at += 1;
    }
  }

  #sequence(): Cost {
    let ways = 1;
    let units = 0;
    while (this.#at < this.#source.length && !'|)'.includes(this.#source[this.#at] ?? '')) {
      const atom = this.#quantified(this.#atom());
      ways = Math.min(ways * atom.ways, MOST);
      units = Math.min(units + atom.units, MOST);
    }
    return { ways, units: Math.max(units, 1) };
  }

  #quantified(atom: Cost): Cost {
    const source = this.#source;
    const next = source[this.#at];
    if (next === '*' || next === '+') {
      throw this.#refusal(`has "${next}", which has no upper bound (write {0,64} or {1,64})`);
    }
    let least = 1;
    let most = 1;
    if (next === '?') {
      least = 0;
      this.#at += 1;
    } else if (next === '{') {
      // Everything else behind a brace stands for itself.
      BOUNDS.lastIndex = this.#at;
      const bounds = BOUNDS.exec(source);
      if (bounds === null) return atom;
      if (bounds[2] !== undefined && bounds[3] === '')
        throw this.#refusal(`has "${bounds[0]}", which has no upper bound`);
      least = Number(bounds[1]);
      most = bounds[3] === undefined ? least : Number(bounds[3]);
      this.#at += bounds[0].length;
    } else {
      return atom;
    }
    if (source[this.#at] === '?') this.#at += 1;
    let ways = atom.ways === 1 ? most - least + 1 : 0;
    for (let count = least; atom.ways > 1 && count <= most && ways < MOST; count += 1) ways += atom.ways ** count;
    return { ways: Math.min(Math.max(ways, 1), MOST), units: Math.min(Math.max(atom.units * most, 1), MOST) };
  }

  #atom(): Cost {
    const source = this.#source;
    const character = source[this.#at];
    if (character === '(') return this.#group();
    if (character === '[') return this.#class();
    if (character === '\\') return this.#escape();
    this.#at += 1;
    return { ways: 1, units: 1 };
  }

  #group(): Cost {
    const head =
      /^\((?:\?(?:[:=!]|<(?![=!])[^>]{1,64}>|<[=!]))?/.exec(this.#source.slice(this.#at, this.#at + 80))?.[0] ?? '(';
    if (head === '(?<=' || head === '(?<!') throw this.#refusal('looks behind');
    if (head === '(' && this.#source[this.#at + 1] === '?')
      throw this.#refusal('has a kind of group that is not known');
    this.#at += head.length;
    const cost = this.#alternatives();
    if (this.#source[this.#at] !== ')') throw this.#refusal('has a group without its end');
    this.#at += 1;
    return cost;
  }

  #class(): Cost {
    let at = this.#at + 1;
    let depth = 1;
    for (; at < this.#source.length && depth > 0; at += 1) {
      const character = this.#source[at];
      if (character === '\\') at += 1;
      else if (character === ']') depth -= 1;
    }
    this.#at = at;
    return { ways: 1, units: 1 };
  }

  #escape(): Cost {
    const rest = this.#source.slice(this.#at, this.#at + 64);
    if (/^\\(?:[1-9]|k<)/.test(rest)) throw this.#refusal('has a back reference');
    // Without the flag `u` a brace behind \u or \p is that of a quantifier.
    const braced = this.#isUnicode ? /^\\(?:u\{[\da-fA-F]+\}|[pP]\{[^}]+\})/.exec(rest) : null;
    const escape = braced ?? /^\\(?:u[\da-fA-F]{4}|x[\da-fA-F]{2}|c[A-Za-z]|[\s\S])/.exec(rest);
    this.#at += escape?.[0].length ?? 1;
    return { ways: 1, units: 1 };
  }

  #refusal(problem: string): Refusal {
    return new Refusal(`it ${problem}, at character ${this.#at + 1}`);
  }
}
