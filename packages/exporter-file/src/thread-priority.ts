// SPDX-License-Identifier: Apache-2.0
import { constants, getPriority, setPriority } from 'node:os';

/** On a core that the application wants as well, the thread gets a quarter then (docs/decisions/rotating-files.md). */
const STEPS_BACK = 5;

/**
 * Lets the calling thread stand back behind the others of the process, where the system has priorities of threads. It can't be
 * undone: that needs a right which most processes lack. Never throws, because it may be denied.
 *
 * The process's thread pool must be there before: its threads inherit the priority of the one that first needs it.
 */
export function lowerThreadPriority(): void {
  // Elsewhere the priority is that of the whole process.
  if (process.platform !== 'linux') return;
  try {
    // Without an id it is that of the calling thread: setpriority(2), "C library/kernel differences".
    setPriority(Math.min(getPriority() + STEPS_BACK, constants.priority.PRIORITY_LOW));
  } catch {
    // Then it competes with the others.
  }
}
