// SPDX-License-Identifier: Apache-2.0
import type { FileFacts } from './file-facts.ts';

/**
 * Why a file must not be written, as the end of a sentence; undefined when it may. The current file of a log is a tempting
 * way to make a process write elsewhere (CWE-59), so only a plain file of one's own, with one name, is taken.
 *
 * @param ownUid the effective user id; undefined on systems without one.
 * @param intendedUid of the user to whom the exporter gives its files, where it does.
 */
export function refusal(
  facts: FileFacts,
  ownUid: number | undefined,
  intendedUid: number | undefined,
): string | undefined {
  if (facts.kind !== 'regular file') return `is a ${facts.kind}, not a regular file`;
  if (facts.links > 1) return `has ${facts.links} hard links`;
  // 0 links: it was deleted since it was opened. It is not refused, because the next look finds the new file.
  if (ownUid !== undefined && facts.owner !== ownUid && facts.owner !== intendedUid) {
    return `belongs to user ${facts.owner}, not to user ${ownUid} who runs the process`;
  }
  return undefined;
}
