// SPDX-License-Identifier: Apache-2.0
import { type Clock, LogferryError, withinDeadline } from '@logferry/core';

import type { BatchIntake } from './batch-intake.ts';
import type { BatchSender } from './batch-sender.ts';
import type { SealedBatch } from './destination.ts';
import { exporterError, type Reporter } from './reporter.ts';

export interface ShutdownParts {
  readonly intake: BatchIntake<SealedBatch>;
  readonly sender: BatchSender<SealedBatch>;
  readonly reporter: Reporter;
  readonly clock: Clock;
  readonly timeoutMillis: number;
  /** May reject; the rejection is reported by then. */
  readonly flushExporter: () => Promise<void>;
  readonly shutDownExporter: () => Promise<void>;
}

/** Of the whole time, what is kept for cancelling sends and for the exporter's own shutdown. */
const LONGEST_RESERVE_MILLIS = 2000;
const RESERVE_PART = 0.2;

/**
 * The end of a pipeline, within one deadline:
 *
 * 1. close the door and the open batch;
 * 2. send what is queued, until the reserve begins; at half of that time stop waiting for resource attributes;
 * 3. flush the exporter if all went well; otherwise cancel what is in flight and drop the rest, counted as `shutdown`;
 * 4. shut the exporter down.
 *
 * Never rejects.
 */
export async function shutDown(parts: ShutdownParts): Promise<void> {
  const { intake, sender, reporter, clock, timeoutMillis } = parts;
  const endMillis = clock.monotonicMillis() + timeoutMillis;
  const reserveMillis = Math.min(LONGEST_RESERVE_MILLIS, timeoutMillis * RESERVE_PART);
  const leftMillis = (): number => Math.max(0, endMillis - clock.monotonicMillis());

  intake.close();
  const sent = sender.whenDone(await intake.closeBatch());
  sender.hurry();
  const resourceTimer = clock.setTimer(() => sender.stopWaitingForResources(), (timeoutMillis - reserveMillis) / 2);
  const sending = await withinDeadline(sent.done, timeoutMillis - reserveMillis, clock);
  resourceTimer.cancel();
  if (sending.kind === 'settled') {
    await flushExporter(parts, leftMillis() - reserveMillis);
  }
  await withinDeadline(sender.stop(), Math.min(reserveMillis / 2, leftMillis()), clock);
  sender.dropRest();

  try {
    const isDown = await ending(parts.shutDownExporter(), leftMillis(), clock);
    if (!isDown) throw new LogferryError('DEADLINE_EXCEEDED', "the exporter's shutdown did not end in time");
  } catch (error) {
    const reported = error instanceof LogferryError ? error : exporterError("the exporter's shutdown failed", error);
    reporter.error('shutdown', reported);
  }
  reporter.flush();
}

async function flushExporter(parts: ShutdownParts, timeoutMillis: number): Promise<void> {
  // Where it rejects, that is reported by then.
  const hasEnded = await ending(parts.flushExporter(), timeoutMillis, parts.clock).catch(() => true);
  if (hasEnded) return;
  parts.reporter.error(
    'force-flush',
    new LogferryError('DEADLINE_EXCEEDED', "the exporter's forceFlush did not end in time"),
  );
}

async function ending(promise: Promise<void>, timeoutMillis: number, clock: Clock): Promise<boolean> {
  return (await withinDeadline(promise, Math.max(timeoutMillis, 0), clock)).kind === 'settled';
}
