// SPDX-License-Identifier: Apache-2.0
import type { MillisRange } from './options.ts';

export function randomIn({ from, to }: MillisRange, random: () => number): number {
  return from + random() * (to - from);
}
