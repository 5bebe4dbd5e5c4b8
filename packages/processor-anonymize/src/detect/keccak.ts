// SPDX-License-Identifier: Apache-2.0

/**
 * Keccak-256 with the padding from before FIPS 202, which Ethereum uses and Node's crypto lacks. For one block of at most
 * 135 ASCII characters; it runs only for candidates with mixed case.
 */
const MASK = (1n << 64n) - 1n;

const ROTATIONS: readonly (readonly bigint[])[] = [
  [0n, 36n, 3n, 41n, 18n],
  [1n, 44n, 10n, 45n, 2n],
  [62n, 6n, 43n, 15n, 61n],
  [28n, 55n, 25n, 21n, 56n],
  [27n, 20n, 39n, 8n, 14n],
];

const RATE_BYTES = 136;

export function keccak256Hex(text: string): string {
  const block = Buffer.alloc(RATE_BYTES);
  block.write(text, 'latin1');
  block[text.length] = 0x01;
  block[RATE_BYTES - 1] = (block[RATE_BYTES - 1] ?? 0) | 0x80;
  const state: bigint[] = Array.from<bigint>({ length: 25 }).fill(0n);
  for (let lane = 0; lane < RATE_BYTES / 8; lane += 1) state[lane] = block.readBigUInt64LE(lane * 8);
  permute(state);
  const digest = Buffer.alloc(32);
  for (let lane = 0; lane < 4; lane += 1) digest.writeBigUInt64LE(state[lane] ?? 0n, lane * 8);
  return digest.toString('hex');
}

function rotate(value: bigint, by: bigint): bigint {
  return by === 0n ? value : ((value << by) | (value >> (64n - by))) & MASK;
}

function permute(state: bigint[]): void {
  const lane = (x: number, y: number): bigint => state[(x % 5) + 5 * (y % 5)] ?? 0n;
  let register = 1;
  for (let round = 0; round < 24; round += 1) {
    const parity = [0, 1, 2, 3, 4].map((x) => lane(x, 0) ^ lane(x, 1) ^ lane(x, 2) ^ lane(x, 3) ^ lane(x, 4));
    for (let index = 0; index < 25; index += 1) {
      const x = index % 5;
      state[index] = (state[index] ?? 0n) ^ (parity[(x + 4) % 5] ?? 0n) ^ rotate(parity[(x + 1) % 5] ?? 0n, 1n);
    }
    const turned = [...state];
    for (let index = 0; index < 25; index += 1) {
      const x = index % 5;
      const y = (index - x) / 5;
      turned[y + 5 * ((2 * x + 3 * y) % 5)] = rotate(state[index] ?? 0n, ROTATIONS[x]?.[y] ?? 0n);
    }
    for (let index = 0; index < 25; index += 1) {
      const row = index - (index % 5);
      const x = index % 5;
      const next = turned[row + ((x + 1) % 5)] ?? 0n;
      const second = turned[row + ((x + 2) % 5)] ?? 0n;
      state[index] = (turned[index] ?? 0n) ^ (~next & MASK & second);
    }
    // The round constants come from a linear feedback shift register (FIPS 202, 3.2.5).
    for (let bit = 0; bit < 7; bit += 1) {
      if (register & 1) state[0] = (state[0] ?? 0n) ^ (1n << ((1n << BigInt(bit)) - 1n));
      register = register & 0x80 ? ((register << 1) ^ 0x171) & 0xff : register << 1;
    }
  }
}
