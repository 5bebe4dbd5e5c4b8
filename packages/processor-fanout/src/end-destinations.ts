// SPDX-License-Identifier: Apache-2.0
import { type Clock, holdEventLoop, LogferryError, withinDeadline } from '@logferry/core';

import type { Destination } from './destination.ts';
import { type ErrorReports, failure } from './error-reports.ts';

/** What of a destination has an end. */
export type EndedDestination = Pick<Destination, 'name' | 'processor'>;

export interface EndingParts {
  readonly destinations: readonly EndedDestination[];
  readonly reports: ErrorReports;
  readonly clock: Clock;
}

/**
 * Flushes or shuts down all destinations at the same time, each within the time. One that throws, rejects or hangs is
 * reported and keeps no other from its end. Never rejects. @returns the names of those that failed.
 */
export async function endDestinations(
  { destinations, reports, clock }: EndingParts,
  what: 'forceFlush' | 'shutdown',
  timeoutMillis: number,
): Promise<readonly string[]> {
  const release = holdEventLoop();
  try {
    const errors = await Promise.all(
      destinations.map(async (destination) => await errorOf(destination, what, timeoutMillis, clock)),
    );
    const failed: string[] = [];
    for (const [index, { name }] of destinations.entries()) {
      const error = errors[index];
      if (error === undefined) continue;
      failed.push(name);
      reports.now(name, what, error);
    }
    return failed;
  } finally {
    release();
  }
}

async function errorOf(
  { name, processor }: EndedDestination,
  what: 'forceFlush' | 'shutdown',
  timeoutMillis: number,
  clock: Clock,
): Promise<LogferryError | undefined> {
  // The call inside: it may throw instead of rejecting.
  const call = async (): Promise<void> =>
    await (what === 'shutdown' ? processor.shutdown() : processor.forceFlush({ timeoutMillis }));
  try {
    const { kind } = await withinDeadline(call(), timeoutMillis, clock);
    if (kind === 'settled') return undefined;
    const message = `the ${what} of the destination ${JSON.stringify(name)} did not end within its time`;
    return new LogferryError('DEADLINE_EXCEEDED', message);
  } catch (cause) {
    return failure(name, `failed in ${what}`, cause);
  }
}
