// SPDX-License-Identifier: Apache-2.0

/** A key that differs by its number, and has no structure that is refused. */
export function testKey(number: number): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, index) => (index * 73 + number * 151 + 7) % 256);
}

/** A line of a key file. */
export function keyLine(id: string, number: number): string {
  return `${id}:${Buffer.from(testKey(number)).toString('base64')}`;
}
