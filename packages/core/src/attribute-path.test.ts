// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';

import { isLogferryError, matchAttributePaths, parseAttributePath } from './index.ts';

/** The paths that end at the keys, walked one by one. */
function matched(paths: readonly string[], ...keys: readonly (string | number)[]): readonly number[] {
  let state = matchAttributePaths(paths.map((path) => parseAttributePath(path)));
  for (const key of keys) state = state.step(key);
  return state.matched;
}

function matches(path: string, ...keys: readonly (string | number)[]): boolean {
  return matched([path], ...keys).length > 0;
}

describe('an attribute path', () => {
  it('matches a flat key, nested maps, and anything between', () => {
    const path = 'http.request.header.authorization';
    expect(matches(path, 'http.request.header.authorization')).toBe(true);
    expect(matches(path, 'http', 'request', 'header', 'authorization')).toBe(true);
    expect(matches(path, 'http.request', 'header.authorization')).toBe(true);
    expect(matches(path, 'http.request.header')).toBe(false);
    expect(matches(path, 'http.request.header.authorization.scheme')).toBe(false);
    expect(matches(path, 'http.response.header.authorization')).toBe(false);
  });

  it('ignores case, hyphens and underscores, and nothing else', () => {
    for (const key of ['apiKey', 'api_key', 'API-KEY', 'apikey', 'ApiKey', 'api\u200bKey', 'ａｐｉｋｅｙ']) {
      expect([key, matches('user.api-key', 'user', key)]).toEqual([key, true]);
    }
    expect(matches('user.api-key', 'user', 'apiKeys')).toBe(false);
    expect(matches('user.api-key', 'user', 'api key')).toBe(false);
  });

  it('takes brackets for names, indexes and the wildcard', () => {
    expect(matches('user["e-mail"]', 'user.email')).toBe(true);
    expect(matches(`user['e-mail']`, 'user', 'eMail')).toBe(true);
    expect(matches('["a b"][\'c*d\']', 'a b', 'c*d')).toBe(true);
    expect(matches(String.raw`["say \"hi\""]`, 'say "hi"')).toBe(true);
    expect(matches('["a.b"].c', 'a', 'b', 'c')).toBe(true);
    expect(matches('items[0].id', 'items', 0, 'id')).toBe(true);
    expect(matches('items.0.id', 'items', 0, 'id')).toBe(true);
    expect(matches('items[1].id', 'items', 0, 'id')).toBe(false);
    expect(matches('items[*].id', 'items', 7, 'id')).toBe(true);
    expect(matches('a[""].b', 'a', '', 'b')).toBe(true);
    expect(matches('a[""].b', 'a..b')).toBe(true);
  });

  it('lets * stand for exactly one segment', () => {
    expect(matches('*.password', 'user', 'password')).toBe(true);
    expect(matches('*.password', 'user.password')).toBe(true);
    expect(matches('*.password', 'password')).toBe(false);
    expect(matches('*.password', 'a', 'b', 'password')).toBe(false);
  });

  it('lets ** stand for any number of segments', () => {
    for (const keys of [['password'], ['a', 'password'], ['a.b', 'c', 3, 'pass_word']]) {
      expect(matches('**.password', ...keys)).toBe(true);
    }
    expect(matches('**.password', 'password', 'hint')).toBe(false);
    expect(matches('user.**', 'user')).toBe(true);
    expect(matches('user.**', 'user', 'a', 'b')).toBe(true);
    expect(matches('user.**.id', 'user', 'id')).toBe(true);
    expect(matches('user.**.id', 'user', 'id', 'x', 'id')).toBe(true);
    expect(matches('**', 'anything')).toBe(true);
    expect(matches('**.a.*.b', 'a', 'a', 'x', 'b')).toBe(true);
  });

  it('tells which of many paths end at a key, and whether one can end below', () => {
    const paths = ['a.b', '**.b', 'a.*', 'a.b.c'].map((path) => parseAttributePath(path));
    const state = matchAttributePaths(paths).step('a').step('b');
    expect(state.matched).toEqual([0, 1, 2]);
    expect(state.isOpen).toBe(true);
    const closed = matchAttributePaths([parseAttributePath('a.b')]).step('x');
    expect([closed.matched, closed.isOpen]).toEqual([[], false]);
    expect(closed.step('y')).toBe(closed);
  });

  it('gives the same answer for keys that come again after thousands of others', () => {
    const root = matchAttributePaths([parseAttributePath('**.secret')]);
    for (let round = 0; round < 2; round += 1) {
      for (let key = 0; key < 5000; key += 1) expect(root.step(`key${key}`).matched).toEqual([]);
      expect(root.step('secret').matched).toEqual([0]);
    }
  });

  it.each([
    ['', 'is empty, at character 1'],
    ['a..b', 'has an empty segment, at character 3'],
    ['.a', 'has an empty segment, at character 1'],
    ['a.', 'has an empty segment, at character 3'],
    ['a.[0]', 'has an empty segment, at character 3'],
    ['user.pass*', 'has an unexpected "*" ("*" and "**" stand for whole segments), at character 10'],
    ['***', 'has an unexpected "*" ("*" and "**" stand for whole segments), at character 1'],
    ['a.**.**', 'has "**" twice in a row, at character 6'],
    ['a b', 'has an unexpected " ", at character 2'],
    ['$.a', 'has an unexpected "$", at character 1'],
    ['a.{b,c}', 'has an unexpected "{", at character 3'],
    ['a]', 'has an unexpected "]", at character 2'],
    ['a[0', 'has a "[" without its "]", at character 2'],
    ['a[b]', 'needs a number, "*", or a name in quotes between "[" and "]", at character 3'],
    ['a[]', 'needs a number, "*", or a name in quotes between "[" and "]", at character 3'],
    ['a[-1]', 'needs a number, "*", or a name in quotes between "[" and "]", at character 3'],
    ['a["b]', 'has a name without its closing ", at character 3'],
    ['a["b"x]', 'needs "]" behind the quoted name, at character 6'],
    ['a[0]b', 'needs "." or "[" between segments, at character 5'],
    ['a.--', 'has a segment without a word, at character 3'],
  ])('refuses %j and shows where', (text, problem) => {
    let error: unknown;
    try {
      parseAttributePath(text, 'paths[3]');
    } catch (thrown) {
      error = thrown;
    }
    expect(isLogferryError(error)).toBe(true);
    expect((error as Error).message).toBe(`paths[3] is no attribute path: ${JSON.stringify(text)} ${problem}`);
  });
});
