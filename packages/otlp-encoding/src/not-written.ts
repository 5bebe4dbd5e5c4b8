// SPDX-License-Identifier: Apache-2.0

/** What a fast writer returns in place of a position when it gave up: the careful writer then writes the whole record. */
export const NOT_WRITTEN = -1;
