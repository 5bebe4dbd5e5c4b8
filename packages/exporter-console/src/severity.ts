// SPDX-License-Identifier: Apache-2.0

const NAMES: readonly string[] = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

/** Numbers of one name: 9 to 12 are INFO to INFO4. */
const STEPS = 4;

/** Which of the six names a severity number belongs to: 0 is TRACE, 5 is FATAL; -1 for anything but 1 to 24. */
export function severityRange(severityNumber: number | undefined): number {
  if (severityNumber === undefined || !(severityNumber >= 1 && severityNumber <= NAMES.length * STEPS)) return -1;
  return Math.floor((severityNumber - 1) / STEPS);
}

/** The short name of a severity number (logs data model, "Displaying Severity"): 9 is INFO, 10 is INFO2. */
export function severityName(severityNumber: number | undefined): string | undefined {
  const name = NAMES[severityRange(severityNumber)];
  if (name === undefined || severityNumber === undefined) return undefined;
  const step = (Math.floor(severityNumber) - 1) % STEPS;
  return step === 0 ? name : `${name}${step + 1}`;
}
