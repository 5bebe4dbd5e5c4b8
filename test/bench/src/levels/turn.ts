// SPDX-License-Identifier: Apache-2.0

/** Calls in one turn: one alone is too short to be timed. */
export const CALLS_PER_TURN = 20_000;

/** What a turn calls. */
export type LevelsCall = 'enabled' | 'emit';
