// SPDX-License-Identifier: Apache-2.0

/** The seed of this run's random tests. LOGFERRY_SEED repeats a run. */
export const seed: number = Number(process.env['LOGFERRY_SEED'] ?? Date.now() % 2 ** 31);

console.log(`LOGFERRY_SEED=${seed}`);
