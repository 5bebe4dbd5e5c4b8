// SPDX-License-Identifier: Apache-2.0

/** What is known of one destination at the end. */
export interface DestinationAccount {
  readonly name: string;
  /** Records that the application emitted, by its own count. */
  readonly emitted: number;
  readonly delivered: number;
  readonly queued: number;
  readonly dropped: Readonly<Record<string, number>>;
  readonly retries: number;
  readonly bytes: number;
  /** Records counted at the destination itself (received, read back from the files); undefined when it can't be asked. */
  readonly arrived: number | undefined;
}

/** Sentences that say where an account does not add up; none when it does. */
export function problemsOf(account: DestinationAccount): string[] {
  const problems: string[] = [];
  const dropped = totalDropped(account);
  if (account.emitted !== account.delivered + account.queued + dropped) {
    problems.push(
      `${account.name}: ${account.emitted} emitted, but ${account.delivered} delivered + ${account.queued} queued + ${dropped} dropped`,
    );
  }
  if (account.queued !== 0) problems.push(`${account.name}: ${account.queued} records are still queued after shutdown`);
  if (account.arrived !== undefined && account.arrived !== account.delivered) {
    problems.push(`${account.name}: ${account.delivered} delivered, but ${account.arrived} counted at the destination`);
  }
  return problems;
}

export function totalDropped(account: DestinationAccount): number {
  return Object.values(account.dropped).reduce((sum, count) => sum + count, 0);
}
