// SPDX-License-Identifier: Apache-2.0

/**
 * Matches the keys of attributes against many paths at once, one key at a time. The sets of places in which the paths
 * can be are made when they are first met and remembered, so that a known key costs one lookup, however many paths there
 * are.
 */
import { type AttributePath, type AttributePathStep, attributePathSegments } from './attribute-path.ts';

/** Keys remembered behind one state. Applications have few; a hostile one makes new ones for ever. */
const MAX_KEYS = 1024;

/** States remembered. What is not remembered is computed anew. */
const MAX_STATES = 4096;

/** Where a walk stands: at the root, or behind some keys. Immutable as far as one can see. */
export interface AttributePathState {
  /** The indexes of the paths that end here, in ascending order. They hold for what lies below as well: see `step`. */
  readonly matched: readonly number[];

  /** Whether some path can still end below. */
  readonly isOpen: boolean;

  /** The state behind a key of a map (dots in it separate segments), or behind the index of an array. */
  step(key: string | number): AttributePathState;
}

/** @returns the state at the root of the attributes. */
export function matchAttributePaths(paths: readonly AttributePath[]): AttributePathState {
  return new PathAutomaton(paths).root;
}

/** A place in a path: its index, and how many of its steps are done. */
type Place = readonly [path: number, done: number];

class PathAutomaton {
  readonly root: State;
  readonly #paths: readonly (readonly AttributePathStep[])[];
  readonly #states = new Map<string, State>();

  constructor(paths: readonly AttributePath[]) {
    this.#paths = paths.map(({ steps }) => steps);
    this.root = this.#stateOf(paths.map((_, path): Place => [path, 0]));
  }

  after(places: readonly Place[], segment: string): State {
    const next: Place[] = [];
    for (const [path, done] of places) {
      const step = this.#paths[path]?.[done];
      if (step === undefined) continue;
      if (step.kind === 'any') next.push([path, done]);
      else if (step.kind === 'one' || step.name === segment) next.push([path, done + 1]);
    }
    return this.#stateOf(next);
  }

  #stateOf(places: readonly Place[]): State {
    const closed = new Map<string, Place>();
    for (const [path, done] of places) {
      // `**` may stand for no segment at all.
      let at = done;
      closed.set(`${path}:${at}`, [path, at]);
      while (this.#paths[path]?.[at]?.kind === 'any') {
        at += 1;
        closed.set(`${path}:${at}`, [path, at]);
      }
    }
    const id = [...closed.keys()].toSorted().join(' ');
    const known = this.#states.get(id);
    if (known !== undefined) return known;
    const all = [...closed.values()];
    const matched = all.filter(([path, done]) => done === this.#paths[path]?.length).map(([path]) => path);
    const state = new State(
      this,
      all,
      [...new Set(matched)].toSorted((first, second) => first - second),
    );
    if (this.#states.size < MAX_STATES) this.#states.set(id, state);
    return state;
  }
}

class State implements AttributePathState {
  readonly matched: readonly number[];
  readonly isOpen: boolean;
  readonly #automaton: PathAutomaton;
  readonly #places: readonly Place[];
  readonly #next = new Map<string | number, State>();

  constructor(automaton: PathAutomaton, places: readonly Place[], matched: readonly number[]) {
    this.#automaton = automaton;
    this.#places = places;
    this.matched = matched;
    this.isOpen = places.length > matched.length;
  }

  step(key: string | number): State {
    if (this.#places.length === 0) return this;
    const known = this.#next.get(key);
    if (known !== undefined) return known;
    const segments = typeof key === 'number' ? [String(key)] : attributePathSegments(key);
    const state = segments.reduce<State>((before, segment) => this.#automaton.after(before.#places, segment), this);
    if (this.#next.size >= MAX_KEYS) this.#next.clear();
    this.#next.set(key, state);
    return state;
  }
}
