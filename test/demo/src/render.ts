// SPDX-License-Identifier: Apache-2.0
import { styleText } from 'node:util';

import type { DestinationAccount } from './accounting.ts';
import { problemsOf, totalDropped } from './accounting.ts';

const BAR_WIDTH = 30;

/** The accounting table; `seconds` is the time from the first record to the end of the last delivery. */
export function accountingTable(accounts: readonly DestinationAccount[], seconds: number): string {
  const head = [
    'destination',
    'emitted',
    'delivered',
    'arrived',
    'queued',
    'dropped',
    'retries',
    'bytes',
    'records/s',
    '',
  ];
  const rows = accounts.map((account) => [
    account.name,
    grouped(account.emitted),
    grouped(account.delivered),
    account.arrived === undefined ? '–' : grouped(account.arrived),
    grouped(account.queued),
    droppedText(account),
    grouped(account.retries),
    grouped(account.bytes),
    grouped(Math.round(account.delivered / Math.max(seconds, 0.001))),
    problemsOf(account).length === 0 ? '✓' : '✗',
  ]);
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ');
  return [
    styleText('bold', line(head)),
    ...rows.map((row) => line(row).replace('✓', styleText('green', '✓')).replace('✗', styleText('red', '✗'))),
  ].join('\n');
}

/** One line of progress: a bar, the share that is done, and a text behind it. */
export function progressLine(done: number, total: number, text: string): string {
  const share = total === 0 ? 1 : Math.min(done / total, 1);
  const filled = Math.round(share * BAR_WIDTH);
  const bar = styleText('cyan', '━'.repeat(filled)) + styleText('dim', '━'.repeat(BAR_WIDTH - filled));
  return `${bar} ${String(Math.floor(share * 100)).padStart(3)} %  ${text}`;
}

export function heading(text: string): string {
  return `\n${styleText('bold', text)}`;
}

export function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

function droppedText(account: DestinationAccount): string {
  const total = totalDropped(account);
  if (total === 0) return '0';
  const reasons = Object.entries(account.dropped).filter(([, count]) => count > 0);
  return `${grouped(total)} (${reasons.map(([reason, count]) => `${reason} ${grouped(count)}`).join(', ')})`;
}
