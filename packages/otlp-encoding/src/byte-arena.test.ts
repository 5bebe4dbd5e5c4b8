// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { ArenaPool, ByteArena } from './byte-arena.ts';

const KIB = 1024;

describe('ByteArena', () => {
  it('keeps what was used when it grows, and shares its memory with nobody', () => {
    const arena = new ByteArena(16);
    arena.bytes.fill(7);
    arena.grow(100, 10);
    expect(arena.bytes.length).toBe(100);
    expect(arena.bytes.subarray(0, 10)).toEqual(Buffer.alloc(10, 7));
    expect(arena.bytes.buffer.byteLength).toBe(100);
    expect(arena.view.buffer).toBe(arena.bytes.buffer);
  });

  it('at least doubles, so that growing step by step costs no more than twice the bytes', () => {
    const arena = new ByteArena(100);
    arena.grow(101, 100);
    expect(arena.bytes.length).toBe(200);
    arena.grow(150, 100);
    expect(arena.bytes.length).toBe(200);
  });

  it('stays in shared memory when it grows', () => {
    const arena = new ByteArena(16, 'shared');
    arena.bytes.fill(7);
    arena.grow(100, 10);
    expect(arena.bytes.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(arena.bytes.subarray(0, 11)).toEqual(Buffer.concat([Buffer.alloc(10, 7), Buffer.alloc(1)]));
    expect(arena.view.buffer).toBe(arena.bytes.buffer);
  });
});

describe('ArenaPool', () => {
  it('gives a released arena again', () => {
    const pool = new ArenaPool();
    const first = pool.acquire();
    pool.release(first);
    expect(pool.acquire()).toBe(first);
    expect(pool.acquire()).not.toBe(first);
  });

  it('makes arenas as large as batches were lately', () => {
    const pool = new ArenaPool();
    expect(pool.acquire().bytes.length).toBe(16 * KIB);
    pool.observe(1000 * KIB);
    expect(pool.acquire().bytes.length).toBe(1250 * KIB);
    expect(pool.acquire(2000 * KIB).bytes.length).toBe(2000 * KIB);
  });

  it('never gives an arena that is too small', () => {
    const pool = new ArenaPool();
    pool.release(pool.acquire());
    expect(pool.acquire(64 * KIB).bytes.length).toBe(64 * KIB);
  });

  it('keeps a bounded number of arenas', () => {
    const pool = new ArenaPool();
    const arenas = Array.from({ length: 20 }, () => pool.acquire());
    for (const arena of arenas) pool.release(arena);
    const again = new Set(Array.from({ length: 20 }, () => pool.acquire()));
    expect(arenas.filter((arena) => again.has(arena))).toHaveLength(6);
  });

  it('lets go of the memory of one huge batch when the next ones are small', () => {
    const pool = new ArenaPool();
    const huge = pool.acquire(32 * 1024 * KIB);
    pool.observe(32 * 1024 * KIB);
    for (let batch = 0; batch < 60; batch += 1) {
      pool.release(huge);
      pool.observe(100 * KIB);
    }
    const isKept = (): boolean => Array.from({ length: 10 }, () => pool.acquire()).includes(huge);
    expect(isKept()).toBe(true);
    pool.release(huge);
    expect(isKept()).toBe(false);
  });

  it('does not keep memory that was transferred to another thread', () => {
    const pool = new ArenaPool();
    const arena = pool.acquire();
    structuredClone(arena.bytes.buffer, { transfer: [arena.bytes.buffer as ArrayBuffer] });
    pool.release(arena);
    expect(pool.acquire() === arena).toBe(false);
  });
});
