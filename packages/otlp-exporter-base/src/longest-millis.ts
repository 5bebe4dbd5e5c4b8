// SPDX-License-Identifier: Apache-2.0

/** setTimeout takes no longer delay. */
export const LONGEST_MILLIS: number = 2 ** 31 - 1;
