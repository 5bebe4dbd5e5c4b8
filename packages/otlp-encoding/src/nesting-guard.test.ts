// SPDX-License-Identifier: Apache-2.0
import { CIRCULAR, MAX_DEPTH } from '@logferry/core';
import { describe, expect, it } from 'vitest';
import { NestingGuard } from './nesting-guard.ts';

describe('NestingGuard', () => {
  it('finds a value inside itself, and allows it again beside itself', () => {
    const guard = new NestingGuard();
    const value = {};
    expect(guard.enter(value, 'map')).toBeUndefined();
    expect(guard.enter(value, 'map')).toBe(CIRCULAR);
    guard.leave();
    expect(guard.enter(value, 'map')).toBeUndefined();
  });

  it.each([
    ['map', 31],
    ['array', 47],
  ] as const)('stops a %s at %i levels', (form, depth) => {
    const guard = new NestingGuard();
    for (let level = 0; level < depth; level += 1) expect(guard.enter({}, form)).toBeUndefined();
    expect(guard.enter({}, form)).toBe(MAX_DEPTH);
    guard.leave();
    expect(guard.enter({}, form)).toBeUndefined();
    guard.reset();
    expect(guard.enter({}, form)).toBeUndefined();
  });
});
